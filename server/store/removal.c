#include "server/store/removal.h"

#include "server/store/sidefile.h"

enum err_code removal_apply(struct db *db, struct uuid id, struct err *err)
{
    static const enum sql removals[] = {
        SQL_VAULT_REQUEST_REMOVE,
        SQL_VAULT_REMOVE,
        SQL_ACCOUNT_REMOVE, /* the rest goes by reference */
        SQL_PERSON_REMOVE,
    };
    for (size_t i = 0; i < LENGTH(removals); i++) {
        sqlite3_stmt *stmt;
        TRY(db_take(db, removals[i], &stmt, err));
        db_bind_uuid(db, stmt, 2, id);
        TRY(db_run(db, stmt, err));
        db->wipes |= sqlite3_changes(db->sqlite) > 0;
    }
    return ERR_OK;
}

enum err_code removal_keep(const struct db *db, struct span ids, struct err *err)
{
    return sidefile_add_removals(db->dir, ids, err);
}
