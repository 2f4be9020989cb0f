/* manual.h -- the control API described for people: jobgate-control(7), in mdoc,
 * out of the table of routes. */

#pragma once

#include "../model/buffer.h"

void manual_write(struct buffer *page);
