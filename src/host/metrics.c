#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "../store/hash.h"
#include "control.h"
#include "spaces.h"

#define OTHER "(other)" /* in place of a rule */

/* Requests that have all of this in common. */
struct series {
    struct series *next;
    uint64_t count;
    int http;
    const char *operation, *code, *rule; /* into: */
    char text[];
};

/* Upper bounds, in nanoseconds. */
static const uint64_t bounds[METRICS_BUCKETS] = {
    1000,   2000,    5000,     10000,    20000,     50000,
    100000, 1000000, 10000000, 50000000, 100000000, 500000000,
};

static const char *const bound_names[METRICS_BUCKETS] = {
    "1e-06",  "2e-06", "5e-06", "1e-05", "2e-05", "5e-05",
    "0.0001", "0.001", "0.01",  "0.05",  "0.1",   "0.5",
};

static const char *const fault_names[FAULT_KEYS] = {"drop", "delay", "slow",
                                                    "truncate", "garble"};

/* ---- counting ----------------------------------------------------------- */

static bool is_about(const struct series *series, const char *operation,
                     const char *code, int http, const char *rule)
{
    return series->http == http && strcmp(series->code, code) == 0 &&
           strcmp(series->rule, rule) == 0 &&
           strcmp(series->operation, operation) == 0;
}

static struct series *make(const char *operation, const char *code, int http,
                           const char *rule)
{
    size_t a = strlen(operation) + 1, b = strlen(code) + 1,
           c = strlen(rule) + 1;
    struct series *series = malloc(sizeof(*series) + a + b + c);

    if (!series)
        return NULL;
    memcpy(series->text, operation, a);
    memcpy(series->text + a, code, b);
    memcpy(series->text + a + b, rule, c);
    series->operation = series->text;
    series->code = series->text + a;
    series->rule = series->text + a + b;
    series->http = http;
    series->count = 0;
    return series;
}

/* Is it what all are counted as that are too many? */
static bool is_rest(const char *operation, const char *code, int http,
                    const char *rule)
{
    return http == 0 && !*operation && !*code && strcmp(rule, OTHER) == 0;
}

void metrics_request(struct metrics *metrics, const char *operation,
                     const char *code, int http, const char *rule)
{
    uint64_t hash = hash_of(code, rule) + (uint64_t)http;
    struct series **bucket = &metrics->buckets[hash & 63], *series = *bucket;

    while (series && !is_about(series, operation, code, http, rule))
        series = series->next;
    if (!series && metrics->n_series >= METRICS_SERIES &&
        !is_rest(operation, code, http, rule)) {
        metrics_request(metrics, "", "", 0, OTHER);
        return;
    }
    if (!series) {
        series = make(operation, code, http, rule);
        if (!series)
            return;
        series->next = *bucket;
        *bucket = series;
        metrics->n_series++;
    }
    series->count++;
}

void metrics_fault(struct metrics *metrics, unsigned keys)
{
    for (int i = 0; i < FAULT_KEYS; i++)
        metrics->faults[i] += (keys & 1u << i) != 0;
}

void metrics_decision(struct metrics *metrics, uint64_t ns)
{
    size_t i = 0;

    while (i < METRICS_BUCKETS && ns > bounds[i])
        i++;
    metrics->decisions[i]++;
    metrics->decision_ns += ns;
}

void metrics_done(struct metrics *metrics)
{
    for (size_t i = 0; i < 64; i++) {
        while (metrics->buckets[i]) {
            struct series *series = metrics->buckets[i];

            metrics->buckets[i] = series->next;
            free(series);
        }
    }
}

/* ---- the text ----------------------------------------------------------- */

static void put_head(struct buffer *text, const char *name, const char *type,
                     const char *help)
{
    buffer_printf(text, "# HELP jobgate_%s %s\n# TYPE jobgate_%s %s\n", name,
                  help, name, type);
}

/* One value that has no labels. */
static void put_one(struct buffer *text, const char *name, const char *type,
                    const char *help, uint64_t value)
{
    put_head(text, name, type, help);
    buffer_printf(text, "jobgate_%s %llu\n", name, (unsigned long long)value);
}

/* name="value", with what the format wants escaped. The value is shown as it is,
 * but for bytes that are no text: the path of a policy may have them. */
static void put_label(struct buffer *text, const char *before, const char *name,
                      const char *value)
{
    size_t length = strlen(value);
    struct buffer shown;

    buffer_init(&shown);
    if (text_check(value, length) == TEXT_FINE)
        buffer_add(&shown, value, length);
    else
        text_add_printable(&shown, value, length, length);
    buffer_printf(text, "%s%s=\"", before, name);
    for (size_t i = 0; i < shown.size; i++) {
        char c = shown.data[i];

        if (c == '"' || c == '\\' || c == '\n')
            buffer_putc(text, '\\');
        buffer_putc(text, c == '\n' ? 'n' : c);
    }
    buffer_putc(text, '"');
    text->failed = text->failed || shown.failed;
    buffer_done(&shown);
}

static void put_requests(struct buffer *text, const struct metrics *metrics)
{
    put_head(text, "requests_total", "counter",
             "Requests that were answered, by operation, Code, HTTP status and "
             "rule.");
    for (size_t i = 0; i < 64; i++) {
        for (const struct series *series = metrics->buckets[i]; series;
             series = series->next) {
            buffer_puts(text, "jobgate_requests_total");
            put_label(text, "{", "operation", series->operation);
            put_label(text, ",", "code", series->code);
            buffer_printf(text, ",http=\"%d\"", series->http);
            put_label(text, ",", "rule", series->rule);
            buffer_printf(text, "} %llu\n", (unsigned long long)series->count);
        }
    }
}

static void put_decisions(struct buffer *text, const struct metrics *metrics)
{
    uint64_t count = 0;

    put_head(text, "decision_seconds", "histogram",
             "Time that the policy took to decide about a request.");
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        count += metrics->decisions[i];
        buffer_printf(text, "jobgate_decision_seconds_bucket{le=\"%s\"} %llu\n",
                      bound_names[i], (unsigned long long)count);
    }
    count += metrics->decisions[METRICS_BUCKETS];
    buffer_printf(text,
                  "jobgate_decision_seconds_bucket{le=\"+Inf\"} %llu\n"
                  "jobgate_decision_seconds_sum %.9f\n"
                  "jobgate_decision_seconds_count %llu\n",
                  (unsigned long long)count, (double)metrics->decision_ns / 1e9,
                  (unsigned long long)count);
}

static void put_faults(struct buffer *text, const struct metrics *metrics)
{
    put_head(text, "faults_total", "counter",
             "Faults that met a request, by key.");
    for (int i = 0; i < FAULT_KEYS; i++)
        buffer_printf(text, "jobgate_faults_total{fault=\"%s\"} %llu\n",
                      fault_names[i], (unsigned long long)metrics->faults[i]);
}

static void put_jobs(struct buffer *text, const struct jobs *jobs)
{
    put_head(text, "jobs", "gauge", "Jobs, by status.");
    for (int i = 0; i < STATUS_COUNT; i++)
        buffer_printf(text, "jobgate_jobs{status=\"%s\"} %zu\n",
                      status_name((enum status)i),
                      jobs_count(jobs, NULL, (enum status)i));
}

static void put_journals(struct buffer *text, const struct space *space)
{
    put_one(text, "journal_entries", "gauge", "Entries in the journal.",
            journal_count(space->journal));
    put_one(text, "journal_bytes", "gauge", "Bytes that they take.",
            journal_bytes_used(space->journal));
    put_one(text, "journal_dropped_total", "counter",
            "Entries that have made room for newer ones.",
            journal_dropped(space->journal));
    put_one(text, "events", "gauge", "Events that are kept.",
            journal_count(space->events));
    put_one(text, "events_dropped_total", "counter",
            "Events that have made room for newer ones.",
            journal_dropped(space->events));
}

void control_get_metrics(struct control *control)
{
    const struct space *space = control->space;
    struct buffer text;

    buffer_init(&text);
    put_head(&text, "build_info", "gauge", "The version.");
    buffer_puts(&text,
                "jobgate_build_info{version=\"" JOBGATE_VERSION "\"} 1\n");
    put_requests(&text, &space->metrics);
    put_decisions(&text, &space->metrics);
    put_faults(&text, &space->metrics);
    put_jobs(&text, space->jobs);
    put_journals(&text, space);
    put_one(&text, "policy_generation", "gauge",
            "How often the policy or its rules were set.", space->generation);
    put_one(&text, "rules", "gauge", "Rules of the policy.",
            policy_rule_count(space->policy));
    put_one(&text, "snapshots", "gauge", "Snapshots of the space.",
            space->snapshots.count);
    put_one(&text, "spaces", "gauge", "Spaces of the host.",
            space->host->n_spaces);
    control_text(control, "text/plain; version=0.0.4; charset=utf-8", &text);
    buffer_done(&text);
}
