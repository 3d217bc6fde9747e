/* accounts_insert: accounts and members inside a transaction that does more. Inside server/store
 * only. */
#pragma once

#include "server/store/accounts.h"
#include "server/store/db.h"

/* ERR_CONFLICT when the name is taken. */
MUST_CHECK enum err_code accounts_insert(struct db *db, const struct store_account *account,
                                         struct uuid actor_id, struct err *err);
/* No error, and no audit row, when it is there already. */
MUST_CHECK enum err_code members_add(struct db *db, const struct store_member *member,
                                     struct err *err);
