"""tools/launder/demo_figures.py - the report's figures: SVG.

Each function returns SVG text for the page, or raises Missing with a sentence
that says why there is none.  A panel is small, so that several stand side by
side on a screen and one fills a phone.
"""
from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import List, Mapping, Sequence, Tuple

COLOUR = {"classic": "#b4531a", "writepage": "#1f5fa8"}
MARK = {"classic": 7, "writepage": 4}
PALETTE = ["#4c78a8", "#f2a93b", "#54a24b", "#b279a2", "#9d755d", "#e45756",
           "#72b7b2", "#8f8f8f", "#d4a6c8", "#bab0ac"]
LIMIT = 60      # seconds a tool may take

Points = List[Tuple[float, float]]
Bar = Tuple[str, Sequence[float]]       # a letter, the value of each part
Plots = Sequence[Tuple[Sequence[Sequence[float]], str]]

STYLE = """\
set term svg size {width},{height} font "sans-serif,{font}" noenhanced \
background "white"
set border 3 lc rgb "#777777"
set tics nomirror out scale 0.5 tc rgb "#333333"
set grid ytics lt 1 lw 0.5 lc rgb "#dddddd"
set title "{title}" tc rgb "#222222"
set key {key} samplen 1.5 spacing 1.1
set offsets 0,0,0,0
"""


class Missing(Exception):
    """This figure cannot be made; the text says why."""


def run_tool(command: list[str], package: str, text: str | None = None) -> str:
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    if not shutil.which(command[0], path=path):
        raise Missing(f"{command[0]} is not installed (Debian package "
                      f"{package})")
    try:
        r = subprocess.run(command, input=text, text=True, timeout=LIMIT,
                           stdin=None if text else subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           errors="replace")
    except subprocess.TimeoutExpired:
        raise Missing(f"{command[0]} took more than {LIMIT} seconds")
    if r.returncode:
        last = (r.stderr.strip().splitlines() or ["no message"])[-1]
        raise Missing(f"{command[0]} failed: {last}")
    return r.stdout


# ---- SVG into a page -------------------------------------------------------

def inline(svg: str, prefix: str, label: str) -> str:
    """An SVG that can stand in a page with others: no prologue, no script,
    no address from elsewhere, names of its own, a width that follows."""
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"<script\b.*?</script>|<script\b[^>]*/>", "", svg,
                 flags=re.S | re.I)
    svg = re.sub(r"\son\w+\s*=\s*(\"[^\"]*\"|'[^']*')", "", svg)
    svg = re.sub(r"<(title|desc)>.*?</\1>", "", svg, flags=re.S)
    svg = re.sub(r"\bid=(['\"])", rf"id=\1{prefix}", svg)
    svg = re.sub(r"(href=['\"])#", rf"\1#{prefix}", svg)
    svg = re.sub(r"url\((['\"]?)#", rf"url(\1#{prefix}", svg)
    head, body = svg.split(">", 1)
    size = dict(re.findall(r"\s(width|height)=[\"']([\d.]+)", head))
    if "viewBox" not in head and len(size) == 2:
        head += f' viewBox="0 0 {size["width"]} {size["height"]}"'
    head = re.sub(r"\s(width|height)=[\"'][^\"']*[\"']", "", head)
    return f'{head} role="img" aria-label="{label}">{body}'


# ---- gnuplot ---------------------------------------------------------------

class Panels:
    """Makes panels; numbers them so that their names stay apart."""

    def __init__(self) -> None:
        self.count = 0

    def draw(self, title: str, commands: Sequence[str], plots: Plots,
             width: int = 440, height: int = 280, font: int = 13,
             key: str = "bottom outside center horizontal") -> str:
        """plots: [(rows of numbers, `using ... with ...`)], drawn in order."""
        self.count += 1
        script = STYLE.format(width=width, height=height, title=title,
                              font=font, key=key)
        for i, (rows, _) in enumerate(plots):
            lines = "\n".join(" ".join(f"{n:g}" for n in row) for row in rows)
            script += f"$d{i} << END\n{lines}\nEND\n"
        script += "\n".join(commands) + "\nplot " + ", ".join(
            f"$d{i} {how}" for i, (_, how) in enumerate(plots)) + "\n"
        svg = run_tool(["gnuplot", "-"], "gnuplot-nox", script)
        return inline(svg, f"g{self.count}", title)

    def lines(self, title: str, unit: str,
              series: Mapping[str, Points]) -> str:
        """series: {scanner: [(seconds, value)]}"""
        plots = [(rows, f"using 1:2 with lines lw 1.6 lc rgb "
                        f"'{COLOUR[name]}' title '{name}'")
                 for name, rows in series.items() if rows]
        if not plots:
            raise Missing("the trace has no samples")
        return self.draw(title, ["set yrange [0:*]", "set xlabel 'seconds'",
                                 f"set ylabel '{unit}'"], plots)

    def curves(self, title: str, xlabel: str, unit: str,
               series: Mapping[str, Points],
               commands: Sequence[str] = ()) -> str:
        """series: {scanner: [(x, value)]}, few and measured: with marks, so
        that one curve on the other is seen."""
        plots = [(rows, f"using 1:2 with linespoints lw 1.4 pt {MARK[name]} "
                        f"ps 0.7 lc rgb '{COLOUR[name]}' title '{name}'")
                 for name, rows in series.items() if rows]
        if not plots:
            raise Missing("this was not measured")
        return self.draw(title, ["set yrange [0:*]", f"set xlabel '{xlabel}'",
                                 f"set ylabel '{unit}'", *commands], plots)

    def points(self, title: str,
               series: Mapping[str, Mapping[str, Points]]) -> str:
        """series: {scanner: {"read" or "write": [(seconds, MB)]}}"""
        plots = []
        for name, kinds in series.items():
            for kind, mark in (("write", 7), ("read", 6)):
                if kinds.get(kind):
                    size = 0.25 if kind == "write" else 0.4
                    plots.append((kinds[kind],
                                  f"using 1:2 with points pt {mark} ps {size} "
                                  f"lc rgb '#50{COLOUR[name][1:]}' "
                                  f"title '{name}, {kind}'"))
        if not plots:
            raise Missing("the trace has no request to this disk")
        return self.draw(title, ["set yrange [0:*]", "set xlabel 'seconds'",
                                 "set ylabel 'MB from the start'",
                                 "set key maxcols 2"], plots, height=320)

    def stacks(self, title: str, unit: str,
               groups: Mapping[str, Sequence[Bar]],
               parts: Sequence[str]) -> str:
        """groups: {name: [(letter, [value of each part]), ...]}: bars of a
        group stand close together; parts: the names of what is stacked."""
        bars: list[tuple[float, Sequence[float]]] = []
        tics, labels, x = [], [], 0.0
        for name, members in groups.items():
            for letter, values in members:
                x += 1
                bars.append((x, values))
                tics.append(f"'{letter}' {x:g}")
            middle = x - (len(members) - 1) / 2
            labels.append(f"set label '{name}' at {middle:g}, graph 0 center "
                          "offset 0,-3")
            x += 0.6
        if not any(sum(values) for _, values in bars):
            raise Missing("nothing of the kind was counted")
        plots = []
        for i, part in enumerate(parts):
            rows = [(at, sum(v[:i]), at - 0.42, at + 0.42, sum(v[:i]),
                     sum(v[:i + 1])) for at, v in bars if v[i]]
            if rows:
                plots.append((rows, "using 1:2:3:4:5:6 with boxxyerror "
                              f"fs solid 0.9 noborder lc rgb '{PALETTE[i]}' "
                              f"title '{part}'"))
        commands = [*labels, f"set xrange [0.3:{x + 0.1:g}]",
                    "set yrange [0:*]", f"set ylabel '{unit}'",
                    "set xlabel ' ' offset 0,-1.5",
                    f"set xtics ({', '.join(tics)})"]
        return self.draw(title, commands, plots, height=340)


def thinned(points: Points, cells: tuple[int, int] = (360, 180)) -> Points:
    """At most one point in each small field: the figure looks the same."""
    if not points:
        return []
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    dx = (max(xs) - min(xs)) / cells[0] or 1
    dy = (max(ys) - min(ys)) / cells[1] or 1
    seen: dict[tuple[int, int], tuple[float, float]] = {}
    for x, y in points:
        seen.setdefault((int((x - min(xs)) / dx), int((y - min(ys)) / dy)),
                        (x, y))
    return list(seen.values())


# ---- iowatcher -------------------------------------------------------------

def iowatcher(prefixes: Mapping[str, str], title: str, folder: str) -> str:
    """prefixes: {scanner: prefix of its .blktrace.N files}; one SVG of all."""
    out = os.path.join(folder, "iowatcher.svg")
    command = ["iowatcher", "-o", out, "-T", title,
               "-N", "latency", "-N", "queue-depth"]
    for name, prefix in prefixes.items():
        if not os.path.exists(prefix + ".blktrace.0"):
            raise Missing(f"the trace of {name} has no request to that disk")
        command += ["-t", prefix, "-l", name]
    run_tool(command, "blktrace")
    with open(out, errors="replace") as f:
        svg = re.sub(r' filter="[^"]*"', "", f.read())   # no shadows
    return inline(svg, "iow", title)
