# tools/launder/demo.py - runs each workload under both designs, checks, counts
"""Run every workload under each scanner on two block sizes, two boots at a
time, on emulated IDE disks.  Each disk is then checked on the host: e2fsck,
and every file against its original.

Writes to build/demo: counters.csv, report.html, and for each run the console
(serial-*.log), the disk (disk-*.img, raw-*.img) and the trace (trace-*.ring).

Exit status: 0 all is well; 1 a run, a check or an expected fact failed;
3 wrong use, or something is not built; 4 a tool is missing.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import os
import subprocess
import time
from typing import Dict, NoReturn, Tuple

from launder import TOOLS
from launder import demo_counters as counters
from launder import demo_runs as runs
from launder import demo_table
from launder.command import USE, Parser, Stop
from launder.demo_counters import SCANNERS, Cell, Stat, Table
from launder.demo_runs import AT_ONCE, FAILED, OUT, TREE, call
from launder.demo_table import Column

BLOCK_SIZES = (1024, 4096)
MEM_MB = 16             # what the kernel manages
RAW_MB = 32             # /dev/hdb, the raw disk
GUEST_LIMIT, HOST_LIMIT = 300, 360       # seconds a boot
KERNEL_OPTIONS = "disk=flat trace=blk,sample,scan trace_kb=8192"

# name: runs on 1K and on 4K, image (MB), the program, what it does
WORKLOADS = {
    "w1": ((3, 3), 48, "w1 --mb 16 --hot 256 --hog-pct 70",
           "hot blocks, a stream, a memory hog"),
    "w2": ((1, 1), 16, "w2 --bsz {bs} --count 8000 --hog-kb 12000 --drop",
           "random 1 KB writes to a raw disk"),
    "w2free": ((5, 1), 16, "w2 --bsz {bs} --count 8000 --hog-kb 13600 --drop "
               "--nfract 10000", "the same without dirty limits"),
    "w4": ((1, 1), 24, "w4 --clients 8 --files 60 --drop",
           "files made, renamed, removed"),
    "w5": ((1, 1), 48, "w5 --big-mb 20 --hot-files 12",
           "one big scan over hot files"),
    "wreal": ((1, 1), 96, "wreal --keep --drop",
              "a tree copied, summed, searched"),
    "rewrite1k": ((1, 1), 16, "rewrite1k --pages 512",
                  "1 KB of each page of a cached file"),
}
REAL, UNLIMITED = "wreal", "w2free"
Images = Dict[Tuple[str, int], str]     # by workload and block size

DEMO = os.path.join(OUT, "demo")


def place(kind: str, cell: Cell, ending: str) -> str:
    return runs.place(DEMO, kind, cell, ending)


# ---- what is needed before the first boot ----------------------------------

def base_image(size: int, blocksize: int, real: bool) -> str:
    """A clean root image, made for this demo; its path."""
    path = os.path.join(DEMO, f"base-{size}-{blocksize}.img")
    add = ["--add", TREE + ":/tree"] if real else []
    call([os.path.join(TOOLS, "mkimage"), "--bs", str(blocksize), "--size",
          str(size), "--out", path, *add], "tools/mkimage", USE)
    return path


def make_images(chosen: list[str]) -> Images:
    """{(workload, blocksize): path}; workloads of one size share an image."""
    images = {}
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name in chosen:
            for bs in BLOCK_SIZES:
                key = (WORKLOADS[name][1], bs, name == REAL)
                if key not in images:
                    images[key] = pool.submit(base_image, *key)
    made = {key: future.result() for key, future in images.items()}
    return {(name, bs): made[WORKLOADS[name][1], bs, name == REAL]
            for name in chosen for bs in BLOCK_SIZES}


# ---- the checks after a run ------------------------------------------------

def expected_files(cell: Cell, programs: dict[str, str],
                   tree: dict[str, str]) -> dict[str, str]:
    wanted = dict(programs)
    if cell.workload == REAL:
        for folder in ("tree", "copy"):
            wanted.update({f"{folder}/{p}": d for p, d in tree.items()})
    return wanted


def read_run(cell: Cell) -> Stat:
    """The program's counters, if it did what it should."""
    log = place("serial", cell, "log")
    program = runs.read_programs(log, 1)[0]
    if not counters.ok_line(program):
        raise Stop(FAILED, f"{log}: no line `{cell.workload}: ok`")
    return counters.counters_of(program)


# ---- one boot --------------------------------------------------------------

def boot(cell: Cell, image: str) -> None:
    disk, raw = place("disk", cell, "img"), place("raw", cell, "img")
    runs.copy_disk(image, disk)
    with open(raw, "wb") as f:
        f.truncate(RAW_MB << 20)
    program = WORKLOADS[cell.workload][2].format(bs=cell.blocksize)
    runs.boot(DEMO, cell, (disk, raw), MEM_MB, HOST_LIMIT,
              f"{KERNEL_OPTIONS} timeout={GUEST_LIMIT} -- run {program}")
    if not os.stat(raw).st_blocks:
        os.unlink(raw)          # this workload left the raw disk alone


def make_boots(cells: list[Cell], images: Images, programs: dict[str, str],
               tree: dict[str, str]) -> runs.Boots:
    def run(cell: Cell) -> Table:
        boot(cell, images[cell.workload, cell.blocksize])
        stat = read_run(cell)
        runs.check_disk(place("disk", cell, "img"),
                        expected_files(cell, programs, tree))
        return {cell: stat}
    return runs.Boots(DEMO, cells, run,
                      lambda cell: WORKLOADS[cell.workload][3])


# ---- what a person reads ---------------------------------------------------

COLUMNS = [Column("seconds", "elapsed_seconds", 1, 1, 9, True),
           Column("MB out", "sectors_written", 1 / 2048, 1, 8, False),
           Column("KB/req", "kb_per_request", 1, 1, 7, False),
           Column("reclaimed", "frames_reclaimed", 1, 0, 10, False)]


def print_costs(table: Table) -> None:
    rows = [(f"{name:10}{bs // 1024}K", bs, name) for bs in BLOCK_SIZES
            for name in WORKLOADS]
    demo_table.print_costs(table, rows, COLUMNS, 12)
    print("Time is the guest's; `reclaimed` counts frames of 4 KB; where "
          "a workload ran\nmore than once: the median, with half the range of "
          "its seconds.")


def print_starters(table: Table) -> None:
    usual, lifted = counters.split(table, UNLIMITED)
    shares = demo_table.print_starters(usual, "limits as they are")
    if all(shares[s].get("bdflush", 0) > 0.5 for s in SCANNERS):
        print("bdflush starts most writes in both designs: the patch kept its "
              "wake-ups, and on\na fast disk it leaves the page scanner few "
              "dirty pages to write.")
    if lifted:
        demo_table.print_starters(lifted, "limits lifted, 1K")
        demo_table.print_scanner_range(lifted)
        print("Where nothing wakes bdflush but the scanner itself, the scanner "
              "does write:\nclassic by buffers, writepage by pages. How much "
              "differs from run to run.")


def print_facts(table: Table) -> list[str]:
    """Prints them; returns those that did not come out."""
    missed = demo_table.print_facts(table, counters.FACTS)
    print("Classic frees a buffer page on the spot, writepage sends it "
          "through\ninactive_clean; writepage writes whole pages, so 1 KB "
          "costs 8 sectors there\nand 2 in classic.")
    return missed


# ---- all of it -------------------------------------------------------------

def parse() -> argparse.Namespace:
    p = Parser(
        prog="tools/demo", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("workload", nargs="*",
                   help="only these: " + " ".join(WORKLOADS))
    o = p.parse_args()
    runs.check_workloads(o.workload, WORKLOADS)
    return o


def cells_of(chosen: list[str]) -> list[Cell]:
    """The long ones first, so that both processors end together."""
    order = sorted(chosen, key=lambda name: -WORKLOADS[name][1])
    return [Cell(s, bs, name, run) for name in order
            for bs, times in zip(BLOCK_SIZES, WORKLOADS[name][0])
            for run in range(1, times + 1) for s in SCANNERS]


def prepare(
        chosen: list[str]) -> tuple[Images, dict[str, str], dict[str, str]]:
    runs.check_built()
    runs.empty_folder(DEMO)
    if REAL in chosen:
        why = runs.fetch_tree()
        if why:
            chosen.remove(REAL)
            print(f"left out: {REAL}: {why}", flush=True)
        if not chosen:
            raise Stop(FAILED, "nothing is left to run")
    tree = runs.digests(TREE) if os.path.isdir(TREE) else {}
    return make_images(chosen), runs.own_programs(), tree


def demo() -> int:
    chosen = parse().workload or list(WORKLOADS)
    start = time.monotonic()
    made = prepare(chosen)
    boots = make_boots(cells_of(chosen), *made)
    print(f"{len(boots.cells)} boots, {AT_ONCE} at a time, {MEM_MB} MB "
          f"managed, disks in {runs.shown(DEMO)}", flush=True)
    boots.run_all()
    counters.write_csv(os.path.join(DEMO, "counters.csv"), boots.table)
    print_costs(boots.table)
    print_starters(boots.table)
    whole = {*chosen, REAL} == set(WORKLOADS)
    missed = print_facts(boots.table) if whole else []
    print(flush=True)
    report = subprocess.run([os.path.join(TOOLS, "report"), DEMO])
    if report.returncode:
        missed.append("no report")
    return runs.finish(boots, missed,
                       time.monotonic() - start)


def main() -> NoReturn:
    runs.run_main("tools/demo", demo)
