#include "fixture.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define START 1767225600L /* 2026-01-01T00:00:00Z */
#define STEP 618041L      /* a prime, for an order that looks random */

/* ---- requests ----------------------------------------------------------- */

static void first_page(char text[FIXTURE_TARGET], long n, long turn)
{
    (void)n;
    (void)turn;
    snprintf(text, FIXTURE_TARGET, "/jobs?maxResults=%d", FIXTURE_PAGE);
}

static void middle_page(char text[FIXTURE_TARGET], long n, long turn)
{
    (void)turn;
    snprintf(text, FIXTURE_TARGET, "/jobs?maxResults=%d&nextToken=job-%07ld",
             FIXTURE_PAGE, n / 2);
}

static void rare_page(char text[FIXTURE_TARGET], long n, long turn)
{
    (void)n;
    (void)turn;
    snprintf(text, FIXTURE_TARGET, "/jobs?maxResults=%d&jobStatuses=Suspended",
             FIXTURE_PAGE);
}

/* Each job of the others once, then each again, back to what it was. */
static void update(char text[FIXTURE_TARGET], long n, long turn)
{
    long others = n / FIXTURE_RARE - 1; /* behind each Suspended one */
    long jobs = FIXTURE_RARE * others;
    long k = turn % jobs * STEP % jobs;

    snprintf(text, FIXTURE_TARGET,
             "/jobs/job-%07ld/status?requestedJobStatus=%s",
             k / others * (others + 1) + 1 + k % others,
             turn / jobs % 2 == 0 ? "Cancelled" : "Ready");
}

const struct fixture_operation fixture_operations[FIXTURE_OPERATIONS] = {
    {"first",  "GET",  FIXTURE_PAGE, first_page },
    {"middle", "GET",  FIXTURE_PAGE, middle_page},
    {"rare",   "GET",  FIXTURE_PAGE, rare_page  },
    {"update", "POST", 0,            update     },
};

const struct fixture_operation *fixture_operation(const char *name)
{
    for (int i = 0; i < FIXTURE_OPERATIONS; i++) {
        if (strcmp(fixture_operations[i].name, name) == 0)
            return &fixture_operations[i];
    }
    return NULL;
}

/* ---- jobs --------------------------------------------------------------- */

size_t fixture_batch(char text[FIXTURE_BATCH_BYTES], long n, long first)
{
    size_t size = 0;

    for (long i = first; i < first + FIXTURE_BATCH; i++) {
        bool is_rare = i % (n / FIXTURE_RARE) == 0;

        size += (size_t)snprintf(text + size, FIXTURE_BATCH_BYTES - size,
                                 "%c{\"id\":\"job-%07ld\",\"status\":\"%s\","
                                 "\"creation_time\":%ld,\"status_time\":%ld}",
                                 i == first ? '[' : ',', i,
                                 is_rare ? "Suspended" : "Ready", START + i,
                                 START + i % FIXTURE_CYCLE);
    }
    size += (size_t)snprintf(text + size, FIXTURE_BATCH_BYTES - size, "]");
    return size;
}

size_t fixture_members(const char *answer)
{
    size_t count = 0;

    while ((answer = strstr(answer, "<member>"))) {
        answer += strlen("<member>");
        count++;
    }
    return count;
}
