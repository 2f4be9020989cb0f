/* scale.c -- few jobs and many, in process.
 *
 * usage: scale operations ROUNDS POLICY
 *            lines "OPERATION N NS": what a request takes with N jobs, in each
 *            round; before them "memory BYTES", of each job of the most
 *        scale created N FILE
 *            resident bytes of each of N jobs that are created with a body
 *        scale clock ROUNDS
 *            lines "data RATE" and "lua RATE": jobs that are moved in a second
 *            while the clock goes over what is due, in each round */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "host/host.h"
#include "inside.h"
#include "tool.h"

enum { SIZES = 3, PAGES = 500, UPDATES = 20000, MOST_BODY = 65536 };

static const long sizes[SIZES] = {1000, 100000, 1000000};
static const long due = 100000; /* transitions for each round of the clock */

/* The two rules answer alike; the second kind has to ask Lua. */
#define LOOP(condition)                                                        \
    "return {\n"                                                               \
    "  { refuse = errors.StatusChangeError },\n"                               \
    "  { on = \"tick\", from = { \"Ready\", \"Suspended\" }, after = "         \
    "1000, " condition "become = \"Paused\" },\n"                              \
    "  { on = \"tick\", from = \"Paused\", after = 1000, " condition           \
    "become = \"Ready\" },\n"                                                  \
    "}\n"
#define IN_LUA "when = function(job) return job.priority == 0 end, "

static double resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long all, resident;

    if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2)
        die("/proc/self/statm cannot be read");
    fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

/* ---- requests ----------------------------------------------------------- */

/* Turns of an operation: nanoseconds for each. */
static double run(struct host *host, long n,
                  const struct fixture_operation *operation, long first,
                  long count)
{
    char target[FIXTURE_TARGET];
    size_t members;
    double begun = now_us(), took;

    for (long turn = first; turn < first + count - 1; turn++) {
        operation->target(target, n, turn);
        inside_ask(host, 200, operation->method, target, NULL, 0, NULL);
    }
    took = (now_us() - begun) * 1e3 / (double)(count - 1);
    operation->target(target, n, first + count - 1);
    inside_ask(host, 200, operation->method, target, NULL, 0, &members);
    if (members != operation->members)
        die("the page is not as long as it should be");
    return took;
}

static void run_round(struct host *hosts[SIZES], long round)
{
    for (int k = 0; k < FIXTURE_OPERATIONS; k++) {
        const struct fixture_operation *operation = &fixture_operations[k];
        long count = operation->members > 0 ? PAGES : UPDATES;

        for (int i = 0; i < SIZES; i++) {
            double took =
                run(hosts[i], sizes[i], operation, round * count, count);

            /* The first one warms up. */
            if (round > 0)
                printf("%s %ld %.1f\n", operation->name, sizes[i], took);
        }
    }
}

static int operations(long rounds, const char *policy)
{
    struct host *hosts[SIZES];
    double before = 0;

    for (int i = 0; i < SIZES; i++) {
        hosts[i] = inside_open((struct jobgate_options){.policy = policy});
        before = resident_bytes();
        inside_fill(hosts[i], sizes[i]);
    }
    printf("memory %.0f\n",
           (resident_bytes() - before) / (double)sizes[SIZES - 1]);
    for (long round = 0; round <= rounds; round++)
        run_round(hosts, round);
    for (int i = 0; i < SIZES; i++)
        host_close(hosts[i]);
    return 0;
}

/* ---- memory of jobs that were created ----------------------------------- */

static int created(long n, const char *path)
{
    static const char opening[] = "<ClientRequestToken>";
    static char body[MOST_BODY + 1];
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(body, 1, MOST_BODY, file) : 0;
    struct host *host = inside_open((struct jobgate_options){.clock = NULL});
    char *token = strstr(body, opening), digits[37];
    double before = resident_bytes();

    if (!token)
        die("the body has no token");
    fclose(file);
    token += strlen(opening);
    for (long i = 0; i < n; i++) {
        /* As long as a token of the samples. */
        snprintf(digits, sizeof(digits), "%036ld", i);
        memcpy(token, digits, strlen(digits));
        inside_ask(host, 200, "POST", "/jobs", body, size, NULL);
    }
    printf("%.0f\n", (resident_bytes() - before) / (double)n);
    host_close(host);
    return 0;
}

/* ---- the clock ---------------------------------------------------------- */

/* One cycle; jobs that are moved in a second of it. */
static double advance(struct host *host, size_t *ret_fired)
{
    double begun = now_us();
    struct why why;

    if (!host_advance(host, FIXTURE_CYCLE, ret_fired, &why))
        die(why.text);
    return (double)*ret_fired / (now_us() - begun) * 1e6;
}

static int go_by(long rounds)
{
    static const struct {
        const char *name, *policy;
    } kinds[] = {
        {"data", LOOP("")    },
        {"lua",  LOOP(IN_LUA)},
    };
    struct host *hosts[2];
    size_t fired;

    for (int i = 0; i < 2; i++) {
        hosts[i] = inside_open(
            (struct jobgate_options){.policy_source = kinds[i].policy});
        inside_fill(hosts[i], due);
        /* From now on each job is due once in a cycle. */
        advance(hosts[i], &fired);
    }
    for (long round = 0; round < rounds; round++) {
        for (int i = 0; i < 2; i++) {
            printf("%s %.0f\n", kinds[i].name, advance(hosts[i], &fired));
            if (fired != (size_t)due)
                die("not every job was moved once");
        }
    }
    for (int i = 0; i < 2; i++)
        host_close(hosts[i]);
    return 0;
}

int main(int argc, char **argv)
{
    long n = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

    if (argc == 4 && strcmp(argv[1], "operations") == 0)
        return operations(n, argv[3]);
    if (argc == 4 && strcmp(argv[1], "created") == 0)
        return created(n, argv[3]);
    if (argc == 3 && strcmp(argv[1], "clock") == 0)
        return go_by(n);
    die("usage: scale operations ROUNDS POLICY | scale created N FILE | "
        "scale clock ROUNDS");
}
