/*
 * tests/host/ext2_fakes_impl.h - what the fakes need of each other.
 */
#pragma once

#include "tests/host/ext2_fakes.h"

/* ext2_fakes.c: where a block lies in the image; beyond it is a panic */
u8 *fake_disk_block(u32 block, u32 size);

void fake_disk_write(u32 block, const void *data, u32 size);
void fake_disk_flush(void);		/* ext2_fake_cut.c, both */

/* ext2_fake_buffers.c: the clock of what becomes dirty */
extern unsigned long fake_dirty_stamp;
/* Writes what is dirty up to the stamp, of one inode or (NULL) of all. */
void fake_write_buffers(struct inode *inode, unsigned long stamp);
bool fake_buffer_unwritten(u32 block);

/* ext2_fake_buffers.c: those in use too, with a complaint each. => how many */
int fake_drop_buffers(bool all);

/* ext2_fake_pages.c */
void fake_write_pages(struct inode *inode, unsigned long stamp, bool dirs);
void fake_drop_pages(void);

/* ext2_fake_inodes.c */
void fake_write_inodes(struct super_block *sb);
void fake_drop_inodes(void);		/* those without users */
int fake_inodes_in_use(void);		/* but the root */
