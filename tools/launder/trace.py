# tools/launder/trace.py - reads the kernel's trace ring, shows, converts
"""Show a trace ring as sentences, oldest first, or convert it.

FILE is a ring saved by tools/run --trace, or a whole image of the guest's
memory.  The events and their sentences are read from kernel/core/trace_events.h,
the names of their values from the enums in the kernel's headers.

  --ctf DIR          for babeltrace2 and Trace Compass (CTF 1.8)
  --blktrace PREFIX  for blkparse, btt and iowatcher: PREFIX.hda.blktrace.0 ...
  --chrome FILE      for ui.perfetto.dev (Chrome's Trace Event JSON)
  --pages FILE       for OSTEP's paging-policy.py -f: a touched page a line
  --touches FILE     the pages that were touched, dirtied, written and lost, as
                     CSV for build/cachesim
"""
from __future__ import annotations

import argparse
import collections
import signal
import sys
from functools import partial
from typing import Callable, List

from launder.touches import write_touches
from launder.trace_blktrace import write_blktrace
from launder.trace_chrome import write_chrome
from launder.trace_ctf import write_ctf
from launder.trace_pages import write_pages
from launder.trace_ring import Event, Ring, fail, read_events, task_name

Form = Callable[[Ring, List[Event], str], None]


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
    p.add_argument("--chrome", metavar="FILE")
    p.add_argument("--pages", metavar="FILE")
    p.add_argument("--touches", metavar="FILE")
    p.add_argument("--most", metavar="N", type=int,
                   help="at most N touches to --pages")
    o = p.parse_args()
    for option in "last", "most":
        if (n := getattr(o, option)) is not None and n < 1:
            fail(f"--{option} {n}: give 1 or more")
    if o.most and not o.pages:
        fail("--most: it bounds what --pages writes, which is not there")
    ring = Ring(o.file)
    if o.save:
        with open(o.save, "wb") as f:
            f.write(ring.raw)
    forms: dict[str, Form] = {
        "ctf": write_ctf, "blktrace": write_blktrace, "chrome": write_chrome,
        "pages": partial(write_pages, most=o.most), "touches": write_touches}
    forms = {name: write for name, write in forms.items() if getattr(o, name)}
    events = read_events() if forms or o.last or not o.save else []
    if forms and ring.lost:
        print(f"tools/trace: {ring.lost} older events were overwritten; a "
              "larger trace_kb= keeps more", file=sys.stderr)
    for name, write in forms.items():
        write(ring, events, getattr(o, name))
    if o.last or not (forms or o.save):
        show(ring, events, o.last)


def main() -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        trace()
    except OSError as e:
        fail(e)
    return 0
