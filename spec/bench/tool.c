#include "tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void die(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

double median(double *numbers, size_t count)
{
    qsort(numbers, count, sizeof(numbers[0]), compare);
    return (numbers[(count - 1) / 2] + numbers[count / 2]) / 2;
}
