# tools/launder/trace_blktrace.py - a trace ring's transfers as blktrace writes
from __future__ import annotations

import struct

from launder.trace_ring import DEVICES, Event, Ring, task_name

BLK = struct.Struct("<IIQQIIIIIHH")
BLK_MAGIC = 0x65617407
QUEUE, ISSUE, COMPLETE, NOTIFY = 0x10, 0x40, 0x80, 0x400
KINDS = (1, 2, 4)           # of ACTIONS: read, write, flush
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
            category | KINDS[arg["rw"]], arg["sector"],
            arg["sectors"], arg.get("error", 0)))
    for f in files.values():
        f.close()
        print(f.name)
