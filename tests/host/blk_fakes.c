/* tests/host/blk_fakes.c - see blk_fakes.h */
#include "blk_fakes.h"

#include "kernel/core/trace.h"
#include "mm/frames/page_alloc.h"

struct vm_stat vm_stat;
unsigned long writes_by[IO_INITIATORS], sectors_by[IO_INITIATORS][IO_ROW];
u32 trace_mask;
const u8 trace_group_of[TRACE_EVENTS];

u64 fake_usec;
void (*fake_schedule)(void);
unsigned long fake_wakeups;

static void (*tick_fn)(void *);
static void *tick_arg;

void run_test(const char *name, const char *(*test)(void))
{
	test_report(name, test());
}

void trace_write(enum trace_event id __unused, u32 a __unused, u32 b __unused,
		 u32 c __unused, u32 d __unused, u32 e __unused)
{
}

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
}

u64 clock_usec(void)
{
	return fake_usec;
}

void tick_register(void (*fn)(void *arg), void *arg)
{
	tick_fn = fn;
	tick_arg = arg;
}

void fake_tick(void)
{
	tick_fn(tick_arg);
}

void wait_prepare(struct wait_queue *queue __unused,
		  struct wait_entry *entry __unused,
		  bool interruptible __unused)
{
	might_sleep();
}

void wait_finish(struct wait_entry *entry __unused)
{
}

void wake_up(struct wait_queue *queue __unused)
{
	fake_wakeups++;
}

void schedule(void)
{
	BUG_ON(!fake_schedule, "%s", "sleeps without end");
	fake_schedule();
}

void *get_free_page(gfp_t gfp __unused)
{
	static _Alignas(4096) char page[PAGE_SIZE];

	return page;
}

void free_page(void *address __unused)
{
}

void fake_no_start(struct blk_queue *queue __unused,
		   struct blk_request *request __unused)
{
}
