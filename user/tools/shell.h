/*
 * user/tools/shell.h - init's small interactive shell
 */
#pragma once

/* Read and obey lines from standard input. => the reboot command to give */
int shell_loop(void);
/* Run a program and wait, reaping orphans; a name without a slash is looked
 * for in /bin. => its wait status */
int run_program(char **argv);
