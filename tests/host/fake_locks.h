/*
 * tests/host/fake_locks.h - the checks of spinlocks in a program with one task
 */
#pragma once

extern int fake_locks_held;
