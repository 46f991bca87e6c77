/*
 * fs/exec/binfmt_elf.c - ELF programs: maps their segments.
 *
 * The headers are read and checked completely before anything is mapped: for an
 * invalid file exec returns ENOEXEC and the caller continues.  A PT_LOAD
 * segment becomes one private mapping of the file; the bytes of memsz beyond
 * filesz are zero (mm/space/memory.c, file_bytes).  Segments are not read here:
 * the first access to a page reads it.
 *
 * A position-independent program is mapped at PIE_BASE and its interpreter, if
 * relocatable too, at INTERP_BASE; other files at the addresses they state.
 */
#include "fs/exec/exec.h"
#include "fs/vfs/file.h"
#include "kernel/core/task.h"
#include "kernel/base/x86.h"
#include "mm/space/mm.h"
#include "mm/space/mman.h"
#include "mm/heap/slab.h"

#define PIE_BASE	0x80000000UL
#define INTERP_BASE	0x40000000UL
#define USER_LIMIT	0xB0000000UL	/* room for the stack above */
#define PHDRS_MAX	16
#define INTERP_MAX	256

#define ET_EXEC		2
#define ET_DYN		3
#define EM_386		3
#define PT_LOAD		1
#define PT_INTERP	3
#define PF_X		1u
#define PF_W		2u
#define PF_R		4u

#define AT_PHDR		3
#define AT_PHENT	4
#define AT_PHNUM	5
#define AT_PAGESZ	6
#define AT_BASE		7
#define AT_ENTRY	9
#define AT_UID		11
#define AT_EUID		12
#define AT_GID		13
#define AT_EGID		14
#define AT_HWCAP	16
#define AT_CLKTCK	17
#define AT_SECURE	23

struct elf_header {
	u8 ident[16];
	u16 type, machine;
	u32 version, entry, phoff, shoff, flags;
	u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_phdr {
	u32 type, offset, vaddr, paddr, filesz, memsz, flags, align;
};

/* A file's headers, and its load address. */
struct elf_image {
	struct file *file;
	struct elf_header head;
	struct elf_phdr ph[PHDRS_MAX];
	unsigned long bias;		/* added to its addresses */
	unsigned long end;		/* end of its memory */
};

/* ---- reading and checking ------------------------------------------------ */

/* => true: a 32-bit little-endian i386 program or shared object,
 * whose headers fit. */
static bool header_ok(const struct elf_header *head)
{
	static const u8 ident[7] = { 0x7f, 'E', 'L', 'F', 1, 1, 1 };

	return !memcmp(head->ident, ident, sizeof(ident)) &&
		(head->type == ET_EXEC || head->type == ET_DYN) &&
		head->machine == EM_386 &&
		head->phentsize == sizeof(struct elf_phdr) &&
		head->phnum >= 1 && head->phnum <= PHDRS_MAX;
}

/* => true: the segment is inside the file and user space, above the one before,
 * and page-aligned like its file offset. */
static bool load_ok(const struct elf_image *image, const struct elf_phdr *ph,
		    unsigned long above)
{
	unsigned long start = ph->vaddr + image->bias;

	return ph->filesz <= ph->memsz &&
		(u64)ph->offset + ph->filesz <= (u64)image->file->inode->size &&
		(ph->vaddr & ~PAGE_MASK) == (ph->offset & ~PAGE_MASK) &&
		start >= ph->vaddr && start < USER_LIMIT &&
		ph->memsz <= USER_LIMIT - start &&
		(start & PAGE_MASK) >= above && start >= PAGE_SIZE;
}

/* => true: every PT_LOAD is valid and one has the entry; sets image->end. */
static bool segments_ok(struct elf_image *image)
{
	unsigned long above = 0, entry = image->head.entry;
	const struct elf_phdr *ph = image->ph;
	bool entry_inside = false;
	int i;

	for (i = 0; i < image->head.phnum; i++, ph++) {
		if (ph->type != PT_LOAD || !ph->memsz)
			continue;
		if (!load_ok(image, ph, above))
			return false;
		image->end = ph->vaddr + ph->memsz + image->bias;
		above = round_up(image->end, PAGE_SIZE);
		entry_inside |= entry >= ph->vaddr &&
			entry - ph->vaddr < ph->memsz;
	}
	return entry_inside;
}

/* Reads and checks the headers. => 0, -ENOEXEC, or -E of the disk */
static int read_image(struct elf_image *image, unsigned long base)
{
	struct elf_header *head = &image->head;
	long n, bytes;

	n = kernel_read(image->file, 0, head, sizeof(*head));
	if (n < 0)
		return n;
	if (n < (long)sizeof(*head) || !header_ok(head))
		return -ENOEXEC;
	bytes = head->phnum * sizeof(struct elf_phdr);
	n = kernel_read(image->file, head->phoff, image->ph, bytes);
	if (n != bytes)
		return n < 0 ? n : -ENOEXEC;
	image->bias = 0;
	if (head->type == ET_DYN)
		image->bias = base;
	return segments_ok(image) ? 0 : -ENOEXEC;
}

/* => the first program header of that type; NULL: none */
static const struct elf_phdr *find_phdr(const struct elf_image *image,
					u32 type)
{
	int i;

	for (i = 0; i < image->head.phnum; i++)
		if (image->ph[i].type == type)
			return &image->ph[i];
	return NULL;
}

/* Reads the interpreter. => 0 with interp->file NULL: there is none; or -E */
static int read_interp(const struct elf_image *image, struct elf_image *interp)
{
	const struct elf_phdr *ph = find_phdr(image, PT_INTERP);
	char name[INTERP_MAX];
	long n;
	int error;

	if (!ph)
		return 0;
	if (ph->filesz < 2 || ph->filesz > sizeof(name))
		return -ENOEXEC;
	n = kernel_read(image->file, ph->offset, name, ph->filesz);
	if (n != (long)ph->filesz || name[n - 1])
		return n < 0 ? n : -ENOEXEC;
	interp->file = open_exec(name);
	if (IS_ERR(interp->file)) {
		error = PTR_ERR(interp->file);
		interp->file = NULL;
		return error;
	}
	return read_image(interp, INTERP_BASE);
}

/* ---- mapping ------------------------------------------------------------- */

static unsigned int prot_of(const struct elf_phdr *ph)
{
	return (ph->flags & PF_R ? PROT_READ : 0) |
		(ph->flags & PF_W ? PROT_WRITE : 0) |
		(ph->flags & PF_X ? PROT_EXEC : 0);
}

/* Maps one PT_LOAD as one area, bss included. => 0 or -E */
static int map_segment(struct mm_struct *mm, const struct elf_image *image,
		       const struct elf_phdr *ph)
{
	unsigned long start = (ph->vaddr + image->bias) & PAGE_MASK;
	unsigned long before = ph->vaddr & ~PAGE_MASK;
	struct file *file = ph->filesz ? image->file : NULL;
	long at = do_mmap(mm, file, start, before + ph->memsz, prot_of(ph),
			  MAP_PRIVATE | MAP_FIXED, ph->offset >> PAGE_SHIFT);

	if (IS_ERR((void *)at))
		return at;
	if (file && ph->filesz < ph->memsz)
		find_area(mm, start)->file_bytes = before + ph->filesz;
	return 0;
}

/* Maps all PT_LOADs; the first executable one is "code" in /proc. => 0 or -E */
static int map_image(struct mm_struct *mm, const struct elf_image *image)
{
	const struct elf_phdr *ph = image->ph;
	int i, error;

	for (i = 0; i < image->head.phnum; i++, ph++) {
		if (ph->type != PT_LOAD || !ph->memsz)
			continue;
		error = map_segment(mm, image, ph);
		if (error)
			return error;
		if (ph->flags & PF_X && !mm->start_code) {
			mm->start_code = ph->vaddr + image->bias;
			mm->end_code = mm->start_code + ph->filesz;
		}
	}
	return 0;
}

/* => address of the program headers in memory; 0: in no segment */
static unsigned long phdr_address(const struct elf_image *image)
{
	const struct elf_phdr *ph = image->ph;
	u32 at = image->head.phoff;
	int i;

	for (i = 0; i < image->head.phnum; i++, ph++)
		if (ph->type == PT_LOAD && at >= ph->offset &&
		    at - ph->offset < ph->filesz)
			return ph->vaddr + (at - ph->offset) + image->bias;
	return 0;
}

/* Fills the auxiliary vector for the C library; without AT_SYSINFO
 * it uses int 0x80. */
static void fill_auxv(struct exec *exec, const struct elf_image *image,
		      const struct elf_image *interp)
{
	unsigned long phdr = phdr_address(image);
	u32 cpu[4];

	x86_cpuid(1, cpu);
	if (phdr) {
		exec_auxv(exec, AT_PHDR, phdr);
		exec_auxv(exec, AT_PHENT, sizeof(struct elf_phdr));
		exec_auxv(exec, AT_PHNUM, image->head.phnum);
	}
	exec_auxv(exec, AT_PAGESZ, PAGE_SIZE);
	exec_auxv(exec, AT_BASE, interp->file ? interp->bias : 0);
	exec_auxv(exec, AT_ENTRY, image->head.entry + image->bias);
	exec_auxv(exec, AT_UID, current->uid);
	exec_auxv(exec, AT_EUID, exec->euid);
	exec_auxv(exec, AT_GID, current->gid);
	exec_auxv(exec, AT_EGID, exec->egid);
	exec_auxv(exec, AT_HWCAP, cpu[3]);
	exec_auxv(exec, AT_CLKTCK, HZ);
	exec_auxv(exec, AT_SECURE, exec->euid != current->uid ||
		  exec->egid != current->gid);
}

/* Maps the program and its interpreter, if it names one. */
static int load_both(struct exec *exec, struct elf_image *image,
		     struct elf_image *interp)
{
	const struct elf_image *first = interp->file ? interp : image;
	struct mm_struct *mm = exec->mm;
	int error = map_image(mm, image);

	if (!error && interp->file)
		error = map_image(mm, interp);
	if (error)
		return error;
	mm->start_brk = mm->brk = round_up(image->end, PAGE_SIZE);
	exec->entry = first->head.entry + first->bias;
	fill_auxv(exec, image, interp);
	return 0;
}

int elf_load(struct exec *exec)
{
	struct elf_image *image = kmalloc(2 * sizeof(*image), GFP_KERNEL);
	struct elf_image *interp;
	int error;

	if (!image)
		return -ENOMEM;
	interp = image + 1;
	image->file = exec->file;
	interp->file = NULL;
	error = read_image(image, PIE_BASE);
	if (!error)
		error = read_interp(image, interp);
	if (!error)
		error = load_both(exec, image, interp);
	if (interp->file)
		fput(interp->file);
	kfree(image);
	return error;
}
