"""tests/boot/common.py - booting the kernel from a test and judging the run.

Images are made once for all tests, in $O/test-images, and used through an
overlay; a test that lets the guest write gets a copy of its own.
"""
from __future__ import annotations

import concurrent.futures
import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from typing import Callable, Iterable, Iterator, TypeVar

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
OUT = os.path.abspath(os.environ.get("O", os.path.join(TOP, "build")))
IMAGES = os.path.join(OUT, "test-images")
RUN = os.path.join(TOP, "tools", "run")
MKIMAGE = os.path.join(TOP, "tools", "mkimage")
sys.path.append(os.path.join(TOP, "tools"))
from launder import run_options             # noqa: E402

# Those that the long tests try, and all that the kernel has.
SCANNERS = run_options.designs()
ALL_SCANNERS = run_options.scanners()
BLOCK_SIZES = (1024, 2048, 4096)
OK, BAD, TIMEOUT, USE, TOOL = range(5)

os.environ["O"] = OUT
os.environ["PATH"] += ":/usr/sbin:/sbin"
sys.path.insert(0, os.path.join(TOP, "tests"))
from tap import check, finish, relay, say  # noqa: E402,F401


Item = TypeVar("Item")
Answer = TypeVar("Answer")


def at_once(function: Callable[[Item], Answer],
            items: Iterable[Item]) -> Iterator[Answer]:
    """The function's answers, in order.  As many calls run at once as
    tools/test says; by hand, one a processor."""
    workers = int(os.environ.get("LAUNDER_AT_ONCE") or os.cpu_count() or 1)
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        yield from pool.map(function, items)


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """One process at a time does this to the files of that name in $O."""
    os.makedirs(OUT, exist_ok=True)
    with open(os.path.join(OUT, name + ".lock"), "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def replaced(path: str) -> Iterator[str]:
    """The name under which to make a file; the file then gets its true name.
    Other tests never see half of it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    half = f"{path}.{os.getpid()}.{threading.get_ident()}"
    try:
        yield half
        os.replace(half, path)
    finally:
        if os.path.exists(half):
            os.unlink(half)


def made(path: str, sources: Iterable[str], *args: str) -> str:
    """The path of an image that is newer than what it is made of."""
    newest = max(map(os.path.getmtime, [MKIMAGE, *sources]))
    if not os.path.exists(path) or os.path.getmtime(path) < newest:
        with replaced(path) as half:
            subprocess.run([MKIMAGE, *args, "--out", half], check=True,
                           stdin=subprocess.DEVNULL)
    return path


def image(bs: int = 1024, size: int = 24, rev: int = 1, tag: str = "") -> str:
    """The path of a clean root image; made on first use."""
    user = os.path.join(OUT, "user")
    return made(os.path.join(IMAGES, f"root-{bs}-r{rev}-{size}{tag}.img"),
                [os.path.join(user, f) for f in os.listdir(user)],
                "--bs", str(bs), "--size", str(size), "--rev", str(rev))


def data_disk(bs: int = 1024, size: int = 8, isize: int = 128) -> str:
    """The path of an ext2 disk without programs; made on first use."""
    return made(os.path.join(IMAGES, f"data-{bs}-{size}-{isize}.img"), [],
                "--bare", "--bs", str(bs), "--size", str(size),
                "--isize", str(isize))


def blank(mb: int = 8) -> str:
    """A zeroed disk."""
    path = os.path.join(IMAGES, f"blank-{mb}.img")
    if not os.path.exists(path):
        with replaced(path) as half, open(half, "wb") as f:
            f.truncate(mb << 20)
    return path


def copy_objects(folder: str, *more: str) -> None:
    """Makes the folder, with the kernel's objects and more of $O.  With it as
    O make compiles only what differs from that kernel."""
    os.makedirs(folder)
    for part in ("flags", "boot", "kernel", "mm", "drivers", "fs", *more):
        subprocess.run(["cp", "-a", os.path.join(OUT, part), folder],
                       check=True)


def copied_tree(folder: str, *more: str) -> None:
    """The source tree in that folder, with objects in its build/."""
    for name in os.listdir(TOP):
        if not name.startswith(("build", ".git")):
            subprocess.run(["cp", "-a", os.path.join(TOP, name), folder],
                           check=True)
    copy_objects(os.path.join(folder, "build"), *more)


def shell_in(tree: str, command: str) -> tuple[int, str]:
    """=> the status and the output of a command in a copy of the tree"""
    r = subprocess.run(["sh", "-ec", command], cwd=tree, text=True,
                       stdin=subprocess.DEVNULL, env=dict(
                           os.environ, O="build"),
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return r.returncode, r.stdout


class Run:
    """One boot: .status (tools/run's), .log (the console), .err."""

    def __init__(self, *args: str, disks: Iterable[str] = (),
                 write: bool = False, append: str = "", timeout: float = 60,
                 **flags: object) -> None:
        self.disks = list(disks)
        # The guest's idle seconds pass in milliseconds of the host: a file on a
        # busy disk of the host would look like a drive that is silent.
        assert not ("--icount" in args and (self.disks or "--disk" in args))
        self.tmp = tempfile.mkdtemp(prefix="launder-test-")
        serial = os.path.join(self.tmp, "serial")
        if write:
            self.disks = [self.copy(d) for d in self.disks]
        cmd = [RUN, "--serial", serial, "--timeout", str(timeout),
               "--append", append, *args]
        for d in self.disks:
            cmd += ["--disk", d]
        if write:
            cmd.append("--write")
        for key, value in flags.items():
            cmd += ["--" + key, str(value)]
        r = subprocess.run(cmd, stdin=subprocess.DEVNULL, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.status, self.err = r.returncode, r.stderr
        self.log = ""
        if os.path.exists(serial):
            with open(serial, errors="replace") as f:
                self.log = f.read().replace("\r", "")

    def copy(self, disk: str) -> str:
        path = os.path.join(self.tmp, os.path.basename(disk))
        subprocess.run(["cp", "--sparse=always", disk, path], check=True)
        return path

    def why(self) -> str:
        """The last words, on one line."""
        lines = [s for s in (self.err + "\n" + self.log).splitlines() if s]
        panic = [s for s in lines if s.startswith("launder: panic")]
        return f"status {self.status}; " + " | ".join(
            panic[:1] + lines[-4:])[:600]

    def has(self, pattern: str) -> bool:
        return re.search(pattern, self.log, re.M) is not None

    def vmstat(self, tag: str = "after") -> dict[str, int]:
        """{counter: value} of the last dump whose tag contains the word."""
        found = re.findall(r"^=== vmstat begin (.*?)\n(.*?)^=== vmstat end",
                           self.log, re.M | re.S)
        bodies = [body for name, body in found if tag in name]
        rows = re.findall(r"^(\w+) (\d+)$", bodies[-1] if bodies else "",
                          re.M)
        return {name: int(value) for name, value in rows}

    def fsck(self, number: int = 0, part: bool = False) -> str:
        """e2fsck's complaint about a disk that was written, or ''."""
        place = self.disks[number] + ("?offset=1048576" if part else "")
        r = subprocess.run(["e2fsck", "-fn", place], text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        return r.stdout.strip() if r.returncode else ""

    def done(self) -> None:
        shutil.rmtree(self.tmp, ignore_errors=True)


def booted(name: str, run: Run) -> bool:
    """A PASS or FAIL line for a run that must end in good order."""
    return check(name, run.status == OK, run.why())
