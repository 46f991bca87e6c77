"""tests/host/cachesim_naive.py - what tools/cachesim computes, done naively.

Each function here is written from the definition, by search or by counting,
without the structures that make the C program fast.  An event is a row of the
CSV; an object is known by the column index, here `item`.
"""
from __future__ import annotations

import functools
import itertools
from typing import Callable, NamedTuple, Optional, Sequence

TOUCHES = ("read", "write", "getblk", "fault_read", "fault_write", "young")
FLUSHERS = ("kupdate", "bdflush", "balance_dirty", "refill_freelist")
LATER = 1 << 30
SYNCS = ("fsync", "sync")


class Event(NamedTuple):
    usec: int
    event: str
    item: int
    how: str
    miss: int = 0
    sectors: int = 8
    kind: str = "file"

    @property
    def touch(self) -> bool:
        return self.event == "touch" and self.how != "prefetch"

    @property
    def prefetch(self) -> bool:
        return self.event == "touch" and self.how == "prefetch"

    @property
    def ends(self) -> bool:
        return self.event == "gone" and self.how == "truncated"

    @property
    def leaves(self) -> bool:
        """Memory, under every policy."""
        return self.event == "gone" and self.how != "reclaimed"

    @property
    def stores(self) -> bool:
        return self.event == "touch" and self.how in ("write", "fault_write")

    @property
    def dirties(self) -> bool:
        """Where the trace says when a page becomes dirty: a fault does not."""
        return self.event == "dirtied" or \
            self.event == "touch" and self.how == "write"


Trace = Sequence[Event]


# ---- policies: lists of objects, the newest last ----------------------------

def lru(trace: Trace, frames: int) -> int:
    memory: list[int] = []
    misses = 0
    for e in trace:
        if (e.touch or e.leaves) and e.item in memory:
            memory.remove(e.item)
        elif e.touch:
            misses += 1
        if e.touch:
            memory = (memory + [e.item])[-frames:]
    return misses


def fifo(trace: Trace, frames: int) -> int:
    memory: list[int] = []
    misses = 0
    for e in trace:
        if e.leaves and e.item in memory:
            memory.remove(e.item)
        if e.touch and e.item not in memory:
            misses += 1
            memory = (memory + [e.item])[-frames:]
    return misses


def clock(trace: Trace, frames: int) -> int:
    """A ring of frames and a hand."""
    ring: list[Optional[list[int]]] = []        # [object, bit]
    misses = 0
    for e in trace:
        here = next((f for f in ring if f and f[0] == e.item), None)
        if e.leaves and here:
            ring.remove(here)
        if not e.touch:
            continue
        if here:
            here[1] = 1
            continue
        misses += 1
        if len(ring) == frames:
            while ring[0] and ring[0][1]:
                ring = ring[1:] + [[ring[0][0], 0]]
            ring = ring[1:]
        ring.append([e.item, 0])
    return misses


def two_queues(trace: Trace, frames: int) -> int:
    """Johnson and Shasha, the full version: A1in, A1out, Am."""
    kin, kout = max(1, frames // 4), max(1, frames // 2)
    a1in: list[int] = []
    a1out: list[int] = []
    am: list[int] = []
    misses = 0
    for e in trace:
        x = e.item
        if e.leaves:
            a1in, a1out, am = ([i for i in q if i != x]
                               for q in (a1in, a1out, am))
        if not e.touch:
            continue
        if x in am:
            am.remove(x)
            am.append(x)
        if x in am or x in a1in:
            continue
        misses += 1
        known = x in a1out
        if len(a1in) + len(am) >= frames:
            if len(a1in) > kin or not am:
                a1out.append(a1in.pop(0))
                a1out = a1out[-kout:]
            else:
                am.pop(0)
        if known:
            a1out = [i for i in a1out if i != x]
            am.append(x)
        else:
            a1in.append(x)
    return misses


class Arc:
    """Megiddo and Modha, figure 4."""

    def __init__(self, frames: int) -> None:
        self.c, self.p = frames, 0.0
        self.t1: list[int] = []
        self.t2: list[int] = []
        self.b1: list[int] = []
        self.b2: list[int] = []
        self.misses = 0

    def lists(self) -> tuple[list[int], ...]:
        return self.t1, self.t2, self.b1, self.b2

    def replace(self, in_b2: bool) -> None:
        n = len(self.t1)
        if n + len(self.t2) < self.c:
            return
        if n >= 1 and (n > self.p or (in_b2 and n == self.p)):
            self.b1.append(self.t1.pop(0))
        else:
            self.b2.append(self.t2.pop(0))

    def miss(self, x: int) -> None:
        one, two = len(self.b1), len(self.b2)
        if x in self.b1:
            self.p = min(float(self.c), self.p + max(two / one, 1))
            self.replace(False)
            self.b1.remove(x)
            self.t2.append(x)
        elif x in self.b2:
            self.p = max(0.0, self.p - max(one / two, 1))
            self.replace(True)
            self.b2.remove(x)
            self.t2.append(x)
        else:
            self.new(x)

    def new(self, x: int) -> None:
        l1 = len(self.t1) + len(self.b1)
        total = l1 + len(self.t2) + len(self.b2)
        if l1 == self.c:
            if len(self.t1) < self.c:
                self.b1.pop(0)
                self.replace(False)
            else:
                self.t1.pop(0)
        elif total >= self.c:
            if total == 2 * self.c:
                self.b2.pop(0)
            self.replace(False)
        self.t1.append(x)

    def event(self, e: Event) -> None:
        if e.leaves:
            for q in self.lists():
                if e.item in q:
                    q.remove(e.item)
        if not e.touch:
            return
        for q in (self.t1, self.t2):
            if e.item in q:
                q.remove(e.item)
                self.t2.append(e.item)
                return
        self.misses += 1
        self.miss(e.item)


def arc(trace: Trace, frames: int) -> int:
    a = Arc(frames)
    for e in trace:
        a.event(e)
    return a.misses


# ---- the best that was possible: by search over all choices -----------------

def best(trace: Trace, frames: int, prefetch: bool = False) -> int:
    """The least misses over every choice of who goes at every touch, and, with
    prefetch, of whether it is used and who goes for it."""
    @functools.lru_cache(maxsize=None)
    def least(i: int, memory: frozenset[int]) -> int:
        while i < len(trace) and not (
                trace[i].touch and trace[i].item not in memory
                or prefetch and trace[i].prefetch
                and trace[i].item not in memory):
            if trace[i].leaves:
                memory = memory - {trace[i].item}
            i += 1
        if i == len(trace):
            return 0
        x, cost = trace[i].item, int(trace[i].touch)
        choices = [memory | {x}] if len(memory) < frames else \
            [memory - {out} | {x} for out in memory]
        if not cost:
            choices.append(memory)
        return cost + min(least(i + 1, m) for m in choices)
    return least(0, frozenset())


def read_ahead(states: dict[frozenset[int], int], items: set[int],
               frames: int) -> dict[frozenset[int], int]:
    """With each state all that reading any objects into its frames gives."""
    found, unvisited = dict(states), list(states)
    while unvisited:
        memory = unvisited.pop()
        for x in items - memory:
            for out in [[]] if len(memory) < frames else [[i] for i in memory]:
                after = memory - set(out) | {x}
                if found[memory] + 1 < found.get(after, LATER):
                    found[after] = found[memory] + 1
                    unvisited.append(after)
    return found


def least_reads(trace: Trace, frames: int, ahead: bool = False,
                past: bool = False) -> int:
    """The least misses that read, over every choice of who goes; ahead: and of
    what is read before each touch; past: and of touches that take no frame."""
    items = {e.item for e in trace if e.touch}
    states: dict[frozenset[int], int] = {frozenset(): 0}
    for e in trace:
        if ahead and e.touch:
            states = read_ahead(states, items, frames)
        after: dict[frozenset[int], int] = {}
        for memory, cost in states.items():
            choices = [memory - {e.item} if e.leaves else memory]
            if e.touch and e.item not in memory:
                cost += not e.miss & 2
                choices = [memory] * past + (
                    [memory | {e.item}] if len(memory) < frames else
                    [memory - {out} | {e.item} for out in memory])
            for m in choices:
                after[m] = min(cost, after.get(m, cost))
        states = after
    return min(states.values())


def farthest(trace: Trace, frames: int) -> int:
    """Belady's rule, by looking ahead at each miss."""
    def next_use(i: int, x: int) -> int:
        for j in range(i + 1, len(trace)):
            if trace[j].item == x and trace[j].leaves:
                break
            if trace[j].item == x and trace[j].touch:
                return j
        return len(trace)
    memory: set[int] = set()
    misses = 0
    for i, e in enumerate(trace):
        if e.leaves:
            memory.discard(e.item)
        if not e.touch or e.item in memory:
            continue
        misses += 1
        if len(memory) == frames:
            memory.remove(max(memory, key=lambda x: next_use(i, x)))
        memory.add(e.item)
    return misses


def scanned(trace: Trace, frames: int, period: int) -> int:
    """As opt-scan: the objects that the scan of each period would find are
    known, and the order in which those in memory came in."""
    def next_seen(i: int, x: int) -> float:
        """The period whose scan next finds x, from the present one on."""
        now = trace[i].usec // period
        born = max((j for j in range(i) if trace[j].item == x
                    and trace[j].leaves), default=-1)
        for j in range(born + 1, len(trace)):
            e = trace[j]
            if e.item == x and e.leaves and j > i:
                break
            if e.item == x and e.touch and e.usec // period >= now:
                return e.usec // period
        return float("inf")
    memory: list[int] = []                      # as they came in
    misses = 0
    for i, e in enumerate(trace):
        if e.leaves and e.item in memory:
            memory.remove(e.item)
        if not e.touch or e.item in memory:
            continue
        misses += 1
        if len(memory) == frames:
            seen = [next_seen(i, x) for x in memory]
            memory.pop(seen.index(max(seen)))
        memory.append(e.item)
    return misses


# ---- writes ------------------------------------------------------------------

def duties(trace: Trace, x: int, limit: int) -> list[tuple[int, int]]:
    """For each store: (i, j): a write is needed at a place p, i < p <= j; place
    p is before event p."""
    asked = any(e.event == "asked" for e in trace)
    found = []
    for i, e in enumerate(trace):
        if e.item != x or not e.dirties:
            continue
        last = e.usec + limit
        due = sum(1 for f in trace if f.usec <= last)
        wish = next((j for j in range(i + 1, len(trace))
                     if trace[j].item == x and (
                         trace[j].event == "asked" if asked else
                         trace[j].event == "written"
                         and trace[j].how in SYNCS)), None)
        end = next((j for j in range(i + 1, len(trace))
                    if trace[j].item == x and trace[j].ends), None)
        places = [due] if last < trace[-1].usec and (
            end is None or trace[end].usec > last) else []
        if wish is not None and (end is None or wish < end):
            places.append(wish)
        if places:
            found.append((i, min(places)))
    return found


def fewest_places(need: Sequence[tuple[int, int]]) -> int:
    """The smallest set of places that serves all duties: the best of all
    sequences of places, by its last one."""
    places = [-1] + sorted({j for _, j in need})
    least = {-1: 0}
    for q in places[1:]:
        least[q] = 1 + min(
            n for p, n in least.items()
            if not any(i >= p and j < q for i, j in need))
    return min((n for p, n in least.items()
                if not any(i >= p for i, _ in need)), default=0)


def fewest_writes(trace: Trace, limit: int) -> int:
    return sum(fewest_places(duties(trace, x, limit))
               for x in {e.item for e in trace
                         if e.kind in ("file", "buffer")})


def generation_sectors(events: Trace, unit: int) -> int:
    """The most sectors that are dirty at a time, counted from its start."""
    run, most = 0, unit
    for e in events:
        if e.event == "dirtied":
            run += e.sectors
        if e.event == "written":
            run = max(0, run - e.sectors)
        most = max(most, run)
    return most


def bound_sectors(trace: Trace, limit: int) -> int:
    """Of writes as late as can be: each serves the stores before it."""
    unit = min(e.sectors for e in trace if e.event == "dirtied")
    total = 0
    for x in {e.item for e in trace if e.kind in ("file", "buffer")}:
        need, done = duties(trace, x, limit), 0
        while need:
            place = min(j for _, j in need)
            stores = [i for i, e in enumerate(trace) if done <= i < place
                      and e.item == x and e.dirties]
            ends = [i for i in range(place) if trace[i].item == x
                    and trace[i].ends]
            first = min(i for i in stores if not ends or i > ends[-1])
            total += generation_sectors(
                [e for e in trace[first:place] if e.item == x], unit)
            need = [(i, j) for i, j in need if i >= place]
            done = place
    return total


def verdicts(trace: Trace, window: int) -> dict[str, dict[str, int]]:
    """=> of each writer: useful, wasted and deleted writes"""
    count = {}
    for w in {e.how for e in trace if e.event == "written"}:
        count[w] = {"useful": 0, "wasted": 0, "deleted": 0}
    for i, e in enumerate(trace):
        if e.event != "written":
            continue
        stored = False
        for f in trace[i + 1:]:
            if f.item != e.item:
                continue
            late = f.usec - e.usec > window
            if f.stores or f.event == "dirtied":
                stored = True
            if f.event == "written" and stored:
                count[e.how]["wasted"] += not late
                break
            if f.event == "gone" and f.how == "dropped":
                break
            if f.event == "gone":
                what = "deleted" if f.ends else "useful"
                count[e.how][what] += not late and (f.ends or not stored)
                break
    return count


class DirtySet:
    """Objects in the order in which they became dirty, and their sectors."""

    def __init__(self) -> None:
        self.sectors: dict[int, int] = {}

    def event(self, e: Event) -> None:
        if e.kind not in ("file", "buffer"):
            return
        if e.event == "dirtied":
            self.sectors[e.item] = self.sectors.get(e.item, 0) + e.sectors
        if e.event == "gone":
            self.sectors.pop(e.item, 0)
        if e.event == "written" and e.item in self.sectors \
                and not e.miss & 1:
            self.sectors[e.item] -= e.sectors
            if self.sectors[e.item] <= 0:
                del self.sectors[e.item]


def inversions(trace: Trace) -> tuple[int, int]:
    """=> writes by flushers that overtook, and how many objects they did"""
    dirty, writes, objects = DirtySet(), 0, 0
    for e in trace:
        order = list(dirty.sectors)
        if e.event == "written" and e.how in FLUSHERS and e.item in order:
            writes += order.index(e.item) > 0
            objects += order.index(e.item)
        dirty.event(e)
    return writes, objects


def kendall(trace: Trace, every: int) -> list[tuple[int, int, int]]:
    """=> at each look: the time, dirty objects, pairs in the other order"""
    dirty, looks = DirtySet(), []
    last: dict[int, int] = {}
    look = (trace[0].usec // every + 1) * every
    for i, e in enumerate(trace):
        if e.usec >= look:
            order = [last[x] for x in dirty.sectors]
            if len(order) > 1:
                looks.append((look, len(order),
                              sum(a > b for a, b in
                                  itertools.combinations(order, 2))))
            look = (e.usec // every + 1) * every
        if e.touch or (e.event == "dirtied" and e.item not in last):
            last[e.item] = i
        dirty.event(e)
    return looks


POLICIES: dict[str, Callable[[Trace, int], int]] = {
    "lru": lru, "fifo": fifo, "clock": clock, "2q": two_queues, "arc": arc,
    "opt": farthest}
