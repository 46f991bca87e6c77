# tools/launder/crash_model.py - what a disk must hold: files and names
"""A model of the file system that carries out the operations of user/workloads/crash.c.
Beside the present state it keeps, for each name and each chunk (block) of a
file, the states since it was last made durable: a power cut may leave any.

What the kernel promises and the model checks:
* sync and umount make everything durable; fsync and fdatasync of a file, msync
  and a write with O_SYNC its bytes, its size and its inode, but no name of it;
  fsync of a directory its names.  A name is durable when the directory's entry
  and the inode it names both are; an inode without a name on the disk must be
  in lost+found.  An empty one need not be: e2fsck clears it.
* A durable state stays until it is changed itself, whatever other operations
  do.  Then each byte and each name is the old or a new one, and the size
  one that the file has had; a name may also be missing, and an inode that has
  lost its last name, too.
* A directory that was moved to another has two names on the disk until the
  directory that it left is durable, too; e2fsck keeps one of them.
* A block that a file did not have when it was last durable may hold anything:
  2.4.7's ext2 does not write data before the inode.  So may one that was cut
  off and is still found.
* A store into a mapping counts from msync or munmap on."""
from __future__ import annotations

import functools
from typing import Iterator

from launder.crash_ext2 import Disk, Inode

ROOT = 2


@functools.lru_cache(maxsize=20000)
def text(key: int, at: int, length: int) -> bytes:
    """The bytes that operation "key" puts at offset "at" (fill() in crash.c)"""
    first, last = at // 16, (at + length + 15) // 16
    data = b"".join(b"%07x %07x\n" % (key, n) for n in range(first, last))
    return data[at - first * 16:][:length]


class Node:
    """A file, directory or symbolic link, from its creation on."""

    def __init__(self, kind: str, born: int, ino: int | None = None) -> None:
        self.kind, self.born, self.ino = kind, born, ino
        self.links, self.held = 1, 0
        self.durable = False    # its inode has been on the disk
        self.sure = True        # it has not lost its last name
        self.target = ""
        # a directory: names now, and the others since it was durable
        self.names: dict[str, Node] = {}
        self.old_names: dict[str, list[Node | None]] = {}
        # a file: chunks without holes, the others since, those with anything
        self.size = 0
        self.chunks: dict[int, bytes] = {}
        self.old: dict[int, list[bytes]] = {}
        self.anything: set[int] = set()
        self.sizes = [(0, 0)]
        # chunks stored into a mapping, not yet made durable by msync
        self.pending: set[int] = set()

    def settle(self) -> None:
        """Everything up to now is on the disk."""
        self.durable = True
        self.old_names = {}
        self.old = {c: v for c, v in self.old.items() if c in self.pending}
        self.anything &= self.pending
        self.sizes = [(self.size, self.size)]

    def name_values(self, name: str) -> list[Node | None]:
        """=> what the name may stand for: Nodes, or None"""
        return self.old_names.get(name, []) + [self.names.get(name)]


class Model:
    def __init__(self, bs: int) -> None:
        self.bs, self.line = bs, 0
        self.root = Node("d", -1, ROOT)
        self.root.settle()
        self.nodes = [self.root]
        self.slots: dict[int, Node] = {}

    # -- names

    def parent(self, path: str) -> tuple[Node, str]:
        *dirs, name = path.split("/")
        node = self.root
        for d in dirs:
            node = node.names[d]
        return node, name

    def find(self, path: str) -> Node:
        node, name = self.parent(path)
        return node.names[name]

    def set_name(self, path: str, node: Node | None) -> None:
        parent, name = self.parent(path)
        before = parent.names.get(name)
        known = parent.old_names.setdefault(name, [])
        known += [v for v in (before, None) if v not in known]
        if node:
            parent.names[name] = node
        else:
            del parent.names[name]
        if before and before is not node:
            before.links -= 1
            before.sure = before.sure and before.links > 0

    def make(self, kind: str, path: str, ino: int | None) -> Node:
        node = Node(kind, self.line, ino)
        self.nodes.append(node)
        self.set_name(path, node)
        return node

    # -- contents

    def chunk(self, f: Node, c: int, data: bytes | None) -> None:
        """The chunk holds "data" from now on (None: a hole)."""
        before = f.chunks.get(c)
        f.old.setdefault(c, []).append(before or bytes(self.bs))
        if before is None or data is None:
            f.anything.add(c)
        if data is None:
            f.chunks.pop(c, None)
        else:
            f.chunks[c] = data

    def resize(self, f: Node, size: int) -> None:
        f.sizes.append((min(f.size, size), size) if size > f.size
                       else (size, size))
        f.size = size

    def put(self, f: Node, at: int, data: bytes) -> None:
        bs, end = self.bs, at + len(data)
        for c in range(at // bs, -(-end // bs)):
            lo, hi = max(at, c * bs), min(end, (c + 1) * bs)
            now = bytearray(f.chunks.get(c, bytes(bs)))
            now[lo - c * bs:hi - c * bs] = data[lo - at:hi - at]
            self.chunk(f, c, bytes(now))
        if data and end > f.size:
            self.resize(f, end)

    def truncate(self, f: Node, size: int) -> None:
        bs, full, part = self.bs, size // self.bs, size % self.bs
        if size < f.size:
            for c in [c for c in f.chunks if c > full or c == full and
                      not part]:
                self.chunk(f, c, None)
            if part and full in f.chunks:
                self.chunk(f, full, f.chunks[full][:part].ljust(bs, b"\0"))
        self.resize(f, size)

    def store(self, f: Node, at: int, length: int, key: int,
              pending: bool = False) -> None:
        """A page that is stored into is written whole: its holes become
        blocks."""
        per = 4096 // self.bs
        for c in range(at // 4096 * per, ((at + length - 1) // 4096 + 1) * per):
            if c * self.bs < f.size and c not in f.chunks:
                f.anything.add(c)
            if pending:
                f.pending.add(c)
        self.put(f, at, text(key, at, length))

    # -- operations

    def do(self, words: list[str], done: bool = True,
           ino: int | None = None) -> None:
        """One operation; not done: it may have begun, but may not be over."""
        op, *a = words
        getattr(self, "op_" + NAMES[op])(
            *[int(x) if x.isdigit() else x for x in a],
            **({"ino": ino} if op in "cmse" else {}),
            **({"done": done} if op in "WMfgqyR" else {}))
        self.line += 1

    def op_create(self, path: str, ino: int | None) -> Node:
        return self.make("f", path, ino)

    def op_mkdir(self, path: str, ino: int | None) -> Node:
        return self.make("d", path, ino)

    def op_symlink(self, path: str, target: str, ino: int | None) -> None:
        self.make("l", path, ino).target = target

    def op_unlink(self, path: str) -> None:
        self.set_name(path, None)

    def op_rmdir(self, path: str) -> None:
        self.set_name(path, None)

    def op_link(self, path: str, new: str) -> None:
        node = self.find(path)
        node.links += 1
        self.set_name(new, node)

    def op_rename(self, path: str, new: str) -> None:
        node = self.find(path)
        node.links += 1
        self.set_name(new, node)
        self.set_name(path, None)

    def op_sendfile(self, path: str, new: str, ino: int | None) -> None:
        f, to = self.find(path), self.make("f", new, ino)
        data = b"".join(f.chunks.get(c, bytes(self.bs))
                        for c in range(-(-f.size // self.bs)))
        self.put(to, 0, data[:f.size])

    def op_write(self, path: str, at: int, length: int, key: int) -> None:
        self.put(self.find(path), at, text(key, at, length))

    op_append = op_write

    def op_write_sync(self, path: str, at: int, length: int, key: int,
                      done: bool) -> None:
        self.op_write(path, at, length, key)
        if done:
            self.find(path).settle()

    def op_rewrite(self, path: str, at: int, length: int, key: int) -> None:
        self.truncate(self.find(path), 0)
        self.op_write(path, at, length, key)

    def op_truncate(self, path: str, size: int) -> None:
        self.truncate(self.find(path), size)

    def op_store(self, path: str, at: int, length: int, key: int) -> None:
        self.store(self.find(path), at, length, key)

    def op_store_sync(self, path: str, at: int, length: int, key: int,
                      done: bool) -> None:
        self.op_store(path, at, length, key)
        if done:
            self.find(path).settle()

    def op_hold(self, slot: int, path: str) -> None:
        self.slots[slot] = f = self.find(path)
        f.held += 1

    def op_poke(self, slot: int, at: int, length: int, key: int) -> None:
        self.store(self.slots[slot], at, length, key, pending=True)

    def op_msync(self, slot: int, done: bool) -> None:
        if done:
            self.slots[slot].pending.clear()
            self.slots[slot].settle()

    def op_drop(self, slot: int) -> None:
        f = self.slots.pop(slot)
        f.pending.clear()
        f.held -= 1

    def op_fsync(self, path: str, done: bool) -> None:
        if done:
            (self.find(path) if path != "." else self.root).settle()

    def op_sync(self, done: bool) -> None:
        for node in self.nodes if done else ():
            node.settle()

    def op_nothing(self, *a: object) -> None:
        pass


NAMES = {
    "c": "create", "m": "mkdir", "s": "symlink", "u": "unlink", "d": "rmdir",
    "l": "link", "n": "rename", "e": "sendfile", "w": "write", "a": "append",
    "W": "write_sync", "r": "rewrite", "t": "truncate", "S": "store",
    "M": "store_sync", "h": "hold", "p": "poke", "q": "msync", "x": "drop",
    "f": "fsync", "g": "fsync", "y": "sync", "R": "sync", "b": "nothing",
    "z": "nothing", "k": "nothing", "v": "nothing", "!": "nothing"}


def model_at(bs: int, ops: list[list[str]], inos: dict[int, int], over: int,
             begun: int) -> Model:
    """The model after "over" operations, when those up to "begun" may have had
    effects; inos = {line: inode number}."""
    m = Model(bs)
    for i, words in enumerate(ops[:begun]):
        m.do(words, i < over, inos.get(i))
    return m


# ---- comparing -------------------------------------------------------------

def shown(data: bytes) -> str:
    return repr(bytes(data[:32]))[1:]


def compare_chunk(node: Node, c: int, got: bytes, length: int) -> str:
    """=> "" or what is wrong with the bytes that are inside the file"""
    want = node.chunks.get(c, bytes(len(got)))
    if c in node.anything or got[:length] == want[:length]:
        return ""
    may = node.old.get(c, []) + [want]
    for i in range(length):
        if all(got[i] != w[i] for w in may):
            break
    else:
        return ""
    return (f"byte {c * len(got) + i} and on is {shown(got[i:length])}, not "
            + " or ".join(dict.fromkeys(shown(w[i:length]) for w in may)))


def size_fits(node: Node, size: int, bs: int) -> bool:
    """e2fsck makes a size that ends before the last block end behind it: where
    it has changed, blocks may have come or gone before or after it."""
    most = max(hi for _, hi in node.sizes)
    return any(lo <= size <= hi for lo, hi in node.sizes) or \
        len(node.sizes) > 1 and not size % bs and \
        min(lo for lo, _ in node.sizes) <= size < most + bs


def compare_file(node: Node, found: Inode, bs: int) -> str:
    if not size_fits(node, found.size, bs):
        return f"its size is {found.size}, not " + " or ".join(
            f"{lo} to {hi}" if lo < hi else str(lo) for lo, hi in node.sizes)
    for c in range(-(-found.size // bs)):
        bad = compare_chunk(node, c, found.chunks.get(c, bytes(bs)),
                            min(bs, found.size - c * bs))
        if bad:
            return bad
    return ""


def describe(node: Node | None) -> str:
    return "nothing" if node is None else \
        f"inode {node.ino} made by line {node.born}"


def compare_names(node: Node, found: Inode, root: bool,
                  moving: set[Node]) -> Iterator[str]:
    """=> complaints about the entries of a directory"""
    for name in sorted(set(node.names) | set(node.old_names) |
                       set(found.entries)):
        if name in (".", "..") or root and name == "lost+found":
            continue
        may, ino = node.name_values(name), found.entries.get(name)
        if ino is None:
            only = may[0] if len(may) == 1 else None
            if only and only.durable and only not in moving:
                yield f"the durable name {name} ({describe(only)}) is gone"
        elif ino not in [v.ino for v in may if v]:
            yield (f"the name {name} is inode {ino}, not "
                   + " or ".join(map(describe, may)))


def compare(model: Model, disk: Disk) -> list[str]:
    """=> what has been lost, a sentence each"""
    found, bad = disk.walk(), []
    moving = {v for d in model.nodes for old in d.old_names.values()
              for v in old if v and v.kind == "d"}
    for node in model.nodes:
        if not (node.durable and node.sure):
            continue
        here = found.get(node.ino or 0)
        what = f"{node.kind} inode {node.ino} (line {node.born})"
        if here is None:
            if node.kind != "f" or all(lo for lo, _ in node.sizes):
                bad.append(f"{what}: durable, but in no directory")
        elif here.kind != node.kind:
            bad.append(f"{what}: it is of kind {here.kind} now")
        elif node.kind == "l" and here.target != node.target:
            bad.append(f"{what}: it leads to {here.target}")
        elif node.kind == "f":
            why = compare_file(node, here, model.bs)
            bad += [f"{what}: {why}"] if why else []
        elif node.kind == "d":
            bad += [f"{what}: {why}" for why in
                    compare_names(node, here, node is model.root, moving)]
    return bad
