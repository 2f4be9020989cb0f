/* library.h -- what the Lua module sees of the C library beside jobgate.h. */

#pragma once

#include "../host/host.h"
#include "../jobgate.h"

/* The host in it; as long as it is open. */
struct host *library_host(struct jobgate *jobgate);
