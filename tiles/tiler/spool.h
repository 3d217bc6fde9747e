/*
 * spool: the file of normalised features between an import and the tiler.
 *
 * Purpose    An import writes each feature once, in its order; every later cutting of tiles reads
 *            the file from front to back. Neither side ever holds more than a block and a feature.
 * Frames     Geometry is in world units, as in tiles/tiler/feature.h.
 * Ownership  The writer copies what it is given. The reader lends a feature until the next call.
 * Files      The writer fills `path` as it goes and removes it again when it is closed unfinished:
 *            hand it a temporary name, finish (which syncs), rename, sync the folder.
 * Errors     ERR_FORMAT, ERR_VERSION or ERR_CHECKSUM for a broken or foreign file, `at` the byte;
 *            ERR_INVALID for a feature that breaks the contract of feature.h, `at` its number,
 *            counted from 0; ERR_TOO_LARGE for one of more than 64 MiB; ERR_FULL, ERR_IO,
 * ERR_NOMEM.
 *
 * Format, version 1; integers are little-endian, varints as in tiles/base/varint.h:
 *   header    "KAKISPL1" · u32 length, u32 CRC-32 of: layer names, key names ("layer.key"), so that
 *             a file outlives a reordered city.def
 *   blocks    u32 length > 0, u32 CRC-32, whole records (tiles/tiler/record.h), a varint length
 *             before each
 *   end       u32 0 · summary · u32 length, u32 CRC-32 of the summary · "KAKISPLE"
 */
#pragma once

#include <stdint.h>

#include "tiles/base/attr.h"
#include "tiles/tiler/feature.h"

struct spool_summary {
    uint64_t feature_count;
    uint64_t vertex_count;
    uint64_t layer_counts[CITY_LAYER_COUNT];
    struct geo_box bounds; /* of all vertices; empty (min > max) without features */
};

struct spool_writer;
struct spool_reader;

MUST_CHECK enum err_code spool_write_open(const char *path, struct spool_writer **ret,
                                          struct err *err);
MUST_CHECK enum err_code spool_write_add(struct spool_writer *writer, const struct feature *feature,
                                         struct err *err);
/* The same as a sink; `writer` must outlive it. */
struct feature_sink spool_write_sink(struct spool_writer *writer);
/* Everything is on the disk when this returns ERR_OK. Nothing may be added behind it. */
MUST_CHECK enum err_code spool_write_finish(struct spool_writer *writer, struct spool_summary *ret,
                                            struct err *err);
void spool_write_close(struct spool_writer *writer);
DEFINE_CLEANUP(struct spool_writer, spool_write_close)

/* Checks header and summary; blocks are checked as they are read. */
MUST_CHECK enum err_code spool_read_open(const char *path, struct spool_reader **ret,
                                         struct err *err);
const struct spool_summary *spool_read_summary(const struct spool_reader *reader);
/* *ret is NULL behind the last feature; a file that ends too early is an error, not an end. */
MUST_CHECK enum err_code spool_read_next(struct spool_reader *reader, const struct feature **ret,
                                         struct err *err);
void spool_read_close(struct spool_reader *reader);
DEFINE_CLEANUP(struct spool_reader, spool_read_close)
