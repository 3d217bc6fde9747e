/*
 * comments: what an audience may see of comments and replies.
 *
 * Purpose    One comment, lists, search, points and counts for tiles, streams for clusters and
 *            exports. Everything comes from the views comment_AUDIENCE and reply_AUDIENCE.
 * Order      Lists run from the newest creation to the oldest, by `seq`, the change number of the
 *            comment's creation: it never moves, so a cursor neither skips nor repeats.
 * Units      Longitude and latitude in 1e-7 degrees, of the place the audience may know.
 *            Numbers of kind, channel, hat, status: server/sync/words.h.
 * Ownership  Spans and arrays live in the arena handed in; in callbacks until the callback returns.
 * Errors     ERR_NOT_FOUND also for what the audience may not see. A callback's code other than
 *            ERR_OK stops the stream and is returned.
 */
#pragma once

#include "server/store/store.h"
#include "server/sync/parts.h"

enum store_audience { STORE_PUBLIC, STORE_MEMBER, STORE_STAFF };

/* Who looks. A member sees what is open to all, and what lies in the spaces and meetings of
 * `scopes` (ids joined); the others' scopes are not used. */
struct store_viewer {
    enum store_audience audience;
    struct span scopes;
};
extern const struct store_viewer store_anyone, store_staff;

struct store_photo {
    struct uuid id;
    uint32_t width, height; /* pixels, as the device said */
    uint32_t version;       /* counts redactions */
    uint8_t status;         /* for staff; PUBLIC to all others */
    bool here;       /* it can be shown: its bytes have come, and are covered as they should */
    struct span alt; /* what is on it, in words */
};

struct store_comment {
    struct uuid id;
    uint64_t seq;    /* change number of its creation */
    uint64_t change; /* newest change that touched it, replies and reactions included */
    uint8_t kind, channel, hat, status;
    bool edited;
    bool has_card, has_space;
    struct uuid card_id, space_id; /* nil without */
    struct span card_title;        /* empty: no card, or one not yet known */
    struct span space_name;        /* empty: the city's open space */
    struct span text;              /* empty when masked */
    struct span pen_name;
    struct span building_id; /* empty: on the ground */
    int32_t lon_e7, lat_e7;
    int64_t made_ms; /* as shown: corrected for a wrong clock, never later than its receipt */
    uint32_t agree, disagree, unsure, reply_count;
    uint32_t text_rev, place_rev, kind_rev, card_rev, title_rev;
    struct span title;
    uint8_t mood, shape;
    struct span path, marks; /* parts.h reads them; empty: a point, nothing drawn or read */
    struct uuid meeting_id, quoted_id; /* nil: none */
    struct span source;                /* of OFFICIAL: where the city published it */
    struct store_photo *photos;        /* that the viewer may be shown; */
    size_t photo_count;                /* of store_comments_each: none, ask store_photos_of */
    bool has_photos;                   /* there are some, whatever their state */
    uint32_t precision_m;              /* 0: the place is exact */
    struct span reason, note;          /* of the state; for staff */
};

struct store_reply {
    struct uuid id, comment_id;
    uint64_t seq, change;
    uint8_t channel, hat, status;
    bool edited;
    struct span text, pen_name, source;
    int64_t made_ms;
    uint32_t text_rev;
    struct span reason, note; /* of the state; for staff */
};

MUST_CHECK enum err_code store_comments_find(struct store_reader *reader,
                                             const struct store_viewer *viewer, struct uuid id,
                                             struct arena *arena, struct store_comment *ret,
                                             struct err *err);
/* Oldest first. An empty list when there are none or the comment is not to be seen. */
MUST_CHECK enum err_code store_comments_replies(struct store_reader *reader,
                                                const struct store_viewer *viewer,
                                                struct uuid comment_id, struct arena *arena,
                                                struct store_reply **ret, size_t *ret_count,
                                                struct err *err);

/* What this author last said of the comment; REACTION_NONE and rev 0 when nothing. The next REACT
 * op carries rev + 1. */
MUST_CHECK enum err_code store_reactions_find(struct store_reader *reader, struct uuid comment_id,
                                              struct uuid author_id, uint8_t *ret_value,
                                              uint32_t *ret_rev, struct err *err);

/* Zero fields do not filter. */
struct store_filter {
    bool has_box;
    struct store_box box; /* inclusive, decided by the integers */
    uint32_t kinds;       /* bit n: kind n */
    uint32_t channels;
    uint32_t hats;
    const struct uuid *cards;
    size_t card_count;
    struct span query; /* UTF-8; words between white space must all occur; 1 character is enough */
    uint64_t since;    /* changed after this change number */
    struct uuid meeting, space; /* nil: any */
};
enum { STORE_FILTER_CARDS_MAX = 32, STORE_QUERY_MAX = 200 /* characters */ };

struct store_page {
    struct store_comment *comments;
    size_t count;
    uint64_t next;   /* cursor of the next page; 0: this is the last */
    uint64_t newest; /* newest change number of the store, same snapshot */
};

/* cursor 0: from the start. limit 1–1000. */
MUST_CHECK enum err_code store_comments_list(struct store_reader *reader,
                                             const struct store_viewer *viewer,
                                             const struct store_filter *filter, uint64_t cursor,
                                             size_t limit, struct arena *arena,
                                             struct store_page *ret, struct err *err);

/* All that match, by id, the same order on every server: for exports and clusters. Memory does not
 * grow with their number.
 */
typedef enum err_code store_comment_fn(void *context, const struct store_comment *comment,
                                       struct err *err);
MUST_CHECK enum err_code store_comments_each(struct store_reader *reader,
                                             const struct store_viewer *viewer,
                                             const struct store_filter *filter,
                                             store_comment_fn *each, void *context,
                                             struct err *err);

/* --- Tiles: public comments only ---------------------------------------------------------------
 */

struct store_point {
    struct uuid id, card_id; /* card_id nil without */
    uint64_t seq;
    int32_t x, y; /* world coordinates of tiles/geo/geometry.h */
    int32_t lon_e7, lat_e7;
    uint8_t kind, channel, hat, status;
    uint32_t agree, replies;
    struct span building_id;
};

/* The points of exactly this tile (west and north edge included, east and south not), in an order
 * that is the same each time. Filter: kinds, channels, hats, cards, query; box and since are not
 * used. */
typedef enum err_code store_point_fn(void *context, const struct store_point *point,
                                     struct err *err);
MUST_CHECK enum err_code store_points_in_tile(struct store_reader *reader, uint8_t z, uint32_t x,
                                              uint32_t y, const struct store_filter *filter,
                                              store_point_fn *each, void *context, struct err *err);

/* A line or an area, as the public is shown it. */
struct store_shape {
    struct uuid id;
    uint64_t seq;
    uint8_t kind, hat, shape; /* shape: SHAPE_LINE or SHAPE_AREA */
    struct path path;         /* lives until the callback returns */
};

/* Those whose bounds meet the box, the newest first. Filter: kinds, channels, hats, cards, query;
 * its own box and since are not used. */
typedef enum err_code store_shape_fn(void *context, const struct store_shape *shape,
                                     struct err *err);
MUST_CHECK enum err_code store_shapes_in_box(struct store_reader *reader, struct store_box box,
                                             const struct store_filter *filter,
                                             store_shape_fn *each, void *context, struct err *err);

/* Sums over the cells of a grid 2^(level − z) × 2^(level − z) in the tile; empty cells are left
 * out. z ≤ level ≤ 17, level − z ≤ 6. Without filter, or with kinds alone, read from counts kept up
 * to date, not from points; with kinds the mean place is that of all kinds. */
struct store_cell {
    uint32_t x, y;          /* of the cell: tile numbers at zoom `level` */
    int32_t lon_e7, lat_e7; /* mean place */
    uint32_t count;
    uint32_t by_kind[COMMENT_KIND_END];
};
MUST_CHECK enum err_code store_cells_in_tile(struct store_reader *reader, uint8_t z, uint32_t x,
                                             uint32_t y, uint8_t level,
                                             const struct store_filter *filter, struct arena *arena,
                                             struct store_cell **ret, size_t *ret_count,
                                             struct err *err);
