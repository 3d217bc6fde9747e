/*
 * city_read: inputs become spools in a temporary folder.
 *
 * Purpose    One spool an input; a file that is refused leaves no trace and does not stop the
 *            others. Nothing that was there before is touched.
 * Ownership  Results live in the arena; spools on disk are the caller's (city_read_discard).
 * Errors     Of the whole run only: ERR_NOMEM, ERR_IO, ERR_FULL when a spool cannot be written.
 */
#pragma once

#include "tiles/base/arena.h"
#include "tiles/import/citygml.h"
#include "tiles/import/input.h"
#include "tiles/import/ogr.h"
#include "tiles/import/report.h"
#include "tiles/tiler/spool.h"

struct city_spool {
    const char *name;   /* of the source */
    const char *origin; /* for people: what was read */
    const char *path;   /* of the spool, in the temporary folder */
    uint8_t sha256[32];
    uint64_t bytes; /* of the spool */
    uint64_t features, imported, repaired, refused;
};

struct city_refused_file {
    const char *file;
    struct err err;
    struct citygml_fault place; /* line 0: unknown */
    const char *detail;         /* what GDAL said; "" */
};

struct city_read_result {
    struct city_spool *spools; /* of inputs with at least one feature on the map */
    size_t spool_count;
    struct city_refused_file *refused_files;
    size_t refused_file_count;
    size_t file_count; /* read to their end */
    uint64_t bytes;    /* of these */
    struct import_report report;
};

struct city_read_options {
    const struct citygml_limits *limits;
    const struct ogr_options *ogr;
    const char *folder; /* for the spools */
    /* `done` bytes of all inputs; `item` is the input at hand. */
    void (*progress)(void *context, uint64_t done, const char *item);
    /* A file was refused. */
    void (*refused)(void *context, const struct city_refused_file *file);
    void *context;
};

/* `ret` must be released with city_read_done, also after a failure. */
MUST_CHECK enum err_code city_read(const struct input_list *list,
                                   const struct city_read_options *options, struct arena *arena,
                                   struct city_read_result *ret, struct err *err);
/* Removes the spools that are still in the temporary folder. */
void city_read_done(struct city_read_result *result);
