/*
 * kernel/core/trace_events.h - the list of trace events (no #pragma once: an
 * X-macro, included with E defined).  E(name, group, sentence, arguments...)
 * with at most five arguments, named as the host tools show them.
 */
E(SYS_ENTER, TG_SYS, "system call", number, arg1, arg2, arg3)
E(SYS_EXIT, TG_SYS, "system call returns", number, value)
E(TASK_NEW, TG_SCHED, "task is created", new_pid, parent, name0, name1)
E(TASK_SWITCH, TG_SCHED, "processor switches to a task", next_pid, runnable,
  state)
E(TASK_EXIT, TG_SCHED, "task ends", status)

E(PAGE_ADD, TG_PAGE, "page enters a mapping", pfn, mapping, index)
E(PAGE_REMOVE, TG_PAGE, "page leaves its mapping", pfn, mapping, index)
E(PAGE_LRU, TG_PAGE, "page moves between lists", pfn, from, to, age)
E(PAGE_FREE, TG_PAGE, "frame returns to the buddy", pfn, order)
E(PAGE_RECLAIM, TG_PAGE, "frame is reclaimed from inactive_clean", pfn, kind)
E(ALLOC_TIER, TG_PAGE, "allocation below the first tier", tier, gfp, free)
E(FAULT, TG_PAGE, "user page fault", address, error, kind)

E(BH_MAP, TG_BUF, "buffer is mapped to a block", pfn, dev, block, size)
E(BH_DIRTY, TG_BUF, "buffer becomes dirty", pfn, dev, block, size, due)
E(BH_DONE, TG_BUF, "buffer's transfer is done", pfn, dev, block, error)
E(BH_FREE, TG_BUF, "page's buffers are dropped", pfn, mapping)
E(DIRTY_LIMIT, TG_BUF, "dirty limit is reached", state, dirty_pages, base_pages)
E(FLUSH_WAKE, TG_BUF, "bdflush is woken", caller, blocking)
E(FLUSH_ONE, TG_BUF, "flusher writes a buffer", pfn, block, page_list, age)

E(BLK_QUEUE, TG_BLK, "transfer is queued", dev, sector, sectors, rw, initiator)
E(BLK_MERGE, TG_BLK, "transfer joins a request", dev, sector, sectors, rw, back)
E(BLK_NEW, TG_BLK, "transfer takes a request slot", dev, sector, sectors, rw)
E(BLK_WAIT, TG_BLK, "submitter sleeps for a slot", dev, rw)
E(BLK_ISSUE, TG_BLK, "request is issued to the drive", dev, sector, sectors, rw)
E(BLK_DONE, TG_BLK, "request is complete", dev, sector, sectors, rw, error)
E(BLK_UNPLUG, TG_BLK, "queue is unplugged", dev, requests)
E(IDE_DMA, TG_BLK, "bus master starts", channel, sector, sectors, rw, entries)
E(IDE_ERROR, TG_BLK, "drive error", channel, status, error, sector, tries)

E(SCAN_WAKE, TG_SCAN, "kswapd is woken", free_shortage, inactive_shortage)
E(SCAN_VICTIM, TG_SCAN, "scanner selects", pfn, mapping, age, flags, round)
E(LAUNDER, TG_SCAN, "verdict on a victim", pfn, verdict, kind, round)
E(RESCUE, TG_SCAN, "page in demand is rescued", pfn, kind, list)
E(REFILL, TG_SCAN, "active list is aged", scanned, deactivated)
E(UNMAP, TG_SCAN, "page leaves a page table", pfn, address, entry, age)
E(SWAP_IO, TG_SCAN, "swap transfer starts", pfn, entry, rw)
E(SWITCH, TG_SCAN, "scanner changes", from, to, stage)

E(SAMPLE_LISTS, TG_SAMPLE, "list lengths", active, inactive_dirty,
  inactive_clean, free, buffermem)
E(SAMPLE_DIRTY, TG_SAMPLE, "dirty", dirty_buffers, locked_buffers, pressure,
  inactive_target, queued_sectors)

E(TOUCH, TG_TOUCH, "page is touched", space, owner, index, how, pfn)
E(DIRTIED, TG_TOUCH, "page becomes dirty", space, owner, index, how, pfn)
E(WRITTEN, TG_TOUCH, "page's write starts", space, owner, index, how, pfn)
E(GONE, TG_TOUCH, "page leaves memory", space, owner, index, how, pfn)
E(CUT, TG_TOUCH, "file loses its pages from an index on", space, owner, index)
E(ASKED, TG_TOUCH, "program syncs a file, or a device", space, owner)
E(HELD, TG_TOUCH, "frames in use, on no page list", frames, buffer_heads)
