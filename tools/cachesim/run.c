/*
 * tools/cachesim/run.c - runs policies: one, OPT, or many at a time
 */
#define _GNU_SOURCE		/* sched_getaffinity */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/cachesim/command.h"

struct job {
	const struct policy *policy;
	uint64_t frames;
	struct policy_result result;
	bool done;
};

/* In memory that the processes share. */
struct work {
	uint32_t next, jobs;
	struct job job[];
};

static void run_job(const struct options *o, const struct sim_trace *t,
		    struct job *j)
{
	if (policy_run(j->policy, j->frames, t, o->bytes, &j->result) < 0)
		exit(SIM_USE);
	j->done = true;
}

static void report(const struct options *o, const struct job *j)
{
	const struct policy_result *r = &j->result;

	figure_text("policy", j->policy->name);
	figure("frames", j->frames);
	figure("touches", r->touches);
	figure("misses", r->misses);
	figure_ratio("miss_ratio", r->misses, r->touches);
	figure("cold", r->cold);
	figure("fresh", r->fresh);
	figure("prefetched", r->prefetched);
	figure("evicted", r->evicted);
	figure("scanned", r->scanned);
	figure("writes", r->writes);
	figure("sectors", r->sectors);
	if (o->time)
		figure("cpu_ns", r->cpu_ns);
	figures_print(o->csv, o->rows);
}

static const struct policy *policy(const char *name)
{
	const struct policy *p = policy_find(name);

	if (!p)
		sim_die(SIM_USE, "%s: unknown policy: `cachesim policies` "
			"lists them", name);
	return p;
}

static void run(const struct options *o, const struct sim_trace *t)
{
	struct job j = { .policy = policy(o->policies) };
	unsigned int i;

	policy_scan_period = o->degrade;
	for (i = 0; i < o->sizes; i++) {
		j.frames = o->frames[i];
		run_job(o, t, &j);
		report(o, &j);
	}
}

/* ---- opt ---------------------------------------------------------------- */

static void opt(const struct options *o, const struct sim_trace *t)
{
	struct job exact = { .policy = policy("opt") };
	struct job reads = { .policy = policy("opt-reads") };
	struct job with = { .policy = policy("opt-prefetch") };
	struct job scan = { .policy = policy("opt-scan") };
	const struct policy_result *r = &exact.result;
	unsigned int i;

	policy_scan_period = o->degrade;
	for (i = 0; i < o->sizes; i++) {
		exact.frames = reads.frames = with.frames = scan.frames =
			o->frames[i];
		run_job(o, t, &exact);
		run_job(o, t, &reads);
		run_job(o, t, &with);
		figure("frames", exact.frames);
		figure("touches", r->touches);
		figure("misses", r->misses);
		figure_ratio("miss_ratio", r->misses, r->touches);
		figure("cold", r->cold);
		figure("fresh", r->fresh);
		figure("least_reads",
		       reads.result.misses - reads.result.fresh);
		figure("prefetch_misses", with.result.misses);
		figure("prefetch_reads", with.result.prefetched);
		if (o->degrade) {
			run_job(o, t, &scan);
			figure("scan_misses", scan.result.misses);
		}
		figures_print(o->csv, o->rows);
	}
}

/* ---- sweep -------------------------------------------------------------- */

static void add_job(struct work **w, const struct policy *p, uint64_t frames)
{
	uint32_t n = *w ? (*w)->jobs : 0;

	*w = sim_resize(*w, 1, sizeof(**w) + (n + 1) * sizeof((*w)->job[0]));
	(*w)->job[n] = (struct job){ .policy = p, .frames = frames };
	(*w)->jobs = n + 1;
	(*w)->next = 0;
}

/* The jobs of all policies named, of each size. */
static struct work *jobs(const struct options *o)
{
	char *names = strdup(o->policies), *rest = names, *name;
	const struct policy *p;
	struct work *w = NULL;
	unsigned int i, k;

	while ((name = strsep(&rest, ","))) {
		bool all = !strcmp(name, "all");

		for (i = 0; (p = all ? policy_number(i) : policy(name)); i++) {
			if (all && !o->degrade && !strcmp(p->name, "opt-scan"))
				continue;
			for (k = 0; k < o->sizes; k++)
				if (!all || o->frames[k] >= p->least)
					add_job(&w, p, o->frames[k]);
			if (!all)
				break;
		}
	}
	free(names);
	return w;
}

static void quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	}
	putchar('\'');
}

static void print_jobs(const struct options *o, const struct work *w)
{
	uint32_t i;

	for (i = 0; i < w->jobs; i++) {
		quoted(o->program);
		fputs(" run ", stdout);
		quoted(o->trace);
		printf(" --rows --policy %s --frames %llu",
		       w->job[i].policy->name,
		       (unsigned long long)w->job[i].frames);
		if (o->degrade)
			printf(" --degrade %lluus",
			       (unsigned long long)o->degrade);
		if (o->reading.format)
			printf(" --format %s", o->reading.format);
		printf("%s%s%s%s\n", o->bytes ? " --bytes" : "",
		       o->reading.exact ? " --exact" : "",
		       o->reading.lossy ? " --lossy" : "",
		       o->time ? " --time" : "");
	}
}

static unsigned int processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
}

/* Takes the next job until there is none. */
static void work(const struct options *o, const struct sim_trace *t,
		 struct work *w)
{
	uint32_t i;

	while ((i = __atomic_fetch_add(&w->next, 1, __ATOMIC_RELAXED)) <
	       w->jobs)
		run_job(o, t, &w->job[i]);
	_exit(SIM_OK);
}

/* => the first status that is not 0 */
static int fork_workers(const struct options *o, const struct sim_trace *t,
			struct work *w)
{
	uint64_t n = o->jobs ? o->jobs : processors();
	int status, worst = 0;
	pid_t pid;

	for (n = n < w->jobs ? n : w->jobs; n; n--) {
		pid = fork();
		if (pid < 0)
			sim_die(SIM_FAILED, "fork: %s", strerror(errno));
		if (!pid)
			work(o, t, w);
	}
	while (wait(&status) > 0) {
		if (!worst && status)
			worst = WIFEXITED(status) ? WEXITSTATUS(status) :
				SIM_FAILED;
	}
	return worst;
}

static void sweep(const struct options *o, const struct sim_trace *t)
{
	struct work *list = jobs(o), *w;
	size_t size = sizeof(*w) + list->jobs * sizeof(w->job[0]);
	int status;
	uint32_t i;

	if (o->print_jobs && !strcmp(o->trace, "-"))
		sim_die(SIM_USE, "--print-jobs: each job reads the trace: "
			"name a file");
	if (o->print_jobs) {
		print_jobs(o, list);
		return;
	}
	policy_scan_period = o->degrade;
	w = mmap(NULL, size, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w == MAP_FAILED)
		sim_die(SIM_FAILED, "no memory for %u jobs", list->jobs);
	memcpy(w, list, size);
	free(list);
	fflush(stdout);
	status = fork_workers(o, t, w);
	for (i = 0; i < w->jobs && !status; i++) {
		if (!w->job[i].done)
			sim_die(SIM_FAILED, "%s with %llu frames was not done",
				w->job[i].policy->name,
				(unsigned long long)w->job[i].frames);
	}
	if (status)
		exit(status);
	for (i = 0; i < w->jobs; i++)
		report(o, &w->job[i]);
	munmap(w, size);
}

static const char run_text[] =
"Runs the policy over the trace with so many frames. cold: touches that\n"
"are the first of their object; fresh: misses for which the trace says\n"
"that nothing was read. writes, sectors: transfers that the policy\n"
"started; scanned: objects that it looked at to find those evicted.";

const struct command run_command = {
	"run", "fp dbcrT", "run one policy",
	run_text, run,
};

static const char opt_text[] =
"misses: the object whose next touch is farthest goes; prefetch events\n"
"are ignored, so what read-ahead brought in misses once. fresh: those of\n"
"them that read nothing.\n"
"least_reads: misses that read, less than which no policy has that gives\n"
"each touched object a frame, and no reading ahead saves any. An object\n"
"whose next touch reads nothing if it misses need not be kept. A machine\n"
"that reads past its frames may read fewer, but not fewer than\n"
"least_reads of one frame more. Policy opt-reads has the choices.\n"
"prefetch_misses: each prefetch event may bring its object in without a\n"
"miss, or be declined, as is best; prefetch_reads: those that were used.\n"
"scan_misses (--degrade): the future is known only as a scan of accessed\n"
"bits at the end of each period would see it: an object is seen at the\n"
"end of each period that has a touch of it. Of those next seen in the\n"
"farthest period the one goes that came in first. Misses are counted on\n"
"the true touches. scan_misses less misses is what the knowledge costs\n"
"that a scan does not give; a policy's misses less scan_misses, what the\n"
"policy costs.\n"
"With --bytes these are figures of a policy and no bound.";

const struct command opt_command = {
	"opt", "f dbcr", "the least misses that were possible (Belady)",
	opt_text, opt,
};

static const char sweep_text[] =
"One row for each policy and size, in the order given. The jobs can go\n"
"elsewhere, and print the same rows:\n"
"  cachesim sweep TRACE ... --print-jobs | parallel --keep-order\n"
"  cachesim sweep TRACE ... --print-jobs >jobs\n"
"  sbatch --wait --array=1-$(wc -l <jobs) --output=rows.%3a \\\n"
"    --wrap 'eval \"$(sed -n \"${SLURM_ARRAY_TASK_ID}p\" jobs)\"'";

const struct command sweep_command = {
	"sweep", "fP dbcrTjJ", "run policies and sizes, on all processors",
	sweep_text, sweep,
};
