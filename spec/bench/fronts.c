/* fronts.c -- what rules in front cost requests that they are not about.
 *
 * usage: fronts ROUNDS POLICY
 *            lines "RULES NS": what UpdateJobStatus takes in process with so
 *            many rules in front, none of which is about the job, in each
 *            round */

#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"
#include "host/host.h"
#include "inside.h"
#include "model/buffer.h"
#include "tool.h"

enum { AMOUNTS = 4, JOBS = 10000, UPDATES = 20000 };

static const int amounts[AMOUNTS] = {0, 1, 10, 100};

static void put_in_front(struct host *host, int count)
{
    struct buffer rules;

    if (count == 0)
        return;
    buffer_init(&rules);
    for (int i = 0; i < count; i++)
        buffer_printf(&rules, "%c{\"job\":\"nobody\",\"delay\":1}",
                      i > 0 ? ',' : '[');
    buffer_putc(&rules, ']');
    inside_ask(host, 201, "POST", "/_jobgate/rules", rules.data, rules.size,
               NULL);
    buffer_done(&rules);
}

/* Nanoseconds for each of some updates. */
static double run(struct host *host, long first)
{
    const struct fixture_operation *update = fixture_operation("update");
    char target[FIXTURE_TARGET];
    double begun = now_us();

    for (long turn = first; turn < first + UPDATES; turn++) {
        update->target(target, JOBS, turn);
        inside_ask(host, 200, update->method, target, NULL, 0, NULL);
    }
    return (now_us() - begun) * 1e3 / UPDATES;
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    struct host *hosts[AMOUNTS];

    if (argc != 3)
        die("usage: fronts ROUNDS POLICY");
    for (int i = 0; i < AMOUNTS; i++) {
        hosts[i] = inside_open((struct jobgate_options){.policy = argv[2]});
        inside_fill(hosts[i], JOBS);
        put_in_front(hosts[i], amounts[i]);
    }
    /* Round 0 warms up. */
    for (long round = 0; round <= rounds; round++) {
        for (int i = 0; i < AMOUNTS; i++) {
            double took = run(hosts[i], round * UPDATES);

            if (round > 0)
                printf("%d %.1f\n", amounts[i], took);
        }
    }
    for (int i = 0; i < AMOUNTS; i++)
        host_close(hosts[i]);
    return 0;
}
