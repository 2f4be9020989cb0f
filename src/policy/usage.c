#define _GNU_SOURCE

#include "usage.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../model/buffer.h"
#include "../model/text.h"
#include "policy_state.h"

/* What may become of a rule that a request speaks of, in the order of the counts. */
static const enum policy_outcome kinds[] = {
    POLICY_ANSWERED, POLICY_APPLIED, POLICY_BROKE,  POLICY_JOB,  POLICY_APPID,
    POLICY_AFTER,    POLICY_TIMES,   POLICY_CHANCE, POLICY_WHEN,
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct usage {
    char *folder;
    pid_t owner; /* a process that was forked from it counts nothing */
    uint64_t hash;
    size_t first, count;               /* its own rules */
    unsigned long long decisions;      /* in all, and those of which not all */
    unsigned long long cut;            /* rules that were tried are known */
    unsigned long long (*kept)[KINDS]; /* of each rule */
};

/* ---- writing ------------------------------------------------------------ */

/* Write all of it to a file of the folder, at its end; `flags` beside. 0 or an
 * errno. */
static int write_file(const char *folder, const char *name, int flags,
                      const struct buffer *text)
{
    char *path;
    int file, error = 0;
    ssize_t n;

    if (text->failed || asprintf(&path, "%s/%s", folder, name) < 0)
        return ENOMEM;
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0666);
    free(path);
    if (file < 0)
        return errno;
    n = write(file, text->data, text->size); /* at once: others write, too */
    if (n < 0)
        error = errno;
    else if ((size_t)n < text->size)
        error = ENOSPC;
    close(file);
    return error;
}

/* Add a line to what this process has written. 0 or an errno. */
static int write_line(const struct usage *usage, const struct buffer *line)
{
    char name[40];

    snprintf(name, sizeof(name), "%ld.use", (long)usage->owner);
    return write_file(usage->folder, name, 0, line);
}

static void add_field(struct buffer *text, const char *field)
{
    buffer_putc(text, '\t');
    if (field)
        text_add_printable(text, field, strlen(field), strlen(field));
}

static void describe_rule(struct buffer *text, const struct rule *rule)
{
    buffer_puts(text, "rule");
    add_field(text, rule->place.file);
    buffer_printf(text, "\t%d\t%s%s%s", rule->place.line,
                  rule->when != LUA_NOREF ? "w" : "", rule->times ? "t" : "",
                  rule->chance < 1 ? "c" : "");
    add_field(text, rule->place.name);
    buffer_putc(text, '\n');
}

/* The policy: which counts there are, its sources, and its rules. */
static void describe(struct buffer *text, const struct policy *policy)
{
    buffer_puts(text, "counts");
    for (size_t i = 0; i < KINDS; i++)
        add_field(text, policy_outcome_name(kinds[i]));
    buffer_putc(text, '\n');
    for (size_t i = 0; i < policy->files->count; i++) {
        const struct files_source *source = &policy->files->sources[i];

        buffer_puts(text, "source");
        add_field(text, source->name);
        buffer_printf(text, "\t%zu\n", source->length);
        buffer_add(text, source->text, source->length);
        buffer_putc(text, '\n');
    }
    for (size_t i = policy->rules.n_front; i < policy->rules.count; i++)
        describe_rule(text, &policy->rules.list[i]);
    buffer_puts(text, "end\n"); /* what is cut short has none */
}

/* FNV-1a. */
static uint64_t hash_of(const struct buffer *text)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < text->size; i++)
        hash = (hash ^ (unsigned char)text->data[i]) * 0x100000001b3u;
    return hash;
}

/* Describe the policy, unless somebody has, and say that it is open. 0 or an
 * errno. */
static int begin(struct usage *usage, const struct policy *policy)
{
    struct buffer text;
    char name[40];
    int error;

    buffer_init(&text);
    describe(&text, policy);
    usage->hash = hash_of(&text);
    snprintf(name, sizeof(name), "%016llx.policy",
             (unsigned long long)usage->hash);
    error = write_file(usage->folder, name, O_EXCL, &text);
    if (error == EEXIST)
        error = 0;
    buffer_clear(&text);
    buffer_printf(&text, "open %016llx\n", (unsigned long long)usage->hash);
    if (!error)
        error = write_line(usage, &text);
    buffer_done(&text);
    return error;
}

/* ---- counting ----------------------------------------------------------- */

static void usage_free(struct usage *usage)
{
    free(usage->folder);
    free(usage->kept);
    free(usage);
}

bool usage_open(const struct policy *policy, struct usage **ret_usage,
                struct why *why)
{
    const char *folder = secure_getenv(USAGE_VARIABLE);
    struct usage *usage;
    int error = ENOMEM;

    *ret_usage = NULL;
    if (!folder || !*folder)
        return true;
    usage = calloc(1, sizeof(*usage));
    if (!usage)
        return why_set(why, "out of memory");
    usage->owner = getpid();
    usage->first = policy->rules.n_front;
    usage->count = policy->rules.count - usage->first;
    usage->folder = strdup(folder);
    usage->kept = calloc(usage->count + 1, sizeof(usage->kept[0]));
    if (usage->folder && usage->kept)
        error = begin(usage, policy);
    if (!error) {
        *ret_usage = usage;
        return true;
    }
    why_set(why, "%.500s: cannot be written: %s (" USAGE_VARIABLE ")", folder,
            strerror(error));
    usage_free(usage);
    return false;
}

void usage_note(struct usage *usage, const struct decision *decision)
{
    if (!usage)
        return;
    usage->decisions++;
    usage->cut += decision->n_steps > POLICY_STEPS;
    for (size_t i = 0; i < decision->n_steps && i < POLICY_STEPS; i++) {
        const struct policy_step *step = &decision->steps[i];

        if (step->rule < usage->first ||
            step->rule - usage->first >= usage->count)
            continue;
        for (size_t k = 0; k < KINDS; k++)
            usage->kept[step->rule - usage->first][k] +=
                kinds[k] == step->outcome;
    }
}

void usage_close(struct usage *usage)
{
    struct buffer line;

    if (!usage)
        return;
    buffer_init(&line);
    buffer_printf(&line, "close %016llx %llu %llu",
                  (unsigned long long)usage->hash, usage->decisions,
                  usage->cut);
    for (size_t i = 0; i < usage->count; i++) {
        for (size_t k = 0; k < KINDS; k++)
            buffer_printf(&line, "%c%llu", k == 0 ? ' ' : ',',
                          usage->kept[i][k]);
    }
    buffer_putc(&line, '\n');
    /* That it failed shows: what was opened is not closed. */
    if (getpid() == usage->owner)
        write_line(usage, &line);
    buffer_done(&line);
    usage_free(usage);
}
