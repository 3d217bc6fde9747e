#include "tiles/archive/header.h"

#include <string.h>

#include "tiles/archive/tile_id.h"

/* Where each field stands: section 3.1. */
enum {
    AT_VERSION = 7,
    AT_ROOT = 8,
    AT_METADATA = 24,
    AT_LEAVES = 40,
    AT_DATA = 56,
    AT_ADDRESSED = 72,
    AT_ENTRIES = 80,
    AT_CONTENTS = 88,
    AT_CLUSTERED = 96,
    AT_INTERNAL_COMPRESSION = 97,
    AT_TILE_COMPRESSION = 98,
    AT_TILE_TYPE = 99,
    AT_MIN_ZOOM = 100,
    AT_MAX_ZOOM = 101,
    AT_MIN_PLACE = 102,
    AT_MAX_PLACE = 110,
    AT_CENTER_ZOOM = 118,
    AT_CENTER_PLACE = 119,
};
enum { LON_MAX_E7 = 1800000000, LAT_MAX_E7 = 900000000 };
static const char magic[AT_VERSION + 1] = "PMTiles";

static uint64_t take(const uint8_t *at, unsigned len)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < len; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

static void put(uint8_t *at, uint64_t value, unsigned len)
{
    for (unsigned i = 0; i < len; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static struct archive_section take_section(const uint8_t *at)
{
    return (struct archive_section){.at = take(at, 8), .len = take(at + 8, 8)};
}

static void put_section(uint8_t *at, struct archive_section section)
{
    put(at, section.at, 8);
    put(at + 8, section.len, 8);
}

static bool is_inside(struct archive_section section, uint64_t size)
{
    return section.at <= size && section.len <= size - section.at;
}

static enum err_code check_sections(const struct archive_header *header, uint64_t size,
                                    struct err *err)
{
    if (header->root.len == 0)
        return err_set(err, ERR_FORMAT, "archive has no root directory", AT_ROOT);
    if (header->root.at < ARCHIVE_HEADER_LEN ||
        !is_inside(header->root, size < ARCHIVE_FRONT_MAX ? size : ARCHIVE_FRONT_MAX))
        return err_set(err, ERR_RANGE, "root directory lies outside the first 16,384 bytes",
                       AT_ROOT);
    if (!is_inside(header->metadata, size))
        return err_set(err, ERR_RANGE, "metadata lies outside the file", AT_METADATA);
    if (!is_inside(header->leaves, size))
        return err_set(err, ERR_RANGE, "leaf directories lie outside the file", AT_LEAVES);
    if (!is_inside(header->data, size))
        return err_set(err, ERR_RANGE, "tile data lies outside the file", AT_DATA);
    return ERR_OK;
}

static bool is_place(int32_t lon_e7, int32_t lat_e7)
{
    return lon_e7 >= -LON_MAX_E7 && lon_e7 <= LON_MAX_E7 && lat_e7 >= -LAT_MAX_E7 &&
           lat_e7 <= LAT_MAX_E7;
}

static enum err_code check_values(const struct archive_header *header, struct err *err)
{
    if (header->internal_compression > ARCHIVE_ZSTD)
        return err_set(err, ERR_FORMAT, "unknown compression of directories",
                       AT_INTERNAL_COMPRESSION);
    if (header->tile_compression > ARCHIVE_ZSTD)
        return err_set(err, ERR_FORMAT, "unknown compression of tiles", AT_TILE_COMPRESSION);
    if (header->max_zoom > TILE_MAX_ZOOM || header->min_zoom > header->max_zoom)
        return err_set(err, ERR_FORMAT, "zoom levels cannot be", AT_MIN_ZOOM);
    if (!is_place(header->min_lon_e7, header->min_lat_e7))
        return err_set(err, ERR_FORMAT, "bounds are no place on earth", AT_MIN_PLACE);
    if (!is_place(header->max_lon_e7, header->max_lat_e7))
        return err_set(err, ERR_FORMAT, "bounds are no place on earth", AT_MAX_PLACE);
    if (!is_place(header->center_lon_e7, header->center_lat_e7))
        return err_set(err, ERR_FORMAT, "centre is no place on earth", AT_CENTER_PLACE);
    return ERR_OK;
}

enum err_code archive_header_read(struct span bytes, uint64_t size, struct archive_header *ret,
                                  struct err *err)
{
    if (bytes.len < AT_VERSION || memcmp(bytes.data, magic, AT_VERSION) != 0)
        return err_set(err, ERR_FORMAT, "this is not a PMTiles archive", 0);
    if (bytes.len < ARCHIVE_HEADER_LEN)
        return err_set(err, ERR_FORMAT, "header is cut off", bytes.len);
    const uint8_t *at = bytes.data;
    if (at[AT_VERSION] != 3)
        return err_set(err, ERR_VERSION, "archive is not of PMTiles version 3", AT_VERSION);
    if (at[AT_CLUSTERED] > 1)
        return err_set(err, ERR_FORMAT, "clustered is neither 0 nor 1", AT_CLUSTERED);
    const struct archive_header header = {
        .root = take_section(at + AT_ROOT),
        .metadata = take_section(at + AT_METADATA),
        .leaves = take_section(at + AT_LEAVES),
        .data = take_section(at + AT_DATA),
        .addressed_count = take(at + AT_ADDRESSED, 8),
        .entry_count = take(at + AT_ENTRIES, 8),
        .content_count = take(at + AT_CONTENTS, 8),
        .clustered = at[AT_CLUSTERED],
        .internal_compression = at[AT_INTERNAL_COMPRESSION],
        .tile_compression = at[AT_TILE_COMPRESSION],
        .tile_type = at[AT_TILE_TYPE],
        .min_zoom = at[AT_MIN_ZOOM],
        .max_zoom = at[AT_MAX_ZOOM],
        .center_zoom = at[AT_CENTER_ZOOM],
        .min_lon_e7 = (int32_t)take(at + AT_MIN_PLACE, 4),
        .min_lat_e7 = (int32_t)take(at + AT_MIN_PLACE + 4, 4),
        .max_lon_e7 = (int32_t)take(at + AT_MAX_PLACE, 4),
        .max_lat_e7 = (int32_t)take(at + AT_MAX_PLACE + 4, 4),
        .center_lon_e7 = (int32_t)take(at + AT_CENTER_PLACE, 4),
        .center_lat_e7 = (int32_t)take(at + AT_CENTER_PLACE + 4, 4),
    };
    TRY(check_sections(&header, size, err));
    TRY(check_values(&header, err));
    *ret = header;
    return ERR_OK;
}

void archive_header_write(const struct archive_header *header, uint8_t ret[ARCHIVE_HEADER_LEN])
{
    memcpy(ret, magic, AT_VERSION);
    ret[AT_VERSION] = 3;
    put_section(ret + AT_ROOT, header->root);
    put_section(ret + AT_METADATA, header->metadata);
    put_section(ret + AT_LEAVES, header->leaves);
    put_section(ret + AT_DATA, header->data);
    put(ret + AT_ADDRESSED, header->addressed_count, 8);
    put(ret + AT_ENTRIES, header->entry_count, 8);
    put(ret + AT_CONTENTS, header->content_count, 8);
    ret[AT_CLUSTERED] = header->clustered;
    ret[AT_INTERNAL_COMPRESSION] = (uint8_t)header->internal_compression;
    ret[AT_TILE_COMPRESSION] = (uint8_t)header->tile_compression;
    ret[AT_TILE_TYPE] = header->tile_type;
    ret[AT_MIN_ZOOM] = header->min_zoom;
    ret[AT_MAX_ZOOM] = header->max_zoom;
    put(ret + AT_MIN_PLACE, (uint32_t)header->min_lon_e7, 4);
    put(ret + AT_MIN_PLACE + 4, (uint32_t)header->min_lat_e7, 4);
    put(ret + AT_MAX_PLACE, (uint32_t)header->max_lon_e7, 4);
    put(ret + AT_MAX_PLACE + 4, (uint32_t)header->max_lat_e7, 4);
    ret[AT_CENTER_ZOOM] = header->center_zoom;
    put(ret + AT_CENTER_PLACE, (uint32_t)header->center_lon_e7, 4);
    put(ret + AT_CENTER_PLACE + 4, (uint32_t)header->center_lat_e7, 4);
}
