/*
 * tools/cachesim/kern_atomic.h - changes of flags, for -include: the simulated
 * machine has no interrupt between two instructions, and an atomic one of the
 * host takes some twenty times longer
 */
#pragma once

#define __atomic_or_fetch(p, v, order)	(*(p) |= (v))
#define __atomic_and_fetch(p, v, order)	(*(p) &= (v))
#define __atomic_fetch_or(p, v, order)					\
	({								\
		__typeof__(*(p)) old_ = *(p);				\
		*(p) = old_ | (v);					\
		old_;							\
	})
#define __atomic_fetch_and(p, v, order)					\
	({								\
		__typeof__(*(p)) old_ = *(p);				\
		*(p) = old_ & (v);					\
		old_;							\
	})
