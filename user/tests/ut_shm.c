/*
 * user/tests/ut_shm.c - tests: memory that processes share, by fork and by key
 */
#include "ut_pages.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_SHARED | MAP_ANONYMOUS)
#define NOBODY	65534
#define FAILED	((char *)-1)

#define SHMAT	21		/* calls of ipc(2), libc's own affair */
#define SHMCTL	24
#define IPC_64	0x100

static int id;			/* the segment that a child looks at */

static char *shared(size_t len)
{
	char *m = mmap(NULL, len, RW, ANON, -1, 0);

	CHECK(m != MAP_FAILED);
	return m;
}

/* --- anonymous ----------------------------------------------------- */

static void anon_fork(void)
{
	char *m = shared(3 * PAGE);

	CHECK(ut_zero(m, 3 * PAGE));
	m[0] = 1;
	ut_target = m + PAGE;
	CHECK(ut_status_of(ut_touch) == 0);
	CHECK(m[0] == 1 && m[PAGE] == 7 && m[2 * PAGE] == 0);
	CHECK(munmap(m, 3 * PAGE) == 0);
	m = shared(3 * PAGE);
	CHECK(ut_zero(m, 3 * PAGE));
}

static void child_forks(void)
{
	CHECK(ut_status_of(ut_touch) == 0);
	CHECK(*ut_target == 7);
}

static void anon_grandchild(void)
{
	ut_target = shared(PAGE);
	CHECK(ut_status_of(child_forks) == 0);
	CHECK(*ut_target == 7);
}

static void anon_part(void)
{
	char *m = shared(4 * PAGE);

	m[0] = m[3 * PAGE] = 1;
	m[PAGE] = 5;
	CHECK(munmap(m + PAGE, 2 * PAGE) == 0);
	CHECK(ut_dies(ut_read, m + PAGE, SIGSEGV));
	ut_target = m + 3 * PAGE;
	CHECK(ut_status_of(ut_touch) == 0);
	CHECK(m[0] == 1 && m[3 * PAGE] == 7);
}

static void anon_protect(void)
{
	char *m = mmap(NULL, PAGE, PROT_READ, ANON, -1, 0);

	CHECK(m != MAP_FAILED && ut_zero(m, PAGE));
	CHECK(ut_dies(ut_touch, m, SIGSEGV));
	CHECK(mprotect(m, PAGE, RW) == 0);
	CHECK(ut_status_of(ut_touch) == 0 && m[0] == 7);
	CHECK(mprotect(m, PAGE, PROT_READ) == 0);
	CHECK(m[0] == 7 && ut_dies(ut_touch, m, SIGSEGV));
}

/* A private and a shared mapping side by side are not one area. */
static void anon_beside_private(void)
{
	char *m = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(m != MAP_FAILED);
	CHECK(mmap(m, PAGE, RW, ANON | MAP_FIXED, -1, 0) == m);
	ut_target = m + PAGE;
	CHECK(ut_status_of(ut_touch) == 0 && m[PAGE] == 0);
	ut_target = m;
	CHECK(ut_status_of(ut_touch) == 0 && m[0] == 7);
}

/* The kernel's own store, by read(2), is seen as well. */
static void read_into(void)
{
	char c = 7;
	int fd = xopen("f", O_RDWR | O_CREAT, 0600);

	xwrite(fd, &c, 1);
	xpread(fd, (char *)ut_target, 1, 0);
}

static void anon_by_kernel(void)
{
	ut_target = shared(PAGE);
	CHECK(ut_status_of(read_into) == 0);
	CHECK(*ut_target == 7);
}

static void anon_errors(void)
{
	FAILS(EINVAL, mmap(NULL, 0, RW, ANON, -1, 0));
	FAILS(ENOMEM, mmap(NULL, 0xf0000000, RW, ANON, -1, 0));
}

/* --- segments ------------------------------------------------------ */

static int segment(size_t bytes)
{
	int fresh = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);

	CHECK(fresh >= 0);
	return fresh;
}

static char *attach(int of)
{
	char *m = shmat(of, NULL, 0);

	CHECK(m != FAILED);
	return m;
}

static struct shmid_ds stat_of(int of)
{
	struct shmid_ds ds;

	CHECK(shmctl(of, IPC_STAT, &ds) == 0);
	return ds;
}

static unsigned long attaches(int of)
{
	return stat_of(of).shm_nattch;
}

static void removed(int of)
{
	CHECK(shmctl(of, IPC_RMID, NULL) == 0);
}

static void seg_attach(void)
{
	char *m, *other;

	id = segment(2 * PAGE);
	m = attach(id);
	CHECK(ut_zero(m, 2 * PAGE));
	m[PAGE] = 'a';
	other = attach(id);
	CHECK(other != m && other[PAGE] == 'a');
	CHECK(shmdt(m) == 0 && shmdt(other) == 0);
	CHECK(ut_dies(ut_read, m, SIGSEGV));
	m = attach(id);
	CHECK(m[PAGE] == 'a' && m[0] == 0);
	removed(id);
	CHECK(m[PAGE] == 'a');
	CHECK(shmdt(m) == 0);
	FAILS(EINVAL, shmat(id, NULL, 0));
	FAILS(EINVAL, shmctl(id, IPC_RMID, NULL));
}

static void child_attaches(void)
{
	char *m = attach(id);

	CHECK(m[0] == 'p' && attaches(id) == 1);
	m[1] = 'c';
}

/* Between processes that are not parent and child of an attach. */
static void seg_between(void)
{
	char *m;

	id = segment(PAGE);
	m = attach(id);
	m[0] = 'p';
	CHECK(munmap(m, PAGE) == 0 && attaches(id) == 0);
	CHECK(ut_status_of(child_attaches) == 0);
	CHECK(attaches(id) == 0);
	m = attach(id);
	CHECK(m[0] == 'p' && m[1] == 'c');
	removed(id);
}

static void child_inherits(void)
{
	CHECK(attaches(id) == 2);
	*ut_target = 7;
}

/* fork doubles the attaches, the child's end takes its own away. */
static void seg_fork(void)
{
	id = segment(PAGE);
	ut_target = attach(id);
	CHECK(ut_status_of(child_inherits) == 0);
	CHECK(*ut_target == 7 && attaches(id) == 1);
	removed(id);
}

static void seg_key(void)
{
	key_t key = 0x4c000000 + getpid();
	int other;

	FAILS(ENOENT, shmget(key, PAGE, 0600));
	id = shmget(key, 3000, IPC_CREAT | IPC_EXCL | 0600);
	CHECK(id >= 0);
	FAILS(EEXIST, shmget(key, 3000, IPC_CREAT | IPC_EXCL | 0600));
	CHECK(shmget(key, 3000, IPC_CREAT | 0600) == id);
	CHECK(shmget(key, 0, 0) == id);
	FAILS(EINVAL, shmget(key, 3001, 0));
	removed(id);
	FAILS(ENOENT, shmget(key, 0, 0));
	FAILS(EINVAL, shmget(key, 0, IPC_CREAT | 0600));
	FAILS(EINVAL, shmget(IPC_PRIVATE, 0, 0600));
	id = segment(1);
	other = segment(1);
	CHECK(id != other);
	removed(id);
	removed(other);
}

static void seg_stat(void)
{
	struct shmid_ds ds;
	char *m;

	id = shmget(IPC_PRIVATE, 5000, 0640);
	ds = stat_of(id);
	CHECK(ds.shm_segsz == 5000 && ds.shm_nattch == 0);
	CHECK((ds.shm_perm.mode & 0777) == 0640);
	CHECK(ds.shm_perm.uid == geteuid() && ds.shm_perm.cgid == getegid());
	CHECK(ds.shm_cpid == getpid() && ds.shm_lpid == 0);
	CHECK(ds.shm_ctime > 0 && !ds.shm_atime && !ds.shm_dtime);
	m = attach(id);
	ds = stat_of(id);
	CHECK(ds.shm_nattch == 1 && ds.shm_lpid == getpid());
	CHECK(ds.shm_atime >= ds.shm_ctime && !ds.shm_dtime);
	CHECK(m[2 * PAGE - 1] == 0);
	CHECK(shmdt(m) == 0);
	CHECK(stat_of(id).shm_dtime >= ds.shm_atime);
	removed(id);
	FAILS(EINVAL, shmctl(id, IPC_STAT, &ds));
}

/* Removed while it is attached: no key, but alive and found by its id. */
static void seg_removed_alive(void)
{
	key_t key = 0x4d000000 + getpid();
	char *m, *again;
	int other;

	id = shmget(key, PAGE, IPC_CREAT | 0600);
	m = attach(id);
	m[0] = 'a';
	removed(id);
	CHECK(stat_of(id).shm_perm.mode & 01000);
	other = shmget(key, PAGE, IPC_CREAT | IPC_EXCL | 0600);
	CHECK(other >= 0 && other != id);
	again = attach(id);
	CHECK(again[0] == 'a' && attaches(id) == 2);
	CHECK(shmdt(m) == 0 && shmdt(again) == 0);
	FAILS(EINVAL, shmat(id, NULL, 0));
	m = attach(other);
	CHECK(m[0] == 0);
	removed(other);
}

static void seg_read_only(void)
{
	char *m;

	id = segment(PAGE);
	m = shmat(id, NULL, SHM_RDONLY);
	CHECK(m != FAILED && m[0] == 0);
	CHECK(ut_dies(ut_touch, m, SIGSEGV));
	FAILS(EACCES, mprotect(m, PAGE, RW));
	removed(id);
}

static void seg_address(void)
{
	char *start = mmap(NULL, 8 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0);
	volatile char *room = start;

	CHECK(start != MAP_FAILED);
	id = segment(PAGE);
	FAILS(EINVAL, shmat(id, start, 0));
	CHECK(munmap(start + 2 * PAGE, 4 * PAGE) == 0);
	FAILS(EINVAL, shmat(id, start + 2 * PAGE + 5, 0));
	CHECK(shmat(id, start + 2 * PAGE + 5, SHM_RND) == start + 2 * PAGE);
	CHECK(shmat(id, start + 4 * PAGE, 0) == start + 4 * PAGE);
	room[2 * PAGE] = 'a';
	CHECK(room[4 * PAGE] == 'a');
	room[0] = 'x';
	CHECK(shmat(id, start, SHM_REMAP) == start && room[0] == 'a');
	FAILS(EINVAL, shmat(id, NULL, SHM_REMAP));
	CHECK(attaches(id) == 3);
	removed(id);
}

/* munmap of the middle leaves two areas, which shmdt takes together. */
static void seg_detach(void)
{
	char *m;

	id = segment(3 * PAGE);
	m = attach(id);
	FAILS(EINVAL, shmdt(m + PAGE));
	FAILS(EINVAL, shmdt(m + 1));
	CHECK(munmap(m + PAGE, PAGE) == 0);
	CHECK(attaches(id) == 2);
	CHECK(mmap(m + PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0) == m + PAGE);
	m[PAGE] = 'k';
	CHECK(shmdt(m) == 0);
	CHECK(attaches(id) == 0 && m[PAGE] == 'k');
	CHECK(ut_dies(ut_read, m, SIGSEGV));
	CHECK(ut_dies(ut_read, m + 2 * PAGE, SIGSEGV));
	FAILS(EINVAL, shmdt(m));
	removed(id);
}

static void as_stranger(void)
{
	struct shmid_ds ds;

	CHECK(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
	FAILS(EACCES, shmat(id, NULL, 0));
	CHECK(shmat(id, NULL, SHM_RDONLY) != FAILED);
	CHECK(shmctl(id, IPC_STAT, &ds) == 0);
	FAILS(EPERM, shmctl(id, IPC_SET, &ds));
	FAILS(EPERM, shmctl(id, IPC_RMID, NULL));
}

static void as_refused_stranger(void)
{
	struct shmid_ds ds;

	CHECK(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
	FAILS(EACCES, shmat(id, NULL, SHM_RDONLY));
	FAILS(EACCES, shmctl(id, IPC_STAT, &ds));
}

static void as_new_owner(void)
{
	CHECK(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
	CHECK(shmat(id, NULL, 0) != FAILED);
	removed(id);
}

static void seg_rights(void)
{
	struct shmid_ds ds;

	if (geteuid() != 0)
		ut_skip("only root can try to be another user");
	id = shmget(IPC_PRIVATE, PAGE, 0644);
	CHECK(ut_status_of(as_stranger) == 0);
	ds = stat_of(id);
	ds.shm_perm.mode = 0600;
	CHECK(shmctl(id, IPC_SET, &ds) == 0);
	CHECK(ut_status_of(as_refused_stranger) == 0);
	ds.shm_perm.uid = NOBODY;
	CHECK(shmctl(id, IPC_SET, &ds) == 0);
	CHECK(ut_status_of(as_new_owner) == 0);
	FAILS(EINVAL, shmctl(id, IPC_STAT, &ds));
}

static void seg_info(void)
{
	struct shminfo limits;
	struct shm_info info;

	id = segment(3 * PAGE);
	CHECK(shmctl(0, IPC_INFO, (struct shmid_ds *)&limits) >= 0);
	CHECK(limits.shmmin == 1 && limits.shmmni >= 100);
	attach(id)[PAGE] = 1;
	CHECK(shmctl(0, SHM_INFO, (struct shmid_ds *)&info) >= 0);
	CHECK(info.used_ids >= 1 && info.shm_tot >= 3);
	CHECK(info.shm_rss + info.shm_swp >= 1);
	FAILS(EFAULT, syscall(SYS_ipc, SHMCTL, id, IPC_STAT | IPC_64, 0, 16));
	FAILS(EFAULT, syscall(SYS_ipc, SHMCTL, id, IPC_SET | IPC_64, 0, 16));
	FAILS(EFAULT, syscall(SYS_ipc, SHMAT, id, 0, 16, 0));
	FAILS(EINVAL, shmctl(id, 99, NULL));
	FAILS(EINVAL, shmctl(-1, IPC_RMID, NULL));
	FAILS(EINVAL, shmat(-1, NULL, 0));
	removed(id);
}

/* => one line of /proc/self/maps has it all */
static int mapped_as(const volatile char *m, const char *name)
{
	char text[64 * KB], start[16], *line;
	int fd = xopen("/proc/self/maps", O_RDONLY, 0);

	text[xread(fd, text, sizeof(text) - 1)] = 0;
	xclose(fd);
	snprintf(start, sizeof(start), "%08lx-", (unsigned long)m);
	line = strstr(text, start);
	if (!line)
		return 0;
	line[strcspn(line, "\n")] = 0;
	return strstr(line, " rw-s ") && strstr(line, name);
}

static void names(void)
{
	char name[32];

	id = shmget(0x4f000000 + getpid(), PAGE, IPC_CREAT | 0600);
	snprintf(name, sizeof(name), " /SYSV%08x (deleted)",
		 0x4f000000 + getpid());
	ut_target = attach(id);
	removed(id);
	CHECK(mapped_as(ut_target, name));
	CHECK(mapped_as(shared(PAGE), " /dev/zero (deleted)"));
}

static void seg_many(void)
{
	enum { N = 40 };
	int ids[N];
	char *m[N];

	for (int i = 0; i < N; i++) {
		ids[i] = segment((i + 1) * KB);
		m[i] = attach(ids[i]);
		m[i][0] = i + 1;
	}
	for (int i = 0; i < N; i += 2)
		CHECK(shmdt(m[i]) == 0 && !shmctl(ids[i], IPC_RMID, NULL));
	for (int i = 1; i < N; i += 2)
		CHECK(m[i][0] == i + 1 && !shmctl(ids[i], IPC_RMID, NULL));
}

static const struct ut_test tests[] = {
	{ "anon_fork", anon_fork },
	{ "anon_grandchild", anon_grandchild },
	{ "anon_part", anon_part },
	{ "anon_protect", anon_protect },
	{ "anon_beside_private", anon_beside_private },
	{ "anon_by_kernel", anon_by_kernel },
	{ "anon_errors", anon_errors },
	{ "seg_attach", seg_attach },
	{ "seg_between", seg_between },
	{ "seg_fork", seg_fork },
	{ "seg_key", seg_key },
	{ "seg_stat", seg_stat },
	{ "seg_removed_alive", seg_removed_alive },
	{ "seg_read_only", seg_read_only },
	{ "seg_address", seg_address },
	{ "seg_detach", seg_detach },
	{ "seg_rights", seg_rights },
	{ "seg_info", seg_info },
	{ "names", names },
	{ "seg_many", seg_many },
};

UT_GROUP(ut_shm, tests);
