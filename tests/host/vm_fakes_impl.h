/*
 * tests/host/vm_fakes_impl.h - what the fakes need of each other.
 */
#pragma once

#include "tests/host/vm_fakes.h"

/* vm_fakes.c: here something sleeps; a lock held is a panic */
void fake_sleeps(void);

/* vm_fake_buffers.c */
extern const struct buffer_hooks fake_buffer_hooks;
void fake_drop_head(struct page *page);
extern const struct page_file_operations fake_file_ops;
extern const struct address_space_operations fake_read_only_ops;
