/*
 * tileset: one open archive that is served, with the answers to its hot tiles kept ready.
 *
 * Purpose    A tile is sent from the mapped file as it lies there: neither unpacked nor copied.
 * Invariants 1. An answer holds a reference to its tile set: the file stays mapped until the last
 *               byte has left, also when another edition has taken the name.
 *            2. At most TILESET_HOT answers are kept; a newer one takes the place of an older one,
 *               so memory is bounded whatever is asked for.
 *            3. Equal tiles share one answer.
 * ETag       128 bits of the tile's content: a tile that a new edition did not change is still 304.
 * Threads    Any, after tileset_open.
 */
#pragma once

#include "server/http/message.h"
#include "server/store/layers.h"
#include "tiles/archive/header.h"
#include "tiles/archive/tile_id.h"

enum { TILESET_HOT = 8192 }; /* answers; about 1.5 kB each with what the sender prepares */

struct tileset;

/* What the store says of an archive, copied. */
struct tileset_about {
    const char *name, *edition;
    char version[17]; /* hex digits that change with the content */
    uint64_t bytes;
    int64_t made_ms;
    const struct archive_header *header;
    struct span metadata; /* JSON */
};

MUST_CHECK enum err_code tileset_open(const char *path, const struct store_layer *row,
                                      struct tileset **ret, struct err *err);
struct tileset *tileset_ref(struct tileset *tileset);
void tileset_unref(struct tileset *tileset);
/* Lets go of the kept answers and of the owner's reference: another edition has come. */
void tileset_retire(struct tileset *tileset);
DEFINE_CLEANUP(struct tileset, tileset_unref)
DEFINE_CLEANUP(struct tileset, tileset_retire)

struct tileset_about tileset_about(const struct tileset *tileset);
bool tileset_is(const struct tileset *tileset, const struct store_layer *row);

/* A reference for http_send_body, or NULL in *ret where the archive has no tile. `immutable`: the
 * address names this edition, so the answer may be kept for good. ERR_NOT_FOUND when there is no
 * such tile in the pyramid, or its zoom is not in the archive. */
MUST_CHECK enum err_code tileset_tile(struct tileset *tileset, struct tile tile, bool immutable,
                                      struct http_body **ret, struct err *err);
/* The whole archive; a reference. */
MUST_CHECK enum err_code tileset_pack(struct tileset *tileset, struct http_body **ret,
                                      struct err *err);

/* Devices take a pack in pieces of this size, the last one shorter, each checked by its hash. */
enum { TILESET_PIECE = 256 * 1024, TILESET_PIECE_HASH = 32 };

/* SHA-256 of each piece in its order; borrowed from the tile set. Computed at the first call of an
 * edition (about two seconds a gigabyte). */
MUST_CHECK enum err_code tileset_pieces(struct tileset *tileset, struct span *ret_hashes,
                                        struct err *err);
