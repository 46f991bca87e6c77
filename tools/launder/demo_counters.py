"""tools/launder/demo_counters.py - what a run said on the console; the table
of all counters.

A cell is one boot: a scanner, a block size, a workload and the number of the
run.  Init frames the program and dumps /proc/vmstat before and after it; a
counter's value in the table is the difference, a gauge's the value after.
"""
from __future__ import annotations

import csv
import re
import statistics
from typing import (Any, Dict, List, NamedTuple, Optional, Sequence, Tuple,
                    Union)

from launder import run_options

HEADER = ["scanner", "blocksize", "workload", "run", "counter", "value"]
SCANNERS = tuple(run_options.designs())     # those that are compared
INITIATORS = ("kupdate", "bdflush", "balance_dirty", "refill_freelist",
              "launder_buffers", "launder_writepage", "fsync", "sync", "swap",
              "other")
SCANNER_WRITES = ("launder_buffers", "launder_writepage")
HZ = 100

# What is now, or the largest so far: a difference of two says nothing.
GAUGES = {"buffermem_pages", "page_cache_size", "dead_buffer_pages",
          "memory_pressure", "inactive_target", "free_shortage",
          "inactive_shortage", "page_hash_buckets",
          "anon_space_duplicate_keys", "page_hash_longest", "scanner_epoch",
          "swap_cached", "swap_slots_used", "max_dirty_age",
          "page_hash_probes_max", "alloc_stall_usec_p50",
          "alloc_stall_usec_p99", "alloc_stall_usec_max",
          "reclaim_cycles_per_frame", "cache_hit_permille"}

Stat = Dict[str, float]         # counters by name


class Cell(NamedTuple):
    scanner: str
    blocksize: int
    workload: str
    run: int


class Program(NamedTuple):
    words: List[str]
    status: Optional[int]
    output: str
    before: Dict[str, int]
    after: Dict[str, int]


Table = Dict[Cell, Stat]


def cell_name(cell: Cell) -> str:
    return "-".join(str(part) for part in cell)


def is_gauge(name: str) -> bool:
    return name.startswith("nr_") or name in GAUGES


# ---- the console -----------------------------------------------------------

def read_vmstat(text: str) -> dict[str, int]:
    return {name: int(value) for name, value
            in re.findall(r"^(\w+) (\d+)\s*$", text, re.M)}


def vmstat_after(text: str, tag: str) -> dict[str, int]:
    """The first dump with that tag in the text; {} if it is not whole."""
    m = re.search(rf"^=== vmstat begin {tag}\s*$(.*?)^=== vmstat end\s*$",
                  text, re.M | re.S)
    return read_vmstat(m.group(1)) if m else {}


def read_serial(text: str) -> list[Program]:
    """The programs that init ran, in order; status is None without an end."""
    text = text.replace("\r", "")
    programs: list[Program] = []
    for part in re.split(r"^=== run begin ", text, flags=re.M)[1:]:
        words, _, rest = part.partition("\n")
        m = re.search(r"^=== run end status=(\d+)\s*$", rest, re.M)
        status, end = (int(m.group(1)), m.start()) if m else (None, len(rest))
        begin = rest.find("=== vmstat end\n")
        output = rest[begin + len("=== vmstat end\n"):end] if begin >= 0 else ""
        programs.append(Program(words.split(), status, output,
                                vmstat_after(rest[:end], "before"),
                                vmstat_after(rest[end:], "after")))
    return programs


def ok_line(program: Program) -> dict[str, str]:
    """{key: text} of the line `NAME: ok key=value ...`; {} without one."""
    name = program.words[0] if program.words else ""
    m = re.search(rf"^{re.escape(name)}: ok (.*)$", program.output, re.M)
    return dict(re.findall(r"(\w+)=(\S+)", m.group(1))) if m else {}


def difference(before: dict[str, int],
               after: dict[str, int]) -> dict[str, int]:
    """What happened in between; a gauge as it was after."""
    return {name: value if is_gauge(name) else value - before.get(name, 0)
            for name, value in after.items()}


def counters_of(program: Program) -> Stat:
    """All counters of a run with those that follow from others."""
    stat: Stat = {**difference(program.before, program.after)}
    line = ok_line(program)
    if "jiffies" in stat:
        stat["elapsed_jiffies"] = stat.pop("jiffies")
        stat["elapsed_seconds"] = stat["elapsed_jiffies"] / HZ
    elif line.get("ms", "").isdigit():
        stat["elapsed_seconds"] = int(line["ms"]) / 1000
    sectors = stat.get("sectors_read", 0) + stat.get("sectors_written", 0)
    if stat.get("requests"):
        stat["kb_per_request"] = round(sectors / 2 / stat["requests"], 2)
    stat["scanner_writes"] = sum(stat.get("writes_by_" + who, 0)
                                 for who in SCANNER_WRITES)
    if "sectors_per_page" in line:
        stat["rewrite1k_sectors_per_page"] = float(line["sectors_per_page"])
        stat["rewrite1k_blocks_kb"] = int(line["blocks_kb"])
    for key in ("ms", "rounds", "bursts", "stream_kb", "during_us", "copy_ms"):
        if line.get(key, "").isdigit():
            stat["program_" + key] = int(line[key])
    return stat


# ---- the table -------------------------------------------------------------

def show_number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def write_csv(path: str, table: Table) -> None:
    with open(path, "w", newline="") as f:
        rows = csv.writer(f, lineterminator="\n")
        rows.writerow(HEADER)
        for cell in sorted(table):
            for name, value in table[cell].items():
                rows.writerow([*cell, name, show_number(value)])


def read_csv(path: str) -> Table:
    """{Cell: {counter: value}}"""
    table: Table = {}
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            cell = Cell(row["scanner"], int(row["blocksize"]),
                        row["workload"], int(row["run"]))
            number = row["value"]
            table.setdefault(cell, {})[row["counter"]] = \
                float(number) if "." in number else int(number)
    return table


def values(table: Table, counter: str, scanner: str | None = None,
           blocksize: int | None = None,
           workload: str | None = None) -> list[float]:
    """The counter in all cells that match."""
    return [table[c][counter] for c in sorted(table)
            if counter in table[c]
            and (scanner is None or c.scanner == scanner)
            and (blocksize is None or c.blocksize == blocksize)
            and (workload is None or c.workload == workload)]


def median(table: Table, counter: str, *where: Any) -> float | None:
    found = values(table, counter, *where)
    return statistics.median(found) if found else None


def median_run(table: Table, scanner: str, blocksize: int,
               workload: str) -> Cell | None:
    """The cell whose sectors_written is the median of its runs; or None."""
    runs = [c for c in table
            if c[:3] == (scanner, blocksize, workload)]
    runs.sort(key=lambda c: (table[c].get("sectors_written", 0), c.run))
    return runs[len(runs) // 2] if runs else None


def write_shares(table: Table, scanner: str, blocksize: int | None = None,
                 workload: str | None = None,
                 unit: str = "writes_by_") -> dict[str, float]:
    """{initiator: share of all write transfers, 0 to 1}"""
    sums = {who: sum(values(table, unit + who, scanner, blocksize, workload))
            for who in INITIATORS}
    total = sum(sums.values())
    return {who: n / total for who, n in sums.items()} if total else {}


def split(table: Table, workload: str,
          blocksize: int = 1024) -> tuple[Table, Table]:
    """The cells of all other workloads, and those of this one."""
    return ({c: s for c, s in table.items() if c.workload != workload},
            {c: s for c, s in table.items()
             if c.workload == workload and c.blocksize == blocksize})


# ---- what must come out ----------------------------------------------------

class Fact(NamedTuple):
    text: str
    counter: str
    wanted: Tuple[Union[str, int], Union[str, int]]
    blocksize: Optional[int]
    workload: Optional[str]


ZERO, SOME, ANY = "0", "> 0", ""
FACTS = [       # wanted: by classic, by writepage
    Fact("frames reclaimed", "frames_reclaimed", (SOME, SOME), None, None),
    Fact("buffer pages, inactive_dirty -> free",
         "bufpage_dirty_to_free", (SOME, ZERO), None, None),
    Fact("buffer pages, inactive_dirty -> _clean",
         "bufpage_dirty_to_clean", (ZERO, SOME), None, None),
    Fact("->writepage called for a buffer page",
         "launder_writepage_bufpage", (ZERO, SOME), None, None),
    Fact("writes by the page scanner, limits lifted, 1K",
         "scanner_writes", (SOME, SOME), 1024, "w2free"),
    Fact("lookups of a buffer page by its key",
         "anon_space_lookups", (ZERO, ZERO), None, None),
    Fact("buffer pages under another's key, at the end",
         "anon_space_duplicate_keys", (ZERO, SOME), None, None),
    Fact("pages rescued after losing their buffers",
         "bufpage_rescues_headless", (ZERO, ZERO), None, None),
    Fact("sectors a page, 1 KB of it rewritten, 1K",
         "rewrite1k_sectors_per_page", (2, 8), 1024, "rewrite1k"),
    Fact("the same on a file system of 4K blocks",
         "rewrite1k_sectors_per_page", (8, 8), 4096, "rewrite1k"),
]


# A fact, each scanner's value, the scanners where it does not hold.
Found = Tuple[Fact, Dict[str, Optional[float]], List[str]]


def fact_value(table: Table, fact: Fact, scanner: str) -> float | None:
    """The sum over the cells, but a mean stays a mean; None: no data."""
    found = values(table, fact.counter, scanner, fact.blocksize, fact.workload)
    if not found:
        return None
    return sum(found) if isinstance(fact.wanted[0], str) \
        else statistics.median(found)


def fact_holds(fact: Fact, scanner: str, value: float | None) -> bool:
    wanted = fact.wanted[SCANNERS.index(scanner)]
    if value is None:
        return False
    if wanted == SOME:
        return value > 0
    return wanted == ANY or value == float(wanted)


def facts(
        table: Table,
        wanted: Sequence[Fact] = FACTS) -> list[Found]:
    rows = []
    for fact in wanted:
        found = {s: fact_value(table, fact, s) for s in SCANNERS}
        rows.append((fact, found, [s for s in SCANNERS
                                   if not fact_holds(fact, s, found[s])]))
    return rows
