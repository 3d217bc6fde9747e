/*
 * writer: the one thread that writes; operations in, acknowledgements out.
 *
 * Purpose    Batches from many threads are applied by the rules of schema/sync.md and committed
 *            together (group commit): one fsync answers all that wait.
 * Invariants W1 A completion runs after COMMIT with synchronous=FULL has returned, or after the
 *               failure that left nothing of the batch behind.
 *            W2 Each submitted batch is completed exactly once, also when the writer is closed.
 *            W3 Change numbers follow the order of commits; no gap, no repetition.
 *            W4 One bad operation fails neither its batch nor its neighbours.
 * Ownership  Everything handed to submit is copied. Acks live until the completion returns.
 * Threads    Any thread may submit. Completions and listeners run on the writer's thread: they must
 *            be short and must not call the writer.
 * Errors     ERR_UNAUTHORIZED the device's token is not the one first seen; ERR_FULL, ERR_IO the
 *            store cannot take anything (readers go on); ERR_BUSY the queue is full or closing.
 */
#pragma once

#include "server/store/cursor.h"
#include "server/store/store.h"
#include "server/sync/apply.h"

struct store_writer;

enum store_origin {
    STORE_FROM_DEVICE, /* /sync/v1/ops: a device speaks for itself; refused operations are kept */
    STORE_FROM_POST,   /* POST /api/…: the same rights; refused operations are told, not kept */
    STORE_FROM_SERVER, /* local commands: authority over cards, spaces, moderation, every hat */
    STORE_FROM_STAFF,  /* the API for an account: its standing decides; told, not kept */
    STORE_FROM_PEER,   /* another server: each operation in its envelope; refused ones are kept */
};

/* Numbers as in sync.proto, AckStatus. */
enum store_ack_status {
    STORE_ACK_STORED = 1,
    STORE_ACK_DUPLICATE = 2,
    STORE_ACK_CONFLICT_BYTES = 3, /* same id, other bytes: the first stays */
    STORE_ACK_QUARANTINED = 4,    /* refused, with a reason */
    STORE_ACK_GONE = 5,           /* its object was erased */
    STORE_ACK_RETRY_LATER = 6,    /* refused and not kept: the device has too many refused ones */
};

struct store_ack {
    struct uuid op_id; /* nil when the bytes had none */
    enum store_ack_status status;
    uint64_t change;    /* of STORED and DUPLICATE: its change number */
    const char *reason; /* of QUARANTINED: a code of sync.md S9, a literal; else "" */
};

/* What another server says of an operation (Envelope in sync.proto). */
struct store_envelope {
    struct uuid first_server;
    int64_t received_ms, sent_ms; /* by first_server's clock, by the device's */
    enum standing standing;       /* STANDING_NONE to what the peer's key allows */
    bool erased;                  /* the bytes are what is left; sha256 is that of the whole */
    uint8_t sha256[32];           /* of the bytes as first received */
};

struct audit_entry;

struct store_batch {
    enum store_origin origin;
    /* With what right: of FROM_STAFF the account's role; of FROM_DEVICE and FROM_POST that of the
     * account signed in on it, else NONE; of FROM_PEER the highest that its key allows, in whose
     * bounds the envelopes' count. Of FROM_SERVER always SERVER. */
    enum standing standing;
    /* Ids of the spaces and meetings that the account or device belongs to, joined; copied. Below
     * MODERATOR, what is said in a closed space outside of these counts as a stranger's. */
    struct span scopes;
    /* Of FROM_DEVICE and FROM_POST: the name that the account shows; empty without one; copied.
     * What an account says in a closed space under another name counts as a stranger's, too. */
    struct span speaker;
    const struct store_envelope *envelopes; /* of FROM_PEER: one for each operation; copied */
    const struct store_stride *stride;      /* of FROM_PEER: how far it reaches; copied; or NULL */
    struct uuid device_id;                  /* of FROM_DEVICE: every op must carry it */
    bool has_token;                         /* of FROM_DEVICE: trust on first use */
    uint8_t token_sha256[32];
    int64_t received_ms;    /* the server's clock */
    int64_t sent_ms;        /* the device's clock when it sent, 0: unknown; for display only */
    const struct span *ops; /* exact bytes */
    size_t op_count;
    /* Told in the audit log (server/store/audit.h), in the same transaction: one for each
     * operation, of those that are stored now; NULL: nothing is told. Copied. */
    const struct audit_entry *audit;
};

struct store_result {
    enum err_code code; /* of the batch; acks exist only with ERR_OK */
    const char *what;   /* a literal for people; "" with ERR_OK */
    const struct store_ack *acks;
    size_t ack_count; /* = op_count, in the same order */
};

typedef void store_done_fn(void *context, const struct store_result *result);

/* What a commit changed. Ordered by change. HELD, MEETING and PHOTO are for those inside: they are
 * never told to the public. */
enum store_event_type {
    STORE_EVENT_COMMENT,
    STORE_EVENT_REPLY, /* place: its comment's */
    STORE_EVENT_CARD,
    STORE_EVENT_LAYERS, /* a row of layers.h was written: archives may have been switched */
    STORE_EVENT_ALL,    /* another process wrote: anything may have changed up to `change` */
    STORE_EVENT_HELD,   /* a comment, reply or appeal that is not public before nor after */
    STORE_EVENT_MEETING,
    STORE_EVENT_PHOTO, /* came, was released, covered, withdrawn or erased; its comment is told too
                        */
};

struct store_event {
    enum store_event_type type;
    uint64_t change;
    struct uuid id;
    bool was_public, is_public;     /* before and after; never both false of COMMENT and REPLY */
    int32_t old_lon_e7, old_lat_e7; /* valid when was_public */
    int32_t new_lon_e7, new_lat_e7; /* valid when is_public */
    /* Of COMMENT: all that its line or area reaches over, with its place; all 0 of a point. What
     * was shown before may be shown no more: old_bounds are not for others' eyes. */
    struct store_box old_bounds, new_bounds;
    enum object_type object; /* what `id` is now; of HELD, PHOTO: ERASED when it was erased */
    struct uuid comment_id;  /* of REPLY and PHOTO: their comment; of an appeal: its target */
    struct uuid meeting_id;  /* of the comment, or of MEETING itself; nil: none */
    uint8_t sha256[32];      /* of PHOTO: its file */
};

/* Runs after the commit and before the completions of its batches. */
typedef void store_listener_fn(void *context, const struct store_event *events, size_t count);

/* Starts the thread. `max_queued` batches may wait (0: 4096). */
MUST_CHECK enum err_code store_writer_open(struct store *store, size_t max_queued,
                                           struct store_writer **ret, struct err *err);
/* Takes no more, finishes what is queued, joins the thread. */
void store_writer_close(struct store_writer *writer);
DEFINE_CLEANUP(struct store_writer, store_writer_close)

/* Up to 8 listeners; before the first submit. */
MUST_CHECK enum err_code store_writer_listen(struct store_writer *writer,
                                             store_listener_fn *listener, void *context,
                                             struct err *err);

/* Runs after each commit, whether the public sees anything of it or not, and when another process
 * has added to the log: for who hands it on. One; NULL takes it away, and it does not run after
 * that. As short as a listener. */
typedef void store_commit_fn(void *context);
void store_writer_after_commit(struct store_writer *writer, store_commit_fn *committed,
                               void *context);

/* --- Signals: what should be looked at by a person first -----------------------------------------
 */

/* Words that have just come in from a device or a page, before they are anyone's. */
struct store_words {
    enum object_type type; /* comment or reply */
    bool edited;           /* the words are new, the object is not */
    struct uuid id, author_id, device_id;
    struct uuid comment_id; /* of a reply */
    struct uuid space_id, meeting_id;
    struct span title, text, pen_name;
    int32_t lon_e7, lat_e7;           /* of a comment */
    int64_t made_ms, received_ms;     /* made: by the device's clock, 0 without one */
    const struct span *meeting_words; /* the meeting's own list */
    size_t meeting_word_count;
    const struct span *near; /* of a new comment: texts within STORE_NEAR_M, the newest first */
    size_t near_count;
};
enum { STORE_NEAR_M = 50, STORE_NEAR_MAX = 20 };

/* A reason's code, a literal: the words are held until someone has looked; NULL: nothing to see.
 * Runs on the writer's thread inside the transaction: short, and without the store. */
typedef const char *store_signal_fn(void *context, const struct store_words *words);

/* One; before the first submit. The server holds by an operation of its own, in the same commit. */
void store_writer_signal(struct store_writer *writer, store_signal_fn *signal, void *context);

/* Queues the batch. On success `done` runs once, later, on the writer's thread; on failure never.
 */
MUST_CHECK enum err_code store_submit(struct store_writer *writer, const struct store_batch *batch,
                                      store_done_fn *done, void *context, struct err *err);

/* Submits and waits; ret_acks has room for batch->op_count. For commands and tests. */
MUST_CHECK enum err_code store_submit_wait(struct store_writer *writer,
                                           const struct store_batch *batch,
                                           struct store_ack *ret_acks, struct err *err);

/* For metrics. */
struct store_writer_stats {
    uint64_t commits, ops, queued_now, busy_us; /* busy_us: time inside transactions */
};
void store_writer_stats(struct store_writer *writer, struct store_writer_stats *ret);
