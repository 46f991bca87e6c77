"""tools/launder/score_table.py - medians over seeds, with intervals.

A score is the median over the seeds; its interval is the 95 % bootstrap
interval of the median (scipy.stats.bootstrap, percentiles, a fixed seed, so
that the same figures give the same interval).
"""
from __future__ import annotations

import csv
import math
import os
import statistics
import warnings
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from launder.command import TOOL, Stop
from launder.score_cells import Figures
from launder.score_workloads import Cell

Cells = Dict[Cell, Figures]


class Column(NamedTuple):
    name: str
    head: str           # of the table
    what: str
    of: Callable[[Figures], float]
    digits: int


def ratio(part: float, whole: float) -> float:
    """Both 0: as good as the bound."""
    if whole:
        return part / whole
    return 1.0 if not part else math.inf


COLUMNS = (
    Column("reads_opt", "reads/OPT", "sectors read, by a miss or ahead, over "
           "the fewest that any policy could read for the same touches in as "
           "many frames (Belady's OPT)",
           lambda f: ratio(f["read_sectors"], f["opt_read_sectors"]), 2),
    Column("writes_bound", "writes/bound", "sectors written, over the fewest: "
           "each dirty generation that the age rule, a sync or the end asked "
           "for, once, or what did not fit into memory",
           lambda f: ratio(f["written_sectors"], f["least_written_sectors"]),
           2),
    Column("stall_p99_usec", "p99 stall, us", "of the allocations that found "
           "no frame at once, 99 of 100 waited no longer",
           lambda f: f["stall_p99_usec"], 0),
    Column("instructions_frame", "instructions/frame", "of the processor, in "
           "reclaim, over the frames that it won",
           lambda f: ratio(f["reclaim_instructions"], f["reclaimed"]), 0),
)
# What others would have read for the same touches; none reads ahead.
OTHERS = {"(scan)": "scan_read_sectors", "(lru)": "lru_read_sectors",
          "(fifo)": "fifo_read_sectors"}


class Score(NamedTuple):
    median: float
    low: float
    high: float


Scores = Dict[Tuple[str, str], List[Score]]     # workload, scanner


def interval(values: Sequence[float]) -> Score:
    middle = statistics.median(values)
    if len(set(values)) == 1 or not all(map(math.isfinite, values)):
        return Score(middle, min(values), max(values))
    try:
        from scipy.stats import bootstrap  # type: ignore[import]
    except ImportError:
        raise Stop(TOOL, "scipy is missing: run `make setup` "
                         "(Debian's python3-scipy)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")         # few values, equal medians
        r = bootstrap((list(values),), statistics.median, vectorized=False,
                      method="percentile", n_resamples=999, random_state=8)
    return Score(middle, float(r.confidence_interval.low),
                 float(r.confidence_interval.high))


def scores_of(cells: Cells) -> Scores:
    scores: Scores = {}
    for workload, scanner in dict.fromkeys((c.workload, c.scanner)
                                           for c in cells):
        runs = [f for c, f in sorted(cells.items())
                if (c.workload, c.scanner) == (workload, scanner)]
        scores[workload, scanner] = [interval([col.of(f) for f in runs])
                                     for col in COLUMNS]
    for workload in dict.fromkeys(c.workload for c in cells):
        for name, figure in OTHERS.items():
            scores[workload, name] = [interval([
                ratio(f[figure], f["opt_read_sectors"])
                for c, f in sorted(cells.items()) if c.workload == workload])]
    return scores


def columns_of(scanners: Sequence[str], column: int) -> list[str]:
    """The policies that have a figure there."""
    return [*scanners, *(OTHERS if column == 0 else ())]


def mean_reads(scores: Scores, scanner: str) -> Optional[float]:
    """The geometric mean of reads/OPT over the workloads."""
    found = [s[0].median for (_, name), s in scores.items() if name == scanner]
    if not found or not all(0 < v < math.inf for v in found):
        return None
    return math.exp(sum(map(math.log, found)) / len(found))


# ---- as text ---------------------------------------------------------------

def shown(score: Score, digits: int) -> str:
    if score.low == score.high:
        return f"{score.median:.{digits}f}"
    return (f"{score.median:.{digits}f} "
            f"[{score.low:.{digits}f} {score.high:.{digits}f}]")


def rows_of(scores: Scores, scanners: Sequence[str],
            column: int) -> list[list[str]]:
    """The column's table with its head: workloads down, scanners across."""
    workloads = list(dict.fromkeys(w for w, _ in scores))
    names = columns_of(scanners, column)
    rows = [[COLUMNS[column].head, *names]]
    rows += [[w, *(shown(scores[w, s][column], COLUMNS[column].digits)
                   for s in names)] for w in workloads]
    if column == 0 and len(workloads) > 1:
        means = [mean_reads(scores, s) for s in names]
        rows.append(["mean", *(f"{m:.2f}" if m else "-" for m in means)])
    return rows


def table(scores: Scores, scanners: Sequence[str]) -> str:
    lines = []
    for column in range(len(COLUMNS)):
        rows = rows_of(scores, scanners, column)
        widths = [max(map(len, names)) for names in zip(*rows)]
        lines += ["  ".join(cell.ljust(width) for cell, width
                            in zip(row, widths)).rstrip() for row in rows]
        lines.append("")
    return "\n".join(lines)


def write_csv(folder: str, cells: Cells, scores: Scores) -> None:
    names = sorted({n for f in cells.values() for n in f})
    with open(os.path.join(folder, "cells.csv"), "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["workload", "scanner", "seed", *names])
        for cell, figures in sorted(cells.items()):
            out.writerow([cell.workload, cell.scanner, cell.seed,
                          *(figures[n] for n in names)])
    with open(os.path.join(folder, "scores.csv"), "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["workload", "scanner", "figure", "median", "low",
                      "high"])
        for (workload, scanner), row in scores.items():
            for column, s in zip(COLUMNS, row):
                out.writerow([workload, scanner, column.name,
                              *(f"{v:.4f}" for v in s)])
