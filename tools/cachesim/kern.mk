# tools/cachesim/kern.mk - the kernel's files that run in the simulator, for the
# Makefiles here and in tests/host
#
# A scanner beside the others needs no line here.
KERN_FILES := $(sort $(wildcard mm/reclaim/*.c)) mm/frames/page_alloc.c \
	mm/swap/page_io.c mm/swap/swap_map.c mm/swap/swap_state.c \
	drivers/block/blk.c drivers/block/blk_check.c \
	drivers/block/disk_time.c drivers/block/elevator.c \
	$(sort $(wildcard fs/buffer/*.c)) fs/vfs/file_rw.c \
	fs/vfs/readahead.c fs/vfs/writeback.c \
	kernel/base/vmhist.c kernel/base/vmstat.c kernel/core/lock.c \
	kernel/core/sched.c kernel/core/time.c kernel/core/walker.c
KERN_HOST := $(sort $(wildcard tools/cachesim/kern_*.c))

# The processor's header and that of physical memory are those of the host.  The
# linker drops what has no caller: system calls, and what these would need.
KERN_FLAGS := -include tools/cachesim/kern_atomic.h \
	-iquote tests/host/include -D__dev_t_defined \
	-fno-strict-aliasing -ffunction-sections -fdata-sections \
	-Wno-unknown-warning-option -Wno-format-truncation \
	-Wno-redundant-decls
KERN_LINK := -Wl,--gc-sections -Wl,--wrap=page_cache_readahead \
	-Wl,--wrap=yield
