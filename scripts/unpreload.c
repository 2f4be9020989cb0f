/* unpreload.c -- loaded last through LD_PRELOAD, it takes that variable out of
 * the environment: the process keeps what was loaded, those that it starts get
 * nothing. curl, for one, never ends with AddressSanitizer in it. */

#include <stdlib.h>

__attribute__((constructor)) static void unpreload(void)
{
    unsetenv("LD_PRELOAD");
}
