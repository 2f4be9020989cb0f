/* distance.c -- what one client sees of a server with N jobs (fixture.h).
 *
 * usage: distance fill PORT N
 *            add the jobs
 *        distance ask PORT N OPERATION FIRST COUNT
 *            ask for turns FIRST, FIRST + 1 ..., one after the other on one
 *            connection: the median of the times to an answer, in us */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "fixture.h"
#include "tool.h"

enum { MOST_ASKED = 1000000 };

static int fill(unsigned port, long n)
{
    static char text[FIXTURE_BATCH_BYTES];
    int descriptor = connection_open(port);

    for (long first = 0; first < n; first += FIXTURE_BATCH) {
        size_t size = fixture_batch(text, n, first);

        if (connection_ask(descriptor, "POST", "/_jobgate/jobs",
                           "Content-Type: application/json\r\n", text,
                           size) != 201)
            die(connection_answer());
    }
    return 0;
}

static int ask(unsigned port, long n, const struct fixture_operation *operation,
               long first, size_t count)
{
    static double took[MOST_ASKED];
    char target[FIXTURE_TARGET];
    int descriptor = connection_open(port);

    if (count < 1 || count > MOST_ASKED)
        die("1 to 1000000 requests");
    for (size_t i = 0; i < count; i++) {
        double begun;
        int status;

        operation->target(target, n, first + (long)i);
        begun = now_us();
        status =
            connection_ask(descriptor, operation->method, target, "", "", 0);
        took[i] = now_us() - begun;
        if (status != 200)
            die(connection_answer());
    }
    if (fixture_members(connection_answer()) != operation->members)
        die("the page is not as long as it should be");
    printf("%.3f\n", median(took, count));
    return 0;
}

int main(int argc, char **argv)
{
    unsigned port = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    long n = argc > 3 ? strtol(argv[3], NULL, 10) : 0;

    if (argc == 4 && strcmp(argv[1], "fill") == 0)
        return fill(port, n);
    if (argc == 7 && strcmp(argv[1], "ask") == 0 && fixture_operation(argv[4]))
        return ask(port, n, fixture_operation(argv[4]),
                   strtol(argv[5], NULL, 10), strtoul(argv[6], NULL, 10));
    die("usage: distance fill PORT N | "
        "distance ask PORT N OPERATION FIRST COUNT");
}
