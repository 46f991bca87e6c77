# tools/launder/corrupt.py - damaged ext2 images, used in the emulator and here
"""Mount and use seeded mutants of good ext2 images: their super block, group
descriptors, bitmaps, inodes, directories and blocks of pointers are damaged.

  guest  the kernel, under the emulator, on all scanners in turn: mount, walk,
         read, map, write, rename, remove, fill, remount, umount
  host   fs/ext2 compiled for this host with ASan and UBSan, on a disk, caches
         and a VFS made of memory (tests/host)

A disk may be refused, or become read-only; files may be lost.  Failures are a
panic, a hang, a sanitizer's report, a write behind the file system, a structure
that a walker finds wrong, leaked memory, an umount that fails.  To repeat one
that failed: --seed S --only N; its image is kept.

Exit status: 0 all is well; 1 a mutant failed; 3 wrong use; 4 a tool is
missing."""
from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
import time
from typing import NoReturn

from launder import TOP
from launder import ext2_mutants as mutants
from launder.command import BAD, TOOL, USE, Parser, Stop, run_main
from launder.watched import OUT, SILENCE_S, SILENT, boot, watch

GUEST, HOST = 200, 3000
TAIL_KB = 128           # of the guest's disk, behind the largest file system
MOST_FAILURES = 10
REPORT_S = 10
BUILD = os.path.join(TOP, "tests", "host", "build-ext2")


def arguments() -> argparse.Namespace:
    p = Parser(prog="tools/corrupt", description=__doc__,
               formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seed", type=int, default=1,
                   help="selects the damage (1)")
    p.add_argument("--guest", type=int, default=GUEST, metavar="COUNT",
                   help=f"mutants under the emulator ({GUEST}; 0: none)")
    p.add_argument("--host", type=int, default=HOST, metavar="COUNT",
                   help=f"mutants on this host ({HOST}; 0: none)")
    p.add_argument("--first", type=int, default=0, metavar="N",
                   help="number of the first one (0)")
    p.add_argument("--kind", choices=list(mutants.KINDS),
                   help="that kind of damage only (all)")
    p.add_argument("--only", type=int, metavar="N",
                   help="that one alone, on both unless a COUNT is 0")
    p.add_argument("--kernel", default=os.path.join(OUT, "launder.elf"),
                   metavar="ELF", help="(build/launder.elf)")
    a = p.parse_args()
    if a.only is not None:
        a.first, a.guest, a.host = a.only, min(a.guest, 1), min(a.host, 1)
    if min(a.guest, a.host, a.first) < 0 or not a.guest + a.host:
        raise Stop(USE, "give numbers from 0, and one COUNT over it "
                        "(see --help)")
    needed = ["mke2fs", "debugfs", "e2fsck"] + ["gcc"] * (a.host > 0) + \
        ["qemu-system-i386"] * (a.guest > 0)
    for tool in needed:
        if not shutil.which(tool):
            raise Stop(TOOL, f"{tool} is missing: run `make setup`")
    for path in (a.kernel, os.path.join(OUT, "user", "mutants")):
        if a.guest and not os.path.exists(path):
            raise Stop(USE, f"{path} is missing: run `make`")
    return a


class Side:
    """Where mutants are used: how many, what became of them."""

    def __init__(self, args: argparse.Namespace, tmp: str,
                 layouts: list[mutants.Layout], name: str) -> None:
        self.args, self.tmp, self.name = args, tmp, name
        self.layouts = layouts
        self.end = args.first + getattr(args, name)
        self.counts = dict.fromkeys(("refused", "read-only", "sound"), 0)
        self.failures = 0
        self.reported = time.monotonic()

    def mutant(self, number: int) -> mutants.Mutant:
        return mutants.Mutant(self.args.seed, number, self.layouts,
                              self.args.kind)

    def line(self, text: str) -> None:
        m = re.search(r"mutant (\d+) begins$", text)
        if m:
            self.begun = int(m[1])
        m = re.match(r"mutant (\d+): (.*)", text)
        if not m:
            return
        self.ended = int(m[1])
        if m[2] in self.counts:
            self.counts[m[2]] += 1
        else:
            self.fail(int(m[1]), re.sub("^FAIL ", "", m[2]))
        if time.monotonic() - self.reported > REPORT_S:
            self.reported = time.monotonic()
            print(f"corrupt: {self.name}: {self.ended + 1 - self.args.first} "
                  f"of {self.end - self.args.first}", flush=True)

    def fail(self, number: int, why: str) -> None:
        self.failures += 1
        image = os.path.join(OUT, f"corrupt-{self.args.seed}-{number}.img")
        mutant = self.mutant(number)
        data = bytearray(mutant.lay.data)
        for at, piece in mutant.writes:
            data[at:at + len(piece)] = piece
        with open(image, "wb") as f:
            f.write(data)
        kind = self.args.kind or ""
        other = "host" if self.name == "guest" else "guest"
        print(f"corrupt: {self.name}: seed {self.args.seed} mutant {number} "
              f"({mutants.BASES[mutant.base].name}): {why}\n"
              f"corrupt: repeat it with: tools/corrupt --seed "
              f"{self.args.seed} --only {number} --{other} 0"
              f"{kind and ' --kind ' + kind}\n"
              f"corrupt: its image is {image}", flush=True)

    def run(self, path: str) -> str:
        """=> why the child ended early, or "" """
        raise NotImplementedError

    def run_all(self) -> None:
        """A failure of one mutant does not end the run."""
        first, path = self.args.first, os.path.join(self.tmp, "mutants")
        while first < self.end and self.failures < MOST_FAILURES:
            with open(path, "w") as f:
                for n in range(first, self.end):
                    f.write(self.mutant(n).line(n))
            self.begun = self.ended = first - 1
            why = self.run(path)
            if why and self.begun < first:
                raise Stop(BAD, f"{self.name}: no mutant was begun: {why}")
            if why and self.begun != self.ended:
                self.fail(self.begun, why)
            elif why and not self.failures:
                self.fail(self.ended, f"when it or one before it had ended: "
                                      f"{why}")
            if not why and self.ended + 1 != self.end:
                raise Stop(BAD, f"{self.name}: the run ended behind mutant "
                                f"{self.ended}, with no error")
            first = self.begun + 1
        said = ", ".join(f"{n} {what}" for what, n in self.counts.items())
        print(f"corrupt: {self.name}: seed {self.args.seed}, "
              f"{sum(self.counts.values()) + self.failures} mutants: {said}, "
              f"{self.failures} bad", flush=True)


class Host(Side):
    def __init__(self, args: argparse.Namespace, tmp: str,
                 layouts: list[mutants.Layout]) -> None:
        super().__init__(args, tmp, layouts, "host")
        r = subprocess.run([BUILD, self.tmp, "ext2_mutants"], text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        if r.returncode:
            raise Stop(BAD, "fs/ext2 does not compile for this host: "
                       + r.stdout.strip()[:300])

    def run(self, path: str) -> str:
        log = os.path.join(self.tmp, "log")
        status = watch([os.path.join(self.tmp, "ext2_mutants"), path,
                        *(os.path.join(self.tmp, f"base{i}")
                          for i in range(len(self.layouts)))], log, self.line)
        if not status or (status == 1 and self.ended + 1 == self.end):
            return ""
        with open(log, errors="replace") as f:
            text = f.read()
        shutil.copy(log, os.path.join(OUT, "corrupt-host.log"))
        m = re.search(r"^.*(runtime error|ERROR: \w+Sanitizer).*$", text,
                      re.M)
        kind = {-26: "a hang: no end in two minutes of processor time",
                SILENT: f"a hang: no word in {SILENCE_S} s"}
        return m[0] if m else kind.get(status) or "panic: " + \
            text.rsplit(" begins\n", 1)[-1].split("\n")[0]


class Guest(Side):
    def __init__(self, args: argparse.Namespace, tmp: str,
                 layouts: list[mutants.Layout]) -> None:
        super().__init__(args, tmp, layouts, "guest")
        self.disk = os.path.join(self.tmp, "hdb")
        with open(self.disk, "wb") as f:
            f.truncate(max(len(lay.data) for lay in self.layouts)
                       + (TAIL_KB << 10))

    def run(self, path: str) -> str:
        root = os.path.join(self.tmp, "root")
        adds = [f"{path}:/t/mutants"] + [
            f"{self.tmp}/base{i}:/t/base{i}"
            for i in range(len(self.layouts))]
        mb = 12 + sum(len(lay.data) for lay in self.layouts) // (1 << 20) + \
            os.path.getsize(path) // (1 << 20)
        r = subprocess.run(
            [os.path.join(TOP, "tools", "mkimage"), "--size", str(mb),
             "--out", root, *(w for a in adds for w in ("--add", a))],
            text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        if r.returncode:
            raise Stop(r.returncode, r.stdout.strip())
        status, said = boot(
            self.tmp, ["--kernel", self.args.kernel, "--disk", root,
                       "--disk", self.disk, "--append",
                       "debug=1 -- run mutants /t/mutants"], self.line)
        serial = os.path.join(self.tmp, "serial")
        with open(serial, errors="replace") as f:
            text = f.read().replace("\r", "")
        if not status and re.search("^mutants: ok$", text, re.M):
            return ""
        shutil.copy(serial, os.path.join(OUT, "corrupt-guest.log"))
        if status == SILENT:
            return f"a hang: no word in {SILENCE_S} s"
        m = re.search(r"panic: .*|^mutants: error: .*", text, re.M)
        return m[0] if m else said or f"status {status}"


def corrupt() -> int:
    args = arguments()
    tmp = tempfile.mkdtemp(prefix="launder-corrupt-")
    try:
        layouts = []
        for i, base in enumerate(mutants.BASES):
            path = os.path.join(tmp, f"base{i}")
            mutants.make_base(base, path)
            with open(path, "rb") as f:
                layouts.append(mutants.Layout(f.read()))
        sides = [kind(args, tmp, layouts) for kind in (Host, Guest)
                 if getattr(args, kind.__name__.lower())]
        for side in sides:
            side.run_all()
    except subprocess.CalledProcessError as e:
        raise Stop(BAD, f"{e.cmd[0]} failed: {e.output.strip()[:300]}")
    finally:
        shutil.rmtree(tmp, ignore_errors=True)
    return BAD if any(side.failures for side in sides) else 0


def main() -> NoReturn:
    run_main("tools/corrupt", corrupt)
