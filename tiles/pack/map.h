/*
 * pack_map: a PMTiles archive on disk, mapped into memory, with every tile's place at hand.
 *
 * Purpose    The server asks for a tile by binary search in one array and sends the file's own
 *            pages; nothing is read, unpacked or allocated for a tile.
 * Ownership  pack_map_close ends the mapping; spans into it die with it. The file may be renamed
 *            or unlinked meanwhile, but must not be truncated (we replace archives by rename).
 * Errors     ERR_IO when the file cannot be opened or mapped, else as archive_open and
 *            archive_walk say. An archive with any wrong entry is refused as a whole.
 * Threads    Read-only after open: any number.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tiles/archive/reader.h"
#include "tiles/pack/gzip.h"

struct pack_map;

MUST_CHECK enum err_code pack_map_open(const char *path, struct pack_map **ret, struct err *err);
void pack_map_close(struct pack_map *map);
DEFINE_CLEANUP(struct pack_map, pack_map_close)

const struct archive_header *pack_map_header(const struct pack_map *map);
/* The whole file. */
struct span pack_map_bytes(const struct pack_map *map);
/* The file behind it, open for reading: for sendfile. */
int pack_map_file(const struct pack_map *map);
/* JSON text; lives as long as the map. */
struct span pack_map_metadata(const struct pack_map *map);

/* The tile's stored bytes; ERR_NOT_FOUND when there is none, ERR_RANGE outside the pyramid. */
MUST_CHECK enum err_code pack_map_tile(const struct pack_map *map, struct tile tile,
                                       struct span *ret, struct err *err);
/* All entries, ids ascending. */
struct archive_directory pack_map_entries(const struct pack_map *map);
/* The stored bytes of one of them. */
struct span pack_map_entry_bytes(const struct pack_map *map, const struct archive_entry *entry);

/* archive_verify over a file. */
struct archive_report;
struct archive_tile_check;
MUST_CHECK enum err_code pack_map_verify(const char *path, struct archive_tile_check check,
                                         struct archive_report *ret, struct err *err);
