# tools/launder/lint.py - the checks that Debian's checkers make
"""Check the types of all Python here (mypy), the spelling of every file
(codespell), and the kernel's C (cppcheck); with words, only the named ones.
`make style` runs it behind tools/style.

Their settings: mypy.ini, tools/codespell.txt, tools/cppcheck.txt.

Exit status: 0 nothing was found; 1 something was; 3 wrong use; 4 a checker is
missing."""
from __future__ import annotations

import argparse
import glob
import os
import shutil
import subprocess
import sys

from launder import TOP
from launder.command import BAD, OK, TOOL, USE, Parser, Stop

OUT = os.path.abspath(os.environ.get("O", os.path.join(TOP, "build")))
# By themselves: their names are those of others, and gdb's classes have no types.
ALONE = ("tools/gdb/launder.py", "tests/faults/run-programs")


def is_python(path: str) -> bool:
    if path.endswith(".py"):
        return True
    with open(path, "rb") as f:
        return f.readline(80).startswith(b"#!/usr/bin/env python3")


def python_files() -> list[str]:
    return [p for pattern in ("tools/*", "tools/*/*", "tests/*", "tests/*/*",
                              "tests/*/*/*")
            for p in sorted(glob.glob(pattern))
            if os.path.isfile(p) and is_python(p)]


def run(checker: str, *words: str) -> bool:
    """=> it found nothing; what it finds it prints, a line each"""
    if not shutil.which(checker):
        raise Stop(TOOL, f"{checker} is missing: run `make setup`")
    return subprocess.run([checker, *words],
                          stdin=subprocess.DEVNULL).returncode == 0


def types() -> bool:
    flags = ["--no-error-summary", "--scripts-are-modules",
             "--cache-dir", os.path.join(OUT, "mypy")]
    files = python_files()
    together = run("mypy", *flags, *(p for p in files if p not in ALONE))
    return all([run("mypy", *flags, "--allow-subclassing-any", p)
                for p in files if p in ALONE]) and together


def spelling() -> bool:
    places = [p for p in sorted(os.listdir("."))
              if p[0] != "." and not p.startswith("build")
              and os.path.abspath(p) != OUT]
    return run("codespell", "--ignore-words", "tools/codespell.txt",
               "--skip", "*.pyc,tests/faults/*.txt,tools/codespell.txt",
               *places)


def kernel() -> bool:
    """What was checked before, and has not changed, is not checked again."""
    known = os.path.join(OUT, "cppcheck")
    os.makedirs(known, exist_ok=True)
    return run("cppcheck", "--quiet", "--error-exitcode=1",
               "-j", str(os.cpu_count() or 1), "--std=c11", "-I.",
               "--enable=warning,performance,portability",
               "--platform=unix32", f"--cppcheck-build-dir={known}",
               "--suppressions-list=tools/cppcheck.txt",
               "--template={file}:{line}: {message} [{id}]",
               "--template-location=",
               "boot", "kernel", "drivers", "mm", "fs")


CHECKS = {"types": types, "spelling": spelling, "kernel": kernel}


def main() -> int:
    p = Parser(prog="tools/lint", description=__doc__,
               formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("check", nargs="*", help="of " + ", ".join(CHECKS))
    try:
        chosen = p.parse_args().check or list(CHECKS)
        for name in chosen:
            if name not in CHECKS:
                raise Stop(USE, f"{name}: choose from " + ", ".join(CHECKS))
        os.chdir(TOP)
        return OK if all([CHECKS[name]() for name in chosen]) else BAD
    except Stop as e:
        print(f"tools/lint: {e}", file=sys.stderr)
        return e.status
