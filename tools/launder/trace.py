# tools/launder/trace.py - reads the kernel's trace ring, shows, converts
"""Show a trace ring as sentences, oldest first, or convert it.

FILE is a ring saved by tools/run --trace, or a whole image of the guest's
memory.  The events and their sentences are read from kernel/core/trace_events.h,
the names of their values from the enums in the kernel's headers.

  --ctf DIR          for babeltrace2 and Trace Compass (CTF 1.8)
  --blktrace PREFIX  for blkparse, btt and iowatcher: PREFIX.hda.blktrace.0 ...
"""
from __future__ import annotations

import argparse
import mmap
import os
import re
import signal
import struct
import sys
from typing import NoReturn, Sequence

from launder import TOP

PAGE = 4096
MAGIC = b"LAUNDTRC"
HEADER = struct.Struct("<8sIIIIQQII")
RECORD = struct.Struct("<QHH5I")
DEVICES = {0x300: "hda", 0x340: "hdb", 0x1600: "hdc", 0x1640: "hdd",
           0x100: "ram0"}

# Which enum names the values of an argument: (event or "", argument).
ENUM_OF = {("", "verdict"): "launder_verdict", ("", "caller"): "bdflush_caller",
           ("", "initiator"): "io_initiator", ("", "list"): "lru_list",
           ("PAGE_LRU", "from"): "lru_list", ("PAGE_LRU", "to"): "lru_list",
           ("PAGE_RECLAIM", "kind"): "page_kind",
           ("LAUNDER", "kind"): "page_kind", ("RESCUE", "kind"): "page_kind"}
ENUM_FILES = ["mm/reclaim/scanner.h", "mm/reclaim/lru.h", "mm/frames/page.h", "kernel/base/vmstat.h",
              "fs/buffer/bdflush.h"]
HEX = {"mapping", "address", "flags", "gfp", "arg1", "arg2", "arg3"}


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
        pairs = " ".join(f"{a}={show_value(a, e, v)}" for a, e, v
                         in zip(self.args, self.enums, values))
        return f"{self.sentence}: {pairs}" if pairs else self.sentence


def show_value(arg: str, enum: list[str] | None, value: int) -> str:
    if enum and value < len(enum):
        return enum[value]
    if arg == "dev":
        return DEVICES.get(value, f"{value >> 8}:{value & 255}")
    if arg == "rw":
        return "write" if value else "read"
    if arg in HEX:
        return f"{value:#x}"
    return str(value - (1 << 32) if value >> 31 else value)


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


# ---- the ring --------------------------------------------------------------

class Ring:
    """The header's fields, the raw bytes, the records oldest first."""

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
        count = min(self.head, self.capacity)
        self.lost = self.head - count
        first = self.head - count
        self.records = [self.record(first + i) for i in range(count)]

    def plausible(self, data: mmap.mmap, at: int) -> bool:
        if at % PAGE or at + PAGE > len(data):
            return False
        (_, version, size, self.capacity, self.groups, self.head,
         self.boot, self.page_size, self.managed) = HEADER.unpack_from(data, at)
        return bool(version == 1 and size == RECORD.size and self.capacity
                    and at + PAGE + self.capacity * size <= len(data))

    def record(self, number: int) -> tuple[int, ...]:
        return RECORD.unpack_from(self.raw, PAGE + number % self.capacity
                                  * RECORD.size)


def show(ring: Ring, events: list[Event], last: int | None) -> None:
    names = {}
    for usec, number, pid, *values in ring.records:
        if number < len(events) and events[number].name == "TASK_NEW":
            names[values[0]] = task_name(values)
    records = ring.records[-last:] if last else ring.records
    if ring.lost:
        print(f"({ring.lost} older events were overwritten)")
    for usec, number, pid, *values in records:
        text = events[number].show(values) if number < len(events) \
            else f"event {number}: {values}"
        who = f"{pid} {names.get(pid, '')}".rstrip()
        print(f"{usec // 1000000:5}.{usec % 1000000:06}  {who:12}  {text}")


# ---- CTF 1.8 ---------------------------------------------------------------

CTF_HEAD = """/* CTF 1.8 */
typealias integer { size = 16; align = 8; signed = false; } := u16;
typealias integer { size = 32; align = 8; signed = false; } := u32;
trace { major = 1; minor = 8; byte_order = le; };
env { tracer_name = "launder"; page_size = %d; managed_pages = %d; };
clock { name = guest; freq = 1000000; offset_s = %d; };
typealias integer { size = 64; align = 8; signed = false;
\tmap = clock.guest.value; } := usec;
stream {
\tevent.header := struct { usec timestamp; u16 id; };
\tevent.context := struct { u16 pid; };
};
"""


def ctf_field(arg: str, enum: list[str] | None) -> str:
    kind = "u32"
    if enum:
        kind = "enum : u32 { %s }" % ", ".join(f'"{word}" = {i}'
                                                for i, word in enumerate(enum))
    return f"{kind} _{arg};"


def ctf_metadata(ring: Ring, events: list[Event]) -> str:
    text = CTF_HEAD % (ring.page_size, ring.managed, ring.boot)
    for number, e in enumerate(events):
        fields = [ctf_field(a, n) for a, n in zip(e.args, e.enums)]
        if len(e.args) < 5:
            fields.append(f"u32 _unused[{5 - len(e.args)}];")
        text += (f'event {{ name = "{e.name}"; id = {number};\n'
                 f"\tfields := struct {{ {' '.join(fields)} }};\n}};\n")
    return text


def write_ctf(ring: Ring, events: list[Event], folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "metadata"), "w") as f:
        f.write(ctf_metadata(ring, events))
    with open(os.path.join(folder, "stream"), "wb") as f:
        for record in ring.records:
            if record[1] < len(events):
                f.write(RECORD.pack(*record))


# ---- blktrace --------------------------------------------------------------

BLK = struct.Struct("<IIQQIIIIIHH")
BLK_MAGIC = 0x65617407
READ, WRITE, QUEUE, ISSUE, COMPLETE, NOTIFY = 1, 2, 0x10, 0x40, 0x80, 0x400
ACTIONS = {"BLK_QUEUE": (1, QUEUE), "BLK_MERGE": (2, QUEUE),
           "BLK_NEW": (4, QUEUE), "BLK_ISSUE": (7, ISSUE),
           "BLK_DONE": (8, COMPLETE)}
FRONT_MERGE = 3


def blk_record(time: int, sequence: int, pid: int, dev: int, action: int,
               category: int, sector: int = 0, sectors: int = 0,
               error: int = 0, data: bytes = b"") -> bytes:
    number = (dev >> 8) << 20 | dev & 255
    return BLK.pack(BLK_MAGIC, sequence, time * 1000, sector, sectors * 512,
                    action | category << 16, pid, number, 0, error & 0xffff,
                    len(data)) + data


def write_blktrace(ring: Ring, events: list[Event], prefix: str) -> None:
    """One file a device; a task's name precedes its first transfer."""
    files, names, known = {}, {0: "idle"}, set()
    for sequence, (usec, number, pid, *v) in enumerate(ring.records):
        name = events[number].name if number < len(events) else ""
        if name == "TASK_NEW":
            names[v[0]] = task_name(v)
        if name not in ACTIONS:
            continue
        arg = dict(zip(events[number].args, v))
        dev, (action, category) = arg["dev"], ACTIONS[name]
        if name == "BLK_MERGE" and not arg["back"]:
            action = FRONT_MERGE
        if dev not in files:
            device = DEVICES.get(dev, f"{dev >> 8}-{dev & 255}")
            files[dev] = open(f"{prefix}.{device}.blktrace.0", "wb")
        if (dev, pid) not in known:
            known.add((dev, pid))
            comm = names.get(pid, f"task{pid}").encode()[:15]
            files[dev].write(blk_record(usec, sequence, pid, dev, 0, NOTIFY,
                                        data=comm.ljust(16, b"\0")))
        files[dev].write(blk_record(
            usec, sequence, pid, dev, action,
            category | (WRITE if arg["rw"] else READ), arg["sector"],
            arg["sectors"], arg.get("error", 0)))
    for f in files.values():
        f.close()
        print(f.name)


def trace() -> None:
    p = argparse.ArgumentParser(
        prog="tools/trace", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("file", metavar="FILE")
    p.add_argument("--last", metavar="N", type=int, help="only the last N")
    p.add_argument("--save", metavar="FILE", help="the ring alone, raw")
    p.add_argument("--ctf", metavar="DIR")
    p.add_argument("--blktrace", metavar="PREFIX")
    o = p.parse_args()
    if o.last is not None and o.last < 1:
        fail(f"--last {o.last}: give 1 or more")
    ring = Ring(o.file)
    if o.save:
        with open(o.save, "wb") as f:
            f.write(ring.raw)
        if not (o.last or o.ctf or o.blktrace):
            return
    events = read_events()
    if o.ctf:
        write_ctf(ring, events, o.ctf)
    if o.blktrace:
        write_blktrace(ring, events, o.blktrace)
    if o.last or not (o.ctf or o.blktrace):
        show(ring, events, o.last)


def main() -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        trace()
    except OSError as e:
        fail(e)
    return 0
