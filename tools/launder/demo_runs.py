"""tools/launder/demo_runs.py - boots side by side, each checked.

What `make demo` and `make demo-unix` share.  A cell is one boot on a copy of
its image; its console is read, then the host checks its disk: e2fsck, and
files against their originals.  Two cells run at a time; a line says how each
has ended, and what failed is kept for the end.
"""
from __future__ import annotations

import concurrent.futures
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import Callable, Collection, NoReturn, Sequence, Set

from launder import TOOLS
from launder import demo_counters as counters
from launder.command import BAD, OK, TOOL, USE, Stop
from launder.demo_counters import Cell, Program, Table

AT_ONCE = 2             # boots
OUT = os.path.abspath(os.environ.get("O", "build"))
TREE = os.path.join(OUT, "tree")
FAILED = BAD
FETCH_LIMIT = 360       # seconds; tools/fetch-tree gives up after 300
# what call() waits for
CHILDREN: Set[subprocess.Popen[str]] = set()


def place(folder: str, kind: str, cell: Cell, ending: str) -> str:
    return os.path.join(folder,
                        f"{kind}-{counters.cell_name(cell)}.{ending}")


def shown(path: str) -> str:
    """A path for messages: relative where it lies below this folder."""
    short = os.path.relpath(path)
    return path if short.startswith("..") else short


def call(command: list[str], what: str, status: int = FAILED,
         limit: int = 300) -> str:
    """Runs it; its output; Stop with its last words if it fails."""
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True,
                                 stdout=subprocess.PIPE, errors="replace",
                                 stderr=subprocess.STDOUT)
    except FileNotFoundError:
        raise Stop(TOOL, f"{command[0]} is missing: run `make setup`")
    with child:
        CHILDREN.add(child)
        try:
            output = child.communicate(timeout=limit)[0]
        except subprocess.TimeoutExpired:
            child.terminate()
            raise Stop(status, f"{what}: still running after {limit} s")
        finally:
            CHILDREN.discard(child)
    if child.returncode:
        lines = output.strip().splitlines()
        words = [s for s in lines if s.startswith(("tools/", "launder: "))]
        raise Stop(status, f"{what}: " + (" | ".join(words or lines[-4:])
                                          or str(child.returncode)))
    return output


# ---- what is needed before the first boot ----------------------------------

def check_built(*more_tools: str) -> None:
    for f in ("launder.elf", "user/init"):
        if not os.path.exists(os.path.join(OUT, f)):
            raise Stop(USE, f"{os.path.join(OUT, f)} is missing: run `make`")
    for tool in ("qemu-system-i386", "e2fsck", "debugfs", "mke2fs",
                 *more_tools):
        if not shutil.which(tool):
            raise Stop(TOOL, f"{tool} is missing: run `make setup`")


def check_workloads(chosen: Sequence[str], known: Collection[str]) -> None:
    for name in chosen:
        if name not in known:
            raise Stop(USE, f"no workload {name}: there are "
                            + " ".join(known))


def check_folder(path: str) -> None:
    """What a demo has not made is not removed."""
    there = os.listdir(path) if os.path.isdir(path) else []
    if there and not any(name.startswith("base-") for name in there):
        raise Stop(USE, f"{path} is no folder of a demo: empty it, or name "
                        "another")


def empty_folder(path: str) -> None:
    check_folder(path)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)


def fetch_tree() -> str | None:
    """=> None, or why it cannot be had (no network, no apt-get)"""
    if not os.path.exists(TREE + ".sha256"):
        print("fetching the real tree", flush=True)
        try:
            call([os.path.join(TOOLS, "fetch-tree"), TREE], "tools/fetch-tree",
                 limit=FETCH_LIMIT)
        except Stop as e:
            return str(e)
    return None


def digest(path: str) -> str:
    """What a file must be: the sum of its bytes, or where a link points."""
    if os.path.islink(path):
        return "-> " + os.readlink(path)
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def digests(root: str) -> dict[str, str]:
    found = {}
    for folder, _, names in os.walk(root):
        for name in names + [d for d in os.listdir(folder) if
                             os.path.islink(os.path.join(folder, d))]:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, root)] = digest(path)
    return found


def own_programs() -> dict[str, str]:
    """{path in an image of tools/mkimage: digest} of our programs."""
    user, found = os.path.join(OUT, "user"), {}
    for name in os.listdir(user):
        path = os.path.join(user, name)
        if "." not in name and os.path.isfile(path) \
                and os.access(path, os.X_OK):
            folder = "sbin" if name == "init" else "bin"
            found[f"{folder}/{name}"] = digest(path)
    return found


# ---- one boot --------------------------------------------------------------

def copy_disk(image: str, disk: str) -> None:
    call(["cp", "--reflink=auto", "--sparse=always", image, disk], "cp")


def boot(folder: str, cell: Cell, disks: Sequence[str], mem: int, limit: int,
         append: str) -> None:
    """Boots the kernel on the disks, which it may change."""
    words = [word for disk in disks for word in ("--disk", disk)]
    call([os.path.join(TOOLS, "run"), "--kernel",
          os.path.join(OUT, "launder.elf"), "--mem", str(mem),
          "--scanner", cell.scanner, *words, "--write",
          "--serial", place(folder, "serial", cell, "log"),
          "--trace", place(folder, "trace", cell, "ring"),
          "--timeout", str(limit), "--append", append], "the boot",
         limit=limit + 30)


def last_words(output: str) -> str:
    """The message of a program that failed, if it printed one."""
    lines = [s.strip() for s in output.splitlines() if s.strip()]
    said = [s for s in lines if re.search(r"error|can't|cannot|FAILED", s)]
    return (said or lines or ["?"])[-1]


def read_programs(log: str, wanted: int) -> list[Program]:
    """The programs of a console: so many, each ended well, counters whole."""
    with open(log, errors="replace") as f:
        programs = counters.read_serial(f.read())
    for program in programs:
        if program.status != 0:
            raise Stop(FAILED, f"{program.words[0]} ended with status "
                               f"{program.status}: "
                               f"{last_words(program.output)}")
        if not program.before or not program.after:
            raise Stop(FAILED, f"{log}: the counters are not whole")
    if len(programs) != wanted:
        raise Stop(FAILED, f"{log}: init ran {len(programs)} programs, "
                           f"not {wanted}")
    return programs


# ---- the disk after it -----------------------------------------------------

def compare(found: dict[str, str], wanted: dict[str, str],
            free: Sequence[str] = ()) -> str | None:
    """A sentence about the first difference, or None; what lies below a
    path of `free` may be there or not."""
    for path in sorted(set(found) | set(wanted)):
        if path.startswith(tuple(free)):
            continue
        if path not in found:
            return f"/{path} is gone"
        if path not in wanted:
            return f"/{path} is there and should not be"
        if found[path] != wanted[path]:
            return f"/{path} differs from the original"
    return None


def check_disk(disk: str, wanted: dict[str, str],
               free: Sequence[str] = ()) -> None:
    call(["e2fsck", "-fn", disk], f"e2fsck -fn {disk}")
    with tempfile.TemporaryDirectory(prefix="dump-",
                                     dir=os.path.dirname(disk)) as tmp:
        call(["debugfs", "-R", f'rdump / "{tmp}"', disk], "debugfs rdump")
        wrong = compare(digests(tmp), wanted, free)
    if wrong:
        raise Stop(FAILED, f"{disk}: {wrong}")


# ---- all boots -------------------------------------------------------------

class Boots:
    """Runs the cells; .table and .failures are for the main thread.

    run(cell) boots it and returns {cell: counters}, or raises Stop;
    about(cell) says in a few words what it does."""

    def __init__(self, folder: str, cells: list[Cell],
                 run: Callable[[Cell], Table],
                 about: Callable[[Cell], str]) -> None:
        self.folder, self.cells = folder, cells
        self.run, self.about = run, about
        self.table: Table = {}
        self.failures: list[str] = []
        self.good = 0
        self.done, self.lock = 0, threading.Lock()

    def one(self, cell: Cell) -> None:
        start, rows, why = time.monotonic(), {}, None
        try:
            rows = self.run(cell)
        except (Stop, OSError) as e:
            why = str(e)
        with self.lock:
            self.table.update(rows)
            self.good += not why
            self.report(cell, time.monotonic() - start, why)

    def report(self, cell: Cell, seconds: float, why: str | None) -> None:
        self.done += 1
        name = f"{cell.workload}.{cell.run}"
        print(f"[{self.done:2}/{len(self.cells)}] {cell.scanner:9} "
              f"{cell.blocksize}  {name:12}{seconds:5.1f} s  "
              f"{self.about(cell)}", flush=True)
        if why:
            print(f"        FAILED: {why}", flush=True)
            log = place(self.folder, "serial", cell, "log")
            self.failures.append(
                f"{counters.cell_name(cell)}: {why} (see {log})")

    def run_all(self) -> None:
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.one, self.cells))


def finish(boots: Boots, more_failures: list[str], seconds: float) -> int:
    """The last lines; the exit status."""
    failures = boots.failures + more_failures
    for failure in failures:
        print(f"FAILED {failure}")
    print(f"{boots.good} of {len(boots.cells)} runs good, every file of "
          f"theirs checked; {seconds:.0f} s\n"
          f"counters: {shown(os.path.join(boots.folder, 'counters.csv'))}\n"
          f"report:   {shown(os.path.join(boots.folder, 'report.html'))}")
    return FAILED if failures else OK


def on_term(number: int, frame: object) -> NoReturn:
    """As ^C, which the terminal sends to the children as well."""
    for child in list(CHILDREN):
        child.terminate()
    raise KeyboardInterrupt


def run_main(name: str, main: Callable[[], int]) -> NoReturn:
    """main() with a sentence for what stops it, and a quick end by ^C."""
    os.environ["O"] = OUT
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    signal.signal(signal.SIGTERM, on_term)
    try:
        sys.exit(main())
    except Stop as e:
        print(f"{name}: {e}", file=sys.stderr)
        sys.exit(e.status)
    except OSError as e:
        print(f"{name}: {e}", file=sys.stderr)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        print("interrupted")
        os._exit(130)
