/* audit_row: a row of the audit log inside a transaction that does more. Inside server/store only.
 */
#pragma once

#include "server/store/audit.h"
#include "server/store/db.h"

MUST_CHECK enum err_code audit_row_add(struct db *db, const struct audit_entry *entry,
                                       struct err *err);
