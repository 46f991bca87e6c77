# tools/launder/crash_log.py - QEMU's log of writes; disks after a power cut
"""The log of the block driver blklogwrites (the format of Linux' dm-log-writes):
a sector with magic, version, count and sector size; then each entry, a sector
with place, length, flags and the length of the data, and the data behind it.
An entry is made when the drive has completed the request.

Both disks of the guest lie in one log: first the file system, then, from
`marks_at` on, the disk with the marks, so that the log orders the two.  What
the guest does to make a mark must not make anything else durable: the flush
that follows a mark belongs to the disk of the marks and is left out.  QEMU
omits a flush from the log when nothing was written since the last one: after
the flush of a mark, its trace of ATA commands shows whether the disk was
flushed."""
from __future__ import annotations

import random
import re
import struct
from typing import Iterator

SECTOR = 512
MAGIC, VERSION = 0x6a736677736872, 1
FLUSH, FUA, KNOWN = 1, 2, 3
LIST_AT = 4096                          # as in user/workloads/crash.c
WRITE, BARRIER, MARK, GONE = range(4)   # kinds of Entry
CUTS = ("prefix", "torn", "requests", "sectors")
COMMAND = re.compile(r"ide_exec_cmd .*bus (0x\w+); .*cmd 0x(\w+)")
FLUSHES, WRITES = (0xe7, 0xea), (0xca, 0x35, 0x30, 0x34, 0xc5, 0x39)


class LogError(Exception):
    pass


class Entry:
    """WRITE: at, data (fua: it is durable by itself); BARRIER: the drive's
    cache is empty; MARK: line, inos = {line: inode number}; GONE:
    left out of the log."""

    def __init__(self, kind: int, at: int = 0, data: bytes = b"",
                 fua: bool = False, line: int = 0,
                 inos: dict[int, int] | None = None) -> None:
        self.kind, self.at, self.data, self.fua = kind, at, data, fua
        self.line, self.inos = line, inos or {}


def parse_mark(data: bytes) -> Entry:
    text = data.rstrip(b"\0").decode()
    m = re.match(r"mark (\d+)\n((?:\d+ \d+\n)*)$", text)
    if not m:
        raise LogError(f"a mark that is none: {text!r}")
    rows = [row.split() for row in m[2].splitlines()]
    return Entry(MARK, line=int(m[1]), inos={int(a): int(b) for a, b in rows})


def read_trace(path: str) -> list[bool]:
    """=> for each mark, whether the first disk was flushed just before it, in
    QEMU's trace of ide_exec_cmd"""
    flushed, before, first_bus = [], False, None
    with open(path, errors="replace") as f:
        for m in COMMAND.finditer(f.read()):
            bus, command = m[1], int(m[2], 16)
            first_bus = first_bus or bus
            if bus == first_bus:
                before = before or command in FLUSHES
            elif command in WRITES:
                flushed.append(before)
                before = False
    return flushed


def add_unlogged(entries: list[Entry], flushed: list[bool]) -> Iterator[Entry]:
    """Inserts the barriers that only the trace has."""
    marks, last = 0, None
    for e in entries:
        if e.kind == MARK:
            if marks >= len(flushed):
                raise LogError("the trace has fewer marks than the log")
            if last == MARK and flushed[marks]:
                yield Entry(BARRIER)
            marks += 1
        last = e.kind
        yield e


def read_log(path: str, trace: str, marks_at: int) -> list[Entry]:
    """=> the entries, oldest first"""
    with open(path, "rb") as f:
        magic, version, count, size = struct.unpack("<QQQI", f.read(28))
        if (magic, version, size) != (MAGIC, VERSION, SECTOR):
            raise LogError(f"{path} is no log of writes")
        f.seek(SECTOR)
        entries, own_flush = [], False
        for _ in range(count):
            head = f.read(SECTOR)
            if len(head) < SECTOR:
                raise LogError(f"{path} ends early")
            at, sectors, flags, extra = struct.unpack("<QQQQ", head[:32])
            if flags & ~KNOWN or extra or at * SECTOR < marks_at < \
                    (at + sectors) * SECTOR:
                raise LogError(f"{path}: an entry with flags {flags}")
            data, at = f.read(sectors * SECTOR), at * SECTOR
            if data and at >= marks_at:
                entries.append(parse_mark(data))
                own_flush = True
            elif data:
                entries.append(Entry(WRITE, at, data, bool(flags & FUA)))
            elif flags & FLUSH and own_flush:
                own_flush = False
            elif flags & FLUSH:
                entries.append(Entry(BARRIER))
    return list(add_unlogged(entries, read_trace(trace)))


class Cutter:
    """Makes the disk after a cut.  Cuts are asked for in order of place."""

    def __init__(self, base: bytes, entries: list[Entry],
                 lost_barriers: int = 0) -> None:
        self.entries, self.image, self.done = entries, bytearray(base), 0
        self.lost = lost_barriers

    def last_barrier(self, place: int) -> int:
        """=> how many entries, of the first "place", are surely durable"""
        lost = self.lost
        for i in range(place - 1, -1, -1):
            if self.entries[i].kind == BARRIER:
                if not lost:
                    return i + 1
                lost -= 1
        return 0

    def disk(self, place: int, kind: str, rng: random.Random) -> bytearray:
        """The disk when the power fails after the first "place" entries:
        prefix    all of them are on it
        torn      of the last write, only its first sectors
        requests  all up to the last flush, and a random part of the writes
                  since then
        sectors   all up to the last flush, and a random part of the
                  sectors since then
        """
        keep = place if kind in ("prefix", "torn") else \
            self.last_barrier(place)
        if kind == "torn" and self.entries[place - 1].kind == WRITE:
            keep = place - 1
        if self.done > keep:
            raise ValueError("cuts out of order")
        for e in self.entries[self.done:keep]:
            put(self.image, e, 0, len(e.data))
        self.done = keep
        image, share = bytearray(self.image), rng.choice((.1, .3, .5, .7, .9))
        for e in self.entries[keep:place]:
            if kind == "torn":
                put(image, e, 0, rng.randrange(0, len(e.data), SECTOR))
            elif e.fua or kind == "requests":
                if e.fua or rng.random() < share:
                    put(image, e, 0, len(e.data))
            else:
                for i in range(0, len(e.data), SECTOR):
                    if rng.random() < share:
                        put(image, e, i, i + SECTOR)
        return image


def put(image: bytearray, e: Entry, first: int, last: int) -> None:
    if e.kind == WRITE:
        image[e.at + first:e.at + last] = e.data[first:last]
