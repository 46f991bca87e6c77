/*
 * tools/bench_plugin.c - counts guest instructions, inside QEMU.
 *
 * A plugin of QEMU's translator.  Every instruction adds 1 to one of two
 * counters, kernel or user; a repeated string instruction adds 1 for each turn.
 * `xchg %bx, %bx` in user mode is a marker: markers come in pairs, and at the
 * second of a pair a line "pair USER KERNEL" goes to the output file.
 *
 * Arguments: out=FILE; profile=BYTES, which also counts the first BYTES of the
 * kernel's text by address: a line "at ADDRESS COUNT" each, after the pair's.
 * The first line is "boot KERNEL": up to the first user instruction.
 *
 * Limits: one processor.  Time is not counted, nor is what a device does.
 */
#include "plugin.h"

#include <stdio.h>
#include <stdlib.h>

#define KERNEL_TEXT	0xc0100000u
#define KERNEL_END	0xf0000000u	/* above it: the firmware */

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
	if (is_marker(insn))
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
	const char *path = plugin_option(argc, argv, "out=");
	const char *profile = plugin_option(argc, argv, "profile=");

	(void)info;
	if (profile)
		at_size = strtoul(profile, NULL, 0);
	out = path ? fopen(path, "w") : NULL;
	at = calloc(at_size, sizeof(*at));
	at_then = calloc(at_size, sizeof(*at));
	if (!out || !at || !at_then)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
