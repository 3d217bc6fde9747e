/*
 * cursor: how far one server has come in what another one holds.
 *
 * Purpose    What comes from another server and how far it reaches are written together, in the
 *            writer's transaction: a stop anywhere leaves both or neither (sync.md S20).
 */
#pragma once

#include "tiles/base/uuid.h"

/* In a server's epoch: everything up to `change` and up to `news`. */
struct store_cursor {
    struct uuid server_id, epoch; /* nil: nothing yet */
    uint64_t change, news;
    struct uuid op_id; /* of `change`; nil with 0 */
};

enum store_stride_kind {
    STORE_STRIDE_PEER,     /* a peer has brought it */
    STORE_STRIDE_UPSTREAM, /* we have fetched it from the city */
};

/* What a batch of another server moves, besides its operations. */
struct store_stride {
    enum store_stride_kind kind;
    struct uuid peer_id;       /* of PEER */
    struct store_cursor until; /* of the other server: what we have after this batch */
    bool holds;                /* it does not go on where we were: no cursor moves */
};
