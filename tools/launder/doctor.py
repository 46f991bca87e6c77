# tools/launder/doctor.py - which tools are here, and what to install
"""Check the host against tools/packages.txt; exit 0 when all that is needed
is here."""
from __future__ import annotations

import argparse
import glob
import os
import re
import shutil
import subprocess

from launder import TOOLS

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
ELSEWHERE = """\
Debian, Ubuntu  tools/setup installs what is missing
Fedora          dnf install make nasm clang lld qemu-system-x86-core qemu-img
                grub2-tools-extra grub2-pc-modules xorriso mtools e2fsprogs gdb
                bochs ctags gnuplot blktrace babeltrace2   (make CC_KIND=clang)
Arch            pacman -S make nasm clang lld qemu-system-x86 qemu-img grub
                libisoburn mtools e2fsprogs gdb bochs ctags gnuplot babeltrace
                and i686-elf-gcc from the AUR              (make CC_KIND=elf)
macOS           brew install make nasm i686-elf-gcc i686-elf-grub qemu xorriso
                mtools e2fsprogs i386-elf-gdb bochs universal-ctags gnuplot
The user programs want musl for i386 (musl-dev:i386); only the Debian rows
are tested. On another system a Debian container is the short way."""


def version_of(program: str) -> str:
    """The first number with a point (or alone) that the program prints."""
    for flag in ("--version", "-v", "-V"):
        try:
            r = subprocess.run([program, flag], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, timeout=20,
                               stderr=subprocess.STDOUT)
        except (OSError, subprocess.TimeoutExpired):
            continue
        text = r.stdout.decode(errors="replace")
        # a banner may begin with a package's own number in brackets
        text = re.sub(r"\([^)]*\)", "", text)
        m = re.search(r"(?<![\w.-])(\d+(?:\.\d+)+|\d+)(?![\w])", text)
        if m and r.returncode in (0, 1):
            return m.group(1)
    return ""


def number(version: str) -> list[int]:
    return [int(n) for n in version.split(".")]


def examine(check: str, least: str) -> tuple[bool, str]:
    """Return (fine?, what is there)."""
    if check.startswith("/"):
        found = glob.glob(check)
        return bool(found), found[0] if found else ""
    path = shutil.which(check, path=PATH)
    if not path:
        return False, ""
    version = version_of(path) if least != "-" else ""
    if version and number(version) < number(least):
        return False, f"{version}, too old: {least} or later"
    return True, version


def main() -> int:
    argparse.ArgumentParser(prog="tools/doctor",
                            description=__doc__).parse_args()
    lacking: dict[str, list[str]] = {"need": [], "test": [], "show": [],
                                     "want": []}
    with open(os.path.join(TOOLS, "packages.txt")) as f:
        rows = [s.split() for s in f if s.strip() and s[0] != "#"]
    for kind, check, package, least in rows:
        fine, what = examine(check, least)
        if not fine:
            lacking[kind].append(package)
        state = "ok" if fine else \
            "MISSING" if kind in ("need", "test") else "missing"
        name = check if "/" not in check else package
        print(f"{state:8}{name:24}{what if '/' not in check else ''}".rstrip())
    for kind, what in (("want", "Some tests will be skipped without"),
                       ("show", "The demos' reports lack figures without"),
                       ("test", "Needed by make test, iso and gdb"),
                       ("need", "Needed")):
        if lacking[kind]:
            print(f"\n{what}: " + " ".join(lacking[kind]))
    if any(lacking.values()):
        print("\n" + ELSEWHERE)
    else:
        print("\nEverything is here.")
    return 1 if lacking["need"] or lacking["test"] else 0
