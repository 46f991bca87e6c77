# tools/launder/score.py - runs the cells, shows how far it is, writes the score
"""Score scanners against the best that was possible.

Each workload runs on each scanner with several seeds, on a ramdisk with the
disk's time of 2001 and counted instructions: the figures are the same on every
host, every time.  The touches of each run are replayed with Belady's OPT, which
knows the future.  What was measured is kept in FOLDER/cells, by a hash of the
kernel, the programs and the cell: after a break, or a change of the page only,
nothing is run again.

FOLDER gets cells.csv, scores.csv and score.html.

Exit status: 0 all is well; 1 a run failed; 3 wrong use; 4 a tool is missing;
130 interrupted."""
from __future__ import annotations

import argparse
import concurrent.futures
import os
import sys
import threading
import time
from typing import Sequence

from launder import run_options
from launder import score_page, score_table
from launder.command import BAD, OK, USE, Parser, Stop
from launder.score_cells import Figures, keep, kept, measure
from launder.score_workloads import OUT, WORKLOADS, Cell

QUICK = ("w5", "w8")


def listed(text: str, what: str, known: Sequence[str]) -> list[str]:
    names = [n for n in text.split(",") if n]
    for name in names:
        if name not in known:
            raise Stop(USE, f"no {what} {name}: there are " + " ".join(known))
    return list(dict.fromkeys(names)) or list(known)


def parse() -> argparse.Namespace:
    p = Parser(prog="tools/score", description=__doc__,
               formatter_class=argparse.RawDescriptionHelpFormatter)
    a = p.add_argument
    a("--scanners", metavar="A,B", default="", help="of "
      + ", ".join(run_options.scanners()) + " (all)")
    a("--workloads", metavar="A,B", default="",
      help="of " + ", ".join(WORKLOADS) + " (all)")
    a("--seeds", metavar="N", type=int, default=0, help="seeds 1 to N (5)")
    a("--quick", action="store_true",
      help=f"only {' and '.join(QUICK)}, 2 seeds, unless given")
    a("--jobs", "-j", metavar="N", type=int,
      default=len(os.sched_getaffinity(0)), help="runs at once (processors)")
    a("--out", metavar="FOLDER", default=os.path.join(OUT, "score"),
      help="where all goes ($O/score)")
    o = p.parse_args()
    o.seeds = o.seeds or (2 if o.quick else 5)
    if not 1 <= o.seeds <= 1000 or o.jobs < 1:
        raise Stop(USE, "--seeds is 1 to 1000, --jobs at least 1")
    o.scanners = listed(o.scanners, "scanner", run_options.scanners())
    o.workloads = listed(o.workloads or (",".join(QUICK) if o.quick else ""),
                         "workload", list(WORKLOADS))
    return o


class Runs:
    """Measures the cells that are not kept, some at once, and says so."""

    def __init__(self, folder: str, cells: Sequence[Cell]) -> None:
        self.folder, self.cells = folder, cells
        self.found: score_table.Cells = {}
        self.failures: list[str] = []
        self.lock, self.begin = threading.Lock(), time.monotonic()
        self.stopped = False

    def left(self, done: int, wanted: int) -> str:
        seconds = (time.monotonic() - self.begin) / done * (wanted - done)
        return f"{seconds / 60:.0f} min left" if seconds > 90 else \
            f"{seconds:.0f} s left"

    def one(self, cell: Cell) -> None:
        if self.stopped:
            return
        begin, why = time.monotonic(), ""
        figures: Figures = {}
        try:
            figures = measure(cell)
            keep(self.folder, cell, figures)
        except (Stop, OSError, KeyError) as e:
            why = str(e) if not isinstance(e, KeyError) else \
                f"the kernel has no counter {e}"
        with self.lock:
            self.done += 1
            if why:
                self.failures.append(f"{cell.workload} on {cell.scanner}, "
                                     f"seed {cell.seed}: {why}")
            else:
                self.found[cell] = figures
            print(f"[{self.done}/{self.wanted}] {cell.workload:4} "
                  f"{cell.scanner:10} seed {cell.seed}  "
                  f"{time.monotonic() - begin:5.1f} s  "
                  + (f"FAILED: {why}" if why
                     else self.left(self.done, self.wanted)), flush=True)

    def all(self, jobs: int) -> None:
        for cell in self.cells:
            figures = kept(self.folder, cell)
            if figures:
                self.found[cell] = figures
        unmeasured = [c for c in self.cells if c not in self.found]
        self.done, self.wanted = 0, len(unmeasured)
        if self.found:
            print(f"{len(self.found)} of {len(self.cells)} runs are kept from "
                  "before", flush=True)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            try:
                list(pool.map(self.one, unmeasured))
            except BaseException:
                self.stopped = True
                raise


def main() -> int:
    o = parse()
    cells = [Cell(w, s, seed) for w in o.workloads
             for seed in range(1, o.seeds + 1) for s in o.scanners]
    os.makedirs(o.out, exist_ok=True)
    runs = Runs(o.out, cells)
    runs.all(o.jobs)
    if runs.failures:
        for failure in runs.failures:
            print(f"FAILED {failure}", file=sys.stderr)
        return BAD
    found = {cell: runs.found[cell] for cell in cells}
    scores = score_table.scores_of(found)
    score_table.write_csv(o.out, found, scores)
    command = "tools/score" + "".join(
        f" --{name} {','.join(chosen)}" for name, chosen, known in (
            ("scanners", o.scanners, run_options.scanners()),
            ("workloads", o.workloads, list(WORKLOADS))) if chosen != known) \
        + (f" --seeds {o.seeds}" if o.seeds != 5 else "")
    page = score_page.write_page(o.out, scores, o.scanners, o.seeds, command)
    print(score_table.table(scores, o.scanners))
    print(f"page:  {page}\ncells: {os.path.join(o.out, 'cells.csv')}")
    return OK
