"""tools/launder/score_cells.py - the figures of one scored run, kept by a hash.

A cell is a workload on a scanner with a seed.  It is booted with its touches
traced (tools/launder/score_workloads.py); build/cachesim then says what the
best would have been on the same touches with the same frames.  The figures are
kept under a hash of all that they follow from: the kernel, the programs, the
simulator, the cell.  A second call, or one after a break, takes them from there.
"""
from __future__ import annotations

import functools
import hashlib
import json
import os
import tempfile
from typing import Dict

from launder import TOOLS
from launder.command import BAD, Stop
from launder.score_workloads import (OUT, WORKLOADS, Cell, bounded, run_cell,
                                     touches_of)

Figures = Dict[str, int]

CACHESIM = os.path.join(OUT, "cachesim")
KERNEL = os.path.join(OUT, "launder.elf")
PERIOD = "1s"           # between two scans, for OPT that sees scans only
ICOUNT_NSEC = 8         # of an instruction under --icount; a count of the TSC


# ---- what a cell's figures follow from -------------------------------------

def digest_file(path: str) -> bytes:
    try:
        with open(path, "rb") as f:
            return hashlib.sha256(f.read()).digest()
    except OSError:
        raise Stop(BAD, f"{path} is missing: run `make`")


@functools.lru_cache(None)
def ground() -> str:
    """A hash of the kernel, the programs, the simulator and what measures."""
    whole = hashlib.sha256(PERIOD.encode())
    user = os.path.join(OUT, "user")
    programs = sorted(os.listdir(user)) if os.path.isdir(user) else []
    here = (os.path.join(TOOLS, "launder", name + ".py")
            for name in ("score_cells", "score_workloads", "touches", "trace",
                         "trace_ring"))
    for path in (KERNEL, CACHESIM, *here, *(os.path.join(user, p)
                                            for p in programs if "." not in p)):
        if not os.path.isdir(path):
            whole.update(os.path.basename(path).encode() + digest_file(path))
    return whole.hexdigest()


def cell_path(folder: str, cell: Cell) -> str:
    key = f"{ground()} {WORKLOADS[cell.workload]} {cell}"
    name = hashlib.sha256(key.encode()).hexdigest()[:32]
    return os.path.join(folder, "cells", name + ".json")


# ---- a cell ----------------------------------------------------------------

def measure(cell: Cell) -> Figures:
    """=> Stop with a sentence unless the run and its trace were whole"""
    with tempfile.TemporaryDirectory(prefix="launder-score-") as tmp:
        ring, touches = (os.path.join(tmp, n) for n in ("ring", "csv"))
        r = run_cell(cell, trace=ring)
        touches_of(ring, touches)
        bound = bounded(touches, r.frames, "--degrade", PERIOD)
    c = r.counters
    return {**bound, "stall_p99_usec": int(c["alloc_stall_usec_p99"]),
            "stalls": int(c["alloc_stalls"]),
            "reclaim_instructions": int(c["reclaim_cycles"]) // ICOUNT_NSEC,
            "reclaimed": int(c["frames_reclaimed"]),
            "msec": int(1000 * c["elapsed_seconds"])}


def kept(folder: str, cell: Cell) -> Figures | None:
    try:
        with open(cell_path(folder, cell)) as f:
            return {str(k): int(v) for k, v in json.load(f).items()}
    except (OSError, ValueError):
        return None


def keep(folder: str, cell: Cell, figures: Figures) -> None:
    path = cell_path(folder, cell)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    half = f"{path}.{os.getpid()}"
    with open(half, "w") as f:
        json.dump(figures, f, sort_keys=True, indent=0)
    os.replace(half, path)
