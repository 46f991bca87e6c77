/*
 * tools/bench_plugin.c - counts guest instructions, inside QEMU.
 *
 * A plugin of QEMU's translator (API 1; the few declarations needed stand
 * below, so no header package is wanted).  Every instruction adds 1 to one of
 * two counters, kernel or user; a repeated string instruction adds 1 for each
 * turn.  `xchg %bx, %bx` in user mode is a marker: markers come in pairs, and
 * at the second of a pair a line "pair USER KERNEL" goes to the output file.
 *
 * Arguments: out=FILE; profile=BYTES, which also counts the first BYTES of the
 * kernel's text by address: a line "at ADDRESS COUNT" each, after the pair's.
 * The first line is "boot KERNEL": up to the first user instruction.
 *
 * Limits: one processor.  Time is not counted, nor is what a device does.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT		__attribute__((visibility("default")))
#define KERNEL_BASE	0xc0000000u
#define KERNEL_TEXT	0xc0100000u
#define KERNEL_END	0xf0000000u	/* above it: the firmware */

/* ---- QEMU's side: include/qemu/qemu-plugin.h, version 1 ------------------ */

typedef uint64_t plugin_id;
typedef void vcpu_fn(unsigned int vcpu, void *data);
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { ADD_U64 = 0, NO_REGS = 0 };

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
		vcpu_fn *fn, int registers, void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
		int op, void *counter, uint64_t add);

EXPORT int qemu_plugin_version = 1;

/* ---- counters ------------------------------------------------------------ */

static uint64_t user, kernel, user_then, kernel_then;
static uint64_t *at, *at_then;		/* by address, if profile= was given */
static size_t at_size;
static FILE *out;
static bool inside, in_user;		/* between markers; boot is over */

static void first_user(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	if (!in_user)
		fprintf(out, "boot %llu\n", (unsigned long long)kernel);
	in_user = true;
}

static void end_of_pair(void)
{
	fprintf(out, "pair %llu %llu\n",
		(unsigned long long)(user - user_then),
		(unsigned long long)(kernel - kernel_then));
	for (size_t i = 0; i < at_size; i++)
		if (at[i] != at_then[i])
			fprintf(out, "at %zx %llu\n", KERNEL_TEXT + i,
				(unsigned long long)(at[i] - at_then[i]));
	fflush(out);
}

static void marker(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	if (inside)
		end_of_pair();
	inside = !inside;
	user_then = user;
	kernel_then = kernel;
	if (at)
		memcpy(at_then, at, at_size * sizeof(*at));
}

/* ---- translation --------------------------------------------------------- */

static void count_user(struct qemu_plugin_insn *insn)
{
	if (!in_user && kernel)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, first_user,
						       NO_REGS, NULL);
	qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &user, 1);
	if (qemu_plugin_insn_size(insn) == 3 &&
	    !memcmp(qemu_plugin_insn_data(insn), "\x66\x87\xdb", 3))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, marker, NO_REGS,
						       NULL);
}

static void count_kernel(struct qemu_plugin_insn *insn, uint64_t address)
{
	qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &kernel, 1);
	if (address - KERNEL_TEXT < at_size)
		qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64,
				&at[address - KERNEL_TEXT], 1);
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);

		if (address < KERNEL_BASE)
			count_user(insn);
		else if (address < KERNEL_END)
			count_kernel(insn, address);
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
		else if (!strncmp(argv[i], "profile=", 8))
			at_size = strtoul(argv[i] + 8, NULL, 0);
	}
	at = calloc(at_size, sizeof(*at));
	at_then = calloc(at_size, sizeof(*at));
	if (!out || !at || !at_then)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
