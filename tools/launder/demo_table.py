"""tools/launder/demo_table.py - the tables that a demo prints at its end."""
from __future__ import annotations

import statistics
from typing import Any, Callable, Iterable, NamedTuple, Sequence

from launder import demo_counters as counters
from launder.demo_counters import SCANNERS, Fact, Table

WIDTH = 80              # columns of a terminal
SCANNER_WIDTH = 11


def cell_text(table: Table, column: Column, *where: Any) -> str:
    """Median; half the range behind it, where the column has room for it."""
    found = [v * column.scale
             for v in counters.values(table, column.counter, *where)]
    if not found:
        return "-"
    text = f"{statistics.median(found):.{column.digits}f}"
    if column.ranged and len(found) > 1:
        text += f"±{(max(found) - min(found)) / 2:.{column.digits}f}"
    return text


class Column(NamedTuple):
    head: str
    counter: str
    scale: float
    digits: int
    width: int
    ranged: bool


def print_costs(table: Table, rows: Iterable[tuple[str, int, str]],
                columns: Sequence[Column], label: int) -> None:
    """rows: (label, block size, workload), the label so many columns wide;
    both designs side by side."""
    half = sum(c.width for c in columns)
    print("\n" + " " * label
          + "".join(f"{s:^{half}}" for s in SCANNERS).rstrip())
    print(" " * label + "".join(f"{c.head:>{c.width}}" for c in columns) * 2)
    for name, bs, workload in rows:
        cells = [(cell_text(table, c, s, bs, workload), c.width)
                 for s in SCANNERS for c in columns]
        if {text for text, _ in cells} != {"-"}:
            print(f"{name:{label}}"
                  + "".join(f"{text:>{width}}" for text, width in cells))


def heads() -> str:
    return "".join(f"{s:>{SCANNER_WIDTH}}" for s in SCANNERS)


def print_starters(table: Table, which: str) -> dict[str, dict[str, float]]:
    shares = {s: counters.write_shares(table, s) for s in SCANNERS}
    print(f"\n{f'Who started the writes, {which}':46}" + heads())
    for who in counters.INITIATORS:
        row = [shares[s].get(who, 0) for s in SCANNERS]
        if any(row):
            print(f"  {who:44}" + "".join(
                f"{100 * r:{SCANNER_WIDTH - 2}.1f} %" for r in row))
    return shares


def scanner_shares(table: Table, scanner: str) -> list[float]:
    """What the page scanner started of each run's writes, in percent."""
    return sorted(
        100 * sum(counters.write_shares({cell: stat}, scanner).get(who, 0)
                  for who in counters.SCANNER_WRITES)
        for cell, stat in table.items() if cell.scanner == scanner)


def print_scanner_range(table: Table) -> None:
    """The runs differ: from the least to the most, and the one between."""
    shares = {s: scanner_shares(table, s) for s in SCANNERS}
    runs = max(map(len, shares.values()))
    picks: tuple[tuple[str, Callable[[list[float]], float]], ...] = (
        (f"  the page scanner's, least of {runs} runs", min),
        ("  median", statistics.median), ("  most", max))
    for text, pick in picks:
        print(f"{text:46}" + "".join(
            f"{pick(shares[s]):{SCANNER_WIDTH - 2}.1f} %" if shares[s]
            else f"{'-':>{SCANNER_WIDTH}}" for s in SCANNERS))


def print_facts(table: Table, facts: Sequence[Fact]) -> list[str]:
    """Prints them; returns those that did not come out."""
    missed: list[str] = []
    print(f"\n{'What must come out':46}" + heads())
    for fact, found, wrong in counters.facts(table, facts):
        row = [counters.show_number(found[s])
               for s in SCANNERS]
        print(f"  {fact.text:44}" + "".join(
            f"{v:>{SCANNER_WIDTH}}" for v in row)
            + ("  UNEXPECTED" if wrong else "  as wanted"))
        missed += [f"{s}: {fact.text}: {found[s]}, expected "
                   f"{fact.wanted[SCANNERS.index(s)]}" for s in wrong]
    return missed
