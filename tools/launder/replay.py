"""tools/launder/replay.py - a trace of touches as a script for the guest.

The trace is cachesim's CSV, xz or not.  What programs did with files is played
again by user/workloads/replay.c, one page at a time; anonymous memory and the
file system's own blocks are left out, and a fault becomes a read or a write.
Of pages that were truncated the replay has holes.
"""
from __future__ import annotations

import csv
import lzma
from typing import Dict, Iterator, List, NamedTuple, TextIO, Tuple

WRITES = ("write", "fault_write")
UNUSED = ("prefetch", "young")      # no program touched the page then
NEW = 2                             # of "miss": nothing had to be read

Key = Tuple[str, str]               # device and inode number


class Row(NamedTuple):
    event: str          # touch, or gone: truncated
    file: Key
    page: int
    how: str
    new: bool


class Step(NamedTuple):
    what: str           # r, w, t
    file: int
    page: int
    pages: int


def opened(path: str) -> TextIO:
    if path.endswith(".xz"):
        return lzma.open(path, "rt")
    return open(path)


def rows(path: str) -> Iterator[Row]:
    """Touches of files by programs, and their pages that were truncated."""
    with opened(path) as f:
        for r in csv.DictReader(s for s in f if not s.startswith("#")):
            if r["kind"] != "file" or r["how"] in UNUSED:
                continue
            if r["event"] == "touch" or r["how"] == "truncated":
                yield Row(r["event"], (r["dev"], r["owner"]), int(r["index"]),
                          r["how"], bool(int(r["miss"]) & NEW))


def calls(path: str) -> List[Tuple[str, Key, int]]:
    """(r or w, file, page) of every touch by a system call, in order."""
    return [(r.how[0], r.file, r.page) for r in rows(path)
            if r.event == "touch" and r.how in ("read", "write")]


class Script:
    """The files and steps of a trace."""

    def __init__(self, path: str) -> None:
        self.numbers: Dict[Key, int] = {}
        self.has: List[int] = []
        self.size: List[int] = []
        self.steps: List[Step] = []
        seen = set()
        for r in rows(path):
            n = self.number(r.file)
            if r.event == "touch":
                if (n, r.page) not in seen and not (r.how in WRITES and r.new):
                    self.has[n] = max(self.has[n], r.page + 1)
                seen.add((n, r.page))
                self.size[n] = max(self.size[n], r.page + 1)
                self.add(Step("w" if r.how in WRITES else "r", n, r.page, 1))
            elif r.page < self.size[n]:
                self.cut(n, r.page)

    def number(self, file: Key) -> int:
        if file not in self.numbers:
            self.numbers[file] = len(self.has)
            self.has.append(0)
            self.size.append(0)
        return self.numbers[file]

    def add(self, s: Step) -> None:
        """A step that continues the last one makes it longer."""
        last = self.steps[-1] if self.steps else None
        if last and (last.what, last.file, last.page + last.pages) == s[:3]:
            self.steps[-1] = last._replace(pages=last.pages + 1)
        else:
            self.steps.append(s)

    def cut(self, file: int, page: int) -> None:
        """Pages of one truncation come one by one: the lowest counts."""
        last = self.steps[-1] if self.steps else None
        if last and last.what == "t" and last.file == file:
            self.steps[-1] = last._replace(page=min(last.page, page))
        else:
            self.steps.append(Step("t", file, page, 0))

    def write(self, path: str) -> None:
        with open(path, "w") as f:
            f.writelines(f"f {has} {size}\n"
                         for has, size in zip(self.has, self.size))
            for s in self.steps:
                f.write(f"{s.what} {s.file} {s.page}"
                        + (f" {s.pages}\n" if s.what != "t" else "\n"))

    def expected(self) -> List[Tuple[str, int, int]]:
        """(r or w, file's number, page) of every touch, in order."""
        return [(s.what, s.file, s.page + i) for s in self.steps
                for i in range(s.pages)]
