/*
 * tools/pageref_plugin.c - each frame's last access, as QEMU's processor sees it
 *
 * A plugin of QEMU's translator (API 1; the few declarations needed stand
 * below, so no header package is wanted).  For each 4 KiB frame of memory it
 * keeps the number of the instruction that accessed it last, and counts loads
 * and stores by user and kernel.  `xchg %bx, %bx` in user mode is a marker: a
 * line "marker INSTRUCTIONS", then for each frame accessed so far a line
 * "frame PFN LAST USER_LOADS USER_STORES KERNEL_LOADS KERNEL_STORES".
 *
 * Arguments: out=FILE; mb=N, the megabytes of memory that are watched (256).
 *
 * Limits: one processor.  Walks over page tables, fetches of instructions, and
 * what a device copies are no accesses here; the ramdisk's copies are.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT		__attribute__((visibility("default")))
#define KERNEL_BASE	0xc0000000u
#define FRAME_SHIFT	12

/* ---- QEMU's side: include/qemu/qemu-plugin.h, version 1 ------------------ */

typedef uint64_t plugin_id;
typedef uint32_t meminfo;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
enum { ADD_U64 = 0, NO_REGS = 0, MEM_RW = 3 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
		void (*fn)(plugin_id id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_atexit_cb(plugin_id id,
		void (*fn)(plugin_id id, void *data), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(
		const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
		void (*fn)(unsigned int vcpu, void *data), int registers,
		void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
		int op, void *counter, uint64_t add);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
		void (*fn)(unsigned int vcpu, meminfo info, uint64_t address,
			   void *data),
		int registers, int rw, void *data);
bool qemu_plugin_mem_is_store(meminfo info);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(meminfo info,
						  uint64_t address);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *addr);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *addr);

EXPORT int qemu_plugin_version = 1;

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
		if (!kernel && qemu_plugin_insn_size(insn) == 3 &&
		    !memcmp(qemu_plugin_insn_data(insn), "\x66\x87\xdb", 3))
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
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
		else if (!strncmp(argv[i], "mb=", 3))
			nr_frames = strtoul(argv[i] + 3, NULL, 0) <<
				    (20 - FRAME_SHIFT);
	}
	frames = calloc(nr_frames, sizeof(*frames));
	if (!out || !frames)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
