"""tests/demo/synthetic.py - rings and console logs as a run leaves them."""
from __future__ import annotations

import random
import struct
from typing import Mapping, Sequence

from launder.trace_ring import Event

HEADER = struct.Struct("<8sIIIIQQII")
RECORD = struct.Struct("<QHH5I")
PAGE, HDA, HDB = 4096, 0x300, 0x340


class Ring:
    """Collects records; event numbers come from tools/trace's list."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.number = {e.name: i for i, e in enumerate(events)}
        self.records: list[bytes] = []

    def add(self, usec: int, name: str, *args: int, pid: int = 1) -> None:
        self.records.append(RECORD.pack(usec, self.number[name], pid,
                                        *(list(args) + [0] * 5)[:5]))

    def save(self, path: str, capacity: int | None = None) -> None:
        """With a small capacity the oldest records are overwritten."""
        head = len(self.records)
        capacity = capacity or head
        slots = [bytes(RECORD.size)] * capacity
        for i, record in enumerate(self.records):
            slots[i % capacity] = record
        with open(path, "wb") as f:
            f.write(HEADER.pack(b"LAUNDTRC", 1, RECORD.size, capacity, 0x7f,
                                head, 996624000, PAGE, 4096).ljust(PAGE, b"\0"))
            f.write(b"".join(slots))


def transfer(ring: Ring, usec: int, dev: int, sector: int, sectors: int,
             rw: int, initiator: int = 2) -> None:
    ring.add(usec, "BLK_QUEUE", dev, sector, sectors, rw, initiator, pid=3)
    ring.add(usec + 1, "BLK_NEW", dev, sector, sectors, rw, pid=3)
    ring.add(usec + 90, "BLK_ISSUE", dev, sector, sectors, rw, pid=3)
    ring.add(usec + 400, "BLK_DONE", dev, sector, sectors, rw, 0, pid=0)


def make_ring(events: Sequence[Event], path: str, seed: int = 1,
              seconds: int = 4) -> None:
    """A run that streams to hda, writes at random to hdb and reads a little."""
    r, ring = random.Random(seed), Ring(events)
    ring.add(10, "TASK_NEW", 3, 1, *struct.unpack("<II", b"bdflush\0"))
    for tick in range(seconds * 10):
        t = 1000000 + tick * 100000
        ring.add(t, "SAMPLE_LISTS", 1500 - tick * 5, 900 + r.randrange(200),
                 300 + r.randrange(100), 120 + r.randrange(60), 400)
        ring.add(t + 1, "SAMPLE_DIRTY", 50, 5, 200, 600, 16)
        for i in range(12):
            transfer(ring, t + 3000 * i + 10, HDA, 4000 + tick * 960 + i * 80,
                     80, 1)
        for i in range(6):
            transfer(ring, t + 40000 + 3000 * i, HDB, r.randrange(8000) * 8,
                     8, int(i < 4))
    ring.save(path)


def vmstat(tag: str, numbers: Mapping[str, int]) -> str:
    rows = "".join(f"{name} {value}\r\n" for name, value in numbers.items())
    return f"=== vmstat begin {tag}\r\n{rows}=== vmstat end\r\n"


def log(words: str, output: str, before: Mapping[str, int],
        after: Mapping[str, int], status: int = 0) -> str:
    """A console as init leaves it, with carriage returns."""
    return ("Launder: ...\r\nmemory: 16384 KB managed\r\n"
            f"=== run begin {words}\r\n{vmstat('before', before)}"
            f"{output}\r\n=== run end status={status}\r\n"
            f"{vmstat('after', after)}launder: end ok\r\n")
