/* vault_row: keeping an identity inside a transaction that does more. Inside server/store only. */
#pragma once

#include "server/store/db.h"
#include "server/store/vault.h"

MUST_CHECK enum err_code vault_keep(struct db *db, struct uuid person_id, struct span sealed,
                                    struct uuid actor_id, int64_t now_ms, struct err *err);
