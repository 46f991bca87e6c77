# tools/launder/crash_ext2.py - reads an ext2 image: inodes, names, contents
"""Just enough of ext2 to compare a disk that e2fsck has repaired with what must
be on it.  Invalid contents raise ValueError."""
from __future__ import annotations

import struct
from typing import Iterator

ROOT = 2
KINDS = {0x4000: "d", 0x8000: "f", 0xa000: "l"}


class Inode:
    """kind: d, f or l; size; chunks: {number of the block in the file: data},
    without holes; target of a link; entries {name: number} of a directory"""

    def __init__(self, kind: str, size: int) -> None:
        self.kind, self.size = kind, size
        self.chunks: dict[int, bytes] = {}
        self.entries: dict[str, int] = {}
        self.target = ""


class Disk:
    def __init__(self, image: bytes) -> None:
        self.image = memoryview(image)
        sb = image[1024:2048]
        (self.inodes, self.blocks), = [struct.unpack_from("<II", sb)]
        self.first, log_size = struct.unpack_from("<II", sb, 20)
        self.per_group, = struct.unpack_from("<I", sb, 40)
        self.inode_size = struct.unpack_from("<H", sb, 88)[0]
        if struct.unpack_from("<H", sb, 56)[0] != 0xef53:
            raise ValueError("no super block")
        self.bs = 1024 << log_size
        self.cache: dict[int, Inode | None] = {}

    def block(self, n: int) -> memoryview:
        if not 0 < n < self.blocks:
            raise ValueError(f"block {n} is not on the disk")
        return self.image[n * self.bs:(n + 1) * self.bs]

    def pointers(self, n: int) -> tuple[int, ...]:
        return struct.unpack(f"<{self.bs // 4}I", self.block(n))

    def raw_inode(self, ino: int) -> memoryview:
        if not 0 < ino <= self.inodes:
            raise ValueError(f"inode {ino} is not on the disk")
        group, index = divmod(ino - 1, self.per_group)
        at = (self.first + 1) * self.bs + group * 32 + 8
        table, = struct.unpack_from("<I", self.image, at)
        at = table * self.bs + index * self.inode_size
        return self.image[at:at + 128]

    def tree(self, n: int, depth: int,
             base: int) -> Iterator[tuple[int, bytes]]:
        """Blocks below a pointer.  => (number in the file, data)..."""
        if not n:
            return
        if not depth:
            yield base, bytes(self.block(n))
            return
        span = (self.bs // 4) ** (depth - 1)
        for i, p in enumerate(self.pointers(n)):
            yield from self.tree(p, depth - 1, base + i * span)

    def contents(self, raw: memoryview) -> dict[int, bytes]:
        words, per = struct.unpack_from("<15I", raw, 40), self.bs // 4
        chunks: dict[int, bytes] = {}
        base = 0
        for i, n in enumerate(words):
            depth = max(0, i - 11)
            chunks.update(self.tree(n, depth, base))
            base += per ** depth
        return chunks

    def entries(self, inode: Inode) -> dict[str, int]:
        found = {}
        for n in range(inode.size // self.bs):
            data, at = inode.chunks.get(n, b""), 0
            while at < len(data):
                ino, length, name = struct.unpack_from("<IHB", data, at)
                if length < 8:
                    raise ValueError("a broken directory")
                if ino:
                    name = data[at + 8:at + 8 + name].decode("latin-1")
                    found[name] = ino
                at += length
        return found

    def inode(self, ino: int) -> Inode | None:
        """=> an Inode, None for other kinds"""
        if ino in self.cache:
            return self.cache[ino]
        raw = self.raw_inode(ino)
        mode, = struct.unpack_from("<H", raw)
        size, = struct.unpack_from("<I", raw, 4)
        kind = KINDS.get(mode & 0xf000)
        node = self.cache[ino] = Inode(kind, size) if kind else None
        if node is None:
            return None
        if kind == "l" and size < 60:
            node.target = bytes(raw[40:40 + size]).decode("latin-1")
        else:
            node.chunks = self.contents(raw)
        if kind == "d":
            node.entries = self.entries(node)
        elif kind == "l" and size >= 60:
            node.target = node.chunks[0][:size].decode("latin-1")
        return node

    def walk(self) -> dict[int, Inode | None]:
        """=> {inode number: Inode} of what the root leads to"""
        found, pending = {}, [ROOT]
        while pending:
            ino = pending.pop()
            if ino in found:
                continue
            node = found[ino] = self.inode(ino)
            if node and node.kind == "d":
                pending += [n for name, n in node.entries.items()
                         if name not in (".", "..")]
        return found
