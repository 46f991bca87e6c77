"""tests/boot/swaplib.py - swap disks for tests, good ones and bad ones.

The importing script removes TMP at its end.
"""
from __future__ import annotations

import os
import shutil
import subprocess
import tempfile

from common import Run, check

TMP = tempfile.mkdtemp(prefix="launder-swap-")
MKSWAP = shutil.which("mkswap", path=os.environ["PATH"] + ":/usr/sbin:/sbin")


def swap_disk(mb: int, name: str = "swap") -> str:
    """A fresh disk, made by the host's mkswap."""
    path = os.path.join(TMP, f"{name}-{mb}.img")
    if not os.path.exists(path):
        with open(path, "wb") as f:
            f.truncate(mb << 20)
        os.chmod(path, 0o600)
        subprocess.run([MKSWAP or "mkswap", path], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path


def bad_sector(kind: str, sector: int = 4000) -> tuple[str, str]:
    """A swap disk one of whose sectors cannot be read, or written."""
    conf = os.path.join(TMP, f"{kind}.conf")
    with open(conf, "w") as f:
        f.write(f'[inject-error]\nevent = "{kind}_aio"\niotype = "{kind}"\n'
                f'errno = "5"\nsector = "{sector}"\nonce = "off"\n')
    return ("--qemu", "-drive if=ide,index=1,format=raw,rerror=report,"
            f"werror=report,file=blkdebug:{conf}:{swap_disk(64, 'bad')}")


def dying_disk() -> tuple[str, str]:
    """A swap disk that cannot be read any more once it was written to."""
    conf = os.path.join(TMP, "dying.conf")
    with open(conf, "w") as f:
        f.write('[set-state]\nstate = "1"\nevent = "write_aio"\n'
                'new_state = "2"\n\n[inject-error]\nstate = "2"\n'
                'event = "read_aio"\niotype = "read"\nerrno = "5"\n'
                'once = "off"\n')
    return ("--qemu", "-drive if=ide,index=1,format=raw,rerror=report,"
            f"werror=report,file=blkdebug:{conf}:{swap_disk(64, 'bad')}")


def no_leak(name: str, r: Run) -> None:
    check(f"{name}.leak", r.has("^swapctl: no leak"), r.why())
