/*
 * user/tests/ut_call.c - tests: mount's flags, the *at calls' flags, groups and
 * capabilities, sendfile
 */
#include "ut.h"
#include "tree.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER	1000

static void need_launder(void)
{
	if (access("/proc/sys/vm/scanner", F_OK) < 0 || geteuid() != 0)
		ut_skip("only as root of this kernel");
}

/* --- mount flags: those of the root file system, changed for a moment ----- */

static void with_flags(unsigned long flags, void (*test)(void))
{
	int status;

	CHECK(mount(NULL, "/", NULL, MS_REMOUNT | flags, NULL) == 0);
	status = ut_status_of(test);
	CHECK(mount(NULL, "/", NULL, MS_REMOUNT, NULL) == 0);
	CHECK(status == 0);
}

/* What /proc/mounts says of the root. */
static void check_mounts(const char *options)
{
	char line[200] = "", want[100];
	FILE *file = fopen("/proc/mounts", "r");

	CHECK(file && fgets(line, sizeof(line), file));
	fclose(file);
	snprintf(want, sizeof(want), " / ext2 %s 0 0\n", options);
	CHECK(strstr(line, want));
}

/* A program owned by USER with the set-id bit says who it is. */
static int runs_as(uid_t uid)
{
	char text[20];
	int status;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		snprintf(text, sizeof(text), "%u", uid);
		execl("./setid", "setid", "--child", "euid", text, NULL);
		_exit(errno);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return status;
}

static void copy_self(void)
{
	static char buf[512 * KB];
	int fd = xopen(ut_self, O_RDONLY, 0);
	size_t n = xread(fd, buf, sizeof(buf));

	xclose(fd);
	fd = xopen("setid", O_WRONLY | O_CREAT, 0755);
	xwrite(fd, buf, n);
	xclose(fd);
	CHECK(chown("setid", USER, USER) == 0 && chmod("setid", 04755) == 0);
}

static void child_nosuid(void)
{
	struct statvfs st;

	check_mounts("rw,nosuid");
	CHECK(statvfs(".", &st) == 0 && (st.f_flag & ST_NOSUID));
	CHECK(runs_as(0) == 42 << 8);
}

static void mount_nosuid(void)
{
	need_launder();
	copy_self();
	CHECK(runs_as(USER) == 42 << 8);
	with_flags(MS_NOSUID, child_nosuid);
	CHECK(runs_as(USER) == 42 << 8);
}

static void child_noexec(void)
{
	check_mounts("rw,noexec");
	CHECK(runs_as(USER) == EACCES << 8);
}

static void mount_noexec(void)
{
	need_launder();
	copy_self();
	with_flags(MS_NOEXEC, child_noexec);
}

static void child_nodev(void)
{
	check_mounts("rw,nodev");
	FAILS(EACCES, open("null", O_RDWR));
	FAILS(EACCES, open("null", O_RDWR | O_CREAT, 0644));
	CHECK(mkdir("m", 0755) == 0);
	FAILS(EACCES, mount("/dev/hdb", "m", "ext2", 0, NULL));
	CHECK(access("null", W_OK) == 0);
}

static void mount_nodev(void)
{
	need_launder();
	CHECK(mknod("null", S_IFCHR | 0666, makedev(1, 3)) == 0);
	with_flags(MS_NODEV, child_nodev);
	xclose(xopen("null", O_RDWR, 0));
}

static void child_noatime(void)
{
	struct stat st;

	check_mounts("rw,noatime");
	CHECK(ut_has("f", "text"));
	CHECK(stat("f", &st) == 0 && st.st_atime == 5);
}

static void mount_noatime(void)
{
	struct timespec times[2] = { { 5, 0 }, { 5, 0 } };
	struct stat st;

	need_launder();
	ut_put("f", "text");
	CHECK(utimensat(AT_FDCWD, "f", times, 0) == 0);
	with_flags(MS_NOATIME, child_noatime);
	CHECK(ut_has("f", "text") && stat("f", &st) == 0 && st.st_atime != 5);
}

static void mount_refused(void)
{
	need_launder();
	CHECK(mkdir("m", 0755) == 0 && symlink("m", "l") == 0);
	FAILS(EINVAL, mount("/", "m", NULL, MS_BIND, NULL));
	FAILS(EINVAL, mount("/", "m", NULL, MS_MOVE, NULL));
	FAILS(EFAULT, mount((char *)8, "m", "proc", 0, NULL));
	FAILS(EFAULT, mount("none", "m", "proc", 0, (void *)8));
	FAILS(EINVAL, umount2("m", MNT_DETACH));
	FAILS(EINVAL, umount2("m", 0x100));
	CHECK(mount("none", "m", "proc", MS_NOSUID, NULL) == 0);
	FAILS(EINVAL, umount2("l", UMOUNT_NOFOLLOW));
	CHECK(chdir("m") == 0);
	FAILS(EBUSY, umount2(".", MNT_DETACH));
	CHECK(chdir("..") == 0 && umount2("l", MNT_FORCE) == 0);
}

static void rename_flags(void)
{
	ut_put("a", "one");
	ut_put("b", "two");
	FAILS(EEXIST, syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", 1));
	FAILS(EEXIST, syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "a", 1));
	CHECK(syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "c", 1) == 0);
	CHECK(ut_has("c", "one") && ut_has("b", "two"));
	FAILS(ENOENT, syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "d", 1));
	CHECK(syscall(SYS_renameat2, AT_FDCWD, "c", AT_FDCWD, "b", 0) == 0);
	CHECK(ut_has("b", "one"));
	FAILS(EINVAL, syscall(SYS_renameat2, AT_FDCWD, "b", AT_FDCWD, "c", 99));
}

/* --- users --------------------------------------------------------- */

#define MANY	32

static void many_groups(void)
{
	gid_t groups[MANY], now[MANY];

	if (geteuid() != 0)
		ut_skip("only as root");
	for (int i = 0; i < MANY; i++)
		groups[i] = 100 + i;
	CHECK(setgroups(MANY, groups) == 0);
	CHECK(getgroups(0, NULL) == MANY && getgroups(MANY, now) == MANY);
	CHECK(memcmp(groups, now, sizeof(now)) == 0);
	FAILS(EINVAL, getgroups(MANY - 1, now));
	ut_put("f", "text");
	CHECK(chown("f", 0, 131) == 0 && chmod("f", 0040) == 0);
	CHECK(setuid(USER) == 0);
	CHECK(ut_has("f", "text"));
	FAILS(EPERM, setgroups(1, groups));
}

/* capset accepts the capabilities that the process has, and no others. */
static void capabilities(void)
{
	uint32_t head[2] = { 0x20080522, 0 }, data[6], more[6];

	CHECK(syscall(SYS_capget, head, data) == 0);
	CHECK(syscall(SYS_capset, head, data) == 0);
	head[1] = getpid();
	CHECK(syscall(SYS_capget, head, data) == 0);
	memset(more, 0xff, sizeof(more));
	if (geteuid() == 0)
		CHECK(data[1] != 0 && setuid(USER) == 0);
	CHECK(syscall(SYS_capget, head, data) == 0 && data[1] == 0);
	FAILS(EPERM, syscall(SYS_capset, head, more));
	head[1] = 1;
	FAILS(EPERM, syscall(SYS_capset, head, data));
	head[0] = 5;
	FAILS(EINVAL, syscall(SYS_capset, head, data));
	CHECK(head[0] != 5);
}

/* --- sendfile ------------------------------------------------------ */

#define LONG	(200u * KB + 123)

/* A file of LONG bytes that depend on their place. */
static int long_file(const char *name)
{
	char *bytes = xmalloc(LONG);
	int fd = xopen(name, O_RDWR | O_CREAT, 0644);

	pattern_fill(bytes, LONG, 7);
	xwrite(fd, bytes, LONG);
	free(bytes);
	return fd;
}

static void send_to_file(void)
{
	int in = long_file("in"), out = xopen("out", O_RDWR | O_CREAT, 0644);
	char *bytes = xmalloc(LONG);
	off_t at = 0;

	xwrite(out, "head", 4);
	CHECK(sendfile(out, in, &at, 10 * LONG) == (ssize_t)LONG);
	CHECK(at == (off_t)LONG && lseek(in, 0, SEEK_CUR) == at);
	xpread(out, bytes, LONG, 4);
	CHECK(pattern_check(bytes, LONG, 7) < 0);
	CHECK(sendfile(out, in, &at, 1) == 0);
	CHECK(lseek(in, 5000, SEEK_SET) == 5000);
	CHECK(sendfile(out, in, NULL, 100) == 100);
	CHECK(lseek(in, 0, SEEK_CUR) == 5100);
}

static void send_to_pipe(void)
{
	int in = long_file("in"), ends[2];
	char *bytes = xmalloc(LONG);
	pid_t pid;

	CHECK(pipe(ends) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		off_t at = 0;

		xclose(ends[0]);
		while (sendfile(ends[1], in, &at, LONG) > 0)
			;
		_exit(at != (off_t)LONG);
	}
	xclose(ends[1]);
	CHECK(xread(ends[0], bytes, LONG) == LONG);
	CHECK(pattern_check(bytes, LONG, 7) < 0);
	CHECK(ut_wait(pid) == 0);
}

static void send_errors(void)
{
	int in = long_file("in"), out = xopen("out", O_RDWR | O_CREAT, 0644);
	int append = xopen("out", O_RDWR | O_APPEND, 0), ends[2];
	int only = xopen("in", O_WRONLY, 0), from = xopen("in", O_RDONLY, 0);
	off_t at = 0, below = -1;

	CHECK(pipe(ends) == 0 && write(ends[1], "x", 1) == 1);
	FAILS(EBADF, sendfile(out, -1, &at, 1));
	FAILS(EBADF, sendfile(-1, in, &at, 1));
	FAILS(EBADF, sendfile(out, only, &at, 1));
	FAILS(EBADF, sendfile(from, in, &at, 1));
	FAILS(ESPIPE, sendfile(out, ends[0], &at, 1));
	FAILS(EINVAL, sendfile(append, in, &at, 1));
	FAILS(EINVAL, sendfile(out, in, &below, 1));
	FAILS(EFAULT, sendfile(out, in, (off_t *)8, 1));
	CHECK(at == 0);
}

/* --- flags of the *at calls ---------------------------------------- */

#define NR_FACCESSAT2	439
#define NR_FCHMODAT2	452
#define BAD_FLAG	0x40000000

/* The real user may not read the file, the effective one may. */
static void access_as(void)
{
	CHECK(setresuid(USER, 0, 0) == 0);
	FAILS(EACCES, syscall(NR_FACCESSAT2, AT_FDCWD, "f", R_OK, 0));
	CHECK(syscall(NR_FACCESSAT2, AT_FDCWD, "f", R_OK, AT_EACCESS) == 0);
}

static void access_flags(void)
{
	int fd;

	ut_put("f", "text");
	CHECK(chmod("f", 0600) == 0 && symlink("nowhere", "l") == 0);
	FAILS(ENOENT, syscall(NR_FACCESSAT2, AT_FDCWD, "l", 0, 0));
	CHECK(syscall(NR_FACCESSAT2, AT_FDCWD, "l", 0,
		      AT_SYMLINK_NOFOLLOW) == 0);
	fd = xopen("f", O_RDONLY, 0);
	CHECK(syscall(NR_FACCESSAT2, fd, "", R_OK, AT_EMPTY_PATH) == 0);
	FAILS(ENOENT, syscall(NR_FACCESSAT2, fd, "", R_OK, 0));
	FAILS(EINVAL, syscall(NR_FACCESSAT2, fd, "", R_OK, BAD_FLAG));
	FAILS(EINVAL, syscall(NR_FACCESSAT2, AT_FDCWD, "f", 8, 0));
	if (geteuid() == 0)
		CHECK(ut_status_of(access_as) == 0);
}

static void mode_flags(void)
{
	struct stat st;
	int fd;

	ut_put("f", "text");
	CHECK(symlink("f", "l") == 0);
	if (syscall(NR_FCHMODAT2, AT_FDCWD, "f", 0600, 0) < 0 &&
	    errno == ENOSYS)
		ut_skip("a kernel before 6.6");
	FAILS(EOPNOTSUPP, syscall(NR_FCHMODAT2, AT_FDCWD, "l", 0644,
				  AT_SYMLINK_NOFOLLOW));
	CHECK(stat("f", &st) == 0 && (st.st_mode & 0777) == 0600);
	fd = xopen("f", O_RDONLY, 0);
	CHECK(syscall(NR_FCHMODAT2, fd, "", 0640, AT_EMPTY_PATH) == 0);
	CHECK(syscall(NR_FCHMODAT2, AT_FDCWD, "l", 0641, 0) == 0);
	CHECK(stat("f", &st) == 0 && (st.st_mode & 0777) == 0641);
	FAILS(EINVAL, syscall(NR_FCHMODAT2, AT_FDCWD, "f", 0600, BAD_FLAG));
}

static void owner_flags(void)
{
	struct stat st;
	int fd;

	if (geteuid() != 0)
		ut_skip("only as root");
	ut_put("f", "text");
	CHECK(symlink("f", "l") == 0);
	fd = xopen("f", O_RDONLY, 0);
	CHECK(fchownat(fd, "", USER, 7, AT_EMPTY_PATH) == 0);
	CHECK(stat("f", &st) == 0 && st.st_uid == USER && st.st_gid == 7);
	CHECK(fchownat(AT_FDCWD, "l", 8, 8, AT_SYMLINK_NOFOLLOW) == 0);
	CHECK(stat("f", &st) == 0 && st.st_uid == USER);
	FAILS(EINVAL, fchownat(AT_FDCWD, "f", 8, 8, BAD_FLAG));
	FAILS(ENOENT, fchownat(fd, "", 8, 8, 0));
}

static const struct ut_test tests[] = {
	{ "access_flags", access_flags },
	{ "mode_flags", mode_flags },
	{ "owner_flags", owner_flags },
	{ "rename_flags", rename_flags },
	{ "many_groups", many_groups },
	{ "capabilities", capabilities },
	{ "send_to_file", send_to_file },
	{ "send_to_pipe", send_to_pipe },
	{ "send_errors", send_errors },
	{ "mount_nosuid", mount_nosuid },
	{ "mount_noexec", mount_noexec },
	{ "mount_nodev", mount_nodev },
	{ "mount_noatime", mount_noatime },
	{ "mount_refused", mount_refused },
};

UT_GROUP(ut_call, tests);
