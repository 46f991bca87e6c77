# tools/launder/rooms.py - the rooms of the kernel, read from its objects
"""Read who calls what from the symbols of the kernel's objects.

  check            report calls and includes that go up the list of rooms, and
                   circles across rooms; the last line has their numbers
  calls [ROOM...]  print what each room, or each named one, uses of others
  callers FILE...  print who uses the functions and data of a source file
  draw             write docs/rooms.dot and, with graphviz, docs/rooms.svg

A room is a folder; tools/rooms.txt lists them, the lowest first.  A file may
call, and include, what lies in its own room or in a lower one.  The objects are
those of `make kernel`, in $O (or build).

Exit status: 0 well; 1 something goes up; 3 wrong use; 4 something is
missing."""
from __future__ import annotations

import argparse
import collections
import os
import re
import shutil
import signal
import subprocess
import sys
from typing import Iterable, Iterator, NamedTuple

from launder import TOP
from launder.command import BAD, OK, TOOL, USE, Parser, Stop

LIST = "tools/rooms.txt"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


class Use(NamedTuple):
    """`user` needs `symbol`, which `owner` defines: paths of sources."""

    user: str
    symbol: str
    owner: str


# ---- what there is ---------------------------------------------------------

def read_rooms(path: str) -> dict[str, str]:
    """=> {room: what it is}, the lowest first"""
    rooms = {}
    with open(path) as f:
        for line in f:
            words = line.split(None, 1)
            if words and not words[0].startswith("#"):
                rooms[words[0]] = words[1].strip() if words[1:] else ""
    return rooms


def room_of(path: str) -> str:
    return os.path.dirname(path)


def sources(rooms: Iterable[str]) -> list[str]:
    """Every C, assembly and header file of the rooms."""
    return sorted(os.path.join(room, name) for room in rooms
                  if os.path.isdir(room) for name in os.listdir(room)
                  if name.endswith((".c", ".h", ".asm")))


def object_of(source: str, out: str) -> str:
    stem = source[:-2] if source.endswith(".c") else source
    return os.path.join(out, stem + ".o")


def symbols(nm: str, paths: list[str]) -> Iterator[tuple[str, str, str]]:
    """=> (object, kind, name) of what objects have to do with each other"""
    r = subprocess.run([nm, "-g", "-A", *paths], stdout=subprocess.PIPE,
                       text=True)
    if r.returncode:
        raise Stop(TOOL, f"{nm} cannot read the objects: run `make kernel`")
    for line in r.stdout.splitlines():
        path, rest = line.rsplit(":", 1)
        words = rest.split()
        yield path, words[-2], words[-1]


def find_nm() -> str:
    for name in ("nm", "i686-elf-nm", "i686-linux-gnu-nm", "llvm-nm"):
        if shutil.which(name):
            return name
    raise Stop(TOOL, "nm is missing: run `make setup`")


def read_uses(files: list[str], out: str) -> list[Use]:
    """The calls, and uses of data, between files."""
    owners: dict[str, str] = {}
    needs: list[tuple[str, str]] = []
    source_of = {object_of(f, out): f for f in files if not f.endswith(".h")}
    for path in source_of:
        if not os.path.exists(path):
            raise Stop(TOOL, f"{path} is missing: run `make kernel`")
    for path, kind, name in symbols(find_nm(), list(source_of)):
        if kind in "Uwv":
            needs.append((source_of[path], name))
        else:
            owners[name] = source_of[path]
    return [Use(user, name, owners[name]) for user, name in needs
            if owners.get(name, user) != user]


def read_includes(files: list[str]) -> list[Use]:
    """The same for headers: the symbol is the header's path."""
    uses = []
    for source in files:
        if source.endswith((".c", ".h")):
            with open(source, errors="replace") as f:
                uses += [Use(source, h, h) for h in INCLUDE.findall(f.read())
                         if os.path.exists(h)]
    return uses


# ---- the rules -------------------------------------------------------------

def upward(uses: list[Use], rooms: list[str]) -> list[Use]:
    rank = {room: i for i, room in enumerate(rooms)}
    return [u for u in uses if room_of(u.owner) in rank
            and rank[room_of(u.owner)] > rank[room_of(u.user)]]


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Groups of files each of which reaches every other (Tarjan)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = low[node] = len(number)
        stack.append(node)
        for to in sorted(edges.get(node, ())):
            if to not in number:
                visit(to)
                low[node] = min(low[node], low[to])
            elif to in stack:
                low[node] = min(low[node], number[to])
        if low[node] == number[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for node in sorted(edges):
        if node not in number:
            visit(node)
    return found


def edges_of(uses: list[Use]) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = collections.defaultdict(set)
    for u in uses:
        edges[u.user].add(u.owner)
    return edges


def strangers(files: list[str], rooms: list[str]) -> list[str]:
    """Source files of the kernel's folders that lie in no room."""
    tops = {room.split("/")[0] for room in rooms}
    return sorted(os.path.join(folder, name) for top in tops
                  for folder, _, names in os.walk(top) for name in names
                  if name.endswith((".c", ".h", ".asm"))
                  and os.path.join(folder, name) not in files)


def check(out: str) -> int:
    rooms = list(read_rooms(LIST))
    files = sources(rooms)
    calls, headers = read_uses(files, out), read_includes(files)
    up = upward(calls, rooms) + upward(headers, rooms)
    across = [c for c in circles(edges_of(calls))
              if len({room_of(f) for f in c}) > 1]
    stray = strangers(files, rooms)
    for u in up:
        what = "includes" if u.symbol == u.owner else f"calls {u.symbol} of"
        print(f"{u.user} {what} {u.owner}: {room_of(u.user)} lies below "
              f"{room_of(u.owner)}")
    for c in across:
        print("a circle across rooms: " + " ".join(c))
    for f in stray:
        print(f"{f}: its folder is no room: add it to {LIST}")
    print(f"rooms: {len(rooms)}, arrows up: {len(up)}, "
          f"circles across rooms: {len(across)}")
    return BAD if up or across or stray else OK


# ---- who calls what --------------------------------------------------------

def show_calls(out: str, only: list[str]) -> int:
    rooms = list(read_rooms(LIST))
    unknown = [r for r in only if r not in rooms]
    if unknown:
        raise Stop(USE, f"{unknown[0]} is no room: {LIST} has them")
    names: dict[tuple[str, str], set[str]] = collections.defaultdict(set)
    for u in read_uses(sources(rooms), out):
        if room_of(u.user) != room_of(u.owner):
            names[room_of(u.user), room_of(u.owner)].add(u.symbol)
    for user in reversed(only or rooms):
        for owner in reversed(rooms):
            if names.get((user, owner)):
                print(f"{user} -> {owner}: "
                      + " ".join(sorted(names[user, owner])))
    return OK


def show_callers(out: str, files: list[str]) -> int:
    uses = read_uses(sources(read_rooms(LIST)), out)
    for path in files:
        if not os.path.exists(path):
            raise Stop(USE, f"{path}: there is no such file")
        users: dict[str, set[str]] = collections.defaultdict(set)
        for u in uses:
            if u.owner == path:
                users[u.symbol].add(u.user)
        print(f"{path}:")
        for symbol in sorted(users):
            print(f"  {symbol}: " + " ".join(sorted(users[symbol])))
    return OK


# ---- the picture -----------------------------------------------------------

def shown_arrows(uses: list[Use], rooms: list[str]) -> list[tuple[str, str]]:
    """Arrows between rooms, without those that a longer way replaces."""
    below: dict[str, set[str]] = collections.defaultdict(set)
    for u in uses:
        if room_of(u.user) != room_of(u.owner):
            below[room_of(u.user)].add(room_of(u.owner))
    reach: dict[str, set[str]] = {}
    arrows = []
    for room in rooms:
        to = below[room]
        reach[room] = to.union(*(reach.get(r, set()) for r in to))
        arrows += [(room, r) for r in sorted(to) if not any(
            r in reach.get(other, set()) for other in to if other != r)]
    return arrows


def dot(uses: list[Use], rooms: dict[str, str]) -> str:
    lines = ["// docs/rooms.dot - made by tools/rooms draw",
             "digraph rooms {",
             "  rankdir=TB; nodesep=0.25; ranksep=0.35;",
             '  node [shape=box, style="rounded,filled", fillcolor=white, '
             'fontname="Helvetica", fontsize=11];',
             "  edge [arrowsize=0.6, color=gray40];"]
    colours = {"kernel": "#e8eef7", "drivers": "#f7efe0", "mm": "#e6f4e6",
               "fs": "#f7e6ea", "boot": "#eeeeee"}
    for room in rooms:
        colour = colours.get(room.split("/")[0], "white")
        lines.append(f'  "{room}" [fillcolor="{colour}"];')
    lines += [f'  "{a}" -> "{b}";' for a, b in shown_arrows(uses, list(rooms))]
    return "\n".join(lines + ["}", ""])


def draw(out: str, folder: str) -> int:
    rooms = read_rooms(LIST)
    files = sources(rooms)
    picture = os.path.join(folder, "rooms")
    with open(picture + ".dot", "w") as f:
        f.write(dot(read_uses(files, out) + read_includes(files), rooms))
    if not shutil.which("dot"):
        raise Stop(TOOL, f"{picture}.svg is not made: graphviz is missing: "
                         "run `make setup`")
    subprocess.run(["dot", "-Tsvg", "-o", picture + ".svg", picture + ".dot"],
                   check=True)
    return OK


def run() -> int:
    p = Parser(prog="tools/rooms", description=__doc__,
               formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["check", "calls", "callers", "draw"])
    p.add_argument("name", nargs="*", help="rooms, or source files")
    p.add_argument("--tree", metavar="DIR", default=TOP, help="another tree")
    p.add_argument("--to", metavar="DIR", default="docs",
                   help="where to draw (docs)")
    args = p.parse_args()
    out = os.path.abspath(os.environ.get("O", os.path.join(args.tree,
                                                           "build")))
    os.chdir(args.tree)
    if args.what == "calls":
        return show_calls(out, args.name)
    if args.what == "callers":
        if not args.name:
            raise Stop(USE, "callers: name a source file")
        return show_callers(out, args.name)
    if args.name:
        raise Stop(USE, f"{args.what} takes no names")
    return check(out) if args.what == "check" else draw(out, args.to)


def main() -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        return run()
    except Stop as e:
        print(f"tools/rooms: {e}", file=sys.stderr)
        return e.status
    except (OSError, subprocess.CalledProcessError) as e:
        print(f"tools/rooms: {e}", file=sys.stderr)
        return TOOL
