/* kernel/base/printk.h - where printk's text goes. */
#pragma once

#include "kernel/base/kernel.h"

#define PRINTK_SINKS	4

/* A device or a ring that takes the text; it may not sleep or printk. */
struct printk_sink {
	void (*putc)(char c);
	void (*drain)(void);	/* waits until all is sent; may be NULL */
};

/* The sink gets every character from now on. */
void printk_register(struct printk_sink *sink);
void printk_drain(void);	/* before the machine ends */
void klog_putc(char c);		/* kernel/process/klog.c: the ring for dmesg */
