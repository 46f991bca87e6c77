# Makefile - builds and runs Launder
#
#   make O=DIR       another output folder; several can build at once
#   make BUILD=release          -O2, structure walkers off (default: debug)
#   make CC_KIND=elf|gnu|clang  which compiler (default: the first found)
#   make WITHOUT="fs/sysv ..."  a kernel without these rooms
#   make V=1         show each command; CI=true or WERROR=1: warnings are errors

O	?= build
BUILD	?= debug

# No room below calls these: `make kernel WITHOUT="fs/sysv fs/special"`.
OPTIONAL := fs/special fs/sysv fs/proc
WITHOUT	?=
ifneq ($(filter-out $(OPTIONAL),$(WITHOUT)),)
$(error WITHOUT="$(WITHOUT)": only these can be left out: $(OPTIONAL))
endif
ROOMS	:= $(filter-out $(WITHOUT),$(shell sed 's/[\# \t].*//' tools/rooms.txt))

# All paths are relative: a checkout may lie in a folder with blanks.
ifneq ($(words $(O)),1)
$(error O="$(O)": make knows no names with blanks: give another folder)
endif

# ---- compiler: a true i686-elf gcc, Debian's cross gcc, or clang -----------

have	= $(shell command -v $(1) 2>/dev/null)
CC_KIND	?= $(if $(call have,i686-elf-gcc),elf,$(if \
		$(call have,i686-linux-gnu-gcc),gnu,clang))

KCC_elf	  := i686-elf-gcc
KCC_gnu	  := i686-linux-gnu-gcc
KCC_clang := clang --target=i686-elf
KCC	:= $(KCC_$(CC_KIND))
ifeq ($(KCC),)
$(error CC_KIND=$(CC_KIND) is unknown: use elf, gnu or clang)
endif

ifeq ($(CC_KIND),clang)
KLD	:= $(firstword $(foreach l,i686-elf-ld i686-linux-gnu-ld ld.lld,\
		$(call have,$(l))) ld) -m elf_i386
LIBGCC	:= $(firstword $(wildcard \
		/usr/lib/gcc-cross/i686-linux-gnu/*/libgcc.a \
		/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.builtins-i386.a))
NM	:= $(firstword $(call have,nm) llvm-nm)
else
KLD	:= $(KCC:gcc=ld)
LIBGCC	= $(shell $(KCC) -print-libgcc-file-name)
NM	:= $(KCC:gcc=nm)
endif

# ---- flags: all stated, so that none depends on the distribution ----------

CFLAGS	:= -std=gnu11 -ffreestanding -fno-pie -fno-pic -fno-stack-protector \
	   -fcf-protection=none -fno-common -fno-strict-aliasing \
	   -fno-asynchronous-unwind-tables -fno-omit-frame-pointer \
	   -march=i686 -mno-sse -mno-mmx -mno-80387 -Wall -Wextra \
	   -Wmissing-prototypes -Wredundant-decls -Wswitch-enum -I.
CFLAGS_debug   := -Og -g3
CFLAGS_release := -O2 -g -DNDEBUG_WALKERS
ifndef CFLAGS_$(BUILD)
$(error BUILD=$(BUILD) is unknown: use debug or release)
endif
CFLAGS	+= $(CFLAGS_$(BUILD))
ifneq ($(filter true 1,$(CI) $(WERROR)),)
CFLAGS	+= -Werror
endif
ASFLAGS	:= -f elf32 -g -F dwarf -I.
LDFLAGS	:= -static -z noexecstack --build-id=none -T linker.ld

JOBS	?= 2
BUILD_ALL = $(MAKE) --no-print-directory -j$(JOBS)
Q	:= $(if $(V),,@)
say	= $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

# ---- the kernel ------------------------------------------------------------

SRCS	:= $(sort $(foreach d,$(ROOMS),$(wildcard $(d)/*.c)))
ASMS	:= $(sort $(foreach d,$(ROOMS),$(wildcard $(d)/*.asm)))
OBJS	:= $(ASMS:%.asm=$(O)/%.asm.o) $(SRCS:%.c=$(O)/%.o)
KERNEL	:= $(O)/launder.elf
ISO	:= $(O)/launder.iso
ROOT	:= $(O)/root.img
SCRATCH	:= $(O)/scratch.img
UNIX	:= $(O)/unix.img

.DEFAULT_GOAL := all
.PHONY: all help kernel user image unix iso run gdb demo demo-unix test \
	check-fast fuzz crash corrupt soak bench score bench-linux doctor setup \
	style rooms loc fsck cachesim clean FORCE
.DELETE_ON_ERROR:

all: kernel user cachesim
kernel: $(KERNEL)	## the kernel: build/launder.elf

MEND	:= $(if $(filter elf,$(CC_KIND)),tools/build-i686-elf,\`make setup\`)

# Objects are rebuilt when the command that builds them has changed.
$(O)/flags: FORCE
	@for tool in $(firstword $(KCC)) $(firstword $(KLD)) nasm; do \
		command -v $$tool >/dev/null || { echo \
		"$$tool is missing: run $(MEND)" >&2; exit 1; }; \
	done
	@mkdir -p $(@D) 2>/dev/null && [ -w $(@D) ] || { echo \
		"$(O): cannot be written: give another folder by make O=DIR" \
		>&2; exit 1; }
	@echo '$(KCC) $(CFLAGS) $(ASFLAGS)' | cmp -s - $@ || \
		echo '$(KCC) $(CFLAGS) $(ASFLAGS)' >$@

# What refers to an __optional function or table.
MAY_LACK := $(addprefix $(O)/boot/,hooks.o main.o syscalls.o) \
	    $(O)/fs/proc/proc_nodes.o
$(MAY_LACK): CFLAGS += $(if $(strip $(WITHOUT)),-DROOMS_LEFT_OUT)
$(MAY_LACK): $(O)/without
$(O)/without: FORCE | $(O)/flags
	@echo '$(WITHOUT)' | cmp -s - $@ || echo '$(WITHOUT)' >$@

# The version: what git calls this commit; "unknown" in a source archive.
$(O)/version.c: FORCE | $(O)/flags
	@v=; [ ! -e .git ] || v=$$(GIT_OPTIONAL_LOCKS=0 git describe --always \
		--dirty --tags 2>/dev/null | tr -cd 'A-Za-z0-9._+-' | cut -c-40); \
	echo "const char launder_version[] = \"$${v:-unknown}\";" >$@.new; \
	if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(O)/%.o: %.c $(O)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(KCC) $(CFLAGS) -MMD -MP -c $< -o $@

$(O)/%.asm.o: %.asm $(O)/flags
	$(call say,NASM,$<)
	@mkdir -p $(@D)
	$(Q)nasm $(ASFLAGS) -MD $(@:.o=.d) $< -o $@

# Two links: the first, with an empty symbol table, gives the addresses for the
# table of the second.  Both must place the code at the same addresses.
$(O)/ksyms0.c: tools/ksyms $(O)/flags
	$(Q)$< </dev/null >$@
$(O)/ksyms.c: $(O)/launder0.elf tools/ksyms
	$(Q)$(NM) -n $< | tools/ksyms >$@
$(O)/ksyms.o $(O)/ksyms0.o $(O)/version.o: %.o: %.c
	$(Q)$(KCC) $(CFLAGS) -c $< -o $@

$(O)/launder0.elf: $(OBJS) $(O)/version.o $(O)/ksyms0.o linker.ld
	$(call say,LD,$@)
	$(Q)$(KLD) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBGCC)

$(KERNEL): $(OBJS) $(O)/version.o $(O)/ksyms.o linker.ld
	$(call say,LD,$@)
	$(Q)$(KLD) $(LDFLAGS) -Map $(O)/launder.map -o $@ \
		$(filter %.o,$^) $(LIBGCC)
	$(Q)$(NM) -n $@ | tools/ksyms | cmp -s - $(O)/ksyms.c || \
		{ echo "$@: the symbol table moved the code"; rm $@; exit 1; }

-include $(OBJS:.o=.d)

# ---- user programs, images -------------------------------------------------

user:			## the user programs: build/user/
	$(Q)[ ! -f user/Makefile ] || \
		$(MAKE) --no-print-directory -C user O=$(O)

image: user		## a root file system with them: build/root.img
	$(call say,IMAGE,$(ROOT))
	$(Q)O=$(O) tools/mkimage --bs 1024 --size 24 --out $(ROOT)

# Debian's programs, where they can be had (status 5: they cannot).
unix: user		## a root file system with Debian's: build/unix.img
	$(call say,IMAGE,$(UNIX))
	$(Q)O=$(O) tools/mkunix --out $(UNIX)

iso: kernel image	## a bootable CD with both: build/launder.iso
	$(call say,ISO,$(ISO))
	$(Q)tools/mkiso --kernel $(KERNEL) --config boot/grub.cfg \
		--module $(ROOT) --out $(ISO)

# ---- the simulator of policies: a program of this host ---------------------

HOSTCC	:= $(firstword $(foreach c,gcc clang,$(call have,$(c))))
include tools/cachesim/kern.mk
# The kernel's come last: a policy of the simulator keeps its name.
CACHESIM := $(patsubst %.c,$(O)/%.o,$(filter-out $(KERN_HOST),\
	   $(sort $(wildcard tools/cachesim/*.c))))
CACHESIM_KERN := $(patsubst %.c,$(O)/tools/cachesim/kern/%.o,\
	   $(KERN_FILES) $(KERN_HOST))
HOSTFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wmissing-prototypes \
	   -Wredundant-decls -I. $(filter -Werror,$(CFLAGS))

cachesim: $(if $(HOSTCC),$(O)/cachesim)	## what a policy costs on a trace: build/cachesim
	$(Q)$(if $(HOSTCC),:,echo "cachesim is left out: no gcc or clang of \
		this host" >&2)
$(O)/tools/cachesim/%.o: tools/cachesim/%.c $(O)/flags
	$(call say,HOST,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOSTFLAGS) -MMD -MP -c $< -o $@
$(O)/tools/cachesim/kern/%.o: %.c $(O)/flags tools/cachesim/kern.mk
	$(call say,HOST,$<)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOSTFLAGS) $(KERN_FLAGS) -DNDEBUG_WALKERS -MMD -MP \
		-c $< -o $@
$(O)/cachesim: $(CACHESIM) $(CACHESIM_KERN)
	$(call say,LINK,$@)
	$(Q)$(HOSTCC) $^ $(KERN_LINK) -o $@

-include $(CACHESIM:.o=.d) $(CACHESIM_KERN:.o=.d)

# ---- running ---------------------------------------------------------------

$(SCRATCH):		# hdb, for what works on a raw disk
	$(Q)truncate -s 32M $@

# Debian's programs unless RUN_ROOT names another image; without them, root.img.
run: kernel user $(SCRATCH)	## boot, console here (RUN="--mem 8 ...")
	$(Q)root="$(RUN_ROOT)"; \
	if [ -z "$$root" ]; then \
		O=$(O) tools/mkunix --out $(UNIX) && root=$(UNIX) || { \
		echo "make run: no Debian programs: booting $(ROOT)" >&2; \
		$(MAKE) --no-print-directory image && root=$(ROOT); }; \
	fi; \
	exec tools/run --with-parent --kernel $(KERNEL) --disk "$$root" \
		--disk $(SCRATCH) $(RUN)

gdb: kernel image $(SCRATCH)	## boot stopped, gdb attached (RUN=...)
	$(Q)O=$(O) exec tools/debug --kernel $(KERNEL) --disk $(ROOT) --disk $(SCRATCH) \
		$(RUN)

demo:			## install missing packages, build, show both designs
	$(Q)tools/setup demo
	$(Q)$(BUILD_ALL) all
	$(Q)O=$(O) tools/demo

demo-unix:		## Debian's programs on both, with swap: 8 minutes
	$(Q)tools/setup demo
	$(Q)$(BUILD_ALL) all
	$(Q)O=$(O) tools/demo-unix

test:			## install missing packages, build, run every test
	$(Q)tools/setup
	$(Q)$(BUILD_ALL) all
	$(Q)O=$(O) tools/test $(TESTS)

check-fast:		## style, host tests, two boots: 90 seconds
	$(Q)$(BUILD_ALL) all
	$(Q)tools/style
	$(Q)O=$(O) tools/test tests/host/ run-02-smoke

fuzz:			## random system calls for 10 minutes (FUZZ="--seed 7 ...")
	$(Q)$(BUILD_ALL) all
	$(Q)O=$(O) tools/fuzz $(FUZZ)

crash:			## cut the power 1,000 times (CRASH="--seed 7 ...")
	$(Q)$(BUILD_ALL) all
	$(Q)O=$(O) tools/crash $(CRASH)

# The file system on damaged disks; `tools/corrupt --help`.
corrupt:		## damaged disks: 3,200 mutants (CORRUPT="--seed 7 ...")
	$(Q)$(BUILD_ALL) all
	$(Q)O=$(O) tools/corrupt $(CORRUPT)

# Needs Debian's i386 programs; `tools/soak --help`.
soak:			## all workloads at once for an hour (SOAK="--minutes 10")
	$(Q)$(BUILD_ALL) all
	$(Q)O=$(O) tools/soak $(SOAK)

bench:			## measure a release build
	$(Q)$(BUILD_ALL) O=$(O)/release BUILD=release all
	$(Q)O=$(O)/release tools/bench

score:			## scanners against the best possible (SCORE="--quick")
	$(Q)tools/setup
	$(Q)$(BUILD_ALL) O=$(O)/release BUILD=release all
	$(Q)O=$(O)/release tools/score $(SCORE)

# PARTS: rows, pressure, dbench; else all three.
bench-linux:		## measure Debian's Linux beside Launder (PARTS=...)
	$(Q)tools/setup
	$(Q)$(BUILD_ALL) user
	$(Q)$(BUILD_ALL) O=$(O)/release BUILD=release all
	$(Q)O=$(O) tools/bench-linux $(PARTS)

fsck:			## check a file system image (DISK=FILE)
	$(Q)PATH="$$PATH:/usr/sbin:/sbin" e2fsck -fn $(or $(DISK),$(ROOT))

# ---- checks ----------------------------------------------------------------

doctor:			## list the installed and the missing tools
	$(Q)tools/doctor
setup:			## install the missing ones (Debian, Ubuntu)
	$(Q)tools/setup
style: kernel		## check the house rules, types, spelling, C, rooms
	$(Q)tools/style
	$(Q)O=$(O) tools/lint
	$(Q)O=$(O) tools/rooms check
rooms: kernel		## draw who calls whom between rooms: docs/rooms.svg
	$(Q)O=$(O) tools/rooms draw
loc:			## lines of code a directory, against the budgets
	$(Q)tools/loc
clean:			## remove the output folder
	$(Q)rm -rf $(O)
help:			## this list
	@echo "make              everything: kernel, user programs"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | \
		expand -t 18
