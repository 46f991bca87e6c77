"""tests/chrome_rules.py - is a file valid Trace Event JSON?

By the format's description, "Trace Event Format" (Google; linked from
perfetto.dev/docs/getting-started/other-formats), for the phases B E i C M, b n
e and s t f, stricter where it leaves a choice: times never go back in the whole
file, everything that begins ends, ids are not used again.  Nothing of the
writer is used here.
"""
from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterator, List, Tuple

Event = Dict[str, Any]
Key = Tuple[Any, ...]
Why = Iterator[str]


def number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def fields(events: List[Event]) -> Why:
    """What each event must have, and times in order."""
    last = 0.0
    for e in events:
        phase = e.get("ph")
        good = phase in tuple("BEiCMbnestf") and isinstance(
            e.get("name"), str) and type(e.get("pid")) is int
        if phase not in ("C", "M"):
            good = good and type(e.get("tid")) is int
        if phase != "M":
            good = good and number(e.get("ts")) and e["ts"] >= last
            last = e["ts"] if good else last
        if phase == "i":
            good = good and e.get("s") in ("g", "p", "t")
        if phase == "C":
            good = good and bool(e.get("args")) and all(
                map(number, e["args"].values()))
        if phase in tuple("bnestf"):
            good = good and "id" in e and isinstance(e.get("cat"), str)
        if not good:
            yield f"a wrong event: {e}"


def names(events: List[Event]) -> Why:
    """Each process and thread that is used has one name."""
    used, named = set(), []
    for e in events:
        thread = ("thread", e["pid"], e.get("tid"))
        process = ("process", e["pid"], None)
        if e["ph"] != "M":
            used |= {process} | ({thread} if "tid" in e else set())
        elif e["name"] not in ("process_name", "thread_name") or not e[
                "args"].get("name"):
            yield f"a wrong name: {e}"
        else:
            named.append(thread if e["name"] == "thread_name" else process)
    for what in sorted(used - set(named), key=str):
        yield f"no name: {what}"
    for what in sorted({n for n in named if named.count(n) > 1}, key=str):
        yield f"two names: {what}"


def slices(events: List[Event]) -> Why:
    """In each thread slices nest, and arrows have one at their time."""
    open_: Dict[Key, List[str]] = {}
    for e in events:
        stack = open_.setdefault((e["pid"], e.get("tid")), [])
        if e["ph"] == "B":
            stack.append(e["name"])
        elif e["ph"] == "E" and (not stack or stack.pop() != e["name"]):
            yield f"ends what is not the innermost: {e}"
        elif e["ph"] in ("s", "t", "f") and not stack:
            yield f"an arrow without a slice: {e}"
    yield from (f"never ends: {k} {v}" for k, v in open_.items() if v)


def spans(events: List[Event]) -> Why:
    """Asynchronous events nest by category and id, which is used once."""
    open_: Dict[Key, List[str]] = {}
    for e in events:
        key = e.get("cat"), e.get("id")
        if e["ph"] == "b":
            if open_.setdefault(key, [""]) == []:
                yield f"an id used again: {e}"
            open_[key] = [n for n in open_[key] if n] + [e["name"]]
        elif e["ph"] == "n" and not open_.get(key):
            yield f"outside of all: {e}"
        elif e["ph"] == "e" and (not open_.get(key)
                                 or open_[key].pop() != e["name"]):
            yield f"ends what is not the innermost: {e}"
    yield from (f"never ends: {k} {v}" for k, v in open_.items() if v)


def arrows(events: List[Event]) -> Why:
    """Of one category, name and id: s, any number of t, one f."""
    state: Dict[Key, str] = {}
    for e in events:
        if e["ph"] not in ("s", "t", "f"):
            continue
        key = e["cat"], e["name"], e["id"]
        if (state.get(key) in ("s", "t")) != (e["ph"] != "s") \
                or state.get(key) == "f":
            yield f"out of turn: {e}"
        if e["ph"] == "f" and e.get("bp") != "e":
            yield f"ends in the next slice: {e}"
        state[key] = e["ph"]
    yield from (f"never ends: {k}" for k, p in state.items() if p != "f")


RULES: List[Callable[[List[Event]], Why]] = [fields, names, slices, spans,
                                             arrows]


def read(path: str) -> Tuple[List[Event], List[str]]:
    """=> the events, what is wrong"""
    with open(path) as f:
        whole = json.load(f)
    events = whole["traceEvents"]
    wrong = list(fields(events))
    if whole.get("displayTimeUnit") not in ("ms", "ns"):
        wrong.append("displayTimeUnit")
    if not wrong:
        wrong = [why for rule in RULES[1:] for why in rule(events)]
    return events, wrong
