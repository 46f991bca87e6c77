"""tools/launder/demo_page.py - what the pages of figures share.

A Report has a folder's counters and traces.  Figures and tables here become
HTML; the page needs nothing else, its styles and figures are in it.  A figure
whose tool is missing is replaced by a sentence that names it.
"""
from __future__ import annotations

import argparse
import html
import os
import sys
from typing import Callable, Iterable, Mapping, Sequence

from launder import demo_counters as counters
from launder import demo_figures as figures
from launder import trace_ring
from launder.demo_counters import SCANNERS, Cell, Fact, cell_name
from launder.demo_figures import Bar, Missing, Points

LISTS = ["active", "inactive_dirty", "inactive_clean", "free"]


# ---- what the traces say ---------------------------------------------------

class Trace:
    """List lengths and requests of one run, as points of (seconds, value)."""

    def __init__(self, path: str) -> None:
        events = trace_ring.read_events()
        number = {e.name: i for i, e in enumerate(events)}
        lists = events[number["SAMPLE_LISTS"]].args
        ring = trace_ring.Ring(path)
        self.lost = ring.lost
        self.lists: dict[str, Points] = {name: [] for name in lists}
        # by disk and "read" or "write"
        self.requests: dict[tuple[str, str], Points] = {}
        for usec, event, _, *args in ring.records:
            if event == number["SAMPLE_LISTS"]:
                for name, value in zip(lists, args):
                    self.lists[name].append((usec / 1e6, value))
            elif event == number["BLK_ISSUE"]:
                disk = trace_ring.DEVICES.get(args[0], str(args[0]))
                kind = "write" if args[3] else "read"
                self.requests.setdefault((disk, kind), []).append(
                    (usec / 1e6, args[1] / 2048))


class Report:
    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.table = counters.read_csv(os.path.join(folder, "counters.csv"))
        self.panels = figures.Panels()
        self.traces: dict[Cell, Trace] = {}

    def ring(self, cell: Cell) -> str:
        return os.path.join(self.folder, f"trace-{cell_name(cell)}.ring")

    def trace(self, scanner: str, blocksize: int, workload: str) -> Trace:
        """The trace of the median run."""
        cell = counters.median_run(self.table, scanner, blocksize, workload)
        if cell is None:
            raise Missing(f"{workload} did not run under {scanner}")
        if cell not in self.traces:
            try:
                self.traces[cell] = Trace(self.ring(cell))
            except SystemExit as e:
                raise Missing(str(e))
        return self.traces[cell]

    def both(self, blocksize: int, workload: str) -> dict[str, Trace]:
        return {s: self.trace(s, blocksize, workload) for s in SCANNERS}


# ---- its parts -------------------------------------------------------------

def figure(makers: Iterable[Callable[[], str]], caption: str) -> str:
    """Panels side by side with a caption; what is missing says why."""
    parts = []
    for maker in makers:
        try:
            parts.append(f'<div class="panel">{maker()}</div>')
        except Missing as e:
            parts.append('<p class="missing">No figure here: '
                         f"{html.escape(str(e))}.</p>")
    return (f'<figure><div class="panels">{"".join(parts)}</div>'
            f"<figcaption>{caption}</figcaption></figure>")


def list_panel(report: Report, workload: str, blocksize: int,
               name: str) -> str:
    series = {s: t.lists[name] for s, t
              in report.both(blocksize, workload).items()}
    return report.panels.lines(f"{name}, {workload}, {blocksize}-byte blocks",
                               "pages of 4 KB", series)


def bars_panel(report: Report, groups: Mapping[str, str], blocksize: int,
               title: str, unit: str, names: Sequence[str],
               parts: Sequence[str], share: bool = False,
               scale: float = 1) -> str:
    """A bar for each design and workload, median of the runs; groups:
    {label: workload}; names: the counters of what is stacked, each times
    scale, or their shares."""
    bars: dict[str, list[Bar]] = {}
    for label, workload in groups.items():
        for s in SCANNERS:
            row = [(counters.median(report.table, n, s, blocksize, workload)
                    or 0) * scale for n in names]
            whole = sum(row) / 100 if share else 1
            bars.setdefault(label, []).append(
                (s[0], [v / (whole or 1) for v in row]))
    return report.panels.stacks(title, unit, bars, parts)


def facts_table(report: Report, facts: Sequence[Fact]) -> str:
    rows = ""
    for fact, found, wrong in counters.facts(report.table, facts):
        cells = "".join(
            f"<td>{counters.show_number(found[s])}</td>" for s in SCANNERS)
        rows += (f"<tr><th>{html.escape(fact.text)}</th>{cells}"
                 f"<td>{'<b>not as expected</b>' if wrong else '✓'}"
                 "</td></tr>")
    return ('<div class="scroll"><table><thead><tr><th>All runs together</th>'
            "<th>classic</th><th>writepage</th><th></th></tr></thead>"
            f"<tbody>{rows}</tbody></table></div>")


def show_runs(values: list[float]) -> str:
    """A median, with the range where there were several runs."""
    if not values:
        return "-"
    shown = [counters.show_number(v) for v in sorted(values)]
    middle = shown[len(shown) // 2]
    return middle if shown[0] == shown[-1] else \
        f"{middle} <small>({shown[0]}–{shown[-1]})</small>"


def counters_of_workload(report: Report, workload: str, what: str,
                         block_sizes: Sequence[int]) -> str:
    table = report.table
    names = []
    for cell in sorted(table):
        if cell.workload == workload:
            names += [n for n in table[cell] if n not in names]
    columns = [(bs, s) for bs in block_sizes for s in SCANNERS]
    rows = ""
    for name in names:
        found = [counters.values(table, name, s, bs, workload)
                 for bs, s in columns]
        if any(any(v) for v in found):
            rows += (f"<tr><th>{name}</th>" + "".join(
                f"<td>{show_runs(v)}</td>" for v in found) + "</tr>")
    head = "".join(f"<th>{s}<br>{bs}</th>" for bs, s in columns)
    return (f"<details><summary><b>{workload}</b>: {what}</summary>"
            f'<div class="scroll"><table><thead><tr><th>counter</th>{head}'
            f"</tr></thead><tbody>{rows}</tbody></table></div></details>")


def lost_note(report: Report) -> str:
    lost = [cell_name(c) for c, t in report.traces.items() if t.lost]
    return ("" if not lost else "<p>The ring was too small for "
            + ", ".join(lost) + ": the oldest events of these runs are "
            "missing from the figures.</p>")


# ---- the page --------------------------------------------------------------

WORDS = """
<details open><summary>Words used here</summary><dl>
<dt>page</dt><dd>4 KB of memory, on one of four lists. <i>active</i>: in use.
<i>inactive_dirty</i>: not used of late, and perhaps not yet on the disk as it
is. <i>inactive_clean</i>: not used of late, and on the disk, so its memory can
be reused at once. <i>free</i>: holds nothing.</dd>
<dt>page scanner</dt><dd>moves pages along these lists when memory is short. To
<i>launder</i> a page is to have its changes written, so that its memory can be
reused.
A page that was used again meanwhile is <i>rescued</i>: it returns to
active.</dd>
<dt>buffer</dt><dd>one block of a disk in memory. A <i>buffer-cache page</i>
holds blocks that are not the contents of a file: lists of free blocks, tables
of files, or a disk read and written as a whole. <i>Dirty</i>: changed, not yet
written.</dd>
<dt>-&gt;writepage</dt><dd>the function by which the owner of a page (a file,
swap, in the patch the buffer cache too) writes it.</dd>
<dt>who starts a write</dt><dd><i>bdflush</i>, woken when too much is dirty;
<i>kupdate</i>, which looks for what has been dirty too long;
<i>balance_dirty</i>, a program made to write because it dirties too much; the
page scanner, by way of the buffer cache (<i>launder_buffers</i>) or of the
page's owner (<i>launder_writepage</i>), and <i>swap</i>; a program that asks
for it (<i>sync</i>, <i>fsync</i>).</dd></dl></details>
"""


def words(report: Report, what: Mapping[str, str]) -> str:
    """What a reader must know; what: {workload: what it does}"""
    ran = {c.workload for c in report.table}
    rows = "".join(f"<dt>{w}</dt><dd>{text}</dd>" for w, text in what.items()
                   if w in ran)
    return (f"{WORDS}<details open><summary>What runs</summary><dl>{rows}</dl>"
            "</details>")


CSS = """
body{font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff;margin:0}
main{max-width:62rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.15rem;margin:2rem 0 .5rem;border-top:1px solid #ccc;
padding-top:1rem}
p,figcaption,ul{max-width:44rem}
figure{margin:0}figcaption{margin-top:.5rem}
.panels{display:grid;gap:.5rem;
grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr))}
.wide .panels{grid-template-columns:1fr}
.panel svg{width:100%;height:auto;display:block}
.missing{background:#f5f3ee;padding:.6rem;margin:0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem;
font-variant-numeric:tabular-nums;margin:.5rem 0}
th,td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid #e5e5e5;
vertical-align:bottom}
th:first-child{text-align:left;font-weight:normal}thead th{font-weight:bold}
small{color:#666}summary{cursor:pointer;padding:.3rem 0}
dl{margin:0;max-width:44rem}dt{font-weight:bold;float:left;clear:left;
margin-right:.5em}dt::after{content:":"}dd{margin:0 0 .3rem}
code{font-size:.9em;background:#f5f3ee;padding:0 .2em}
.classic{color:#b4531a;font-weight:bold}
.writepage{color:#1f5fa8;font-weight:bold}
@media print{main{max-width:none;padding:0}body{font-size:10.5pt}
figure,.panel,tr{break-inside:avoid}h2{break-after:avoid}
.panels{grid-template-columns:1fr 1fr}}
"""

DOCUMENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title>
<style>{css}</style></head><body><main>
{body}</main></body></html>
"""


def document(title: str, body: str) -> str:
    return DOCUMENT.format(title=title, css=CSS, body=body)


def main(prog: str, doc: str, subfolder: str,
         page: Callable[[Report], str]) -> None:
    """Writes the page of the folder on the command line; page(Report)."""
    p = argparse.ArgumentParser(
        prog=prog, description=doc,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder", metavar="FOLDER", nargs="?", default=os.path.join(
        os.environ.get("O", "build"), subfolder),
        help=f"what the demo has left (build/{subfolder})")
    folder = os.path.abspath(p.parse_args().folder)
    try:
        text = page(Report(folder))
    except OSError as e:
        sys.exit(f"{prog}: {e}: run `make {subfolder}` first")
    with open(os.path.join(folder, "report.html"), "w") as f:
        f.write(text)
