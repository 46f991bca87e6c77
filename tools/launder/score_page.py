"""tools/launder/score_page.py - the page of a score: a table and figures.

The figures are SVG by matplotlib, in the page itself, with fixed identifiers
and no date: the same scores give the same bytes.
"""
from __future__ import annotations

import html
import io
import math
import os
from typing import Sequence

from launder.command import TOOL, Stop
from launder.score_table import (COLUMNS, Score, Scores, columns_of,
                                 rows_of)
from launder.score_workloads import WORKLOADS

STYLE = """body{font:15px/1.45 sans-serif;max-width:70em;margin:2em auto;
padding:0 1em}table{border-collapse:collapse}td,th{padding:.2em .7em;
border-bottom:1px solid #ccc;text-align:right}td:first-child,th:first-child
{text-align:left}svg{max-width:100%;height:auto}"""


def finite_scores(scores: Scores, workloads: Sequence[str],
                  scanners: Sequence[str], column: int) -> list[Score]:
    """A bar that would be endless has no height."""
    found = [scores[w, s][column] for w in workloads for s in scanners]
    return [s if math.isfinite(s.median) else Score(0, 0, 0) for s in found]


def bars(scores: Scores, scanners: Sequence[str], column: int) -> str:
    """Groups of bars, a group a workload, with intervals."""
    try:
        import matplotlib  # type: ignore[import]
        matplotlib.use("svg")
        from matplotlib import pyplot
    except ImportError:
        raise Stop(TOOL, "matplotlib is missing: run `make setup` "
                         "(Debian's python3-matplotlib)")
    matplotlib.rcParams["svg.hashsalt"] = "launder"
    matplotlib.rcParams["svg.fonttype"] = "none"
    workloads = list(dict.fromkeys(w for w, _ in scores))
    figure, axes = pyplot.subplots(figsize=(11, 3.4))
    width = 0.8 / len(scanners)
    for n, scanner in enumerate(scanners):
        finite = finite_scores(scores, workloads, [scanner], column)
        axes.bar([i + n * width for i in range(len(workloads))],
                 [s.median for s in finite], width, label=scanner,
                 yerr=[[s.median - s.low for s in finite],
                       [s.high - s.median for s in finite]],
                 error_kw={"elinewidth": .8})
    centre = 0.4 - width / 2
    for name, mark in zip(columns_of((), column), "_x+"):
        axes.plot([i + centre for i in range(len(workloads))],
                  [scores[w, name][0].median for w in workloads], mark,
                  color="black", label=name)
    axes.set_xticks([i + centre for i in range(len(workloads))],
                    workloads)
    axes.set_ylabel(COLUMNS[column].head)
    if column < 2:
        axes.axhline(1, color="black", linewidth=.8)
    tops = [s.median for s in finite_scores(scores, workloads, scanners,
                                            column) if s.median]
    if tops and max(tops) > 50 * min(tops):
        axes.set_yscale("log")
    axes.legend(fontsize=8, ncols=7, frameon=False, loc="lower right",
                bbox_to_anchor=(1, 1))
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None},
                   bbox_inches="tight")
    pyplot.close(figure)
    text = out.getvalue()
    return text[text.index("<svg"):]


def table(scores: Scores, scanners: Sequence[str], column: int) -> str:
    head, *rows = rows_of(scores, scanners, column)
    lines = ["".join(f"<th>{html.escape(cell)}</th>" for cell in head)]
    for name, *cells in rows:
        what = WORKLOADS[name].separates if name in WORKLOADS else \
            "geometric mean"
        lines.append(f'<td title="{html.escape(what)}">{name}</td>'
                     + "".join(f"<td>{cell}</td>" for cell in cells))
    return "<table>" + "\n".join(f"<tr>{line}</tr>" for line in lines) \
        + "</table>"


def write_page(folder: str, scores: Scores, scanners: Sequence[str],
               seeds: int, command: str) -> str:
    """=> the path of the page"""
    path = os.path.join(folder, "score.html")
    parts = []
    for i, column in enumerate(COLUMNS):
        parts += [f"<h2>{column.head}</h2><p>{html.escape(column.what)}.</p>",
                  bars(scores, scanners, i), table(scores, scanners, i)]
    known = dict.fromkeys(w for w, _ in scores)
    parts.append("<h2>Workloads</h2><table>" + "".join(
        f"<tr><td>{w}</td><td style='text-align:left'>"
        f"{html.escape(WORKLOADS[w].separates)}</td></tr>" for w in known)
        + "</table>")
    with open(path, "w") as f:
        f.write("<!DOCTYPE html><meta charset=utf-8><title>Scores</title>"
                f"<style>{STYLE}</style><h1>Scanners against the best that "
                f"was possible</h1><p>Medians over {seeds} seeds, with 95 % "
                "bootstrap intervals; (scan), (lru) and (fifo) are other "
                "policies on the same touches, without read-ahead: scan is "
                "OPT that knows only what a scan of accessed bits would see. "
                "Made by "
                f"<code>{html.escape(command)}</code>.</p>"
                + "\n".join(parts) + "\n")
    return path
