/* delivery.h -- a reply as libmicrohttpd sends it: whole and at once, or as its
 * faults say. */

#pragma once

#include <microhttpd.h>

#include "held.h"

/* A reply on its way over a connection; part of what its owner keeps. */
struct delivery {
    struct holding *holding;
    struct held held;
    struct host_reply reply;
    bool filled; /* there is a reply, to be ended */
};

/* Queue the reply; `close`: the connection ends after it. Called again after
 * the connection was held. MHD_NO cuts the connection, as a rule that drops the
 * answer means it (status 0). */
enum MHD_Result delivery_queue(struct delivery *delivery, bool close);

/* The request is done, or its connection gone. */
void delivery_done(struct delivery *delivery);
