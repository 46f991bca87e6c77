/*
 * kernel/core/uaccess.h - the only way to touch user memory.
 *
 * Such a pointer is declared `T __user *`.  It is checked against the top of
 * user space.  The copy faults absent pages in and ends at an invalid one.
 * => may sleep (page faults).
 */
#pragma once

#include "kernel/base/phys.h"
#include "kernel/base/x86.h"

#define USER_TOP	KERNEL_BASE

static inline bool access_ok(const void __user *addr, size_t n)
{
	unsigned long a = (unsigned long)addr;

	return n <= USER_TOP && a <= USER_TOP - n;
}

/* => 0 or -EFAULT */
int copy_to_user(void __user *to, const void *from, size_t n);
int copy_from_user(void *to, const void __user *from, size_t n);
int clear_user(void __user *to, size_t n);
/* => length without the NUL, -EFAULT, or -ENAMETOOLONG when size is too
 *    small; buf is terminated on success */
long strncpy_from_user(char *buf, const char __user *from, size_t size);

#define get_user(x, ptr) copy_from_user(&(x), (ptr), sizeof(x))
#define put_user(x, ptr)						\
	({								\
		__typeof__(*(ptr)) v_ = (x);				\
		copy_to_user((ptr), &v_, sizeof(v_));			\
	})
