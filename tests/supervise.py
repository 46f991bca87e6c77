#!/usr/bin/env python3
# tests/supervise.py - runs one test script for prove: its limit, its end
"""use: supervise.py SCRIPT, as tools/test has prove call it.

Passes the script's results on and shows its other output as comments.  What a
script cannot say itself becomes a result here: that its time limit was over,
that it named no failure but ended with a status, that its plan was wrong.  The
script, its children and its temporary files end with it.  All lines are kept in
$LAUNDER_RESULTS."""
from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import tap

DEFAULT_LIMIT = 300     # seconds, unless the script says `# limit: N`
PATIENCE = 10           # seconds to tidy up in, before the KILL
PR_SET_PDEATHSIG = 1


def limit_of(path: str) -> int:
    with open(path, errors="replace") as f:
        head = "".join(f.readline() for _ in range(12))
    m = re.search(r"^# limit: (\d+)", head, re.M)
    return int(m[1]) if m else DEFAULT_LIMIT


def results_file(path: str) -> str:
    """Where the lines of a script are kept."""
    return os.path.join(os.environ["LAUNDER_RESULTS"],
                        path.replace("/", "-") + ".tap")


def end_with_parent() -> None:
    """This process is sent TERM when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_group(child: subprocess.Popen[str]) -> None:
    """TERM to the script and its children; KILL to those that stay."""
    try:
        os.killpg(child.pid, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            child.poll()
            os.killpg(child.pid, 0)
            time.sleep(0.02)
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass            # the group is empty
    child.wait()


class Script:
    """A running test script and what it has printed."""

    def __init__(self, path: str) -> None:
        self.path, self.limit = path, limit_of(path)
        self.count = self.failed = 0
        self.plan: int | None = None
        self.late = False
        self.begun = os.times().elapsed
        self.copy = open(results_file(path), "w")
        self.tmp = tempfile.mkdtemp(prefix="launder-script-")
        os.chmod(self.tmp, 0o755)       # some tests become another user
        self.child = subprocess.Popen(
            [os.path.abspath(path)], stdin=subprocess.DEVNULL, text=True,
            errors="replace", stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
            env=dict(os.environ, TMPDIR=self.tmp))

    def show(self, line: str) -> None:
        for file in self.copy, sys.stdout:
            print(line, file=file, flush=True)

    def over(self) -> None:
        self.late = True
        end_group(self.child)

    def line(self, text: str) -> None:
        result, plan = tap.RESULT.fullmatch(text), tap.PLAN.fullmatch(text)
        if plan:
            self.plan = int(plan[1])
        elif result:
            self.count += 1
            self.failed += bool(result[1])
            self.show(text)
        else:
            self.show(text if text.startswith("# ") else "#    " + text)

    def used(self) -> str:
        """How long it took, and how long on a processor."""
        t = os.times()
        return (f"#    {t.elapsed - self.begun:.1f} s, of a processor "
                f"{t.children_user + t.children_system:.1f} s")

    def wrong(self, status: int) -> str | None:
        if self.late:
            return f"still running after {self.limit} s"
        if status and not self.failed:
            return f"exit status {status}, but it names no failure"
        if not self.count:
            return "no result line"
        if self.plan is None:
            return f"exit status {status}, and no plan: it broke off"
        if self.plan != self.count:
            return f"the plan is {self.plan} results, not {self.count}"
        return None

    def run(self) -> None:
        timer = threading.Timer(self.limit, self.over)
        timer.start()
        try:
            assert self.child.stdout
            for text in self.child.stdout:
                self.line(text.rstrip())
            status = self.child.wait()
        finally:
            timer.cancel()
            end_group(self.child)
            shutil.rmtree(self.tmp, ignore_errors=True)
        why = self.wrong(status)
        if why:
            self.count += 1
            self.show(f"not ok {self.count} - {self.path}\n# {why}")
        self.show(self.used())
        self.show(f"1..{self.count}")


def on_stop(number: int, frame: object) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    end_with_parent()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, on_stop)
    try:
        Script(sys.argv[1]).run()
    except KeyboardInterrupt:
        sys.exit(130)
