"""tools/launder/touches.py - the trace's group touch as a table, for cachesim

Columns: usec, event (touch, dirtied, written, gone, asked), kind (file, buffer,
anon, shm), dev, owner, index: the page's name; how; miss (1: it was not in
memory, 2: nothing had to be read, 4: written up to the page's end; of written:
1: it had not changed); sectors; pfn; pid.

The kernel knows an anonymous page by its frame or its slot of swap, and names
it only when it makes it.  It says once that a file ends or is synced, whatever
of it is cached.  Here each row gets its page's name, and each page of a file
that ends a row: gone, truncated.  A sync (fsync, msync; sync, of all) has a row
"asked" for each page or block stored to since the last one, written or not.

A trace that lost its beginning has a line `# lost N` first.  `# held N`, ten
times a second: so many frames are in use for what is no page here and no buffer
head: the kernel's own, slabs, page tables.  At the end, `# waits N`: touches by
several tasks that waited for one page; `# unnamed N`: events of pages that were
made before the trace began.
"""
from __future__ import annotations

import sys
from itertools import chain
from typing import Iterator, Sequence, Tuple

from launder.trace_ring import Event, Ring, fail, read_enums

Key = Tuple[int, int, int]              # space, owner, index
Row = Tuple[int, str, Key, int, int, int]   # usec, event, page, how, pfn, pid

KINDS = ("file", "buffer", "anon", "shm")
ANON = 2 << 28
TRUNCATED = 1
WRITE, PREFETCH, MISS, NEW = 1, 5, 0x100, 0x200     # mm/reclaim/touch.h
HEADER = "usec,event,kind,dev,owner,index,how,miss,sectors,pfn,pid\n"
PAGE_SECTORS = 8
HEADS_A_FRAME = 36


class Names:
    """Which page is in a frame or a slot; which pages of a file were seen."""

    def __init__(self) -> None:
        self.frames: dict[int, Key] = {}
        self.slots: dict[int, Key] = {}
        self.files: dict[tuple[int, int], set[int]] = {}
        self.living: set[Key] = set()   # anonymous, not ended
        self.memory: set[Key] = set()
        self.swapped: set[Key] = set()  # anonymous, last seen with a slot
        self.stored: dict[Key, None] = {}   # a set in order: not synced since
        self.unnamed = self.waits = 0

    def anon(self, event: str, entry: int, pfn: int) -> Key | None:
        """A touch finds its page by the slot, if it has one: the frame may be
        new.  Other events find it by the frame: the slot may be."""
        by_slot = self.slots.get(entry) if entry else None
        by_frame = self.frames.get(pfn) if pfn else None
        return by_slot or by_frame if event == "touch" else \
            by_frame or by_slot

    def new_name(self, key: Key) -> Key:
        """The name of a page just made.  fork may have left the last page of
        that name to a child: then it is another, with 2^20 on its index."""
        while key in self.living:
            key = (*key[:2], key[2] + (1 << 20))
        self.living.add(key)
        return key

    def name(self, event: str, key: Key, pfn: int) -> Key | None:
        """=> the page's name; None: it has left memory, which is known."""
        if key[0] == ANON and not key[1]:
            entry = key[2]
            named = self.anon(event, entry, pfn)
            if named is None:
                self.unnamed += event != "gone"
                named = (ANON, 0, entry or pfn) if event != "gone" else None
            if named and entry:
                self.slots[entry] = named
                self.swapped.add(named)
            elif named:
                self.swapped.discard(named)
        elif key[0] == ANON:
            named = self.new_name(key)
        else:
            named = key
            if key[0] >> 28 == 0:
                self.files.setdefault(key[:2], set()).add(key[2])
        if named and pfn and named[0] >> 28 != 1:
            self.frames[pfn] = named
        return named

    def missed(self, key: Key, how: int) -> int:
        """=> "how", with a miss where the page was not in memory: of two tasks
        that wait for one page, the first that goes on did not find it."""
        was = key in self.memory
        self.memory.add(key)
        if was != bool(how & MISS) or how & 0xff >= PREFETCH:
            return how
        self.waits += 1
        return how & ~MISS if was else how | MISS

    def held(self, frames: int, heads: int) -> int:
        """=> frames without those of processes' pages, which are on no list
        until they have a slot, and of buffer heads."""
        private = sum(k[0] == ANON for k in self.memory - self.swapped)
        return frames - private - -(-heads // HEADS_A_FRAME)

    def gone(self, key: Key, pfn: int, how: int) -> None:
        self.memory.discard(key)
        self.frames.pop(pfn, None)
        if how == TRUNCATED:
            self.stored.pop(key, None)
            self.living.discard(key)
            self.swapped.discard(key)
        if how == TRUNCATED and key[0] >> 28 == 0:
            self.files[key[:2]].discard(key[2])

    def cut(self, space: int, owner: int, first: int) -> list[int]:
        """=> the pages of a file that ends, which nothing has said yet."""
        pages = self.files.get((space, owner), set())
        ended = sorted(i for i in pages if i >= first)
        pages.difference_update(ended)
        for i in ended:
            self.stored.pop((space, owner, i), None)
        return ended

    def store(self, event: str, key: Key, how: int) -> None:
        if key[0] >> 28 < 2 and (event == "dirtied" or
                                 event == "touch" and how & 0xff == WRITE):
            self.stored[key] = None

    def asked(self, space: int, owner: int) -> list[Key]:
        """=> what was stored in a file, on a device or, device 0, on all"""
        dev = space & 0xfffffff
        found = [key for key in self.stored
                 if (key[:2] == (space, owner) if space >> 28 == 0 else
                     not dev or key[0] & 0xfffffff == dev)]
        for key in found:
            del self.stored[key]
        return found


def rows(ring: Ring, events: Sequence[Event]) -> Iterator[Row]:
    """The events of the group, each with its page's name; "held" has frames
    for a page.  Then ring.waits and ring.unnamed are what the last lines of a
    table say."""
    numbers = {i: e.name.lower() for i, e in enumerate(events)
               if e.group == "touch"}
    names = Names()
    for usec, number, pid, space, owner, index, how, pfn in ring.records:
        event = numbers.get(number)
        if event is None:
            continue
        if event == "held":
            frames = names.held(space, owner)
            if not ring.lost:
                yield usec, event, (0, 0, frames), 0, 0, pid
            continue
        if event == "cut":
            for i in names.cut(space, owner, index):
                yield (usec, "gone", (space, owner, i),
                       TRUNCATED | PAGE_SECTORS << 16, 0, pid)
            continue
        if event == "asked":
            for page in names.asked(space, owner):
                yield usec, event, page, PAGE_SECTORS << 16, 0, pid
            continue
        key = names.name(event, (space, owner, index), pfn)
        if key is None:
            continue
        if event == "touch" and not ring.lost:
            how = names.missed(key, how)
        names.store(event, key, how)
        if event == "gone":
            names.gone(key, pfn, how & 0xff)
        yield usec, event, key, how, pfn, pid
    ring.waits, ring.unnamed = names.waits, names.unnamed


def write_touches(ring: Ring, events: Sequence[Event], path: str) -> None:
    enums = read_enums()
    words = {"touch": enums["touch_how"], "gone": enums["touch_gone"],
             "written": enums["io_initiator"]}
    found = rows(ring, events)
    first = next(found, None)
    if first is None:
        fail("no touches in that ring: boot with trace=touch")
    with open(path, "w") as out:
        if ring.lost:
            out.write(f"# lost {ring.lost}\n")
        out.write(HEADER)
        for usec, event, (space, owner, index), how, pfn, pid in chain(
                [first], found):
            if event == "held":
                out.write(f"# held {index}\n")
                continue
            word = words[event][how & 0xff] if event in words else ""
            out.write(f"{usec},{event},{KINDS[space >> 28]},"
                      f"{space & 0xfffffff},{owner},{index},{word},"
                      f"{how >> 8 & 7},{how >> 16},{pfn},{pid}\n")
        if ring.waits:
            out.write(f"# waits {ring.waits}\n")
        if ring.unnamed:
            out.write(f"# unnamed {ring.unnamed}\n")
    if ring.unnamed:
        print(f"tools/trace: {ring.unnamed} events are of pages that were made "
              "before the trace begins", file=sys.stderr)
