/*
 * tests/host/ext2_mutants.c - ext2 on damaged copies of good images.
 *
 *	ext2_mutants MUTANTS IMAGE...
 *
 * A line of MUTANTS (tools/launder/ext2_mutants.py) is `number image offset
 * hex ...`:
 * the image is copied, the bytes are put at their offsets, the copy is mounted
 * and used.  A line says when one begins and how it ended, so that the last
 * line names the one that has ended this program.  What counts as a failure: a
 * panic, a sanitizer's complaint, a write behind the file system, a buffer or
 * inode that is in use after the umount, or LIMIT seconds of processor time.
 */
#include <stdio.h>
#include <sys/time.h>

#include "tests/host/ext2_fakes.h"
#include "tests/host/ext2_use.h"

#define LIMIT	120

static struct {
	u8 *data;
	u32 bytes;
} images[8];
static int nr_images;
static u64 number;

static void load_images(char **paths, int n)
{
	for (nr_images = 0; nr_images < n; nr_images++) {
		fake_load(paths[nr_images]);
		images[nr_images].bytes = fake_disk_bytes;
		images[nr_images].data = malloc(fake_disk_bytes);
		memcpy(images[nr_images].data, fake_disk, fake_disk_bytes);
	}
}

static void wrong(const char *line)
{
	printf("not a mutant: %.60s\n", line);
	exit(2);
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Bytes as hexadecimal digits. => what comes behind them */
static const char *put_bytes(const char *text, u64 at)
{
	for (; hex(*text) >= 0; at++, text += 2) {
		if (hex(text[1]) < 0 || at >= fake_disk_bytes)
			wrong(text);
		fake_disk[at] = (u8)(hex(text[0]) << 4 | hex(text[1]));
	}
	return text;
}

static void make_mutant(const char *line)
{
	u64 image, at;
	int used;

	if (sscanf(line, "%llu %llu%n", &number, &image, &used) != 2 ||
	    image >= (u64)nr_images)
		wrong(line);
	fake_resize(images[image].bytes);
	memcpy(fake_disk, images[image].data, fake_disk_bytes);
	for (line += used; sscanf(line, " %llu %n", &at, &used) == 1;)
		line = put_bytes(line + used, at);
	printf("mutant %llu begins\n", number);
	fflush(stdout);
}

/* It takes this long only if it never ends: the host's speed is no matter. */
static void limit_time(void)
{
	struct itimerval limit = { .it_value.tv_sec = LIMIT };

	setitimer(ITIMER_VIRTUAL, &limit, NULL);
}

/* => where the file system ends, as its super block says */
static u32 end_of_fs(void)
{
	struct ext2_super_block *es = (void *)(fake_disk + 1024);
	u64 end = es->s_log_block_size > 2 ? fake_disk_bytes :
		  (u64)es->s_blocks_count << (10 + es->s_log_block_size);

	return (u32)min(end, (u64)fake_disk_bytes);
}

/* => how it went; *tail, on the disk behind the file system, is as before */
static const char *outcome_of(u32 end, const u8 *tail)
{
	const char *outcome = "refused";
	struct super_block *sb;
	int left;

	fake_log_lines = 0;
	fake_log[0] = 0;
	sb = fake_mount(0);
	if (sb) {
		ext2_use(sb);
		outcome = sb->flags & MS_RDONLY ? "read-only" : "sound";
	}
	left = sb ? fake_umount() : fake_evict();
	if (left)
		return "FAIL something is in use after the umount";
	if (memcmp(tail, fake_disk + end, fake_disk_bytes - end))
		return "FAIL bytes behind the file system have changed";
	return outcome;
}

static bool use_mutant(void)
{
	u32 end = end_of_fs();
	u8 *tail = malloc(fake_disk_bytes - end + 1);
	const char *outcome;

	memcpy(tail, fake_disk + end, fake_disk_bytes - end);
	outcome = outcome_of(end, tail);
	free(tail);
	printf("mutant %llu: %s\n", number, outcome);
	return outcome[0] != 'F';
}

int main(int argc, char **argv)
{
	static char line[1 << 20];
	bool good = true;
	FILE *f;

	if (argc < 3 || argc > 2 + (int)ARRAY_SIZE(images))
		return 2;
	load_images(argv + 2, argc - 2);
	f = fopen(argv[1], "r");
	if (!f)
		return 2;
	while (fgets(line, sizeof(line), f)) {
		make_mutant(line);
		limit_time();
		good &= use_mutant();
	}
	fclose(f);
	return !good;
}
