/* tests/unix/jobs/prog.c - a program to compile */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int by_length(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return (int)strlen(*x) - (int)strlen(*y);
}

int main(int argc, char **argv)
{
	struct stat st;
	int status;

	qsort(argv + 1, argc - 1, sizeof(*argv), by_length);
	for (int i = 1; i < argc; i++)
		puts(argv[i]);
	printf("%.10f %lld\n", sqrt(2), (long long)INT_MAX * 4);
	fflush(stdout);
	if (!fork())
		_exit(6);
	wait(&status);
	printf("%d\n", WEXITSTATUS(status));
	if (stat("/nothere", &st))
		perror("stat");
	return errno == ENOENT ? 3 : 0;
}
