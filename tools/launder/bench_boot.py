# tools/launder/bench_boot.py - one boot with benchmark programs
"""Shared by tools/bench and tools/bench-linux: the counting plugin, images,
a boot of Launder, and the figures of any boot: rows from the console, and
instructions from the plugin's file."""
from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from typing import Dict, NamedTuple, Tuple

from launder import TOOLS
from launder.command import BAD, Stop

# A row: its name, block size or 0, Linux's figure, the goal, what it is.
Peer = Tuple[str, int, int, int, str]
LIMIT = 240                     # host seconds for one boot


def build_plugin(out: str) -> str | None:
    """=> the plugin's path; None: it cannot be made here."""
    cc = shutil.which("gcc") or shutil.which("clang")
    plugin = os.path.abspath(os.path.join(out, "bench_plugin.so"))
    source = os.path.join(TOOLS, "bench_plugin.c")
    if not cc:
        return None
    r = subprocess.run([cc, "-shared", "-fPIC", "-O2", "-fvisibility=hidden",
                        "-o", plugin, source], stderr=subprocess.DEVNULL)
    return plugin if r.returncode == 0 else None


def plugin_argument(plugin: str, counts: str, profile: int = 0) -> str:
    """What QEMU wants behind -plugin."""
    return f"{plugin},out={os.path.abspath(counts)},profile={profile}"


def make_image(out: str, build: str, bs: int, mb: int) -> str:
    """A fresh root image; it is sparse, so a large one costs little."""
    path = os.path.join(out, f"root-{bs}-{mb}.img")
    r = subprocess.run([os.path.join(TOOLS, "mkimage"), "--bs", str(bs),
                        "--size", str(mb), "--out", path],
                       stdin=subprocess.DEVNULL,
                       env=dict(os.environ, O=build))
    if r.returncode:
        raise Stop(BAD, "no disk image could be made")
    return path


def read_peer() -> list[Peer]:
    with open(os.path.join(TOOLS, "bench_linux.txt")) as f:
        rows = [s.split(None, 4) for s in f if not s.startswith("#")]
    return [(name, 0 if bs == "any" else int(bs), int(linux), int(goal),
             text.strip()) for name, bs, linux, goal, text in rows]


class Pair(NamedTuple):
    """Instructions between two markers; of the kernel by address, too."""
    user: int
    kernel: int
    at: Dict[int, int]


class Figures:
    """What a boot printed, and what the plugin counted meanwhile."""

    def __init__(self, serial: str, counts: str | None = None) -> None:
        self.pairs: list[Pair] = []
        self.boot: int | None = None
        with open(serial, errors="replace") as f:
            self.log = f.read().replace("\r", "")
        if counts and os.path.exists(counts):
            self.read_counts(counts)
        self.read_log()

    def read_counts(self, path: str) -> None:
        with open(path) as f:
            for words in map(str.split, f):
                if words[0] == "boot":
                    self.boot = int(words[1])
                elif words[0] == "pair":
                    self.pairs.append(Pair(int(words[1]), int(words[2]), {}))
                else:
                    self.pairs[-1].at[int(words[1], 16)] = int(words[2])

    def read_log(self) -> None:
        """Rows in order; each has the same number of pairs."""
        rows = re.findall(r"^bench (\w+) (\d+) (\d+)$", self.log, re.M)
        self.ops = {name: int(ops) for name, ops, _ in rows}
        self.ticks = {name: int(ticks) for name, _, ticks in rows}
        self.free = [int(kb) for kb in re.findall(r"^free (\d+) KB$",
                                                  self.log, re.M)]
        self.counts = {
            name: {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", words)}
            for name, words in re.findall(r"^counts (\w+)(.*)$", self.log,
                                          re.M)}
        runs = len(self.pairs) // max(len(rows), 1)
        self.runs = {row[0]: self.pairs[i * runs:(i + 1) * runs]
                     for i, row in enumerate(rows)}

    def failed(self) -> bool:
        """A program said so, or the end of a run is missing."""
        ends = re.findall(r"^=== run end status=(\d+)", self.log, re.M)
        begun = re.findall(r"^=== run begin", self.log, re.M)
        return len(ends) != len(begun) or any(s != "0" for s in ends)

    def median(self, row: str) -> Pair:
        """The run of a row that took the median number of instructions."""
        runs = sorted(self.runs[row], key=lambda p: p.user + p.kernel)
        return runs[len(runs) // 2]

    def cost(self, row: str) -> float:
        """Instructions for one operation."""
        if self.pairs:
            pair = self.median(row)
            return (pair.user + pair.kernel) / self.ops[row]
        tick = self.ticks["calibrate"] / self.ops["calibrate"]
        return self.ticks[row] / tick / self.ops[row]


def boot_launder(kernel: str, serial: str, counts: str, disks: list[str],
                 programs: list[str], plugin: str | None = None,
                 mem: int = 128, options: str = "", profile: int = 0,
                 icount: bool = False) -> Figures:
    """Boots, runs the programs; => Figures.  A run that fails is a Stop."""
    cmd = [os.path.join(TOOLS, "run"), "--kernel", kernel, "--serial", serial,
           "--timeout", str(LIMIT), "--mem", str(mem),
           "--append", options + " -- run " + " + ".join(programs)]
    for disk in disks:
        cmd += ["--disk", disk]
    if plugin:
        cmd += ["--qemu=-plugin " + shlex.quote(
            plugin_argument(plugin, counts, profile))]
    elif icount:
        cmd += ["--qemu=-icount shift=0"]
    r = subprocess.run(cmd, stdin=subprocess.DEVNULL, text=True,
                       stderr=subprocess.PIPE)
    if r.returncode:
        raise Stop(BAD, f"a run failed: {r.stderr.strip()} (see {serial})")
    figures = Figures(serial, counts if plugin else None)
    if figures.failed():
        raise Stop(BAD, f"a program failed (see {serial})")
    return figures
