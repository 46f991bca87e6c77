"""tools/launder/command.py - what the commands share: how they end.

Exit status: 0 all is well; 1 something failed; 2 a time limit ran out; 3 wrong
use; 4 a tool is missing.
"""
from __future__ import annotations

import argparse
from typing import NoReturn

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
