# tools/launder/trace_ctf.py - a trace ring in the Common Trace Format 1.8
from __future__ import annotations

import os

from launder.trace_ring import RECORD, Event, Ring

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
