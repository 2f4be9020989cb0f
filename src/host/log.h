/* log.h -- lines for the log: text or JSON, one for each event.
 *
 * Whatever a message holds, it is one line of printable text, and bounded. */

#pragma once

#include <pthread.h>
#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

struct log {
    enum log_level level; /* nothing less important is formatted */
    bool json;
    void (*sink)(void *context, const char *line); /* NULL: nowhere */
    void *context;
    pthread_mutex_t lock; /* over the sink */
};

/* "text" or "json"; "error", "warning", "info" or "debug". False: none of them. */
bool log_parse_format(const char *name, bool *ret_json);
bool log_parse_level(const char *name, enum log_level *ret_level);

void log_open(struct log *log, void (*sink)(void *context, const char *line),
              void *context);
void log_close(struct log *log);

/* Does anybody want such lines? */
bool log_wants(const struct log *log, enum log_level level);

/* A sentence. */
void log_say(struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A field of an event. `text` NULL: it is the number. */
struct log_field {
    const char *name;
    const char *text;
    long long number;
};

/* An event with fields; those whose text is "" are left out. */
void log_event(struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t count);
