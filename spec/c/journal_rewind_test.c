/* The journal goes back, and knows up to where entries are missing. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal_kit.h"
#include "model/random.h"

enum { MARKS = 8, TURNS = 30000 };

/* Marks on a stack, as snapshots are: going back to one forgets those above. */
struct marks {
    struct journal_mark marks[MARKS];
    struct model models[MARKS];
    size_t count;
};

static void rewind_to_any(struct journal *journal, struct model *model,
                          struct marks *marks, uint64_t dice)
{
    size_t chosen;

    if (marks->count == 0)
        return;
    chosen = (size_t)dice % marks->count;
    marks->count = chosen + 1;
    journal_rewind(journal, &marks->marks[chosen]);
    model_rewind(model, &marks->models[chosen]);
    assert_like_model(journal, model);
}

static void mark(struct journal *journal, struct model *model,
                 struct marks *marks)
{
    size_t at = marks->count < MARKS ? marks->count++ : MARKS - 1;

    marks->marks[at] = journal_mark(journal);
    marks->models[at] = *model;
    journal_rewind(journal, &marks->marks[at]); /* to where it is */
    assert_like_model(journal, model);
}

static void clear(struct journal *journal, struct model *model)
{
    assert_int_equal(journal_clear(journal), model->count);
    model->count = 0;
    model->dropped_until = 0;
}

static void goes_back_like_a_list_of_places(void **state)
{
    /* Entries of one size fill the first ones to the last byte. */
    const size_t rings[] = {
        5 * size_from(1, 10), 8 * size_from(1, 10), 0, 700, 1001, 4096, 20000};
    static size_t sizes[LONGEST + 1];
    static struct model model;
    static struct marks marks;
    struct random random = {5};

    (void)state;
    for (size_t length = 0; length <= LONGEST; length++)
        sizes[length] = size_from(length ? sizes[length - 1] : 1, length);
    for (size_t r = 0; r < sizeof(rings) / sizeof(rings[0]); r++) {
        struct journal *journal = journal_new(rings[r]);

        model = (struct model){.bytes = rings[r]};
        marks.count = 0;
        for (uint64_t i = 1; i <= TURNS; i++) {
            uint64_t dice = random_next(&random);
            size_t most = dice >> 60 ? 100 : LONGEST + 1;
            size_t length = r < 2 ? 10 : (size_t)dice % most;

            append(journal, i, length);
            model_append(&model, i, length, sizes[length]);
            if (dice >> 32 & 15)
                continue;
            if (dice >> 36 & 1)
                mark(journal, &model, &marks);
            else if (dice >> 37 & 7)
                rewind_to_any(journal, &model, &marks, dice >> 40);
            else
                clear(journal, &model);
        }
        assert_like_model(journal, &model);
        journal_free(journal);
    }
}

/* What a question about entries after a number needs to know. */
static void tells_up_to_where_entries_are_missing(void **state)
{
    size_t each = size_from(1, 10);
    struct journal *journal = journal_new(3 * each);
    struct journal_mark mark;

    (void)state;
    assert_int_equal(journal_dropped_until(journal), 0);
    for (uint64_t i = 1; i <= 5; i++)
        append(journal, 10 * i, 10);
    assert_int_equal(journal_dropped_until(journal), 20);
    append(journal, 60, 4 * each); /* fits nowhere */
    assert_int_equal(journal_dropped_until(journal), 60);
    assert_int_equal(journal_count(journal), 3);
    assert_int_equal(journal_bytes_used(journal), 3 * each);
    mark = journal_mark(journal);
    assert_int_equal(journal_clear(journal), 3);
    assert_int_equal(journal_dropped_until(journal), 0);
    assert_int_equal(journal_dropped(journal), 3);
    assert_int_equal(journal_bytes_used(journal), 0);
    append(journal, 70, 10);
    journal_rewind(journal, &mark); /* 30 to 50 were cleared */
    assert_int_equal(journal_dropped(journal), 6);
    assert_int_equal(journal_dropped_until(journal), 60);
    assert_int_equal(journal_count(journal), 0);
    journal_free(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_back_like_a_list_of_places),
        cmocka_unit_test(tells_up_to_where_entries_are_missing),
    };

    return cmocka_run_group_tests_name("journal_rewind", tests, NULL, NULL);
}
