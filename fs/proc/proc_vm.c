/*
 * fs/proc/proc_vm.c - /proc/sys/vm and fs: the tunables, the scanner's switch,
 * and what experiments need: empty caches, and every walker on demand.
 *
 * A number outside its range is refused.
 */
#include "fs/vfs/page_file.h"
#include "drivers/block/blk.h"
#include "fs/buffer/bdflush.h"
#include "fs/ext2/ext2.h"
#include "fs/proc/proc.h"
#include "kernel/core/walker.h"
#include "mm/space/mm.h"
#include "mm/reclaim/reclaim.h"
#include "mm/reclaim/shrinker.h"

#define MINUTE		(60 * HZ)

/* Percent, buffers, jiffies, jiffies, percent.  The percentages are of free and
 * inactive pages, so dirty pages can exceed 100 %. */
const struct proc_number vm_nfract = { &bdf_prm.nfract, 0, 10000 };
const struct proc_number vm_ndirty = { &bdf_prm.ndirty, 1, 50000 };
const struct proc_number vm_interval = { &bdf_prm.interval, 1, 10 * MINUTE };
const struct proc_number vm_age_buffer = { &bdf_prm.age_buffer, 1,
					   100 * MINUTE };
const struct proc_number vm_nfract_sync = { &bdf_prm.nfract_sync, 0, 10000 };

/* Pages are read ahead and laundered in multiples of 2^page_cluster. */
const struct proc_number vm_page_cluster = { &page_cluster, 1, 8 };

/* Sectors of a request: 255 as in 2.4.7, up to the maximum of LBA48. */
const struct proc_number vm_max_sectors = { &blk_max_sectors, 8, 65535 };

const struct proc_number vm_max_map_count = { &max_map_count, 64, 65530 };

const struct proc_number fs_file_max = { &max_files, 64, NR_OPEN };

/* A set bit restores a mended defect of patch v2. */
const struct proc_number vm_design_defects = { &design_defects, 0, ~0u };

/* 1: ext2 reuses freed blocks and inodes at once, as in 2.4.7. */
const struct proc_number vm_reuse_at_once = { &ext2_reuse_at_once, 0, 1 };

/* 1: pages; 2: dentries and inodes; 3: both.  Drops only clean ones. */
int drop_caches_store(const char *text)
{
	unsigned int what;

	if (text_number(text, &what) || what < 1 || what > 3)
		return -EINVAL;
	fsync_dev(NULL);
	if (what & 1)
		drop_caches();
	if (what & 2)
		run_shrinkers(0, GFP_KERNEL);
	return 0;
}

size_t atomic_load_print(char *buf, size_t size)
{
	return text_add(buf, size, 0, "%u\n", atomic_load_get());
}

/* Frames that the timer interrupt asks for and returns, 20 times a second. */
int atomic_load_store(const char *text)
{
	unsigned int frames;

	return text_number(text, &frames) ? -EINVAL : atomic_load_set(frames);
}

/* Runs every walker; a broken list panics and names the place. */
size_t vm_check_print(char *buf, size_t size)
{
	vm_check();
	return text_add(buf, size, 0, "ok\n");
}

int vm_check_store(const char *text __unused)
{
	vm_check();
	return 0;
}
