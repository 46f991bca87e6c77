/*
 * tests/host/fake_frames.h - page frames, and no process that uses any, for the
 * fakes of the buffer cache and of the page lists.
 */
#pragma once

#include "mm/frames/page_alloc.h"

/* All frames are free. */
void fake_frames_init(unsigned long frames);
/* => a frame full of leftovers with count 1, or NULL */
struct page *fake_frame(void);
/* What put_page() does. => true: that was the last reference */
bool fake_put(struct page *page);
/* => 2^order frames outside the managed ones; they are never freed */
struct page *fake_block(unsigned int order);
