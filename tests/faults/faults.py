#!/usr/bin/env python3
# tests/faults/faults.py - seeds small faults, one at a time: a test must fail
"""Seed the faults of faults.txt, one at a time, into a copy of the tree.

A fault passes when the test named beside it fails, in the way it is said to.
First every such test must pass without a fault, built in the same way.

run-boots and run-programs try all of them.  By hand: those that are named;
--table prints the table of docs/FAULTS.md."""
from __future__ import annotations

import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
from typing import NoReturn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "boot"))
sys.dont_write_bytecode = True
from common import OUT, TOP, Run, data_disk, image
import tap
from tap import check, finish, say

TREE = ["Makefile", "linker.ld", "boot", "kernel", "mm", "drivers", "fs",
        "tests/host", "tools/cachesim", "tools/ksyms", "tools/rooms.txt"]
PATIENCE = 120          # seconds for a test on the host, of 5 at most
BUILD_S = 1800          # for compiling, of 30 at most

# Boots, with the walkers on: the kernel's options, what says that it is well.
BOOTS = {"boot-" + name: (f"test={name}", f"^PASS {name}$")
         for name in ("buddy", "last_pages", "slab", "slab_reserve")}
BOOTS.update({"boot-" + name: (f"-- run usertests --only {name}",
                               "usertests: 1 passed, 0 failed")
              for name in ("fork_cow_pages", "file_shared_reaches_disk",
                       "remap_moves", "truncate_and_grow", "together",
                       "all_or_none", "seg_removed_alive", "send_to_file",
                       "behind_write")})
BOOTS["boot-umount_whole_pages"] = (
    "scanner=writepage -- run usertests --only umount_whole_pages",
    "usertests: 1 passed, 0 failed")
BOOTS["boot-leak"] = ("-- run usertests --only error.", "PASS error.leak")


class Fault:
    """One entry of faults.txt."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        self.old, self.new = ("".join(s[1:] + "\n" for s in lines
                                      if s[0] == mark) for mark in "-+")
        words = dict(s.split(" ", 1) for s in lines if s[0] not in "-+")
        self.name, self.file, self.breaks, self.test, self.sees = (
            words[key].strip()
            for key in ("name", "file", "breaks", "test", "sees"))


def read_faults() -> list[Fault]:
    with open(os.path.join(HERE, "faults.txt")) as f:
        text = "".join(s for s in f if not s.startswith("#"))
    return [Fault(s) for s in re.split(r"\n\n+", text.strip())]


def table(faults: list[Fault]) -> str:
    """Markdown, for docs/FAULTS.md."""
    lines = ["| Fault | File | What it breaks | Caught by |",
             "|---|---|---|---|"]
    for f in faults:
        case = re.sub(r"^FAIL ", "", f.sees).replace(".*", "...")
        case = case.replace("|", " or ")
        lines.append(f"| {f.name} | {f.file} | {f.breaks} | {f.test}: {case} |")
    return "\n".join(lines) + "\n"


def table_is_new(faults: list[Fault]) -> bool:
    with open(os.path.join(TOP, "docs", "FAULTS.md")) as f:
        return table(faults) in f.read()


class Tree:
    """A copy of the source tree, with objects as they are without a fault."""

    def __init__(self, tmp: str) -> None:
        self.top = os.path.join(tmp, "src")
        self.tmp = tmp
        for path in TREE:
            src, dst = os.path.join(TOP, path), os.path.join(self.top, path)
            os.makedirs(os.path.dirname(dst), exist_ok=True)
            if os.path.isdir(src):
                shutil.copytree(src, dst)
            else:
                shutil.copy2(src, dst)
        self.kernel_there = False

    def seed(self, fault: Fault) -> str | None:
        """Puts the fault in.  => the text without it, for restore(); None: the
        old text is not there once"""
        path = os.path.join(self.top, fault.file)
        if not os.path.exists(path) or not fault.file.endswith(".c"):
            return None
        with open(path) as f:
            text = f.read()
        if not fault.old or text.count(fault.old) != 1:
            return None
        self.modified = os.path.getmtime(path)
        with open(path, "w") as f:
            f.write(text.replace(fault.old, fault.new))
        return text

    def restore(self, fault: Fault, text: str) -> None:
        """Takes the fault out: the file is as old as before, and so are its
        objects, but for those of a kernel, which make builds anew."""
        path = os.path.join(self.top, fault.file)
        with open(path, "w") as f:
            f.write(text)
        if fault.test in BOOTS:
            return
        os.utime(path, (self.modified, self.modified))
        for kept in glob.glob(os.path.join(
                self.top, "build/tests/*", fault.file[:-2] + ".o.kept")):
            os.rename(kept, kept[:-len(".kept")])
        for program in glob.glob(os.path.join(self.top, "build/tests/*_*")):
            os.unlink(program)          # one of them has the fault

    def command(self, cmd: list[str],
                limit: int = PATIENCE) -> tuple[int, str]:
        """=> (status, output); what does not end in time has failed"""
        r = subprocess.run(["timeout", "-k", "1", str(limit), *cmd],
                           cwd=self.top, text=True, errors="replace",
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        late = "no end in time\n" if r.returncode in (124, 137) else ""
        return r.returncode, r.stdout + late

    # ---- on the host: tests/host/Makefile, in the copy ----

    def host_build(self, test: str, changed: str) -> bool:
        """The objects of the changed file are made anew; those without a fault
        are kept, for restore()."""
        for path in self.objects(changed):
            os.rename(path, path + ".kept")
        status, out = self.command(["make", "-s", "-f", "tests/host/Makefile",
                                    "O=build", test], BUILD_S)
        if status:
            print(out)
        return status == 0

    def objects(self, name: str) -> list[str]:
        return glob.glob(os.path.join(self.top, "build/tests/*", name[:-2]
                                      + ".o")) if name else []

    def host_run(self, test: str) -> tuple[bool, str]:
        cmd = [f"build/tests/{test}"]
        if test.startswith("test_ext2"):
            cmd.append(f"{self.tmp}/image")
            with open(cmd[1], "wb") as f:
                f.truncate(9000 << 10)
            self.command(["mke2fs", "-q", "-F", "-t", "ext2", "-b", "1024",
                          "-m", "0", "-r", "0", "-O", "none", cmd[1]])
        status, out = self.command(cmd)
        failed = [f"FAIL {r.name}: {r.why}\n" for r in
                  tap.results(out.splitlines()) if r.kind == tap.FAIL]
        return status == 0, "".join(failed) + out

    # ---- a boot: make compiles what changed, from a copy of $O ----

    def boot_build(self) -> bool:
        name = os.path.basename(OUT)
        if not self.kernel_there and os.path.isdir(OUT):
            shutil.copytree(OUT, os.path.join(self.top, name),
                            ignore=not_the_kernel)
        self.kernel_there = True
        status, out = self.command(["make", "kernel", f"O={name}"], BUILD_S)
        if status:
            print(out)
        return status == 0

    def boot_run(self, test: str) -> tuple[bool, str]:
        options, good = BOOTS[test]
        disks = [image(), data_disk()] if "-- run" in options else []
        run = Run("--kernel", os.path.join(self.top, os.path.basename(OUT),
                                           "launder.elf"),
                  disks=disks, append="debug=1 timeout=90 " + options,
                  timeout=300)
        run.done()
        return run.has(good), run.err + run.log

    # ---- both ----

    def build(self, test: str, changed: str = "") -> bool:
        if test in BOOTS:
            return self.boot_build()
        return self.host_build(test, changed)

    def run(self, test: str) -> tuple[bool, str]:
        return self.boot_run(test) if test in BOOTS else self.host_run(test)


def not_the_kernel(folder: str, names: list[str]) -> list[str]:
    """What of $O is left out: images, and the folders of programs."""
    rooms = set(os.listdir(TOP)) - {"user", "tests", "tools"}
    return [n for n in names if n.endswith((".img", ".iso")) or
            folder == OUT and os.path.isdir(os.path.join(OUT, n)) and
            n not in rooms]


def last_words(out: str) -> str:
    lines = [s for s in out.splitlines() if "FAIL" in s or "panic" in s]
    return " | ".join((lines or out.splitlines())[:3])[:300]


def control(tree: Tree, test: str) -> bool:
    """Without a fault the test passes."""
    good, out = False, "it does not build"
    if tree.build(test):
        good, out = tree.run(test)
    return check(f"faults.control.{test}", good, last_words(out))


def try_fault(tree: Tree, fault: Fault) -> None:
    name = "faults." + fault.name
    text = tree.seed(fault)
    if text is None:
        say("FAIL", name, f"the old text is not once in {fault.file}")
        return
    if not tree.build(fault.test, fault.file):
        say("FAIL", name, "does not build")
    else:
        good, out = tree.run(fault.test)
        if good:
            say("FAIL", name, f"{fault.test} did not notice")
        else:
            check(name, re.search(fault.sees, out),
                  f"{fault.test} failed, but not so: {last_words(out)}")
    tree.restore(fault, text)


def try_all(faults: list[Fault]) -> None:
    """Tries the faults, one at a time, in one copy of the tree."""
    tmp = tempfile.mkdtemp(prefix="launder-faults-")
    try:
        tree = Tree(tmp)
        sound = {t: control(tree, t)
                 for t in dict.fromkeys(f.test for f in faults)}
        for fault in faults:
            if sound[fault.test]:
                try_fault(tree, fault)
            else:
                say("FAIL", "faults." + fault.name, "no control")
    finally:
        shutil.rmtree(tmp)


def missing() -> str | None:
    """The first tool that is not here, or None."""
    tools = "gcc mke2fs make qemu-system-i386".split()
    return next((t for t in tools if not shutil.which(t)), None)


def run(boots: bool) -> NoReturn:
    """What run-boots and run-programs do: the faults that boots find, or those
    that programs of this host find."""
    if missing():
        say("SKIP", "faults", missing())
        finish()
    faults = read_faults()
    if not boots:
        check("faults.table", table_is_new(faults), "docs/FAULTS.md is old: "
              "tests/faults/faults.py --table prints the new one")
    try_all([f for f in faults if (f.test in BOOTS) == boots])
    finish()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("name", nargs="*")
    args = parser.parse_args()
    faults = [f for f in read_faults() if f.name in args.name or args.table]
    if not faults:
        parser.error("give the names of faults in faults.txt")
    if args.table:
        print(table(faults), end="")
        return
    try_all(faults)
    finish()


if __name__ == "__main__":
    main()
