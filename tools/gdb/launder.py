"""tools/gdb/launder.py - Launder's structures, printed from gdb.

`make gdb` loads it.  Commands (each has `help NAME`):

    lru [LIST] [N]   the page lists with ages; LIST: active, inactive_dirty,
                     inactive_clean
    page PFN|PTR     one page: owner, flags, age, its buffers
    buffers PAGE     the buffers of a page
    dirty [N]        BUF_DIRTY in order, oldest first
    queue            the request queues of the drives
    tasks            every task, its state and where it waits
    trace-tail [N]   the end of the trace ring
    vm-check         runs every walker of the kernel: panics on a broken one
"""
from __future__ import annotations

from typing import Iterator

import gdb


def value(text: str) -> gdb.Value:
    """The value of a C expression in the kernel."""
    return gdb.parse_and_eval(text)


def entries(head: gdb.Value, type_name: str,
            member: str) -> Iterator[gdb.Value]:
    """Yields the structures on a list_head, from its head to its tail."""
    struct = gdb.lookup_type("struct " + type_name)
    offset = next(f.bitpos // 8 for f in struct.fields() if f.name == member)
    char = gdb.lookup_type("char").pointer()
    node = head["next"]
    while node != head.address:
        yield (node.cast(char) - offset).cast(struct.pointer())
        node = node["next"]


def backwards(head: gdb.Value, type_name: str,
              member: str) -> Iterator[gdb.Value]:
    """Yields them from the tail: the oldest of an LRU list first."""
    return reversed(list(entries(head, type_name, member)))


def names_of(enum: str) -> dict[int, str]:
    """{value: name} of an enum, without what all its names begin with."""
    return {f.enumval: (f.name or "").split("_", 1)[-1].lower()
            for f in gdb.lookup_type("enum " + enum).fields()}


def bits(word: int, enum: str) -> str:
    """The names of the bits that are set, if an enum numbers them."""
    return ",".join(n for bit, n in names_of(enum).items()
                    if word >> bit & 1) or "-"


def symbol(pointer: gdb.Value) -> str:
    """The name of the object a pointer points at, or its address."""
    if not pointer:
        return "none"
    text = gdb.execute("info symbol 0x%x" % int(pointer),
                       to_string=True) or ""
    if text.startswith("No symbol"):
        return "0x%x" % int(pointer)
    return text.split(" in section")[0].strip()


def pfn_of(page: gdb.Value) -> int:
    return int(page - value("mem_map")) + int(value("mem_map_first_pfn"))


def page_of(text: str) -> gdb.Value:
    """A page by number or by any expression of type struct page *."""
    if not text:
        raise gdb.GdbError("which page? a frame's number, or a struct page *")
    found = value(text)
    if found.type.code == gdb.TYPE_CODE_PTR:
        return found
    index = int(found) - int(value("mem_map_first_pfn"))
    if not 0 <= index < int(value("num_physpages")):
        raise gdb.GdbError("no managed frame 0x%x" % int(found))
    return value("mem_map") + index


def page_line(page: gdb.Value) -> str:
    return "pfn %5x age %2d count %d %-40s owner %s index %d%s" % (
        pfn_of(page), int(page["age"]), int(page["count"]),
        bits(int(page["flags"]), "page_flag"), symbol(page["mapping"]),
        int(page["index"]), " +buffers" if page["buffers"] else "")


def bh_line(bh: gdb.Value) -> str:
    dev = bh["b_dev"]
    return "%s block %d size %d count %d %s list %d due %d" % (
        dev["name"].string() if dev else "unmapped", int(bh["b_blocknr"]),
        int(bh["b_size"]), int(bh["b_count"]),
        bits(int(bh["b_state"]), "bh_state"), int(bh["b_list"]),
        int(bh["b_flushtime"]))


def buffers_of(page: gdb.Value) -> Iterator[gdb.Value]:
    bh = first = page["buffers"]
    while bh:
        yield bh
        bh = bh["b_this_page"]
        if bh == first:
            return


class Command(gdb.Command):
    """Registers itself under the class's `name`; prints what run() yields."""
    name = ""

    def run(self, args: list[str]) -> Iterator[str]:
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__(self.name, gdb.COMMAND_DATA)

    def invoke(self, arg: str, _from_tty: bool) -> None:
        for line in self.run(gdb.string_to_argv(arg)):
            print(line)


def limit(args: list[str], default: int) -> int:
    numbers = [a for a in args if a.isdigit()]
    return int(numbers[0]) if numbers else default


class Lru(Command):
    """lru [LIST] [N]: the page lists, oldest first, N pages of each (16)."""
    name = "lru"

    def run(self, args: list[str]) -> Iterator[str]:
        heads = {"active": value("active_list"),
                 "inactive_dirty": value("inactive_dirty_list"),
                 "inactive_clean": value("zone.inactive_clean_list")}
        names = [a for a in args if not a.isdigit()] or list(heads)
        for name in names:
            if name not in heads:
                raise gdb.GdbError("lists: " + ", ".join(heads))
            pages = list(backwards(heads[name], "page", "lru"))
            yield "%s: %d pages" % (name, len(pages))
            for page in pages[:limit(args, 16)]:
                yield "  " + page_line(page)


class Page(Command):
    """page PFN|PTR: one page and its buffers."""
    name = "page"

    def run(self, args: list[str]) -> Iterator[str]:
        page = page_of(" ".join(args))
        yield page_line(page)
        for bh in buffers_of(page):
            yield "  " + bh_line(bh)


class Buffers(Command):
    """buffers PFN|PTR: the buffers of a page."""
    name = "buffers"

    def run(self, args: list[str]) -> Iterator[str]:
        for bh in buffers_of(page_of(" ".join(args))):
            yield bh_line(bh)


class Dirty(Command):
    """dirty [N]: BUF_DIRTY in the order it is flushed, N buffers (32)."""
    name = "dirty"

    def run(self, args: list[str]) -> Iterator[str]:
        buffers = list(entries(value("lru_list[2]"), "buffer_head", "b_lru"))
        yield "BUF_DIRTY: %d buffers, jiffies %d" % (
            len(buffers), int(value("jiffies")))
        for bh in buffers[:limit(args, 32)]:
            yield "  " + bh_line(bh)


class Queue(Command):
    """queue: the request queues: what is at the drive, what waits."""
    name = "queue"

    def run(self, args: list[str]) -> Iterator[str]:
        for queue in entries(value("blk_queues"), "blk_queue", "node"):
            yield "%s: %s, %d waiting, head at %d" % (
                queue["name"].string(),
                "plugged" if queue["plugged"] else "running",
                int(queue["depth"]), int(queue["head"]))
            if queue["active"]:
                yield "  at the drive " + self.request(queue["active"])
            for request in entries(queue["waiting"], "blk_request", "node"):
                yield "  " + self.request(request)

    @staticmethod
    def request(request: gdb.Value) -> str:
        return "%s sector %d +%d" % (
            ("read", "write", "flush")[int(request["rw"])],
            int(request["sector"]), int(request["sectors"]))


class Tasks(Command):
    """tasks: every task; * is the running one."""
    name = "tasks"

    def run(self, args: list[str]) -> Iterator[str]:
        current, states = value("current"), names_of("task_state")
        for task in entries(value("task_list"), "task", "all_node"):
            yield "%s%5d %-16s %-15s %s" % (
                "*" if task == current else " ", int(task["pid"]),
                task["comm"].string(), states[int(task["state"])],
                "" if task == current else self.waits_in(task))

    @staticmethod
    def waits_in(task: gdb.Value) -> str:
        """The first return addresses of a task that is not running."""
        frame = task["esp"] + 12
        long_pointer = gdb.lookup_type("unsigned long").pointer()
        names = []
        for _ in range(5):
            words = gdb.Value(frame).cast(long_pointer)
            names.append(symbol(words[1]).split(" +")[0])
            frame = words[0]
            if int(frame) < 0xC0000000:
                break
        return " < ".join(names)


class TraceTail(Command):
    """trace-tail [N]: the last N events of the trace ring (16)."""
    name = "trace-tail"

    def run(self, args: list[str]) -> Iterator[str]:
        header = value("'kernel/core/trace.c'::ring.header")
        if not header:
            raise gdb.GdbError("the trace ring is not set up yet")
        head, capacity = int(header["head"]), int(header["capacity"])
        names = value("event_names")
        for at in range(max(0, head - limit(args, 16), head - capacity),
                        head):
            record = value("'kernel/core/trace.c'::ring.records")[at % capacity]
            yield "%10d us [%d] %s %s" % (
                int(record["usec"]), int(record["pid"]),
                names[int(record["id"])].string(),
                " ".join("%x" % int(record["arg"][i]) for i in range(5)))


class VmCheck(Command):
    """vm-check: calls the kernel's walkers; a broken structure panics."""
    name = "vm-check"

    def run(self, args: list[str]) -> Iterator[str]:
        gdb.execute("call (void)vm_check()")
        yield "vm_check: all walkers hold"


for command in (Lru, Page, Buffers, Dirty, Queue, Tasks, TraceTail, VmCheck):
    command()
