/*
 * album: the photos of a data folder as an exchange sees them.
 *
 * Ownership  Borrows store and photos. Photos NULL: another process keeps them; they can be read
 *            here, but not taken: ERR_BUSY.
 */
#pragma once

#include "server/peer/round.h"

struct photos;

struct peer_album {
    struct store *store;
    struct photos *keeper;
    struct peer_photos photos;
};

void peer_album_init(struct peer_album *album, struct store *store, struct photos *keeper);
