# tools/launder/trace.py - reads the kernel's trace ring, shows, converts
"""Show a trace ring as sentences, oldest first, or convert it.

FILE is a ring saved by tools/run --trace, or a whole image of the guest's
memory.  The events and their sentences are read from kernel/core/trace_events.h,
the names of their values from the enums in the kernel's headers.

  --ctf DIR          for babeltrace2 and Trace Compass (CTF 1.8)
  --blktrace PREFIX  for blkparse, btt and iowatcher: PREFIX.hda.blktrace.0 ...
"""
from __future__ import annotations

import argparse
import collections
import signal

from launder.trace_blktrace import write_blktrace
from launder.trace_ctf import write_ctf
from launder.trace_ring import Event, Ring, fail, read_events, task_name


def show(ring: Ring, events: list[Event], last: int | None) -> None:
    names = {}
    for usec, number, pid, *values in ring.records:
        if number < len(events) and events[number].name == "TASK_NEW":
            names[values[0]] = task_name(values)
    records = collections.deque(ring.records, last) if last else ring.records
    if ring.lost:
        print(f"({ring.lost} older events were overwritten)")
    for usec, number, pid, *values in records:
        text = events[number].show(values) if number < len(events) \
            else f"event {number}: {values}"
        who = f"{pid} {names.get(pid, '')}".rstrip()
        print(f"{usec // 1000000:5}.{usec % 1000000:06}  {who:12}  {text}")


def trace() -> None:
    p = argparse.ArgumentParser(
        prog="tools/trace", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("file", metavar="FILE")
    p.add_argument("--last", metavar="N", type=int, help="only the last N")
    p.add_argument("--save", metavar="FILE", help="the ring alone, raw")
    p.add_argument("--ctf", metavar="DIR")
    p.add_argument("--blktrace", metavar="PREFIX")
    o = p.parse_args()
    if o.last is not None and o.last < 1:
        fail(f"--last {o.last}: give 1 or more")
    ring = Ring(o.file)
    if o.save:
        with open(o.save, "wb") as f:
            f.write(ring.raw)
        if not (o.last or o.ctf or o.blktrace):
            return
    events = read_events()
    if o.ctf:
        write_ctf(ring, events, o.ctf)
    if o.blktrace:
        write_blktrace(ring, events, o.blktrace)
    if o.last or not (o.ctf or o.blktrace):
        show(ring, events, o.last)


def main() -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        trace()
    except OSError as e:
        fail(e)
    return 0
