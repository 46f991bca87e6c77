/*
 * fs/ext2/ext2_disk.h - the on-disk format of the second extended file system.
 *
 * All numbers are little endian, as on the i386, so the structures are used in
 * place.  The disk is divided into groups of s_blocks_per_group blocks; a group
 * holds (a copy of the super block and descriptors,) a block bitmap, an inode
 * bitmap, a part of the inode table, and data.  Prefixes are the format's.
 */
#pragma once

#include "kernel/base/kernel.h"

#define EXT2_SUPER_MAGIC	0xEF53
#define EXT2_SUPER_OFFSET	1024	/* bytes from the start of the device */
#define EXT2_ROOT_INO		2
#define EXT2_GOOD_OLD_FIRST_INO	11
#define EXT2_GOOD_OLD_INODE_SIZE 128
#define EXT2_LINK_MAX		32000
#define EXT2_INDEX_FL		0x1000u	/* i_flags: a hash tree of names */
#define EXT2_NAME_LEN		255

#define EXT2_NDIR_BLOCKS	12
#define EXT2_IND_BLOCK		12	/* then double, then triple */
#define EXT2_N_BLOCKS		15

#define EXT2_VALID_FS		1	/* s_state: unmounted cleanly */
#define EXT2_ERROR_FS		2	/* s_state: errors were found */

#define EXT2_FEATURE_COMPAT_HAS_JOURNAL		0x4
#define EXT2_FEATURE_INCOMPAT_FILETYPE		0x2
#define EXT2_FEATURE_INCOMPAT_RECOVER		0x4
#define EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER	0x1
#define EXT2_FEATURE_RO_COMPAT_LARGE_FILE	0x2
#define EXT2_INCOMPAT_SUPP	EXT2_FEATURE_INCOMPAT_FILETYPE
#define EXT2_RO_COMPAT_SUPP	(EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER | \
				 EXT2_FEATURE_RO_COMPAT_LARGE_FILE)

struct ext2_super_block {
	u32 s_inodes_count;
	u32 s_blocks_count;
	u32 s_r_blocks_count;		/* reserved for root */
	u32 s_free_blocks_count;
	u32 s_free_inodes_count;
	u32 s_first_data_block;		/* 1 with 1 KB blocks, else 0 */
	u32 s_log_block_size;		/* 1024 << this */
	u32 s_log_frag_size;
	u32 s_blocks_per_group;
	u32 s_frags_per_group;
	u32 s_inodes_per_group;
	u32 s_mtime;			/* seconds: mounted, written */
	u32 s_wtime;
	u16 s_mnt_count;
	u16 s_max_mnt_count;
	u16 s_magic;
	u16 s_state;
	u16 s_errors;
	u16 s_minor_rev_level;
	u32 s_lastcheck;
	u32 s_checkinterval;
	u32 s_creator_os;
	u32 s_rev_level;		/* 0; 1: the fields below are valid */
	u16 s_def_resuid;
	u16 s_def_resgid;
	u32 s_first_ino;		/* first that is not reserved */
	u16 s_inode_size;		/* bytes */
	u16 s_block_group_nr;
	u32 s_feature_compat;
	u32 s_feature_incompat;		/* unknown bit: do not mount */
	u32 s_feature_ro_compat;	/* unknown bit: mount read-only */
	u8 s_rest[920];
} __packed;

struct ext2_group_desc {
	u32 bg_block_bitmap;		/* block numbers */
	u32 bg_inode_bitmap;
	u32 bg_inode_table;
	u16 bg_free_blocks_count;
	u16 bg_free_inodes_count;
	u16 bg_used_dirs_count;
	u16 bg_pad;
	u32 bg_reserved[3];
} __packed;

struct ext2_inode {
	u16 i_mode;
	u16 i_uid;			/* low 16 bits */
	u32 i_size;			/* low 32 bits */
	u32 i_atime, i_ctime, i_mtime, i_dtime;
	u16 i_gid;
	u16 i_links_count;
	u32 i_blocks;			/* 512-byte units, with indirect ones */
	u32 i_flags;
	u32 i_osd1;
	u32 i_block[EXT2_N_BLOCKS];
	u32 i_generation;
	u32 i_file_acl;			/* block of extended attributes */
	u32 i_size_high;		/* regular files of revision 1 */
	u32 i_faddr;
	u16 i_osd2_frag;
	u16 i_osd2_pad;
	u16 i_uid_high, i_gid_high;
	u32 i_osd2_reserved;
} __packed;

/* Extension of inodes of 256 bytes or more: i_extra_isize bytes. */
struct ext2_inode_large {
	struct ext2_inode i;
	u16 i_extra_isize;		/* counted from here */
	u16 i_checksum_high;
	u32 i_ctime_extra, i_mtime_extra, i_atime_extra; /* nsec << 2 | epoch */
	u32 i_crtime, i_crtime_extra, i_version_high, i_projid;
} __packed;

#define EXT2_EXTRA_ISIZE	32u	/* of a new inode */
#define EXT2_TIMES_ISIZE	16u	/* holds the three times */

/* Directory entries follow each other by rec_len up to the end of the block;
 * inode 0 marks an unused one. */
struct ext2_dir_entry {
	u32 inode;
	u16 rec_len;			/* to the next, a multiple of 4 */
	u8 name_len;
	u8 file_type;			/* with the feature FILETYPE, else 0 */
	char name[];			/* no NUL */
} __packed;

#define EXT2_DIR_REC_LEN(name_len)	(((name_len) + 8u + 3u) & ~3u)

/* file_type */
enum { EXT2_FT_UNKNOWN, EXT2_FT_REG_FILE, EXT2_FT_DIR, EXT2_FT_CHRDEV,
       EXT2_FT_BLKDEV, EXT2_FT_FIFO, EXT2_FT_SOCK, EXT2_FT_SYMLINK,
       EXT2_FT_MAX };
