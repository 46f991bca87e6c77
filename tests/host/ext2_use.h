/*
 * tests/host/ext2_use.h - tests/host/ext2_use.c
 */
#pragma once

struct inode;
struct super_block;

/* => the inode with a reference, or NULL */
struct inode *ext2_find(struct inode *dir, const char *name);
/* Errors are no concern of its; that it comes back is. */
void ext2_use(struct super_block *sb);
