/*
 * table: rows on their way to a file for people outside.
 *
 * Purpose    What is exported (comments, replies, clusters) and how it is written (CSV, GeoJSON,
 *            GeoPackage) meet here: producers hand rows to a writer, neither knows the other.
 * Units      Degrees of WGS 84 as integers of 1e-7; times in Unix milliseconds.
 * Ownership  A writer borrows rows for the time of the call.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/store/clusters.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"

enum export_type { EXPORT_TEXT, EXPORT_INT, EXPORT_REAL, EXPORT_TIME };

struct export_column {
    const char *name;  /* for programs: GeoJSON, GeoPackage */
    const char *title; /* for people: the first row of a CSV */
    enum export_type type;
};

struct export_cell {
    bool is_null;
    struct span text;
    int64_t integer; /* also times */
    double real;
};

enum export_shape { EXPORT_NO_SHAPE, EXPORT_POINT, EXPORT_LINE, EXPORT_AREA };

struct export_table {
    const char *name;  /* layer name */
    const char *title; /* for people */
    enum export_shape shape;
    const struct export_column *columns;
    size_t column_count;
};

struct export_row {
    const struct export_cell *cells; /* as many as the table has columns */
    const struct store_place
        *places; /* one; a line; a ring that is not closed. Too few: no geometry */
    size_t place_count;
};

/* One table after the other: table, its rows, the next table. */
struct export_writer {
    enum err_code (*table)(void *context, const struct export_table *table, struct err *err);
    enum err_code (*row)(void *context, const struct export_row *row, struct err *err);
    void *context;
};

static inline struct export_cell export_text(struct span text)
{
    return (struct export_cell){.text = text, .is_null = text.len == 0};
}

static inline struct export_cell export_words(const char *text)
{
    return export_text(span_from_str(text));
}

static inline struct export_cell export_int(int64_t value)
{
    return (struct export_cell){.integer = value};
}

static inline struct export_cell export_real(double value)
{
    return (struct export_cell){.real = value};
}
