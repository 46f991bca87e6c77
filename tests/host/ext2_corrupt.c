/*
 * tests/host/ext2_corrupt.c - ext2 on broken disks.
 *
 *	ext2_corrupt IMAGE
 *
 * IMAGE holds the files small, big (with indirect blocks), other, the
 * directory dir and its file dir/inner.  Each case breaks a fresh copy in one
 * place, mounts it and uses it: it must be refused, or go read-only, or work,
 * with a reason said, and never panic.  (Random damage: ext2_mutants.c.)
 */
#include <stdio.h>

#include "tests/host/ext2_fakes.h"
#include "tests/host/ext2_use.h"

enum outcome { REFUSED, READ_ONLY, SOUND };
static const char *const outcomes[] = { "refused", "read-only", "sound" };

static u8 *good;
static struct ext2_super_block *es;
static u32 bs;
static u32 ino_small, ino_big, ino_other, ino_dir;
static u32 spare_table;		/* a block of unused inodes */
static int failures;

/* ---- finding things on the disk ---------------------------------------- */

static struct ext2_group_desc *desc(u32 group)
{
	return (struct ext2_group_desc *)
		(fake_disk + (es->s_first_data_block + 1) * bs) + group;
}

static u8 *block(u32 n)
{
	return fake_disk + (size_t)n * bs;
}

static struct ext2_inode *raw(u32 ino)
{
	u32 size = es->s_rev_level ? es->s_inode_size : 128;
	u32 group = (ino - 1) / es->s_inodes_per_group;

	return (struct ext2_inode *)(block(desc(group)->bg_inode_table) +
			(ino - 1) % es->s_inodes_per_group * size);
}

static struct ext2_dir_entry *first_entry(u32 ino)
{
	return (struct ext2_dir_entry *)block(raw(ino)->i_block[0]);
}

/* ---- a case ---------------------------------------------------------- */

static struct super_block *sb;

static enum outcome run(void)
{
	enum outcome outcome = REFUSED;

	fake_log_lines = 0;
	fake_log[0] = 0;
	sb = fake_mount(0);
	if (!sb)
		return outcome;
	ext2_use(sb);
	outcome = sb->flags & MS_RDONLY ? READ_ONLY : SOUND;
	fake_umount();
	return outcome;
}

/* ---- the cases ----------------------------------------------------------- */

static void none(void) {}
static void magic(void) { es->s_magic = 0; }
static void block_size(void) { es->s_log_block_size = 3; }
static void no_groups(void) { es->s_blocks_per_group = 0; }
static void odd_groups(void) { es->s_blocks_per_group = 12345; }
static void no_inodes(void) { es->s_inodes_per_group = 0; }
static void inode_count(void) { es->s_inodes_count++; }
static void too_large(void) { es->s_blocks_count += 10000; }
static void first_block(void) { es->s_first_data_block = 7; }
static void revision(void) { es->s_rev_level = 2; }
static void inode_size(void) { es->s_inode_size = 100; }
static void incompat(void) { es->s_feature_incompat |= 0x40; }
static void recovery(void) { es->s_feature_incompat |= 0x4; }
static void strange(void) { es->s_feature_incompat |= 0x80000080; }
static void journal(void) { es->s_feature_compat |= 0x4; }
static void ro_compat(void) { es->s_feature_ro_compat |= 0x10; }
static void compat(void) { es->s_feature_compat |= 0x1000; }
static void free_count(void) { es->s_free_blocks_count = 0x7fffffff; }
static void old_counts(void)
{
	es->s_free_blocks_count = 0;
	es->s_free_inodes_count = 0;
}

static void had_errors(void) { es->s_state |= EXT2_ERROR_FS; }
static void not_clean(void) { es->s_state &= (u16)~EXT2_VALID_FS; }
static void desc_bitmap(void) { desc(0)->bg_block_bitmap = 0xfffffff0; }
static void desc_ibitmap(void) { desc(0)->bg_inode_bitmap = 0; }
static void desc_table(void) { desc(0)->bg_inode_table = 1u << 31; }
static void desc_free(void) { desc(0)->bg_free_blocks_count = 0xffff; }
static void desc_same(void)
{
	desc(0)->bg_block_bitmap = desc(0)->bg_inode_bitmap;
}

static void fill_bitmaps(bool inodes, u8 value)
{
	u32 groups = es->s_inodes_count / es->s_inodes_per_group;

	for (u32 i = 0; i < groups; i++)
		memset(block(inodes ? desc(i)->bg_inode_bitmap
				    : desc(i)->bg_block_bitmap), value, bs);
}

static void blocks_free(void) { fill_bitmaps(false, 0); }
static void blocks_used(void) { fill_bitmaps(false, 0xff); }
static void inodes_free(void) { fill_bitmaps(true, 0); }
static void inodes_used(void) { fill_bitmaps(true, 0xff); }
static void inode_again(void)
{
	ext2_clear_bit(block(desc(0)->bg_inode_bitmap), ino_small - 1);
}

static void super_free(void)
{
	ext2_clear_bit(block(desc(0)->bg_block_bitmap), 0);
}

static void root_file(void) { raw(2)->i_mode = 0100644; }
static void root_size(void) { raw(2)->i_size = 100; }
static void root_gone(void) { raw(2)->i_links_count = 0; }
static void file_mode(void) { raw(ino_small)->i_mode = 0170000; }
static void file_size(void) { raw(ino_big)->i_size_high = 0x7fffffff; }
static void direct(void) { raw(ino_big)->i_block[3] = 0x7fffffff; }
static void desc_ptr(void)
{
	raw(ino_big)->i_block[0] = es->s_first_data_block + 1;
}
static void indirect(void) { raw(ino_big)->i_block[12] = 0xffffffff; }
static void in_indirect(void)
{
	((u32 *)block(raw(ino_big)->i_block[12]))[5] = es->s_blocks_count;
}

/* Every pointer of a level is the same: a billion paths to one block. */
static void many_paths(void)
{
	struct ext2_inode *inode = raw(ino_big);

	inode->i_block[14] = inode->i_block[1];
	for (int level = 1; level <= 3; level++)
		for (u32 i = 0; i < bs / 4; i++)
			((u32 *)block(inode->i_block[level]))[i] =
				inode->i_block[level + 1];
}

static void own_block(void)
{
	raw(ino_small)->i_block[0] = spare_table;
}
static void shared_block(void)
{
	raw(ino_small)->i_block[0] = raw(ino_other)->i_block[0];
}
static void few_links(void) { raw(2)->i_links_count = 1; }

static void rec_zero(void) { first_entry(2)->rec_len = 0; }
static void rec_long(void) { first_entry(2)->rec_len = (u16)(bs + 4); }
static void rec_tail(void) { first_entry(ino_dir)->rec_len = (u16)(bs - 4); }
static void rec_odd(void) { first_entry(2)->rec_len = 13; }
static void rec_short(void) { first_entry(2)->name_len = 200; }
static void rec_inode(void) { first_entry(2)->inode = 0x12345678; }
static void dir_entry(void) { first_entry(ino_dir)->rec_len = 3; }
static void dir_pointer(void) { raw(ino_dir)->i_block[0] = 0x12345678; }
static void dir_hole(void) { raw(ino_dir)->i_block[0] = 0; }
static void dir_size(void) { raw(ino_dir)->i_size = bs + 1; }
static void dir_large(void)
{
	raw(ino_dir)->i_size = (es->s_blocks_count + 1) * bs;
}

/* The last name in it, behind "." and "..". */
static void dir_loop(void)
{
	((struct ext2_dir_entry *)((u8 *)first_entry(ino_dir) + 24))->inode =
		ino_dir;
}

static void bad_table(void) { fake_bad_block = desc(0)->bg_inode_table; }
static void bad_bitmap(void) { fake_bad_block = desc(0)->bg_block_bitmap; }
static void bad_ibitmap(void) { fake_bad_block = desc(0)->bg_inode_bitmap; }
static void bad_dir(void) { fake_bad_block = raw(ino_dir)->i_block[0]; }
static void bad_ind(void) { fake_bad_block = raw(ino_big)->i_block[12]; }
static void bad_desc(void) { fake_bad_block = es->s_first_data_block + 1; }

static const struct {
	const char *name;
	void (*damage)(void);
	enum outcome outcome;
	const char *reason;		/* part of the last message */
} cases[] = {
	{ "none", none, SOUND, "" },
	{ "magic", magic, REFUSED, "bad magic" },
	{ "block_size", block_size, REFUSED, "block size" },
	{ "no_groups", no_groups, REFUSED, "blocks per group" },
	{ "odd_groups", odd_groups, REFUSED, "blocks per group" },
	{ "no_inodes", no_inodes, REFUSED, "inodes per group" },
	{ "inode_count", inode_count, REFUSED, "inode count" },
	{ "too_large", too_large, REFUSED, "larger than its device" },
	{ "first_block", first_block, REFUSED, "first data block" },
	{ "revision", revision, REFUSED, "revision" },
	{ "inode_size", inode_size, REFUSED, "inode size" },
	{ "incompat", incompat, REFUSED, "does not know: extents" },
	{ "recovery", recovery, REFUSED, "e2fsck first: needs_recovery" },
	{ "strange", strange, REFUSED, "does not know: 64bit (unknown)" },
	{ "journal", journal, SOUND, "mounted as ext2" },
	{ "ro_compat", ro_compat, READ_ONLY, "only read: uninit_bg" },
	{ "compat", compat, SOUND, "" },
	{ "free_count", free_count, REFUSED, "more blocks are free" },
	{ "old_counts", old_counts, SOUND, "" },
	{ "had_errors", had_errors, READ_ONLY, "errors" },
	{ "not_clean", not_clean, SOUND, "not unmounted cleanly" },
	{ "desc_bitmap", desc_bitmap, REFUSED, "block bitmap is not" },
	{ "desc_ibitmap", desc_ibitmap, REFUSED, "inode bitmap is not" },
	{ "desc_table", desc_table, REFUSED, "inode table is not" },
	{ "desc_free", desc_free, REFUSED, "counts more" },
	{ "desc_same", desc_same, REFUSED, "overlap" },
	{ "blocks_free", blocks_free, READ_ONLY, "read-only from now" },
	{ "blocks_used", blocks_used, READ_ONLY, "read-only from now" },
	{ "super_free", super_free, READ_ONLY, "read-only from now" },
	{ "inodes_free", inodes_free, READ_ONLY, "read-only from now" },
	{ "inodes_used", inodes_used, READ_ONLY, "read-only from now" },
	{ "inode_again", inode_again, READ_ONLY, "read-only from now" },
	{ "root_file", root_file, REFUSED, "root directory" },
	{ "root_size", root_size, REFUSED, "root directory" },
	{ "root_gone", root_gone, REFUSED, "root directory" },
	{ "file_mode", file_mode, READ_ONLY, "read-only from now" },
	{ "file_size", file_size, READ_ONLY, "read-only from now" },
	{ "direct", direct, READ_ONLY, "read-only from now" },
	{ "desc_ptr", desc_ptr, READ_ONLY, "read-only from now" },
	{ "indirect", indirect, READ_ONLY, "read-only from now" },
	{ "in_indirect", in_indirect, READ_ONLY, "read-only from now" },
	{ "many_paths", many_paths, READ_ONLY, "were free already" },
	{ "own_block", own_block, READ_ONLY, "read-only from now" },
	{ "shared_block", shared_block, READ_ONLY, "read-only from now" },
	{ "few_links", few_links, READ_ONLY, "read-only from now" },
	{ "rec_zero", rec_zero, READ_ONLY, "read-only from now" },
	{ "rec_long", rec_long, READ_ONLY, "read-only from now" },
	{ "rec_tail", rec_tail, READ_ONLY, "crosses the end" },
	{ "rec_odd", rec_odd, READ_ONLY, "read-only from now" },
	{ "rec_short", rec_short, READ_ONLY, "read-only from now" },
	{ "rec_inode", rec_inode, READ_ONLY, "read-only from now" },
	{ "dir_entry", dir_entry, READ_ONLY, "read-only from now" },
	{ "dir_pointer", dir_pointer, READ_ONLY, "read-only from now" },
	{ "dir_hole", dir_hole, READ_ONLY, "read-only from now" },
	{ "dir_size", dir_size, READ_ONLY, "read-only from now" },
	{ "dir_large", dir_large, READ_ONLY, "larger than the disk" },
	{ "dir_loop", dir_loop, READ_ONLY, "read-only from now" },
	{ "bad_table", bad_table, REFUSED, "root directory" },
	{ "bad_bitmap", bad_bitmap, READ_ONLY, "read-only from now" },
	{ "bad_ibitmap", bad_ibitmap, READ_ONLY, "read-only from now" },
	{ "bad_dir", bad_dir, SOUND, "" },
	{ "bad_ind", bad_ind, READ_ONLY, "read-only from now" },
	{ "bad_desc", bad_desc, REFUSED, "cannot be read" },
};

static bool has_text(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (; *text; text++)
		if (!strncmp(text, part, len))
			return true;
	return !len;
}

static void restore(void)
{
	memcpy(fake_disk, good, fake_disk_bytes);
	es = (struct ext2_super_block *)(fake_disk + 1024);
	bs = 1024u << es->s_log_block_size;
	fake_bad_block = 0;
}

/* No file's data went into the table of inodes. */
static bool table_kept(void)
{
	return !memcmp(block(spare_table), good + (size_t)spare_table * bs,
		       bs);
}

/* The super block counts what the groups count. */
static bool counts_agree(void)
{
	u32 groups = es->s_inodes_count / es->s_inodes_per_group;
	u32 blocks = 0, inodes = 0;

	for (u32 i = 0; i < groups; i++) {
		blocks += desc(i)->bg_free_blocks_count;
		inodes += desc(i)->bg_free_inodes_count;
	}
	return blocks == es->s_free_blocks_count &&
	       inodes == es->s_free_inodes_count;
}

static void run_case(int i)
{
	enum outcome outcome;

	restore();
	cases[i].damage();
	outcome = run();
	if (outcome == cases[i].outcome &&
	    has_text(fake_log, cases[i].reason) && table_kept() &&
	    (outcome != SOUND || counts_agree()))
		return;
	failures++;
	printf("FAIL ext2_corrupt_%s: %s, not %s: %s\n", cases[i].name,
	       outcomes[outcome], outcomes[cases[i].outcome], fake_log);
}

static u32 ino_of(const char *name)
{
	struct inode *inode = ext2_find(sb->root->inode, name);
	u32 ino = inode ? inode->ino : 0;

	if (!ino) {
		printf("FAIL ext2_corrupt: no %s in the image\n", name);
		exit(1);
	}
	iput(inode);
	return ino;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	fake_load(argv[1]);
	good = malloc(fake_disk_bytes);
	memcpy(good, fake_disk, fake_disk_bytes);
	sb = fake_mount(MS_RDONLY);
	if (!sb)
		return 2;
	ino_small = ino_of("small");
	ino_big = ino_of("big");
	ino_other = ino_of("other");
	ino_dir = ino_of("dir");
	if (fake_umount() || memcmp(good, fake_disk, fake_disk_bytes)) {
		printf("FAIL ext2_corrupt: a read-only mount wrote\n");
		return 1;
	}
	restore();
	spare_table = desc(0)->bg_inode_table + es->s_inodes_per_group *
		      es->s_inode_size / bs - 1;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++)
		run_case((int)i);
	return failures != 0;
}
