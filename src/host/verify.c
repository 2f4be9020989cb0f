#include "verify.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- the question ------------------------------------------------------- */

struct numbers {
    const json_t *times, *at_least, *at_most;
};

static bool read_number(const json_t *value, const char *name,
                        long long *ret_number, struct why *why)
{
    if (!value)
        return true;
    *ret_number = json_integer_value(value);
    return (json_is_integer(value) && *ret_number >= 0) ||
           why_set(why, "%s must be a whole number, 0 or more", name);
}

static bool read_numbers(struct question *question,
                         const struct numbers *numbers, struct why *why)
{
    question->counts = numbers->times || numbers->at_least ||
                       numbers->at_most || question->n_steps == 0;
    question->at_least = numbers->at_most || question->n_steps > 0 ? 0 : 1;
    question->at_most = LLONG_MAX;
    if (numbers->times && (numbers->at_least || numbers->at_most))
        return why_set(why, "times says the exact number: it stands with "
                            "neither at_least nor at_most");
    if (!read_number(numbers->times, "times", &question->at_least, why) ||
        !read_number(numbers->at_least, "at_least", &question->at_least, why) ||
        !read_number(numbers->at_most, "at_most", &question->at_most, why))
        return false;
    if (numbers->times)
        question->at_most = question->at_least;
    return question->at_least <= question->at_most ||
           why_set(why, "at_least is more than at_most");
}

static bool read_steps(struct question *question, const json_t *list,
                       struct why *why)
{
    size_t n = json_array_size(list);
    struct why inner;

    if (!list)
        return true;
    if (n == 0 || n > VERIFY_STEPS_MOST)
        return why_set(why, "in_order must be an array of 1 to %d filters",
                       VERIFY_STEPS_MOST);
    question->steps = calloc(n, sizeof(*question->steps));
    if (!question->steps)
        return why_set(why, "out of memory");
    question->n_steps = n;
    for (size_t i = 0; i < n; i++) {
        if (!filter_read(&question->steps[i], json_array_get(list, i), &inner))
            return why_set(why, "in_order, filter %zu: %.900s", i + 1,
                           inner.text);
    }
    return true;
}

static bool is_field(const char *name)
{
    for (int i = 0; filter_name(i); i++) {
        if (strcmp(filter_name(i), name) == 0)
            return true;
    }
    return false;
}

bool question_read(struct question *ret_question, const json_t *json,
                   struct why *why)
{
    struct numbers numbers = {json_object_get(json, "times"),
                              json_object_get(json, "at_least"),
                              json_object_get(json, "at_most")};
    const json_t *since = json_object_get(json, "since");
    const json_t *in_order = json_object_get(json, "in_order");
    long long number = 0;
    const char *name;
    json_t *value;

    *ret_question = (struct question){.json = json};
    json_object_foreach((json_t *)json, name, value)
    {
        if (value == numbers.times || value == numbers.at_least ||
            value == numbers.at_most || value == since || value == in_order)
            continue;
        if (!is_field(name))
            return why_set(why,
                           "unknown field \"%.64s\" (times, at_least, "
                           "at_most, in_order, since, " FILTER_NAMES ")",
                           name);
        if (!filter_read_field(&ret_question->filter, name, value, why))
            return false;
    }
    if (!read_steps(ret_question, in_order, why) ||
        !read_numbers(ret_question, &numbers, why) ||
        !read_number(since, "since", &number, why))
        return false;
    ret_question->since = (uint64_t)number;
    return true;
}

void question_done(struct question *question)
{
    free(question->steps);
    question->steps = NULL;
}

/* ---- the verdict -------------------------------------------------------- */

static void look(const struct question *question,
                 const struct journal_entry *entry, struct verdict *verdict)
{
    verdict->entries++;
    if (filter_differs(&question->filter, entry) != 0)
        return;
    verdict->matched++;
    if (verdict->steps < question->n_steps &&
        filter_differs(&question->steps[verdict->steps], entry) == 0) {
        verdict->steps++;
        verdict->met_at = entry->facts.sequence;
    }
}

struct verdict verify(const struct journal *journal,
                      const struct question *question)
{
    struct journal_cursor cursor = journal_seek(journal, question->since);
    bool missing = journal_dropped_until(journal) > question->since;
    struct verdict verdict = {.is = VERDICT_PASS};
    struct journal_entry entry;
    long long matched;
    bool many, few, open;

    while (journal_read(journal, &cursor, &entry))
        look(question, &entry, &verdict);
    matched = (long long)verdict.matched;
    verdict.short_of = question->counts && matched < question->at_least;
    verdict.out_of_order = verdict.steps < question->n_steps;
    /* Entries that are missing can add matches, never take one away. */
    many = question->counts && matched > question->at_most;
    few = verdict.short_of || verdict.out_of_order;
    open = few || (question->counts && question->at_most < LLONG_MAX);
    if (missing && open && !many)
        verdict.is = VERDICT_INCOMPLETE;
    else if (many || few)
        verdict.is = VERDICT_FAIL;
    return verdict;
}

bool verify_counts(const struct question *question,
                   const struct journal_entry *entry)
{
    if (filter_differs(&question->filter, entry) != 0)
        return false;
    for (size_t i = 0; i < question->n_steps && !question->counts; i++) {
        if (filter_differs(&question->steps[i], entry) == 0)
            return true;
    }
    return question->counts;
}
