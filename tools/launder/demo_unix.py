# tools/launder/demo_unix.py - Debian's programs under both designs, with swap
"""Run Debian's dbench, stress and a shell script on a real tree, and sweeps of
working sets around the size of memory, under each scanner: 16 MB, a root disk
of 4 KB blocks, a second disk for swap, two boots at a time.

The script prints the checksum of each step; the host runs the same script with
its own tools and must find the same.  Each disk is checked on the host: e2fsck,
every file that was there before, and the head of the swap disk.

Writes to build/demo-unix: counters.csv, report.html, and for each run the
console (serial-*.log), the disks (disk-*.img, swap-*.img) and the trace.

Exit status: 0 all is well; 1 a run, a check or an expected fact failed;
3 wrong use, or something is not built; 4 a tool is missing; 5 i386 packages
cannot be fetched, so Debian's programs did not run; the rest is well.
"""
from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
import time
from typing import NoReturn

from launder import TOOLS
from launder import demo_counters as counters
from launder import demo_runs as runs
from launder import demo_table
from launder.command import OK, USE, Parser, Stop
from launder.demo_counters import SCANNERS, Cell, Program, Stat, Table
from launder.demo_runs import AT_ONCE, FAILED, OUT, TREE, call
from launder.demo_table import Column
from launder.unix_workloads import (BLOCK_SIZE, FACTS, MEM_MB, ORDERS, SCRIPT,
                                    SETS_MB, SWAP_MB, THRASH, WORKLOADS)

UNIX_MB, OWN_MB = 640, 24               # disks; most of the large one is a hole
GUEST_LIMIT, HOST_LIMIT = 400, 450      # seconds a boot
NO_PACKAGES = 5                         # as tools/fetch-unix says
FREE_PLACES = ("tmp/", "root/")         # files there may come and go


class Demo:
    """Where things are, and what must be found again after a run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.folder, self.tree = options.out, options.tree
        self.mem = options.mem
        self.images: dict[str, str] = {}
        self.wanted: dict[str, dict[str, str]] = {}
        self.sums: dict[str, str] = {}

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def place(self, kind: str, cell: Cell, ending: str) -> str:
        return runs.place(self.folder, kind, cell, ending)


# ---- what is needed before the first boot ----------------------------------

def why_no_packages() -> str | None:
    """None if Debian's i386 programs are here, or a sentence."""
    fetch = os.path.join(TOOLS, "fetch-unix")
    have = os.path.join(OUT, "unix.packages")
    if os.path.exists(have) and (os.path.getmtime(have)
                                 > os.path.getmtime(fetch)):
        return None
    print("fetching Debian's i386 programs", flush=True)
    r = subprocess.run([fetch, os.path.join(OUT, "unix")], text=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE)
    said = (r.stderr.strip().splitlines() or ["?"])[-1]
    if r.returncode not in (OK, NO_PACKAGES):
        raise Stop(FAILED, said)
    return said if r.returncode else None


def make_swap(demo: Demo) -> None:
    path = demo.path("base-swap.img")
    with open(path, "wb") as f:
        f.truncate(SWAP_MB << 20)
    call(["mkswap", "-q", path], "mkswap")
    demo.images["swap"] = path


def make_own_image(demo: Demo) -> None:
    path = demo.path("base-own.img")
    call([os.path.join(TOOLS, "mkimage"), "--bs", str(BLOCK_SIZE), "--size",
          str(OWN_MB), "--out", path], "tools/mkimage", USE)
    demo.images["own"], demo.wanted["own"] = path, runs.own_programs()


def make_unix_image(demo: Demo, chosen: list[str]) -> None:
    """Debian's programs, and only what the chosen workloads read."""
    path, guest = demo.path("base-unix.img"), os.path.join(TOOLS, "unix")
    added = {guest: "t"}
    if SCRIPT in chosen:
        added[demo.tree] = "tree"
    dbench = any(w.startswith("dbench") for w in chosen)
    with tempfile.TemporaryDirectory(prefix="stage-", dir=demo.folder) as tmp:
        call([os.path.join(TOOLS, "mkunix"), "--stage", tmp]
             + ["--dbench"] * dbench, "tools/mkunix", USE)
        words = [w for p, to in added.items() for w in ("--add", f"{p}:/{to}")]
        call([os.path.join(TOOLS, "mkimage"), "--tree", tmp, *words, "--bs",
              str(BLOCK_SIZE), "--size", str(UNIX_MB), "--out", path],
             "tools/mkimage", USE)
        wanted = runs.digests(tmp)
    for folder, to in added.items():
        wanted.update({f"{to}/{p}": d for p, d
                       in runs.digests(folder).items()})
    demo.images["unix"], demo.wanted["unix"] = path, wanted


def read_sums(text: str) -> dict[str, str]:
    """The lines `NAME SUM` that script.sh prints, in order."""
    return dict(re.findall(r"^(\w+) ([0-9a-f]{32})$", text, re.M))


def host_sums(demo: Demo) -> None:
    """What the script prints on this host, by this host's tools."""
    with tempfile.TemporaryDirectory(prefix="host-", dir=demo.folder) as tmp:
        text = call(["sh", os.path.join(TOOLS, "unix", "script.sh"), demo.tree,
                     os.path.join(tmp, "work")], "the script on this host")
    demo.sums = read_sums(text)
    if not demo.sums:
        raise Stop(FAILED, "the script prints no sums on this host")


def prepare(demo: Demo, chosen: list[str]) -> None:
    runs.check_built("mkswap")
    runs.empty_folder(demo.folder)
    make_swap(demo)
    if THRASH in chosen:
        make_own_image(demo)
    if SCRIPT in chosen:
        print("running the script on this host", flush=True)
        host_sums(demo)
    if set(chosen) - {THRASH}:
        print("making the disks", flush=True)
        make_unix_image(demo, chosen)


# ---- what the programs have said -------------------------------------------

def read_dbench(demo: Demo, cell: Cell, program: Program) -> Stat:
    m = re.search(r"^Throughput ([\d.]+) MB/sec\s+(\d+) clients.*"
                  r"max_latency=([\d.]+) ms", program.output, re.M)
    if not m or m.group(2) != cell.workload[len("dbench"):]:
        raise Stop(FAILED, "dbench prints no throughput of that many clients: "
                   + runs.last_words(program.output))
    done = re.findall(r"^ ?[A-Z]\w+ +(\d+) +[\d.]+ +[\d.]+$", program.output,
                      re.M)
    return {"dbench_mb_per_s": float(m.group(1)),
            "dbench_max_latency_ms": float(m.group(3)),
            "dbench_operations": sum(int(n) for n in done)}


def read_stress(demo: Demo, cell: Cell, program: Program) -> Stat:
    m = re.search(r"successful run completed in (\d+)s", program.output)
    if not m:
        raise Stop(FAILED, f"stress: {runs.last_words(program.output)}")
    return {"stress_seconds": int(m.group(1))}


def read_script(demo: Demo, cell: Cell, program: Program) -> Stat:
    found = read_sums(program.output)
    for step, wanted in demo.sums.items():
        if found.get(step) != wanted:
            raise Stop(FAILED, f"step `{step}` of the script: the host finds "
                       f"{wanted}, Launder {found.get(step, 'nothing')}")
    return {"script_steps": len(found)}


def read_thrash(cell: Cell, program: Program) -> Table:
    """{cell: counters} for each working set; times are the guest's."""
    order = "random" if "--random" in program.words else "ordered"
    rows = {cell._replace(workload=f"thrash_{order}"):
            counters.counters_of(program)}
    for line in re.findall(r"^hog: set (.*)$", program.output, re.M):
        said = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", line)}
        seconds = said["ms"] / 1000
        name = f"thrash_{order}_{said['kb'] >> 10}mb"
        rows[cell._replace(workload=name)] = {
            "working_set_kb": said["kb"], "window_ms": said["ms"],
            "visits": said["touched"], "majors": said["majors"],
            "visits_per_s": said["touched"] / seconds,
            "majors_per_s": said["majors"] / seconds}
    if len(rows) != 1 + len(SETS_MB):
        raise Stop(FAILED, f"hog measured {len(rows) - 1} working sets, not "
                           f"{len(SETS_MB)}")
    return rows


READERS = {"dbench": read_dbench, "stress": read_stress,
           SCRIPT: read_script}


def read_run(demo: Demo, cell: Cell) -> Table:
    """{cell: counters}, if all was as it should be."""
    log = demo.place("serial", cell, "log")
    if cell.workload == THRASH:
        _, *sweeps = runs.read_programs(log, 3)
        return {k: v for program in sweeps
                for k, v in read_thrash(cell, program).items()}
    program = runs.read_programs(log, 1)[0]
    reader = READERS[cell.workload.rstrip("0123456789")]
    return {cell: {**counters.counters_of(program),
                   **reader(demo, cell, program)}}


# ---- one boot --------------------------------------------------------------

def check_swap(demo: Demo, swap: str) -> None:
    """Its first page, the header of the swap area, must not change."""
    heads = []
    for path in (swap, demo.images["swap"]):
        with open(path, "rb") as f:
            heads.append(f.read(4096))
    if heads[0] != heads[1]:
        raise Stop(FAILED, f"{swap}: the header of the swap area has changed")


def run_cell(demo: Demo, cell: Cell) -> Table:
    disk_time, command, _ = WORKLOADS[cell.workload]
    kind = "own" if cell.workload == THRASH else "unix"
    words = command if kind == "own" else f"sh /t/framed.sh {command}"
    disk, swap = (demo.place(k, cell, "img") for k in ("disk", "swap"))
    runs.copy_disk(demo.images[kind], disk)
    runs.copy_disk(demo.images["swap"], swap)
    runs.boot(demo.folder, cell, (disk, swap), demo.mem, HOST_LIMIT,
              f"disk={disk_time} trace=sample trace_kb=512 "
              f"timeout={GUEST_LIMIT} -- {words}")
    rows = read_run(demo, cell)
    for stat in rows.values():
        stat["mem_mb"] = demo.mem
    runs.check_disk(disk, demo.wanted[kind], FREE_PLACES)
    check_swap(demo, swap)
    return rows


# ---- what a person reads ---------------------------------------------------

COLUMNS = [Column("seconds", "elapsed_seconds", 1, 1, 8, False),
           Column("MB/s", "dbench_mb_per_s", 1, 1, 6, False),
           Column("MB out", "sectors_written", 1 / 2048, 0, 7, False),
           Column("swap", "swap_out_pages", 1 / 256, 0, 5, False),
           Column("majors", "pgfault_major", 1, 0, 7, False)]


def print_costs(table: Table) -> None:
    names = [w for w in WORKLOADS if w != THRASH]
    names += [f"thrash_{order}" for order in ORDERS]
    demo_table.print_costs(table, [(n, BLOCK_SIZE, n) for n in names],
                           COLUMNS, 14)
    print("Time is the guest's; MB/s is what dbench says; `swap` is MB "
          "written there, part\nof MB out.")


def print_thrash(table: Table) -> None:
    """Major faults a second; nothing if the sweeps did not run."""
    heads = [(s, order) for s in SCANNERS for order in ORDERS]
    rows = [[counters.median(table, "majors_per_s", s, BLOCK_SIZE,
                             f"thrash_{order}_{mb}mb") for s, order in heads]
            for mb in SETS_MB]
    if all(v is None for row in rows for v in row):
        return
    for text, at in (("Major faults a second", 0), ("", 1)):
        print("\n" * (not at) + f"{text:24}" + "".join(
            f"{(s, ORDERS[o])[at]:>14}" for s, o in heads))
    for mb, row in zip(SETS_MB, rows):
        print(f"  working set of {mb:2} MB  " + "".join(
            f"{'-' if v is None else format(v, '.0f'):>14}" for v in row))


def show(boots: runs.Boots, whole: bool) -> list[str]:
    """Tables; what has not come out."""
    print_costs(boots.table)
    print_thrash(boots.table)
    demo_table.print_starters(boots.table, "all runs")
    return demo_table.print_facts(boots.table, FACTS) if whole else []


# ---- all of it -------------------------------------------------------------

def absolute(path: str) -> str:
    return os.path.abspath(path)


def parse() -> argparse.Namespace:
    p = Parser(
        prog="tools/demo-unix", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("workload", nargs="*",
                   help="only these: " + " ".join(WORKLOADS))
    p.add_argument("--tree", metavar="DIR", default=TREE, type=absolute,
                   help="the script's tree (that of tools/fetch-tree)")
    p.add_argument("--mem", metavar="MB", default=MEM_MB, type=int,
                   help=f"megabytes that the kernel manages ({MEM_MB})")
    p.add_argument("--out", metavar="DIR", type=absolute,
                   default=os.path.join(OUT, "demo-unix"),
                   help="where to write; emptied first (build/demo-unix)")
    o = p.parse_args()
    runs.check_workloads(o.workload, WORKLOADS)
    if not 1 <= o.mem <= 768:
        raise Stop(USE, f"--mem {o.mem}: give 1 to 768 megabytes")
    if o.tree != TREE and not os.path.isdir(o.tree):
        raise Stop(USE, f"--tree {o.tree}: no such folder")
    runs.check_folder(o.out)
    return o


def demo_unix() -> int:
    options = parse()
    chosen = [w for w in WORKLOADS if w in (options.workload or WORKLOADS)]
    start, demo, lost = time.monotonic(), Demo(options), []
    why = why_no_packages()
    if why:
        lost = [w for w in chosen if w != THRASH]
        chosen = [w for w in chosen if w == THRASH]
        print(f"demo-unix: without Debian's i386 programs: {why}\n"
              f"not run: {' '.join(lost) or 'nothing'}; "
              f"run: {' '.join(chosen) or 'nothing'}", flush=True)
    no_tree = SCRIPT in chosen and demo.tree == TREE and runs.fetch_tree()
    if no_tree:
        chosen.remove(SCRIPT)
        lost.append(SCRIPT)
        print(f"not run: {SCRIPT}: {no_tree}", flush=True)
    if not chosen:
        return NO_PACKAGES
    prepare(demo, chosen)
    boots = runs.Boots(
        demo.folder, [Cell(s, BLOCK_SIZE, w, 1) for w in chosen
                      for s in SCANNERS],
        lambda cell: run_cell(demo, cell),
        lambda cell: WORKLOADS[cell.workload][2])
    print(f"{len(boots.cells)} boots, {AT_ONCE} at a time, {demo.mem} MB "
          f"managed, {SWAP_MB} MB of swap, disks in\n"
          f"{runs.shown(demo.folder)}", flush=True)
    boots.run_all()
    counters.write_csv(demo.path("counters.csv"), boots.table)
    missed = show(boots, len(chosen) == len(WORKLOADS)
                  and demo.mem == MEM_MB)
    print(flush=True)
    made = subprocess.run([os.path.join(TOOLS, "report-unix"),
                           demo.folder]).returncode
    status = runs.finish(boots, missed + (["no report"] if made else []),
                         time.monotonic() - start)
    if lost:
        print(f"demo-unix: not run: {' '.join(lost)}: {why or no_tree}")
    return status or (NO_PACKAGES if lost else OK)


def main() -> NoReturn:
    runs.run_main("tools/demo-unix", demo_unix)
