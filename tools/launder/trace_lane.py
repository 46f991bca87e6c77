# tools/launder/trace_lane.py - events and lanes of Chrome's Trace Event JSON
from __future__ import annotations

import json
from typing import Mapping, Optional, TextIO

WRITE = "write"         # the category of arrows, and of slices at their ends
Args = Optional[Mapping[str, object]]


class Writer:
    """One event a line; the caller gives times, in ns, that never go back."""

    def __init__(self, f: TextIO) -> None:
        self.f, self.separator = f, ""

    def line(self, text: str) -> None:
        self.f.write(self.separator + text)
        self.separator = ",\n"

    def event(self, phase: str, t: int, name: str, ids: str, cat: str,
              args: Args = None, more: str = "") -> None:
        tail = f', "args": {json.dumps(args)}' if args else ""
        self.line(f'{{"ph": "{phase}", "ts": {t // 1000}.{t % 1000:03}, '
                  f'{ids}, "name": {json.dumps(name)}, "cat": "{cat}"'
                  f'{more}{tail}}}')

    def counter(self, t: int, name: str, process: int, value: object) -> None:
        self.event("C", t, name, f'"pid": {process}', "count", {name: value})

    def called(self, what: str, ids: str, name: str) -> None:
        """Names a process or a thread."""
        self.line(f'{{"ph": "M", {ids}, "name": "{what}_name", '
                  f'"args": {json.dumps({"name": name})}}}')


class Lane:
    """A thread of the format, and its open slices, outermost first."""

    def __init__(self, out: Writer, process: int, thread: int, name: str,
                 cat: str) -> None:
        self.out, self.name, self.cat = out, name, cat
        self.ids = f'"pid": {process}, "tid": {thread}'
        self.open: list[tuple[str, str]] = []
        self.call = False               # the outermost is a system call

    def begin(self, t: int, name: str, args: Args = None,
              cat: str = "") -> None:
        self.open.append((name, cat or self.cat))
        self.out.event("B", t, *self.shown(), args)

    def end(self, t: int, args: Args = None) -> None:
        self.out.event("E", t, *self.shown(), args)
        self.open.pop()

    def shown(self) -> tuple[str, str, str]:
        """=> the innermost slice's name, the lane's ids, the category"""
        name, cat = self.open[-1]
        return name, self.ids, cat

    def end_all(self, t: int) -> None:
        while self.open:
            self.end(t)
        self.call = False

    def state(self, t: int, name: str) -> None:
        """Ends another state, within the call or without one; begins this."""
        if len(self.open) > self.call and self.open[-1][0] == name:
            return
        while len(self.open) > self.call:
            self.end(t)
        self.begin(t, name)

    def instant(self, t: int, name: str, args: Args) -> None:
        self.out.event("i", t, name, self.ids, self.cat, args, ', "s": "t"')

    def flow(self, t: int, phase: str, number: int) -> None:
        """Belongs to the innermost slice, which begins at t: some readers go
        by the slice around it, others by time and category."""
        end = ', "bp": "e"' if phase == "f" else ""
        self.out.event(phase, t, "dirty to disk", self.ids, WRITE, None,
                       f', "id": {number}{end}')
