/* stack.h -- enough C stack for Lua's parser and messages (rule S11).
 *
 * A source of 64 KiB can take 4 MiB of C stack. Work that runs Lua goes through
 * stack_run, which calls it directly where the thread has enough left, and on a
 * thread of its own where it has not. Thread-safe. */

#pragma once

#include <stdbool.h>

/* Run work(argument) with at least 5 MiB of stack and wait for it. False: such
 * a thread could not be started, and nothing was run. */
bool stack_run(void (*work)(void *argument), void *argument);
