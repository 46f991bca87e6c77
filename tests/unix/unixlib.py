"""tests/unix/unixlib.py - the same commands in the guest and on this host.

A table holds a line `name<TAB>command` a case.  Both sides run it by the same
shell script in the same tree: the guest from its disk, the host by chroot into
a copy of the same files in memory (in name spaces of its own, as root, for some
cases are about other users).  What the host prints is what the guest must
print, so nothing of the host may show: neither its file system nor its limits,
signals, groups, umask or environment.
"""
from __future__ import annotations

import difflib
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from typing import Iterable

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "boot"))
from common import (IMAGES, OUT, SCANNERS, TOP, Run, alone,  # noqa: E402,F401
                    at_once, blank, booted, check, finish, relay, replaced,
                    say)

NO_PACKAGES = 5         # tools/fetch-unix's exit status
DEVICES = ("null", "zero", "full", "random", "urandom")
ENTER = """
root=$1.mem
mkdir $root
mount -t tmpfs none $root
cp -a $1/. $root
for d in %s; do : >$root/dev/$d; mount --bind /dev/$d $root/dev/$d; done
for d in hdb hdc; do
	[ ! -e $1.$d ] || { : >$root/dev/$d; mount --bind $1.$d $root/dev/$d; }
done
mount -t proc proc $root/proc
exec setpriv --clear-groups env -i PATH=/bin:/sbin:/usr/bin HOME=/root \\
	TERM=vt100 \\
	chroot $root /bin/busybox sh -c 'cd /root; exec /bin/sh /t/driver 2>&1'
""" % " ".join(DEVICES)

os.umask(0o022)         # what is copied for both sides has the same modes


def need_unix(*names: str, folder: str = "unix",
              table: str | None = None) -> None:
    """Skip the named cases, and end, where the packages (tools/fetch-unix's
    own, or those of another table) cannot be had."""
    have = os.path.join(OUT, folder + ".packages")
    fetch = os.path.join(TOP, "tools", "fetch-unix")
    of = [table] if table else []
    with alone("unix"):
        if os.path.exists(have) and os.path.getmtime(have) > max(
                map(os.path.getmtime, [fetch, *of])):
            return
        r = subprocess.run([fetch, os.path.join(OUT, folder), *of], text=True,
                           stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if not r.returncode:
        return
    why = (r.stderr.strip().splitlines() or ["?"])[-1]
    for name in names:
        say("SKIP" if r.returncode == NO_PACKAGES else "FAIL", name, why)
    finish()


def adds(table: str) -> list[str]:
    """What a test adds to the image: the driver, its table, the small tree."""
    return [f"{HERE}/driver.sh:/t/driver", f"{HERE}/tree:/t/tree",
            f"{HERE}/scripts:/t/scripts", f"{HERE}/jobs:/t/jobs",
            f"{HERE}/{table}:/t/table"]


def mkunix(*args: str) -> None:
    subprocess.run([os.path.join(TOP, "tools", "mkunix"), *args],
                   check=True, stdin=subprocess.DEVNULL)


def unix_image(table: str, *options: str, bs: int = 1024,
               size: int = 64) -> str:
    """A root image with the table's files; made anew for each script."""
    path = os.path.join(IMAGES, f"unix-{table}-{bs}{''.join(options)}.img")
    args = ["--bs", str(bs), "--size", str(size)]
    for a in adds(table):
        args += ["--add", a]
    with replaced(path) as half:
        mkunix(*args, *options, "--out", half)
    return path


def like_init() -> None:
    """What a caller ignores, blocks or allows, the guest's init does not, and
    it is not nice.  A core of one byte at most: none, and no program of the
    host's takes it."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.setpriority(os.PRIO_PROCESS, 0, 0)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (1 if hard else 0, hard))


def host_log(table: str, *options: str, disks: Iterable[str] = (),
             timeout: float = 300) -> tuple[str | None, str]:
    """The table's run on this host, or None and why it cannot be; options are
    tools/mkunix's."""
    if os.geteuid():
        return None, "only root can compare with this host"
    with tempfile.TemporaryDirectory(prefix="launder-unix-") as tmp:
        root = os.path.join(tmp, "root")
        mkunix(*options, "--stage", root)
        for a in adds(table):
            path, target = a.rsplit(":/", 1)
            to = os.path.join(root, target)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            subprocess.run(["cp", "-r", path, to], check=True)
        for name, disk in zip(("hdb", "hdc"), disks):
            subprocess.run(["cp", disk, f"{root}.{name}"], check=True)
        try:
            r = subprocess.run(
                ["unshare", "-mpf", "--kill-child", "sh", "-ec", ENTER, "sh",
                 root], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=timeout,
                preexec_fn=like_init)
        except subprocess.TimeoutExpired:
            return None, f"this host needs more than {timeout} s for it"
        text = r.stdout.decode(errors="replace").replace("\r", "")
        return (text, "") if "=== ALL DONE" in text else (
            None, "this host cannot run it: "
            + " | ".join(text.splitlines()[-3:]))


def cases(log: str) -> dict[str, str]:
    """{name: what it printed, with its exit status in the last line}"""
    found = re.findall(r"^=== CASE (\S+)\n(.*?)^=== RC (\d+)$", log,
                       re.M | re.S)
    return {name: f"{text}exit status {rc}\n" for name, text, rc in found}


def difference(want: str, got: str | None) -> str:
    """The first differing lines, on one line."""
    if got is None:
        return "it was not reached"
    lines = [s for s in difflib.unified_diff(
        want.splitlines(), got.splitlines(), lineterm="", n=0)
        if not re.match(r"(---|\+\+\+|@@)", s)]
    return " | ".join(lines[:6])[:500]


def compare(prefix: str, want: dict[str, str], run: Run) -> None:
    """A result line for each case of the host's."""
    got = cases(run.log)
    for name, text in want.items():
        check(f"{prefix}{name}", got.get(name) == text,
              difference(text, got.get(name)))
