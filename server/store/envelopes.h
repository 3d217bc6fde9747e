/*
 * envelopes: the log as other servers are handed it, page by page.
 *
 * Purpose    Operations with the receipt and standing that their first server gave them, erased
 *            ones as what is left of them, refused ones with their reason, receipts that turned
 *            out to be earlier, photos that are ready (sync.md S19).
 * Ownership  Everything lives in the arena handed in.
 * Errors     As store.h.
 */
#pragma once

#include "server/store/peers.h"
#include "server/store/writer.h"

enum { STORE_BUNDLE_MAX = 512, STORE_BUNDLE_BYTES = 1 << 20 };

struct store_photo_hash {
    uint8_t sha256[32];
};

struct store_bundle {
    size_t count;     /* of each of these: */
    struct span *ops; /* the exact bytes; of erased ones what is left */
    struct store_envelope *envelopes;
    struct span *refused; /* why it lies in quarantine; empty: it is in the log */
    struct store_photo_hash *photos;
    size_t photo_count;
    struct store_cursor until; /* of this store: what one has after this page */
    bool more;
};

/* What comes behind `since` (its change, its news), in pages of at most STORE_BUNDLE_MAX envelopes
 * and about STORE_BUNDLE_BYTES. `for_upstream`: without what came from there. */
MUST_CHECK enum err_code store_bundle_since(struct store_reader *reader,
                                            const struct store_cursor *since, bool for_upstream,
                                            struct arena *arena, struct store_bundle *ret,
                                            struct err *err);

/* The operation of a change; nil when there is none. */
MUST_CHECK enum err_code store_change_op(struct store_reader *reader, uint64_t change,
                                         struct uuid *ret, struct err *err);
/* Does `cursor` speak of this store as it is: its server and epoch, a change number that it has
 * given, to that operation? */
MUST_CHECK enum err_code store_cursor_fits(struct store_reader *reader,
                                           const struct store_cursor *cursor, bool *ret,
                                           struct err *err);
/* The newest of everything. */
MUST_CHECK enum err_code store_cursor_newest(struct store_reader *reader, struct store_cursor *ret,
                                             struct err *err);
