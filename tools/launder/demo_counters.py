"""tools/launder/demo_counters.py - what a run said on the console; the table
of all counters.

A cell is one boot: a scanner, a block size, a workload and the number of the
run.  Init frames the program and dumps /proc/vmstat before and after it; a
counter's value in the table is the difference, a gauge's the value after.
"""
import collections
import csv
import re
import statistics

from launder import run_options

HEADER = ["scanner", "blocksize", "workload", "run", "counter", "value"]
SCANNERS = tuple(run_options.designs())     # those that are compared
INITIATORS = ("kupdate", "bdflush", "balance_dirty", "refill_freelist",
              "launder_buffers", "launder_writepage", "fsync", "sync", "swap",
              "other")
SCANNER_WRITES = ("launder_buffers", "launder_writepage")
HZ = 100

# What is now, or the largest so far: a difference of two says nothing.
GAUGES = {"buffermem_pages", "page_cache_size", "dead_buffer_pages",
          "memory_pressure", "inactive_target", "free_shortage",
          "inactive_shortage", "page_hash_buckets",
          "anon_space_duplicate_keys", "page_hash_longest", "scanner_epoch",
          "swap_cached", "swap_slots_used", "max_dirty_age",
          "page_hash_probes_max"}

Cell = collections.namedtuple("Cell", "scanner blocksize workload run")
Program = collections.namedtuple("Program", "words status output before after")


def cell_name(cell):
    return "-".join(str(part) for part in cell)


def is_gauge(name):
    return name.startswith("nr_") or name in GAUGES


# ---- the console -----------------------------------------------------------

def read_vmstat(text):
    return {name: int(value) for name, value
            in re.findall(r"^(\w+) (\d+)\s*$", text, re.M)}


def vmstat_after(text, tag):
    """The first dump with that tag in the text; {} if it is not whole."""
    m = re.search(rf"^=== vmstat begin {tag}\s*$(.*?)^=== vmstat end\s*$",
                  text, re.M | re.S)
    return read_vmstat(m.group(1)) if m else {}


def read_serial(text):
    """The programs that init ran, in order; status is None without an end."""
    text = text.replace("\r", "")
    programs = []
    for part in re.split(r"^=== run begin ", text, flags=re.M)[1:]:
        words, _, rest = part.partition("\n")
        m = re.search(r"^=== run end status=(\d+)\s*$", rest, re.M)
        status, end = (int(m.group(1)), m.start()) if m else (None, len(rest))
        begin = rest.find("=== vmstat end\n")
        output = rest[begin + len("=== vmstat end\n"):end] if begin >= 0 else ""
        programs.append(Program(words.split(), status, output,
                                vmstat_after(rest[:end], "before"),
                                vmstat_after(rest[end:], "after")))
    return programs


def ok_line(program):
    """{key: text} of the line `NAME: ok key=value ...`; {} without one."""
    name = program.words[0] if program.words else ""
    m = re.search(rf"^{re.escape(name)}: ok (.*)$", program.output, re.M)
    return dict(re.findall(r"(\w+)=(\S+)", m.group(1))) if m else {}


def difference(before, after):
    """What happened in between; a gauge as it was after."""
    return {name: value if is_gauge(name) else value - before.get(name, 0)
            for name, value in after.items()}


def counters_of(program):
    """All counters of a run with those that follow from others."""
    stat, line = difference(program.before, program.after), ok_line(program)
    if "jiffies" in stat:
        stat["elapsed_jiffies"] = stat.pop("jiffies")
        stat["elapsed_seconds"] = stat["elapsed_jiffies"] / HZ
    elif line.get("ms", "").isdigit():
        stat["elapsed_seconds"] = int(line["ms"]) / 1000
    sectors = stat.get("sectors_read", 0) + stat.get("sectors_written", 0)
    if stat.get("requests"):
        stat["kb_per_request"] = round(sectors / 2 / stat["requests"], 2)
    stat["scanner_writes"] = sum(stat.get("writes_by_" + who, 0)
                                 for who in SCANNER_WRITES)
    if "sectors_per_page" in line:
        stat["rewrite1k_sectors_per_page"] = float(line["sectors_per_page"])
        stat["rewrite1k_blocks_kb"] = int(line["blocks_kb"])
    for key in ("ms", "rounds", "bursts", "stream_kb", "during_us", "copy_ms"):
        if line.get(key, "").isdigit():
            stat["program_" + key] = int(line[key])
    return stat


# ---- the table -------------------------------------------------------------

def show_number(value):
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def write_csv(path, table):
    with open(path, "w", newline="") as f:
        rows = csv.writer(f, lineterminator="\n")
        rows.writerow(HEADER)
        for cell in sorted(table):
            for name, value in table[cell].items():
                rows.writerow([*cell, name, show_number(value)])


def read_csv(path):
    """{Cell: {counter: value}}"""
    table = {}
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            cell = Cell(row["scanner"], int(row["blocksize"]),
                        row["workload"], int(row["run"]))
            value = float(row["value"]) if "." in row["value"] \
                else int(row["value"])
            table.setdefault(cell, {})[row["counter"]] = value
    return table


def values(table, counter, scanner=None, blocksize=None, workload=None):
    """The counter in all cells that match."""
    return [table[c][counter] for c in sorted(table)
            if counter in table[c]
            and (scanner is None or c.scanner == scanner)
            and (blocksize is None or c.blocksize == blocksize)
            and (workload is None or c.workload == workload)]


def median(table, counter, *where):
    found = values(table, counter, *where)
    return statistics.median(found) if found else None


def median_run(table, scanner, blocksize, workload):
    """The cell whose sectors_written is the median of its runs; or None."""
    runs = [c for c in table
            if c[:3] == (scanner, blocksize, workload)]
    runs.sort(key=lambda c: (table[c].get("sectors_written", 0), c.run))
    return runs[len(runs) // 2] if runs else None


def write_shares(table, scanner, blocksize=None, workload=None,
                 unit="writes_by_"):
    """{initiator: share of all write transfers, 0 to 1}"""
    sums = {who: sum(values(table, unit + who, scanner, blocksize, workload))
            for who in INITIATORS}
    total = sum(sums.values())
    return {who: n / total for who, n in sums.items()} if total else {}


def split(table, workload, blocksize=1024):
    """The cells of all other workloads, and those of this one."""
    return ({c: s for c, s in table.items() if c.workload != workload},
            {c: s for c, s in table.items()
             if c.workload == workload and c.blocksize == blocksize})


# ---- what must come out ----------------------------------------------------

Fact = collections.namedtuple("Fact", "text counter wanted blocksize workload")

ZERO, SOME, ANY = "0", "> 0", ""
FACTS = [       # wanted: by classic, by writepage
    Fact("frames reclaimed", "frames_reclaimed", (SOME, SOME), None, None),
    Fact("buffer pages, inactive_dirty -> free",
         "bufpage_dirty_to_free", (SOME, ZERO), None, None),
    Fact("buffer pages, inactive_dirty -> _clean",
         "bufpage_dirty_to_clean", (ZERO, SOME), None, None),
    Fact("->writepage called for a buffer page",
         "launder_writepage_bufpage", (ZERO, SOME), None, None),
    Fact("writes by the page scanner, limits lifted, 1K",
         "scanner_writes", (SOME, SOME), 1024, "w2free"),
    Fact("lookups of a buffer page by its key",
         "anon_space_lookups", (ZERO, ZERO), None, None),
    Fact("buffer pages under another's key, at the end",
         "anon_space_duplicate_keys", (ZERO, SOME), None, None),
    Fact("pages rescued after losing their buffers",
         "bufpage_rescues_headless", (ZERO, ZERO), None, None),
    Fact("sectors a page, 1 KB of it rewritten, 1K",
         "rewrite1k_sectors_per_page", (2, 8), 1024, "rewrite1k"),
    Fact("the same on a file system of 4K blocks",
         "rewrite1k_sectors_per_page", (8, 8), 4096, "rewrite1k"),
]


def fact_value(table, fact, scanner):
    """The sum over the cells, but a mean stays a mean; None: no data."""
    found = values(table, fact.counter, scanner, fact.blocksize, fact.workload)
    if not found:
        return None
    return sum(found) if isinstance(fact.wanted[0], str) \
        else statistics.median(found)


def fact_holds(fact, scanner, value):
    wanted = fact.wanted[SCANNERS.index(scanner)]
    if value is None:
        return False
    if wanted == SOME:
        return value > 0
    return wanted == ANY or value == float(wanted)


def facts(table, wanted=FACTS):
    """[(Fact, {scanner: value}, [scanners where it does not hold])]"""
    rows = []
    for fact in wanted:
        found = {s: fact_value(table, fact, s) for s in SCANNERS}
        rows.append((fact, found, [s for s in SCANNERS
                                   if not fact_holds(fact, s, found[s])]))
    return rows
