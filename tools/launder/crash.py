# tools/launder/crash.py - cuts the power under random file operations
"""Boot Launder with a disk whose writes and flushes QEMU logs, let the program
user/workloads/crash.c carry out random operations on it, then make from the log
the disk after power cuts at random places, have e2fsck repair it, and compare every
file, byte by byte, and every name with what was durable at the cut (defined in
tools/launder/crash_model.py).

A cut is one of: a prefix of the log; a prefix whose last request is torn; all
up to the last flush and a random part of the requests since; all up to the last
flush and a random part of the sectors since.

The guest reports its progress by marks in the log, which are writes to a second
disk.  To write one at once it flushes that disk, and that flush is removed
from the log: else it would hide a flush that is missing on the first.  A
mark comes after each operation that makes something durable, and after each
fifth other one.

The order of writes depends on the guest's clock, so the same seed gives the
same operations but not the same log: --keep keeps what is needed to repeat a
cut, and --log repeats it.

Exit status: 0 nothing was lost; 1 something was; 3 wrong use, or a run that
failed; 4 a tool is missing."""
from __future__ import annotations

import argparse
import os
import random
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from typing import Iterator, NoReturn

from launder import TOP
from launder import run_options
from launder.command import BAD, OK, TOOL, USE, Parser, Stop, run_main
from launder.crash_ext2 import Disk
from launder.crash_log import (CUTS, GONE, LIST_AT, MARK, WRITE, Cutter, Entry,
                               LogError, read_log)
from launder.crash_model import Model, compare, model_at
from launder.crash_ops import WEIGHTS, make_ops

OUT = os.path.abspath(os.environ.get("O", os.path.join(TOP, "build")))
SCANNERS = [*run_options.scanners(), "switch"]
BLOCKS, MEMORY = (1024, 4096), (8, 16)
DISK_BYTES = {1024: 3 << 19, 4096: 4 << 20}
MARKS_BYTES = 1 << 20
LOG_BYTES = 1 << 30             # sparse; the log is as long as it is
BUSY_SECONDS = 600              # for a run of the guest, of seconds
FAULTS = ("flush", "write", "block")


def arguments() -> argparse.Namespace:
    p = Parser(
        prog="tools/crash", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    a = p.add_argument
    a("--cuts", type=int, default=1000, help="in all (1000)")
    a("--seed", type=int, default=1, help="of the first run (1)")
    a("--per-run", type=int, default=50, metavar="N", help="cuts a run (50)")
    a("--ops", type=int, default=400, help="operations a run (400)")
    a("--only", metavar="KINDS", default=",".join(WEIGHTS),
      help="kinds of operations, with commas between them: " +
      " ".join(WEIGHTS))
    a("--scanner", choices=SCANNERS,
      help="switch: another each second (all in turn)")
    a("--bs", type=int, choices=BLOCKS, help="block size (both in turn)")
    a("--mem", type=int, choices=MEMORY, help="megabytes (both in turn)")
    a("--kind", choices=CUTS, help="of the cuts (all in turn)")
    a("--keep", metavar="DIR", help="keep logs, lost disks and reports there")
    a("--log", metavar="DIR", help="no run: cut a log that --keep has kept")
    a("--cut", type=int, metavar="N", help="with --log: only this one")
    a("--fault", choices=FAULTS,
      help="damage each cut, to test the check: flush: the drive has "
      "lost its cache in spite of the last flush; write: a write that was "
      "flushed is not there; block: a block of a durable file is zeroed")
    a("--kernel", default=os.path.join(OUT, "launder.elf"))
    o = p.parse_args()
    if min(o.cuts, o.seed, o.per_run, o.ops) < 1:
        raise Stop(USE, "numbers begin with 1")
    if not {"new"} <= set(o.only.split(",")) <= set(WEIGHTS):
        raise Stop(USE, f"--only {o.only}: want new and others (see --help)")
    if o.cut is not None and not o.log:
        raise Stop(USE, "--cut wants the log of --log DIR")
    if not o.log:
        for f in (o.kernel, os.path.join(OUT, "user", "crash")):
            if not os.path.exists(f):
                raise Stop(USE, f"{f} is missing: run `make`")
    for tool in ("mke2fs", "e2fsck"):
        if not shutil.which(tool):
            raise Stop(TOOL, f"{tool} is missing: run `make setup`")
    return o


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def call_gently(*words: str) -> tuple[int, str]:
    """Runs it; an interrupt lets it remove its files first."""
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as child:
        try:
            said = child.communicate()[0]
        except KeyboardInterrupt:
            child.terminate()
            raise
    return child.returncode, said.strip()


def must(*words: str) -> None:
    r = call(*words)
    if r.returncode:
        raise Stop(USE, f"{words[0]}: {r.stdout.strip()}")


# ---- a run of the guest ----------------------------------------------------

def make_root(tmp: str) -> str:
    """A small root with init and crash."""
    tree, root = os.path.join(tmp, "tree"), os.path.join(tmp, "root")
    for d in ("bin", "sbin", "dev", "proc", "mnt"):
        os.makedirs(os.path.join(tree, d))
    shutil.copy(os.path.join(OUT, "user", "init"), tree + "/sbin/init")
    shutil.copy(os.path.join(OUT, "user", "crash"), tree + "/bin/crash")
    must(os.path.join(TOP, "tools", "mkimage"), "--tree", tree, "--size", "2",
         "--out", root)
    return root


class Run:
    """One boot: what it does, and the log that it leaves."""

    def __init__(self, seed: int, scanner: str, bs: int, mem: int, count: int,
                 only: str) -> None:
        self.seed, self.scanner, self.bs, self.mem = seed, scanner, bs, mem
        self.count, self.only = count, only
        self.bytes = DISK_BYTES[bs]
        self.list = make_ops(seed, bs, self.bytes // bs, mem * 400, count,
                             only.split(","))
        self.ops = [s.split(" ") for s in self.list]

    def name(self) -> str:
        return (f"seed {self.seed} {self.scanner} {self.bs // 1024}K "
                f"{self.mem} MB")

    def words(self) -> str:
        return (f"--seed {self.seed} --scanner {self.scanner} --bs {self.bs} "
                f"--mem {self.mem} --ops {self.count} --only {self.only}")

    def make_disks(self, where: str) -> None:
        """both, in one file: the file system, and marks with the list"""
        path = os.path.join(where, "disks")
        must("mke2fs", "-q", "-F", "-t", "ext2", "-b", str(self.bs), "-N",
             "256", "-g", str(self.bytes // self.bs // 2 // 8 * 8), "-O",
             "none,filetype,sparse_super", path, str(self.bytes // 1024) + "k")
        with open(path, "r+b") as f:
            self.base = f.read(self.bytes)
            f.truncate(self.bytes + MARKS_BYTES)
            f.seek(self.bytes + LIST_AT)
            f.write("\n".join(self.list).encode())
        with open(os.path.join(where, "log"), "wb") as f:
            f.truncate(LOG_BYTES)

    def boot(self, o: argparse.Namespace, root: str, where: str) -> None:
        self.make_disks(where)
        both, log = (os.path.join(where, n).replace(",", ",,")
                     for n in ("disks", "log"))
        serial = os.path.join(where, "serial")
        qemu = []
        for s in (f"driver=file,node-name=d0,filename={both},"
                  "cache.no-flush=on",
                  f"driver=file,node-name=l0,filename={log},cache.no-flush=on",
                  "driver=blklogwrites,node-name=w0,file=d0,log=l0",
                  f"driver=raw,node-name=hda,file=w0,size={self.bytes}",
                  f"driver=raw,node-name=hdc,file=w0,offset={self.bytes},"
                  f"size={MARKS_BYTES}"):
            qemu += ["-blockdev", s]
        qemu += ["-device", "ide-hd,drive=hda,bus=ide.0,unit=0,share-rw=on",
                 "-device", "ide-hd,drive=hdc,bus=ide.1,unit=0,share-rw=on",
                 "-trace", "ide_exec_cmd", "-D",
                 os.path.join(where, "trace")]
        switch = self.scanner == "switch"
        status, said = call_gently(
            os.path.join(TOP, "tools", "run"), "--kernel", o.kernel,
            "--ramdisk", root, "--mem", str(self.mem), "--scanner",
            SCANNERS[0] if switch else self.scanner, "--serial", serial,
            "--timeout", str(BUSY_SECONDS), "--qemu", shlex.join(qemu),
            "--append", "root=ram0 -- run crash"
            + (" --switch-ms 1000" if switch else ""))
        if status in (USE, TOOL):
            raise Stop(status, "no run is possible: " + said)
        with open(serial, errors="replace") as f:
            text = f.read()
        done = re.search(r"^crash: (\d+) operations, (\d+) switches", text,
                         re.M)
        if status or not done or int(done[1]) != len(self.ops):
            last = [s for s in text.splitlines() if s.startswith("crash")]
            raise Stop(USE, f"{self.name()}: the guest failed: "
                       + " | ".join(last[-3:] + [said]))
        self.switches = int(done[2])
        self.read(where)

    def save(self, where: str) -> None:
        with open(os.path.join(where, "run"), "w") as f:
            f.write(self.words() + "\n")
        with open(os.path.join(where, "base"), "wb") as f:
            f.write(self.base)

    def read(self, where: str) -> None:
        self.entries = read_log(
            os.path.join(where, "log"), os.path.join(where, "trace"),
            self.bytes)


def kept_run(where: str) -> Run:
    """=> the Run that --keep has kept"""
    try:
        with open(os.path.join(where, "run")) as f:
            words = f.read().split()
        bs, mem, count = map(int, words[5:10:2])
        run = Run(int(words[1]), words[3], bs, mem, count, words[11])
        with open(os.path.join(where, "base"), "rb") as f:
            run.base = f.read()
        run.read(where)
    except OSError as e:
        raise Stop(USE, f"--log {e.filename}: {e.strerror}: give a folder "
                        "DIR/SEED of --keep DIR")
    return run


# ---- cuts ------------------------------------------------------------------

class Cut:
    def __init__(self, number: int, place: int, kind: str) -> None:
        self.number, self.place, self.kind = number, place, kind


def choose_cuts(run: Run, count: int, kind: str | None,
                rng: random.Random) -> list[Cut]:
    """Half of them right after a mark that promises something."""
    marks = [i + 1 for i, e in enumerate(run.entries) if e.kind == MARK]
    strong = [i for i in marks
              if run.ops[run.entries[i - 1].line - 1][0] in "fgyqWMR"]
    writes = [i + 1 for i, e in enumerate(run.entries)
              if i >= marks[0] and e.kind == WRITE]
    cuts = []
    for n in range(count):
        k = kind or CUTS[n % len(CUTS)]
        places = writes if k == "torn" or rng.random() < .5 else strong
        cuts.append(Cut(n, rng.choice(places), k))
    return cuts


def progress(run: Run, place: int) -> tuple[dict[int, int], int, int]:
    """=> inos, how many operations are over, how many may have begun"""
    inos: dict[int, int] = {}
    over, begun = 0, None
    for i, e in enumerate(run.entries):
        if e.kind == MARK:
            inos.update(e.inos)
            if i < place:
                over = e.line + 1
            else:
                begun = e.line + 1
                break
    return inos, over, begun or over


def zero_block(image: bytearray, model: Model, rng: random.Random) -> None:
    """Zeroes a block of a durable file."""
    found = [n.chunks[c] for n in model.nodes
             if n.kind == "f" and n.durable and n.sure
             for c in n.chunks if c not in n.old and c not in n.anything]
    if found:
        data = rng.choice(sorted(found))
        image[:] = bytes(image).replace(data, bytes(len(data)))


def drop_write(entries: list[Entry], place: int,
               rng: random.Random) -> list[Entry]:
    """=> the entries without one write that a flush has made durable"""
    cutter = Cutter(b"", entries)
    last = cutter.last_barrier(place)
    first = cutter.last_barrier(last - 1) if last else 0
    some = [i for i in range(first, last) if entries[i].kind == WRITE]
    if not some:
        return entries
    i = rng.choice(some)
    return entries[:i] + [Entry(GONE)] + entries[i + 1:]


def check(path: str, image: bytearray, model: Model) -> tuple[list[str], str]:
    """=> what was lost, e2fsck's words"""
    with open(path, "wb") as f:
        f.write(image)
    first = call("e2fsck", "-fy", path)
    if first.returncode > 2:
        return ["e2fsck cannot repair it"], first.stdout
    second = call("e2fsck", "-fn", path)
    if second.returncode:
        return ["a second e2fsck finds errors"], \
            first.stdout + second.stdout
    with open(path, "rb") as f:
        mended = f.read()
    try:
        return compare(model, Disk(mended)), first.stdout
    except ValueError as e:
        return [f"the repaired disk cannot be read: {e}"], first.stdout


def report(run: Run, cut: Cut, over: int, begun: int, lost: list[str],
           said: str) -> Iterator[str]:
    yield (f"crash: {run.name()} cut {cut.number}: {cut.kind} at entry "
           f"{cut.place}, after line {over - 1} of {len(run.ops)}: "
           f"{len(lost)} lost")
    yield from lost
    yield "the operations before it:"
    for i in range(max(0, over - 12), begun):
        yield f"  {i}{'' if i < over else ' (not over)'}: {run.list[i]}"
    yield "e2fsck said:"
    yield from ("  " + s for s in said.splitlines() if s)


def try_cuts(o: argparse.Namespace, run: Run, tmp: str, count: int) -> int:
    """=> how many of the cuts lost something"""
    rng = random.Random(f"{run.seed} {run.bs}")
    cuts, bad = choose_cuts(run, count, o.kind, rng), 0
    path = os.path.join(tmp, "cut")
    cutter = Cutter(run.base, run.entries, 1 if o.fault == "flush" else 0)
    cuts.sort(key=lambda c: c.place)
    for cut in cuts:
        if o.cut is not None and cut.number != o.cut:
            continue
        own = random.Random(f"{run.seed} {cut.number}")
        inos, over, begun = progress(run, cut.place)
        model = model_at(run.bs, run.ops, inos, over, begun)
        if o.fault == "write":
            cutter = Cutter(run.base, drop_write(run.entries, cut.place,
                                                 own))
        elif cutter.done > cutter.last_barrier(cut.place):
            cutter = Cutter(run.base, run.entries, cutter.lost)
        image = cutter.disk(cut.place, cut.kind, own)
        if o.fault == "block":
            zero_block(image, model, own)
        before = bytes(image)
        lost, said = check(path, image, model)
        if not lost:
            continue
        bad += 1
        words = list(report(run, cut, over, begun, lost, said))
        print("\n  ".join(words[:min(4, len(lost) + 1)]), flush=True)
        if o.keep:
            at = os.path.join(o.keep, f"{run.seed}", f"cut-{cut.number}")
            with open(at + ".before", "wb") as f:
                f.write(before)
            shutil.copy(path, at + ".after")
            with open(at + ".txt", "w") as f:
                f.write("\n".join(words) + "\n")
    return bad


# ---- all of it -------------------------------------------------------------

def all_runs(o: argparse.Namespace) -> Iterator[tuple[Run, int]]:
    """=> Runs, with the number of cuts of each"""
    for i, first in enumerate(range(0, o.cuts, o.per_run)):
        yield (Run(o.seed + i, o.scanner or SCANNERS[i % len(SCANNERS)],
                   o.bs or BLOCKS[i % 2],
                   o.mem or MEMORY[(i // 6 + i // 3) % 2], o.ops, o.only),
               min(o.per_run, o.cuts - first))


def boot_and_cut(o: argparse.Namespace, tmp: str) -> tuple[int, int]:
    root, done, bad = make_root(tmp), 0, 0
    for run, count in all_runs(o):
        where = os.path.join(o.keep or tmp, str(run.seed))
        shutil.rmtree(where, ignore_errors=True)
        os.makedirs(where)
        run.boot(o, root, where)
        if o.keep:
            run.save(where)
        lost = try_cuts(o, run, tmp, count)
        done, bad = done + count, bad + lost
        switched = f", {run.switches} switches" if run.switches else ""
        print(f"crash: {run.name()}: {len(run.ops)} operations, "
              f"{len(run.entries)} entries{switched}: {count} cuts, {lost} "
              "with losses", flush=True)
        if not o.keep:
            shutil.rmtree(where)
    return done, bad


def crash() -> int:
    o = arguments()
    start = time.monotonic()
    tmp = tempfile.mkdtemp(
        prefix="launder-crash-",
        dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    done = bad = 0
    try:
        if o.log:
            done = 1 if o.cut is not None else o.cuts
            bad = try_cuts(o, kept_run(o.log), tmp, o.cuts)
        else:
            done, bad = boot_and_cut(o, tmp)
    except LogError as e:
        raise Stop(USE, str(e))
    finally:
        shutil.rmtree(tmp, ignore_errors=True)
    print(f"crash: {done} cuts, {bad} with losses, "
          f"{time.monotonic() - start:.0f} s", flush=True)
    return BAD if bad else OK


def main() -> NoReturn:
    run_main("tools/crash", crash)
