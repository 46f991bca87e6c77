/*
 * user/tests/ut_futex.c - tests: futex, between processes that share memory
 */
#include "ut.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAIT, WAKE, WAIT_BITSET = 9, WAKE_BITSET, PRIVATE = 128,
       REALTIME = 256 };

static int *word;		/* shared; what the waiters wait for */
static uint32_t wait_bits = ~0u;

static long futex(int *at, int op, int value, const void *time, uint32_t bits)
{
	return syscall(SYS_futex, at, op, value, time, 0, bits);
}

static int *share(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

static void wait_on_word(void)
{
	CHECK(futex(word, WAIT_BITSET, 0, NULL, wait_bits) == 0);
}

static pid_t waiter(void)
{
	pid_t pid = ut_start(wait_on_word);

	ut_asleep(pid);
	return pid;
}

/* The value wakes as many as it says, the longest waiting ones first. */
static void test_wake(void)
{
	pid_t pids[3];

	word = share(PAGE);
	CHECK(futex(word, WAKE, 1, NULL, 0) == 0);
	for (int i = 0; i < 3; i++)
		pids[i] = waiter();
	CHECK(futex(word + 1, WAKE, 9, NULL, 0) == 0);
	CHECK(futex(word, WAKE | PRIVATE, 9, NULL, 0) == 0);
	CHECK(futex(word, WAKE, 1, NULL, 0) == 1);
	CHECK(ut_wait(pids[0]) == 0);
	CHECK(futex(word, WAKE, 9, NULL, 0) == 2);
	CHECK(ut_wait(pids[1]) == 0 && ut_wait(pids[2]) == 0);
	CHECK(futex(word, WAKE, 9, NULL, 0) == 0);
}

/* The same word of a file, mapped at other addresses and offsets. */
static void test_file(void)
{
	int fd = xopen("f", O_RDWR | O_CREAT, 0600), *other;
	pid_t pid;

	CHECK(ftruncate(fd, 3 * PAGE) == 0);
	word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    2 * PAGE);
	other = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(word != MAP_FAILED && other != MAP_FAILED);
	pid = waiter();
	CHECK(futex(other, WAKE, 9, NULL, 0) == 0);
	CHECK(futex(other + 2 * PAGE / 4, WAKE, 9, NULL, 0) == 1);
	CHECK(ut_wait(pid) == 0);
}

/* A segment of System V's shared memory. */
static void test_segment(void)
{
	int id = shmget(IPC_PRIVATE, PAGE, 0600), *other;
	pid_t pid;

	CHECK(id >= 0);
	word = shmat(id, NULL, 0);
	other = shmat(id, NULL, 0);
	CHECK(shmctl(id, IPC_RMID, NULL) == 0);
	CHECK(word != (int *)-1 && other != (int *)-1 && word != other);
	pid = waiter();
	CHECK(futex(other, WAKE, 1, NULL, 0) == 1);
	CHECK(ut_wait(pid) == 0);
}

/* What fork copies is not the same word. */
static void test_private(void)
{
	static int own;
	pid_t pid;

	word = &own;
	pid = waiter();
	CHECK(futex(&own, WAKE, 9, NULL, 0) == 0);
	CHECK(kill(pid, SIGKILL) == 0 && ut_wait(pid) == SIGKILL);
}

static void test_bits(void)
{
	pid_t low, high;

	word = share(PAGE);
	wait_bits = 1;
	low = waiter();
	wait_bits = 2;
	high = waiter();
	CHECK(futex(word, WAKE_BITSET, 9, NULL, 4) == 0);
	CHECK(futex(word, WAKE_BITSET, 9, NULL, 6) == 1);
	CHECK(ut_wait(high) == 0);
	CHECK(futex(word, WAKE, 9, NULL, 0) == 1 && ut_wait(low) == 0);
	FAILS(EINVAL, futex(word, WAKE_BITSET, 1, NULL, 0));
	FAILS(EINVAL, futex(word, WAIT_BITSET, 0, NULL, 0));
}

/* => milliseconds the call took, which must end by time */
static uint64_t times_out(long nr, int op, const void *time)
{
	uint64_t before = now_ms();

	errno = 0;
	CHECK(syscall(nr, word, op, 0, time, 0, ~0u) == -1 &&
	      errno == ETIMEDOUT);
	return now_ms() - before;
}

static void test_time(void)
{
	int32_t time[2] = { 0, 20000000 };
	int64_t time64[2] = { 0, 20000000 };
	struct timespec now;

	word = share(PAGE);
	CHECK(times_out(SYS_futex, WAIT, time) >= 20);
	CHECK(times_out(422, WAIT | PRIVATE, time64) >= 20);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	time64[0] = now.tv_sec + 1;	/* absolute, with a set of bits */
	time64[1] = 0;
	times_out(422, WAIT_BITSET, time64);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0 &&
	      now.tv_sec >= time64[0]);
	CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
	time64[0] = now.tv_sec + 1;
	times_out(422, WAIT_BITSET | REALTIME, time64);
	CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0 &&
	      now.tv_sec >= time64[0]);
	time64[0] = 1;			/* long ago */
	times_out(422, WAIT_BITSET | REALTIME, time64);
}

static void nothing(int sig)
{
	(void)sig;
}

static void interrupted(void)
{
	struct sigaction action = { .sa_handler = nothing };

	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	FAILS(EINTR, futex(word, WAIT, 0, NULL, 0));
}

static void test_ends(void)
{
	pid_t pid;
	int32_t bad[2] = { 0, 1000000000 }, negative[2] = { -1, 0 };

	word = share(2 * PAGE);
	FAILS(EAGAIN, futex(word, WAIT, 1, NULL, 0));
	FAILS(EINVAL, futex((int *)((char *)word + 2), WAIT, 0, NULL, 0));
	FAILS(EINVAL, futex((int *)((char *)word + 1), WAKE, 0, NULL, 0));
	FAILS(EINVAL, futex(word, WAIT, 0, bad, 0));
	FAILS(EINVAL, futex(word, WAIT, 0, negative, 0));
	FAILS(EFAULT, futex(word, WAIT, 0, (void *)8, 0));
	CHECK(munmap(word + PAGE / 4, PAGE) == 0);
	FAILS(EFAULT, futex(word + PAGE / 4, WAIT, 0, NULL, 0));
	FAILS(EFAULT, futex(word + PAGE / 4, WAKE, 0, NULL, 0));
	FAILS(ENOSYS, futex(word, 99, 0, NULL, 0));
	pid = ut_start(interrupted);
	ut_asleep(pid);
	CHECK(kill(pid, SIGUSR1) == 0 && ut_wait(pid) == 0);
	CHECK(futex(word, WAKE, 9, NULL, 0) == 0);	/* it left the list */
}

#define ROUNDS	200

/* word[0] says whose turn it is. */
static void take_turns(int mine)
{
	for (int i = 0; i < ROUNDS; i++) {
		while (word[0] != mine)
			futex(word, WAIT, !mine, NULL, 0);
		word[1]++;
		word[0] = !mine;
		futex(word, WAKE, 1, NULL, 0);
	}
}

static void other_turns(void)
{
	take_turns(1);
}

/* No wake-up is lost between two that wake each other. */
static void test_turns(void)
{
	pid_t pid;

	word = share(PAGE);
	pid = ut_start(other_turns);
	take_turns(0);
	CHECK(ut_wait(pid) == 0 && word[1] == 2 * ROUNDS);
}

static const struct ut_test tests[] = {
	{ "wake", test_wake },
	{ "file", test_file },
	{ "segment", test_segment },
	{ "private", test_private },
	{ "bits", test_bits },
	{ "time", test_time },
	{ "ends", test_ends },
	{ "turns", test_turns },
};

UT_GROUP(ut_futex, tests);
