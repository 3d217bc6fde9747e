/* inside: what an open store holds; for the other files of server/store. */
#pragma once

#include <stdatomic.h>

#include "server/store/db.h"
#include "server/store/sidefile.h"

struct store {
    char dir[512];
    char path[600]; /* of the database */
    enum store_mode mode;
    struct store_info info;
    struct sidefile side;
};

struct store_reader {
    struct db db;
    struct store *store;
};

/* Reads the row of `store` into *ret; ERR_NOT_FOUND when there is none. */
MUST_CHECK enum err_code inside_read_info(struct db *db, struct store_info *ret, struct err *err);

/* Makes the folder and its sub-folders; ERR_CONFLICT when there is anything in it. */
MUST_CHECK enum err_code inside_make_empty(const char *dir, struct err *err);
/* Takes away what a failed restore has left in a folder that was empty. */
void inside_remove(const char *dir);
MUST_CHECK enum err_code inside_make_folders(const char *dir, struct err *err);

/* A connection of its own that may write, for what is no operation: layers, cluster runs. */
MUST_CHECK enum err_code inside_open_own(struct store *store, struct db *ret, struct err *err);
