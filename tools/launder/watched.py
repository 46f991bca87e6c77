"""tools/launder/watched.py - a child process whose log is read while it runs.

What tools/corrupt and tools/soak share: boots through tools/run, each line of
the console as it comes, an end for a child that has fallen silent, and
no process is left behind when this process is ended."""
from __future__ import annotations

import os
import subprocess
import time
from typing import Callable

from launder import TOP
from launder.command import TOOL, USE, Stop

OUT = os.path.abspath(os.environ.get("O", os.path.join(TOP, "build")))
SILENCE_S = 600         # of the host; only a child that hangs is so silent
NAP_S = 0.2
SILENT = 1000           # in place of an exit status


def end(child: subprocess.Popen[bytes]) -> None:
    """TERM, so that it can tidy up, and KILL if it does not."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def watch(command: list[str], log: str, on_line: Callable[[str], None],
          err: str | None = None, silence: float = SILENCE_S) -> int:
    """Run it; on_line(text) for each line that appears in the file `log`,
    which gets its output, too, unless err names another file for that.
    => exit status, or SILENT"""
    with open(log, "wb") as out, open(err or log, "ab") as err_file, \
            open(log, "rb") as lines:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                 stdout=err_file if err else out,
                                 stderr=err_file)
        rest, heard = b"", time.monotonic()
        try:
            while True:
                ended = child.poll() is not None
                new = lines.read()
                if new:
                    heard = time.monotonic()
                *whole, rest = (rest + new).split(b"\n")
                for line in whole:
                    on_line(line.decode(errors="replace").rstrip("\r"))
                if ended:
                    on_line(rest.decode(errors="replace"))
                    return child.returncode
                if time.monotonic() - heard > silence:
                    return SILENT
                time.sleep(NAP_S)
        finally:
            end(child)


def boot(tmp: str, words: list[str], on_line: Callable[[str], None],
         silence: float = SILENCE_S) -> tuple[int, str]:
    """tools/run with its console in tmp/serial. => status, what it has said"""
    serial, err = os.path.join(tmp, "serial"), os.path.join(tmp, "err")
    if os.path.exists(err):
        os.unlink(err)
    status = watch([os.path.join(TOP, "tools", "run"), "--serial", serial,
                    "--timeout", "0", *words], serial, on_line, err, silence)
    with open(err, errors="replace") as f:
        said = " | ".join(f.read().split("\n")[:3]).strip(" |")
    if status in (USE, TOOL):
        raise Stop(status, f"no run is possible: {said}")
    return status, said
