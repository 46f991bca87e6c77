/* kernel/process/clone.h - flags of clone(2), also for fork(2) and vfork(2) */
#pragma once

#define CLONE_SIGNAL		0x000000ffu	/* sent to the parent at exit */
#define CLONE_VM		0x00000100u
#define CLONE_FS		0x00000200u
#define CLONE_FILES		0x00000400u
#define CLONE_SIGHAND		0x00000800u
#define CLONE_VFORK		0x00004000u
#define CLONE_PARENT		0x00008000u
#define CLONE_THREAD		0x00010000u
#define CLONE_SETTLS		0x00080000u
#define CLONE_PARENT_SETTID	0x00100000u
#define CLONE_CHILD_CLEARTID	0x00200000u
#define CLONE_CHILD_SETTID	0x01000000u
/* The flags above and CLONE_PTRACE, _DETACHED, _UNTRACED: all that are
 * supported; threads and name spaces are not. */
#define CLONE_KNOWN		0x01f8e7ffu
