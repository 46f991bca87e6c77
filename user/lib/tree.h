/*
 * user/lib/tree.h - walking, copying and removing a tree of files
 */
#pragma once

#include "common.h"

#include <sys/stat.h>

#define TREE_PATH	512	/* longest path that is followed */

/* Called for each entry; rel is its path from the root of the walk. */
typedef void tree_visit(const char *rel, const struct stat *st);

/* Visit all below `root`, a directory before its entries, in readdir order. */
void tree_walk(const char *root, tree_visit *visit);
/* Copy regular files, directories and symbolic links. */
void tree_copy(const char *src, const char *dst);
void tree_remove(const char *root);
/* dst = "a/b"; ends if that is too long */
void tree_join(char dst[TREE_PATH], const char *a, const char *b);
