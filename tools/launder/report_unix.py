# tools/launder/report_unix.py - makes one page of figures from demo-unix
"""Make FOLDER/report.html from FOLDER/counters.csv and the traces there.

The page needs nothing else: styles and figures are in it.  A figure whose
tool is missing, or whose workload did not run, is replaced by a sentence with
the reason.
"""
from __future__ import annotations

from launder import demo_counters as counters
from launder import demo_page
from launder.demo_counters import SCANNERS, Fact
from launder.demo_figures import Points
from launder.demo_page import LISTS, Report, figure
from launder.unix_workloads import BLOCK_SIZE, CLIENTS, FACTS, MEM_MB, ORDERS

WHAT = {
    "dbench1": "1 client of dbench, 40 seconds",
    "dbench4": "4 clients of dbench",
    "dbench8": "8 clients of dbench",
    "dbench16": "16 clients of dbench",
    "stress": "two processes that take and return 8 MB each, one that writes "
              "files of 16 MB, one that calls sync without end",
    "script": "a tree of 2,601 files and 26 MB packed, copied, compressed, "
              "searched, edited, sorted and summed by a shell script",
    "thrash_ordered": "working sets of 4 to 32 MB, visited in order",
    "thrash_random": "working sets of 4 to 32 MB, visited at random",
}
SHORT = {**{f"{n} cl.": f"dbench{n}" for n in CLIENTS},
         "stress": "stress", "script": "script"}


def mem(report: Report) -> float:
    """The machine's megabytes."""
    return max(counters.values(report.table, "mem_mb"), default=MEM_MB)


def present(report: Report) -> dict[str, str]:
    ran = {c.workload for c in report.table}
    return {label: w for label, w in SHORT.items() if w in ran}


# ---- the page's parts ------------------------------------------------------

def thrash_series(report: Report, order: str,
                  counter: str) -> dict[str, Points]:
    """{scanner: [(MB, value)]}, by size."""
    series: dict[str, Points] = {s: [] for s in SCANNERS}
    for cell, stat in report.table.items():
        if cell.workload.startswith(f"thrash_{order}_") and counter in stat:
            series[cell.scanner].append(
                (stat["working_set_kb"] / 1024, stat[counter]))
    return {s: sorted(rows) for s, rows in series.items()}


def thrash_panel(report: Report, order: str, counter: str, unit: str,
                 scale: list[str]) -> str:
    return report.panels.curves(
        f"{unit}, pages {ORDERS[order]}", "working set, MB", unit,
        thrash_series(report, order, counter),
        [*scale, "set xrange [0:34]",
         f"set arrow from {mem(report)}, graph 0 rto 0, graph 1 nohead "
         "dt 2 lc rgb '#999999'"])


def thrash_section(report: Report) -> str:
    log = ["set logscale y", "set yrange [90:1e6]", "set ytics ('100' 100, "
           "'1,000' 1e3, '10,000' 1e4, '100,000' 1e5, '1,000,000' 1e6)"]
    makers = [lambda o=order, c=counter, u=unit, s=scale:
              thrash_panel(report, o, c, u, s)
              for counter, unit, scale in (
                  ("majors_per_s", "major faults a second", []),
                  ("visits_per_s", "pages visited a second", log))
              for order in ORDERS]
    said = {}
    for s in SCANNERS:
        for name in ("launder_stopped", "seek_distance"):
            found = counters.median(report.table, name, s, BLOCK_SIZE,
                                    "thrash_ordered")
            said[f"{name}_{s}"] = "?" if found is None else found
    return figure(makers, THRASH_TEXT.format(**said))


def dbench_panel(report: Report, counter: str, unit: str) -> str:
    table = report.table
    series: dict[str, Points] = {
        s: [(n, v) for n in CLIENTS for v in counters.values(
            table, counter, s, BLOCK_SIZE, f"dbench{n}")] for s in SCANNERS}
    return report.panels.curves(f"dbench: {unit}", "clients", unit, series,
                                ["set xrange [0:17]",
                                 "set xtics (1, 4, 8, 16)"])


def dbench_section(report: Report) -> str:
    return figure([lambda: dbench_panel(report, "dbench_mb_per_s",
                                        "MB a second"),
                   lambda: dbench_panel(report, "dbench_max_latency_ms",
                                        "longest operation, ms")],
                  DBENCH_TEXT)


def swap_section(report: Report) -> str:
    return figure([lambda: demo_page.bars_panel(
        report, present(report), BLOCK_SIZE, "swap traffic", "MB",
        ["swap_out_pages", "swap_in_pages"], ["written", "read"],
        scale=1 / 256)], SWAP_TEXT)


def starters_section(report: Report) -> str:
    names = ["writes_by_" + who for who in counters.INITIATORS]
    return figure([lambda: demo_page.bars_panel(
        report, present(report), BLOCK_SIZE, "who started the writes",
        "% of write transfers", names, counters.INITIATORS, share=True)],
        STARTERS_TEXT)


def lists_section(report: Report) -> str:
    makers = [lambda w=w, name=name: demo_page.list_panel(
        report, w, BLOCK_SIZE, name)
        for w in ("dbench16", "stress", "script") for name in LISTS]
    return figure(makers, LISTS_TEXT)


def facts(report: Report) -> list[Fact]:
    """Those whose workloads ran."""
    return [f for f, found, _ in counters.facts(report.table, FACTS)
            if None not in found.values()]


# ---- its words -------------------------------------------------------------

THRASH_TEXT = """A process visits the pages of an array for three seconds and
writes to each: from the first page to the last and again, or pages drawn at
random. The dashed line is the machine's memory. Left of it the array fits,
nothing is read, and only the host's processor limits how many pages are
visited. Right of it the rate falls, a hundredfold or more, to that of the swap
disk, here with the seeks of a drive of 2001. In order the rate drops at once:
the next page is always the one evicted longest ago, so one page too many makes
all of them miss; each fault reads a cluster of eight pages. At random the share
of visits that fault grows with the part of the array that does not fit, and a
cluster is of little use.
<br>Swap pages are written through the same <code>-&gt;writepage</code> in both
designs, but writepage is a little lower just right of the line. It may
end a walk over <i>inactive_dirty</i> behind any page that has buffers, even
buffers that it could not drop (in order {launder_stopped_classic} walks ended
early in classic, {launder_stopped_writepage} in writepage), so it writes fewer
pages at a time, and the drive's arm moves between reading and writing more
often (seek_distance, in units of 1,024 sectors: {seek_distance_classic}
and {seek_distance_writepage})."""

DBENCH_TEXT = """Debian's dbench, the benchmark of the thread of 2001:
each client replays recorded requests to a file server, from a list of 26
MB that itself streams through the page cache, and makes about 20 MB of files.
Forty seconds on a drive with seeks; each point is one run. The drive
limits the speed, and both designs give it nearly the same work: compare the
curves with the bars of who started the writes, which differ. Sixteen clients
spend most of the time writing their first files, one after the other, so they
can be faster than eight."""

SWAP_TEXT = """(bars c: classic, w: writepage) Memory that programs take, as
stress does all the time; the script's <code>sort</code> holds 14 MB of lines
and compares lines that are far apart. dbench's pages belong to files, so hardly
any goes to swap."""

STARTERS_TEXT = """For the three kinds of work (cl.: dbench's clients). Pages of
swap are written by the scanner alone, in both designs: <i>swap</i>. Beyond
that the scanner's share is <i>launder_buffers</i> (classic: through the buffer
cache) and <i>launder_writepage</i>. The more of the bars these take, the more
often memory ran short before the flushers, <i>bdflush</i> and <i>kupdate</i>,
had run. Here the patch has an effect: a slow drive and many writers
let the scanner under writepage start several times as many writes as the
scanner of classic does. <i>balance_dirty</i> is the writer itself, made to
wait; <i>sync</i> and <i>fsync</i> are those of the programs."""

LISTS_TEXT = """Length of the page lists every 100 ms of guest time; time begins
with the kernel. As in the first demo <i>inactive_clean</i> stays shorter under
writepage: it may end a walk over <i>inactive_dirty</i> behind any page that had
buffers, so it cleans fewer pages at a time. Where processes grow and shrink
(stress) <i>active</i> and <i>free</i> swing with them; in the script each step
has a shape of its own, and <code>sort</code> is the last long stretch."""

PAGE = """\
<h1>Debian's programs under two ways to reclaim memory</h1>
<p>This page shows unmodified Debian i386 programs on one kernel with two
designs: <span class="classic">classic</span>, as in Linux 2.4.7, and
<span class="writepage">writepage</span>, as in version 2 of Chris Mason's
patch. {mem} MB of memory, a root disk with blocks of {bs} bytes, a second disk
for swap. The disks take the time of a drive of 2001 (8.5 ms for an average
seek, 7200 turns a minute, 30 MB a second), except for the script. Each was run
once.</p>
{words}{facts}
<h2>Thrashing: the price of a working set</h2>{thrash}
<h2>dbench</h2>{dbench}
<h2>Swap traffic</h2>{swap}
<h2>Who started the writes</h2>{starters}
<h2>Page lists over time</h2>{lists}
<h2>All counters</h2>
<p>What changed during the run; for lengths and other states (<i>nr_active</i>)
the value after it. Counters that are 0 everywhere are left out. What each one
counts, and in which unit, is said in <code>kernel/base/vmstat_list.h</code>.</p>
{counters}{lost}
<p><code>counters.csv</code> has every number of this page; the sweeps are in it
as workloads <code>thrash_ordered_4mb</code> and so on.
<code>serial-*.log</code> has what the programs said.</p>
"""


def page(report: Report) -> str:
    sections = {"thrash": thrash_section, "dbench": dbench_section,
                "swap": swap_section, "starters": starters_section,
                "lists": lists_section}
    parts = {name: make(report) for name, make in sections.items()}
    ran = {c.workload for c in report.table}
    body = PAGE.format(
        mem=mem(report), bs=BLOCK_SIZE, words=demo_page.words(report, WHAT),
        facts=demo_page.facts_table(report, facts(report)),
        counters="".join(demo_page.counters_of_workload(
            report, w, text, [BLOCK_SIZE])
            for w, text in WHAT.items() if w in ran),
        lost=demo_page.lost_note(report), **parts)
    return demo_page.document("Launder: Debian's programs, two scanners", body)


def main() -> int:
    demo_page.main("tools/report-unix", __doc__ or "", "demo-unix", page)
    return 0
