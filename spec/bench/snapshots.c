/* snapshots.c -- going back to a snapshot, with few jobs and with many.
 *
 * usage: snapshots ROUNDS POLICY
 *            lines "take N CHANGES US", "change N CHANGES US" and "restore N
 *            CHANGES US": what taking a snapshot, so many changes after it, and
 *            going back cost with N jobs, the median of a round */

#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"
#include "host/host.h"
#include "inside.h"
#include "tool.h"

enum { SIZES = 2, AMOUNTS = 2, CYCLES = 500, MOST_CHANGES = 100 };

static const long sizes[SIZES] = {1000, 1000000};
static const long amounts[AMOUNTS] = {10, MOST_CHANGES};

/* Each update changes its job, which would be refused if the job had not gone
 * back since. */
static void change(struct host *host, long n, long first, long count)
{
    const struct fixture_operation *update = fixture_operation("update");
    /* Turns within which each job is visited at most once. */
    long turns = FIXTURE_RARE * (n / FIXTURE_RARE - 1) - MOST_CHANGES;
    char target[FIXTURE_TARGET];

    for (long i = 0; i < count; i++) {
        update->target(target, n, first % turns + i);
        inside_ask(host, 200, update->method, target, NULL, 0, NULL);
    }
}

static void run(struct host *host, long n, long changes, bool show)
{
    static const char *const steps[] = {"take", "change", "restore"};
    static double took[3][CYCLES];
    double times[4];
    struct why why;

    for (long cycle = 0; cycle < CYCLES; cycle++) {
        times[0] = now_us();
        if (!host_snapshot(host, "before", &why))
            die(why.text);
        times[1] = now_us();
        change(host, n, cycle * changes, changes);
        times[2] = now_us();
        if (!host_restore(host, "before", &why))
            die(why.text);
        times[3] = now_us();
        for (int i = 0; i < 3; i++)
            took[i][cycle] = times[i + 1] - times[i];
    }
    for (int i = 0; show && i < 3; i++)
        printf("%s %ld %ld %.3f\n", steps[i], n, changes,
               median(took[i], CYCLES));
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    struct host *hosts[SIZES];

    if (argc != 3)
        die("usage: snapshots ROUNDS POLICY");
    for (int i = 0; i < SIZES; i++) {
        hosts[i] = inside_open((struct jobgate_options){.policy = argv[2]});
        inside_fill(hosts[i], sizes[i]);
    }
    /* Round 0 warms up. */
    for (long round = 0; round <= rounds; round++) {
        for (int k = 0; k < AMOUNTS; k++) {
            for (int i = 0; i < SIZES; i++)
                run(hosts[i], sizes[i], amounts[k], round > 0);
        }
    }
    for (int i = 0; i < SIZES; i++)
        host_close(hosts[i]);
    return 0;
}
