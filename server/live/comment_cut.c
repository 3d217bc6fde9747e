/* Cutting one tile: from rows of the store to the bytes of a vector tile. The cache is in
 * comment_tile.c. */
#include <stdlib.h>

#include "server/live/comment_tile.h"
#include "tiles/geo/mercator.h"
#include "tiles/mvt/encode.h"

enum { EXTENT_BITS = 12, EXTENT = 1 << EXTENT_BITS, CELL_LEVEL_MAX = 17 };

enum { KEY_ID, KEY_KIND, KEY_CARD, KEY_HAT, KEY_CHANNEL, KEY_AGREE, KEY_REPLIES, KEY_BUILDING };
static const char *const point_keys[] = {
    "id", "kind", "card", "hat", "channel", "agree", "replies", "building_id",
};

/* A kind's number is its key; 0 is the sum. */
static const char *const cell_keys[] = {
    "count",
#define KIND(code, number, name, label) [number] = name,
#include "server/sync/words.def"
};

static int32_t unit_from_world(uint8_t z, int32_t world)
{
    const uint64_t in_tile = (uint64_t)((uint32_t)world ^ 0x80000000U)
                             << z; /* the tile's number stands above bit 31 now */
    return (int32_t)((in_tile & UINT32_MAX) >> (GEO_WORLD_BITS - EXTENT_BITS));
}

static struct geometry point_at(const struct geo_xy *at)
{
    static const uint32_t one = 1;
    return (struct geometry){
        .type = GEO_POINT, .part_count = 1, .vertex_count = 1, .part_sizes = &one, .vertices = at};
}

static struct value text_value(const char *text)
{
    return (struct value){.type = VALUE_STRING, .string = span_from_str(text)};
}

static struct value int_value(uint32_t number)
{
    return (struct value){.type = VALUE_INT, .integer = number};
}

struct cut {
    struct mvt_encode encode;
    uint8_t z;
    uint32_t points;
};

static enum err_code add_point(void *context, const struct store_point *point, struct err *err)
{
    struct cut *cut = context;
    if (cut->points++ == COMMENT_TILE_POINTS_MAX)
        return err_set(err, ERR_TOO_LARGE, "the tile has too many comments", 0);
    char id[UUID_TEXT + 1], card[UUID_TEXT + 1];
    struct mvt_tag tags[LENGTH(point_keys)];
    uint32_t count = 0;
    uuid_text(point->id, id);
    tags[count++] = (struct mvt_tag){KEY_ID, text_value(id)};
    tags[count++] = (struct mvt_tag){KEY_KIND, text_value(kind_name(point->kind))};
    if (!uuid_is_nil(point->card_id)) {
        uuid_text(point->card_id, card);
        tags[count++] = (struct mvt_tag){KEY_CARD, text_value(card)};
    }
    tags[count++] = (struct mvt_tag){KEY_HAT, text_value(hat_name(point->hat))};
    tags[count++] = (struct mvt_tag){KEY_CHANNEL, text_value(channel_name(point->channel))};
    tags[count++] = (struct mvt_tag){KEY_AGREE, int_value(point->agree)};
    tags[count++] = (struct mvt_tag){KEY_REPLIES, int_value(point->replies)};
    if (point->building_id.len)
        tags[count++] =
            (struct mvt_tag){KEY_BUILDING, {.type = VALUE_STRING, .string = point->building_id}};
    const struct geo_xy at = {unit_from_world(cut->z, point->x), unit_from_world(cut->z, point->y)};
    return mvt_encode_feature(&cut->encode,
                              &(struct mvt_feature){.id = point->seq,
                                                    .has_id = true,
                                                    .tag_count = count,
                                                    .tags = tags,
                                                    .geometry = point_at(&at)},
                              err);
}

static enum err_code add_cell(struct cut *cut, const struct store_cell *cell, struct err *err)
{
    struct mvt_tag tags[LENGTH(cell_keys)];
    uint32_t count = 0;
    tags[count++] = (struct mvt_tag){0, int_value(cell->count)};
    for (uint32_t kind = 1; kind < COMMENT_KIND_END; kind++)
        if (cell->by_kind[kind])
            tags[count++] = (struct mvt_tag){kind, int_value(cell->by_kind[kind])};
    struct geo_xy world;
    if (!mercator_world_from_e7(cell->lon_e7, cell->lat_e7, &world))
        return err_set(err, ERR_INTERNAL, "a cell's mean place is no place", 0);
    const struct geo_xy at = {unit_from_world(cut->z, world.x), unit_from_world(cut->z, world.y)};
    return mvt_encode_feature(
        &cut->encode,
        &(struct mvt_feature){.tag_count = count, .tags = tags, .geometry = point_at(&at)}, err);
}

static int compare_cells(const void *left, const void *right)
{
    const struct store_cell *a = left, *b = right;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    return a->x < b->x ? -1 : a->x > b->x;
}

static enum err_code cut_points(struct cut *cut, struct store_reader *reader, uint32_t x,
                                uint32_t y, const struct store_filter *filter, struct err *err)
{
    TRY(mvt_encode_begin_layer(&cut->encode, "comment", EXTENT, point_keys, LENGTH(point_keys),
                               err));
    TRY(store_points_in_tile(reader, cut->z, x, y, filter, add_point, cut, err));
    return mvt_encode_end_layer(&cut->encode, err);
}

static enum err_code cut_cells(struct cut *cut, struct store_reader *reader, uint32_t x, uint32_t y,
                               const struct store_filter *filter, struct arena *arena,
                               struct err *err)
{
    const uint8_t wanted = (uint8_t)(cut->z + COMMENT_TILE_CELL_BITS);
    const uint8_t level = wanted < CELL_LEVEL_MAX ? wanted : CELL_LEVEL_MAX;
    struct store_cell *cells = NULL;
    size_t count = 0;
    TRY(store_cells_in_tile(reader, cut->z, x, y, level, filter, arena, &cells, &count, err));
    if (count)
        qsort(cells, count, sizeof(*cells), compare_cells);
    TRY(mvt_encode_begin_layer(&cut->encode, "comment", EXTENT, cell_keys, LENGTH(cell_keys), err));
    for (size_t i = 0; i < count; i++)
        TRY(add_cell(cut, &cells[i], err));
    return mvt_encode_end_layer(&cut->encode, err);
}

static enum err_code cut_tile(struct cut *cut, struct store_reader *reader, uint32_t x, uint32_t y,
                              const struct store_filter *filter, struct arena *arena,
                              struct err *err)
{
    mvt_encode_begin_tile(&cut->encode);
    if (cut->z < COMMENT_TILE_POINTS_Z)
        return cut_cells(cut, reader, x, y, filter, arena, err);
    const enum err_code code = cut_points(cut, reader, x, y, filter, err);
    const bool crowded = code == ERR_TOO_LARGE && cut->points > COMMENT_TILE_POINTS_MAX;
    if (!crowded || cut->z > CELL_LEVEL_MAX)
        return code;
    mvt_encode_done(&cut->encode);
    mvt_encode_init(&cut->encode);
    mvt_encode_begin_tile(&cut->encode);
    return cut_cells(cut, reader, x, y, filter, arena, err);
}

enum err_code comment_tile_cut(struct store_reader *reader, uint8_t z, uint32_t x, uint32_t y,
                               const struct store_filter *filter, struct buf *out, struct err *err)
{
    if (z > COMMENT_TILE_MAX_Z || x >> z || y >> z)
        return err_set(err, ERR_NOT_FOUND, "there is no such tile at this zoom", 0);
    struct cut cut = {.z = z};
    struct arena arena;
    mvt_encode_init(&cut.encode);
    arena_init(&arena, 0);
    enum err_code code = cut_tile(&cut, reader, x, y, filter, &arena, err);
    if (code == ERR_OK) {
        buf_add(out, mvt_encode_bytes(&cut.encode));
        if (out->failed)
            code = err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    arena_done(&arena);
    mvt_encode_done(&cut.encode);
    return code;
}
