/*
 * carry: one photo from server to server, and pages into the store; for round and parcel.
 *
 * Purpose    A photo travels as its display variant, named by the hash of what the device sent; the
 *            receiver looks at it as at a stranger's.
 */
#pragma once

#include "server/peer/round.h"

/* *ret_sent false: the city has it, or it is gone here. */
MUST_CHECK enum err_code carry_photo_out(struct peer_round *round,
                                         const struct store_photo_hash *hash, bool *ret_sent,
                                         struct err *err);
/* *ret_taken false: it is here already, it is gone there, or it is no photo of ours. */
MUST_CHECK enum err_code carry_photo_in(struct peer_round *round,
                                        const struct store_photo_hash *hash, bool *ret_taken,
                                        struct err *err);

/* The photo as it is here, and as it has come. */
MUST_CHECK enum err_code carry_read(struct peer_round *round, const struct store_photo_hash *hash,
                                    struct arena *arena, struct span *ret, bool *ret_found,
                                    struct err *err);
MUST_CHECK enum err_code carry_take(struct peer_round *round, const struct store_photo_hash *hash,
                                    struct span display, bool *ret_taken, struct err *err);

MUST_CHECK enum err_code peer_apply_page(struct peer_round *round, struct peer_page *page,
                                         const struct peer_source *source, struct arena *arena,
                                         struct err *err);
