# tools/launder/soak.py - everything at once for an hour, and all is given back
"""Boot Launder with Debian's programs, 16 MB and swap, and run dbench, stress,
hog, copies with checksums and sqlite side by side for --minutes of the guest's
time, which is the host's.  The scanner is changed each second, every structure
is checked each second (debug=1).

At the end memory, slabs, inodes, descriptors, processes and swap must be as
free as at the start, no process may have been killed for lack of memory,
e2fsck must find the disk clean and the last copies must equal their originals.

Exit status: 0 all is well; 1 something is not; 3 wrong use, or something is
not built; 4 a tool is missing; 5 Debian's i386 packages cannot be had."""
from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from typing import Dict, NoReturn, Tuple

from launder import TOP
from launder.command import BAD, TOOL, USE, Parser, Stop, run_main
from launder.watched import OUT, SILENCE_S, SILENT, boot

NO_PACKAGES = 5
DISK_MB, SWAP_MB = 256, 64
ROUND_S, SHORT_ROUND_S = 20, 5
FILES, TREE_KB = 120, 3000
KINDS = ("switch", "dbench", "stress", "hog", "copy", "sqlite")

# What may be in use more at the end than at the start.  Slabs are kept by one
# object in use; tasks that only wait (init, two shells) may be swapped out.
SLACK_KB, OTHERS_SWAP_KB = 512, 2048
SLACK_OBJECTS = 24
EXACT = ("processes", "zombies", "ipc_lines", "open_files", "MemTotal",
         "SwapTotal", "duplicates", "task", "files", "file", "pipe")


def arguments() -> argparse.Namespace:
    p = Parser(prog="tools/soak", description=__doc__,
               formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minutes", type=float, default=60, metavar="N",
                   help="of the guest's time (60)")
    p.add_argument("--seed", type=int, default=1,
                   help="of what is copied and swapped (1)")
    p.add_argument("--mem", type=int, default=16, metavar="MB",
                   help="that the kernel manages (16)")
    p.add_argument("--bs", type=int, default=1024, choices=(1024, 2048, 4096),
                   help="block size of the disk (1024)")
    p.add_argument("--kernel", default=os.path.join(OUT, "launder.elf"),
                   metavar="ELF", help="(build/launder.elf)")
    a = p.parse_args()
    if not 0 < a.minutes <= 10000 or a.seed < 0:
        raise Stop(USE, "--minutes wants a number over 0, --seed one from 0")
    if not 8 <= a.mem <= 768:
        raise Stop(USE, f"--mem {a.mem}: give 8 to 768 megabytes")
    for path in (a.kernel, os.path.join(OUT, "user", "switcher")):
        if not os.path.exists(path):
            raise Stop(USE, f"{path} is missing: run `make`")
    for tool in ("mkswap", "e2fsck", "debugfs", "mke2fs", "qemu-system-i386"):
        if not shutil.which(tool):
            raise Stop(TOOL, f"{tool} is missing: run `make setup`")
    return a


def call(words: list[str], what: str) -> None:
    r = subprocess.run(words, text=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if r.returncode:
        last = " | ".join(r.stdout.strip().splitlines()[-3:])
        raise Stop(r.returncode if r.returncode in (USE, TOOL, NO_PACKAGES)
                   else BAD, f"{what}: {last}")


# ---- disks -----------------------------------------------------------------

def make_tree(folder: str, seed: int) -> dict[str, str]:
    """Files of all sizes. => {path in it: sum}"""
    rng, sums = random.Random(f"soak {seed}"), {}
    weights = [rng.paretovariate(0.8) for _ in range(FILES)]
    for i, weight in enumerate(weights):
        path = f"d{i % 7}/f{i}"
        size = max(1, int(TREE_KB * 1024 * weight / sum(weights)))
        data = rng.getrandbits(8 * size).to_bytes(size, "little")
        os.makedirs(os.path.join(folder, f"d{i % 7}"), exist_ok=True)
        with open(os.path.join(folder, path), "wb") as f:
            f.write(data)
        sums[path] = hashlib.md5(data).hexdigest()
    return sums


def make_disks(args: argparse.Namespace,
               tmp: str) -> tuple[str, str, dict[str, str]]:
    """=> paths of root and swap disk, sums of the tree that is copied"""
    root, swap, tree = (os.path.join(tmp, n) for n in ("root", "swap", "tree"))
    sums = make_tree(tree, args.seed)
    with open(os.path.join(tmp, "sums"), "w") as f:
        f.writelines(f"{s}  {path}\n" for path, s in sums.items())
    script = os.path.join(TOP, "tools", "unix", "soak.sh")
    call([os.path.join(TOP, "tools", "mkunix"), "--dbench", "--size",
          str(DISK_MB), "--bs", str(args.bs), "--add", f"{tree}:/t/tree",
          "--add", f"{tmp}/sums:/t/sums", "--add", f"{script}:/t/soak.sh",
          "--out", root], "tools/mkunix")
    with open(swap, "wb") as f:
        f.truncate(SWAP_MB << 20)
    os.chmod(swap, 0o600)
    call(["mkswap", swap], "mkswap")
    return root, swap, sums


# ---- what the guest says ---------------------------------------------------

Census = Dict[str, Tuple[int, bool]]    # {what: (how much, is it a slab?)}


class Console:
    """The progress that it prints, and what was in use before and after."""

    def __init__(self) -> None:
        self.census: dict[str, Census] = {}
        self.now: Census | None = None
        self.bad: list[str] = []
        self.rounds, self.ended, self.swap = "", False, (0, 0)

    def line(self, text: str) -> None:
        m = re.match(r"=== census (\w+)", text)
        if m:
            self.now = self.census.setdefault(m[1], {})
        elif self.now is not None:
            # Behind the name of a slab are the objects in use, and in all.
            m = re.match(r"(\w[\w-]*):? +(\d+)( +\d+ +\d+ +\d+$)?", text)
            if m:
                self.now[m[1]] = (int(m[2]), bool(m[3]))
        m = re.match(r"soak: swap: (\d+) kB free at least, (\d+)", text)
        if m:
            self.swap = int(m[1]), int(m[2])
        if text.startswith("oom: "):
            self.bad.append(text)
        elif text.startswith("soak: FAIL"):
            self.bad.append(text[len("soak: FAIL "):])
        elif text == "soak: ok":
            self.ended = True
        elif text.startswith("soak: "):
            if "rounds:" in text:
                self.rounds = text.split("rounds: ")[1]
            print(text, flush=True)

    def complaints(self) -> list[str]:
        """What was not given back, or never happened."""
        before, after = (self.census.get(k, {}) for k in ("before", "after"))
        if not before or not after or not self.swap[0]:
            return ["it did not get to the end"]
        bad = [f"{key}: {was} before, {after.get(key, (0,))[0]} after"
               for key, (was, slab) in before.items()
               if self.lost(key, was, slab, after)]
        total = after["SwapTotal"][0]
        if self.swap[0] == total:
            bad.append("nothing was swapped out")
        if total - self.swap[1] > OTHERS_SWAP_KB:
            bad.append(f"{total - self.swap[1]} kB of swap are in use when all "
                       "have ended")
        return bad + [f"{kind}: no round" for kind in KINDS
                      if not re.search(rf"{kind} [1-9]", self.rounds)]

    @staticmethod
    def lost(key: str, was: int, slab: bool, after: Census) -> bool:
        now = after.get(key, (0,))[0]
        if key in ("MemFree", "SwapFree"):
            return now + SLACK_KB < was
        if key in EXACT:
            return now != was
        if key == "buffer_head":        # four a page that is cached, at most
            was = max(was, 4 * after["pages"][0])
        return slab and now > was + SLACK_OBJECTS


# ---- the disk after it -----------------------------------------------------

def disk_complaints(root: str, tmp: str, sums: dict[str, str]) -> list[str]:
    r = subprocess.run(["e2fsck", "-fn", root], text=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT)
    bad = ["e2fsck: " + " | ".join(r.stdout.splitlines()[1:4])] \
        if r.returncode else []
    dump = os.path.join(tmp, "dump")
    os.mkdir(dump)
    subprocess.run(["debugfs", "-R", f"rdump /root/soak/copy {dump}", root],
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    wrong = []
    for path, wanted in sums.items():
        try:
            with open(os.path.join(dump, "copy", path), "rb") as f:
                same = hashlib.md5(f.read()).hexdigest() == wanted
        except OSError:
            same = False
        wrong += [] if same else [path]
    if wrong:
        bad.append(f"{len(wrong)} of {len(sums)} files copied last differ: "
                   + " ".join(wrong[:4]))
    return bad


def soak(args: argparse.Namespace, tmp: str) -> int:
    print("soak: making the disks", flush=True)
    root, swap, sums = make_disks(args, tmp)
    seconds = max(1, round(args.minutes * 60))
    console, began = Console(), time.monotonic()
    print(f"soak: {seconds} s of guest time, {args.mem} MB, seed {args.seed}, "
          f"blocks of {args.bs} bytes; a line each minute", flush=True)
    length = ROUND_S if args.minutes > 2 else SHORT_ROUND_S
    status, said = boot(
        tmp, ["--kernel", args.kernel, "--mem", str(args.mem), "--write",
              "--disk", root, "--disk", swap, "--append",
              f"debug=1 -- sh /t/soak.sh {seconds} {length} {args.seed}"],
        console.line)
    bad = list(console.bad)
    if status == SILENT:
        bad.append(f"a hang: no word in {SILENCE_S} s")
    elif status:
        bad.append(said or f"status {status}")
    elif not console.ended and not bad:
        bad.append("soak.sh did not get to its end")
    bad += console.complaints() if not bad else []
    bad += disk_complaints(root, tmp, sums) if not status else []
    if bad:
        kept = os.path.join(OUT, f"soak-{args.seed}.log")
        shutil.copy(os.path.join(tmp, "serial"), kept)
        for text in bad:
            print(f"soak: bad: {text}", flush=True)
        print(f"soak: the console's text is in {kept}", flush=True)
    print(f"soak: {seconds} s of the guest in {time.monotonic() - began:.0f} s"
          f", {console.rounds or 'no rounds'}: "
          + (f"{len(bad)} bad" if bad else "all is well"), flush=True)
    return BAD if bad else 0


def in_a_folder() -> int:
    args = arguments()
    tmp = tempfile.mkdtemp(prefix="launder-soak-")
    try:
        return soak(args, tmp)
    finally:
        shutil.rmtree(tmp, ignore_errors=True)


def main() -> NoReturn:
    run_main("tools/soak", in_a_folder)
