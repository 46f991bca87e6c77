/* kernel/process/jobs.h - process groups and sessions: what job control
 * rests on */
#pragma once

#include "kernel/core/task.h"

/*
 * No member has a parent in another group of the same session: nobody could
 * continue the group if it stopped.  => does not sleep
 */
bool orphaned_pgrp(int pgrp);
/* current is a zombie and its children have another parent: stopped groups
 * that this orphans are woken; a session loses its terminal. */
void exit_jobs(void);
/* The same for one child that current leaves behind. */
void exit_jobs_of_child(const struct task *child);
/* Set by the terminals: the session with this number has lost its leader. */
extern void (*session_leader_leaves)(int session);
