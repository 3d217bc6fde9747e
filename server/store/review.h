/*
 * review: what is decided about (comments, replies, photos, appeals), in every state, and what was
 * decided.
 *
 * Purpose    The moderators' queue, an object's history, what an author is told. Nothing here is
 * for the public: who asks decides who may (server/people/rights.def). Order      Oldest first, by
 * the change number of the creation; a cursor neither skips nor repeats. Ownership  Everything
 * lives in the arena handed in. Errors     ERR_NOT_FOUND; as store.h.
 */
#pragma once

#include "server/store/store.h"
#include "server/sync/apply.h"

/* Which rows a caller may be shown. */
struct store_reach {
    bool all;                         /* the open city, every meeting, every space but … */
    struct span closed;               /* … these; ids of 16 bytes, one behind the other */
    struct span scopes;               /* and, in either case, what lies in these */
    struct uuid meeting_id, space_id; /* nil: whatever; else only what lies there */
};

struct store_review {
    uint64_t seq;
    struct uuid id;
    enum object_type type;  /* COMMENT, REPLY or PHOTO */
    struct uuid comment_id; /* of replies and photos */
    struct uuid author_id, meeting_id, space_id;
    uint8_t status, kind, channel, hat; /* kind 0: it is no comment */
    enum standing standing;             /* of its creation */
    struct span reason, note, title, text, pen_name;
    bool has_place; /* false when its comment has not come */
    int32_t lon_e7, lat_e7;
    uint32_t precision_m;
    int64_t made_ms;
    uint32_t text_rev, status_rev, precision_rev, space_rev, redaction_rev;
    uint32_t reply_count;
};

enum store_review_state {
    STORE_REVIEW_HELD,
    STORE_REVIEW_SIGNALS,  /* held by a signal */
    STORE_REVIEW_APPEALED, /* somebody objects and has no answer */
    STORE_REVIEW_ALL,
};

/* At most `limit` above the cursor `after`; *ret_next: the next cursor, 0 at the end. */
MUST_CHECK enum err_code store_review_list(struct store_reader *reader,
                                           enum store_review_state state,
                                           const struct store_reach *reach, uint64_t after,
                                           size_t limit, struct arena *arena,
                                           struct store_review **ret, size_t *ret_count,
                                           uint64_t *ret_next, struct err *err);
MUST_CHECK enum err_code store_review_find(struct store_reader *reader, struct uuid id,
                                           struct arena *arena, struct store_review *ret,
                                           struct err *err);
/* The comment of a receipt. */
MUST_CHECK enum err_code store_review_by_receipt(struct store_reader *reader,
                                                 const uint8_t hash[32], struct arena *arena,
                                                 struct store_review *ret, struct err *err);
/* Ids of a comment's photos. */
MUST_CHECK enum err_code store_review_photos(struct store_reader *reader, struct uuid comment_id,
                                             struct arena *arena, struct uuid **ret,
                                             size_t *ret_count, struct err *err);
/* Ids of the comments that quote it; of the appeals about it. For erasing all that repeats its
 * words. */
MUST_CHECK enum err_code store_review_quotations(struct store_reader *reader,
                                                 struct uuid comment_id, struct arena *arena,
                                                 struct uuid **ret, size_t *ret_count,
                                                 struct err *err);
MUST_CHECK enum err_code store_review_appeal_ids(struct store_reader *reader, struct uuid target_id,
                                                 struct arena *arena, struct uuid **ret,
                                                 size_t *ret_count, struct err *err);
/* Number of its cluster in the newest public run; 0: in none. */
MUST_CHECK enum err_code store_review_cluster(struct store_reader *reader, struct uuid comment_id,
                                              uint32_t *ret, struct err *err);

struct store_appeal {
    struct uuid id, target_id, author_id;
    struct span text, note;
    uint8_t status; /* HELD: waits; PUBLIC: upheld; HIDDEN: declined */
    uint32_t status_rev;
    int64_t made_ms;
};
MUST_CHECK enum err_code store_appeals_of(struct store_reader *reader, struct uuid target_id,
                                          struct arena *arena, struct store_appeal **ret,
                                          size_t *ret_count, struct err *err);
MUST_CHECK enum err_code store_appeals_find(struct store_reader *reader, struct uuid id,
                                            struct arena *arena, struct store_appeal *ret,
                                            struct err *err);

/* One operation of an object, as it stands in the log; reactions are left out. */
struct store_step {
    uint64_t change;
    int64_t received_ms;
    enum standing standing;
    bool erased;
    struct op op;
};
MUST_CHECK enum err_code store_review_history(struct store_reader *reader, struct uuid id,
                                              struct arena *arena, struct store_step **ret,
                                              size_t *ret_count, struct err *err);
/* What apply_settle asks of an object's space and meeting (nil: none). */
MUST_CHECK enum err_code store_review_around(struct store_reader *reader, struct uuid space_id,
                                             struct uuid meeting_id, struct apply_around *ret,
                                             struct err *err);

/* --- What became of a device's things --- */

struct store_own {
    struct uuid id;
    enum object_type type; /* ERASED as well */
};
MUST_CHECK enum err_code store_review_of_device(struct store_reader *reader, struct uuid device_id,
                                                struct arena *arena, struct store_own **ret,
                                                size_t *ret_count, struct err *err);

struct store_refused {
    struct uuid op_id, object_id; /* nil when the bytes had none */
    struct span reason;
};
MUST_CHECK enum err_code store_review_refused(struct store_reader *reader, struct uuid device_id,
                                              struct arena *arena, struct store_refused **ret,
                                              size_t *ret_count, struct err *err);
