"""tools/launder/ext2_mutants.py - small ext2 images and seeded damage.

A mutant is a base image and a few writes over it.  What it is depends on its
seed and number only, so that it can be made again alone.  The damage goes to
what ext2 believes: super block, group descriptors, bitmaps, inodes,
directories, blocks of pointers; now and then anywhere.  Half of the values are
those that a program is likely to get wrong.
"""
from __future__ import annotations

import os
import random
import struct
import subprocess
import tempfile
from typing import Any, Iterator, NamedTuple

TIME = "996624000"      # 1 August 2001
UUID = "20010801-0000-4000-8000-6c61756e6472"


class Base(NamedTuple):
    name: str
    bs: int
    rev: int
    isize: int
    per_group: int
    kb: int


BASES = (Base("1k", 1024, 1, 128, 512, 2049),
         Base("4k", 4096, 1, 256, 256, 2560),
         Base("2k-rev0", 2048, 0, 128, 512, 2048))

# name: bytes from the start, bytes of it
SUPER = {"inodes": (0, 4), "blocks": (4, 4), "reserved": (8, 4),
         "free_blocks": (12, 4), "free_inodes": (16, 4), "first": (20, 4),
         "log_size": (24, 4), "log_frag": (28, 4), "per_group": (32, 4),
         "frags": (36, 4), "inodes_per_group": (40, 4), "mnt_count": (52, 2),
         "magic": (56, 2), "state": (58, 2), "errors": (60, 2),
         "rev": (76, 4), "first_ino": (84, 4), "inode_size": (88, 2),
         "compat": (92, 4), "incompat": (96, 4), "ro_compat": (100, 4)}
DESC = {"block_bitmap": (0, 4), "inode_bitmap": (4, 4), "table": (8, 4),
        "free_blocks": (12, 2), "free_inodes": (14, 2), "dirs": (16, 2)}
INODE = {"mode": (0, 2), "size": (4, 4), "dtime": (20, 4), "links": (26, 2),
         "blocks": (28, 4), "flags": (32, 4), "acl": (104, 4),
         "size_high": (108, 4),
         **{f"block{i}": (40 + 4 * i, 4) for i in range(15)}}
KINDS = {"field": 20, "bit": 6, "byte": 4, "word": 4, "block": 5, "paths": 1,
         "alias": 3}    # of damage, and how often
ENTRY = {"inode": (0, 4), "rec_len": (4, 2), "name_len": (6, 1),
         "type": (7, 1), "name": (8, 1)}


# ---- base images -----------------------------------------------------------

def _commands(folder: str) -> Iterator[str]:
    """debugfs's commands: what is in each image, in one order everywhere."""
    def source(name: str, pieces: list[tuple[int, bytes]]) -> str:
        path = os.path.join(folder, name)
        with open(path, "wb") as f:
            for at, data in pieces:
                f.seek(at)
                f.write(data)
        os.chmod(path, 0o644)
        os.utime(path, (int(TIME), int(TIME)))
        return path

    def text(n: int, step: int) -> bytes:
        words = b"".join(b"%d\n" % i for i in range(0, 70000 * step, step))
        return words[:n]

    yield f"write {source('small', [(0, text(500, 1))])} small"
    yield f"write {source('other', [(0, text(600, 3))])} other"
    yield f"write {source('big', [(0, text(400000, 7))])} big"
    # Pieces behind all three kinds of blocks of pointers, holes between.
    holes = [(0, b"a" * 5000), (300 << 10, b"b" * 9000),
             (6 << 20, b"c" * 9000), (80 << 20, b"d" * 5000),
             (1200 << 20, b"e" * 3000)]
    yield f"write {source('sparse', holes)} sparse"
    yield "symlink fast small"
    yield "symlink slow " + "/".join(["a_long_name"] * 12)
    yield "mkdir dir"
    inner = source("inner", [(0, b"inner\n")])
    yield f"write {inner} dir/inner"
    yield "mkdir dir/deep"
    yield f"write {inner} dir/deep/file"
    yield "mkdir many"
    for i in range(90):
        yield f"write {inner} many/a_name_that_fills_its_directory_{i}"
    yield "mkdir empty"


def make_base(base: Base, path: str) -> None:
    """Raises CalledProcessError, or FileNotFoundError for want of a tool."""
    kind = ["-O", "none,filetype,sparse_super,large_file", "-I",
            str(base.isize)] if base.rev else ["-r", "0", "-O", "none"]
    quiet: dict[str, Any] = dict(
        check=True, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "E2FSPROGS_FAKE_TIME": TIME})
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext2", "-b", str(base.bs),
                    *kind, "-g", str(base.per_group), "-N", "256", "-m", "2",
                    "-U", UUID, "-E", f"hash_seed={UUID}", path,
                    f"{base.kb}k"], **quiet)
    with tempfile.TemporaryDirectory(prefix="launder-base-") as tmp:
        script = os.path.join(tmp, "script")
        with open(script, "w") as f:
            f.write("\n".join(_commands(tmp)) + "\n")
        subprocess.run(["debugfs", "-w", "-f", script, path], **quiet)
    subprocess.run(["e2fsck", "-fn", path], **quiet)


# ---- where things are ------------------------------------------------------

class Layout:
    """The places of a good image: offsets in bytes, by kind."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.bs = 1024 << self.word(1024 + 24)
        self.first = self.word(1024 + 20)
        self.blocks = self.word(1024 + 4)
        self.per_group = self.word(1024 + 32)
        self.inodes_per_group = self.word(1024 + 40)
        rev = self.word(1024 + 76)
        self.isize: int = struct.unpack_from("<H", data, 1024 + 88)[0] \
            if rev else 128
        self.groups = -(-(self.blocks - self.first) // self.per_group)
        self.descs = [(self.first + 1) * self.bs + 32 * g
                      for g in range(self.groups)]
        self.bitmaps = [self.word(d + at) for d in self.descs
                        for at in (0, 4)]
        self.inodes: list[int] = []
        self.entries: list[int] = []
        self.dirs: list[int] = []
        self.pointers: list[int] = []
        self.dir_blocks: list[int] = []
        self.file_blocks: list[int] = []
        for ino in range(1, self.groups * self.inodes_per_group + 1):
            self.note_inode(self.inode(ino), ino)

    def word(self, at: int) -> int:
        return int(struct.unpack_from("<I", self.data, at)[0])

    def inode(self, ino: int) -> int:
        group, i = divmod(ino - 1, self.inodes_per_group)
        return self.word(self.descs[group] + 8) * self.bs + i * self.isize

    def note_inode(self, at: int, ino: int) -> None:
        mode, links = (struct.unpack_from("<H", self.data, at + o)[0]
                       for o in (0, 26))
        if not links:
            return
        self.inodes.append(at)
        if mode >> 12 == 10 and not self.word(at + 28):
            return                              # a link within its inode
        found = [self.word(at + 40 + 4 * i) for i in range(12)]
        for depth in (1, 2, 3):
            found += self.below(self.word(at + 40 + 4 * (11 + depth)), depth)
        found = [b for b in found if b]
        if mode >> 12 == 4:
            self.dirs.append(ino)
            self.dir_blocks += found
            for block in found:
                self.note_entries(block * self.bs)
        else:
            self.file_blocks += found

    def below(self, block: int, depth: int) -> list[int]:
        if not block or not depth:
            return [block]
        self.pointers.append(block)
        return [b for i in range(self.bs // 4) for b in
                self.below(self.word(block * self.bs + 4 * i), depth - 1)]

    def note_entries(self, at: int) -> None:
        end = at + self.bs
        while at < end:
            self.entries.append(at)
            at += struct.unpack_from("<H", self.data, at + 4)[0]


# ---- damage ----------------------------------------------------------------

class Mutant:
    """.base: number of the base image; .writes: [(offset, bytes)]"""

    def __init__(self, seed: int, number: int, layouts: list[Layout],
                 kind: str | None = None) -> None:
        self.rng = random.Random(f"ext2 {seed} {number}")
        self.base = self.rng.randrange(len(layouts))
        self.lay = layouts[self.base]
        self.writes: list[tuple[int, bytes]] = []
        for _ in range(self.rng.choice((1, 1, 1, 1, 2, 3, 5))):
            chosen, = self.rng.choices(list(KINDS), list(KINDS.values()))
            getattr(self, kind or chosen)()

    def line(self, number: int) -> str:
        """As the programs that use it read it."""
        return f"{number} {self.base}" + "".join(
            f" {at} {data.hex()}" for at, data in self.writes) + "\n"

    def some_block(self) -> int:
        """A block that means something, or any, or none."""
        lay, rng = self.lay, self.rng
        kind = rng.choice((lay.bitmaps, lay.pointers, lay.dir_blocks,
                           lay.file_blocks, None, None))
        if kind:
            return rng.choice(kind)
        return rng.choice((rng.randrange(lay.blocks), lay.first,
                           lay.first + 1, self.lay.word(lay.descs[0] + 8),
                           lay.blocks - 1, lay.blocks, lay.blocks + 1))

    def place(self) -> tuple[int, int]:
        """=> (offset, bytes) of a piece of metadata, or of anything"""
        lay, rng = self.lay, self.rng
        kind = rng.randrange(8)
        if kind == 0:
            return 1024, 204
        if kind == 1:
            return rng.choice(lay.descs), 32
        if kind == 2:
            return rng.choice(lay.bitmaps) * lay.bs, lay.bs
        if kind == 3:
            return rng.choice(lay.inodes), 128
        if kind == 4:
            return rng.choice(lay.dir_blocks) * lay.bs, lay.bs
        if kind == 5:
            return rng.choice(lay.pointers) * lay.bs, lay.bs
        if kind == 6:
            return rng.choice(lay.entries), 12
        return 0, len(lay.data)

    def value(self, old: int, size: int) -> int:
        rng, top = self.rng, 1 << 8 * size
        new = rng.choice((
            0, 1, -1, old + 1, old - 1, old * 2, old // 2, old ^ top >> 1,
            1 << rng.randrange(8 * size), (1 << rng.randrange(8 * size)) - 1,
            old ^ 1 << rng.randrange(8 * size), rng.randrange(top),
            self.some_block(), self.some_block(), rng.randrange(300),
            rng.choice(self.lay.dirs),
            top // 2 - 1, old + self.lay.bs, old + 4, old - 4))
        return new % top

    def put(self, at: int, size: int) -> None:
        at = min(at, len(self.lay.data) - size)
        old = int.from_bytes(self.lay.data[at:at + size], "little")
        self.writes.append((at, self.value(old, size).to_bytes(size,
                                                               "little")))

    def field(self) -> None:
        lay, rng = self.lay, self.rng
        kind = rng.randrange(8)
        if kind == 7:
            block = rng.choice(lay.pointers)
            used = [i for i in range(lay.bs // 4)
                    if lay.word(block * lay.bs + 4 * i)]
            self.put(block * lay.bs + 4 * rng.choice(used), 4)
            return
        at, fields = ((1024, SUPER), (rng.choice(lay.descs), DESC),
                      (rng.choice(lay.inodes), INODE),
                      (rng.choice(lay.inodes[:20]), INODE),
                      (lay.inode(2), INODE), (rng.choice(lay.entries), ENTRY),
                      (rng.choice(lay.entries[:20]), ENTRY))[kind]
        offset, size = rng.choice(list(fields.values()))
        self.put(at + offset, size)

    def alias(self) -> None:
        """A name is another's inode, a directory more often than not."""
        lay, rng = self.lay, self.rng
        ino = rng.choice(lay.dirs) if rng.randrange(4) else \
            lay.word(rng.choice(lay.entries))
        dirs = [e for e in lay.entries if lay.word(e) in lay.dirs]
        at = rng.choice(rng.choice((dirs, lay.entries, lay.entries[:20])))
        self.writes.append((at, struct.pack("<I", ino)))

    def bit(self) -> None:
        at, n = self.place()
        at += self.rng.randrange(n)
        self.writes.append((at, bytes([self.lay.data[at]
                                       ^ 1 << self.rng.randrange(8)])))

    def byte(self) -> None:
        at, n = self.place()
        self.writes.append((at + self.rng.randrange(n),
                            bytes([self.rng.randrange(256)])))

    def word(self) -> None:
        at, n = self.place()
        self.put(at + self.rng.randrange(n // 4) * 4, 4)

    def block(self) -> None:
        lay, rng = self.lay, self.rng
        block = self.some_block() % lay.blocks
        other = (self.some_block() % lay.blocks) * lay.bs
        noise = rng.getrandbits(8 * lay.bs).to_bytes(lay.bs, "little")
        self.writes.append((block * lay.bs, rng.choice((
            bytes(lay.bs), b"\xff" * lay.bs, noise,
            lay.data[other:other + lay.bs],
            struct.pack("<I", self.some_block()) * (lay.bs // 4)))))

    def paths(self) -> None:
        """Pointers of each level are all the same: as many paths to a block
        as there can be, or as many to the block of pointers itself."""
        lay, rng = self.lay, self.rng
        blocks = rng.sample(lay.file_blocks, 4) if rng.randrange(4) else \
            [rng.choice(lay.pointers)] * 4
        inode = rng.choice(lay.inodes[:20])
        self.writes.append((inode + 40 + 4 * rng.choice((12, 13, 14)),
                            struct.pack("<I", blocks[0])))
        for block, to in zip(blocks, blocks[1:]):
            self.writes.append((block * lay.bs, struct.pack("<I", to)
                                * (lay.bs // 4)))
