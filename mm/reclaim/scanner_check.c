/*
 * mm/reclaim/scanner_check.c - checks a scanner's answers before they are
 * carried out, and counts its work for the out-of-memory message
 *
 * A wrong answer would lose a page silently, or fault far from its cause.  Each
 * check panics with one sentence that names the scanner and the page.
 *
 * Invariants: scanner_work counts since the scanner last won a frame.
 * Locks: the list lock for victim, place and verdict; none for the others.
 */
#include "mm/reclaim/reclaim.h"

struct scanner_work scanner_work;

static const char *const verdict_names[LAUNDER_VERDICTS] = {
	"FREED", "CLEAN", "STARTED", "ROTATE", "ACTIVATE", "KEEP"
};

/* Checks at boot that the table has all members that may not be missing. */
void scanner_check_table(const struct vm_scanner *scanner)
{
	const struct { const char *name; bool there; } members[] = {
		{ "name", scanner->name }, { "what", scanner->what },
		{ "place", scanner->place }, { "wanted", scanner->wanted },
		{ "victim", scanner->victim }, { "launder", scanner->launder },
		{ "refill, though it keeps a stock",
		  scanner->refill || !scanner->keeps_stock },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(members); i++)
		BUG_ON(!members[i].there, "scanner %s has no .%s",
		       scanner->name ? scanner->name : "without a name",
		       members[i].name);
	BUG_ON(scanner->buffers >= BUFFER_SIDES,
	       "scanner %s names side %u of the buffer cache", scanner->name,
	       scanner->buffers);
}

void scanner_check_victim(const struct page *page)
{
	BUG_ON(page < mem_map || page >= mem_map + num_physpages,
	       "scanner %s: its victim %p is no page", vm_scanner->name,
	       (const void *)page);
	BUG_ON(!page_is_scanned(page),
	       "scanner %s: its victim, pfn %lx, is on list %s",
	       vm_scanner->name, page_to_pfn(page), lru_names[page_lru(page)]);
}

void scanner_check_place(const struct page *page, enum lru_list to)
{
	BUG_ON(to == LRU_KEEP && !page_is_scanned(page),
	       "scanner %s: pfn %lx cannot keep its place on list %s",
	       vm_scanner->name, page_to_pfn(page), lru_names[page_lru(page)]);
	BUG_ON(to != LRU_KEEP && to != LRU_ACTIVE && to != LRU_INACTIVE_DIRTY,
	       "scanner %s: pfn %lx cannot be placed on list %d",
	       vm_scanner->name, page_to_pfn(page), to);
}

/* => what is wrong with the verdict; NULL: nothing */
static const char *verdict_wrong(const struct page *page,
				 enum launder_verdict verdict,
				 const struct scan_pass *pass)
{
	if (verdict == LAUNDER_STARTED)
		return pass->given == page ? NULL :
			"has not been given to launder_writepage()";
	if (pass->given == page)
		return "was given to launder_writepage(), with its lock";
	if (!page_test(page, PG_locked))
		return "is not locked any more";
	if (verdict != LAUNDER_FREED && verdict != LAUNDER_CLEAN)
		return NULL;
	if (page->buffers)
		return "has buffers";
	if (verdict == LAUNDER_FREED)
		return page->mapping ? "has an owner" : NULL;
	if (!page->mapping)
		return "has no owner";
	return page_test(page, PG_dirty) ? "is dirty" : NULL;
}

void scanner_check_verdict(const struct vm_scanner *scanner,
			   const struct page *page,
			   enum launder_verdict verdict,
			   const struct scan_pass *pass)
{
	const char *wrong;

	BUG_ON((unsigned int)verdict >= LAUNDER_VERDICTS,
	       "scanner %s: %d, for pfn %lx, is no verdict", scanner->name,
	       verdict, page_to_pfn(page));
	wrong = verdict_wrong(page, verdict, pass);
	BUG_ON(wrong, "scanner %s: verdict %s on pfn %lx, which %s",
	       scanner->name, verdict_names[verdict], page_to_pfn(page), wrong);
	scanner_work.verdicts[verdict]++;
}

size_t scanner_report(char *buf, size_t size)
{
	const struct scanner_work *work = &scanner_work;
	size_t n = snprintf(buf, size, "scanner %s: %lu looks, %lu without a "
			    "victim, rescued %lu, locked %lu", vm_scanner->name,
			    work->looks, work->none, work->rescued,
			    work->locked);
	unsigned int i;

	for (i = 0; i < LAUNDER_VERDICTS && n < size; i++)
		n += snprintf(buf + n, size - n, ", %s %lu", verdict_names[i],
			      work->verdicts[i]);
	return min(n, size);
}
