/*
 * function: what our statements need and SQLite does not have. Inside server/store only.
 *
 * Functions  id_in_list(list, id): is the 16-byte id one of those joined in list? · text_has(text,
 *            query): do all words of the query occur in the text, both normalised as bigram.h does?
 *            Neither is used by the schema, so trusted_schema=OFF does not mind them.
 */
#pragma once

#include "tiles/base/attr.h"
#include "tiles/base/err.h"

struct db;
MUST_CHECK enum err_code function_register(struct db *db, struct err *err);
