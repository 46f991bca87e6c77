# tools/launder/run.py - boots the kernel in an emulator; says how it ended
"""Boot Launder in QEMU or Bochs.

Without --serial the guest's console is this terminal (Ctrl-A x ends it,
Ctrl-A c is the emulator's monitor); closing the terminal ends the run.  Input
that is no terminal is typed, then ^D: the shell ends, and the machine is
switched off.  Disks stay as they are unless --write.  Words behind -- are
init's arguments, as in `tools/run --disk build/root.img -- run w1 --help`.

Exit status: 0 the guest powered off in good order; 1 panic, reboot or triple
fault; 2 a time limit ran out (the host's or the guest's); 3 wrong use, a wrong
kernel option, a bad file, or something this emulator cannot do; 4 a tool is
missing; 130 interrupted.
"""
from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import glob
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import threading
import time
from typing import Any, Callable, IO, Iterable, Iterator, NoReturn

from launder import TOOLS
from launder import run_options
from launder.command import BAD, OK, TIMEOUT, USE, Parser, Stop
from launder.machine import (SLACK_MB, bochs_command, machine_mb, on_terminal,
                             options, qemu_command, say)

KERNEL_OPTIONS = """\
kernel options, for --append:
  disk=flat|seek    seek: disks take the time of a drive of 2001 (flat)
  root=NAME         the disk with the root: hda, hda1, hdb5, ram0... (hda, else
                    ram0)
  init=PATH         the first program (/sbin/init)
  timeout=SECONDS   end the run after so much guest time (none)
  trace=GROUPS      fill the trace ring: all, or some of
                    sys,page,buf,blk,scan,sample,sched,touch (none)
  trace_kb=KB       the size of the ring (1024)
  debug=1           check every structure once a second (0)
  hz=N              ticks of the hardware's timer a second, 100 to 1000 (1000)
  ide=dma|pio       pio: no DMA (dma)
  test=NAME         run one of the kernel's self-tests, or all, and end
  scanner=, mem=    are what --scanner and --mem give
"""
DISKS = ["hda", "hdb", "hdc", "hdd"]
MOST_MB = run_options.NUMBERS["mem"][1]
DIRECT_MB = 896         # what the kernel maps (boot/start.asm)
DEFAULT_LIMIT = 120     # seconds of the host
MACHINES = 4            # that may be started at once
PREFIX = "launder-run-" # of the folder that a run keeps its files in
MARK = re.compile(rb"^launder: end (ok|panic|reboot|timeout|refused)\r?$", re.M)
STATUS = re.compile(rb"=== run end status=(\d+)\r?$", re.M)
EXITS = EXIT_OK, EXIT_PANIC, EXIT_REBOOT, EXIT_TIMEOUT, EXIT_REFUSED = (
    33, 35, 37, 39, 41)
END_OF_INPUT = b"\4"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


def joined(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """A value may begin with a dash: --qemu -S is taken as --qemu=-S.
    => words of tools/run, words of init: those behind a -- that is no
    value"""
    own, words = [], list(words)
    while words and words[0] != "--":
        word = words.pop(0)
        if word in ("--qemu", "--append") and words:
            word += "=" + words.pop(0)
        own.append(word)
    return own, words


def parse() -> argparse.Namespace:
    p = Parser(
        prog="tools/run", description=__doc__, epilog=KERNEL_OPTIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    a = p.add_argument
    a("--disk", metavar="FILE", action="append", default=[],
      help="a raw disk image: hda (the root), then hdb, hdc, hdd")
    a("--ramdisk", metavar="FILE", action="append", default=[],
      help="contents of ram0, then ram1 and ram2, as boot modules")
    a("--mem", metavar="MB", type=int, default=16,
      help="megabytes that the kernel manages (16)")
    a("--scanner", metavar="NAME", help="who reclaims pages: "
      + ", ".join(run_options.scanners()))
    a("--append", metavar="OPTIONS", default="",
      help="more kernel options; words after -- are init's arguments")
    a("--status", action="store_true",
      help="end with the status of the program that was run behind -- (128 + "
           "its signal): of several the first that is not 0")
    a("--serial", metavar="FILE", help="write the console's output there")
    a("--screen", action="store_true",
      help="the machine's own screen and keyboard in this terminal")
    a("--timeout", metavar="SECONDS", type=float,
      help=f"host time ({DEFAULT_LIMIT}; none on a terminal, 0: none)")
    a("--boot", choices=["kernel", "iso"],
      help="load the kernel directly (QEMU's default) or by GRUB from a CD")
    a("--emulator", choices=["qemu", "bochs"], default="qemu",
      help="bochs is slower and does without some options")
    a("--icount", action="store_true",
      help="time follows the instructions: repeatable without a disk, which "
           "the guest's clock can run ahead of")
    a("--gdb", action="store_true",
      help="wait for gdb on a socket ($LAUNDER_GDB_SOCK or one printed)")
    a("--qemu", metavar="ARGUMENTS", default="", help="more arguments for QEMU")
    a("--write", action="store_true", help="let the guest change the disks")
    a("--trace", metavar="FILE", help="save the trace ring there at the end")
    a("--with-parent", action="store_true",
      help="end when the program that started this one does")
    a("--kernel", metavar="ELF", help="the kernel (build/launder.elf)",
      default=os.path.join(os.environ.get("O", "build"), "launder.elf"))
    own, init = joined(sys.argv[1:])
    o = p.parse_args(own)
    o.kernel_words, o.init = run_options.split(o.append)
    if init and o.init:
        raise Stop(USE, "init's arguments are in --append and behind --: give "
                        "them once")
    o.init += " ".join(init[1:]).split()
    return o


def check_options(o: argparse.Namespace) -> None:
    """The kernel's options; --mem and --scanner are two of them."""
    words = ([f"scanner={o.scanner}"] if o.scanner is not None else []) \
        + [f"mem={o.mem}"] + o.kernel_words
    for word in words:
        why = run_options.wrong(word)
        if why and word.startswith("mem="):
            why = (f"--mem {word[4:]}: give 1 to {MOST_MB} megabytes, for the "
                   f"kernel maps {DIRECT_MB} and has no high memory")
        if why:
            raise Stop(USE, why)
    o.mem = int(run_options.last(words, "mem") or 0)
    if machine_mb(o) > DIRECT_MB:
        raise Stop(USE, f"--mem {o.mem} and the ramdisk together: the kernel "
                        f"maps {DIRECT_MB} MB, and {SLACK_MB} are its own")
    root = run_options.ROOT.match(run_options.last(words, "root") or "")
    if root and root[1] and not o.qemu \
            and "abcd".index(root[1]) >= len(o.disk):
        raise Stop(USE, f"root={root[0]}: there is no hd{root[1]}, but "
                        f"{len(o.disk)} x --disk")
    if len(options(o).encode()) + len(" launder.elf") > run_options.LINE:
        raise Stop(USE, "kernel options and init's arguments: at most "
                        f"{run_options.LINE} characters")
    if o.status and not o.init:
        raise Stop(USE, "--status wants a program: `-- run w1`, say")


def check(o: argparse.Namespace) -> None:
    """Everything is checked before anything is started."""
    if o.boot is None:
        o.boot = "iso" if o.emulator == "bochs" else "kernel"
    if o.emulator == "bochs":
        for word, wanted in (("--boot kernel", o.boot == "kernel"),
                             ("--gdb", o.gdb), ("--icount", o.icount),
                             ("--qemu", o.qemu), ("--trace", o.trace),
                             ("--screen", o.screen)):
            if wanted:
                raise Stop(USE, f"bochs cannot do {word}: use "
                                "--emulator qemu")
    if o.screen and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop(USE, "--screen wants a terminal: leave it out")
    modules = 1 if o.boot == "iso" else 3
    if len(o.ramdisk) > modules:
        raise Stop(USE, f"{len(o.ramdisk)} x --ramdisk, but a "
                        + ("CD holds one" if modules == 1 else
                           "kernel has three"))
    room = 3 if o.boot == "iso" else 4
    if len(o.disk) > room:
        raise Stop(USE, f"{len(o.disk)} disks, but there is room for {room}"
                        + (" beside the CD" if room == 3 else ""))
    if o.timeout is not None and not 0 <= o.timeout < 1e9:
        raise Stop(USE, "--timeout wants seconds, or 0 for none")
    try:
        shlex.split(o.qemu)
    except ValueError as e:
        raise Stop(USE, f"--qemu {o.qemu}: {e}")
    if not os.path.isfile(o.kernel):
        raise Stop(USE, f"{o.kernel}: no such kernel: run `make`")
    for f in o.disk + o.ramdisk:
        if not os.path.isfile(f):
            raise Stop(USE, f"{f}: no such image: make one with "
                            "tools/mkimage")
        if os.path.getsize(f) % 512 or not os.path.getsize(f):
            raise Stop(USE, f"{f}: not a whole number of sectors")
        if not os.access(f, os.R_OK | (os.W_OK if o.write else 0)):
            raise Stop(USE, f"{f}: no permission")
    for f in (o.serial, o.trace):
        if f and not os.path.isdir(os.path.dirname(os.path.abspath(f))):
            raise Stop(USE, f"{f}: no such folder")
    check_options(o)


# ---- a run and its verdict -------------------------------------------------

def tripled(tmp: str) -> bool:
    try:
        with open(os.path.join(tmp, "reset"), "rb") as f:
            return b"Triple fault" in f.read()
    except OSError:
        return False


def host_limit(o: argparse.Namespace) -> float | None:
    if o.timeout is not None:
        return o.timeout or None
    return None if o.gdb or on_terminal(o) else DEFAULT_LIMIT


def tie(number: int) -> None:
    """Has the kernel send this process the signal when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def in_child() -> None:
    """Between fork and exec: the emulator ends with this process, even by
    SIGKILL."""
    tie(signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(2)
        except subprocess.TimeoutExpired:
            child.kill()        # Bochs ignores SIGTERM
            child.wait()


def follow(path: str, position: int) -> int:
    """Copy what is new in Bochs' log to the terminal."""
    with open(path, "rb") as f:
        f.seek(position)
        sys.stdout.buffer.write(f.read())
        sys.stdout.flush()
        return f.tell()


def feed(pipe: IO[bytes], log: str, session: bool) -> None:
    """Copies the input to the guest after its first output, since input before
    the serial line is set up is lost.  Then sends ^D, the end of the input."""
    line_end = True
    try:
        while not os.path.getsize(log):
            time.sleep(0.05)
        while data := os.read(0, 4096):
            pipe.write(data)
            line_end = data.endswith(b"\n")
        if not line_end:
            pipe.write(b"\n")
        if session:
            say("the input has ended: so does the guest's shell (^D)")
        while True:
            pipe.write(END_OF_INPUT)
            time.sleep(0.5)
    except OSError:
        pass                    # the guest has ended


def helper(function: Callable[..., None], *args: Any) -> None:
    threading.Thread(target=function, args=args, daemon=True).start()


def watch(terminal: int) -> None:
    """End the run when the terminal is closed, also if SIGHUP is ignored."""
    poll = select.poll()
    poll.register(terminal, 0)
    poll.poll()
    os.kill(os.getpid(), signal.SIGTERM)


def execute(o: argparse.Namespace, tmp: str, log: str) -> int | None:
    """Run the emulator; return its exit status, None at the time limit."""
    bochs = o.emulator == "bochs"
    cmd = (bochs_command if bochs else qemu_command)(o, tmp, log)
    shared = o.screen or (not o.serial and not bochs)   # needs this terminal
    tty = termios.tcgetattr(0) if shared and sys.stdin.isatty() else None
    stdin = None if tty else subprocess.PIPE if shared else subprocess.DEVNULL
    open(log, "wb").close()
    if o.screen:
        say("Alt-F1 to Alt-F3 change consoles; Alt-2 and `quit` end it")
    elif tty:
        say("Ctrl-A x ends the emulator, Ctrl-A c is its monitor")
    limit = host_limit(o)
    end = time.monotonic() + limit if limit else None
    with open(os.path.join(tmp, "stderr"), "wb") as err:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)     # until `try`
        child = subprocess.Popen(
            cmd, stderr=err, start_new_session=not shared,
            stdin=stdin, bufsize=0, preexec_fn=in_child,
            stdout=None if shared else subprocess.DEVNULL,
            env=dict(os.environ, TERM="vt100") if bochs else None)
        position = 0
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
            if child.stdin:
                helper(feed, child.stdin, log, not o.init)
            elif tty:
                helper(watch, 0)
            while True:
                if bochs and not o.serial:
                    position = follow(log, position)
                try:
                    return child.wait(0.05 if end or bochs else None)
                except subprocess.TimeoutExpired:
                    if end and time.monotonic() > end:
                        return None
        finally:
            stop(child)
            if bochs and not o.serial:
                follow(log, position)
            if tty:
                restore(tty)


def restore(tty: list[Any]) -> None:
    """The terminal as it was, if it is still there."""
    try:
        termios.tcsetattr(0, termios.TCSANOW, tty)
    except termios.error:
        pass


def show_panic(text: bytes) -> None:
    """The panic's message and backtrace, from the console's log; else its last
    lines."""
    at = text.rfind(b"launder: panic: ")
    before = text[:max(at, 0)].decode(errors="replace")
    lines = text[max(at, 0):].decode(errors="replace").splitlines()
    for refused in re.findall(r"^ext2: .* not mounted, .*", before, re.M):
        print(refused.rstrip(), file=sys.stderr)
    shown = lines[:1] if at >= 0 else [
        s for s in lines if s.strip() and not MARK.match(s.encode())][-1:]
    shown += [s for s in lines if re.match(r"\s+#\d+ ", s)]
    print("\n".join(shown) or "the kernel gave no message", file=sys.stderr)


def show_trace(tmp: str) -> None:
    tool, ram = os.path.join(TOOLS, "trace"), os.path.join(tmp, "ram")
    if os.path.exists(tool) and os.path.exists(ram):
        text = subprocess.run([tool, ram, "--last", "20"], text=True,
                              stdout=subprocess.PIPE).stdout
        print("last trace events:\n" + text.rstrip() if text else
              "what it did last would be shown here with --append trace=all",
              file=sys.stderr, flush=True)


def show_refusal(text: bytes) -> None:
    found = re.findall(rb"^launder: refused: (.*?)\r?$", text, re.M)
    say("the kernel refused: " + (found[-1].decode(errors="replace")
                                  if found else "without a word"))


def program_status(text: bytes) -> int:
    """=> the status of what was run in the guest."""
    found = [int(n) for n in STATUS.findall(text)]
    if not found:
        raise Stop(BAD, "--status: the guest named none: no program was run")
    return next((n for n in found if n), 0)


def stderr_text(tmp: str) -> str:
    with open(os.path.join(tmp, "stderr"), errors="replace") as f:
        return f.read().strip()


def verdict(o: argparse.Namespace, tmp: str, log: str,
            status: int | None) -> int:
    with open(log, "rb") as f:
        text = f.read()
    marks = MARK.findall(text)
    mark = marks[-1] if marks else None
    if status is None:
        say(f"time limit: {host_limit(o):g} s of the host are over")
        show_trace(tmp)
        return TIMEOUT
    if o.emulator == "qemu" and status > 0 and status not in EXITS:
        raise Stop(USE, "QEMU refused: " + (stderr_text(tmp) or
                                            f"exit status {status}"))
    if mark == b"panic" or status == EXIT_PANIC:
        say("the kernel panicked")
        show_panic(text)
        return BAD
    if mark == b"timeout" or status == EXIT_TIMEOUT:
        say("time limit: the guest's timeout= is over")
        show_trace(tmp)
        return TIMEOUT
    if mark == b"refused" or status == EXIT_REFUSED:
        show_refusal(text)
        return USE
    if mark == b"reboot" or status == EXIT_REBOOT:
        say("the guest asked for a reboot; that ends the run")
        return BAD
    clean = status == EXIT_OK if o.emulator == "qemu" else True
    if mark == b"ok" and clean:
        return program_status(text) if o.status else OK
    if tripled(tmp):
        say("triple fault (see --qemu '-d int,cpu_reset -D FILE')")
    elif status < 0:
        say(f"the emulator was ended by signal {-status}")
    else:
        say("the emulator was closed, or the machine reset: "
            "no end mark on the console")
    return BAD


def save_trace(o: argparse.Namespace, tmp: str) -> None:
    r = subprocess.run([os.path.join(TOOLS, "trace"),
                        os.path.join(tmp, "ram"), "--save", o.trace])
    if r.returncode:
        say(f"{o.trace}: no trace ring was saved")


def temp_parent(o: argparse.Namespace) -> str | None:
    """Memory-backed where there is room: the guest's RAM is a file here."""
    shm = "/dev/shm"
    if os.path.isdir(shm) and os.access(shm, os.W_OK):
        s = os.statvfs(shm)
        if s.f_bavail * s.f_frsize > MACHINES * (machine_mb(o) + 16) << 20:
            return shm
    return None


def sweep(parent: str) -> None:
    """Removes the folders of runs that were killed: those with a lock that no
    process holds."""
    for lock in glob.glob(os.path.join(glob.escape(parent), PREFIX + "*",
                                       "lock")):
        with contextlib.suppress(OSError), open(lock) as f:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(os.path.dirname(lock), ignore_errors=True)


@contextlib.contextmanager
def run_folder(o: argparse.Namespace) -> Iterator[str]:
    """A folder for this run, with a lock that is held as long as it lasts.  The
    lock gets its name when it is held: sweep() never takes a new one."""
    parent = temp_parent(o) or tempfile.gettempdir()
    sweep(parent)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as tmp, \
            open(os.path.join(tmp, "new"), "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        os.rename(f.name, os.path.join(tmp, "lock"))
        yield tmp


def run() -> int:
    try:
        o = parse()
        check(o)
        if o.with_parent:
            tie(signal.SIGTERM)
        with run_folder(o) as tmp:
            log = os.path.abspath(o.serial or os.path.join(tmp, "serial"))
            status = execute(o, tmp, log)
            result = verdict(o, tmp, log, status)
            if o.trace:
                save_trace(o, tmp)
            return result
    except Stop as e:
        say(str(e))
        return e.status
    except OSError as e:
        say(str(e))
        return USE
    except KeyboardInterrupt:
        say("interrupted")
        return 130


def on_stop(number: int, frame: object) -> NoReturn:
    """The first signal ends the run; later ones must not interrupt the removal
    of its files."""
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    if sys.stdin is None:               # <&-
        sys.stdin = open(os.open(os.devnull, os.O_RDONLY))
    for each in STOPS:
        if signal.getsignal(each) != signal.SIG_IGN:    # nohup, tools/debug
            signal.signal(each, on_stop)
    return run()
