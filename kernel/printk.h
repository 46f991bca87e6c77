/* kernel/printk.h - where printk's text goes. */
#pragma once

#include "kernel/kernel.h"

#define PRINTK_SINKS	4

/* The sink gets every character from now on; it may not sleep or printk. */
void klog_putc(char c);	/* kernel/klog.c: the sink for dmesg */
void printk_register(void (*putc)(char c));
