"""tests/boot/usertests.py - the system calls, on each scanner.

What run-20-usertests-BLOCKSIZE does: several scripts, which run side by side.
"""
from __future__ import annotations

import re
import subprocess
from typing import NoReturn

from common import (OK, SCANNERS, Run, at_once, check, data_disk, finish, image,
                    say)

# 5 May 1960 and a quarter of a second, of m/a in user/tests/ut_sync.c
MTIME_1960 = f"mtime: 0x{-304973695 & 0xffffffff:08x}:{250000000 << 2:08x}"
# want a disk that others bring
ELSEWHERE = ("full.", "lock.holds", "lock.text", "error.mapped_lost")


def passed_in(run: Run, prefix: str) -> int:
    """The guest's own result lines, with where they were made."""
    count = 0
    for result, name, why in re.findall(
            r"^(PASS|FAIL|SKIP) ([^:\n]+)(?:: (.*))?$", run.log, re.M):
        if result != "PASS" and not name.startswith(ELSEWHERE):
            say(result, f"{prefix}.{name}", why)
        count += result == "PASS"
    return count


def boot(bs: int, scanner: str) -> Run:
    return Run(disks=[image(bs), data_disk(bs, isize=256)], write=True,
               scanner=scanner, timeout=1800,
               append="debug=1 timeout=1600 -- run usertests")


def run(bs: int) -> NoReturn:
    runs = at_once(lambda scanner: boot(bs, scanner), SCANNERS)
    for scanner, r in zip(SCANNERS, runs):
        name = f"usertests.{scanner}.{bs}"
        passed = passed_in(r, name)
        check(name, r.status == OK and passed > 80 and
              r.has("usertests: .* 0 failed"), f"{passed} passed; {r.why()}")
        show = subprocess.run(["debugfs", "-R", "stat /a", r.disks[1]],
                              stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout
        check(f"{name}.times", MTIME_1960 in show, show[:300])
        for disk in 0, 1:
            check(f"{name}.fsck.{disk}", not r.fsck(disk), r.fsck(disk))
        r.done()
    finish()
