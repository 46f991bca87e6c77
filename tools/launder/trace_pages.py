# tools/launder/trace_pages.py - the touches of a trace ring, one page a line
"""For paging-policy.py of "Operating Systems: Three Easy Pieces" (its option
-f): decimal numbers, one a line, of pages in the order of their first touch."""
from __future__ import annotations

import itertools
from typing import Iterator, Sequence

from launder.touches import PREFETCH, TRUNCATED, Key, rows
from launder.trace_ring import Event, Ring, fail


def touches(ring: Ring, events: Sequence[Event]) -> Iterator[int]:
    """What is touched again by the name of a page that ended is another."""
    pages: dict[Key, int] = {}
    count = 0
    for _, event, page, how, _, _ in rows(ring, events):
        if event == "gone" and how & 255 == TRUNCATED:
            pages.pop(page, None)
        if event == "touch" and how & 255 != PREFETCH:
            if page not in pages:
                pages[page] = count
                count += 1
            yield pages[page]


def write_pages(ring: Ring, events: Sequence[Event], path: str,
                most: int | None) -> None:
    numbers = list(itertools.islice(touches(ring, events), most))
    if not numbers:
        fail("no touches in that ring: boot with trace=touch")
    with open(path, "w") as f:
        f.writelines(f"{n}\n" for n in numbers)
