"""tools/launder/machine.py - the command lines of the emulators.

Each takes the options of tools/run, a folder for what the emulator needs, and
the file that gets the console's text.
"""
from __future__ import annotations

import argparse
import glob
import os
import shlex
import shutil
import subprocess
import sys

from launder import TOOLS
from launder.command import TOOL, USE, Stop
from launder.run_options import last

SLACK_MB = 16           # for what lies outside the managed memory


def say(text: str) -> None:
    print(f"tools/run: {text}", file=sys.stderr, flush=True)


def need(program: str, package: str) -> str:
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    if not shutil.which(program, path=path):
        raise Stop(TOOL, f"{program} is missing: install {package}, "
                         "or run `make setup`")
    return program


def options(o: argparse.Namespace) -> str:
    """The kernel's command line; init's arguments must stay last.  A shell
    whose input ends must not be started again."""
    scanner = [f"scanner={o.scanner}"] if o.scanner else []
    init = o.init or (["shell"] if input_ends(o) else [])
    return " ".join(scanner + [f"mem={o.mem}"] + o.kernel_words
                    + ["--"] * bool(init) + init)


def on_terminal(o: argparse.Namespace) -> bool:
    return o.screen or (not o.serial and o.emulator == "qemu"
                        and sys.stdin.isatty())


def input_ends(o: argparse.Namespace) -> bool:
    """What is typed comes from a file or a pipe."""
    return o.emulator == "qemu" and not o.serial and not on_terminal(o)


def machine_mb(o: argparse.Namespace) -> int:
    ramdisks = sum(map(os.path.getsize, o.ramdisk))
    ring = int(last(o.kernel_words, "trace_kb") or 0) >> 10
    return int(o.mem) + -(-ramdisks // (1 << 20)) + SLACK_MB + ring


def make_iso(o: argparse.Namespace, tmp: str) -> str:
    cfg, iso = os.path.join(tmp, "grub.cfg"), os.path.join(tmp, "boot.iso")
    module = "\tmodule /boot/module ramdisk\n" if o.ramdisk else ""
    with open(cfg, "w") as f:
        words = " ".join(shlex.quote(w) for w in options(o).split())
        f.write("set timeout=0\nmenuentry launder {\n"
                f"\tmultiboot /boot/launder.elf {words}\n{module}}}\n")
    cmd = [os.path.join(TOOLS, "mkiso"), "--kernel", o.kernel,
           "--config", cfg, "--out", iso]
    if o.ramdisk:
        cmd += ["--module", *o.ramdisk]
    r = subprocess.run(cmd, stdin=subprocess.DEVNULL)
    if r.returncode:
        raise Stop(r.returncode if r.returncode == TOOL else USE,
                   "the CD could not be made")
    return iso


def q(path: str) -> str:
    """QEMU's option parser wants a comma in a value doubled."""
    return path.replace(",", ",,")


# ---- QEMU ------------------------------------------------------------------

def qemu_command(o: argparse.Namespace, tmp: str, log: str) -> list[str]:
    need("qemu-system-i386", "qemu-system-x86")
    mb = machine_mb(o)
    cmd = ["qemu-system-i386", "-M", "pc,memory-backend=ram0",
           "-m", f"{mb}M", "-object",
           f"memory-backend-file,id=ram0,size={mb}M,share=on,"
           f"mem-path={q(os.path.join(tmp, 'ram'))}",
           "-cpu", "pentium3", "-accel", "tcg", "-nodefaults",
           "-vga", "std", "-no-reboot",
           "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
           "-d", "cpu_reset", "-D", os.path.join(tmp, "reset")]
    cmd += (["-display", "curses", "-monitor", "vc"] if o.screen else
            ["-display", "none"])
    if o.serial or o.screen:
        cmd += ["-chardev", f"file,id=com1,path={q(log)}"]
    elif sys.stdin.isatty():
        cmd += ["-chardev", "stdio,id=com1,mux=on,signal=off,"
                f"logfile={q(log)}", "-mon", "chardev=com1,mode=readline"]
    else:
        cmd += ["-chardev", f"stdio,id=com1,signal=off,logfile={q(log)}"]
    cmd += ["-serial", "chardev:com1"]
    # unsafe: a flush is answered at once.  The host's cache outlives the guest,
    # and its slow disk must not look like a drive that hangs.
    for i, disk in enumerate(o.disk):
        cmd += ["-drive", f"if=ide,index={i},format=raw,file={q(disk)},"
                f"snapshot={'off' if o.write else 'on'},cache=unsafe"]
    if o.boot == "iso":
        iso = make_iso(o, tmp)
        cmd += ["-boot", "d", "-drive", "if=ide,index=3,media=cdrom,"
                f"format=raw,readonly=on,file={q(iso)}"]
    else:
        kernel = os.path.join(tmp, "launder.elf")   # the guest sees the name
        os.symlink(os.path.abspath(o.kernel), kernel)
        cmd += ["-kernel", kernel, "-append", options(o)]
        if o.ramdisk:           # by a name without blanks, which end it here
            links = [os.path.join(tmp, f"ramdisk{n}")
                     for n in range(len(o.ramdisk))]
            for link, path in zip(links, o.ramdisk):
                os.symlink(os.path.abspath(path), link)
            cmd += ["-initrd", ",".join(q(link) for link in links)]
    if o.icount:
        cmd += ["-icount", "shift=3,sleep=off",
                "-rtc", "base=2001-08-02,clock=vm"]
    if o.gdb:
        sock = os.environ.get("LAUNDER_GDB_SOCK", os.path.join(tmp, "gdb"))
        cmd += ["-S", "-gdb", "chardev:gdb", "-chardev",
                f"socket,id=gdb,server=on,wait=off,path={q(sock)}"]
        say(f"stopped before the first instruction; in gdb: "
            f"target remote {sock}")
    return cmd + shlex.split(o.qemu)


# ---- Bochs -----------------------------------------------------------------

BOCHSRC = """\
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=0, \
serial=1, gameport=0, iodebug=1
config_interface: textconfig
display_library: term
megs: {megs}
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
cpu: model=p2_klamath, count=1, ips=50000000, reset_on_triple_fault=0, \
ignore_bad_msrs=1
clock: sync=none, time0=946684800
pci: enabled=1, chipset=i440fx
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
{disks}ata1-slave: type=cdrom, path="{iso}", status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev="{log}"
log: "{tmp}/bochs.log"
panic: action=fatal
error: action=report
info: action=ignore
debug: action=ignore
"""


def bochs_command(o: argparse.Namespace, tmp: str, log: str) -> list[str]:
    need("bochs", "bochs, bochs-term, bochsbios and vgabios")
    if not glob.glob("/usr/lib/*/bochs/plugins/libbx_term*"):
        need("bochs-term", "bochs-term")
    places = ["ata0-master", "ata0-slave", "ata1-master"]
    disks = ""
    for place, disk in zip(places, o.disk):
        path = os.path.abspath(disk)
        if not o.write:         # Bochs' own overlay reads zeroes now and then
            path = os.path.join(tmp, place)
            subprocess.run(["cp", "--sparse=always", disk, path], check=True)
        disks += f'{place}: type=disk, path="{path}", mode=flat\n'
    rc, debug = os.path.join(tmp, "bochsrc"), os.path.join(tmp, "debug")
    with open(rc, "w") as f:
        f.write(BOCHSRC.format(megs=machine_mb(o), disks=disks, tmp=tmp,
                               iso=make_iso(o, tmp), log=log))
    with open(debug, "w") as f:         # Debian's build stops at its prompt
        f.write("c\nq\n")
    return ["bochs", "-q", "-unlock", "-f", rc, "-rc", debug]
