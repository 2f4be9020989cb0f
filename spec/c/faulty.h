/* faulty.h -- allocations that fail on demand, and are counted.
 *
 * A test that is linked with the --wrap options of CMakeLists.txt has all
 * allocations of the rooms go through here, those of Lua and jansson too, and
 * the starting of threads. Not thread-safe: one thread at a time. */

#pragma once

#include <stdbool.h>

/* Give jansson these allocations. To be called first. */
void faulty_setup(void);

/* From now on the n-th allocation fails (from 1), and when `from_then_on` all
 * after it. */
void faulty_arm(long n, bool from_then_on);

/* No more failures. True: the n-th was reached. */
bool faulty_disarm(void);

/* Blocks that are held now. */
long faulty_blocks(void);
