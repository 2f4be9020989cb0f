#include "log.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/buffer.h"
#include "../model/text.h"
#include "../model/vclock.h"
#include "../policy/jsontext.h"

enum { LINE_MOST = 4096, VALUE_MOST = 512 }; /* bytes */

static const char *const levels[] = {"error", "warning", "info", "debug"};

bool log_parse_format(const char *name, bool *ret_json)
{
    *ret_json = strcmp(name, "json") == 0;
    return *ret_json || strcmp(name, "text") == 0;
}

bool log_parse_level(const char *name, enum log_level *ret_level)
{
    for (int i = 0; i <= LOG_DEBUG; i++) {
        if (strcmp(levels[i], name) == 0) {
            *ret_level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void log_open(struct log *log, void (*sink)(void *context, const char *line),
              void *context)
{
    *log = (struct log){.level = LOG_INFO, .sink = sink, .context = context};
    pthread_mutex_init(&log->lock, NULL);
}

void log_close(struct log *log)
{
    pthread_mutex_destroy(&log->lock);
}

bool log_wants(const struct log *log, enum log_level level)
{
    return log->sink && level <= log->level;
}

static void put_line(struct log *log, const char *line)
{
    pthread_mutex_lock(&log->lock);
    log->sink(log->context, line);
    pthread_mutex_unlock(&log->lock);
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *shown(const char *text, size_t most)
{
    struct buffer buffer;
    json_t *json;

    buffer_init(&buffer);
    text_add_printable(&buffer, text, strlen(text), most);
    json = json_stringn(buffer.data, buffer.size);
    buffer_done(&buffer);
    return json;
}

/* The line that says this; when there is no memory for it there is none. */
static void put_json(struct log *log, enum log_level level, json_t *rest)
{
    char now[CLOCK_TEXT];
    json_t *json;
    char *line = NULL;

    clock_format(clock_real(), now);
    json = json_pack("{s:s, s:s}", "time", now, "level", levels[level]);
    if (json && rest && json_object_update(json, rest) == 0)
        line = jsontext(json, JSON_COMPACT);
    if (line)
        put_line(log, line);
    free(line);
    json_decref(json);
    json_decref(rest);
}

/* ---- lines -------------------------------------------------------------- */

void log_say(struct log *log, enum log_level level, const char *format, ...)
{
    char message[LINE_MOST];
    struct buffer line;
    va_list arguments;

    if (!log_wants(log, level))
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (log->json) {
        put_json(log, level,
                 json_pack("{s:o}", "message", shown(message, LINE_MOST)));
        return;
    }
    buffer_init(&line);
    text_add_printable(&line, message, strlen(message), LINE_MOST);
    if (!line.failed)
        put_line(log, line.data);
    buffer_done(&line);
}

/* name=value; a value that has a blank or a quote is in quotes. */
static void put_field(struct buffer *line, const struct log_field *field)
{
    struct buffer value;

    buffer_printf(line, " %s=", field->name);
    if (!field->text) {
        buffer_printf(line, "%lld", field->number);
        return;
    }
    buffer_init(&value);
    text_add_printable(&value, field->text, strlen(field->text), VALUE_MOST);
    if (strpbrk(value.data, " \"=")) {
        buffer_putc(line, '"');
        for (const char *at = value.data; *at; at++) {
            if (*at == '"')
                buffer_putc(line, '\\');
            buffer_putc(line, *at);
        }
        buffer_putc(line, '"');
    } else {
        buffer_puts(line, value.data);
    }
    buffer_done(&value);
}

void log_event(struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t count)
{
    json_t *json = NULL;
    struct buffer line;

    if (!log_wants(log, level))
        return;
    buffer_init(&line);
    buffer_puts(&line, event);
    if (log->json)
        json = json_pack("{s:s}", "event", event);
    for (size_t i = 0; i < count; i++) {
        const struct log_field *field = &fields[i];

        if (field->text && !*field->text)
            continue;
        if (log->json)
            json_object_set_new(json, field->name,
                                field->text ? shown(field->text, VALUE_MOST)
                                            : json_integer(field->number));
        else
            put_field(&line, field);
    }
    if (log->json)
        put_json(log, level, json);
    else if (!line.failed)
        put_line(log, line.data);
    buffer_done(&line);
}
