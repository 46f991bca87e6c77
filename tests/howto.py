"""tests/howto.py - steps of a page of the documentation, followed to the letter.

A page says what to write and what to say to a shell:

    `path`, a new file:                     then a block of its text
    `path`, at the end:                     (or: above `line`, below `line`)
    a block that begins with ```console     `$ command`, then what it prints

A number in what a command prints stands for any number, `...` for any words,
alone in a line for any lines.  The lines shown follow each other; others may
stand before and behind them.
"""
from __future__ import annotations

import os
import re
from typing import NamedTuple, Optional, Tuple, Union

FILE = re.compile(r"^`([^`\n]+)`, (a new file|at the end|(?:above|below)\s"
                  r"`([^`\n]+)`):\n\n```\w*\n(.*?)^```$", re.M | re.S)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
BLOCK = re.compile(r"^```\w*\n.*?^```$", re.M | re.S)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.M)
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


class Write(NamedTuple):
    path: str
    place: str
    anchor: str
    text: str


class Say(NamedTuple):
    command: str
    prints: str


Step = Union[Write, Say]


def sessions(page: str) -> list[list[Say]]:
    """The blocks of commands."""
    return [said(m[1]) for m in CONSOLE.finditer(page)]


def said(block: str) -> list[Say]:
    if not block.startswith("$ "):
        raise ValueError(f"no `$ command`: {block[:60]}")
    return [Say(m[1].replace("\\\n", ""), m[2])
            for m in COMMAND.finditer(block)]


def steps_of(page: str) -> list[Step]:
    """All steps in their order; ValueError: a block of code is none."""
    found: list[Tuple[int, list[Step]]] = []
    for m in FILE.finditer(page):
        found.append((m.start(4), [Write(m[1], m[2], m[3] or "", m[4])]))
    for m in CONSOLE.finditer(page):
        found.append((m.start(1), [*said(m[1])]))
    blocks = len(BLOCK.findall(page))
    if len(found) != blocks:
        raise ValueError(f"{len(found)} steps for {blocks} blocks of code")
    return [step for _, steps in sorted(found, key=lambda at: at[0])
            for step in steps]


def write(top: str, step: Write) -> Optional[str]:
    """Does it in the tree there. => what is wrong with it, or None"""
    path = os.path.join(top, step.path)
    if step.place == "a new file":
        if os.path.exists(path):
            return f"{step.path}: is there already"
        lines: list[str] = []
        at = 0
    else:
        if not os.path.exists(path):
            return f"{step.path}: is not there"
        with open(path) as f:
            lines = f.readlines()
        found = [i for i, line in enumerate(lines)
                 if line.strip() == step.anchor]
        if step.anchor and len(found) != 1:
            return f"{step.path}: has {len(found)} lines `{step.anchor}`"
        below = not step.place.startswith("above")
        at = found[0] + below if step.anchor else len(lines)
    lines.insert(at, step.text)
    with open(path, "w") as f:
        f.writelines(lines)
    return None


def pattern(lines: str) -> str:
    """For lines shown between two `...`: blanks and numbers may differ."""
    return "".join(r"[^\S\n]*" + r"[^\S\n]+".join(
        ".*" if word == "..." else
        r"[\d,.]+".join(map(re.escape, NUMBER.split(word)))
        for word in line.split()) + r"[^\S\n]*\n"
        for line in lines.splitlines())


def printed(shown: str, output: str) -> bool:
    """Whether the output has the lines that the page shows."""
    at = 0
    for part in re.split(r"^\.\.\.\n", shown, flags=re.M):
        found = re.compile("^" + pattern(part), re.M).search(output, at)
        if not found:
            return False
        at = found.end()
    return True
