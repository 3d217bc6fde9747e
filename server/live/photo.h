/*
 * photo: tells open pages that a photo's bytes are here.
 *
 * Purpose    Words come first, and a page shows a comment before its photo can be shown. That the
 *            bytes have come is no change of the log, so it is told by itself: to everybody where
 *            anyone may see the photo, and to who listens to the meeting it belongs to.
 * Threads    The workers' of server/photo.
 */
#pragma once

#include "server/store/blobs.h"

/* A photo_placed_fn; context is the struct live_hub. */
void live_photo_placed(void *hub, struct store_reader *reader, const struct sha256 *sha256);
