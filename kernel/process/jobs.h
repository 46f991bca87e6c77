/* kernel/process/jobs.h - process groups and sessions for job control */
#pragma once

#include "kernel/core/task.h"

/*
 * => true: no member has a parent in another group of the same session, so no
 *    task could continue the group if it stopped; does not sleep
 */
bool orphaned_pgrp(int pgrp);
/* current is a zombie without children: wakes stopped groups that it orphans;
 * a session whose leader it is loses its terminal. */
void exit_jobs(void);
/* Wakes the stopped group of a child that current's exit orphans. */
void exit_jobs_of_child(const struct task *child);
/* Set by the terminals: the session with this number has lost its leader. */
extern void (*session_leader_leaves)(int session);
