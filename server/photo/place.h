/*
 * place: variants into their place, new ones over old ones, and away. Inside server/photo only.
 *
 * Order      Files first, synced and named, then their row; for erasing files first, then the row.
 *            So after any cut a row without files (the device may send again) or files without a
 * row (taken in again as soon as the log names them) is all that can be left. Threads    One worker
 * each; `lock` keeps them from putting things in place at once.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "server/photo/incoming.h"

/* Of all workers together (photos_stats). */
struct place_counts {
    atomic_ullong bytes, received, made, refused, covered, erased;
};

struct place {
    const char *dir; /* the data folder */
    struct store_writer *writer;
    struct store_reader *reader;
    struct incoming *incoming;
    struct workshop *workshop;
    struct arena arena; /* emptied before each call */
    pthread_mutex_t *lock;
    struct place_counts *counts;
    photo_placed_fn *placed; /* or NULL */
    void *placed_context;
};

/* DIR/photos and DIR/photos/incoming; the latter's path in ret_incoming. */
MUST_CHECK enum err_code place_make_folders(const char *dir, char *ret_incoming, size_t size,
                                            struct err *err);

/* Before any worker starts: what a cut has left half-written. */
void place_clear(const char *dir);

/* A part that is whole: judged, made into variants, erased. */
MUST_CHECK enum err_code place_whole(struct place *place, const struct photo_key *key,
                                     struct err *err);

/* Another server's display variant. */
MUST_CHECK enum err_code place_display(struct place *place, const struct sha256 *sha256,
                                       struct span display, struct err *err);

/* Carries out redactions and erasures of the log. */
MUST_CHECK enum err_code place_tidy(struct place *place, struct err *err);

/* Rows whose files are not there go; files without a row are taken in when the log names them, and
 * erased when nothing has for a month. At most one worker does this and place_tidy at a time. */
MUST_CHECK enum err_code place_mend(struct place *place, struct err *err);
