/*
 * removal: people taken out for good. Inside server/store only.
 *
 * Purpose    Accounts and persons are in no log, so no operation keeps them away when an older
 *            database is put back. Their ids (nothing else) lie in the list of erasures beside the
 *            database and are removed again whenever a store is opened (sync.md S13).
 * Use        In a transaction: removal_apply for each id, then, as its last step, removal_keep.
 */
#pragma once

#include "server/store/db.h"

/* Removes the account or person of this id with what hangs on it: sessions, memberships, tablets,
 * the vault's entry and what was asked about it. Nothing of this id is no failure. */
MUST_CHECK enum err_code removal_apply(struct db *db, struct uuid id, struct err *err);
/* Adds ids (16 bytes each) to the list beside the database; on disk when it returns. */
MUST_CHECK enum err_code removal_keep(const struct db *db, struct span ids, struct err *err);
