/*
 * tools/plugin.h - what a plugin of QEMU's translator needs, API version 1
 *
 * The declarations are those of QEMU's include/qemu/qemu-plugin.h that are used
 * here: Debian's QEMU loads plugins, but brings no header.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EXPORT		__attribute__((visibility("default")))
#define KERNEL_BASE	0xc0000000u

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

/* For QEMU; each plugin includes this file once. */
EXPORT int qemu_plugin_version = 1;

/* => an instruction of a user program that marks a place: xchg %bx, %bx */
static inline bool is_marker(const struct qemu_plugin_insn *insn)
{
	return qemu_plugin_insn_vaddr(insn) < KERNEL_BASE &&
	       qemu_plugin_insn_size(insn) == 3 &&
	       !memcmp(qemu_plugin_insn_data(insn), "\x66\x87\xdb", 3);
}

/* => the value of this option among the plugin's arguments, or NULL; name ends
 * in '=' */
static inline const char *plugin_option(int argc, char **argv, const char *name)
{
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], name, strlen(name)))
			return argv[i] + strlen(name);
	return NULL;
}
