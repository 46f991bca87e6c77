# tools/launder/report.py - makes one page of figures from a demo
"""Make FOLDER/report.html from FOLDER/counters.csv and the traces there.

Styles and figures are in the page.  A figure whose tool is missing is replaced
by a sentence that names it.
"""
from __future__ import annotations

import functools
import os
import subprocess

from launder import TOOLS
from launder import demo_counters as counters
from launder import demo_figures as figures
from launder import demo_page
from launder.demo_counters import SCANNERS
from launder.demo_figures import Missing
from launder.demo_page import LISTS, Report, figure

BLOCK_SIZES = (1024, 4096)
DISKS = {"hda": "the file system", "hdb": "the raw disk"}
UNLIMITED = "w2free"
WORKLOADS = ["w1", "w2", UNLIMITED, "w4", "w5", "wreal", "rewrite1k"]
SCATTER = [("w1", 1024), ("w2", 1024), ("wreal", 4096)]
LISTS_OF = [("w1", 1024), ("w2", 1024)]

WHAT = {
    "w1": "hot blocks on the raw disk are rewritten five times a second, a "
          "file is streamed, and a third process takes and returns memory",
    "w2": "random writes of 1 KB to the raw disk, then all read back",
    UNLIMITED: "the same with less memory left, and no number of dirty "
               "buffers wakes bdflush",
    "w4": "eight clients create, rename and remove small files",
    "w5": "one process reads a few files again and again while another reads "
          "a big one once",
    "wreal": "the files of five Debian packages are copied, summed and "
             "searched",
    "rewrite1k": "1 KB of each page of a cached file is rewritten, then sync",
}


# ---- the page's parts ------------------------------------------------------

def lists_section(report: Report) -> str:
    makers = [lambda w=w, bs=bs, name=name: demo_page.list_panel(
        report, w, bs, name) for w, bs in LISTS_OF for name in LISTS]
    return figure(makers, LISTS_TEXT)


def scatter_panel(report: Report, workload: str, blocksize: int,
                  disk: str) -> str:
    series = {s: {kind: figures.thinned(t.requests.get((disk, kind), []))
                  for kind in ("read", "write")}
              for s, t in report.both(blocksize, workload).items()}
    return report.panels.points(
        f"{workload} on {disk}, {DISKS[disk]}, {blocksize}-byte blocks",
        series)


def scatter_section(report: Report) -> str:
    wanted = [(w, bs, d) for w, bs in SCATTER for d in DISKS
              if (w == "w1") or (d == "hdb") == (w == "w2")]
    makers = [lambda a=a: scatter_panel(report, *a) for a in wanted]
    return figure(makers, SCATTER_TEXT)


def iowatcher_figure(report: Report) -> str:
    prefixes = {}
    for scanner in SCANNERS:
        report.trace(scanner, 1024, "w1")
        cell = counters.median_run(report.table, scanner, 1024, "w1")
        if cell is None:
            raise Missing("w1 did not run")
        prefix = os.path.join(report.folder, f"blk-{scanner}")
        r = subprocess.run([os.path.join(TOOLS, "trace"), "--blktrace", prefix,
                            report.ring(cell)], stdout=subprocess.DEVNULL)
        if r.returncode:
            raise Missing("tools/trace could not convert the trace")
        prefixes[scanner] = prefix + ".hda"
    return figures.iowatcher(prefixes, "w1 on hda, 1024-byte blocks",
                             report.folder)


def present(report: Report, blocksize: int) -> dict[str, str]:
    """{label: workload} of those that ran."""
    return {w.replace("rewrite1k", "rewr."): w for w in WORKLOADS
            if any(c.blocksize == blocksize and c.workload == w
                   for c in report.table)}


def scanner_shares(report: Report) -> dict[str, str]:
    """Percent of the writes, by the page scanner and by the daemons."""
    found = {}
    usual, lifted = counters.split(report.table, UNLIMITED)
    for name, table, who in (
            ("launder", usual, counters.SCANNER_WRITES),
            ("daemons", usual, ("bdflush", "kupdate")),
            ("lifted", lifted, counters.SCANNER_WRITES)):
        for s in SCANNERS:
            share = counters.write_shares(table, s)
            percent = 100 * sum(share.get(w, 0) for w in who)
            found[f"{name}_{s}"] = f"{percent:.1f} %"
    return found


def starters_section(report: Report) -> str:
    names = ["writes_by_" + who for who in counters.INITIATORS]

    def panel(bs: int) -> str:
        return demo_page.bars_panel(
            report, present(report, bs), bs,
            f"who started the writes, {bs}-byte blocks",
            "% of write transfers", names, counters.INITIATORS, share=True)

    return figure([functools.partial(panel, bs) for bs in BLOCK_SIZES],
                  STARTERS_TEXT.format(**scanner_shares(report)))


def ways_section(report: Report) -> str:
    kinds = [("buffer-cache pages", [
        ("bufpage_dirty_to_free", "dirty to free"),
        ("bufpage_dirty_to_clean", "dirty to clean"),
        ("bufpage_rescues", "rescued"),
        ("bufpage_rescues_headless", "rescued without buffers")]),
        ("file pages", [("filepage_dirty_to_clean", "dirty to clean"),
                        ("filepage_rescues", "rescued")])]
    makers = [lambda bs=bs, kind=kind, ways=ways: demo_page.bars_panel(
        report, present(report, bs), bs, f"{kind}, {bs}-byte blocks",
        "pages", [name for name, _ in ways], [text for _, text in ways])
        for kind, ways in kinds for bs in BLOCK_SIZES]
    return figure(makers, WAYS_TEXT)


# ---- its words -------------------------------------------------------------

LISTS_TEXT = """Length of the page lists every 100 ms of guest time; time
begins with the kernel. In W1 each fall of <i>free</i> is the third process
taking memory. Look at <i>inactive_clean</i>. Classic lets a walk over
<i>inactive_dirty</i> end early only behind a page that it freed; writepage may
end it behind any page that had buffers, so it cleans a few pages at a time and
is called more often, and its clean list stays short. W2 fills memory with
buffer-cache pages: classic frees them straight from <i>inactive_dirty</i>, in
writepage they pass through <i>inactive_clean</i>, which is the thread's remark
that they no longer jump that queue. Whether the work as a whole becomes slower
is the first question of the thread."""

STARTERS_TEXT = """Each write transfer knows who asked for it (bars c:
classic, w: writepage). The patch was meant to move writing under memory
pressure from the flushers, which know which buffer is oldest, to the page
scanner, which knows which page is needed least. The scanner started
{launder_classic} of all writes in classic and {launder_writepage} in
writepage; bdflush and kupdate together {daemons_classic} and
{daemons_writepage}. The patch kept their wake-ups, and its author wrote that
he had expected a better result: what the scanner does not start, the patch
does not change. In W2free the limits that wake the flushers are lifted: on
1,024-byte blocks the scanner then starts {lifted_classic} of the writes in
classic and {lifted_writepage} in writepage. The share depends on a
race between the scanner and bdflush, which it wakes, and differs from run to
run. (W2free is not in the other shares.)"""

SCATTER_TEXT = """Each dot is the start of a request: when, and where on the
disk. A file that is streamed makes a rising line, metadata and random blocks
make dots beside it. Filled dots are writes, circles reads. With blocks of 1 KB
writepage writes all blocks of a page together; the thread calls that a poor
man's clustering, and asks whether the blocks of a buffer-cache page, which may
lie anywhere, are the worse for it."""

IOWATCHER_TEXT = """The same W1 runs, drawn by iowatcher from events in
blktrace's format, both designs in one picture."""

WAYS_TEXT = """How pages left <i>inactive_dirty</i> (bars c: classic,
w: writepage). Here the designs
differ in kind and not in degree: a buffer-cache page is
freed at once in classic (<i>dirty to free</i>) and cleaned in writepage
(<i>dirty to clean</i>). The thread doubts that it helps: a page whose buffers
were dropped cannot be found by any lookup, so on the clean list it cannot be
rescued, and <i>rescued without buffers</i> must be 0."""

REWRITE_TEXT = """On blocks of 1 KB a page has four. Classic writes the buffer
that is dirty, 2 sectors; writepage hands the whole page to the file system,
which writes all four, 8 sectors. On blocks of 4 KB the two are
equal."""

KEYS_TEXT = """Writepage enters buffer-cache pages into the page hash under
the number of such pages at that moment. The thread found that this number is
not unique, and asked why they are hashed if no code looks them up. The
table shows duplicate keys, and no lookups."""

PAGE = """\
<h1>Two ways to reclaim memory, run side by side</h1>
<p>In the summer of 2001 Chris Mason posted a patch to linux-kernel,
“[RFC] using writepage to start io”, and Daniel Phillips asked questions about
it: the thread that is meant below. This page shows both designs on one kernel,
on the same work with the same 16 MB: <span class="classic">classic</span>, as
in Linux 2.4.7, and <span class="writepage">writepage</span>, as in version 2 of
the patch. {cells} runs, on file systems of 1,024 and 4,096 bytes a block; W1
was run three times, and figures of it show the median run. The disk is emulated
and without seek time: compare counts, and take times as a rough guide.</p>
{words}{facts}
<p>{keys}</p>
<h2>Page lists over time</h2>{lists}
<h2>Who started the writes</h2>{starters}
<h2>Ways out of inactive_dirty</h2>{ways}
<h2>Where on the disk, and when</h2>{scatter}
<div class="wide">{iowatcher}</div>
<h2>Rewriting 1 KB of a page</h2><p>{rewrite}</p>
<h2>All counters</h2>
<p>What changed during the run; for lengths and other states (<i>nr_active</i>)
the value after it. Counters that are 0 everywhere are left out. Several runs:
median (range). What each one counts, and in which unit:
<code>kernel/base/vmstat_list.h</code>.</p>
{counters}{lost}
<h2>Looking closer</h2>
<ul><li><code>tools/trace FILE</code> shows a trace (<code>trace-*.ring</code>
beside this page) as sentences.</li>
<li><code>tools/trace --ctf DIR FILE</code>, then <code>babeltrace2
DIR</code>.</li>
<li><code>tools/trace --blktrace PREFIX FILE</code>, then <code>blkparse -i
PREFIX.hda</code>.</li>
<li><code>counters.csv</code> has every number of this page.</li></ul>
"""


def page(report: Report) -> str:
    sections = {"lists": lists_section, "starters": starters_section,
                "ways": ways_section, "scatter": scatter_section}
    parts = {name: make(report) for name, make in sections.items()}
    body = PAGE.format(
        cells=len(report.table), words=demo_page.words(report, WHAT),
        keys=KEYS_TEXT, rewrite=REWRITE_TEXT,
        facts=demo_page.facts_table(report, counters.FACTS),
        iowatcher=figure([lambda: iowatcher_figure(report)], IOWATCHER_TEXT),
        counters="".join(demo_page.counters_of_workload(
            report, w, WHAT[w], BLOCK_SIZES) for w in WORKLOADS),
        lost=demo_page.lost_note(report), **parts)
    return demo_page.document("Launder: two ways to reclaim memory", body)


def main() -> int:
    demo_page.main("tools/report", __doc__ or "", "demo", page)
    return 0
