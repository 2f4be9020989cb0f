/* undo.h -- what was changed since a mark: for this room only.
 *
 * Each mark has the list of what was changed between it and the next one, in
 * the order in which it happened. It is taken back strictly from the end, so
 * that a change that is taken back finds everything as it left it.
 *
 * What is edited is copied before its first change since the newest mark; how
 * it was at the marks before lies further up. What came and went since the
 * newest mark leaves no trace. What was there at a mark and is taken out is
 * kept, for as long as a mark needs it.
 *
 * A change that finds no memory to be noted in does not fail: all marks are
 * forgotten, and with them all that was noted. */

#pragma once

#include <bsd/sys/queue.h>
#include <stdbool.h>
#include <stdint.h>

#include "order.h"
#include "tokens.h"

enum change_kind {
    CHANGE_NODE_ADDED,
    CHANGE_NODE_REMOVED, /* the node is kept, as it was */
    CHANGE_NODE_EDITED,
    CHANGE_TOKEN_ADDED,
    CHANGE_TOKEN_REMOVED, /* the token is kept */
    CHANGE_TALLIES,
};

/* What a node was. */
struct image {
    struct job job;
    long long due;
    uint64_t turn;
    bool fresh;
};

struct change {
    TAILQ_ENTRY(change) link;
    enum change_kind kind;
    uint64_t mark;  /* the newest one when it was noted */
    uint64_t saved; /* of what was edited, before */
    union {
        struct node *node;
        struct token *token;
        struct account *account;
    } of;
    union {
        struct image *image;    /* of a node that was edited */
        struct tallies tallies; /* of an account */
    } was;
};

TAILQ_HEAD(changes, change);
TAILQ_HEAD(marks, mark);

struct mark {
    TAILQ_ENTRY(mark) link;
    uint64_t number;
    uint64_t turns;         /* of the store, at the mark */
    struct changes changes; /* from here to the next one */
};

struct undo {
    struct marks marks;   /* the oldest first */
    struct changes spare; /* of undo_reserve */
    uint64_t newest;      /* its number; 0: there is no mark */
    uint64_t numbers;     /* that were given; none is given twice */
};

void undo_init(struct undo *undo);

/* Forget all marks. */
void undo_clear(struct undo *undo);

/* Set a mark: its number, or 0 when out of memory. */
uint64_t undo_mark(struct undo *undo, uint64_t turns);

/* Find one, from the newest on; NULL: there is none of that number. */
struct mark *undo_find(struct undo *undo, uint64_t number);

/* Forget one: what it noted goes to the one before, as far as that needs it. */
void undo_unmark(struct undo *undo, struct mark *mark);

/* What is to be taken back next on the way to a mark; marks on the way are
 * forgotten. The caller frees it, with its image. NULL: the way is over. */
struct change *undo_next(struct undo *undo, const struct mark *mark);

/* The node is about to be edited and is not saved yet; the same for an
 * account's tallies. */
void undo_save_node(struct undo *undo, struct node *node);
void undo_save_tallies(struct undo *undo, struct account *account);

/* The same, whether it is saved or not: this is all that it costs mostly. */
static inline void undo_edit_node(struct undo *undo, struct node *node)
{
    if (node->saved < undo->newest)
        undo_save_node(undo, node);
}

static inline void undo_edit_tallies(struct undo *undo, struct account *account)
{
    if (account->saved < undo->newest)
        undo_save_tallies(undo, account);
}

/* Have memory for so many things that come or go. False: out of memory, and the
 * marks stay. */
bool undo_reserve(struct undo *undo, int count);

/* It has come. */
void undo_node_added(struct undo *undo, struct node *node);
void undo_token_added(struct undo *undo, struct token *token);

/* It was taken out, and is kept or freed. */
void undo_node_removed(struct undo *undo, struct node *node);
void undo_token_removed(struct undo *undo, struct token *token);

/* Free a node that is nowhere any more. */
void undo_free_node(struct node *node);
