#include "tiles/tiler/build.h"

#include <sys/stat.h>

#include "tiles/geo/mercator.h"
#include "tiles/pack/file.h"
#include "tiles/tiler/city.h"

/* The zoom at which a town fits into a tile or a few. */
enum { TOWN_ZOOM = 14 };

struct target {
    struct pack_file *file;
    unsigned town_zoom;
    struct tile town; /* the tile of that zoom that holds most */
    size_t town_bytes;
};

static enum err_code add_tile(void *context, struct tile tile, uint64_t id, struct span bytes,
                              struct err *err)
{
    struct target *target = context;
    if (tile.z == target->town_zoom && bytes.len > target->town_bytes) {
        target->town = tile;
        target->town_bytes = bytes.len;
    }
    return pack_file_add(target->file, id, bytes, err);
}

struct description {
    struct archive_layer layers[CITY_LAYER_COUNT];
    struct archive_field fields[CITY_KEY_COUNT];
};

static const char *type_name(enum value_type type)
{
    return type == VALUE_STRING ? "String" : type == VALUE_BOOL ? "Boolean" : "Number";
}

/* The layers that have features, each with the fields of city.def. */
static size_t describe(const struct tiler_build_summary *summary, uint64_t skip_keys,
                       unsigned max_zoom, struct description *ret)
{
    size_t layer_count = 0, field_count = 0;
    for (unsigned layer = 0; layer < CITY_LAYER_COUNT; layer++) {
        if (summary->tiler.layer_counts[layer] == 0)
            continue;
        const size_t first = field_count;
        for (unsigned key = 0; key < CITY_KEY_COUNT; key++)
            if (city_key_layer((enum city_key)key) == (enum city_layer)layer &&
                !(skip_keys >> key & 1))
                ret->fields[field_count++] = (struct archive_field){
                    .name = city_key_name((enum city_key)key),
                    .type = type_name(city_key_type((enum city_key)key)),
                };
        ret->layers[layer_count++] = (struct archive_layer){
            .id = city_layer_name((enum city_layer)layer),
            .min_zoom = (uint8_t)summary->tiler.layer_min_zoom[layer],
            .max_zoom = (uint8_t)max_zoom,
            .field_count = field_count - first,
            .fields = ret->fields + first,
        };
    }
    return layer_count;
}

/* Of two stretches that overlap, the middle of what they share. */
static int32_t middle(int32_t a_min, int32_t a_max, int32_t b_min, int32_t b_max)
{
    const int64_t from = a_min > b_min ? a_min : b_min, to = a_max < b_max ? a_max : b_max;
    return (int32_t)((from + to) / 2);
}

/* A map opens where there is most to see: the middle of all may be fields, or between two towns. */
static void place(const struct geo_box *bounds, const struct target *target,
                  struct archive_tileset *ret)
{
    mercator_e7_from_world((struct geo_xy){bounds->min.x, bounds->max.y}, &ret->min_lon_e7,
                           &ret->min_lat_e7);
    mercator_e7_from_world((struct geo_xy){bounds->max.x, bounds->min.y}, &ret->max_lon_e7,
                           &ret->max_lat_e7);
    const struct geo_box town =
        mercator_world_from_tile(target->town.z, target->town.x, target->town.y);
    const struct geo_xy centre = {
        middle(town.min.x, town.max.x, bounds->min.x, bounds->max.x),
        middle(town.min.y, town.max.y, bounds->min.y, bounds->max.y),
    };
    mercator_e7_from_world(centre, &ret->center_lon_e7, &ret->center_lat_e7);
    ret->center_zoom = (uint8_t)target->town_zoom;
}

static enum err_code finish(const struct tiler_build *build, const struct target *target,
                            struct tiler_build_summary *summary, struct err *err)
{
    struct description description;
    const unsigned max_zoom = build->tiler.max_zoom ? build->tiler.max_zoom : TILER_MAX_ZOOM;
    struct archive_tileset tileset = {
        .name = build->name,
        .description = build->description,
        .attribution = build->attribution,
        .version = build->version,
        .type = "baselayer",
        .layers = description.layers,
        .layer_count = describe(summary, build->tiler.skip_keys, max_zoom, &description),
        .tile_type = ARCHIVE_TILE_MVT,
        .tile_compression = ARCHIVE_GZIP,
    };
    place(&summary->tiler.bounds, target, &tileset);
    TRY(pack_file_finish(target->file, &tileset, &summary->header, err));
    struct stat status;
    if (stat(build->path, &status) != 0)
        return err_set(err, ERR_IO, "the archive vanished as it was finished", 0);
    summary->bytes = (uint64_t)status.st_size;
    return ERR_OK;
}

enum err_code tiler_build_archive(const struct tiler_build *build, struct tiler_build_summary *ret,
                                  struct err *err)
{
    CLEANUP(pack_file_close_at) struct pack_file *file = NULL;
    struct tiler_build_summary summary = {0};
    TRY(pack_file_open(build->path, &file, err));
    const unsigned max_zoom = build->tiler.max_zoom ? build->tiler.max_zoom : TILER_MAX_ZOOM;
    struct target target = {.file = file, .town_zoom = max_zoom < TOWN_ZOOM ? max_zoom : TOWN_ZOOM};
    const struct tiler_sink sink = {.add = add_tile, .context = &target};
    TRY(tiler_cut(&build->tiler, sink, &summary.tiler, err));
    if (summary.tiler.piece_count == 0)
        return err_set(err, ERR_INVALID, "there is no feature to make tiles of", 0);
    TRY(finish(build, &target, &summary, err));
    *ret = summary;
    return ERR_OK;
}
