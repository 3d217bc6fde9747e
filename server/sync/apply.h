/*
 * apply: the rules of schema/sync.md as pure functions: (what is known, operation) → what becomes.
 *
 * Purpose    Whether an operation is let in (judge), and what an object is after it (fold). Fold is
 *            the same in every order: each register keeps the operation with the highest revision,
 *            then the highest id; withdrawal is for ever.
 * Ownership  Spans are borrowed from the operation or from the state that was given.
 * Errors     None: no memory, no clock, no store.
 */
#pragma once

#include "server/sync/op.h"

enum object_type { OBJECT_ERASED = 0, OBJECT_COMMENT, OBJECT_REPLY, OBJECT_CARD, OBJECT_SPACE };

/* What is known of the operation's object and surroundings. */
struct apply_known {
    bool exists; /* the object is in the store, or was erased from it */
    enum object_type type;
    struct uuid author_id; /* of comments and replies */
    bool authority;        /* the operation comes from the server's own commands */
    bool space_exists;     /* the space that a comment names */
    uint8_t space_tier;
};

enum apply_verdict { APPLY_ACCEPT, APPLY_GONE, APPLY_REFUSE };

/* S5–S8. *ret_reason is set with APPLY_REFUSE. */
enum apply_verdict apply_judge(const struct op *op, const struct apply_known *known,
                               const char **ret_reason);

/* A register: which operation holds it. Nil id and 0: nobody yet. */
struct apply_register {
    uint32_t rev;
    struct uuid op_id;
};

/* Would this operation take the register? S10 */
static inline bool apply_takes(struct apply_register reg, uint32_t rev, struct uuid op_id)
{
    return rev != reg.rev ? rev > reg.rev : uuid_compare(op_id, reg.op_id) > 0;
}

/* A comment or a reply, folded from its operations. */
struct apply_object {
    enum object_type type;
    struct uuid id, author_id, comment_id, card_id, space_id;
    uint8_t kind, channel, hat, status;
    bool withdrawn;
    struct span text, pen_name, building_id;
    int32_t lon_e7, lat_e7;
    int64_t made_ms; /* the device's clock */
    struct apply_register text_reg, place_reg, kind_reg, card_reg, status_reg;
};

/* The object as its CREATE makes it. S7: pupils' words wait for a teacher. */
struct apply_object apply_create(const struct op *op);

/* EDIT, DELETE, MODERATE. An operation of somebody who may not, or for a register that the object
 * does not have, changes nothing. `authority`: the operation came from the server. */
void apply_fold(struct apply_object *object, const struct op *op, bool authority);

/* S11: when the words were made, as people are shown it: the device's clock, corrected by its error
 * at sending, never later than the receipt. */
int64_t apply_shown_ms(int64_t made_ms, int64_t sent_ms, int64_t received_ms);
