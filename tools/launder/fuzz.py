# tools/launder/fuzz.py - random system calls, seed after seed
"""Boot Launder again and again and let fuzz (user/tests/fuzz.c) make random system
calls, with swap, with another seed and other memory each time, on all
scanners in turn.  A run fails when the kernel panics, a walker or the leak
check finds something, an ordinary user opens a file of root, or e2fsck finds
an error on the disk.

Exit status: 0 all runs were good; 1 one was not; 3 wrong use; 4 a tool is
missing."""
from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Any, NoReturn, Sequence

from launder import TOP
from launder import run_options
from launder.command import BAD, OK, TOOL, USE, Parser, Stop, run_main

OUT = os.path.abspath(os.environ.get("O", os.path.join(TOP, "build")))
SCANNERS = run_options.scanners()
MEMORY = (8, 16, 12)    # root may lock 1.3 MB in each of four processes
SWAP_MB = 32
START_S = 60            # of the guest: a boot, the last checks
SLOW = 4                # seconds of a busy host for one of the guest


def arguments() -> argparse.Namespace:
    p = Parser(
        prog="tools/fuzz", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seconds", type=int, default=600, help="in all (600)")
    p.add_argument("--slice", type=int, default=50,
                   help="seconds of calls a run (50)")
    p.add_argument("--seed", type=int, default=1, help="the first one (1)")
    p.add_argument("--round", type=int,
                   help="one run, of this round of --seed only")
    p.add_argument("--calls", type=int, default=200, help="a process (200)")
    p.add_argument("--scanner", choices=SCANNERS, help="(all, in turn)")
    p.add_argument("--mem", type=int, help="megabytes (8, 16, 12 in turn)")
    p.add_argument("--kernel", default=os.path.join(OUT, "launder.elf"))
    a = p.parse_args()
    if min(a.seconds, a.slice, a.seed, a.calls) < 1:
        raise Stop(USE, "numbers begin with 1")
    if not os.path.exists(a.kernel):
        raise Stop(USE, f"{a.kernel} is missing: run `make`")
    for tool in ("mkswap", "e2fsck", "mke2fs"):
        if not shutil.which(tool):
            raise Stop(TOOL, f"{tool} is missing: run `make setup`")
    return a


def make_disks(tmp: str) -> tuple[str, str]:
    """The root and the swap disk that every run gets a copy of."""
    root, swap = os.path.join(tmp, "root"), os.path.join(tmp, "swap")
    quiet: dict[str, Any] = dict(check=True, stdin=subprocess.DEVNULL,
                 stdout=subprocess.DEVNULL)
    subprocess.run([os.path.join(TOP, "tools", "mkimage"), "--size", "24",
                    "--out", root], **quiet)
    with open(swap, "wb") as f:
        f.truncate(SWAP_MB << 20)
    os.chmod(swap, 0o600)
    subprocess.run(["mkswap", swap], stderr=subprocess.DEVNULL, **quiet)
    return root, swap


def boot(words: list[str]) -> int:
    """tools/run's status; an interrupt lets it remove its files first."""
    with subprocess.Popen([os.path.join(TOP, "tools", "run"), *words],
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL) as child:
        try:
            status = child.wait()
        except KeyboardInterrupt:
            child.terminate()
            raise
    if status in (USE, TOOL):
        raise Stop(status, "no run is possible: tools/run has said why")
    return status


class Run:
    """One boot: what is random in it, and how it went."""

    def __init__(self, args: argparse.Namespace, number: int) -> None:
        self.seed = args.seed + number
        self.scanner = args.scanner or SCANNERS[number % len(SCANNERS)]
        self.mem = args.mem or MEMORY[number % 3]
        self.calls, self.round = args.calls, args.round
        self.kernel = args.kernel

    def name(self) -> str:
        return f"seed {self.seed} {self.scanner} {self.mem} MB"

    def repeat(self, log: str) -> str:
        rounds = re.findall(r"--round (\d+)|^fuzz: seed \d+ round (\d+)",
                            log, re.M)
        near = max(rounds[-1]) if rounds else "1"
        return (f"tools/fuzz --seed {self.seed} --scanner {self.scanner} "
                f"--mem {self.mem} --calls {self.calls} --round {near}")

    def boot(self, tmp: str, disks: Sequence[str],
             seconds: int) -> tuple[str, str]:
        """=> (complaint or "", the console's text)"""
        serial = os.path.join(tmp, "serial")
        own = [os.path.join(tmp, "hda"), os.path.join(tmp, "hdb")]
        for disk, copy in zip(disks, own):
            subprocess.run(["cp", "--sparse=always", disk, copy], check=True)
        words = f"fuzz --seed {self.seed} --calls {self.calls} --swap"
        words += f" --round {self.round}" if self.round else \
            f" --seconds {seconds}"
        limit = seconds + START_S
        status = boot(
            ["--kernel", self.kernel, "--disk", own[0], "--disk", own[1],
             "--write", "--serial", serial, "--scanner", self.scanner,
             "--mem", str(self.mem), "--timeout", str(limit * SLOW),
             "--append", f"debug=1 timeout={limit} -- run {words}"])
        log = ""
        if os.path.exists(serial):
            with open(serial, errors="replace") as f:
                log = f.read().replace("\r", "")
        return self.judge(status, log, own[0]), log

    def judge(self, status: int, log: str, disk: str) -> str:
        for pattern in (r"^.*panic.*$", r"^fuzz: FAIL .*$",
                        r"^fuzz: error.*$"):
            m = re.search(pattern, log, re.M)
            if m:
                return m[0]
        if status or not re.search(r"^fuzz: ok ", log, re.M):
            return {0: "fuzz was killed", 2: "a time limit ran out"}.get(
                status, f"status {status}")
        r = subprocess.run(["e2fsck", "-fn", disk], text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        return "e2fsck: " + r.stdout.strip() if r.returncode else ""


def fuzz() -> int:
    args = arguments()
    start, number, bad = time.monotonic(), 0, 0
    least = 1 if args.round or args.scanner else len(SCANNERS)
    tmp = tempfile.mkdtemp(prefix="launder-fuzz-")
    print("fuzz: " + ("one round" if args.round else f"{args.seconds} s, "
                      f"in runs of {args.slice} s"), flush=True)
    try:
        disks = make_disks(tmp)
        while True:
            left = args.seconds - (time.monotonic() - start)
            if number >= least and (args.round or left < 3):
                break
            run = Run(args, number)
            why, log = run.boot(tmp, disks, int(min(args.slice,
                                                    max(left, 3))))
            rounds = re.findall(r"^fuzz: ok .*rounds=(\d+)", log, re.M)
            print(f"fuzz: {run.name()}: "
                  f"{why or 'ok, ' + rounds[-1] + ' rounds'}", flush=True)
            if why:
                bad += 1
                print(f"fuzz: repeat it with: {run.repeat(log)}", flush=True)
                kept = os.path.join(OUT, f"fuzz-{run.seed}.log")
                with open(kept, "w") as f:
                    f.write(log)
                print(f"fuzz: the console's text is in {kept}", flush=True)
            number += 1
    except subprocess.CalledProcessError as e:
        raise Stop(TOOL, f"{e.cmd[0]} failed")
    except KeyboardInterrupt:
        print("fuzz: ended by hand", file=sys.stderr)
    finally:
        shutil.rmtree(tmp, ignore_errors=True)
    print(f"fuzz: {number} runs, {bad} bad", flush=True)
    return BAD if bad else OK


def main() -> NoReturn:
    run_main("tools/fuzz", fuzz)
