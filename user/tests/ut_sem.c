/*
 * user/tests/ut_sem.c - tests: System V semaphores
 */
#include "ut.h"

#include <signal.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY	65534
#define SEMCTL	3		/* a call of ipc(2) */
#define IPC_64	0x100

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

static int id;			/* the set that a child uses */

static int set_of(int n)
{
	int fresh = semget(IPC_PRIVATE, n, IPC_CREAT | 0600);

	CHECK(fresh >= 0);
	return fresh;
}

static int op(int n, int add, int flags)
{
	struct sembuf ops = { .sem_num = n, .sem_op = add, .sem_flg = flags };

	return semop(id, &ops, 1);
}

static void set_value(int n, int value)
{
	CHECK(semctl(id, n, SETVAL, (union semun){ .val = value }) == 0);
}

static int value(int n)
{
	return semctl(id, n, GETVAL);
}

static void removed(void)
{
	CHECK(semctl(id, 0, IPC_RMID) == 0);
}

/* Until so many tasks wait for the semaphore. */
static void await(int n, int what, int tasks)
{
	for (int i = 0; i < 500 && semctl(id, n, what) != tasks; i++)
		sleep_ms(10);
	CHECK(semctl(id, n, what) == tasks);
}

static void values(void)
{
	unsigned short all[3] = { 4, 5, 6 };

	id = set_of(3);
	CHECK(value(0) == 0 && value(2) == 0);
	set_value(1, 7);
	CHECK(value(1) == 7 && semctl(id, 1, GETPID) == getpid());
	CHECK(semctl(id, 0, SETALL, (union semun){ .array = all }) == 0);
	memset(all, 0, sizeof(all));
	CHECK(semctl(id, 0, GETALL, (union semun){ .array = all }) == 0);
	CHECK(all[0] == 4 && all[1] == 5 && all[2] == 6);
	CHECK(op(0, -4, 0) == 0 && op(0, 9, 0) == 0 && value(0) == 9);
	removed();
	FAILS(EINVAL, value(0));
	FAILS(EINVAL, op(0, 1, 0));
}

static void errors(void)
{
	static struct sembuf many[600];
	union semun bad = { .val = 16 };
	key_t key = 0x4e000000 + getpid();

	FAILS(ENOENT, semget(key, 1, 0600));
	id = semget(key, 2, IPC_CREAT | IPC_EXCL | 0600);
	CHECK(id >= 0 && semget(key, 0, 0) == id);
	FAILS(EEXIST, semget(key, 2, IPC_CREAT | IPC_EXCL | 0600));
	FAILS(EINVAL, semget(key, 3, 0600));
	FAILS(EINVAL, semget(IPC_PRIVATE, 0, 0600));
	FAILS(EINVAL, semget(IPC_PRIVATE, -1, 0600));
	FAILS(EAGAIN, op(0, -1, IPC_NOWAIT));
	set_value(0, 1);
	FAILS(EAGAIN, op(0, 0, IPC_NOWAIT));
	FAILS(EFBIG, op(2, 1, 0));
	FAILS(ERANGE, op(0, 32767, 0));
	FAILS(ERANGE, semctl(id, 0, SETVAL, (union semun){ .val = 40000 }));
	FAILS(EINVAL, semctl(id, 2, GETVAL));
	FAILS(EINVAL, semctl(id, 0, 99));
	FAILS(E2BIG, semop(id, many, 600));
	FAILS(EINVAL, semop(id, many, 0));
	FAILS(EFAULT, semop(id, (struct sembuf *)16, 1));
	FAILS(EFAULT, syscall(SYS_ipc, SEMCTL, id, 0, IPC_STAT | IPC_64, &bad));
	FAILS(EFAULT, syscall(SYS_ipc, SEMCTL, id, 0, IPC_STAT | IPC_64, 16));
	CHECK(value(0) == 1);
	removed();
}

/* What comes before an operation that cannot be done is taken back. */
static void all_or_none(void)
{
	struct sembuf ops[] = { { 0, 5, SEM_UNDO }, { 1, 0, 0 },
				{ 2, -1, IPC_NOWAIT } };

	id = set_of(3);
	FAILS(EAGAIN, semop(id, ops, 3));
	CHECK(value(0) == 0);
	set_value(2, 1);
	CHECK(semop(id, ops, 3) == 0);
	CHECK(value(0) == 5 && value(2) == 0);
	removed();
}

static void take_one(void)
{
	CHECK(op(0, -1, 0) == 0);
	CHECK(op(1, 1, 0) == 0);
}

static void wait_zero(void)
{
	CHECK(op(0, 0, 0) == 0);
}

static void blocks(void)
{
	pid_t one, two;

	id = set_of(2);
	one = ut_start(take_one);
	two = ut_start(take_one);
	await(0, GETNCNT, 2);
	CHECK(value(1) == 0 && op(0, 1, 0) == 0);
	await(0, GETNCNT, 1);
	CHECK(op(0, 1, 0) == 0);
	CHECK(ut_wait(one) == 0 && ut_wait(two) == 0);
	CHECK(value(0) == 0 && value(1) == 2);
	removed();
}

/* A waiter whose operation became possible succeeds, although the set is
 * removed at once. */
static void done_before_removal(void)
{
	pid_t one, two;

	id = set_of(1);
	set_value(0, 1);
	one = ut_start(wait_zero);
	two = ut_start(wait_zero);
	await(0, GETZCNT, 2);
	CHECK(op(0, -1, 0) == 0);
	removed();
	CHECK(ut_wait(one) == 0 && ut_wait(two) == 0);
}

static void find_it_removed(void)
{
	FAILS(EIDRM, op(0, -1, SEM_UNDO));
}

static void removed_under_waiters(void)
{
	pid_t pid;

	id = set_of(1);
	pid = ut_start(find_it_removed);
	await(0, GETNCNT, 1);
	removed();
	CHECK(ut_wait(pid) == 0);
}

static void take_undone(void)
{
	CHECK(op(0, -2, SEM_UNDO) == 0);
	CHECK(op(1, 3, SEM_UNDO) == 0);
	CHECK(op(2, 1, SEM_UNDO) == 0);
	CHECK(semctl(id, 2, SETVAL, (union semun){ .val = 9 }) == 0);
}

/* A process that ends gives back; SETVAL settles what was to be undone. */
static void undo(void)
{
	id = set_of(3);
	set_value(0, 5);
	CHECK(ut_status_of(take_undone) == 0);
	CHECK(value(0) == 5 && value(1) == 0 && value(2) == 9);
	removed();
}

static void take_and_die(void)
{
	CHECK(op(0, -1, SEM_UNDO) == 0);
	for (;;)
		pause();
}

/* A lock held by a process that is killed goes to the next who waits. */
static void undo_wakes(void)
{
	pid_t holder, waiter;

	id = set_of(2);
	set_value(0, 1);
	holder = ut_start(take_and_die);
	for (int i = 0; i < 500 && value(0); i++)
		sleep_ms(10);
	waiter = ut_start(take_one);
	await(0, GETNCNT, 1);
	CHECK(kill(holder, SIGKILL) == 0 && WIFSIGNALED(ut_wait(holder)));
	CHECK(ut_wait(waiter) == 0 && value(1) == 1);
	removed();
}

static void timed(void)
{
	struct sembuf ops = { 0, -1, 0 };
	struct timespec t = { 0, 50 * 1000000 }, bad = { 0, -1 };
	unsigned long begin = now_ms();

	id = set_of(1);
	FAILS(EAGAIN, semtimedop(id, &ops, 1, &t));
	CHECK(now_ms() - begin >= 40);
	FAILS(EINVAL, semtimedop(id, &ops, 1, &bad));
	set_value(0, 1);
	CHECK(semtimedop(id, &ops, 1, &t) == 0 && value(0) == 0);
	removed();
}

static void on_signal(int sig)
{
	(void)sig;
}

static void wait_for_signal(void)
{
	struct sigaction act = { .sa_handler = on_signal };

	CHECK(sigaction(SIGUSR1, &act, NULL) == 0);
	FAILS(EINTR, op(0, -1, 0));
}

static void interrupted(void)
{
	pid_t pid;

	id = set_of(1);
	pid = ut_start(wait_for_signal);
	await(0, GETNCNT, 1);
	CHECK(kill(pid, SIGUSR1) == 0);
	CHECK(ut_wait(pid) == 0);
	CHECK(semctl(id, 0, GETNCNT) == 0);
	removed();
}

static void as_stranger(void)
{
	struct semid_ds ds;

	CHECK(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
	CHECK(value(0) == 0 && op(0, 0, IPC_NOWAIT) == 0);
	FAILS(EACCES, op(0, 1, 0));
	FAILS(EACCES, semctl(id, 0, SETVAL, (union semun){ .val = 1 }));
	CHECK(semctl(id, 0, IPC_STAT, (union semun){ .buf = &ds }) == 0);
	FAILS(EPERM, semctl(id, 0, IPC_SET, (union semun){ .buf = &ds }));
	FAILS(EPERM, semctl(id, 0, IPC_RMID));
}

static void rights(void)
{
	struct semid_ds ds;

	id = semget(IPC_PRIVATE, 4, 0644);
	CHECK(semctl(id, 0, IPC_STAT, (union semun){ .buf = &ds }) == 0);
	CHECK(ds.sem_nsems == 4 && (ds.sem_perm.mode & 0777) == 0644);
	CHECK(ds.sem_ctime > 0 && ds.sem_otime == 0);
	if (geteuid() != 0)
		ut_skip("only root can try to be another user");
	CHECK(ut_status_of(as_stranger) == 0);
	removed();
}

static const struct ut_test tests[] = {
	{ "values", values },
	{ "errors", errors },
	{ "all_or_none", all_or_none },
	{ "blocks", blocks },
	{ "done_before_removal", done_before_removal },
	{ "removed_under_waiters", removed_under_waiters },
	{ "undo", undo },
	{ "undo_wakes", undo_wakes },
	{ "timed", timed },
	{ "interrupted", interrupted },
	{ "rights", rights },
};

UT_GROUP(ut_sem, tests);
