"""tests/boot/common.py - booting the kernel from a test and judging the run.

Images are made once for all tests, in $O/test-images, and used through an
overlay; a test that lets the guest write gets a copy of its own.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
OUT = os.path.abspath(os.environ.get("O", os.path.join(TOP, "build")))
IMAGES = os.path.join(OUT, "test-images")
RUN = os.path.join(TOP, "tools", "run")
MKIMAGE = os.path.join(TOP, "tools", "mkimage")
sys.path.append(os.path.join(TOP, "tools"))
from launder import run_options             # noqa: E402

# Those that the long tests try, and all that the kernel has.
SCANNERS = run_options.designs()
ALL_SCANNERS = run_options.scanners()
BLOCK_SIZES = (1024, 2048, 4096)
OK, BAD, TIMEOUT, USE, TOOL = range(5)

os.environ["O"] = OUT
os.environ["PATH"] += ":/usr/sbin:/sbin"
failures = 0


def say(result, name, why=""):
    """One result line, as tests/README.md wants it."""
    global failures
    failures += result == "FAIL"
    print(f"{result} {name}" + (f": {why}" if why else ""), flush=True)


def check(name, good, why):
    say("PASS" if good else "FAIL", name, "" if good else why)
    return good


def finish():
    sys.exit(1 if failures else 0)


def made(path, sources, *args):
    """The path of an image that is newer than what it is made of; nobody sees
    half of one."""
    newest = max(map(os.path.getmtime, [MKIMAGE, *sources]))
    if not os.path.exists(path) or os.path.getmtime(path) < newest:
        os.makedirs(IMAGES, exist_ok=True)
        half = f"{path}.{os.getpid()}"
        subprocess.run([MKIMAGE, *args, "--out", half], check=True,
                       stdin=subprocess.DEVNULL)
        os.replace(half, path)
    return path


def image(bs=1024, size=24, rev=1, tag=""):
    """The path of a clean root image; made on first use."""
    user = os.path.join(OUT, "user")
    return made(os.path.join(IMAGES, f"root-{bs}-r{rev}-{size}{tag}.img"),
                [os.path.join(user, f) for f in os.listdir(user)],
                "--bs", str(bs), "--size", str(size), "--rev", str(rev))


def data_disk(bs=1024, size=8, isize=128):
    """The path of an ext2 disk without programs; made on first use."""
    return made(os.path.join(IMAGES, f"data-{bs}-{size}-{isize}.img"), [],
                "--bare", "--bs", str(bs), "--size", str(size),
                "--isize", str(isize))


def blank(mb=8):
    """A zeroed disk."""
    os.makedirs(IMAGES, exist_ok=True)
    path = os.path.join(IMAGES, f"blank-{mb}.img")
    if not os.path.exists(path):
        with open(path, "wb") as f:
            f.truncate(mb << 20)
    return path


class Run:
    """One boot: .status (tools/run's), .log (the console), .err."""

    def __init__(self, *args, disks=(), write=False, append="", timeout=60,
                 **flags):
        self.tmp = tempfile.mkdtemp(prefix="launder-test-")
        serial = os.path.join(self.tmp, "serial")
        self.disks = [self.copy(d) for d in disks] if write else list(disks)
        cmd = [RUN, "--serial", serial, "--timeout", str(timeout),
               "--append", append, *args]
        for d in self.disks:
            cmd += ["--disk", d]
        if write:
            cmd.append("--write")
        for key, value in flags.items():
            cmd += ["--" + key, str(value)]
        r = subprocess.run(cmd, stdin=subprocess.DEVNULL, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.status, self.err = r.returncode, r.stderr
        self.log = ""
        if os.path.exists(serial):
            with open(serial, errors="replace") as f:
                self.log = f.read().replace("\r", "")

    def copy(self, disk):
        path = os.path.join(self.tmp, os.path.basename(disk))
        subprocess.run(["cp", "--sparse=always", disk, path], check=True)
        return path

    def why(self):
        """The last words, on one line."""
        lines = [s for s in (self.err + "\n" + self.log).splitlines() if s]
        panic = [s for s in lines if s.startswith("launder: panic")]
        return f"status {self.status}; " + " | ".join(
            panic[:1] + lines[-4:])[:600]

    def has(self, pattern):
        return re.search(pattern, self.log, re.M) is not None

    def vmstat(self, tag="after"):
        """{counter: value} of the last dump whose tag contains the word."""
        found = re.findall(r"^=== vmstat begin (.*?)\n(.*?)^=== vmstat end",
                           self.log, re.M | re.S)
        bodies = [body for name, body in found if tag in name]
        rows = re.findall(r"^(\w+) (\d+)$", bodies[-1] if bodies else "",
                          re.M)
        return {name: int(value) for name, value in rows}

    def fsck(self, number=0, part=False):
        """e2fsck's complaint about a disk that was written, or ''."""
        place = self.disks[number] + ("?offset=1048576" if part else "")
        r = subprocess.run(["e2fsck", "-fn", place], text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        return r.stdout.strip() if r.returncode else ""

    def done(self):
        shutil.rmtree(self.tmp, ignore_errors=True)


def booted(name, run):
    """A PASS or FAIL line for a run that must end in good order."""
    return check(name, run.status == OK, run.why())
