# tools/launder/crash_ops.py - random file operations for user/workloads/crash.c
"""A list of operations that all succeed, as text lines without newline.  Files
are small, but reach indirect and double indirect blocks, and the disk is kept
rather full, so that freed blocks and inodes are soon used again."""
from __future__ import annotations

import random
from typing import Callable, Sequence

from launder.crash_model import Model, Node

HELD = 2                # files that are kept open and mapped
MOST_FILES = 150
HALF, FULL = .5, .75    # of the blocks: more files below, none above
WEIGHTS = {
    "new": 20, "over": 8, "append": 10, "rewrite": 5, "shorter": 6,
    "longer": 3, "sparse": 5, "unlink": 10, "rename": 6, "replace": 5,
    "link": 4, "mkdir": 3, "rmdir": 1, "move_dir": 1, "symlink": 3,
    "store": 8, "hole": 4, "held": 6, "copy": 4, "sync_write": 3, "fsync": 14,
    "fsync_dir": 8, "sync": 4, "reuse": 10, "reuse_dir": 4, "sleep": 5,
    "memory": 2, "read": 4, "remount": 1}


Fits = Callable[[Node], object]


class Maker:
    def __init__(self, seed: int, bs: int, blocks: int, memory_kb: int,
                 kinds: Sequence[str]) -> None:
        self.rng = random.Random(f"{seed} {bs}")
        self.bs, self.blocks, self.memory_kb = bs, blocks, memory_kb
        self.model, self.count, self.since_mark = Model(bs), 0, 0
        self.ops: list[str] = []
        self.mapped: dict[int, int] = {}        # {slot: bytes}
        self.kinds = kinds

    # -- what there is

    def paths(self, kind: str) -> list[str]:
        """=> paths of that kind, "" being the root"""
        found, pending = [""] if kind == "d" else [], [("", self.model.root)]
        while pending:
            at, node = pending.pop()
            for name, child in node.names.items():
                if child.kind == kind:
                    found.append(at + name)
                if child.kind == "d":
                    pending.append((at + name + "/", child))
        return found

    def pick(self, kind: str, fits: Fits = lambda node: True) -> str | None:
        """=> a path, or None"""
        found = [p for p in self.paths(kind)
                 if p and fits(self.model.find(p))]
        return self.rng.choice(found) if found else None

    def free_files(self) -> str | None:
        """Of these the contents may be cut off."""
        return self.pick("f", lambda f: not f.held)

    def fresh(self) -> str:
        """=> a path that does not exist; names are used again"""
        at = self.rng.choice(self.paths("d"))
        node = self.model.find(at) if at else self.model.root
        while True:
            name = f"f{self.rng.randrange(40)}"
            if self.rng.random() < .1:
                name += "-" * self.rng.randrange(100)
            if name not in node.names:
                return at + "/" + name if at else name

    def used(self) -> int:
        """=> blocks, about"""
        return sum(len(n.chunks) + len(n.chunks) // 100 + 2
                   for n in self.model.nodes if n.links or n.held)

    def room(self, length: int) -> bool:
        """=> whether so many bytes, or another file, fit"""
        here = sum(1 for n in self.model.nodes if n.links or n.held)
        return here < MOST_FILES and \
            self.used() + length // self.bs + 8 < self.blocks * FULL

    def length(self) -> int:
        """Of a file, or what is written to one."""
        direct = 12 * self.bs
        most = self.rng.choice((self.bs, direct, direct, 3 * direct,
                                3 * direct, 8 * direct))
        return self.rng.randrange(1, min(most, self.bs * self.blocks // 12))

    # -- saying it

    def op(self, *what: str | int) -> None:
        words = [str(w) for w in what]
        self.ops.append(" ".join(words))
        self.model.do(words)
        self.since_mark += 1
        if words[0] in "fgyqWMR" or self.since_mark > 5:
            self.ops.append("!")
            self.model.do(["!"])
            self.since_mark = 0

    def write(self, path: str, at: int, length: int, op: str = "w") -> None:
        if self.room(length):
            self.op(op, path, at, length, len(self.ops))

    def new_file(self, length: int) -> str:
        path = self.fresh()
        self.op("c", path)
        self.write(path, 0, length)
        return path

    # -- operations, by the names in WEIGHTS

    def do_new(self) -> None:
        path = self.new_file(self.length())
        if self.rng.random() < .3:
            self.op("f", path)

    def inside(self,
               fits: Fits = lambda f: True) -> tuple[str, int, int] | None:
        """=> path, place and length inside a file, or None"""
        path = self.pick("f", lambda f: f.size and fits(f))
        if not path:
            return None
        size = self.model.find(path).size
        at = self.rng.randrange(size)
        return path, at, min(self.length(), size - at)

    def do_over(self) -> None:
        if what := self.inside():
            self.write(*what)

    def do_sync_write(self) -> None:
        if what := self.inside():
            self.write(*what, op="W")

    def do_append(self) -> None:
        if path := self.pick("f"):
            self.write(path, self.model.find(path).size, self.length(), "a")

    def do_rewrite(self) -> None:
        if path := self.free_files():
            self.write(path, 0, self.length(), "r")

    def do_shorter(self) -> None:
        if path := self.free_files():
            size = self.model.find(path).size
            self.op("t", path, self.rng.randrange(size + 1))
            if self.rng.random() < .3:
                self.op("f", path)

    def do_longer(self) -> None:
        if path := self.pick("f"):
            f = self.model.find(path)
            self.op("t", path, f.size + self.rng.randrange(20 * self.bs))

    def do_sparse(self) -> None:
        if path := self.pick("f"):
            at = self.rng.randrange(12 * self.bs, self.bs * (
                12 + self.bs // 4 + 30))
            self.write(path, at, self.rng.randrange(1, 3 * self.bs))

    def do_unlink(self) -> None:
        if path := self.pick("f") if self.rng.random() < .9 else \
                self.pick("l"):
            self.op("u", path)

    def do_rename(self) -> None:
        if path := self.pick("f") or self.pick("l"):
            self.op("n", path, self.fresh())

    def do_replace(self) -> None:
        """The safe way to change a file: a new one, fsync, rename over."""
        old, path = self.pick("f"), self.new_file(self.length())
        if old and self.room(0):
            self.op("f", path)
            self.op("n", path, old)
            if self.rng.random() < .7:
                self.op("f", old.rpartition("/")[0] or ".")

    def do_link(self) -> None:
        if path := self.pick("f"):
            self.op("l", path, self.fresh())

    def do_mkdir(self) -> None:
        if len(self.paths("d")) < 8:
            self.op("m", self.fresh())

    def do_rmdir(self) -> None:
        if path := self.pick("d", lambda d: not d.names):
            self.op("d", path)

    def do_move_dir(self) -> None:
        path, to = self.pick("d"), self.fresh()
        if path and not to.startswith(path + "/"):
            self.op("n", path, to)

    def do_symlink(self) -> None:
        n = self.rng.choice((8, 50, 59, 60, 61, 300))
        self.op("s", self.fresh(), f"to{len(self.ops)}".ljust(n, "x"))

    def do_store(self) -> None:
        if what := self.inside():
            if self.room(what[2]):
                self.op(self.rng.choice("SSM"), *what, len(self.ops))

    def do_hole(self) -> None:
        """Blocks that only a mapping makes, on the disk after one sync."""
        if path := self.free_files():
            size = self.model.find(path).size
            more = self.rng.randrange(4096, 20 * self.bs + 4096)
            if self.room(2 * more):
                self.op("t", path, size + more)
                if self.rng.random() < .6:      # the inode is clean then
                    self.op("f", path)
                self.op("S", path, size, more, len(self.ops))
                self.op(*self.rng.choice((["y"], ["f", path])))

    def do_held(self) -> None:
        slots = self.model.slots
        slot = self.rng.randrange(HELD)
        if slot not in slots:
            if path := self.pick("f", lambda f: f.size and not f.held):
                self.op("h", slot, path)
                self.mapped[slot] = self.model.find(path).size
        elif self.rng.random() < .2:
            self.op("x", slot)
        elif self.rng.random() < .3:
            self.op("q", slot)
        else:
            size = self.mapped[slot]
            length = min(self.length(), size)
            self.op("p", slot, self.rng.randrange(size - length + 1), length,
                    len(self.ops))

    def do_copy(self) -> None:
        path = self.pick("f")
        if path and self.room(self.model.find(path).size):
            self.op("e", path, self.fresh())

    def do_fsync(self) -> None:
        if path := self.pick("f"):
            self.op(self.rng.choice("ffg"), path)

    def do_fsync_dir(self) -> None:
        self.op("f", self.rng.choice(self.paths("d")) or ".")

    def do_sync(self) -> None:
        self.op("y")

    def do_reuse(self) -> None:
        """What is freed in memory goes to new files that are made durable."""
        big = lambda f: len(f.chunks) > 12 and f.durable and not f.held
        for _ in range(self.rng.randrange(1, 4)):
            if path := self.pick("f", big):
                if self.rng.random() < .6:
                    self.op("u", path)
                else:
                    size = self.model.find(path).size
                    self.op("t", path, self.rng.randrange(
                        min(size, 14 * self.bs)))
        made = [self.new_file(self.length())
                for _ in range(self.rng.randrange(1, 4))]
        for path in made:
            self.op("f", path)
        if self.rng.random() < .3:
            self.op("f", made[-1].rpartition("/")[0] or ".")

    def do_reuse_dir(self) -> None:
        """The inode of a removed directory becomes another directory."""
        path = self.pick("d", lambda d: not d.names and d.durable)
        if not path:
            path = self.fresh()
            self.op("m", path)
            self.op("y")
        self.op("d", path)
        new = self.fresh()
        self.op("m", new)
        self.op("f", new)
        self.op("f", new.rpartition("/")[0] or ".")

    def do_sleep(self) -> None:
        self.op("z", self.rng.randrange(1, 500))

    def do_memory(self) -> None:
        self.op("k", self.memory_kb)

    def do_read(self) -> None:
        if path := self.pick("f"):
            self.op("b", path)

    def do_remount(self) -> None:
        for slot in list(self.model.slots):
            self.op("x", slot)
        self.op("R")

    def make(self, count: int) -> list[str]:
        # kupdate's times, 25 times as short
        self.op("v", "/proc/sys/vm/interval", 20)
        self.op("v", "/proc/sys/vm/age_buffer", 120)
        weights = [WEIGHTS[name] for name in self.kinds]
        while len(self.ops) < count:
            if not self.room(0):
                self.do_unlink()
                continue
            if self.used() < self.blocks * HALF and self.rng.random() < .2:
                self.do_new()
            name = self.rng.choices(self.kinds, weights)[0]
            getattr(self, "do_" + name)()
        for slot in list(self.model.slots):
            self.op("x", slot)
        self.op("y")
        return self.ops


def make_ops(seed: int, bs: int, blocks: int, memory_kb: int, count: int,
             kinds: Sequence[str] = tuple(WEIGHTS)) -> list[str]:
    """blocks: of the disk; memory_kb: an amount that makes memory short;
    kinds: names in WEIGHTS"""
    return Maker(seed, bs, blocks, memory_kb, kinds).make(count)
