/* signature.h -- the signature of a request (section 5; pages 7778, 7730).
 *
 * Read from the Authorization header or from the query, and computed again over
 * what the client says it has signed. Knows no credentials: whose key it is and
 * what that may do is decided in api/access. Borrows from request and target. */

#pragma once

#include <stdbool.h>

#include "../jobgate.h"
#include "../model/buffer.h"
#include "../model/errors.h"
#include "../model/why.h"
#include "digest.h"
#include "target.h"

/* The parts of a signature, in the order in which clients send them. */
enum signature_part {
    SIGNATURE_ALGORITHM,
    SIGNATURE_KEY_ID, /* SecretId */
    SIGNATURE_TIME,   /* of the signature: "start;end" */
    SIGNATURE_KEY_TIME,
    SIGNATURE_HEADERS, /* names, ";" between them */
    SIGNATURE_PARAMETERS,
    SIGNATURE_DIGITS,
    SIGNATURE_PARTS,
};

struct signature {
    struct target_text parts[SIGNATURE_PARTS];
    long long start, end; /* its time, Unix seconds */
};

/* Find the signature of a request. NULL; G01: it has none; D121: it has one
 * that cannot be read, and `why` says what is wrong with it. */
const struct error *signature_read(struct signature *signature,
                                   const struct jobgate_request *request,
                                   const struct target *target,
                                   struct why *why);

/* HttpString (section 5.1, step 5): what the client has signed, with the path
 * as it was received or with what is left of it below a prefix. False:
 * something that it lists is not there (D122), and `why` says what. */
bool signature_string(const struct signature *signature,
                      const struct jobgate_request *request,
                      const struct target *target, bool below,
                      struct buffer *http_string, struct why *why);

/* What the signature over that HttpString should be (steps 2, 6 and 7). */
void signature_compute(const struct signature *signature,
                       const char *secret_key, const struct buffer *http_string,
                       char hex[DIGEST_HEX]);
