/* access.h -- may this client do this? (step 4 of section 7.1; 5.3, 7.8)
 *
 * Asked only when credentials are configured (D115). */

#pragma once

#include "../model/credentials.h"
#include "api.h"

/* Check the signature of a request whose route is known, and what its key may
 * do, at `now`. NULL, or the row that refuses it; then `exchange->detail` says
 * why, for the journal. */
const struct error *access_check(struct exchange *exchange,
                                 const struct credentials *credentials,
                                 long long now);
