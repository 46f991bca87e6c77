/*
 * tests/host/ext2_cases.h - the file system that the cases of test_ext2_edges.c
 * and test_ext2_names.c share, and how names are made and dropped in it.
 */
#pragma once

#include <stdio.h>

#include "tests/host/ext2_fakes.h"

extern struct super_block *sb;
extern struct inode *root;
extern u32 bs;				/* block size */
extern char buf[8192];

/* The image that is the only argument is mounted. */
void cases_begin(int argc, char **argv);
/* It is unmounted and saved. => what main returns */
int cases_end(const char *path);

/* Ends the program unless ok; a and b are shown. */
void check(bool ok, const char *what, long long a, long long b);
struct ext2_super_block *es(void);
void remount(u32 flags);
/* => the name's dentry, looked up */
struct dentry *name(struct inode *dir, const char *text);
/* => a new file or directory, with a reference */
struct inode *make(struct inode *dir, const char *text, u32 mode);
int drop(struct inode *dir, const char *text);	/* => 0 or -E */
