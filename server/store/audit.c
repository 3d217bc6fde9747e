#include "server/store/audit.h"

#include <sodium.h>

#include "server/store/audit_row.h"
#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/local.h"
#include "server/store/view.h"

enum { HASH = crypto_hash_sha256_BYTES };

const char *audit_action_name(enum audit_action action)
{
    static const char *const names[] = {
#define AUDIT(code, name, sentence) [code] = (name),
#include "server/store/audit.def"
#undef AUDIT
    };
    return names[action];
}

static void hash_number(crypto_hash_sha256_state *state, uint64_t value)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(value >> (8 * (7 - i)));
    crypto_hash_sha256_update(state, bytes, sizeof bytes);
}

static void hash_code(crypto_hash_sha256_state *state, struct span code)
{
    const uint8_t len = (uint8_t)code.len;
    crypto_hash_sha256_update(state, &len, 1);
    crypto_hash_sha256_update(state, code.data, len);
}

static void hash_row(const uint8_t before[HASH], const struct audit_row *row, uint8_t ret[HASH])
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, before, HASH);
    hash_number(&state, row->seq);
    hash_number(&state, (uint64_t)row->at_ms);
    crypto_hash_sha256_update(&state, row->actor_id.bytes, UUID_BYTES);
    crypto_hash_sha256_update(&state, row->object_id.bytes, UUID_BYTES);
    hash_code(&state, row->action);
    hash_code(&state, row->reason);
    crypto_hash_sha256_final(&state, ret);
}

enum err_code audit_row_add(struct db *db, const struct audit_entry *entry, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *last = NULL;
    bool found;
    uint8_t before[HASH] = {0};
    TRY(db_take(db, SQL_AUDIT_LAST, &last, err));
    TRY(db_step(db, last, &found, err));
    struct audit_row row = {
        .seq = 1 + (found ? (uint64_t)db_column_int(last, 0) : 0),
        .at_ms = entry->at_ms,
        .actor_id = entry->actor_id,
        .object_id = entry->object_id,
        .action = span_from_str(audit_action_name(entry->action)),
        .reason = span_from_str(entry->reason ? entry->reason : ""),
    };
    if (found && db_column_blob(last, 1).len == HASH)
        memcpy(before, db_column_blob(last, 1).data, HASH);
    hash_row(before, &row, row.hash);
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_AUDIT_ADD, &stmt, err));
    db_bind_int(db, stmt, 2, (int64_t)row.seq);
    db_bind_int(db, stmt, 3, row.at_ms);
    db_bind_uuid(db, stmt, 4, row.actor_id);
    db_bind_text(db, stmt, 5, row.action);
    db_bind_uuid(db, stmt, 6, row.object_id);
    db_bind_text(db, stmt, 7, row.reason);
    db_bind_blob(db, stmt, 8, span_of(row.hash, HASH));
    return db_run(db, stmt, err);
}

static enum err_code add(struct db *db, void *context, struct err *err)
{
    return audit_row_add(db, context, err);
}

enum err_code store_audit_add(struct store_writer *writer, const struct audit_entry *entry,
                              struct err *err)
{
    struct audit_entry copy = *entry;
    return store_local(writer, add, &copy, err);
}

/* --- Reading ---------------------------------------------------------------------------------- */

static enum err_code take_rows(struct store_reader *reader, uint64_t after, int64_t from_ms,
                               int64_t until_ms, size_t limit, sqlite3_stmt **ret, struct err *err)
{
    TRY(db_take(&reader->db, SQL_AUDIT_LIST, ret, err));
    db_bind_int(&reader->db, *ret, 2, (int64_t)after);
    db_bind_int(&reader->db, *ret, 3, from_ms);
    db_bind_int(&reader->db, *ret, 4, until_ms);
    db_bind_int(&reader->db, *ret, 5, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    return ERR_OK;
}

/* Spans are borrowed when `arena` is NULL. */
static enum err_code read_row(sqlite3_stmt *stmt, struct arena *arena, struct audit_row *ret,
                              struct err *err)
{
    struct audit_row row = {
        .seq = (uint64_t)db_column_int(stmt, 0),
        .at_ms = db_column_int(stmt, 1),
        .actor_id = db_column_uuid(stmt, 2),
        .object_id = db_column_uuid(stmt, 3),
    };
    TRY(view_text(stmt, 4, arena, &row.action, err));
    TRY(view_text(stmt, 5, arena, &row.reason, err));
    const struct span hash = db_column_blob(stmt, 6);
    if (hash.len == HASH)
        memcpy(row.hash, hash.data, HASH);
    *ret = row;
    return ERR_OK;
}

enum err_code store_audit_list(struct store_reader *reader, int64_t from_ms, int64_t until_ms,
                               uint64_t after, size_t limit, struct arena *arena,
                               struct audit_row **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(take_rows(reader, after, from_ms, until_ms, limit, &stmt, err));
    struct audit_row *rows = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&rows, count, &capacity, sizeof *rows, err));
        TRY(read_row(stmt, arena, &rows[count], err));
        count++;
    }
    *ret = rows;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_audit_newest(struct store_reader *reader, uint64_t *ret, struct err *err)
{
    sqlite3_stmt *stmt;
    int64_t newest;
    TRY(db_take(&reader->db, SQL_AUDIT_LAST, &stmt, err));
    TRY(db_one_int(&reader->db, stmt, 0, &newest, err));
    *ret = (uint64_t)newest;
    return ERR_OK;
}

enum err_code store_audit_verify(struct store_reader *reader, struct audit_verdict *ret,
                                 struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(take_rows(reader, 0, INT64_MIN, INT64_MAX, INT64_MAX, &stmt, err));
    struct audit_verdict verdict = {0};
    for (bool found;;) {
        struct audit_row row;
        uint8_t hash[HASH];
        TRY(db_step(&reader->db, stmt, &found, err));
        if (!found)
            break;
        TRY(read_row(stmt, NULL, &row, err));
        hash_row(verdict.head, &row, hash);
        if (row.seq != verdict.rows + 1 || memcmp(hash, row.hash, HASH) != 0) {
            verdict.broken_at = row.seq;
            break;
        }
        memcpy(verdict.head, hash, HASH);
        verdict.rows++;
    }
    *ret = verdict;
    return ERR_OK;
}
