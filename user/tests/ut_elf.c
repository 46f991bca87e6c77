/*
 * user/tests/ut_elf.c - tests: ELF files that lie
 *
 * Each lie is a change to a copy of this very program.  execve must refuse it,
 * or kill the process if it finds out too late; it must never run, and nothing
 * worse may happen.
 */
#include "ut.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned char *image;	/* this program, to be changed */
static size_t image_size;

static Elf32_Ehdr *ehdr(void)
{
	return (Elf32_Ehdr *)image;
}

/* => the first loadable segment with those flags */
static Elf32_Phdr *load(unsigned flags)
{
	Elf32_Phdr *ph = (Elf32_Phdr *)(image + ehdr()->e_phoff);

	for (int i = 0; i < ehdr()->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD && (ph[i].p_flags & flags) == flags)
			return &ph[i];
	ut_fail(__FILE__, __LINE__, "no such segment");
}

static void read_image(void)
{
	int fd = xopen(ut_self, O_RDONLY, 0);

	image_size = fd_size(fd);
	image = xmalloc(image_size);
	xpread(fd, image, image_size, 0);
	xclose(fd);
}

static void exec_image(void)
{
	char *argv[] = { "lie", "--child", "bss", NULL };

	execve("./lie", argv, NULL);
	_exit(errno);
}

/* => wait status of executing the image; exit codes below 42 are an errno */
static int run_image(void)
{
	int fd = xopen("lie", O_WRONLY | O_CREAT | O_TRUNC, 0755);

	xwrite(fd, image, image_size);
	xclose(fd);
	return ut_status_of(exec_image);
}

static int is_refusal(int err)
{
	return err == ENOEXEC || err == EINVAL || err == EIO ||
	       err == ENOMEM || err == EFAULT;
}

static void elf_honest(void)
{
	read_image();
	CHECK(run_image() == 42 << 8);
}

/* --- the lies ------------------------------------------------------ */

static void bad_magic(void)		{ image[1] = 'e'; }
static void bad_machine(void)		{ ehdr()->e_machine = EM_ARM; }
static void bad_type(void)		{ ehdr()->e_type = ET_REL; }
static void truncated_header(void)	{ image_size = 40; }
static void truncated_phdrs(void)	{ image_size = 60; }
static void truncated_text(void)	{ image_size = PAGE + 100; }
static void empty_file(void)		{ image_size = 0; }
static void phdrs_beyond(void)		{ ehdr()->e_phoff = 0x7ffffff0; }
static void phdrs_negative(void)	{ ehdr()->e_phoff = 0xfffffff0; }
static void phentsize_odd(void)		{ ehdr()->e_phentsize = 7; }
static void phnum_none(void)		{ ehdr()->e_phnum = 0; }
static void phnum_huge(void)		{ ehdr()->e_phnum = 0xffff; }
static void entry_kernel(void)		{ ehdr()->e_entry = 0xc0100000; }
static void entry_nowhere(void)		{ ehdr()->e_entry = 0x40; }
static void vaddr_kernel(void)		{ load(PF_X)->p_vaddr = 0xc0100000; }
static void vaddr_wraps(void)		{ load(PF_W)->p_vaddr = 0xfffff000; }
static void memsz_huge(void)		{ load(PF_W)->p_memsz = 0xfff00000; }
static void offset_beyond(void)		{ load(PF_X)->p_offset = 0x10000000; }
static void offset_unaligned(void)	{ load(PF_X)->p_offset += 5; }

static void memsz_small(void)
{
	load(PF_X)->p_memsz = load(PF_X)->p_filesz / 2;
}

static void filesz_huge(void)
{
	load(PF_W)->p_filesz = load(PF_W)->p_memsz = 0xe0000000;
}

static const struct {
	const char *name;
	void (*tell)(void);
} lies[] = {
	{ "bad_magic", bad_magic },
	{ "bad_machine", bad_machine },
	{ "bad_type", bad_type },
	{ "truncated_header", truncated_header },
	{ "truncated_phdrs", truncated_phdrs },
	{ "truncated_text", truncated_text },
	{ "empty_file", empty_file },
	{ "phdrs_beyond", phdrs_beyond },
	{ "phdrs_negative", phdrs_negative },
	{ "phentsize_odd", phentsize_odd },
	{ "phnum_none", phnum_none },
	{ "phnum_huge", phnum_huge },
	{ "entry_kernel", entry_kernel },
	{ "entry_nowhere", entry_nowhere },
	{ "vaddr_kernel", vaddr_kernel },
	{ "vaddr_wraps", vaddr_wraps },
	{ "memsz_small", memsz_small },
	{ "memsz_huge", memsz_huge },
	{ "filesz_huge", filesz_huge },
	{ "offset_beyond", offset_beyond },
	{ "offset_unaligned", offset_unaligned },
};

static void elf_lies(void)
{
	char why[120];

	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		int status;

		read_image();
		lies[i].tell();
		status = run_image();
		if (WIFSIGNALED(status) || is_refusal(WEXITSTATUS(status)))
			continue;
		snprintf(why, sizeof(why), "%s ends with status %#x",
			 lies[i].name, status);
		ut_fail(__FILE__, __LINE__, why);
	}
}

/* exit(its own address >> 24), as shared object and as program */
static const unsigned char where[] = {
	0xe8, 0, 0, 0, 0, 0x5b,		/* call here; here: pop %ebx */
	0xc1, 0xeb, 24,			/* shr $24, %ebx */
	0x31, 0xc0, 0x40, 0xcd, 0x80,	/* %eax = 1; int $0x80: exit */
};

/* => the top byte of the address where such a file's code runs */
static int runs_at(int type, unsigned vaddr)
{
	Elf32_Phdr *ph;

	read_image();
	ph = (Elf32_Phdr *)(image + ehdr()->e_phoff);
	ehdr()->e_type = type;
	ehdr()->e_phnum = 1;
	image_size = 512;
	memcpy(image + 256, where, sizeof(where));
	*ph = (Elf32_Phdr){ .p_type = PT_LOAD, .p_vaddr = vaddr,
		.p_filesz = image_size, .p_memsz = image_size,
		.p_flags = PF_R | PF_X, .p_align = PAGE };
	ehdr()->e_entry = vaddr + 256;
	return WEXITSTATUS(run_image());
}

/* The dynamic linker, run by hand, maps programs at their own addresses: a
 * shared object that is executed is out of their way. */
static void elf_shared_object(void)
{
	CHECK(runs_at(ET_EXEC, 0x08048000) == 0x08);
	CHECK(runs_at(ET_DYN, 0) == 0x80);
}

/* A refused program must leave the caller as it was. */
static void elf_refused_unharmed(void)
{
	char *argv[] = { "lie", NULL };
	char keep[64];

	read_image();
	pattern_fill(keep, sizeof(keep), 3);
	bad_magic();
	run_image();
	FAILS(ENOEXEC, execve("./lie", argv, NULL));
	CHECK(pattern_check(keep, sizeof(keep), 3) < 0);
	CHECK(image[0] == 0x7f && getpid() > 0);
}

static void elf_deleted(void)
{
	read_image();
	CHECK(run_image() == 42 << 8);
	CHECK(unlink("lie") == 0);
	FAILS(ENOENT, execve("./lie", NULL, NULL));
}

/* The name of the script is what the interpreter is asked for. */
static int run_script(const char *text)
{
	pid_t pid;

	ut_put("bss", text);
	CHECK(chmod("bss", 0755) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		execl("bss", "script", NULL);
		_exit(errno == ENOEXEC ? 88 : 1);
	}
	return WEXITSTATUS(ut_wait(pid));
}

/* A line may end with its file, but not be cut. */
static void script_lines(void)
{
	char line[200] = "#!./lie --child";

	read_image();
	CHECK(run_image() == 42 << 8);
	CHECK(run_script("#!./lie --child\n") == 42);
	CHECK(run_script("#! ./lie \t--child \nrest") == 42);
	CHECK(run_script("#!./lie --child") == 42);
	CHECK(run_script("#!\n") == 88);
	memset(line + 15, ' ', sizeof(line) - 16);
	CHECK(run_script(line) == 88);
}

/* --- a program that runs ------------------------------------------- */

static int ready[2], go_on[2];

/* Runs ./lie, which reports that it runs, and then waits. */
static void exec_waiting(void)
{
	char out[12], in[12];
	char *argv[] = { "lie", "--child", "wait", out, in, NULL };

	close(go_on[1]);
	snprintf(out, sizeof(out), "%d", ready[1]);
	snprintf(in, sizeof(in), "%d", go_on[0]);
	execve("./lie", argv, NULL);
}

/* A running program cannot be written to, but its name can be removed. */
static void elf_text_busy(void)
{
	char c;
	pid_t pid;

	read_image();
	CHECK(run_image() == 42 << 8);
	CHECK(pipe(ready) == 0 && pipe(go_on) == 0);
	pid = ut_start(exec_waiting);
	CHECK(read(ready[0], &c, 1) == 1);
	FAILS(ETXTBSY, open("lie", O_WRONLY));
	FAILS(ETXTBSY, open("lie", O_RDWR));
	FAILS(ETXTBSY, open("lie", O_RDONLY | O_TRUNC));
	FAILS(ETXTBSY, truncate("lie", 0));
	xclose(xopen("lie", O_RDONLY, 0));
	CHECK(rename("lie", "moved") == 0);
	FAILS(ETXTBSY, open("moved", O_WRONLY));
	close(go_on[1]);
	CHECK(ut_wait(pid) == 42 << 8);
	xclose(xopen("moved", O_WRONLY, 0));
}

/* A file that is open for writing is not run. */
static void elf_open_for_writing(void)
{
	int fd;

	read_image();
	CHECK(run_image() == 42 << 8);
	fd = xopen("lie", O_WRONLY, 0);
	CHECK(ut_status_of(exec_image) == ETXTBSY << 8);
	xclose(fd);
	CHECK(ut_status_of(exec_image) == 42 << 8);
}

static const struct ut_test tests[] = {
	{ "honest", elf_honest },
	{ "lies", elf_lies },
	{ "shared_object", elf_shared_object },
	{ "refused_unharmed", elf_refused_unharmed },
	{ "deleted", elf_deleted },
	{ "text_busy", elf_text_busy },
	{ "open_for_writing", elf_open_for_writing },
	{ "script_lines", script_lines },
};

UT_GROUP(ut_elf, tests);
