/*
 * city_publish: finished spools become the city that is served.
 *
 * Purpose    The one way from spools to an archive, for `import` and `demo`.
 * Order      1. A new archive is cut from all spools: the new ones and those in DIR/city that they
 *               do not replace. It gets a new edition and a file of its own.
 *            2. The spools move to DIR/city; what they replace is kept aside.
 *            3. One transaction writes the rows of `source` and `layer`.
 *            Whatever fails puts the old spools back: everything is as it was. After a crash
 *            between 2 and 3 the next call finds what was kept aside and puts it back first.
 * Threads    One import at a time in a data folder: others get ERR_BUSY (DIR/tmp/import.lock).
 */
#pragma once

#include "server/city/read.h"
#include "server/store/layers.h"

struct city_lock;

/* Also makes the folders city, layers and tmp where they are missing, and mends what a crash left.
 */
MUST_CHECK enum err_code city_lock_take(struct store *store, struct city_lock **ret,
                                        struct err *err);
void city_lock_release(struct city_lock *lock);
DEFINE_CLEANUP(struct city_lock, city_lock_release)

struct city_published {
    char file[64];    /* inside DIR/layers */
    char edition[24]; /* "3" */
    uint64_t bytes;
    uint64_t features; /* in the archive's spools */
    uint64_t duplicates,
        undrawable; /* of these: ids met before; shapes the tiler had to leave out */
    uint64_t sources;
};

struct city_publish_options {
    const char *attribution; /* of the new sources; "" */
    const char *name;        /* of the city, for the archive's metadata */
    int64_t now_ms;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/* Moves the spools: their `path` becomes NULL when they are in place. */
MUST_CHECK enum err_code city_publish(struct city_lock *lock, struct city_spool *spools,
                                      size_t count, const struct city_publish_options *options,
                                      struct arena *arena, struct city_published *ret,
                                      struct err *err);
