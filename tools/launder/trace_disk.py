# tools/launder/trace_disk.py - a disk's requests in Chrome's Trace Event JSON
from __future__ import annotations

from typing import Sequence

from launder.trace_lane import WRITE, Lane, Writer
from launder.trace_ring import ACTIONS, DEVICES

DRIVES = 1 << 25        # threads: of drives


class Request:
    def __init__(self, number: int, v: Sequence[int]) -> None:
        self.id, self.rw, self.waits = number, v[3], True
        self.first, self.end = v[1], v[1] + v[2]


class Disk:
    """The drive's lane, and each request from the queue to its completion."""

    def __init__(self, out: Writer, dev: int, process: int) -> None:
        self.out, self.process = out, process
        self.name = "disk " + DEVICES.get(dev, f"{dev >> 8}:{dev & 255}")
        self.drive = Lane(out, process, DRIVES + dev, "drive", "drive")
        self.requests: list[Request] = []
        self.made = 0

    def span(self, phase: str, t: int, r: Request, name: str = "") -> None:
        number = self.process << 32 | r.id      # unique among all disks
        self.out.event(phase, t, name or ACTIONS[r.rw], self.drive.ids,
                       "request", None, f', "id": "{number:#x}"')

    def depth(self, t: int) -> None:
        self.out.counter(t, "waiting requests", self.process,
                         sum(r.waits for r in self.requests))

    def blk_new(self, t: int, v: Sequence[int]) -> None:
        self.made += 1
        self.requests.append(Request(self.made, v))
        self.span("b", t, self.requests[-1])
        self.span("b", t, self.requests[-1], "waits")
        self.depth(t)

    def blk_merge(self, t: int, v: Sequence[int]) -> None:
        _, first, sectors, rw, back = v
        for r in self.requests:
            if r.waits and r.rw == rw and (r.end == first if back else
                                           r.first == first + sectors):
                r.first = min(r.first, first)
                r.end = max(r.end, first + sectors)
                self.span("n", t, r, "merge")
                return

    def blk_issue(self, t: int, v: Sequence[int]) -> None:
        """Several that waited may have become one."""
        _, first, sectors, rw, _ = v
        for r in self.requests:
            if r.waits and r.rw == rw and (first <= r.first and
                                           r.end <= first + sectors):
                self.span("e", t, r, "waits")
                r.waits = False
        self.depth(t)
        self.drive.end_all(t)
        self.drive.begin(t, f"{ACTIONS[rw]} {first}+{sectors}",
                         {"sector": first, "sectors": sectors}, WRITE)

    def blk_done(self, t: int, v: Sequence[int]) -> None:
        """After an error a request's transfers are done one by one."""
        _, first, sectors, rw, error = v
        if self.drive.open:
            self.drive.end(t, {"error": error - (1 << 32)} if error else None)
        active = [r for r in self.requests if not r.waits]
        for r in active:
            if r.end <= first + sectors:
                self.span("e", t, r)
                self.requests.remove(r)
        if any(r.end > first + sectors for r in active):
            self.drive.begin(t, f"{ACTIONS[rw]} from {first + sectors}")

    def close(self, t: int) -> None:
        self.drive.end_all(t)
        for r in self.requests:
            if r.waits:
                self.span("e", t, r, "waits")
            self.span("e", t, r)
