# tools/launder/trace_flows.py - from the dirtying of a buffer to its write's end
"""Which records of a ring belong to one write of one buffer.

BH_DIRTY names a device and a block, BLK_QUEUE sectors, BLK_ISSUE and BLK_DONE
the sectors of a request of many transfers.  A buffer that becomes dirty again
while its write is under way begins another write.
"""
from __future__ import annotations

from typing import NamedTuple, Sequence

from launder.trace_ring import Event, Ring

SECTOR = 512
WRITE = 1


class Step(NamedTuple):
    phase: str          # s: dirty, t: queued or issued, f: done
    flow: int           # from 1


def disk_of(dev: int) -> int:
    """=> the disk of a partition: IDE has 64 minor numbers a disk"""
    return dev & ~63 if dev >> 8 in (3, 22) else dev


def starts(ring: Ring, events: Sequence[Event]) -> dict[int, int]:
    """{partition: first sector}: the first buffer that is done after a request
    has the request's first sector."""
    sizes: dict[tuple[int, int], int] = {}
    found: dict[int, int] = {}
    done: tuple[int, int] | None = None
    names = [e.name for e in events]
    for _, number, _, *v in ring.records:
        name = names[number] if number < len(names) else ""
        if name == "BH_DIRTY":
            sizes[v[1], v[2]] = v[3] // SECTOR
        elif name == "BH_DONE" and done and done[0] == v[1]:
            if (v[1], v[2]) in sizes:
                found.setdefault(v[1], done[1] - v[2] * sizes[v[1], v[2]])
        done = (v[0], v[1]) if name == "BLK_DONE" else None
    return found


class Flows:
    """Collects the steps; those of a write that is not seen to end count for
    nothing."""

    def __init__(self, ring: Ring, events: Sequence[Event]) -> None:
        self.steps: dict[int, list[Step]] = {}      # by number of the record
        self.count = 0
        self.start = starts(ring, events)
        # By disk and first sector: the records of each write so far.
        self.dirty: dict[tuple[int, int], int] = {}
        self.queued: dict[tuple[int, int], list[int]] = {}
        hands = {"BH_DIRTY": self.on_dirty, "BLK_QUEUE": self.on_queue,
                 "BLK_ISSUE": self.on_issue, "BLK_DONE": self.on_done}
        hand = [hands.get(e.name) for e in events]
        for at, (_, number, _, *v) in enumerate(ring.records):
            if number < len(hand) and (do := hand[number]):
                do(at, v)

    def on_dirty(self, at: int, v: Sequence[int]) -> None:
        _, dev, block, size, _ = v
        if disk_of(dev) == dev or dev in self.start:
            sector = self.start.get(dev, 0) + block * (size // SECTOR)
            self.dirty[disk_of(dev), sector] = at

    def on_queue(self, at: int, v: Sequence[int]) -> None:
        key = disk_of(v[0]), v[1]
        if v[3] == WRITE and key in self.dirty:
            self.queued[key] = [self.dirty.pop(key), at]

    def on_issue(self, at: int, v: Sequence[int]) -> None:
        for sector in range(v[1], v[1] + v[2]) if v[3] == WRITE else ():
            if records := self.queued.get((disk_of(v[0]), sector)):
                records.append(at)

    def on_done(self, at: int, v: Sequence[int]) -> None:
        for sector in range(v[1], v[1] + v[2]) if v[3] == WRITE else ():
            records = self.queued.pop((disk_of(v[0]), sector), None)
            if records and len(records) == 3:
                self.count += 1
                for record, phase in zip(records + [at], "sttf"):
                    self.steps.setdefault(record, []).append(
                        Step(phase, self.count))
