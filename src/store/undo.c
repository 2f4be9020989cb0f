#include "undo.h"

#include <stdlib.h>

void undo_init(struct undo *undo)
{
    TAILQ_INIT(&undo->marks);
    TAILQ_INIT(&undo->spare);
    undo->newest = undo->numbers = 0;
}

void undo_free_node(struct node *node)
{
    job_done(&node->job);
    free(node);
}

/* ---- changes ------------------------------------------------------------ */

/* A change that nobody takes back: free what only it needed, and itself. */
static void release(struct change *change)
{
    switch (change->kind) {
    case CHANGE_NODE_ADDED:
        change->of.node->added = NULL;
        break;
    case CHANGE_NODE_REMOVED:
        undo_free_node(change->of.node);
        break;
    case CHANGE_NODE_EDITED:
        job_done(&change->was.image->job);
        free(change->was.image);
        break;
    case CHANGE_TOKEN_ADDED:
        change->of.token->added = NULL;
        break;
    case CHANGE_TOKEN_REMOVED:
        free(change->of.token);
        break;
    case CHANGE_TALLIES:
        free(change->was.tallies.list);
        break;
    }
    free(change);
}

static void forget(struct changes *changes, struct change *change)
{
    TAILQ_REMOVE(changes, change, link);
    release(change);
}

bool undo_reserve(struct undo *undo, int count)
{
    struct change *change = TAILQ_FIRST(&undo->spare);

    if (!undo->newest)
        return true;
    for (; change && count > 0; count--)
        change = TAILQ_NEXT(change, link);
    for (; count > 0; count--) {
        change = calloc(1, sizeof(*change));
        if (!change)
            return false;
        TAILQ_INSERT_TAIL(&undo->spare, change, link);
    }
    return true;
}

/* A change to be filled in; NULL: out of memory. */
static struct change *new_change(struct undo *undo)
{
    struct change *change = TAILQ_FIRST(&undo->spare);

    if (!change)
        return calloc(1, sizeof(*change));
    TAILQ_REMOVE(&undo->spare, change, link);
    return change;
}

/* Note a change at the newest mark. NULL: there is no mark, or none any more
 * because there is no memory. */
static struct change *note(struct undo *undo, enum change_kind kind)
{
    struct change *change;

    if (!undo->newest)
        return NULL;
    change = new_change(undo);
    if (!change) {
        undo_clear(undo);
        return NULL;
    }
    change->kind = kind;
    change->mark = undo->newest;
    TAILQ_INSERT_TAIL(&TAILQ_LAST(&undo->marks, marks)->changes, change, link);
    return change;
}

void undo_save_node(struct undo *undo, struct node *node)
{
    struct image *image = malloc(sizeof(*image));
    struct change *change;

    if (!image || !job_copy(&node->job, &image->job)) {
        free(image);
        undo_clear(undo);
        return;
    }
    image->due = node->due;
    image->turn = node->turn;
    image->fresh = node->fresh;
    change = note(undo, CHANGE_NODE_EDITED);
    if (!change) {
        job_done(&image->job);
        free(image);
        return;
    }
    change->of.node = node;
    change->was.image = image;
    change->saved = node->saved;
    node->saved = undo->newest;
}

void undo_save_tallies(struct undo *undo, struct account *account)
{
    struct tallies tallies;
    struct change *change;

    if (!tallies_copy(&account->tallies, &tallies)) {
        undo_clear(undo);
        return;
    }
    change = note(undo, CHANGE_TALLIES);
    if (!change) {
        free(tallies.list);
        return;
    }
    change->of.account = account;
    change->was.tallies = tallies;
    change->saved = account->saved;
    account->saved = undo->newest;
}

void undo_node_added(struct undo *undo, struct node *node)
{
    struct change *change = note(undo, CHANGE_NODE_ADDED);

    if (change)
        change->of.node = node;
    node->added = change;
    node->saved = undo->newest;
}

void undo_token_added(struct undo *undo, struct token *token)
{
    struct change *change = note(undo, CHANGE_TOKEN_ADDED);

    if (change)
        change->of.token = token;
    token->added = change;
}

/* Did it come after the mark? `added` says how it came. */
static bool came_since(const struct change *added, uint64_t mark)
{
    return added && added->mark >= mark;
}

void undo_node_removed(struct undo *undo, struct node *node)
{
    struct change *change;

    if (came_since(node->added, undo->newest)) {
        forget(&TAILQ_LAST(&undo->marks, marks)->changes, node->added);
        undo_free_node(node);
        return;
    }
    change = note(undo, CHANGE_NODE_REMOVED);
    if (change)
        change->of.node = node;
    else
        undo_free_node(node);
}

void undo_token_removed(struct undo *undo, struct token *token)
{
    struct change *change;

    if (came_since(token->added, undo->newest)) {
        forget(&TAILQ_LAST(&undo->marks, marks)->changes, token->added);
        free(token);
        return;
    }
    change = note(undo, CHANGE_TOKEN_REMOVED);
    if (change)
        change->of.token = token;
    else
        free(token);
}

/* ---- marks -------------------------------------------------------------- */

/* The mark and its changes are gone, whatever the lists say. */
static void release_mark(struct mark *mark)
{
    struct change *change = TAILQ_FIRST(&mark->changes), *next;

    for (; change; change = next) {
        next = TAILQ_NEXT(change, link);
        release(change);
    }
    free(mark);
}

void undo_clear(struct undo *undo)
{
    struct mark *mark = TAILQ_FIRST(&undo->marks), *next;
    struct change *spare = TAILQ_FIRST(&undo->spare), *other;

    for (; mark; mark = next) {
        next = TAILQ_NEXT(mark, link);
        release_mark(mark);
    }
    for (; spare; spare = other) {
        other = TAILQ_NEXT(spare, link);
        free(spare);
    }
    TAILQ_INIT(&undo->marks);
    TAILQ_INIT(&undo->spare);
    undo->newest = 0;
}

uint64_t undo_mark(struct undo *undo, uint64_t turns)
{
    struct mark *mark = calloc(1, sizeof(*mark));

    if (!mark)
        return 0;
    TAILQ_INIT(&mark->changes);
    TAILQ_INSERT_TAIL(&undo->marks, mark, link);
    mark->turns = turns;
    mark->number = undo->newest = ++undo->numbers;
    return mark->number;
}

struct mark *undo_find(struct undo *undo, uint64_t number)
{
    struct mark *mark = TAILQ_LAST(&undo->marks, marks);

    while (mark && mark->number != number)
        mark = TAILQ_PREV(mark, marks, link);
    return mark;
}

/* Does a change take back nothing that a mark still knows of, now that the
 * marks between `mark` and it are gone? An earlier copy of the same goes
 * further back, and what came after the mark was not there. `ret_added`: how
 * that came, which is then needless too. */
static bool is_needless(const struct change *change, uint64_t mark,
                        struct change **ret_added)
{
    *ret_added = NULL;
    switch (change->kind) {
    case CHANGE_NODE_EDITED:
    case CHANGE_TALLIES:
        return change->saved >= mark;
    case CHANGE_NODE_REMOVED:
        *ret_added = change->of.node->added;
        return came_since(*ret_added, mark);
    case CHANGE_TOKEN_REMOVED:
        *ret_added = change->of.token->added;
        return came_since(*ret_added, mark);
    case CHANGE_NODE_ADDED:
    case CHANGE_TOKEN_ADDED:
        break;
    }
    return false;
}

/* What `mark` noted is the older mark's from now on. */
static void hand_over(struct mark *mark, struct mark *older)
{
    struct change *change = TAILQ_FIRST(&mark->changes), *next, *added;

    TAILQ_CONCAT(&older->changes, &mark->changes, link);
    for (; change; change = next) {
        next = TAILQ_NEXT(change, link);
        if (!is_needless(change, older->number, &added))
            continue;
        if (added)
            forget(&older->changes, added); /* it lies before `change` */
        forget(&older->changes, change);
    }
}

void undo_unmark(struct undo *undo, struct mark *mark)
{
    struct mark *older = TAILQ_PREV(mark, marks, link);

    if (older)
        hand_over(mark, older);
    if (mark->number == undo->newest)
        undo->newest = older ? older->number : 0;
    TAILQ_REMOVE(&undo->marks, mark, link);
    release_mark(mark);
}

struct change *undo_next(struct undo *undo, const struct mark *mark)
{
    struct mark *newest = TAILQ_LAST(&undo->marks, marks), *older;
    struct change *change;

    while (!(change = TAILQ_LAST(&newest->changes, changes)) &&
           newest != mark) {
        older = TAILQ_PREV(newest, marks, link); /* `mark` at the latest */
        TAILQ_REMOVE(&undo->marks, newest, link);
        release_mark(newest);
        newest = older;
        undo->newest = newest->number;
    }
    if (change)
        TAILQ_REMOVE(&newest->changes, change, link);
    return change;
}
