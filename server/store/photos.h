/*
 * photos: which photos of a comment an audience may be shown.
 *
 * Purpose    What the log says of photos; the bytes are blobs.h. A comment read with an arena
 *            (comments.h) has its photos with it.
 * Order      By position, then id: the same on every server.
 * Ownership  Lists live in the arena.
 * Errors     As store.h.
 */
#pragma once

#include "server/store/comments.h"

MUST_CHECK enum err_code store_photos_of(struct store_reader *reader,
                                         const struct store_viewer *viewer, struct uuid comment_id,
                                         struct arena *arena, struct store_photo **ret,
                                         size_t *ret_count, struct err *err);
