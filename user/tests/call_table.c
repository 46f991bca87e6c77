/*
 * user/tests/call_table.c - what every system call takes, in one table
 *
 * A line of kernel/process/syscall_table.h, a row here (a call of many calls
 * has one for each): tests/boot/run-06-badargs checks that.  A row with good
 * arguments gets as far as each pointer it has.
 */
#include "call_table.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define R(nr, name, ...)	{ nr, #name, 0, { __VA_ARGS__ } },
#define F(flags, nr, name, ...)	{ nr, #name, flags, { __VA_ARGS__ } },

#define V(n)		{ A_VALUE, 0, 0, (long)(n), 0 }
#define PID(n)		{ A_PID, 0, 0, n, 0 }
#define SIG(n)		{ A_SIG, 0, 0, n, 0 }
#define FD(n)		{ A_FD, 0, 0, WORLD_##n, 0 }
#define PATH(s)		{ A_PATH, 0, sizeof(s), 0, s }
#define LEN(n)		{ A_LEN, 0, 0, n, 0 }
#define IN(obj)		{ A_IN, 0, sizeof(obj), 0, &(obj) }
#define IN0(n)		{ A_IN, 0, n, 0, 0 }
#define OUT(n)		{ A_OUT, 0, n, 0, 0 }
#define OIN(obj)	{ A_IN, ARG_NULL, sizeof(obj), 0, &(obj) }
#define OOUT(n)		{ A_OUT, ARG_NULL, n, 0, 0 }
#define LAZY(n)		{ A_OUT, ARG_NULL | ARG_LAZY, n, 0, 0 }
#define ADDR		{ A_ADDR, 0, 0, 0, 0 }

#define AT		V(AT_FDCWD)

/* ---- what the pointers point to ------------------------------------------ */

static const int32_t short_time[2] = { 0, 1000 };	/* s, ns or us */
static const int64_t short_time64[2] = { 0, 1000 };
static const int32_t late[2] = { 1900000000, 5 };	/* in 2030 */
static const int64_t late64[2] = { 1900000000, 5 };
static const int32_t long_timer[4] = { 0, 0, 9000, 0 };
static const int32_t two_times[4] = { 5, 0, 5, 0 };
static const int32_t old_times[2] = { 5, 5 };
static const uint32_t mask[2] = { 0x200, 0 };		/* SIGUSR1 */
static const uint32_t action[5] = { 0, 0, 0, 0, 0 };
static const uint32_t alt_stack[3] = { 0, 2, 8192 };	/* disabled */
static const int32_t poll_file[2] = { WORLD_FILE, 1 };
static const uint32_t fd_bits[1] = { 1u << WORLD_FILE };
static const uint32_t limit[2] = { 60, 60 };
static const uint64_t limit64[2] = { 60, 60 };
static const int16_t file_lock[8] = { 0 }, file_lock64[12] = { 0 };
static const int32_t no_groups[1] = { 5 };
static const int16_t no_groups16[1] = { 5 };
static const uint32_t capabilities[2] = { 0x20080522, 0 };
static const uint32_t user_desc[4] = { (uint32_t)-1, 0, 0xfffff, 0x51 };
static const uint32_t socket_args[6] = { WORLD_FILE, 0, 0, 0, 0, 0 };
static const int64_t two_times64[4] = { 5, 0, 5, 0 };
static const int64_t zero64 = 0;
static const uint32_t zero = 0;
static const uint32_t old_mmap[6] = { 0, 4096, PROT_READ, MAP_PRIVATE,
				      WORLD_FILE, 0 };
static const void *const old_select[5] = { 0, 0, 0, 0, short_time };
static const int32_t queued[32] = { 0, 0, -1 };	/* SI_QUEUE */
static const uint32_t no_words[1] = { 0 }, no_piece[2] = { 0, 0 };

const struct call call_table[] = {
	F(CALL_ENDS, 1, exit, V(0))
	F(CALL_ENDS, 2, fork)
	R(3, read, FD(FILE), OUT(64), LEN(64))
	R(4, write, FD(FILE), IN0(64), LEN(64))
	R(5, open, PATH("f"), V(O_RDWR), V(0))
	R(6, close, FD(FILE))
	F(CALL_CHILD | CALL_WAITS, 7, waitpid, PID(-1), OOUT(4), V(0))
	R(8, creat, PATH("new"), V(0644))
	R(9, link, PATH("f"), PATH("new"))
	R(10, unlink, PATH("f"))
	F(CALL_ENDS, 11, execve, PATH("e"), OIN(no_words),
	  OIN(no_words))
	R(12, chdir, PATH("d"))
	R(13, time, OOUT(4))
	R(14, mknod, PATH("new"), V(S_IFREG | 0644), V(0))
	R(15, chmod, PATH("f"), V(0600))
	R(16, lchown, PATH("l"), V(1000), V(1000))
	R(19, lseek, FD(FILE), V(5), V(0))
	R(20, getpid)
	R(21, mount, { A_PATH, ARG_NULL, 5, 0, "none" }, PATH("d"),
	  { A_PATH, ARG_NULL, 5, 0, "proc" }, V(0),
	  { A_IN, ARG_NULL | ARG_PART, 8, 0, 0 })
	R(22, umount, PATH("d"))
	F(CALL_LESS, 23, setuid, V(1000))
	R(24, getuid)
	R(25, stime, { A_IN, 0, 4, 0, late })
	R(27, alarm, V(0))
	F(CALL_WAITS, 29, pause)
	R(30, utime, PATH("f"), OIN(old_times))
	R(33, access, PATH("f"), V(4))
	R(34, nice, V(1))
	R(36, sync)
	F(CALL_TARGET, 37, kill, PID(0), SIG(0))
	R(38, rename, PATH("f"), PATH("new"))
	R(39, mkdir, PATH("new"), V(0755))
	R(40, rmdir, PATH("d"))
	R(41, dup, FD(FILE))
	R(42, pipe, OUT(8))
	R(43, times, OOUT(16))
	R(45, brk, V(0))
	F(CALL_LESS, 46, setgid, V(1000))
	R(47, getgid)
	R(48, signal, V(10), V(1))
	R(49, geteuid)
	R(50, getegid)
	R(52, umount2, PATH("d"), V(0))
	R(54, ioctl, FD(READ), V(0x541b), OUT(4))
	R(55, fcntl, FD(FILE), V(5), IN(file_lock))
	F(CALL_TARGET, 57, setpgid, PID(0), PID(0))
	R(59, oldolduname, OUT(45))
	R(60, umask, V(022))
	F(CALL_LESS, 61, chroot, PATH("d"))
	R(63, dup2, FD(FILE), V(40))
	R(64, getppid)
	R(65, getpgrp)
	R(66, setsid)
	R(67, sigaction, V(10), { A_IN, ARG_NULL, 16, 0, action }, OOUT(16))
	F(CALL_LESS, 70, setreuid, V(1000), V(1000))
	F(CALL_LESS, 71, setregid, V(1000), V(1000))
	F(CALL_WAITS, 72, sigsuspend, V(0), V(0), V(0))
	R(73, sigpending, OUT(4))
	R(74, sethostname, IN0(8), LEN(8))
	F(CALL_LESS, 75, setrlimit, V(7), IN(limit))
	R(76, getrlimit, V(7), OUT(8))
	R(77, getrusage, V(0), OUT(72))
	R(78, gettimeofday, OOUT(8), OOUT(8))
	R(79, settimeofday, OIN(late), OIN(zero64))
	R(80, getgroups, V(0), LAZY(16))
	R(81, setgroups, LEN(1), IN(no_groups16))
	R(82, select, IN(old_select))
	R(83, symlink, PATH("f"), PATH("new"))
	R(85, readlink, PATH("l"), OUT(1), LEN(1))
	R(87, swapon, PATH("f"), V(0))
	F(CALL_NEVER, 88, reboot, V(0), V(0), V(0), LAZY(8))
	R(90, mmap, IN(old_mmap))
	R(91, munmap, ADDR, LEN(4096))
	R(92, truncate, PATH("f"), V(100))
	R(93, ftruncate, FD(FILE), V(100))
	R(94, fchmod, FD(FILE), V(0755))
	R(95, fchown, FD(FILE), V(1000), V(1000))
	R(96, getpriority, V(0), PID(0))
	R(97, setpriority, V(0), PID(0), V(1))
	R(99, statfs, PATH("f"), OUT(64))
	R(100, fstatfs, FD(FILE), OUT(64))
	R(102, socketcall, V(4), { A_IN, ARG_PART, 24, 0, socket_args })
	R(103, syslog, V(3), OOUT(64), LEN(64))
	R(104, setitimer, V(0), OIN(long_timer), OOUT(16))
	R(105, getitimer, V(0), OUT(16))
	R(106, stat, PATH("f"), OUT(64))
	R(107, lstat, PATH("l"), OUT(64))
	R(108, fstat, FD(FILE), OUT(64))
	R(109, olduname, OUT(325))
	F(CALL_CHILD | CALL_WAITS, 114, wait4, PID(-1), OOUT(4), V(0), OOUT(72))
	R(115, swapoff, PATH("f"))
	R(116, sysinfo, OUT(64))
	F(CALL_WAITS, 117, semop, V(1), V(0), V(1), V(0), IN0(6))
	R(117, semget, V(2), V(77), V(1), V(0600))
	R(117, semctl, V(3), V(0), V(0), V(12), { A_IN, ARG_NULL, 4, 0, 0 })
	R(117, shmat, V(21), V(0), V(0), LAZY(4), ADDR)
	R(117, shmdt, V(22), V(0), V(0), V(0), ADDR)
	R(117, shmget, V(23), V(77), LEN(8192), V(0600))
	R(117, shmctl, V(24), V(0), V(3), V(0), OUT(36))
	R(118, fsync, FD(FILE))
	F(CALL_ENDS, 119, sigreturn)
	F(CALL_ENDS, 120, clone, V(17), V(0), LAZY(4), LAZY(16), LAZY(4))
	R(121, setdomainname, IN0(8), LEN(8))
	R(122, uname, OUT(390))
	R(125, mprotect, ADDR, LEN(4096), V(PROT_READ | PROT_WRITE))
	R(126, sigprocmask, V(0), { A_IN, ARG_NULL, 4, 0, mask }, OOUT(4))
	R(132, getpgid, PID(0))
	R(133, fchdir, FD(DIR))
	R(136, personality, V(0))
	R(138, setfsuid, V(1000))
	R(139, setfsgid, V(1000))
	R(140, _llseek, FD(FILE), V(0), V(5), OUT(8), V(0))
	R(141, getdents, FD(DIR), OUT(512), LEN(512))
	R(142, _newselect, V(32), OIN(fd_bits), OIN(fd_bits), OIN(fd_bits),
	  OIN(short_time))
	R(143, flock, FD(FILE), V(2 | 4))
	R(144, msync, ADDR, LEN(4096), V(4))
	R(145, readv, FD(FILE), IN(no_piece), LEN(1))
	R(146, writev, FD(FILE), IN(no_piece), LEN(1))
	R(147, getsid, PID(0))
	R(148, fdatasync, FD(FILE))
	R(150, mlock, V(0), LEN(4096))
	R(151, munlock, V(0), LEN(4096))
	F(CALL_LESS, 152, mlockall, V(1))
	R(153, munlockall)
	R(154, sched_setparam, PID(0), { A_IN, ARG_NULL, 4, 0, &zero })
	R(155, sched_getparam, PID(0), { A_OUT, ARG_NULL, 4, 0, 0 })
	R(156, sched_setscheduler, PID(0), V(0),
	  { A_IN, ARG_NULL, 4, 0, &zero })
	R(157, sched_getscheduler, PID(0))
	R(158, sched_yield)
	R(159, sched_get_priority_max, V(1))
	R(160, sched_get_priority_min, V(1))
	R(161, sched_rr_get_interval, PID(0), OUT(8))
	F(CALL_WAITS, 162, nanosleep, IN(short_time), LAZY(8))
	R(163, mremap, ADDR, LEN(4096), LEN(4096), V(0), V(0))
	F(CALL_LESS, 164, setresuid, V(1000), V(1000), V(1000))
	R(165, getresuid, OUT(2), OUT(2), OUT(2))
	F(CALL_WAITS, 168, poll, IN(poll_file), V(1), V(0))
	F(CALL_LESS, 170, setresgid, V(1000), V(1000), V(1000))
	R(171, getresgid, OUT(2), OUT(2), OUT(2))
	R(172, prctl, V(16), OUT(16))
	F(CALL_ENDS, 173, rt_sigreturn)
	R(174, rt_sigaction, V(10), OIN(action), OOUT(20), V(8))
	R(175, rt_sigprocmask, V(0), OIN(mask), OOUT(8), V(8))
	R(176, rt_sigpending, OUT(8), V(8))
	F(CALL_WAITS, 177, rt_sigtimedwait, IN(mask), LAZY(128),
	  OIN(short_time), V(8))
	F(CALL_TARGET, 178, rt_sigqueueinfo, PID(0), SIG(0),
	  { A_IN, ARG_PART, 128, 0, queued })
	F(CALL_WAITS, 179, rt_sigsuspend, IN(mask), V(8))
	R(180, pread64, FD(FILE), OUT(64), LEN(64), V(0), V(0))
	R(181, pwrite64, FD(FILE), IN0(64), LEN(64), V(0), V(0))
	R(182, chown, PATH("f"), V(1000), V(1000))
	R(183, getcwd, OUT(512), LEN(512))
	R(184, capget, IN(capabilities), OOUT(24))
	R(185, capset, IN(capabilities), IN0(24))
	R(186, sigaltstack, OIN(alt_stack), OOUT(12))
	R(187, sendfile, FD(NULL), FD(FILE), OIN(zero), LEN(100))
	F(CALL_ENDS, 190, vfork)
	R(191, ugetrlimit, V(7), OUT(8))
	R(192, mmap2, V(0), LEN(8192), V(PROT_READ | PROT_WRITE),
	  V(MAP_SHARED), FD(FILE), V(0))
	R(193, truncate64, PATH("f"), V(100), V(0))
	R(194, ftruncate64, FD(FILE), V(100), V(0))
	R(195, stat64, PATH("f"), OUT(96))
	R(196, lstat64, PATH("l"), OUT(96))
	R(197, fstat64, FD(FILE), OUT(96))
	R(198, lchown32, PATH("l"), V(1000), V(1000))
	R(199, getuid32)
	R(200, getgid32)
	R(201, geteuid32)
	R(202, getegid32)
	F(CALL_LESS, 203, setreuid32, V(1000), V(1000))
	F(CALL_LESS, 204, setregid32, V(1000), V(1000))
	R(205, getgroups32, V(0), LAZY(32))
	R(206, setgroups32, LEN(1), IN(no_groups))
	R(207, fchown32, FD(FILE), V(1000), V(1000))
	F(CALL_LESS, 208, setresuid32, V(1000), V(1000), V(1000))
	R(209, getresuid32, OUT(4), OUT(4), OUT(4))
	F(CALL_LESS, 210, setresgid32, V(1000), V(1000), V(1000))
	R(211, getresgid32, OUT(4), OUT(4), OUT(4))
	R(212, chown32, PATH("f"), V(1000), V(1000))
	F(CALL_LESS, 213, setuid32, V(1000))
	F(CALL_LESS, 214, setgid32, V(1000))
	R(215, setfsuid32, V(1000))
	R(216, setfsgid32, V(1000))
	R(218, mincore, ADDR, V(4 * 4096), OUT(4))
	R(219, madvise, ADDR, LEN(4096), V(0))
	R(220, getdents64, FD(DIR), OUT(512), LEN(512))
	F(CALL_WAITS, 221, fcntl64, FD(FILE), V(12), IN(file_lock64))
	R(224, gettid)
	R(226, setxattr, PATH("f"), PATH("user.a"), LAZY(8), LEN(8), V(0))
	R(227, lsetxattr, PATH("f"), PATH("user.a"), LAZY(8), LEN(8), V(0))
	R(228, fsetxattr, FD(FILE), PATH("user.a"), LAZY(8), LEN(8), V(0))
	R(229, getxattr, PATH("f"), PATH("user.a"), LAZY(8), LEN(8))
	R(230, lgetxattr, PATH("f"), PATH("user.a"), LAZY(8), LEN(8))
	R(231, fgetxattr, FD(FILE), PATH("user.a"), LAZY(8), LEN(8))
	R(232, listxattr, PATH("f"), LAZY(8), LEN(8))
	R(233, llistxattr, PATH("f"), LAZY(8), LEN(8))
	R(234, flistxattr, FD(FILE), LAZY(8), LEN(8))
	R(235, removexattr, PATH("f"), PATH("user.a"))
	R(236, lremovexattr, PATH("f"), PATH("user.a"))
	R(237, fremovexattr, FD(FILE), PATH("user.a"))
	F(CALL_TARGET, 238, tkill, PID(0), SIG(0))
	R(239, sendfile64, FD(NULL), FD(FILE), OIN(zero64), LEN(100))
	F(CALL_WAITS, 240, futex, { A_IN, ARG_ALIGNED, 4, 0, &zero }, V(0),
	  V(0), OIN(short_time))
	R(242, sched_getaffinity, PID(0), LEN(4), OUT(4))
	R(243, set_thread_area, IN(user_desc))
	R(250, fadvise64, FD(FILE), V(0), V(0), LEN(100), V(0))
	F(CALL_ENDS, 252, exit_group, V(0))
	R(258, set_tid_address, LAZY(4))
	R(264, clock_settime, V(0), IN(late))
	R(265, clock_gettime, V(0), OUT(8))
	R(266, clock_getres, V(0), OOUT(8))
	F(CALL_WAITS, 267, clock_nanosleep, V(1), V(0), IN(short_time),
	  LAZY(8))
	R(268, statfs64, PATH("f"), V(84), OUT(84))
	R(269, fstatfs64, FD(FILE), V(84), OUT(84))
	F(CALL_TARGET, 270, tgkill, PID(0), PID(0), SIG(0))
	R(272, fadvise64_64, FD(FILE), V(0), V(0), LEN(100), V(0), V(0))
	F(CALL_CHILD | CALL_WAITS, 284, waitid, V(0), PID(0),
	  { A_OUT, ARG_NULL | ARG_PART, 128, 0, 0 }, V(4),
	  OOUT(72))
	R(295, openat, FD(DIR), PATH("f"), V(O_RDWR), V(0))
	R(296, mkdirat, FD(DIR), PATH("new"), V(0755))
	R(297, mknodat, FD(DIR), PATH("new"), V(S_IFIFO | 0644), V(0))
	R(298, fchownat, FD(DIR), PATH("f"), V(1000), V(1000), V(0))
	R(300, fstatat64, FD(DIR), PATH("f"), OUT(96), V(0))
	R(301, unlinkat, FD(DIR), PATH("f"), V(0))
	R(302, renameat, FD(DIR), PATH("f"), FD(DIR), PATH("new"))
	R(303, linkat, FD(DIR), PATH("f"), FD(DIR), PATH("new"), V(0))
	R(304, symlinkat, PATH("f"), FD(DIR), PATH("new"))
	R(305, readlinkat, FD(DIR), PATH("l"), OUT(1), LEN(1))
	R(306, fchmodat, FD(DIR), PATH("f"), V(0600))
	R(307, faccessat, FD(DIR), PATH("f"), V(4))
	F(CALL_WAITS, 308, pselect6, V(32), OIN(fd_bits), OIN(fd_bits),
	  OIN(fd_bits), OIN(short_time), OIN(zero64))
	F(CALL_WAITS, 309, ppoll, IN(poll_file), V(1), OIN(short_time),
	  OIN(mask), V(8))
	R(311, set_robust_list, LAZY(12), V(12))
	R(320, utimensat, FD(DIR), { A_PATH, ARG_NULL, 2, 0, "f" },
	  OIN(two_times), V(0))
	R(324, fallocate, FD(FILE), V(0), V(0), V(0), LEN(10), V(0))
	R(330, dup3, FD(FILE), V(40), V(0))
	R(331, pipe2, OUT(8), V(0))
	F(CALL_WAITS, 333, preadv, FD(FILE), IN(no_piece), LEN(1), V(0), V(0))
	F(CALL_WAITS, 334, pwritev, FD(FILE), IN(no_piece), LEN(1), V(0), V(0))
	R(337, recvmmsg, FD(FILE), LAZY(8), V(1), V(0), LAZY(8))
	F(CALL_TARGET | CALL_LESS, 340, prlimit64, PID(0), V(7), OIN(limit64),
	  OOUT(16))
	R(344, syncfs, FD(FILE))
	R(345, sendmmsg, FD(FILE), LAZY(8), V(1), V(0))
	R(353, renameat2, FD(DIR), PATH("f"), FD(DIR), PATH("new"), V(0))
	R(355, getrandom, OUT(64), LEN(64), V(0))
	R(359, socket, V(99), V(1), V(0))
	R(360, socketpair, V(99), V(1), V(0), LAZY(8))
	R(361, bind, FD(FILE), LAZY(16), V(16))
	R(362, connect, FD(FILE), LAZY(16), V(16))
	R(363, listen, FD(FILE), V(1))
	R(364, accept4, FD(FILE), LAZY(16), LAZY(4), V(0))
	R(365, getsockopt, FD(FILE), V(1), V(1), LAZY(4), LAZY(4))
	R(366, setsockopt, FD(FILE), V(1), V(1), LAZY(4), V(4))
	R(367, getsockname, FD(FILE), LAZY(16), LAZY(4))
	R(368, getpeername, FD(FILE), LAZY(16), LAZY(4))
	R(369, sendto, FD(FILE), LAZY(8), V(8), V(0), LAZY(16), V(16))
	R(370, sendmsg, FD(FILE), LAZY(28), V(0))
	R(371, recvfrom, FD(FILE), LAZY(8), V(8), V(0), LAZY(16), LAZY(4))
	R(372, recvmsg, FD(FILE), LAZY(28), V(0))
	R(373, shutdown, FD(FILE), V(1))
	R(383, statx, FD(DIR), PATH("f"), V(0), V(0x7ff), OUT(256))
	R(403, clock_gettime64, V(0), OUT(16))
	R(404, clock_settime64, V(0), IN(late64))
	R(406, clock_getres64, V(0), OOUT(16))
	F(CALL_WAITS, 407, clock_nanosleep64, V(1), V(0), IN(short_time64),
	  LAZY(16))
	R(412, utimensat64, FD(DIR), { A_PATH, ARG_NULL, 2, 0, "f" },
	  OIN(two_times64), V(0))
	F(CALL_WAITS, 413, pselect64, V(32), OIN(fd_bits), OIN(fd_bits),
	  OIN(fd_bits), OIN(short_time64), OIN(zero64))
	F(CALL_WAITS, 414, ppoll64, IN(poll_file), V(1), OIN(short_time64),
	  OIN(mask), V(8))
	R(417, recvmmsg64, FD(FILE), LAZY(8), V(1), V(0), LAZY(16))
	F(CALL_WAITS, 421, rt_sigtimedwait64, IN(mask), LAZY(128),
	  OIN(short_time64), V(8))
	F(CALL_WAITS, 422, futex64, { A_IN, ARG_ALIGNED, 4, 0, &zero }, V(0),
	  V(0), OIN(short_time64))
	R(439, faccessat2, FD(DIR), PATH("f"), V(4), V(0))
	R(452, fchmodat2, FD(DIR), PATH("f"), V(0644), V(0))
};

const size_t call_count = ARRAY_SIZE(call_table);

/* ---- the world ----------------------------------------------------------- */

static void put_at(int fd, int at)
{
	if (fd < 0 || dup2(fd, at) != at)
		die_sys("descriptor %d of the world", at);
	xclose(fd);
}

void world_files(void)
{
	static const char script[] = "#!/bin/exit0\n";
	char bytes[WORLD_BYTES] = "bytes of the world";
	int fd = xopen("f", O_WRONLY | O_CREAT | O_TRUNC, 0666);

	xwrite(fd, bytes, sizeof(bytes));
	xclose(fd);
	fd = xopen("e", O_WRONLY | O_CREAT | O_TRUNC, 0755);
	xwrite(fd, script, sizeof(script) - 1);
	xclose(fd);
	if (mkdir("d", 0777) < 0 || symlink("f", "l") < 0 ||
	    mkfifo("p", 0666) < 0)
		die_sys("the world");
}

void world_open(void)
{
	char bytes[WORLD_BYTES] = "bytes of the world";
	int ends[2];

	put_at(open("f", O_RDWR), WORLD_FILE);
	put_at(open(".", O_RDONLY), WORLD_DIR);
	if (pipe2(ends, O_NONBLOCK) < 0)
		die_sys("pipe2");
	put_at(ends[0], WORLD_READ);
	put_at(ends[1], WORLD_WRITE);
	xwrite(WORLD_WRITE, bytes, sizeof(bytes));
	put_at(open("/dev/null", O_RDWR), WORLD_NULL);
	put_at(open("f", O_WRONLY), WORLD_WRONLY);
	put_at(open(access("/dev/tty2", R_OK) ? "/dev/null" : "/dev/tty2",
		    O_RDWR | O_NOCTTY | O_NONBLOCK), WORLD_TTY);
	put_at(open("f", O_RDONLY), WORLD_RDONLY);
}

void world_close(void)
{
	for (int fd = WORLD_FILE; fd < WORLD_END; fd++)
		xclose(fd);
}

/* ---- the call ------------------------------------------------------------ */

long raw_call(long nr, const long a[6])
{
	long result, sixth = a[5];

	__asm__ volatile("pushl %[sixth]\n\t"
			 "pushl %%ebp\n\t"
			 "movl 4(%%esp), %%ebp\n\t"
			 "int $0x80\n\t"
			 "popl %%ebp\n\t"
			 "addl $4, %%esp"
			 : "=a"(result)
			 : "a"(nr), "b"(a[0]), "c"(a[1]), "d"(a[2]),
			   "S"(a[3]), "D"(a[4]), [sixth] "m"(sixth)
			 : "memory", "cc");
	return result;
}

long raw_birth(long nr, const long a[6])
{
	long result;

	__asm__ volatile("int $0x80\n\t"
			 "testl %%eax, %%eax\n\t"
			 "jnz 1f\n\t"
			 "movl $1, %%eax\n\t"
			 "xorl %%ebx, %%ebx\n\t"
			 "int $0x80\n"
			 "1:"
			 : "=a"(result)
			 : "a"(nr), "b"(a[0]), "c"(a[1]), "d"(a[2]),
			   "S"(a[3]), "D"(a[4])
			 : "memory", "cc");
	return result;
}

long raw_call_on(long nr, unsigned long stack)
{
	long result;

	__asm__ volatile("xchgl %%esp, %%ebx\n\t"
			 "int $0x80\n\t"
			 "xchgl %%esp, %%ebx"
			 : "=a"(result), "+b"(stack)
			 : "a"(nr)
			 : "memory", "cc");
	return result;
}
