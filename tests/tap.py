"""tests/tap.py - results in the Test Anything Protocol, for tests in Python.

A result is a line `ok N - name`, `not ok N - name`, which the reason follows
in lines that begin with `# `, or `ok N - name # SKIP what is missing`.  The
plan `1..N` comes last; a script that prints none has failed.
"""
from __future__ import annotations

import re
import sys
import threading
from typing import Any, Iterable, Iterator, NamedTuple, NoReturn

PASS, FAIL, SKIP = "PASS", "FAIL", "SKIP"
RESULT = re.compile(r"(not )?ok\b(?: \d+)?(?: - (.*?))?(?: # SKIP ?(.*))?")
PLAN = re.compile(r"1\.\.(\d+)")
REASON = re.compile(r"# (\S.*)")

count = failures = 0
turn = threading.Lock()         # results may come from several threads


class Result(NamedTuple):
    kind: str                   # PASS, FAIL or SKIP
    name: str
    why: str                    # the reason of a FAIL, what a SKIP misses


def results(lines: Iterable[str]) -> Iterator[Result]:
    """The results among a program's output."""
    last = None
    for line in lines:
        found, reason = RESULT.fullmatch(line), REASON.fullmatch(line)
        if last and reason:
            last = last._replace(why=f"{last.why} {reason[1]}".strip())
            continue
        if last:
            yield last
        last = None
        if found:
            kind = FAIL if found[1] else PASS if found[3] is None else SKIP
            last = Result(kind, found[2] or "", found[3] or "")
    if last:
        yield last


def say(kind: str, name: str, why: Any = "") -> None:
    """Prints a result; why is the reason of a FAIL or what a SKIP misses."""
    global count, failures
    with turn:
        count += 1
        failures += kind == FAIL
        line = f"{'not ' * (kind == FAIL)}ok {count} - {name}"
        lines = [s for s in str(why).splitlines() if s.strip()]
        if kind == SKIP:
            line += " # SKIP " + " ".join(lines)
        elif kind == FAIL:
            line += "".join(f"\n# {s.strip()}" for s in lines)
        print(line, flush=True)


def check(name: str, good: Any, why: Any = "") -> bool:
    """A PASS if it is good; else a FAIL with the reason. => good"""
    say(PASS if good else FAIL, name, why)
    return bool(good)


def relay(output: str, prefix: str = "") -> int:
    """Repeats another program's results under our numbers. => how many"""
    found = list(results(output.splitlines()))
    for kind, name, why in found:
        say(kind, prefix + name, why)
    return len(found)


def planned(output: str) -> int | None:
    """The number of results that a program says it has printed."""
    found = [int(m[1]) for m in map(PLAN.fullmatch, output.splitlines()) if m]
    return found[-1] if found else None


def finish() -> NoReturn:
    """Prints the plan and ends the script."""
    print(f"1..{count}", flush=True)
    sys.exit(1 if failures else 0)
