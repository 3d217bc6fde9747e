/*
 * layers: which sources were imported and which archives are served.
 *
 * Purpose    `source`: a spool of normalised city objects, DIR/city/NAME.features. `layer`: a tile
 *            archive, DIR/layers/FILE. Written by import and demo after the file is synced and
 *            renamed; a running `serve` hears of it (STORE_EVENT_LAYERS) within two seconds.
 * Ownership  Spans and arrays live in the arena handed in.
 * Errors     As store.h.
 */
#pragma once

#include "server/store/store.h"

struct store_source {
    struct span name;   /* [a-z0-9._-]+, at most 100 bytes; the spool is city/NAME.features */
    struct span kind;   /* "city", "paths", "heat", "places" */
    struct span origin; /* what was read, for people: "09_chino-shi.zip" */
    uint8_t sha256[32]; /* of the spool */
    uint64_t bytes;
    uint64_t features, imported, repaired, refused;
    int64_t imported_ms;
    struct span attribution; /* "" or words and licence to show */
};

struct store_layer {
    struct span name;    /* tile set: "city" */
    struct span file;    /* inside DIR/layers: "city-3.pmtiles" */
    struct span edition; /* "3" */
    uint8_t sha256[32];
    uint64_t bytes;
    int64_t made_ms;
};

MUST_CHECK enum err_code store_sources_list(struct store_reader *reader, struct arena *arena,
                                            struct store_source **ret, size_t *ret_count,
                                            struct err *err);
MUST_CHECK enum err_code store_layers_list(struct store_reader *reader, struct arena *arena,
                                           struct store_layer **ret, size_t *ret_count,
                                           struct err *err);
MUST_CHECK enum err_code store_layers_find(struct store_reader *reader, struct span name,
                                           struct arena *arena, struct store_layer *ret,
                                           struct err *err);

/* One durable transaction of its own on the store (opened with STORE_WRITE): puts or replaces these
 * rows together, or none. Either array may be empty. */
MUST_CHECK enum err_code store_layers_put(struct store *store, const struct store_source *sources,
                                          size_t source_count, const struct store_layer *layers,
                                          size_t layer_count, struct err *err);
/* Takes a source out; ERR_NOT_FOUND when there is none of that name. */
MUST_CHECK enum err_code store_sources_remove(struct store *store, struct span name,
                                              struct err *err);
