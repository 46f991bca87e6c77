/*
 * mm/swap/swapfile.c - swap areas: switching on, removal, report
 *
 * An area is a disk or a partition that mkswap has prepared.  Its first page is
 * the header: version, last slot, list of bad slots, signature at the end.  An
 * error in it is named and the area refused.  A disk in use as swap has a
 * holder, like a mounted one.
 *
 * mm/space/swap_off.c switches it off: it walks address spaces, which are in a
 * higher room.
 *
 * Invariants: an area with a dev has a map of max entries.
 * Locks: swap_mutex orders switching on and off.
 */
#include "mm/swap/swap.h"

#define VERSION		1
#define BAD_MAX		637		/* that fit into the header */

/* The first page of an area, as mkswap writes it. */
struct swap_header {
	char boot[1024];
	u32 version;
	u32 last_page;
	u32 nr_bad;
	u8 uuid[16], label[16];
	u32 unused[117];
	u32 bad[BAD_MAX];
	u16 unused2;
	char signature[10];
} __packed;

MUTEX(swap_mutex, RANK_SWAP);
static int least_priority;		/* default of the next area, below 0 */

/* ---- on ------------------------------------------------------------------ */

/* => NULL, or the error */
static const char *header_fault(const struct swap_header *header,
				const struct blk_dev *dev)
{
	u32 i;

	if (memcmp(header->signature, "SWAP-SPACE", 10) == 0)
		return "it has the old header, run mkswap";
	if (memcmp(header->signature, "SWAPSPACE2", 10) != 0)
		return "it has no swap signature, run mkswap";
	if (header->version != VERSION)
		return "its version is unknown";
	if (!header->last_page || header->last_page >= SWAP_SLOTS_MAX)
		return "its size is out of range";
	if (header->last_page >= dev->sectors / (PAGE_SIZE / SECTOR_SIZE))
		return "it is larger than the disk";
	if (header->nr_bad > BAD_MAX || header->nr_bad >= header->last_page)
		return "it has too many bad pages";
	for (i = 0; i < header->nr_bad; i++)
		if (!header->bad[i] || header->bad[i] > header->last_page)
			return "a bad page lies outside";
	return NULL;
}

/* => the header, for free_page(), or ERR_PTR; sleeps */
static struct swap_header *read_header(struct blk_dev *dev)
{
	struct swap_header *header = get_free_page(GFP_KERNEL);
	const char *fault = "its header cannot be read";
	int error;

	if (!header)
		return ERR_PTR(-ENOMEM);
	error = dev->sectors < PAGE_SIZE / SECTOR_SIZE ? -EINVAL :
		blk_transfer(dev, BLK_READ, 0, header, PAGE_SIZE);
	if (!error) {
		fault = header_fault(header, dev);
		error = fault ? -EINVAL : 0;
	}
	if (!error)
		return header;
	printk("swap: %s is refused: %s\n", dev->name, fault);
	free_page(header);
	return ERR_PTR(error);
}

/* => 0 or -ENOMEM; sleeps */
static int make_map(struct swap_info *si, const struct swap_header *header)
{
	unsigned long bytes = (header->last_page + 1) * sizeof(u16);
	struct page *page;
	u32 i;

	for (si->order = 0; PAGE_SIZE << si->order < bytes; si->order++)
		;
	page = si->order < MAX_ORDER ? alloc_pages(GFP_KERNEL, si->order) :
				       NULL;
	if (!page)
		return -ENOMEM;
	si->map = page_address(page);
	memset(si->map, 0, bytes);
	si->map[0] = SWAP_MAP_BAD;
	for (i = 0; i < header->nr_bad; i++)
		si->map[header->bad[i]] = SWAP_MAP_BAD;
	si->max = header->last_page + 1;
	for (i = 0; i < si->max; i++)
		si->pages += !si->map[i];
	return 0;
}

/* Sets up the area at "place", for swap_on(). */
static int set_up(struct swap_info *place, struct blk_dev *dev,
		  unsigned int flags)
{
	struct swap_header *header = read_header(dev);
	struct swap_info si = { .dev = dev, .writeok = true };
	int error;

	if (IS_ERR(header))
		return PTR_ERR(header);
	error = make_map(&si, header);
	free_page(header);
	if (error)
		return error;
	si.prio = flags & SWAP_FLAG_PREFER ? (int)(flags & SWAP_PRIO_MASK) :
					     --least_priority;
	dev->holder = place;
	*place = si;
	printk("swap: %s: %u kB, priority %d\n", dev->name,
	       si.pages << (PAGE_SHIFT - 10), si.prio);
	return 0;
}

/* => 0, -EBUSY: mounted, or already swap; -EROFS; -EPERM: too many areas;
 *    -EINVAL: header; -EIO; -ENOMEM.  Writes the disk's buffers; sleeps */
long swap_on(struct blk_dev *dev, unsigned int flags)
{
	struct swap_info *si = swap_info;
	long error = -EPERM;

	mutex_lock(&swap_mutex);
	while (si < swap_info + MAX_SWAPFILES && si->dev)
		si++;
	if (blk_in_use(dev))
		error = -EBUSY;
	else if (dev->read_only)
		error = -EROFS;
	else if (si < swap_info + MAX_SWAPFILES)
		error = set_up(si, dev, flags);
	mutex_unlock(&swap_mutex);
	return error;
}

/* => no slot is in use; swap_mutex held */
void swap_remove_area(struct swap_info *si)
{
	free_pages(virt_to_page(si->map), si->order);
	si->dev->holder = NULL;
	printk("swap: %s is off\n", si->dev->name);
	memset(si, 0, sizeof(*si));
}

/* ---- report -------------------------------------------------------------- */

/* => bytes written: as in Linux */
size_t swaps_print(char *buf, size_t size)
{
	size_t n = snprintf(buf, size, "%-39s Type\t\tSize\tUsed\tPriority\n",
			    "Filename");
	const struct swap_info *si;

	for (si = swap_info; si < swap_info + MAX_SWAPFILES; si++)
		if (si->dev && n < size)
			n += snprintf(buf + n, size - n,
				      "/dev/%-34s partition\t%u\t%u\t%d\n",
				      si->dev->name,
				      si->pages << (PAGE_SHIFT - 10),
				      si->used << (PAGE_SHIFT - 10), si->prio);
	return min(n, size);
}
