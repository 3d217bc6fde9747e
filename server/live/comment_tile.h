/*
 * comment_tile: the comments of one tile as MVT, cut on request and kept until a change touches it.
 *
 * Purpose    A comment is on the map of everyone as soon as it is acknowledged, and a tile that
 *            nothing has touched is never cut twice while there is room.
 * Content    Layer "comment", extent 4096. From COMMENT_TILE_POINTS_Z on a point each: id, kind,
 *            card, hat, channel, agree, replies, building_id (feature id: the comment's `seq`).
 *            Below, grid cells: count and, where not 0, the count of each kind. A tile of more than
 *            COMMENT_TILE_POINTS_MAX points shows cells too, so that nothing is left out unsaid.
 *            Exactly the points of the tile, without a buffer. Equal content, equal bytes.
 *            Layer "comment_shape", beside points: lines and areas with id, kind and hat (feature
 *            id: seq), the newest first, as comment_shape.h cuts them. Of more than
 *            COMMENT_TILE_SHAPES_MAX the tile shows cells; where there are none (beyond z 17), the
 *            newest.
 * Invariants C1 A request that begins after comment_tiles_changed has returned never gets a tile
 *               read before that change.
 *            C2 Only tiles at the old and the new place of a change are dropped, at every zoom;
 *               of a line or area those that its bounds reach into, too.
 *            C3 Requests for one tile and filter that wait for the same cut share it.
 *            C4 The bytes kept stay below the limit; those used least recently go first.
 * ETag       128 bits of the content, so a tile cut again to the same bytes is still 304.
 * Threads    All functions from any thread; `reader` belongs to the caller's thread.
 */
#pragma once

#include "server/http/message.h"
#include "server/store/comments.h"
#include "server/store/writer.h"
#include "tiles/base/buf.h"

enum {
    COMMENT_TILE_MAX_Z = 22,
    COMMENT_TILE_POINTS_Z = 14,
    COMMENT_TILE_CELL_BITS = 4, /* 16 × 16 cells a tile: 32 pixels of a 512-pixel tile each */
    COMMENT_TILE_POINTS_MAX = 50000,
    COMMENT_TILE_SHAPES_MAX = 2000,
    /* What the sender keeps of a body once sent, counted in advance: an estimate of one prepared
     * response of libmicrohttpd 0.9.75 with its headers. */
    COMMENT_TILE_PREPARED_BYTES = 1400,
};

struct comment_tiles;

/* `limit` in bytes of memory that cached tiles may use, all told. */
MUST_CHECK enum err_code comment_tiles_open(size_t limit, struct comment_tiles **ret,
                                            struct err *err);
void comment_tiles_close(struct comment_tiles *tiles);
DEFINE_CLEANUP(struct comment_tiles, comment_tiles_close)

/* A reference for http_send_body, or NULL in *ret when the tile has nothing to show. The filter's
 * box and since are not used. ERR_NOT_FOUND when there is no such tile in the pyramid. */
MUST_CHECK enum err_code comment_tiles_get(struct comment_tiles *tiles, struct store_reader *reader,
                                           uint8_t z, uint32_t x, uint32_t y,
                                           const struct store_filter *filter,
                                           struct http_body **ret, struct err *err);

/* A store_listener_fn; context is the struct comment_tiles. */
void comment_tiles_changed(void *context, const struct store_event *events, size_t count);

struct comment_tiles_stats {
    uint64_t hits, joined, cuts, dropped, evicted;
    size_t bytes, entries, limit;
};
void comment_tiles_stats(struct comment_tiles *tiles, struct comment_tiles_stats *ret);

/* The uncompressed tile without any cache, appended to `out`; nothing when it is empty. */
MUST_CHECK enum err_code comment_tile_cut(struct store_reader *reader, uint8_t z, uint32_t x,
                                          uint32_t y, const struct store_filter *filter,
                                          struct buf *out, struct err *err);
