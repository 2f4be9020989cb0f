/* tool.h -- words that the tools of the benchmark share. */

#pragma once

#include <stddef.h>

/* Say what is wrong, and end. */
void die(const char *what) __attribute__((noreturn));

/* A time that only goes up, in microseconds. */
double now_us(void);

/* The median of numbers, which are sorted by it; one at least. */
double median(double *numbers, size_t count);
