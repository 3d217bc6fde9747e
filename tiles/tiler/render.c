#include "tiles/tiler/render.h"

#include "tiles/archive/tile_id.h"
#include "tiles/base/varint.h"
#include "tiles/geo/clip.h"
#include "tiles/geo/grid.h"
#include "tiles/geo/repair.h"
#include "tiles/geo/ring.h"
#include "tiles/tiler/city.h"
#include "tiles/tiler/cut.h"

enum { EXTENT = 1 << RENDER_EXTENT_BITS };

/* A quarter of a pixel of a tile drawn 512 pixels wide. */
static const double tolerance_units = EXTENT / 512.0 / 4;

struct drawing {
    const struct feature *feature;
    struct geometry world; /* with the roles beside it */
    const bool *holes;     /* polygons only */
    const double *ranks;   /* NULL: not simplified */
    unsigned zoom;
};

void render_init(struct render *render, const struct render_options *options)
{
    *render = (struct render){.options = *options};
    arena_init(&render->arena, 0);
    arena_init(&render->tile_arena, 0);
    buf_init(&render->bytes);
    buf_init(&render->pieces);
    buf_init(&render->values);
    buf_init(&render->tags);
}

void render_done(struct render *render)
{
    arena_done(&render->arena);
    arena_done(&render->tile_arena);
    buf_done(&render->bytes);
    buf_done(&render->pieces);
    buf_done(&render->values);
    buf_done(&render->tags);
}

unsigned render_min_zoom(const struct feature *feature)
{
    return feature->min_zoom ? feature->min_zoom : city_layer_min_zoom(feature->layer);
}

uint32_t render_layer_keys(enum city_layer layer, const char *ret[CITY_KEY_COUNT])
{
    uint32_t count = 0;
    for (unsigned key = 0; key < CITY_KEY_COUNT; key++)
        if (city_key_layer((enum city_key)key) == layer)
            ret[count++] = city_key_name((enum city_key)key);
    return count;
}

static uint32_t number_in_layer(enum city_key key)
{
    uint32_t number = 0;
    for (unsigned before = 0; before < key; before++)
        number += city_key_layer((enum city_key)before) == city_key_layer(key);
    return number;
}

/* ---- attributes ---- */

/* The tags shown at a zoom: count, then key, length and value of each. */
static enum err_code write_tags(struct render *render, const struct feature *feature, unsigned zoom,
                                struct err *err)
{
    buf_clear(&render->tags);
    buf_clear(&render->values);
    uint32_t count = 0;
    for (uint32_t i = 0; i < feature->tag_count && count < PIECE_TAGS_MAX; i++) {
        const struct feature_tag *tag = &feature->tags[i];
        const bool is_due =
            render->options.keys_at_all_zooms || zoom >= city_key_min_zoom(tag->key);
        if (tag->value.type == VALUE_NULL || !is_due || (render->options.skip_keys >> tag->key & 1))
            continue;
        const size_t start = render->values.len;
        TRY(mvt_encode_value(&render->values, &tag->value, err));
        buf_add_varint(&render->tags, number_in_layer(tag->key));
        buf_add_varint(&render->tags, render->values.len - start);
        buf_add(&render->tags, span_of(render->values.data + start, render->values.len - start));
        count++;
    }
    /* The count goes in front; it is small, so the move is too. */
    uint8_t head[VARINT_MAX];
    const size_t head_len = varint_put(head, count);
    const size_t len = render->tags.len;
    if (!buf_reserve(&render->tags, head_len))
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    memmove(render->tags.data + head_len, render->tags.data, len);
    memcpy(render->tags.data, head, head_len);
    render->tags.len = len + head_len;
    return ERR_OK;
}

bool render_piece_read(struct span piece, struct mvt_raw_tag room[PIECE_TAGS_MAX],
                       struct mvt_raw_feature *ret)
{
    uint64_t id, type, count;
    if (!varint_take(&piece, &id) || !varint_take(&piece, &type) || !varint_take(&piece, &count) ||
        count > PIECE_TAGS_MAX)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t key, len;
        if (!varint_take(&piece, &key) || !varint_take(&piece, &len) || len > piece.len)
            return false;
        room[i] = (struct mvt_raw_tag){(uint32_t)key, span_of(piece.data, (size_t)len)};
        piece.data += len;
        piece.len -= (size_t)len;
    }
    *ret = (struct mvt_raw_feature){
        .id = id,
        .has_id = id != 0,
        .type = (enum geo_type)type,
        .tag_count = (uint32_t)count,
        .tags = room,
        .geometry = piece,
    };
    return true;
}

/* ---- pieces ---- */

/* Place of a point of the tile on a Hilbert curve of 4096 × 4096 cells. */
static uint64_t order_in_tile(struct geo_box box)
{
    int64_t x = ((int64_t)box.min.x + box.max.x) / 2, y = ((int64_t)box.min.y + box.max.y) / 2;
    x = x < 0 ? 0 : x >= EXTENT ? EXTENT - 1 : x;
    y = y < 0 ? 0 : y >= EXTENT ? EXTENT - 1 : y;
    uint64_t id = 0;
    const struct tile cell = {RENDER_EXTENT_BITS, (uint32_t)x, (uint32_t)y};
    if (tile_id_from_tile(cell, &id, NULL) != ERR_OK)
        return 0;
    return id - tile_id_first(RENDER_EXTENT_BITS);
}

/* `geometry` in units of the zoom's whole grid; moved into the tile here. */
static enum err_code add_piece(struct render *render, const struct drawing *drawing,
                               struct tile tile, const struct geometry *geometry, struct err *err)
{
    struct geo_xy *moved = ARENA_ARRAY(&render->tile_arena, struct geo_xy, geometry->vertex_count);
    if (!moved)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const int32_t left = (int32_t)(tile.x << RENDER_EXTENT_BITS);
    const int32_t top = (int32_t)(tile.y << RENDER_EXTENT_BITS);
    for (uint32_t i = 0; i < geometry->vertex_count; i++)
        moved[i] = (struct geo_xy){geometry->vertices[i].x - left, geometry->vertices[i].y - top};
    struct geometry in_tile = *geometry;
    in_tile.vertices = moved;
    uint64_t id;
    TRY(tile_id_from_tile(tile, &id, err));
    const struct render_piece piece = {
        .key = id << PIECE_TILE_SHIFT | (uint64_t)drawing->feature->layer << PIECE_LAYER_SHIFT |
               order_in_tile(geo_box_of(moved, geometry->vertex_count)),
        .offset = (uint32_t)render->bytes.len,
    };
    buf_add_varint(&render->bytes, drawing->feature->id);
    buf_add_byte(&render->bytes, (uint8_t)geometry->type);
    buf_add(&render->bytes, buf_span(&render->tags));
    TRY(mvt_encode_geometry(&render->bytes, &in_tile, err));
    if (render->bytes.len > UINT32_MAX)
        return err_set(err, ERR_TOO_LARGE, "a feature has too many pieces", 0);
    struct render_piece done = piece;
    done.len = (uint32_t)(render->bytes.len - piece.offset);
    buf_add(&render->pieces, span_of(&done, sizeof done));
    return render->bytes.failed || render->pieces.failed
               ? err_set(err, ERR_NOMEM, "out of memory", 0)
               : ERR_OK;
}

struct tile_range {
    int32_t x0, y0, x1, y1; /* inclusive */
};

static int32_t tile_floor(int64_t units)
{
    return (int32_t)(units >> RENDER_EXTENT_BITS); /* arithmetic shift: floor */
}

static struct tile_range tiles_near(struct geo_box box, int32_t buffer, unsigned zoom)
{
    const int32_t last = (int32_t)((1U << zoom) - 1);
    struct tile_range range = {
        tile_floor((int64_t)box.min.x - buffer), tile_floor((int64_t)box.min.y - buffer),
        tile_floor((int64_t)box.max.x + buffer), tile_floor((int64_t)box.max.y + buffer)};
    range.x0 = range.x0 < 0 ? 0 : range.x0;
    range.y0 = range.y0 < 0 ? 0 : range.y0;
    range.x1 = range.x1 > last ? last : range.x1;
    range.y1 = range.y1 > last ? last : range.y1;
    return range;
}

static struct geo_box tile_box(int32_t x0, int32_t y0, int32_t x1, int32_t y1, int32_t buffer)
{
    return (struct geo_box){
        {(x0 << RENDER_EXTENT_BITS) - buffer, (y0 << RENDER_EXTENT_BITS) - buffer},
        {((x1 + 1) << RENDER_EXTENT_BITS) + buffer, ((y1 + 1) << RENDER_EXTENT_BITS) + buffer},
    };
}

static enum err_code cut_to_tiles(struct render *render, const struct drawing *drawing,
                                  const struct geometry *geometry, struct tile_range range,
                                  int32_t buffer, struct err *err)
{
    for (int32_t y = range.y0; y <= range.y1; y++)
        for (int32_t x = range.x0; x <= range.x1; x++) {
            arena_reset(&render->tile_arena);
            struct geometry part;
            TRY(geo_clip(geometry, tile_box(x, y, x, y, buffer), &render->tile_arena, &part, err));
            const struct tile tile = {(uint8_t)drawing->zoom, (uint32_t)x, (uint32_t)y};
            if (part.part_count)
                TRY(add_piece(render, drawing, tile, &part, err));
        }
    return ERR_OK;
}

/* A shape of many vertices over many tiles is halved first, so that no tile has to look at all
 * of it. Only then: halving moves a cut by up to a unit. */
static enum err_code cut_by_halves(struct render *render, const struct drawing *drawing,
                                   const struct geometry *geometry, struct tile_range range,
                                   int32_t buffer, struct err *err)
{
    enum { ENOUGH = 1 << 20 };
    const uint64_t wide = (uint64_t)(range.x1 - range.x0 + 1);
    const uint64_t high = (uint64_t)(range.y1 - range.y0 + 1);
    if (wide * high <= 1 || wide * high * geometry->vertex_count <= ENOUGH)
        return cut_to_tiles(render, drawing, geometry, range, buffer, err);
    for (unsigned half = 0; half < 2; half++) {
        struct tile_range part = range;
        if (wide >= high) {
            const int32_t middle = range.x0 + (int32_t)(wide / 2);
            *(half ? &part.x0 : &part.x1) = half ? middle : middle - 1;
        } else {
            const int32_t middle = range.y0 + (int32_t)(high / 2);
            *(half ? &part.y0 : &part.y1) = half ? middle : middle - 1;
        }
        struct geometry cut;
        TRY(geo_clip(geometry, tile_box(part.x0, part.y0, part.x1, part.y1, buffer), &render->arena,
                     &cut, err));
        if (cut.part_count)
            TRY(cut_by_halves(render, drawing, &cut, part, buffer, err));
    }
    return ERR_OK;
}

/* Whole into each tile it comes near to; cut only a tile's width outside. */
static enum err_code place_building(struct render *render, const struct drawing *drawing,
                                    const struct geometry *geometry, struct err *err)
{
    const struct geo_box box = geo_box_of(geometry->vertices, geometry->vertex_count);
    const struct tile_range range = tiles_near(box, TILER_BUILDING_BUFFER, drawing->zoom);
    for (int32_t y = range.y0; y <= range.y1; y++)
        for (int32_t x = range.x0; x <= range.x1; x++) {
            arena_reset(&render->tile_arena);
            struct geometry part;
            TRY(geo_clip(geometry, tile_box(x, y, x, y, EXTENT), &render->tile_arena, &part, err));
            const struct tile tile = {(uint8_t)drawing->zoom, (uint32_t)x, (uint32_t)y};
            if (part.part_count)
                TRY(add_piece(render, drawing, tile, &part, err));
        }
    return ERR_OK;
}

/* ---- one zoom ---- */

static enum err_code snap(const struct geometry *world, unsigned zoom, struct arena *arena,
                          struct geometry *ret, struct err *err)
{
    const struct geo_origin north_west = {INT32_MIN, INT32_MIN};
    return geo_grid_snap(world, north_west, GEO_WORLD_BITS - RENDER_EXTENT_BITS - (int)zoom, arena,
                         ret, err);
}

/* What is left of a polygon without area: a square of one unit, or its bounds if those are larger.
 */
static bool smallest_square(const struct geometry *snapped_shape, struct arena *arena,
                            struct geometry *ret)
{
    struct geo_box box = geo_box_of(snapped_shape->vertices, snapped_shape->vertex_count);
    box.max.x += box.max.x == box.min.x;
    box.max.y += box.max.y == box.min.y;
    struct geo_xy *v = ARENA_ARRAY(arena, struct geo_xy, 4);
    uint32_t *size = ARENA_ARRAY(arena, uint32_t, 1);
    if (!v || !size)
        return false;
    v[0] = box.min;
    v[1] = (struct geo_xy){box.max.x, box.min.y};
    v[2] = box.max;
    v[3] = (struct geo_xy){box.min.x, box.max.y};
    *size = 4;
    *ret = (struct geometry){GEO_POLYGON, 1, 4, size, v};
    return true;
}

static enum err_code draw_polygon(struct render *render, const struct drawing *drawing,
                                  const struct geometry *selected, const bool *holes,
                                  struct err *err)
{
    struct geometry grid, shape = {.type = GEO_NONE};
    const bool is_building = drawing->feature->layer == CITY_BUILDING;
    if (selected->part_count) {
        TRY(snap(selected, drawing->zoom, &render->arena, &grid, err));
        bool repaired = false;
        TRY(geo_repair_if_needed(&grid, holes, &render->arena, &shape, &repaired, err));
        render->repaired += repaired;
    }
    if (shape.part_count == 0) {
        if (!is_building && drawing->zoom < render->options.max_zoom) {
            render->too_small++;
            return ERR_OK;
        }
        TRY(snap(&drawing->world, drawing->zoom, &render->arena, &grid, err));
        if (!smallest_square(&grid, &render->arena, &shape))
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        render->kept_tiny++;
    }
    if (is_building)
        return place_building(render, drawing, &shape, err);
    const struct geo_box box = geo_box_of(shape.vertices, shape.vertex_count);
    return cut_by_halves(render, drawing, &shape, tiles_near(box, TILER_BUFFER, drawing->zoom),
                         TILER_BUFFER, err);
}

static enum err_code draw_line(struct render *render, const struct drawing *drawing,
                               const struct geometry *selected, struct err *err)
{
    struct geometry grid, lines;
    TRY(snap(selected, drawing->zoom, &render->arena, &grid, err));
    TRY(geo_grid_tidy_lines(&grid, &render->arena, &lines, err));
    if (lines.part_count == 0) {
        render->too_small++;
        return ERR_OK;
    }
    const struct geo_box box = geo_box_of(lines.vertices, lines.vertex_count);
    return cut_by_halves(render, drawing, &lines, tiles_near(box, TILER_BUFFER, drawing->zoom),
                         TILER_BUFFER, err);
}

static enum err_code draw_points(struct render *render, const struct drawing *drawing,
                                 struct err *err)
{
    struct geometry grid;
    TRY(snap(&drawing->world, drawing->zoom, &render->arena, &grid, err));
    const struct geo_box box = geo_box_of(grid.vertices, grid.vertex_count);
    return cut_by_halves(render, drawing, &grid, tiles_near(box, TILER_BUFFER, drawing->zoom),
                         TILER_BUFFER, err);
}

static enum err_code draw_zoom(struct render *render, const struct drawing *drawing,
                               struct err *err)
{
    TRY(write_tags(render, drawing->feature, drawing->zoom, err));
    if (drawing->world.type == GEO_POINT)
        return draw_points(render, drawing, err);
    struct geometry selected = drawing->world;
    const bool *holes = drawing->holes;
    if (drawing->ranks && drawing->zoom < render->options.max_zoom) {
        const unsigned shift = GEO_WORLD_BITS - RENDER_EXTENT_BITS - drawing->zoom;
        bool *kept_holes = ARENA_ARRAY(&render->arena, bool, drawing->world.part_count);
        if (!kept_holes)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        TRY(geo_simplify_select(&drawing->world, drawing->ranks,
                                tolerance_units * (double)(INT64_C(1) << shift), holes,
                                &render->arena, &selected, kept_holes, err));
        holes = kept_holes;
    }
    return drawing->world.type == GEO_POLYGON ? draw_polygon(render, drawing, &selected, holes, err)
                                              : draw_line(render, drawing, &selected, err);
}

static enum err_code draw_feature(struct render *render, const struct feature *feature,
                                  struct err *err)
{
    struct drawing drawing = {.feature = feature, .world = feature->geometry};
    const struct geo_box box =
        geo_box_of(feature->geometry.vertices, feature->geometry.vertex_count);
    if ((int64_t)box.max.x - box.min.x > GEO_SPAN_MAX ||
        (int64_t)box.max.y - box.min.y > GEO_SPAN_MAX)
        return err_set(err, ERR_RANGE, "a feature reaches across a quarter of the world", 0);
    /* What outlives one zoom must not be reset with it: it has an arena of its own. */
    arena_reset(&render->arena);
    struct arena kept;
    arena_init(&kept, 0);
    enum err_code code = ERR_OK;
    static const bool no_hole = false;
    if (feature->geometry.type == GEO_POLYGON && feature->geometry.part_count == 1) {
        drawing.holes = &no_hole;
    } else if (feature->geometry.type == GEO_POLYGON) {
        bool *holes = ARENA_ARRAY(&kept, bool, feature->geometry.part_count);
        if (holes)
            geo_hole_roles(&feature->geometry, holes);
        else
            code = err_set(err, ERR_NOMEM, "out of memory", 0);
        drawing.holes = holes;
    }
    if (code == ERR_OK && feature->geometry.type != GEO_POINT && feature->layer != CITY_BUILDING)
        code = geo_simplify_ranks(&feature->geometry, render->options.nodes, &kept, &drawing.ranks,
                                  err);
    unsigned zoom = render_min_zoom(feature);
    zoom = zoom < render->options.min_zoom ? render->options.min_zoom : zoom;
    for (; code == ERR_OK && zoom <= render->options.max_zoom; zoom++) {
        drawing.zoom = zoom;
        arena_reset(&render->arena);
        code = draw_zoom(render, &drawing, err);
    }
    arena_done(&kept);
    return code;
}

enum err_code render_feature(struct render *render, const struct feature *feature, struct err *err)
{
    const size_t bytes = render->bytes.len, pieces = render->pieces.len;
    const enum err_code code = draw_feature(render, feature, err);
    if (code != ERR_OK) { /* nothing or all */
        render->bytes.len = bytes;
        render->pieces.len = pieces;
    }
    return code;
}
