# tools/launder/trace_chrome.py - a trace ring as Chrome's Trace Event JSON
"""For ui.perfetto.dev and chrome://tracing.

Process 1 has a lane for each task, process 2 one for each page list, and the
counters; each disk is a process with a lane for its drive.  Records of one
microsecond are put ten nanoseconds apart, so that each has a time of its own.
"""
from __future__ import annotations

import collections
from typing import Sequence, TextIO

from launder.trace_disk import Disk
from launder.trace_flows import Flows, Step, disk_of
from launder.trace_lane import WRITE, Args, Lane, Writer
from launder.trace_ring import Event, Ring, read_calls, read_enums, task_name

TASKS, PAGES, DISKS = 1, 2, 3           # processes; one more for each disk
LISTS, AGAIN = 1 << 24, 1 << 16         # threads: of lists, of a pid used again
STEP, MARK_MAX, COUNT_EVERY = 10, 1000, 1000000         # nanoseconds
IDLE = AGAIN - 1        # thread of task 0: the format's readers dislike 0
ON_DRIVE = ("BLK_NEW", "BLK_MERGE", "BLK_ISSUE", "BLK_DONE")
OFF = {"running": "ready", "stopped": "stopped"}        # others: sleeps


class Chrome:
    """The state of all lanes, one record after the other."""

    def __init__(self, ring: Ring, events: Sequence[Event],
                 f: TextIO) -> None:
        self.ring, self.events, self.out = ring, events, Writer(f)
        self.flows, self.calls = Flows(ring, events), read_calls()
        switch = [e.name for e in events].index("TASK_SWITCH")
        self.scheduled = any(r[1] == switch for r in ring.records)
        self.tasks: dict[int, Lane] = {}
        self.ended: list[Lane] = []
        self.uses: collections.Counter[int] = collections.Counter()
        self.names = {0: "idle"}
        self.disks: dict[int, Disk] = {}
        self.mark: tuple[Lane, int] | None = None
        self.lists = {i: Lane(self.out, PAGES, LISTS + i, name, "list")
                      for i, name in enumerate(read_enums()["lru_list"][:-1])
                      if i}
        self.lengths = dict.fromkeys(self.lists, 0)
        self.sampled, self.counted = False, 0

    def write(self) -> None:
        t = 0
        for at, (usec, number, pid, *v) in enumerate(self.ring.records):
            if number < len(self.events):
                t = max(usec * 1000, t + STEP)
                self.end_mark(t)
                self.record(t, self.events[number], self.task(t, pid), v,
                            self.flows.steps.get(at, []))
        self.close(t + STEP)

    def record(self, t: int, event: Event, lane: Lane, v: Sequence[int],
               steps: Sequence[Step]) -> None:
        """Arrows pass what the record begins."""
        disk = self.disk(v[0]) if event.name in ON_DRIVE else None
        if disk:
            lane = disk.drive
        if disk:
            getattr(disk, event.name.lower())(t, v)
            if event.name == "BLK_DONE":
                self.begin_mark(t, lane, "done", None)
        elif hand := getattr(self, "on_" + event.name.lower(), None):
            hand(t, event, lane, v)
        else:
            lane.instant(t, event.sentence, event.values(v))
        for step in steps:
            lane.flow(t, *step)

    def disk(self, dev: int) -> Disk:
        dev = disk_of(dev)
        if dev not in self.disks:
            self.disks[dev] = Disk(self.out, dev, DISKS + len(self.disks))
        return self.disks[dev]

    def close(self, t: int) -> None:
        self.end_mark(t)
        self.count(t)
        lanes = [*self.ended, *self.tasks.values(), *self.lists.values()]
        for lane in lanes:
            lane.end_all(t)
        for disk in self.disks.values():
            disk.close(t)
            lanes.append(disk.drive)
            self.out.called("process", f'"pid": {disk.process}', disk.name)
        for process, name in (TASKS, "tasks"), (PAGES, "memory"):
            self.out.called("process", f'"pid": {process}', name)
        for lane in lanes:
            self.out.called("thread", lane.ids, lane.name)

    # ---- tasks -------------------------------------------------------------

    def task(self, t: int, pid: int, state: str = "runs") -> Lane:
        """=> the lane of a task, in this state when it is first seen"""
        if pid not in self.tasks:
            self.tasks[pid] = Lane(
                self.out, TASKS, (pid or IDLE) + AGAIN * self.uses[pid],
                self.names.get(pid, f"task {pid}"), "task")
            self.uses[pid] += 1
            if self.scheduled:
                self.tasks[pid].begin(t, state)
        return self.tasks[pid]

    def on_task_new(self, t: int, event: Event, lane: Lane,
                    v: Sequence[int]) -> None:
        """After exec a task reports its new name in the same way."""
        name = self.names[v[0]] = task_name(v) or f"task {v[0]}"
        lane.instant(t, event.sentence, {"name": name, "pid": v[0]})
        self.task(t, v[0], "ready").name = name

    def on_task_switch(self, t: int, event: Event, lane: Lane,
                       v: Sequence[int]) -> None:
        state = event.values(v)["state"]
        if state == "zombie":
            lane.end_all(t)
            self.ended.append(lane)
            self.tasks = {p: a for p, a in self.tasks.items() if a != lane}
        elif lane is self.tasks.get(0):
            lane.end_all(t)
        else:
            lane.state(t, OFF.get(str(state), "sleeps"))
        self.task(t, v[0]).state(t, "runs")

    def on_sys_enter(self, t: int, event: Event, lane: Lane,
                     v: Sequence[int]) -> None:
        lane.end_all(t)
        lane.begin(t, self.calls.get(v[0], f"call {v[0]}"), event.values(v))
        lane.call = True
        if self.scheduled:
            lane.begin(t, "runs")

    def on_sys_exit(self, t: int, event: Event, lane: Lane,
                    v: Sequence[int]) -> None:
        if lane.call:
            while len(lane.open) > 1:
                lane.end(t)
            lane.end(t, {"value": event.values(v)["value"]})
            lane.call = False
        if self.scheduled:
            lane.state(t, "runs")

    # ---- buffers -----------------------------------------------------------

    def begin_mark(self, t: int, lane: Lane, name: str, args: Args) -> None:
        """A slice until the next record: arrows need one."""
        lane.begin(t, name, args, WRITE)
        self.mark = lane, t

    def end_mark(self, t: int) -> None:
        if self.mark:
            lane, begun = self.mark
            lane.end(min(t, begun + MARK_MAX))
            self.mark = None

    def on_bh_dirty(self, t: int, event: Event, lane: Lane,
                    v: Sequence[int]) -> None:
        args = event.values(v)
        self.begin_mark(t, lane, f"dirty {args['dev']} {args['block']}", args)

    def on_blk_queue(self, t: int, event: Event, lane: Lane,
                     v: Sequence[int]) -> None:
        args = event.values(v)
        self.begin_mark(t, lane, f"queue {args['rw']}: {args['initiator']}",
                        args)

    # ---- page lists --------------------------------------------------------

    def on_page_lru(self, t: int, event: Event, lane: Lane,
                    v: Sequence[int]) -> None:
        """A move is in the lane of its target; off all lists, of its source."""
        _, source, target, *_ = v
        args = event.values(v)
        for number, change in (source, -1), (target, 1):
            if number in self.lengths:
                self.lengths[number] += change
        at = self.lists.get(target) or self.lists.get(source) or lane
        at.instant(t, f"{args['from']} to {args['to']}", args)
        if t >= self.counted + COUNT_EVERY:
            self.count(t)

    def on_page_reclaim(self, t: int, event: Event, lane: Lane,
                        v: Sequence[int]) -> None:
        self.lists[max(self.lists)].instant(t, event.sentence,
                                            event.values(v))

    def on_sample_lists(self, t: int, event: Event, lane: Lane,
                        v: Sequence[int]) -> None:
        values = dict(zip(event.args, v))
        for number, lane in self.lists.items():
            self.lengths[number] = values.pop(lane.name)
        self.sampled = True
        self.count(t)
        for name, value in values.items():
            self.out.counter(t, name, PAGES, value)

    def on_sample_dirty(self, t: int, event: Event, lane: Lane,
                        v: Sequence[int]) -> None:
        for name, value in zip(event.args, v):
            self.out.counter(t, name, PAGES, value)

    def count(self, t: int) -> None:
        """The lengths are known from the first sample on."""
        self.counted = t
        for number, lane in self.lists.items() if self.sampled else ():
            self.out.counter(t, lane.name, PAGES, self.lengths[number])


def write_chrome(ring: Ring, events: Sequence[Event], path: str) -> None:
    with open(path, "w") as f:
        f.write('{"displayTimeUnit": "ns", "otherData": '
                f'{{"boot": {ring.boot}, "records": {ring.count}, '
                f'"lost": {ring.lost}}},\n"traceEvents": [\n')
        Chrome(ring, events, f).write()
        f.write("\n]}\n")
