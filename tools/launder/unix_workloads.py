"""tools/launder/unix_workloads.py - what `make demo-unix` runs.

Each workload is one boot.  Most name a command of Debian's programs; thrash is
a measurement by hog (user/workloads), so it runs without those packages.

disk=seek: the disks take the time of a drive of 2001, so that the drive and not
the host limits the speed, and the order of writes matters.  The script runs
without it, since only its results count: it would take five minutes.
"""
from __future__ import annotations

from launder.demo_counters import SOME, ZERO, Fact

BLOCK_SIZE = 4096
MEM_MB, SWAP_MB = 16, 64
CLIENTS = (1, 4, 8, 16)
SETS_MB = (4, 8, 12, 14, 15, 16, 18, 20, 24, 32)
ORDERS = {"ordered": "in order", "random": "at random"}
THRASH, SCRIPT = "thrash", "script"

DBENCH = "dbench -t 40 -D /tmp {}"
STRESS = "stress --vm 2 --vm-bytes 8m --io 1 --hdd 1 --hdd-bytes 16m -t 25"
HOG = "--ms 3000 " + " ".join(str(mb << 10) for mb in SETS_MB)

# name: the disk's time, the command, what it does; the longest come first.
WORKLOADS = {
    SCRIPT: ("flat", "sh /t/script.sh /tree /tmp/work",
             "tar, gzip, grep, sed, sort... on a real tree"),
    THRASH: ("seek", f"run swapctl on + hog {HOG} + hog --random {HOG}",
             "working sets of 4 to 32 MB"),
    **{f"dbench{n}": ("seek", DBENCH.format(n), f"a file server's load, "
                      f"{n} client{'s' * (n > 1)}")
       for n in reversed(CLIENTS)},
    "stress": ("seek", STRESS, "memory, sync and big files at once"),
}

FACTS = [
    Fact("pages written to swap", "swap_out_pages", (SOME, SOME), None, None),
    Fact("of them by the scanner's ->writepage",
         "launder_writepage_swap", (SOME, SOME), None, None),
    Fact("pages read back from swap", "swap_in_pages", (SOME, SOME), None,
         None),
    Fact("errors of the swap disk", "swap_read_errors", (ZERO, ZERO), None,
         None),
    Fact("processes killed for want of memory", "oom_kills", (ZERO, ZERO),
         None, None),
    Fact("major faults, a set of half the memory", "majors", (ZERO, ZERO),
         None, "thrash_ordered_8mb"),
    Fact("major faults, a set of twice the memory", "majors", (SOME, SOME),
         None, "thrash_ordered_32mb"),
    Fact("buffer pages, inactive_dirty -> free",
         "bufpage_dirty_to_free", (SOME, ZERO), None, None),
    Fact("buffer pages, inactive_dirty -> _clean",
         "bufpage_dirty_to_clean", (ZERO, SOME), None, None),
    Fact("lookups of a buffer page by its key",
         "anon_space_lookups", (ZERO, ZERO), None, None),
]
