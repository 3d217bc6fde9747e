/*
 * parcel: what goes between two folders on a stick, both ways in one file (sync.md S24).
 *
 * Purpose    A venue writes what the city lacks; the city reads it and puts its answer in the same
 *            place: what it has now, and what the venue lacks. Each reads the other's, never its
 *            own.
 * Stale      An answer to an older file, or from before the city was put back, is read for its
 *            operations; what it says of cursors counts only when it is of the city that is known,
 *            or answers the file that was written last.
 * Errors     As file.h; ERR_INVALID a file of another municipality; ERR_CONFLICT as round.h.
 */
#pragma once

#include "server/peer/round.h"

struct peer_parcel {
    struct peer_round round;    /* without a client */
    const struct peer_key *key; /* the upstream's, or the peer's */
    bool upstream;              /* the other side is our city */
    struct uuid peer_id;        /* else: which peer */
    enum standing role;
};

/* Who wrote it? *ret_own: we did. */
MUST_CHECK enum err_code peer_parcel_is_own(struct peer_parcel *parcel, const char *path,
                                            bool *ret_own, struct err *err);

/* What of the file the answer needs. */
struct peer_parcel_answer {
    struct uuid file_id;          /* of the file that was read; nil: none was */
    struct store_cursor of_us;    /* what the other side has of us, as it says */
    struct uuid server_id, epoch; /* of the other side */
};
MUST_CHECK enum err_code peer_parcel_read(struct peer_parcel *parcel, const char *path,
                                          struct peer_parcel_answer *ret, struct err *err);
MUST_CHECK enum err_code peer_parcel_write(struct peer_parcel *parcel, const char *path,
                                           const struct peer_parcel_answer *answer,
                                           uint64_t *ret_bytes, struct err *err);
