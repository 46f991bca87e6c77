# tools/launder/bench_linux.py - Launder beside Debian's Linux, in one table
"""Run one benchmark binary on Launder (release build) and on Debian's own
i386 Linux, in the same emulated machine with the same disk image, and print
what each took, as ratios Launder / Linux.  `make bench-linux` builds what is
needed; the Linux package is fetched into the build folder and not installed.

rows      the calls of tools/bench_linux.txt: guest instructions, counted by a
          plugin inside the emulator, and disk requests
pressure  a stream beside a hot array, and an array of 1.5 x free memory swept
          three times, with swap: at equal free memory at the start
dbench    throughput in host time, so the kernels take turns

The output of each boot is kept in the output folder; --replay makes the tables
from it, without a boot.
"""
from __future__ import annotations

import argparse
import csv
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from typing import Any, Callable, List, NoReturn, Union

from launder import TOOLS
from launder import run_options
from launder.bench_boot import (LIMIT, Figures, Peer, boot_launder,
                                build_plugin, make_image, plugin_argument,
                                read_peer)
from launder.command import BAD, OK, Parser, Stop, run_main

PARTS = ["rows", "pressure", "dbench"]
MEM = 128                       # megabytes, for rows and dbench
FREE = 18                       # megabytes of Launder under pressure
NEAR = 0.02                     # equal free memory: at most so far apart
TUNES = 6                       # boots to find it
HOT, STREAM = 16, 64            # MB of the hot array, of the file
DBENCH = "dbench -c /usr/share/dbench/client.txt -D /tmp -t 10 %d"
TURNS, CLIENTS = 3, [1, 4]
HALF = {"null_call", "open_close", "fork_exit_wait", "fork_exec_wait",
        "first_touch", "cow_fault", "fork_touched"}
SAID = 0.10                     # a figure that differs more from the recorded
SETTINGS = ("console=ttyS0 quiet mitigations=off init_on_alloc=0 "
            "randomize_kstack_offset=off audit=0 cgroup_disable=memory")
MACHINE = ["-M", "pc", "-cpu", "pentium3", "-accel", "tcg", "-nodefaults",
           "-vga", "std", "-display", "none", "-no-reboot"]  # as tools/run's


def progress(text: str) -> None:
    print(f"bench-linux: {text}", file=sys.stderr, flush=True)


def parse() -> argparse.Namespace:
    p = Parser(
        prog="tools/bench-linux", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    a = p.add_argument
    base = os.environ.get("O", "build")
    a("parts", nargs="*", metavar="PART",
      help="rows, pressure, dbench; else all three")
    a("--scanner", choices=run_options.scanners(),
      default=run_options.scanners()[0],
      help="Launder's design for rows and dbench; pressure has both")
    a("--replay", action="store_true", help="read an earlier run's logs")
    a("--out", metavar="DIR", default=os.path.join(base, "bench-linux"),
      help="where to write (build/bench-linux)")
    o = p.parse_args()
    wrong = [part for part in o.parts if part not in PARTS]
    if wrong:
        p.error(f"{wrong[0]}: no such part; there are {', '.join(PARTS)}")
    o.parts = o.parts or PARTS
    o.base = base
    o.kernel = os.path.join(base, "release", "launder.elf")
    o.linux = os.path.join(base, "linux")
    return o


# ---- booting ---------------------------------------------------------------

def make(words: list[str], base: str) -> None:
    """Runs a command of tools/; its output goes to the user."""
    r = subprocess.run([os.path.join(TOOLS, words[0])] + words[1:],
                       stdin=subprocess.DEVNULL, stdout=sys.stderr,
                       env=dict(os.environ, O=base))
    if r.returncode:
        raise Stop(BAD, f"tools/{words[0]} has failed (status "
                        f"{r.returncode}): there is no Linux to compare with")


def make_swap(path: str, mb: int) -> None:
    with open(path, "wb") as f:
        f.truncate(mb << 20)
    os.chmod(path, 0o600)
    r = subprocess.run(["mkswap", path], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL,
                       env=dict(os.environ, PATH=os.environ["PATH"] +
                                ":/usr/sbin:/sbin"))
    if r.returncode:
        raise Stop(BAD, "mkswap has failed: install util-linux")


class Bench:
    """What boots are made of; the files of a boot have its name."""

    def __init__(self, o: argparse.Namespace) -> None:
        self.o, self.plugin = o, None
        os.makedirs(o.out, exist_ok=True)
        if o.replay:
            return
        if not os.path.exists(o.kernel):
            raise Stop(BAD, f"{o.kernel}: no such kernel: run "
                            "`make bench-linux`")
        if not os.path.exists(os.path.join(o.linux, "version")):
            make(["fetch-linux", o.linux], o.base)
        self.plugin = build_plugin(o.out)
        if not self.plugin and o.parts != ["dbench"]:
            raise Stop(BAD, "the counting plugin cannot be built: install gcc")

    def file(self, name: str, end: str) -> str:
        return os.path.join(self.o.out, name + end)

    def figures(self, name: str) -> Figures:
        if not os.path.exists(self.file(name, ".log")):
            raise Stop(BAD, f"{self.file(name, '.log')}: no such log")
        return Figures(self.file(name, ".log"), self.file(name, ".counts"))

    def launder(self, name: str, disks: Disks, programs: list[str],
                **more: Any) -> Figures:
        if not self.o.replay:
            progress(f"Launder: {name}")
            boot_launder(self.o.kernel, self.file(name, ".log"),
                         self.file(name, ".counts"), disks(), programs,
                         self.plugin, **more)
        return self.figures(name)

    def linux_boot(self, name: str, disks: list[str], words: str,
                   plugin: str | None, options: str = "") -> None:
        """One boot of Linux, ended by the guest or by the time limit."""
        progress(f"Linux: {name}")
        serial = self.file(name, ".log")
        cmd = ["qemu-system-i386", *MACHINE, "-m", f"{MEM}M",
               "-serial", f"file:{serial}",
               "-kernel", os.path.join(self.o.linux, "vmlinuz"),
               "-initrd", os.path.join(self.o.linux, "initramfs.gz"),
               "-append", f"{SETTINGS} {options} -- {words}"]
        for i, disk in enumerate(disks):
            cmd += ["-drive", f"if=ide,index={i},format=raw,file={disk},"
                    "snapshot=on"]
        if plugin:
            cmd += ["-plugin", plugin_argument(plugin,
                                               self.file(name, ".counts"))]
        try:
            r = subprocess.run(cmd, stdin=subprocess.DEVNULL, timeout=LIMIT,
                               stderr=subprocess.PIPE, text=True)
        except FileNotFoundError:
            raise Stop(BAD, "qemu-system-i386 is missing: run `make setup`")
        except subprocess.TimeoutExpired:
            raise Stop(BAD, f"Linux took more than {LIMIT} s (see {serial})")
        if r.returncode:
            raise Stop(BAD, f"QEMU: {r.stderr.strip()}")

    def linux(self, name: str, disks: Disks, programs: list[str],
              options: str = "") -> Figures:
        if not self.o.replay:
            self.linux_boot(name, disks(), "run " + " + ".join(programs),
                            self.plugin, options)
        figures = self.figures(name)
        if not figures.ops or figures.failed():
            raise Stop(BAD, "Linux did not run the benchmark "
                       f"(see {self.file(name, '.log')})")
        return figures


# ---- tables ----------------------------------------------------------------

Row = List[Union[str, float]]
Rows = List[Row]
Disks = Callable[[], List[str]]

LEFT = {"operation", "row", "kernel", "note"}


def number(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def show(title: str, columns: list[str], rows: Rows) -> None:
    """One table: words to the left, figures to the right."""
    text = [columns] + [[number(v) for v in row] for row in rows]
    widths = [max(len(row[i]) for row in text) for i in range(len(columns))]
    print(f"\n{title}")
    for row in text:
        print("  ".join(v.ljust(w) if c in LEFT else v.rjust(w)
                        for c, v, w in zip(columns, row, widths)).rstrip())


def save(path: str, columns: list[str], rows: Rows) -> None:
    with open(path, "w", newline="") as f:
        csv.writer(f).writerows([columns] + [
            [round(v, 3) if isinstance(v, float) else v for v in row]
            for row in rows])


def ratio(a: float, b: float) -> float | str:
    return a / b if b else ""


# ---- rows ------------------------------------------------------------------

ROWS = ["operation", "Launder", "Linux", "ratio", "target", "holds",
        "Linux recorded", "requests: Launder", "Linux", "ratio"]


def add_row(table: Rows, peer: Peer, launder: Figures,
            linux: Figures) -> str | None:
    """=> why the row fails, or None"""
    name, bs, recorded, _, text = peer
    spent, linux_spent = launder.cost(name), linux.cost(name)
    target = 0.5 if name in HALF else 1.0
    holds = spent / linux_spent <= target
    asked = [f.counts[name]["requests"] for f in (launder, linux)]
    text += f", {bs // 1024}K blocks" if bs else ""
    table.append([text, spent, linux_spent, spent / linux_spent, target,
                  "yes" if holds else "NO", recorded,
                  *([asked[0], asked[1], ratio(*asked)] if any(asked)
                    else ["", "", ""])])
    if not holds:
        return f"{text}: {spent / linux_spent:.2f}, wanted {target}"
    return None


def measure_rows(bench: Bench) -> None:
    """Launder's limit on the size of a request is lifted: Linux has none."""
    found = {}
    for bs in (4096, 1024):
        disk = [make_image(bench.o.out, bench.o.base, bs, 64)
                if not bench.o.replay else ""]
        found[bs] = (
            bench.launder(f"rows-{bs}-launder", lambda: disk,
                          ["bench --sectors 65535"], mem=MEM,
                          options=f"scanner={bench.o.scanner}"),
            bench.linux(f"rows-{bs}-linux", lambda: disk, ["bench"]))
    peers = [p for p in read_peer() if p[0] in found[p[1] or 4096][0].ops]
    table: Rows = []
    over = [text for text in (add_row(table, p, *found[p[1] or 4096])
                              for p in peers) if text]
    show("Guest instructions for one operation, user and kernel, median of 3"
         " runs (plugin, from marker to marker);\ndisk requests of the median run"
         " (Launder: its counters, Linux: /proc/diskstats)", ROWS, table)
    save(bench.file("rows", ".csv"), ROWS, table)
    print("\nabove its target: " + "; ".join(over) if over else
          "\nEvery row holds its target.")
    more = [f"{row[0]} ({row[9]:.2f})" for row in table
            if isinstance(row[9], float) and row[9] > 1]
    print("more disk requests than Linux: " + "; ".join(more) if more else
          "No row has more disk requests than Linux.")
    off = {p[4]: found[p[1] or 4096][1].cost(p[0]) / p[2] - 1
           for p in peers if p[2]}
    apart = [f"{text} ({part:+.0%})" for text, part in off.items()
             if abs(part) > SAID]
    print("Linux differs from what is recorded by more than "
          f"{SAID:.0%}: " + ("; ".join(apart) or "nowhere"))


# ---- pressure --------------------------------------------------------------

PRESSURE = ["row", "kernel", "free at start, KB", "instructions, M",
            "requests", "sectors read", "sectors written", "swap in",
            "swap out"]
SWAP_ON = "swapctl on /dev/hdb"


def tune(bench: Bench, disks: Disks, target: int) -> int:
    """=> Linux's mem= with so many KB free when a row begins."""
    mem = target + 30 * 1024
    for i in range(TUNES):
        probe = bench.linux(f"free-{i}", disks, [
            SWAP_ON, "bench --pressure --only swept --runs 1 --array 64"],
            f"mem={mem}K")
        free = probe.free[-1]
        if abs(free / target - 1) <= NEAR / 2:
            return mem
        mem += target - free
    raise Stop(BAD, f"no mem= gives Linux {target} KB of free memory; the "
                    f"last, {mem} KB, gave {free}")


def pressure_row(row: str, kernel: str, figures: Figures) -> Row:
    pair, counts = figures.median(row), figures.counts[row]
    return [row, kernel, str(figures.free[-1]),
            (pair.user + pair.kernel) / 1e6,
            *(str(counts[key]) for key in
              ("requests", "sectors_read", "sectors_written", "swap_in_pages",
               "swap_out_pages"))]


def measure_pressure(bench: Bench) -> None:
    """One boot a row: each starts from the same state."""
    array = FREE * 1024 * 3 // 2
    rows = {"hot_stream": f"--mb {STREAM} --hot {HOT}",
            "swept_array": f"--array {array}"}
    swap = bench.file("swap", ".img")

    def disks() -> list[str]:
        make_swap(swap, 64)
        return [make_image(bench.o.out, bench.o.base, 4096, 160), swap]

    table, mem = [], None
    for row, options in rows.items():
        work = [SWAP_ON, f"bench --pressure --runs 1 --only {row} {options}"]
        for scanner in run_options.designs():
            figures = bench.launder(f"{row}-{scanner}", disks, work, mem=FREE,
                                    options=f"scanner={scanner}")
            table.append(pressure_row(row, scanner, figures))
        mem = mem or tune(bench, disks, figures.free[-1])
        figures = bench.linux(f"{row}-linux", disks, work, f"mem={mem}K")
        table.append(pressure_row(row, "Linux", figures))
    show(f"Pressure: {STREAM} MB streamed to a file, {HOT} MB swept after each"
         f" MB; {array} KB swept 3 times.  Reported, without a target.",
         PRESSURE, table)
    save(bench.file("pressure", ".csv"), PRESSURE, table)
    free = [int(line[2]) for line in table]
    apart = max(free) / min(free) - 1
    print(f"\nFree memory at the start differs by {apart:.1%} at most" +
          ("." if apart <= 2 * NEAR else ": NOT EQUAL, do not compare."))


# ---- dbench ----------------------------------------------------------------

DB = ["kernel", "clients", "MB/s, median", "lowest", "highest", "ratio",
      "note"]


def throughput(log: str) -> tuple[float | None, str | None]:
    """=> (MB/s, None), or (None, why there is none)"""
    found = re.search(r"^Throughput ([\d.]+) MB/sec", log, re.M)
    if found:
        return float(found.group(1)), None
    last = [s for s in log.splitlines()
            if s.strip() and not s.startswith(("launder: end", "["))]
    return None, last[-1].strip() if last else "it said nothing"


def dbench_once(bench: Bench, kernel: str, name: str,
                clients: int) -> tuple[float | None, str | None]:
    log = bench.file(name, ".log")
    words = DBENCH % clients
    disk = bench.file("unix", ".img")
    if kernel == "Linux" and not bench.o.replay:
        bench.linux_boot(name, [disk], words, None)
    elif not bench.o.replay:
        progress(f"Launder: {name}")
        subprocess.run([os.path.join(TOOLS, "run"), "--kernel",
                        bench.o.kernel, "--disk", disk, "--mem", str(MEM),
                        "--scanner", bench.o.scanner,
                        "--serial", log, "--timeout", str(LIMIT),
                        "--append", "-- " + words],
                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return throughput(bench.figures(name).log)


def dbench_turns(
        bench: Bench,
        clients: int) -> tuple[dict[str, list[float]], dict[str, str]]:
    """Both kernels in turn; => {kernel: [MB/s]}, {kernel: why not}"""
    found: dict[str, list[float]] = {"Launder": [], "Linux": []}
    why: dict[str, str] = {}
    for turn in range(TURNS):
        for kernel in found:
            if kernel in why:
                continue
            name = f"dbench-{clients}-{kernel.lower()}-{turn}"
            value, reason = dbench_once(bench, kernel, name, clients)
            if value is None:
                why[kernel] = reason or "no reason"
            else:
                found[kernel].append(value)
    return found, why


def measure_dbench(bench: Bench) -> None:
    if not bench.o.replay:
        make(["mkunix", "--dbench", "--bs", "4096", "--size", "160", "--out",
              bench.file("unix", ".img")], bench.o.base)
    table: Rows = []
    for clients in CLIENTS:
        found, why = dbench_turns(bench, clients)
        middle = {k: statistics.median(v) for k, v in found.items() if v}
        for kernel, values in found.items():
            if kernel in why:
                table.append([kernel, str(clients), "", "", "", "",
                              f"not run: {why[kernel]}"])
                continue
            both = kernel == "Launder" and "Linux" in middle
            table.append([kernel, str(clients), middle[kernel], min(values),
                          max(values), middle[kernel] / middle["Linux"]
                          if both else "", ""])
    show(f"dbench, {TURNS} runs of 10 s each, in turn; time of the host: more"
         " is better", DB, table)
    save(bench.file("dbench", ".csv"), DB, table)


def bench_linux() -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    o = parse()
    begin = time.monotonic()
    bench = Bench(o)
    for part in o.parts:
        globals()["measure_" + part](bench)
    print(f"\nRelease build, {MEM} MB, QEMU pc, tcg, pentium3, IDE; Linux: "
          f"{SETTINGS.split(' ', 2)[2]}.\nTables and logs: {o.out}; took "
          f"{time.monotonic() - begin:.0f} s.")
    return OK


def main() -> NoReturn:
    run_main("tools/bench-linux", bench_linux)
