/*
 * tools/pageref_plugin.c - each frame's last access, as QEMU's processor sees it
 *
 * A plugin of QEMU's translator.  For each 4 KiB frame of memory it keeps the
 * number of the instruction that accessed it last, and counts loads and stores
 * by user and kernel.  `xchg %bx, %bx` in user mode is a marker: a line "marker
 * INSTRUCTIONS", then for each frame accessed so far a line
 * "frame PFN LAST USER_LOADS USER_STORES KERNEL_LOADS KERNEL_STORES".
 *
 * Arguments: out=FILE; mb=N, the megabytes of memory that are watched (256).
 *
 * Limits: one processor.  Walks over page tables, fetches of instructions, and
 * what a device copies are no accesses here; the ramdisk's copies are.
 */
#include "plugin.h"

#include <stdio.h>
#include <stdlib.h>

#define FRAME_SHIFT	12

/* ---- frames -------------------------------------------------------------- */

struct frame {
	uint64_t last;			/* instruction */
	uint64_t accesses[2][2];	/* by kernel; stores */
};

static uint64_t instructions;
static struct frame *frames;
static size_t nr_frames = 256 << (20 - FRAME_SHIFT);
static FILE *out;

static void access_memory(unsigned int vcpu, meminfo info, uint64_t address,
			  void *by_kernel)
{
	struct qemu_plugin_hwaddr *at = qemu_plugin_get_hwaddr(info, address);
	uint64_t pfn;

	(void)vcpu;
	if (!at || qemu_plugin_hwaddr_is_io(at))
		return;
	pfn = qemu_plugin_hwaddr_phys_addr(at) >> FRAME_SHIFT;
	if (pfn >= nr_frames)
		return;
	frames[pfn].last = instructions;
	frames[pfn].accesses[by_kernel != NULL]
			    [qemu_plugin_mem_is_store(info)]++;
}

static void marker(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	fprintf(out, "marker %llu\n", (unsigned long long)instructions);
	for (size_t i = 0; i < nr_frames; i++) {
		const struct frame *f = &frames[i];

		if (!f->last)
			continue;
		fprintf(out, "frame %zu %llu %llu %llu %llu %llu\n", i,
			(unsigned long long)f->last,
			(unsigned long long)f->accesses[0][0],
			(unsigned long long)f->accesses[0][1],
			(unsigned long long)f->accesses[1][0],
			(unsigned long long)f->accesses[1][1]);
	}
	fflush(out);
}

/* ---- translation --------------------------------------------------------- */

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		bool kernel = qemu_plugin_insn_vaddr(insn) >= KERNEL_BASE;

		qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64,
							   &instructions, 1);
		qemu_plugin_register_vcpu_mem_cb(insn, access_memory, NO_REGS,
						 MEM_RW,
						 kernel ? &frames : NULL);
		if (is_marker(insn))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, marker,
							       NO_REGS, NULL);
	}
}

static void at_exit(plugin_id id, void *data)
{
	(void)id;
	(void)data;
	fclose(out);
}

EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc,
			       char **argv)
{
	const char *path = plugin_option(argc, argv, "out=");
	const char *mb = plugin_option(argc, argv, "mb=");

	(void)info;
	if (mb)
		nr_frames = strtoul(mb, NULL, 0) << (20 - FRAME_SHIFT);
	out = path ? fopen(path, "w") : NULL;
	frames = calloc(nr_frames, sizeof(*frames));
	if (!out || !frames)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
