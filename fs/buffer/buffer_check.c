/*
 * fs/buffer/buffer_check.c - the walker that checks the buffer cache, its text
 * for /proc, and the report when no memory becomes free.
 *
 * bufcache_check() visits every frame's ring of buffers, every list and every
 * hash chain and panics at the first buffer that breaks an invariant.  It
 * changes nothing and does not sleep, so gdb can call it.
 *
 * Invariants: checks those of fs/buffer/buffer.c and fs/buffer/buffer_alloc.c.
 * Locks: none; in a kernel that is not preemptive a walk is atomic.
 */
#include "fs/buffer/buffer_impl.h"
#include "mm/reclaim/filemap.h"
#include "mm/reclaim/reclaim.h"

/* Checks that a buffer's state, list, hash and page agree. */
static void check_buffer(const struct buffer_head *bh, const struct page *page)
{
	bool listed = !list_empty(&bh->b_lru);

	BUG_ON(bh->b_page != page, "bh %p of page %p on page %p",
	       (const void *)bh, (void *)bh->b_page, (const void *)page);
	BUG_ON(bh->b_count < 0 || bh->b_list >= NR_LIST, "block %u count %d",
	       bh->b_blocknr, bh->b_count);
	BUG_ON(buffer_test(bh, BH_Dirty) &&
		       (!listed || bh->b_list != BUF_DIRTY),
	       "dirty block %u is on list %u", bh->b_blocknr, bh->b_list);
	BUG_ON(buffer_test(bh, BH_Dirty) && !buffer_test(bh, BH_Mapped),
	       "dirty buffer without a block, page %p", (const void *)page);
	BUG_ON(bh->b_free && (bh->b_count || bh->b_state || bh->b_pprev),
	       "free slice: count %d state %lx hashed %d", bh->b_count,
	       bh->b_state, bh->b_pprev != NULL);
	BUG_ON(bh->b_free && !listed, "free slice %p is on no list",
	       (const void *)bh);
	BUG_ON(bh->b_pprev && *bh->b_pprev != bh,
	       "block %u: broken hash chain", bh->b_blocknr);
	BUG_ON(bh->b_pprev && !page_is_buffermem(page),
	       "block %u of a file page is hashed", bh->b_blocknr);
}

/* Sums over all rings. */
struct census {
	unsigned long heads, free, dirty_bytes, stale_pages, unmarked_pages;
	unsigned long oldest;		/* jiffies since the oldest dirtying */
	unsigned long buffermem;	/* pages */
};

static void census_buffer(struct census *sum, const struct buffer_head *bh)
{
	sum->heads++;
	sum->free += bh->b_free;
	if (!buffer_test(bh, BH_Dirty))
		return;
	sum->dirty_bytes += bh->b_size;
	sum->oldest = max(sum->oldest, jiffies - bh->b_since);
}

static void census_page(struct census *sum, const struct page *page,
			bool check)
{
	unsigned long dirty = sum->dirty_bytes, heads = sum->heads;
	const struct buffer_head *bh = page->buffers;

	do {
		if (check)
			check_buffer(bh, page);
		census_buffer(sum, bh);
		bh = bh->b_this_page;
	} while (bh != page->buffers);
	BUG_ON(check && (sum->heads - heads) * bh->b_size != PAGE_SIZE,
	       "pfn %lx has %lu buffers of %u", page_to_pfn(page),
	       sum->heads - heads, bh->b_size);
	if (page_test(page, PG_dirty) && dirty == sum->dirty_bytes)
		sum->stale_pages++;
	if (!page_test(page, PG_dirty) && dirty != sum->dirty_bytes)
		sum->unmarked_pages++;
}

static struct census take_census(bool check)
{
	struct census sum = { 0 };
	unsigned long i;

	for (i = 0; i < num_physpages; i++) {
		sum.buffermem += page_is_buffermem(&mem_map[i]);
		if (mem_map[i].buffers)
			census_page(&sum, &mem_map[i], check);
	}
	return sum;
}

static void check_lists(void)
{
	int i;

	for (i = 0; i < NR_LIST; i++) {
		unsigned long n = 0, bytes = 0, stamp = 0;
		struct buffer_head *bh;

		list_for_each_entry(bh, &lru_list[i], b_lru) {
			BUG_ON(bh->b_list != i || bh->b_free,
			       "block %u of list %u on list %d",
			       bh->b_blocknr, bh->b_list, i);
			BUG_ON(i == BUF_DIRTY && n &&
				       (long)(bh->b_dirtied - stamp) <= 0,
			       "BUF_DIRTY: block %u joined out of turn",
			       bh->b_blocknr);
			stamp = bh->b_dirtied;
			bytes += bh->b_size;
			n++;
		}
		BUG_ON(n != nr_buffers_type[i] || bytes != size_buffers_type[i],
		       "list %d: %lu buffers, counted %lu", i,
		       nr_buffers_type[i], n);
	}
}

/* => free slices of all sizes */
static unsigned long check_free_lists(void)
{
	unsigned long sum = 0;
	int i;

	for (i = 0; i < NR_SIZES; i++) {
		unsigned long n = 0;
		struct buffer_head *bh;

		list_for_each_entry(bh, &free_list[i], b_lru) {
			BUG_ON(!bh->b_free || bh->b_size != BUF_MIN_SIZE << i,
			       "slice of %u bytes on free list %d",
			       bh->b_size, i);
			n++;
		}
		BUG_ON(n != nr_free_slices[i], "free list %d: %lu, counted %lu",
		       i, nr_free_slices[i], n);
		sum += n;
	}
	return sum;
}

/* Checks that no two buffers of a chain have one name. */
static void check_hash(void)
{
	const struct buffer_head *bh, *other;
	unsigned long i;

	for (i = 0; i < 1UL << buffer_hash_bits; i++)
		for (bh = buffer_hash[i]; bh; bh = bh->b_next)
			for (other = bh->b_next; other; other = other->b_next)
				BUG_ON(other->b_dev == bh->b_dev &&
					       other->b_blocknr ==
						       bh->b_blocknr &&
					       other->b_size == bh->b_size,
				       "block %u is there twice",
				       bh->b_blocknr);
}

/* The walker. => task context; panics on a broken invariant */
void bufcache_check(void)
{
	struct census sum;

	check_lists();
	check_hash();
	sum = take_census(true);
	BUG_ON(sum.free != check_free_lists(), "%lu free slices in pages",
	       sum.free);
	BUG_ON(sum.heads != nr_buffer_heads, "%lu heads, counted %lu",
	       nr_buffer_heads, sum.heads);
	BUG_ON(sum.dirty_bytes != dirty_bytes, "dirty_bytes %lu, counted %lu",
	       dirty_bytes, sum.dirty_bytes);
}

/* ---- text ---------------------------------------------------------------- */

static const char *const list_names[NR_LIST] = { "clean", "locked", "dirty",
						 "protected" };

static unsigned long longest_chain(void)
{
	const struct buffer_head *bh;
	unsigned long i, n, longest = 0;

	for (i = 0; i < 1UL << buffer_hash_bits; i++) {
		n = 0;
		for (bh = buffer_hash[i]; bh; bh = bh->b_next)
			n++;
		longest = max(longest, n);
	}
	return longest;
}

/* => bytes written, never more than size */
size_t buffers_print(char *buf, size_t size)
{
	struct census sum = take_census(false);
	size_t n = 0;
	int i;

	for (i = 0; i < NR_LIST && n < size; i++)
		n += snprintf(buf + n, size - n, "%s %lu buffers %lu bytes\n",
			      list_names[i], nr_buffers_type[i],
			      size_buffers_type[i]);
	for (i = 0; i < NR_SIZES && n < size; i++)
		n += snprintf(buf + n, size - n, "free_%d %lu\n",
			      BUF_MIN_SIZE << i, nr_free_slices[i]);
	if (n < size)
		n += snprintf(buf + n, size - n,
			      "heads %lu\nunused_heads %u\n"
			      "buffermem_pages %lu\nbuffermem_recount %lu\n"
			      "dirty_bytes_listed %lu\ndirty_bytes_true %lu\n"
			      "oldest_dirty_jiffies %lu\n"
			      "pages_marked_without_dirty_buffer %lu\n"
			      "pages_unmarked_with_dirty_buffer %lu\n"
			      "anon_space_pages %lu\n"
			      "anon_space_duplicate_keys %lu\n"
			      "hash_buckets %lu\nhash_longest %lu\n",
			      sum.heads, nr_unused_heads, buffermem_pages,
			      sum.buffermem, size_buffers_type[BUF_DIRTY],
			      sum.dirty_bytes, sum.oldest, sum.stale_pages,
			      sum.unmarked_pages, anon_space_mapping.nrpages,
			      page_hash_duplicates(), 1UL << buffer_hash_bits,
			      longest_chain());
	return min(n, size);
}

/*
 * A task has waited too long for memory: prints pages, buffers and tasks, and
 * panics.
 */
void buffer_no_progress(const char *who)
{
	static char text[1024];
	struct task *task;

	printk("free %lu active %lu inactive_dirty %lu inactive_clean %lu\n",
	       zone.free_pages, nr_active_pages, nr_inactive_dirty_pages,
	       zone.inactive_clean_pages);
	buffers_print(text, sizeof(text));
	printk("%s", text);
	list_for_each_entry(task, &task_list, all_node)
		printk("task %d %s state %d flags %x\n", task->pid, task->comm,
		       task->state, task->flags);
	scanner_report(text, sizeof(text));
	panic("%s: no memory for 10 seconds; %s", who, text);
}
