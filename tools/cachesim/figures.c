/*
 * tools/cachesim/figures.c - prints named figures, as lines or as CSV
 */
#include <inttypes.h>
#include <string.h>

#include "tools/cachesim/command.h"

enum { MOST = 32, WIDTH = 48 };

static struct {
	const char *name;
	char value[WIDTH];
} figures[MOST];
static int count;

void figure_text(const char *name, const char *text)
{
	if (count == MOST)
		sim_die(SIM_FAILED, "over %d figures in a row", MOST);
	figures[count].name = name;
	snprintf(figures[count++].value, WIDTH, "%s", text);
}

void figure(const char *name, uint64_t value)
{
	char text[WIDTH];

	snprintf(text, WIDTH, "%" PRIu64, value);
	figure_text(name, text);
}

void figure_ratio(const char *name, uint64_t part, uint64_t whole)
{
	char text[WIDTH] = "-";

	if (whole)
		snprintf(text, WIDTH, "%.6f", (double)part / whole);
	figure_text(name, text);
}

static void row(bool names)
{
	int i;

	for (i = 0; i < count; i++)
		printf("%s%s", i ? "," : "",
		       names ? figures[i].name : figures[i].value);
	putchar('\n');
}

void figures_print(bool csv, bool rows)
{
	static bool begun;
	int i;

	if (csv && !rows && !begun)
		row(true);
	if (csv || rows)
		row(false);
	for (i = 0; i < count && !csv && !rows; i++)
		printf("%-24s %s\n", figures[i].name, figures[i].value);
	begun = true;
	count = 0;
}
