"""tools/launder/words.py - finds words that tools/words.txt replaces.

Checked are comments of C, assembly, Make, shell and text files, comments and
docstrings of Python, the sentences of X-macro lists, and documents without
their code.
"""
from __future__ import annotations

import io
import os
import re
import tokenize
from typing import Iterator

LIST = "tools/words.txt"
LAYOUT = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.NL,
          tokenize.COMMENT, tokenize.ENCODING)


def blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def only(pattern: str, text: str) -> str:
    """The text with all but the matches of group 1 blank."""
    end, parts = 0, []
    for m in re.finditer(pattern, text, re.S | re.M):
        if m.group(1):
            parts += [blank(text[end:m.start(1)]), m.group(1)]
            end = m.end(1)
    return "".join(parts) + blank(text[end:])


def python_words(text: str) -> str:
    """Comments, and strings that begin a statement."""
    lines = [blank(s) for s in text.split("\n")]
    source, first = text.split("\n"), True
    for t in tokenize.generate_tokens(io.StringIO(text).readline):
        row, column = t.start
        if t.type == tokenize.COMMENT:
            lines[row - 1] = lines[row - 1][:column] + t.string
        elif first and t.type == tokenize.STRING:
            lines[row - 1:t.end[0]] = source[row - 1:t.end[0]]
        if t.type not in LAYOUT or t.type == tokenize.NEWLINE:
            first = t.type == tokenize.NEWLINE
    return "\n".join(lines)


def words_of(path: str, text: str) -> str:
    """What of a file is checked, each line in its place."""
    if path.endswith(".md"):
        return only(r"(?:^    [^\n]*|`[^`]*`)|([^`\n]+|\n)", text)
    if path.endswith((".c", ".h")) and "X-macro" not in text:
        return only(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''
                    r"|(/\*.*?\*/|//[^\n]*)", text)
    if path.endswith((".c", ".h")):
        return text
    if path.endswith(".asm"):
        return only(r"(;[^\n]*)", text)
    if path.endswith(".py") or text.startswith("#!/usr/bin/env python3"):
        return python_words(text)
    return only(r"(?:^|(?<=\s))(#[^\n]*)", text)


def files(top: str, place: str) -> Iterator[str]:
    if os.path.isfile(os.path.join(top, place)):
        yield place
    for folder, inner, names in os.walk(os.path.join(top, place)):
        inner[:] = sorted(d for d in inner if d != "__pycache__")
        for name in sorted(names):
            if not name.endswith((".png", ".pyc")):
                yield os.path.relpath(os.path.join(folder, name), top)


def check(top: str) -> Iterator[tuple[str, int, str]]:
    """=> (file, line, what to write) for each word found."""
    places, plain, quotes = [], {}, []
    with open(os.path.join(top, LIST)) as f:
        for line in f:
            kind, *rest = line.rstrip("\n").split("\t")
            if kind == "in":
                places.append(rest[0])
            elif kind == "word":
                plain[rest[0]] = rest[1]
            elif kind == "quote":
                quotes.append(rest)
    gap = r"(?:[ \t]+|[ \t]*\n[ \t*#;]*)"
    found = re.compile(r"(?<![\w'-])(%s)(?![\w'-])" % "|".join(
        w.replace(" ", gap) for w in plain), re.I)
    for path in (p for place in places for p in files(top, place)):
        if path == LIST:
            continue
        with open(os.path.join(top, path), errors="replace") as f:
            text = words_of(path, f.read())
        for where, quoted in quotes:
            if where == path:
                text = text.replace(quoted, blank(quoted))
        for m in found.finditer(text):
            word = re.sub(gap, " ", m.group(1))
            yield (path, text.count("\n", 0, m.start()) + 1,
                   f"`{word}`: write: {plain[word.lower()]}")
