# tools/launder/trace_ring.py - the kernel's trace ring and its events
"""Reads a ring, and what the kernel's headers say of its events."""
from __future__ import annotations

import itertools
import mmap
import os
import re
import struct
import sys
from typing import Iterator, NoReturn, Sequence

from launder import TOP

PAGE = 4096
MAGIC = b"LAUNDTRC"
HEADER = struct.Struct("<8sIIIIQQII")
RECORD = struct.Struct("<QHH5I")
DEVICES = {0x300: "hda", 0x340: "hdb", 0x1600: "hdc", 0x1640: "hdd",
           0x100: "ram0", 0x101: "ram1", 0x102: "ram2"}

ACTIONS = ("read", "write", "flush")
# Which enum names the values of an argument: (event or "", argument).
ENUM_OF = {("", "verdict"): "launder_verdict", ("", "caller"): "bdflush_caller",
           ("", "initiator"): "io_initiator", ("", "list"): "lru_list",
           ("TASK_SWITCH", "state"): "task_state",
           ("PAGE_LRU", "from"): "lru_list", ("PAGE_LRU", "to"): "lru_list",
           ("PAGE_RECLAIM", "kind"): "page_kind",
           ("LAUNDER", "kind"): "page_kind", ("RESCUE", "kind"): "page_kind"}
ENUM_FILES = ["mm/reclaim/scanner.h", "mm/reclaim/lru.h", "mm/frames/page.h",
              "kernel/base/vmstat.h", "kernel/core/task.h",
              "fs/buffer/bdflush.h", "mm/reclaim/touch.h"]
HEX = {"mapping", "address", "flags", "gfp", "arg1", "arg2", "arg3", "how"}


def fail(text: object) -> NoReturn:
    sys.exit(f"tools/trace: {text}")


# ---- what the kernel's headers say -----------------------------------------

def source(path: str) -> str:
    """A header without its comments."""
    try:
        with open(os.path.join(TOP, path)) as f:
            return re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    except OSError:
        return ""


def read_enums() -> dict[str, list[str]]:
    """{enum: [name of 0, name of 1, ...]}, common prefix taken off."""
    enums = {}
    for path in ENUM_FILES:
        for name, body in re.findall(r"enum (\w+)\s*{([^}]*)}", source(path)):
            words = [w.strip() for w in body.split(",") if w.strip()]
            if not any("=" in w for w in words):
                enums[name] = [w.split("_", 1)[-1].lower() for w in words]
    return enums


class Event:
    def __init__(self, name: str, group: str, sentence: str, args: list[str],
                 enums: dict[str, list[str]]) -> None:
        self.name, self.group, self.sentence = name, group[3:].lower(), sentence
        self.args = args
        self.enums = [enums.get(ENUM_OF.get((name, a))
                                or ENUM_OF.get(("", a)) or "") for a in args]

    def show(self, values: Sequence[int]) -> str:
        if self.name == "TASK_NEW":
            return (f"{self.sentence}: new_pid={values[0]} "
                    f"parent={values[1]} name={task_name(values)}")
        pairs = " ".join(f"{a}={v}" for a, v in self.values(values).items())
        return f"{self.sentence}: {pairs}" if pairs else self.sentence

    def values(self, values: Sequence[int]) -> dict[str, int | str]:
        """{argument: value, or its name}"""
        return {a: show_value(a, e, v) for a, e, v
                in zip(self.args, self.enums, values)}


def show_value(arg: str, enum: list[str] | None, value: int) -> int | str:
    if enum and value < len(enum):
        return enum[value]
    if arg == "space":
        return f"{value >> 28}:{DEVICES.get(value & 0xffff, 'none')}"
    if arg == "dev":
        return DEVICES.get(value, f"{value >> 8}:{value & 255}")
    if arg == "rw" and value < len(ACTIONS):
        return ACTIONS[value]
    if arg in HEX:
        return f"{value:#x}"
    return value - (1 << 32) if value >> 31 else value


def task_name(values: Sequence[int]) -> str:
    name = struct.pack("<II", values[2], values[3])
    return name.split(b"\0")[0].decode(errors="replace")


def read_events() -> list[Event]:
    text, enums = source("kernel/core/trace_events.h"), read_enums()
    rows = re.findall(r'\bE\((\w+),\s*(\w+),\s*"([^"]*)"([^)]*)\)', text)
    if not rows:
        fail("kernel/core/trace_events.h: no events there")
    return [Event(name, group, sentence, re.findall(r"\w+", args), enums)
            for name, group, sentence, args in rows]


def read_calls() -> dict[int, str]:
    """{number: name of the system call}"""
    table = source("kernel/process/syscall_table.h")
    return {int(number): name for number, name
            in re.findall(r"^S\((\d+), (\w+)\)", table, re.M)}


# ---- the ring --------------------------------------------------------------

class Ring:
    """The header's fields, the raw bytes, how many records there are."""
    waits = unnamed = 0         # set by launder.touches

    def __init__(self, path: str) -> None:
        try:
            with open(path, "rb") as f:
                data = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as e:
            fail(f"{path}: {e}")
        at = data.find(MAGIC)
        while at >= 0 and not self.plausible(data, at):
            at = data.find(MAGIC, at + 1)
        if at < 0:
            fail(f"{path}: no trace ring there: did the kernel get as far as "
                 "trace_init()?")
        self.raw = data[at:at + PAGE + self.capacity * RECORD.size]
        self.count = min(self.head, self.capacity)
        self.lost = self.head - self.count

    def plausible(self, data: mmap.mmap, at: int) -> bool:
        if at % PAGE or at + PAGE > len(data):
            return False
        (_, version, size, self.capacity, self.groups, self.head,
         self.boot, self.page_size, self.managed) = HEADER.unpack_from(data, at)
        return bool(version == 1 and size == RECORD.size and self.capacity
                    and at + PAGE + self.capacity * size <= len(data))

    @property
    def records(self) -> Iterator[tuple[int, ...]]:
        """(usec, event, pid, five arguments), oldest first."""
        oldest = PAGE + self.lost % self.capacity * RECORD.size
        raw = memoryview(self.raw)
        return itertools.islice(itertools.chain(
            RECORD.iter_unpack(raw[oldest:]),
            RECORD.iter_unpack(raw[PAGE:oldest])), self.count)
