"""tools/launder/run_options.py - the kernel's options: what each may be.

The same table as kernel/base/cmdline.c's (tests/host/run-options compares them), so
that a wrong option is refused before the emulator starts.  The scanners and the
self-tests are read from the sources, so a new one needs no change here.
"""
from __future__ import annotations

import glob
import os
import re
from typing import Sequence

from launder import TOP

LINE = 511              # characters of the kernel's command line
HZ = 100
TRACE_GROUPS = ("all", "none", "sys", "page", "buf", "blk", "scan", "sample",
                "sched", "touch")
TEXTS = {"scanner": 15, "root": 15, "init": 63, "trace": 63, "test": 31}
WORDS = {"disk": ("flat", "seek"), "ide": ("dma", "pio")}
NUMBERS = {"mem": (1, 768, 1), "debug": (0, 1, 1), "hz": (100, 1000, HZ),
           "timeout": (0, 1000000, 1), "trace_kb": (64, 262144, 1)}
ROOT = re.compile(r"hd([a-d])([1-9]\d?)?|ram0")


def found(pattern: str, regex: str) -> list[str]:
    """What the regex finds in the sources, in their order."""
    names = []
    for path in sorted(glob.glob(os.path.join(glob.escape(TOP), pattern))):
        with open(path, errors="replace") as f:
            names += re.findall(regex, f.read(), re.M)
    return names


def scanners() -> list[str]:
    return found("mm/reclaim/scanner_list.h", r"^S\((\w+)\)")


def designs() -> list[str]:
    """The two scanners of 2001, which are compared."""
    return found("mm/reclaim/scanner_list.h", r"^S\((\w+)\).*\bdesign\b")


def selftests() -> list[str]:
    return found("*/*/*.c", r"^SELFTEST\w*\((\w+),")


def listed(name: str, value: str, names: Sequence[str]) -> str | None:
    return None if value in names else \
        f"{name}={value}: choose from " + ", ".join(names)


def wrong_text(name: str, value: str) -> str | None:
    if name == "scanner":
        return listed(name, value, scanners())
    if name == "test":
        return listed(name, value, ["all"] + selftests())
    if name == "trace":
        for group in value.split(","):
            if group not in TRACE_GROUPS:
                return (f"trace={value}: a list of "
                        + ", ".join(TRACE_GROUPS) + " is wanted")
    if name == "root" and not ROOT.fullmatch(value):
        return f"root={value}: hda, hdb1, hdc5, ram0... are disks"
    if name == "init" and not value.startswith("/"):
        return f"init={value}: a path that begins with / is wanted"
    return None


def wrong(word: str) -> str | None:
    """=> None, or one line that says why the kernel would refuse the word."""
    name, equals, value = word.partition("=")
    if not equals or name not in (*TEXTS, *WORDS, *NUMBERS):
        return f"{word}: no such kernel option (see --help)"
    if name in WORDS:
        return listed(name, value, WORDS[name])
    if name in TEXTS:
        if not 0 < len(value.encode()) <= TEXTS[name]:
            return (f"{name}={value}: 1 to {TEXTS[name]} characters are "
                    "wanted")
        return wrong_text(name, value)
    low, high, step = NUMBERS[name]
    if re.fullmatch("[0-9]{1,10}", value) and low <= int(value) <= high \
            and int(value) % step == 0:
        return None
    by = f", a multiple of {step}" if step > 1 else ""
    return f"{name}={value}: a number from {low} to {high}{by} is wanted"


def split(text: str) -> tuple[list[str], list[str]]:
    """=> the options as a list of words, and the words behind " -- "."""
    words = text.split()
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at + 1:]


def last(words: list[str], name: str) -> str | None:
    """=> the value of the last word name=..., or None."""
    values = [w.partition("=")[2] for w in words
              if w.partition("=")[0] == name]
    return values[-1] if values else None
