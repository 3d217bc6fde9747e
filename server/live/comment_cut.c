/* Cutting one tile: from rows of the store to the bytes of a vector tile. The cache is in
 * comment_tile.c. */
#include <stdlib.h>

#include "server/live/comment_shape.h"
#include "server/live/comment_tile.h"
#include "tiles/base/varint.h"
#include "tiles/geo/mercator.h"
#include "tiles/mvt/encode.h"

enum { EXTENT_BITS = COMMENT_SHAPE_EXTENT_BITS, EXTENT = 1 << EXTENT_BITS, CELL_LEVEL_MAX = 17 };

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

enum { SHAPE_KEY_ID, SHAPE_KEY_KIND, SHAPE_KEY_HAT };
static const char *const shape_keys[] = {"id", "kind", "hat"};

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

/* Values that come again and again, in the form of the wire; made once a tile. */
enum { NUMBERS_KEPT = 16 };
struct words {
    struct buf bytes;
    struct span kinds[COMMENT_KIND_END], channels[CHANNEL_END], hats[HAT_END];
    struct span numbers[NUMBERS_KEPT];
};

struct cut {
    struct mvt_encode encode;
    struct words words;
    uint8_t z;
    uint32_t x, y;
    uint32_t points, shapes;
    struct arena *arena; /* of one shape */
};

/* The spans hold offsets until all are written, for the buffer moves as it grows. */
static enum err_code keep_value(struct words *words, struct value value, struct span *ret,
                                struct err *err)
{
    const size_t from = words->bytes.len;
    TRY(mvt_encode_value(&words->bytes, &value, err));
    ret->len = words->bytes.len - from;
    return words->bytes.failed ? err_set(err, ERR_NOMEM, "out of memory", 0) : ERR_OK;
}

static void place(const struct words *words, struct span *list, size_t count, size_t *at)
{
    for (size_t i = 0; i < count; i++) {
        list[i].data = words->bytes.data + *at;
        *at += list[i].len;
    }
}

static enum err_code keep_words(struct words *words, struct err *err)
{
    for (unsigned i = 1; i < COMMENT_KIND_END; i++)
        TRY(keep_value(words, text_value(kind_name(i)), &words->kinds[i], err));
    for (unsigned i = 1; i < CHANNEL_END; i++)
        TRY(keep_value(words, text_value(channel_name(i)), &words->channels[i], err));
    for (unsigned i = 1; i < HAT_END; i++)
        TRY(keep_value(words, text_value(hat_name(i)), &words->hats[i], err));
    for (uint32_t i = 0; i < NUMBERS_KEPT; i++)
        TRY(keep_value(words, int_value(i), &words->numbers[i], err));
    size_t at = 0;
    place(words, words->kinds, COMMENT_KIND_END, &at);
    place(words, words->channels, CHANNEL_END, &at);
    place(words, words->hats, HAT_END, &at);
    place(words, words->numbers, NUMBERS_KEPT, &at);
    return ERR_OK;
}

/* A text value of 36 characters: one byte of tag, one of length. */
enum { ID_VALUE = 2 + UUID_TEXT };
static struct span id_value(struct uuid id, uint8_t room[ID_VALUE + 1])
{
    room[0] = MVT_VALUE_STRING;
    room[1] = UUID_TEXT;
    uuid_text(id, (char *)room + 2);
    return span_of(room, ID_VALUE);
}

static struct span number_value(struct cut *cut, uint32_t number, uint8_t room[1 + VARINT_MAX])
{
    if (number < NUMBERS_KEPT)
        return cut->words.numbers[number];
    room[0] = MVT_VALUE_UINT;
    return span_of(room, 1 + varint_put(room + 1, number));
}

/* A point on the wire: MoveTo once, two zigzag steps (MVT 2.1, section 4.3). */
static struct span point_geometry(const struct cut *cut, const struct store_point *point,
                                  uint8_t room[1 + 2 * VARINT_MAX])
{
    size_t len = 0;
    room[len++] = 1 << 3 | 1;
    len += varint_put(room + len, zigzag_from_int(unit_from_world(cut->z, point->x)));
    len += varint_put(room + len, zigzag_from_int(unit_from_world(cut->z, point->y)));
    return span_of(room, len);
}

static enum err_code add_point(void *context, const struct store_point *point, struct err *err)
{
    struct cut *cut = context;
    const struct words *words = &cut->words;
    if (cut->points++ == COMMENT_TILE_POINTS_MAX)
        return err_set(err, ERR_TOO_LARGE, "the tile has too many comments", 0);
    if (point->kind >= COMMENT_KIND_END || point->hat >= HAT_END || point->channel >= CHANNEL_END)
        return err_set(err, ERR_CHECKSUM, "a point is damaged: run kakikomap check", point->seq);
    uint8_t id[ID_VALUE + 1], card[ID_VALUE + 1], agree[1 + VARINT_MAX], replies[1 + VARINT_MAX];
    uint8_t at[1 + 2 * VARINT_MAX], building[STORE_BUILDING_ID_MAX + 1 + VARINT_MAX];
    struct mvt_raw_tag tags[LENGTH(point_keys)];
    uint32_t count = 0;
    tags[count++] = (struct mvt_raw_tag){KEY_ID, id_value(point->id, id)};
    tags[count++] = (struct mvt_raw_tag){KEY_KIND, words->kinds[point->kind]};
    if (!uuid_is_nil(point->card_id))
        tags[count++] = (struct mvt_raw_tag){KEY_CARD, id_value(point->card_id, card)};
    tags[count++] = (struct mvt_raw_tag){KEY_HAT, words->hats[point->hat]};
    tags[count++] = (struct mvt_raw_tag){KEY_CHANNEL, words->channels[point->channel]};
    tags[count++] = (struct mvt_raw_tag){KEY_AGREE, number_value(cut, point->agree, agree)};
    tags[count++] = (struct mvt_raw_tag){KEY_REPLIES, number_value(cut, point->replies, replies)};
    if (point->building_id.len && point->building_id.len <= STORE_BUILDING_ID_MAX) {
        building[0] = MVT_VALUE_STRING;
        size_t len = 1 + varint_put(building + 1, point->building_id.len);
        memcpy(building + len, point->building_id.data, point->building_id.len);
        len += point->building_id.len;
        tags[count++] = (struct mvt_raw_tag){KEY_BUILDING, span_of(building, len)};
    }
    return mvt_encode_raw_feature(&cut->encode,
                                  &(struct mvt_raw_feature){
                                      .id = point->seq,
                                      .has_id = true,
                                      .type = GEO_POINT,
                                      .tag_count = count,
                                      .tags = tags,
                                      .geometry = point_geometry(cut, point, at),
                                  },
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

static enum err_code add_shape(void *context, const struct store_shape *shape, struct err *err)
{
    struct cut *cut = context;
    if (shape->kind >= COMMENT_KIND_END || shape->hat >= HAT_END)
        return err_set(err, ERR_CHECKSUM, "a shape is damaged: run kakikomap check", shape->seq);
    struct geometry geometry;
    arena_reset(cut->arena);
    TRY(comment_shape_in_tile(&shape->path, shape->shape == SHAPE_AREA, cut->z, cut->x, cut->y,
                              cut->arena, &geometry, err));
    if (geometry.type == GEO_NONE)
        return ERR_OK;
    if (cut->shapes++ == COMMENT_TILE_SHAPES_MAX)
        return err_set(err, ERR_TOO_LARGE, "the tile has too many lines and areas", 0);
    char id[UUID_TEXT + 1];
    uuid_text(shape->id, id);
    const struct mvt_tag tags[] = {
        {SHAPE_KEY_ID, text_value(id)},
        {SHAPE_KEY_KIND, text_value(kind_name(shape->kind))},
        {SHAPE_KEY_HAT, text_value(hat_name(shape->hat))},
    };
    return mvt_encode_feature(&cut->encode,
                              &(struct mvt_feature){.id = shape->seq,
                                                    .has_id = true,
                                                    .tag_count = LENGTH(tags),
                                                    .tags = tags,
                                                    .geometry = geometry},
                              err);
}

/* What the tile and its buffer cover, and no less: the index narrows, the cut decides. */
static struct store_box box_around(const struct cut *cut)
{
    const struct geo_box world = comment_shape_box(cut->z, cut->x, cut->y);
    struct store_box box;
    mercator_e7_from_world(world.min, &box.min_lon_e7, &box.max_lat_e7);
    mercator_e7_from_world(world.max, &box.max_lon_e7, &box.min_lat_e7);
    enum { ROUNDING_E7 = 2 }; /* a world unit is less than 1e-7 degrees */
    box.min_lon_e7 -= ROUNDING_E7;
    box.min_lat_e7 -= ROUNDING_E7;
    box.max_lon_e7 += ROUNDING_E7;
    box.max_lat_e7 += ROUNDING_E7;
    return box;
}

static enum err_code cut_shapes(struct cut *cut, struct store_reader *reader,
                                const struct store_filter *filter, struct err *err)
{
    struct err fault = {0};
    TRY(mvt_encode_begin_layer(&cut->encode, "comment_shape", EXTENT, shape_keys,
                               LENGTH(shape_keys), err));
    const enum err_code code =
        store_shapes_in_box(reader, box_around(cut), filter, add_shape, cut, &fault);
    /* So deep that there are no cells: the newest of them. */
    const bool is_full = cut->shapes > COMMENT_TILE_SHAPES_MAX && cut->z > CELL_LEVEL_MAX;
    if (code != ERR_OK && !is_full)
        return err_set(err, code, fault.what, fault.at);
    return mvt_encode_end_layer(&cut->encode, err);
}

static enum err_code cut_single(struct cut *cut, struct store_reader *reader,
                                const struct store_filter *filter, struct err *err)
{
    TRY(keep_words(&cut->words, err));
    TRY(mvt_encode_begin_layer(&cut->encode, "comment", EXTENT, point_keys, LENGTH(point_keys),
                               err));
    TRY(store_points_in_tile(reader, cut->z, cut->x, cut->y, filter, add_point, cut, err));
    TRY(mvt_encode_end_layer(&cut->encode, err));
    return cut_shapes(cut, reader, filter, err);
}

static enum err_code cut_cells(struct cut *cut, struct store_reader *reader,
                               const struct store_filter *filter, struct arena *arena,
                               struct err *err)
{
    const uint8_t wanted = (uint8_t)(cut->z + COMMENT_TILE_CELL_BITS);
    const uint8_t level = wanted < CELL_LEVEL_MAX ? wanted : CELL_LEVEL_MAX;
    struct store_cell *cells = NULL;
    size_t count = 0;
    TRY(store_cells_in_tile(reader, cut->z, cut->x, cut->y, level, filter, arena, &cells, &count,
                            err));
    if (count)
        qsort(cells, count, sizeof(*cells), compare_cells);
    TRY(mvt_encode_begin_layer(&cut->encode, "comment", EXTENT, cell_keys, LENGTH(cell_keys), err));
    for (size_t i = 0; i < count; i++)
        TRY(add_cell(cut, &cells[i], err));
    return mvt_encode_end_layer(&cut->encode, err);
}

static enum err_code cut_tile(struct cut *cut, struct store_reader *reader,
                              const struct store_filter *filter, struct arena *arena,
                              struct err *err)
{
    mvt_encode_begin_tile(&cut->encode);
    if (cut->z < COMMENT_TILE_POINTS_Z)
        return cut_cells(cut, reader, filter, arena, err);
    const enum err_code code = cut_single(cut, reader, filter, err);
    const bool crowded = code == ERR_TOO_LARGE && (cut->points > COMMENT_TILE_POINTS_MAX ||
                                                   cut->shapes > COMMENT_TILE_SHAPES_MAX);
    if (!crowded || cut->z > CELL_LEVEL_MAX)
        return code;
    mvt_encode_done(&cut->encode);
    mvt_encode_init(&cut->encode);
    mvt_encode_begin_tile(&cut->encode);
    return cut_cells(cut, reader, filter, arena, err);
}

enum err_code comment_tile_cut(struct store_reader *reader, uint8_t z, uint32_t x, uint32_t y,
                               const struct store_filter *filter, struct buf *out, struct err *err)
{
    if (z > COMMENT_TILE_MAX_Z || x >> z || y >> z)
        return err_set(err, ERR_NOT_FOUND, "there is no such tile at this zoom", 0);
    struct arena arena;
    struct cut cut = {.z = z, .x = x, .y = y, .arena = &arena};
    mvt_encode_init(&cut.encode);
    buf_init(&cut.words.bytes);
    arena_init(&arena, 0);
    enum err_code code = cut_tile(&cut, reader, filter, &arena, err);
    if (code == ERR_OK) {
        buf_add(out, mvt_encode_bytes(&cut.encode));
        if (out->failed)
            code = err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    arena_done(&arena);
    buf_done(&cut.words.bytes);
    mvt_encode_done(&cut.encode);
    return code;
}
