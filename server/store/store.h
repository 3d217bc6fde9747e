/*
 * store: a data folder, opened; who this server is; read-only connections.
 *
 * Purpose    The only way to DIR/kakikomap.db. Everything people did is in its change log; the rest
 *            is made from the log (schema/sync.md). Other parts never see SQL.
 * Folder     kakikomap.db (SQLite + SpatiaLite, WAL, synchronous=FULL), epoch (side file), erased
 *            (erase operations, outlive a restored database), ballast (room kept for a full disk),
 *            city/ layers/ tmp/.
 * Ownership  store_close after all readers and the writer are closed. Spans in results live in the
 *            arena handed in.
 * Threads    A store may be shared; a reader belongs to one thread at a time. Several processes may
 *            use one folder: `import` writes while `serve` runs.
 * Errors     ERR_NOT_FOUND no store there; ERR_CONFLICT something else is there; ERR_VERSION made
 *            by a newer program; ERR_FULL disk full; ERR_IO cannot be read or written (a read-only
 *            file system with STORE_WRITE); ERR_CHECKSUM the database is damaged; ERR_BUSY another
 *            process holds it too long. err->what says it in words for people.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/base/uuid.h"

enum {
    STORE_TEXT_MAX = 2000,      /* characters (code points) of a comment's or reply's text */
    STORE_PEN_NAME_MAX = 40,    /* characters of a pen name */
    STORE_BUILDING_ID_MAX = 80, /* bytes */
    STORE_OP_MAX = 32768,       /* bytes of one operation */
    STORE_NAME_MAX = 120,       /* bytes of a municipality's name */
};

/* Inclusive, in 1e-7 degrees. */
struct store_box {
    int32_t min_lon_e7, min_lat_e7, max_lon_e7, max_lat_e7;
};

struct store_settings {
    uint32_t municipality; /* 11202 */
    const char *name;      /* 熊谷市; copied */
    bool demo;             /* the town is invented */
    struct store_box
        box; /* where comments may be; all zero: the standard box of the municipality */
};

struct store_info {
    struct uuid server_id, epoch;
    uint32_t municipality;
    char name[STORE_NAME_MAX + 1];
    bool demo;
    struct store_box box;
    int64_t made_ms;
};

enum store_mode {
    STORE_WRITE,  /* migrates when the program is newer than the file */
    STORE_READ,   /* nothing is written; works while another process writes */
    STORE_RESCUE, /* reads a file on a read-only file system, nobody else may write to it */
};

struct store;
struct store_reader;

/* Makes the folder, if need be, and an empty store in it. ERR_CONFLICT when a store or other files
 * are there: nothing is touched. `now_ms` is the time, `random` 32 bytes for the ids. */
MUST_CHECK enum err_code store_create(const char *dir, const struct store_settings *settings,
                                      int64_t now_ms, const uint8_t random[32], struct err *err);

MUST_CHECK enum err_code store_open(const char *dir, enum store_mode mode, struct store **ret,
                                    struct err *err);
void store_close(struct store *store);
DEFINE_CLEANUP(struct store, store_close)

/* As it was at opening; lives as long as the store. */
const struct store_info *store_info(const struct store *store);
const char *store_dir(const struct store *store);
/* Of a store opened for writing: has no other process opened it so? */
bool store_is_alone(struct store *store);

MUST_CHECK enum err_code store_reader_open(struct store *store, struct store_reader **ret,
                                           struct err *err);
void store_reader_close(struct store_reader *reader);
DEFINE_CLEANUP(struct store_reader, store_reader_close)

/* Between begin and end all calls of this reader see the same state of the store. */
MUST_CHECK enum err_code store_reader_begin(struct store_reader *reader, struct err *err);
void store_reader_end(struct store_reader *reader);

/* The newest change number; 0 in an empty store. */
MUST_CHECK enum err_code store_newest_change(struct store_reader *reader, uint64_t *ret,
                                             struct err *err);

/* For /api/health and /api/metrics. */
struct store_counts {
    uint64_t changes, comments, comments_public, replies, reactions, cards, quarantined, erased;
    uint64_t database_bytes, wal_bytes, free_bytes; /* of the file system */
};
MUST_CHECK enum err_code store_counts(struct store_reader *reader, struct store_counts *ret,
                                      struct err *err);
