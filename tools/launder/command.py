"""tools/launder/command.py - what the commands share: how they end.

Exit status: 0 all is well; 1 something failed; 2 a time limit ran out; 3 wrong
use; 4 a tool is missing.
"""
from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import Callable, NoReturn

OK, BAD, TIMEOUT, USE, TOOL = range(5)


class Stop(Exception):
    """Ends the command with a status and one line that names cause and mend."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Parser(argparse.ArgumentParser):
    """Wrong options raise Stop."""

    def error(self, message: str) -> NoReturn:
        raise Stop(USE, f"{message} (see --help)")


def on_signal(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def run_main(name: str, main: Callable[[], int]) -> NoReturn:
    """Ends with main()'s status or Stop's; TERM and HUP interrupt as ^C."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGHUP, on_signal)
    try:
        sys.exit(main())
    except Stop as e:
        print(f"{name}: {e}", file=sys.stderr)
        sys.exit(e.status)
    except KeyboardInterrupt:
        print(f"{name}: ended by hand", file=sys.stderr)
        sys.exit(130)
