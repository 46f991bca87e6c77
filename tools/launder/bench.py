# tools/launder/bench.py - what Launder costs, in a release build, beside Linux
"""Measure a release build and print a table; write it as CSV to the output
folder.  `make bench` builds what is needed first.

Work is counted in guest instructions, user and kernel, by a plugin inside the
emulator, from one marker of the benchmark program to the next: a figure that
a busy host does not change.  Each row is the median of three.  Disk requests
are the kernel's counters between the same markers.  The comparison of DMA
with PIO is the one that takes time, so only the ratios mean something.

Where no plugin can be built the rows are virtual time under -icount instead:
valid without a disk; rows with a disk include waits, and are marked.

With --profile the instructions of one row are listed by kernel function.
"""
from __future__ import annotations

import argparse
import bisect
import collections
import csv
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from typing import Any, NoReturn

from launder import run_options
from launder.bench_boot import (Figures, boot_launder, build_plugin,
                                make_image, read_peer)
from launder.command import BAD, OK, Stop, run_main

BUILD = os.environ.get("O", os.path.join("build", "release"))
KERNEL = os.path.join(BUILD, "launder.elf")
MEM = 128                       # megabytes, as the peer had
SIZES = [8, 16, 32, 64, 128]    # megabytes of the reclaim rows
KERNEL_TEXT = 0xc0100000        # as in the plugin
STREAM = 3                      # their file, in memory sizes
DESIGNS = run_options.designs()
REQUESTS = ["raw_4k", "raw_64k", "raw_124k"]
COLUMNS = ["measure", "unit", "launder", "linux", "goal", "ratio", "how"]

# What reclaims: these objects, and this function of the buffer cache.
RECLAIM_OBJECTS = re.compile(r"mm/reclaim/(reclaim|kswapd|lru|scan\w+)\.o$")
RECLAIM_SYMBOLS = re.compile(r"try_to_free_buffers(\.part.*)?$")

HOW_COUNT = "plugin, median of 3 between markers"
HOW_ICOUNT = "NO PLUGIN: virtual time under -icount shift=0; waits count"


def progress(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def parse() -> argparse.Namespace:
    p = argparse.ArgumentParser(
        prog="tools/bench", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    a = p.add_argument
    a("--quick", action="store_true",
      help="fewer boots: DMA and PIO once, reclaim at three sizes in one "
           "design")
    a("--profile", metavar="ROW", help="list only one row, by kernel function")
    a("--bs", type=int, choices=[1024, 2048, 4096], default=4096,
      help="block size of the profiled row's disk (4096)")
    a("--scanner", choices=run_options.scanners(), default=DESIGNS[0],
      help="design for all rows but reclaim's")
    a("--out", metavar="DIR", help="where to write (build/bench)",
      default=os.path.join(os.path.dirname(BUILD), "bench"))
    return p.parse_args()


# ---- what is measured with -------------------------------------------------

def check_build() -> None:
    with open(os.path.join(BUILD, "flags")) as f:
        if "-DNDEBUG_WALKERS" not in f.read():
            raise Stop(BAD, f"{KERNEL} is no release build: run `make bench`")


def image(o: argparse.Namespace, bs: int, mb: int) -> str:
    return make_image(o.out, BUILD, bs, mb)


def run_boot(o: argparse.Namespace, plugin: str | None, disks: list[str],
             programs: list[str], **more: Any) -> Figures:
    """One boot in the output folder's files; => its figures."""
    return boot_launder(KERNEL, os.path.join(o.out, "serial.log"),
                        os.path.join(o.out, "counts.txt"), disks, programs,
                        plugin, **more)


class Symbols:
    """The kernel's functions, and the objects that they are in."""

    def __init__(self) -> None:
        text = subprocess.run(["nm", "-n", KERNEL], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        rows = [s.split() for s in text.splitlines()]
        found = [(int(a, 16), n) for a, kind, n in rows if kind in "tT"]
        self.starts = [a for a, _ in found]
        self.names = [n for _, n in found]
        self.text = int(dict((n, a) for a, _, n in rows)["_text_end"], 16) \
            - KERNEL_TEXT
        with open(os.path.join(BUILD, "launder.map")) as f:
            places = re.findall(r"^ \.text\S*\s+0x(\w+)\s+0x(\w+) (\S+)",
                                f.read(), re.M)
        self.objects = [(int(a, 16), int(a, 16) + int(n, 16), o)
                        for a, n, o in places if int(n, 16)]

    def name(self, address: int) -> str:
        return self.names[bisect.bisect(self.starts, address) - 1]

    def reclaims(self, address: int) -> bool:
        inside = (o for a, b, o in self.objects if a <= address < b)
        return bool(RECLAIM_OBJECTS.search(next(inside, "")) or
                    RECLAIM_SYMBOLS.match(self.name(address)))


# ---- the measures ----------------------------------------------------------

class Table:
    def __init__(self) -> None:
        self.rows: list[list[str]] = []

    def add(self, measure: str, unit: str, value: float, how: str,
            linux: float | None = None, goal: float | None = None) -> None:
        ratio = f"{value / linux:.2f}" if linux else ""
        shown = f"{value:.0f}" if value >= 100 else f"{value:.1f}"
        self.rows.append([measure, unit, shown, str(linux or ""),
                          str(goal or ""), ratio, how])

    def show(self) -> None:
        widths = [max(len(str(row[i])) for row in self.rows + [COLUMNS])
                  for i in range(len(COLUMNS))]
        for row in [COLUMNS] + self.rows:
            print("  ".join(str(c).rjust(w) if 2 <= i <= 5 else
                            str(c).ljust(w)
                            for i, (c, w) in enumerate(zip(row, widths)))
                  .rstrip())

    def over(self) -> list[str]:
        """Names of the rows that cost more than Linux."""
        return [row[0] for row in self.rows if row[5] and float(row[5]) > 1]

    def save(self, path: str) -> None:
        with open(path, "w", newline="") as f:
            csv.writer(f).writerows([COLUMNS] + self.rows)


def measure_rows(o: argparse.Namespace, plugin: str | None,
                 table: Table) -> Figures:
    boots = {}
    for bs in (4096, 1024):
        progress(f"rows, {bs}-byte blocks")
        boots[bs] = run_boot(o, plugin, [image(o, bs, 64)], ["bench"],
                             options=f"scanner={o.scanner}",
                             icount=not plugin)
    how = HOW_COUNT if plugin else HOW_ICOUNT
    for name, bs, linux, goal, text in read_peer():
        boot = boots[bs or 4096]
        if name in boot.ops:
            text += f", {bs // 1024}K blocks" if bs else ""
            table.add(text, "instr", boot.cost(name), how, linux, goal)
    return boots[4096]


def measure_boot(boot: Figures, table: Table) -> None:
    if boot.boot:
        table.add("boot, to the first user instruction", "instr", boot.boot,
                  "plugin, kernel instructions, once")
    began = re.search(r"^bench: began (\d+) us", boot.log, re.M)
    if not began:
        raise Stop(BAD, "the benchmark did not say when it began")
    table.add("boot, to the benchmark's first line", "guest ms",
              int(began.group(1)) / 1000,
              "guest clock, init and one exec included; once")


def add_requests(boot: Figures, table: Table, name: str, text: str,
                 key: str) -> None:
    how = "kernel's counters, median run"
    counts = boot.counts[name]
    table.add(text + ": requests", "count", counts["requests"], how)
    table.add(text + ": size", "KB",
              counts[key] / 2 / max(counts["requests"], 1), how)


def measure_requests(o: argparse.Namespace, boot: Figures,
                     table: Table) -> None:
    """At 2.4.7's limit of 255 sectors, and at the most a command can say."""
    read, written = "sectors_read", "sectors_written"
    add_requests(boot, table, "cold_seq_4k", "cold read of 8 MB", read)
    add_requests(boot, table, "cold_random_4k", "256 cold 4 KB reads", read)
    add_requests(boot, table, "fsync_page", "fsync of 8 MB", written)
    add_requests(boot, table, "sync_page", "sync of 8 MB", written)
    progress("requests without 2.4.7's limit")
    boot = run_boot(o, None, [image(o, 4096, 64)],
                    ["bench --sectors 65535 --only sync_page",
                     "bench --sectors 65535 --only fsync_page"],
                    options=f"scanner={o.scanner}")
    add_requests(boot, table, "fsync_page",
                 "fsync of 8 MB, max_sectors 65535", written)
    add_requests(boot, table, "sync_page",
                 "sync of 8 MB, max_sectors 65535", written)


def measure_drives(o: argparse.Namespace, table: Table) -> None:
    """DMA and PIO take turns, so that both meet the same host."""
    disks = [image(o, 4096, 64), os.path.join(o.out, "blank.img")]
    with open(disks[1], "wb") as f:
        f.truncate(32 << 20)
    ticks = collections.defaultdict(list)
    for i in range(1 if o.quick else 3):
        for way, size in (("dma", "16"), ("pio", "2")):
            progress(f"drive by {way}, {i + 1}")
            boot = run_boot(o, None, disks,
                            ["bench --raw /dev/hdb --mb " + size],
                            options=f"ide={way}")
            for row in REQUESTS:
                ticks[row, way].append(boot.ticks[row] / boot.ops[row] /
                                       int(re.sub(r"\D", "", row)))
    how = "time stamps, one request at a time, DMA and PIO in turn"
    base = statistics.median(ticks["raw_4k", "pio"])
    for row in REQUESTS:
        kb = re.sub(r"\D", "", row)
        dma, pio = (statistics.median(ticks[row, w]) for w in ("dma", "pio"))
        table.add(f"DMA read in {kb} KB requests", "x PIO's", pio / dma, how)
        table.add(f"DMA read in {kb} KB requests", "x 4 KB PIO", base / dma,
                  how)


def reclaim_cost(boot: Figures, row: str, symbols: Symbols) -> float:
    """Instructions in reclaim's code for each frame that it yielded."""
    spent = sum(n for address, n in boot.median(row).at.items()
                if symbols.reclaims(address))
    return spent / max(boot.counts[row]["reclaim_taken"], 1)


def measure_reclaim(o: argparse.Namespace, plugin: str | None,
                    table: Table) -> None:
    symbols, clean = Symbols(), collections.defaultdict(list)
    disk = image(o, 4096, STREAM * SIZES[-1] + 64)
    designs = DESIGNS[:1] if o.quick else DESIGNS
    how = f"plugin: mm/reclaim, kswapd, lru, scan_*; file of {STREAM} x memory"
    for scanner in designs:
        for mb in SIZES[:3] if o.quick else SIZES:
            progress(f"reclaim, {scanner}, {mb} MB")
            boot = run_boot(o, plugin, [disk],
                            [f"bench --stream --runs 1 --mb {STREAM * mb}"],
                            mem=mb, options=f"scanner={scanner}",
                            profile=symbols.text)
            cost = reclaim_cost(boot, "stream_read", symbols)
            clean[scanner].append(cost)
            table.add(f"{scanner}: clean frame reclaimed at {mb} MB", "instr",
                      cost, how)
            table.add(f"{scanner}: dirty frame reclaimed at {mb} MB", "instr",
                      reclaim_cost(boot, "stream_write", symbols), how)
        table.add(f"{scanner}: clean, spread over the sizes", "%",
                  100 * (max(clean[scanner]) / min(clean[scanner]) - 1),
                  "largest to smallest; the goal is 20")


def profile(o: argparse.Namespace, plugin: str | None) -> None:
    if not plugin:
        raise Stop(BAD, "--profile needs the plugin, which needs a host "
                        "compiler")
    symbols = Symbols()
    boot = run_boot(o, plugin, [image(o, o.bs, 64)],
                    [f"bench --only {o.profile}"],
                    options=f"scanner={o.scanner}", profile=symbols.text)
    if o.profile not in boot.ops:
        raise Stop(BAD, f"--profile {o.profile}: no such row")
    spent = collections.Counter(user=boot.median(o.profile).user)
    for address, n in boot.median(o.profile).at.items():
        spent[symbols.name(address)] += n
    for name, n in spent.most_common():
        print(f"{n / boot.ops[o.profile]:12.1f}  {name}")
    print(f"{boot.cost(o.profile):12.1f}  instructions an operation")


def measure(o: argparse.Namespace, plugin: str | None) -> None:
    table, begin = Table(), time.monotonic()
    boot = measure_rows(o, plugin, table)
    measure_boot(boot, table)
    measure_requests(o, boot, table)
    measure_drives(o, table)
    if plugin:
        measure_reclaim(o, plugin, table)
    table.show()
    path = os.path.join(o.out, "bench.csv")
    table.save(path)
    print(f"\nBUILD=release ({KERNEL}); trace= none; debug=0: walkers off; "
          f"spinlock checks off; {MEM} MB; scanner={o.scanner}.\n"
          "Linux: Debian's 6.1 i686 on the same emulated machine "
          "(tools/bench_linux.txt); ratio: Launder / Linux.\n"
          f"Also in {path}; took {time.monotonic() - begin:.0f} s.")
    over = table.over()
    print("over Linux: " + "; ".join(over) if over else
          "No row costs more than Linux.")


def bench() -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    o = parse()
    if not os.path.exists(KERNEL):
        raise Stop(BAD, f"{KERNEL}: no such kernel: run `make bench`")
    check_build()
    os.makedirs(o.out, exist_ok=True)
    plugin = build_plugin(o.out)
    if not plugin:
        progress("no plugin can be built: figures are virtual time")
    if o.profile:
        profile(o, plugin)
    else:
        measure(o, plugin)
    return OK


def main() -> NoReturn:
    run_main("tools/bench", bench)
