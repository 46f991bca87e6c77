/*
 * user/workloads/bomb.h - what an ordinary user takes: the bombs of
 * user/workloads/bomb_kinds.c
 */
#pragma once

#include "common.h"

#define BOMB_USER	1000
#define BOMB_DIR	"/tmp/bomb"

/* run: as the user, in a directory of its own; need not return */
struct bomb {
	const char *name;
	void (*run)(void);
};

extern const struct bomb bombs[];	/* the last has no name */
extern int ready_fd;			/* of the bomb's first process */

void become_user(void);
