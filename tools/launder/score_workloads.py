"""tools/launder/score_workloads.py - the workloads that scanners are scored by,
and one run of one of them.

Each is a program of user/workloads on ramdisks under --icount, with the disk's
time of 2001 and sizes around what the caches can hold: memory is small so that
a run goes over it several times in some seconds of a host's processor.  The
same cell gives the same counters, and the same trace, on any host.
"""
from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
from typing import NamedTuple, Optional

from launder import TOOLS, demo_counters
from launder.command import BAD, TOOL, Stop

OUT = os.path.abspath(os.environ.get("O", "build"))
HOST_LIMIT = 300        # seconds, against a hang: usual are 2 to 6
GUEST_LIMIT = 1000      # seconds of the guest: usual are 10 to 40
LISTED = ("nr_free_pages", "nr_active", "nr_inactive_dirty",
          "nr_inactive_clean")
SWAP_UUID = "20010801-0000-4000-8000-6c6177737770"


class Workload(NamedTuple):
    """{seed}, {raw} and {swap} in the command are filled in by a run."""
    name: str
    command: str
    separates: str      # what a good policy does that a bad one does not
    claim: str          # who said what, in August 2001 where no year is given
    mem: int = 4        # MB of managed memory
    bs: int = 4096      # block size of the root
    raw_mb: int = 0     # a blank ramdisk of that size
    swap_mb: int = 0    # a ramdisk made by mkswap


class Cell(NamedTuple):
    workload: str
    scanner: str
    seed: int
    mem: int = 0        # 0: the workload's


class Result(NamedTuple):
    counters: dict[str, float]      # what the program added; gauges after it
    line: dict[str, str]            # of `wN: ok key=value ...`
    trace: Optional[str]            # the saved ring
    frames: int                     # free or on a list before the program


WORKLOADS = {w.name: w for w in (
    Workload(
        "w1", "w1 --seed {seed} --on {raw} --hot 256 --period-ms 40 "
        "--mb 12 --hog-kb 2048 --hold-ms 200 --rest-ms 200",
        "keeps blocks that are rewritten again and again, writes the stream",
        "Mason, 5 Aug: a block that is constantly redirtied is flushed under "
        "pressure, though it is more or less pinned", raw_mb=4),
    Workload(
        "w2", "w2 --seed {seed} --on {raw} --bsz 1024 --block 512 "
        "--span-kb 8192 --zipf 0.5 --count 16000",
        "keeps the popular blocks of many, most of them dirty",
        "Phillips, 1 Aug: 1K buffers that share a page hinder each other",
        raw_mb=8),
    Workload(
        "w3", "w3 --seed {seed} --kb 4608 --passes 2 --random 2500",
        "keeps part of a file that is read in sequence, the popular records "
        "when it is read at random",
        "quoted by Phillips, 1 Aug: iozone shows no difference"),
    Workload(
        "w4", "w4 --seed {seed} --clients 4 --files 170 --slots 300 "
        "--reads 5",
        "keeps metadata and young files while files come and go",
        "quoted by Phillips, 1 Aug: dbench shows no difference; Mason, Dec "
        "2000: writepage in the first pass costs 7 %", bs=1024),
    Workload(
        "w5", "w5 --seed {seed} --shuffle --hot-files 12 --hot-kb 224 "
        "--big-mb 4 --warm 2 --pause-ms 20",
        "keeps a hot set while one big file goes by",
        "scan resistance: O'Neil 1993 (LRU-K), Johnson and Shasha 1994 (2Q)"),
    Workload(
        "w6", "w6 --seed {seed} --kb 6144 --zipf 60 --steps 5000 --drop",
        "keeps the popular pages of a file that is read before it is written",
        "derived: writepage writes and allocates whole pages where 1K were "
        "changed", bs=1024),
    Workload(
        "w7", "w7 --seed {seed} --on {raw} --file-kb 2560 --churn-kb 5120 "
        "--turns 2",
        "keeps a file that is in use while blocks are read once",
        "Phillips, 1 Aug: buffer pages overload buckets of the page hash",
        raw_mb=8),
    Workload(
        "w8", "w8 --seed {seed} --on {raw} --kb 5120 --turns 6",
        "keeps the popular tenth; finds blocks again that just went",
        "Phillips, 1 Aug: once its buffer heads are removed, a page cannot "
        "be rescued", raw_mb=8),
    Workload(
        "w9", "w9 --seed {seed} --swap {swap} --hog-kb 3584 --visits 6000 "
        "--file-kb 1024 --writes 1500",
        "weighs a process's memory against the pages of files",
        "Rik van Riel, 2001: balancing of caches and processes", swap_mb=16),
    Workload(
        "w10", "w10 --seed {seed} --files 10 --file-kb 512 --steps 4000",
        "keeps pages that are mapped as well as written; writes them once",
        "derived: a page dirtied through a mapping is missed by fsync"),
    Workload(
        "w11", "w11 --seed {seed} --clients 4 --file-kb 1280 --reads 384",
        "writes each dirty page once, though four ask for it",
        "Tweedie, Aug 2001: parallel sync thrashes the disk"),
    Workload(
        "w12", "w12 --seed {seed} --on {raw} --burst 32 --kb 4096 "
        "--file-kb 2048",
        "has free frames, not only clean pages, for interrupts",
        "derived: buffer pages that were freed are of use to an interrupt, "
        "those on inactive_clean are not", raw_mb=8),
)}


# ---- images ----------------------------------------------------------------

def made(path: str, newest: float, *command: str, mb: int = 0) -> str:
    """The path of an image not older than that; made under another name."""
    if os.path.exists(path) and os.path.getmtime(path) >= newest:
        return path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    fd, half = tempfile.mkstemp(dir=os.path.dirname(path))
    try:
        os.truncate(fd, mb << 20)
        os.close(fd)
        if command:
            try:
                r = subprocess.run([*command, half], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.STDOUT)
            except FileNotFoundError:
                raise Stop(TOOL, f"{command[0]} is missing: run `make setup`")
            if r.returncode:
                raise Stop(BAD, f"{path}: {r.stdout.strip()[-300:]}")
        os.replace(half, path)
    finally:
        if os.path.exists(half):
            os.unlink(half)
    return path


def images(w: Workload, folder: str = "") -> dict[str, str]:
    """{device: file} of its ramdisks, in the folder ($O/score-images)."""
    folder = folder or os.path.join(OUT, "score-images")
    user = os.path.join(OUT, "user")
    if not os.path.exists(os.path.join(user, "init")):
        raise Stop(BAD, f"{user}/init is missing: run `make`")
    newest = max(os.path.getmtime(os.path.join(user, f))
                 for f in os.listdir(user))
    found = {"root": made(os.path.join(folder, f"root-{w.bs}.img"), newest,
                          os.path.join(TOOLS, "mkimage"), "--size", "24",
                          "--bs", str(w.bs), "--out")}
    if w.raw_mb:
        found["raw"] = made(os.path.join(folder, f"raw-{w.raw_mb}.img"), 0,
                            mb=w.raw_mb)
    if w.swap_mb:
        mkswap = shutil.which("mkswap", path=os.environ.get("PATH", "")
                              + ":/usr/sbin:/sbin")
        found["swap"] = made(os.path.join(folder, f"swap-{w.swap_mb}.img"), 0,
                             mkswap or "mkswap", "-q", "-U", SWAP_UUID,
                             mb=w.swap_mb)
    return found


# ---- one run ---------------------------------------------------------------

def run_arguments(cell: Cell, disks: dict[str, str], options: str,
                  trace_kb: int, command: str) -> list[str]:
    """Words of tools/run for the cell."""
    w = WORKLOADS[cell.workload]
    names = {d: f"/dev/ram{n}" for n, d in enumerate(disks)}
    words = ["disk=seek", f"timeout={GUEST_LIMIT}", *options.split()]
    if trace_kb:
        words += ["trace=touch", f"trace_kb={trace_kb}"]
    command = (command or w.command).format(seed=cell.seed, **names)
    arguments = ["--icount", "--mem", str(cell.mem or w.mem), "--scanner",
                 cell.scanner, "--timeout", str(HOST_LIMIT), "--append",
                 " ".join(words + ["--", "run", command])]
    for disk in disks.values():
        arguments += ["--ramdisk", disk]
    return arguments


def run_cell(cell: Cell, trace: str = "", trace_kb: int = 65536,
             options: str = "", command: str = "",
             kernel: str = "") -> Result:
    """Boots and runs it; trace names a file for the ring of touches, options
    are more of the kernel's, command runs in place of the workload's.
    => Stop with a sentence unless all went well and the contents were right"""
    if cell.workload not in WORKLOADS:
        raise Stop(BAD, f"no workload {cell.workload}: there are "
                        + " ".join(WORKLOADS))
    what = f"{cell.workload} on {cell.scanner}, seed {cell.seed}"
    disks = images(WORKLOADS[cell.workload])
    with tempfile.TemporaryDirectory(prefix="launder-score-") as tmp:
        serial = os.path.join(tmp, "serial")
        words = run_arguments(cell, disks, options, trace_kb if trace else 0,
                              command)
        words += ["--kernel", kernel or os.path.join(OUT, "launder.elf")]
        if trace:
            words += ["--trace", trace]
        r = subprocess.run([os.path.join(TOOLS, "run"), "--with-parent",
                            "--serial", serial, *words], text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        text = ""
        if os.path.exists(serial):
            with open(serial, errors="replace") as f:
                text = f.read()
    programs = demo_counters.read_serial(text)
    if r.returncode or not programs:
        raise Stop(r.returncode or BAD, f"{what}: {r.stdout.strip()[-300:]}")
    line = demo_counters.ok_line(programs[0])
    if programs[0].status or not line:
        raise Stop(BAD, f"{what}: " + " | ".join(
            programs[0].output.strip().splitlines()[-3:]))
    return Result(demo_counters.counters_of(programs[0]), line, trace or None,
                  sum(programs[0].before[name] for name in LISTED))


# ---- what a policy would have missed ---------------------------------------

def touches_of(ring: str, path: str) -> None:
    """Writes the touches of a saved ring as cachesim's CSV; none were lost."""
    r = subprocess.run([os.path.join(TOOLS, "trace"), ring, "--touches", path],
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True)
    if r.returncode:
        raise Stop(BAD, f"{ring}: {r.stdout.strip()[-300:]}")


def bounded(touches: str, frames: int, *words: str) -> dict[str, int]:
    """{figure: sectors} of `cachesim bound`."""
    try:
        r = subprocess.run([os.path.join(OUT, "cachesim"), "bound", touches,
                            "--frames", str(frames), "--csv", *words],
                           text=True, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except FileNotFoundError:
        raise Stop(BAD, f"{OUT}/cachesim is missing: run `make`")
    if r.returncode:
        raise Stop(BAD, f"{touches}: {r.stderr.strip()[-300:]}")
    row, = csv.DictReader(r.stdout.splitlines())
    return {name: int(value) for name, value in row.items()}
