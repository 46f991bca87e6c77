# tools/launder/trace_pages.py - the touches of a trace ring, one page a line
"""For paging-policy.py of "Operating Systems: Three Easy Pieces" (its option
-f): decimal numbers, one a line, of pages in the order of their first touch."""
from __future__ import annotations

import itertools
from typing import Iterator, Sequence

from launder.trace_ring import Event, Ring, fail

PREFETCH = 5            # read ahead, not touched


def touches(ring: Ring, events: Sequence[Event]) -> Iterator[int]:
    touch = {i: e.args.index("how") for i, e in enumerate(events)
             if e.name == "TOUCH"}
    pages: dict[tuple[int, ...], int] = {}
    for _, number, _, *v in ring.records:
        if number in touch and v[touch[number]] & 255 != PREFETCH:
            yield pages.setdefault(tuple(v[:3]), len(pages))


def write_pages(ring: Ring, events: Sequence[Event], path: str,
                most: int | None) -> None:
    numbers = list(itertools.islice(touches(ring, events), most))
    if not numbers:
        fail("no touches in that ring: boot with trace=touch")
    with open(path, "w") as f:
        f.writelines(f"{n}\n" for n in numbers)
