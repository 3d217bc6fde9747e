/*
 * sidefile: what lies beside the database and must not be restored with it. Inside server/store
 * only.
 *
 * Purpose    `epoch`: which epoch this folder is in and the highest change number it acknowledged;
 * a database that knows less was rolled back and begins a new epoch (sync.md S14). `erased`: every
 * ERASE operation and the id of every account and person removed for good; applied again to a
 * database that does not know it. `ballast`: room that a full disk gives back for moderation and
 * erasure. Durability `epoch` is written after each commit and synced when the store closes or
 * rests: after a power cut it may be behind the database, never ahead of it. `erased` is synced
 * before the commit that erases.
 */
#pragma once

#include "server/store/store.h"

struct sidefile {
    int epoch_fd;
    char dir[512];
};

struct sidefile_epoch {
    bool valid; /* false: missing or torn */
    struct uuid epoch;
    uint64_t change;
};

/* Makes or opens the epoch file for writing. */
MUST_CHECK enum err_code sidefile_open(struct sidefile *side, const char *dir, struct err *err);
void sidefile_close(struct sidefile *side);
/* Is no other process of this folder open for writing? */
bool sidefile_is_alone(struct sidefile *side);
MUST_CHECK enum err_code sidefile_read_epoch(const char *dir, struct sidefile_epoch *ret,
                                             struct err *err);
MUST_CHECK enum err_code sidefile_write_epoch(struct sidefile *side, struct uuid epoch,
                                              uint64_t change, bool sync, struct err *err);

/* `content`: an ERASE operation, or one id as sidefile_is_removal knows it. */
MUST_CHECK enum err_code sidefile_add_erasure(const char *dir, struct span content,
                                              struct err *err);
/* Ids of accounts and persons, 16 bytes each; one fsync. */
MUST_CHECK enum err_code sidefile_add_removals(const char *dir, struct span ids, struct err *err);
bool sidefile_is_removal(struct span content, struct uuid *ret);
/* Calls each for every whole entry of the file; a torn end is ignored. */
typedef enum err_code sidefile_erasure_fn(void *context, struct span content, struct err *err);
MUST_CHECK enum err_code sidefile_each_erasure(const char *path, sidefile_erasure_fn *each,
                                               void *context, struct err *err);

/* Makes the ballast when there is plenty of room; failing to is no failure. */
void sidefile_make_ballast(const char *dir);
/* True when there was one to give back. */
bool sidefile_drop_ballast(const char *dir);
/* Bytes left on the file system of the folder, and the mark below which words are refused. */
void sidefile_room(const char *dir, uint64_t *ret_free, uint64_t *ret_mark);

/* Path of a name in the folder; false when it is too long. */
MUST_CHECK bool sidefile_path(const char *dir, const char *name, char *ret, size_t size);
MUST_CHECK enum err_code sidefile_sync_dir(const char *dir, struct err *err);
