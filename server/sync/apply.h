/*
 * apply: the rules of schema/sync.md as pure functions: (what is known, operation) → what becomes.
 *
 * Purpose    Whether an operation is let in (judge), what an object is after it (fold), and what
 *            follows from where it lies (settle). The same in every order: each register keeps the
 *            operation with the highest revision, then the highest id; withdrawal is for ever.
 * Ownership  Spans are borrowed from the operation or from the state that was given.
 * Errors     None: no memory, no clock, no store.
 */
#pragma once

#include "server/sync/op.h"

enum object_type {
    OBJECT_ERASED = 0,
    OBJECT_COMMENT,
    OBJECT_REPLY,
    OBJECT_CARD,
    OBJECT_SPACE,
    OBJECT_MEETING,
    OBJECT_PHOTO,
    OBJECT_APPEAL,
};

/* What is known of the operation's object and surroundings. */
struct apply_known {
    enum standing standing; /* with what right it comes */
    bool by_device;         /* from a tablet or a page: staff decide through the server instead */
    bool exists;            /* the object is in the store, or was erased from it */
    enum object_type type;
    struct uuid author_id; /* of comments, replies, photos, appeals */
    bool parent_exists;    /* what a reply, photo or appeal belongs to */
    enum object_type parent_type;
    struct uuid parent_author_id;
};

enum apply_verdict { APPLY_ACCEPT, APPLY_GONE, APPLY_REFUSE };

/* S5–S8, S17. *ret_reason is set with APPLY_REFUSE. */
enum apply_verdict apply_judge(const struct op *op, const struct apply_known *known,
                               const char **ret_reason);

/* Who may make an object of the city's own, and change it: card, space, meeting. */
bool apply_may_make(enum op_body body, enum standing standing);

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

/* A comment, reply, photo or appeal, folded from its operations. */
struct apply_object {
    enum object_type type;
    struct uuid id, author_id, comment_id, card_id, space_id, meeting_id, quoted_id;
    enum standing standing; /* of its creation */
    uint8_t kind, channel, hat, status, mood, shape, place_source;
    bool withdrawn, strip_name;
    struct span title, text, pen_name, building_id, source, receipt;
    struct span reason, note; /* of the state */
    int32_t lon_e7, lat_e7;
    uint32_t accuracy_m, precision_m;
    struct span path, marks;   /* as parts.h packs them */
    struct span sha256, boxes; /* of photos */
    uint32_t bytes, width, height, position;
    struct apply_register text_reg, title_reg, place_reg, kind_reg, card_reg, status_reg;
    struct apply_register precision_reg, space_reg, redaction_reg;
};

/* The object as its CREATE makes it, not settled yet. */
struct apply_object apply_create(const struct op *op, enum standing standing);

/* EDIT, DELETE, MODERATE. An operation of somebody who may not, or for a register that the object
 * does not have, changes nothing. */
void apply_fold(struct apply_object *object, const struct op *op, enum standing standing);

/* Where an object lies. */
struct apply_around {
    bool space_known, meeting_known;
    uint8_t space_tier;
    bool meeting_holds;
};

/* S17: what holds until someone decides otherwise: pupils' words and a class's wait, a stranger's
 * in a closed space too, photos always; pupils' places are blurred. */
void apply_settle(struct apply_object *object, const struct apply_around *around);

/* S11: when the words were made, as people are shown it: the device's clock, corrected by its error
 * at sending, never later than the receipt. */
int64_t apply_shown_ms(int64_t made_ms, int64_t sent_ms, int64_t received_ms);
