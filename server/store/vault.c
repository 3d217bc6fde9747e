#include "server/store/vault.h"

#include "server/store/audit_row.h"
#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/local.h"
#include "server/store/vault_row.h"
#include "server/store/view.h"

/* --- The key ---------------------------------------------------------------------------------- */

enum err_code store_vault_key(struct store_reader *reader, uint8_t ret[VAULT_KEY_BYTES],
                              struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_VAULT_KEY_FIND, &stmt, err));
    TRY(db_step(&reader->db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "the vault has no key yet", 0);
    memcpy(ret, db_column_blob(stmt, 0).data, VAULT_KEY_BYTES);
    return ERR_OK;
}

static enum err_code put_key(struct db *db, void *context, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_VAULT_KEY_PUT, &stmt, err));
    db_bind_blob(db, stmt, 2, span_of(context, VAULT_KEY_BYTES));
    return db_run(db, stmt, err);
}

enum err_code store_vault_key_put(struct store_writer *writer, const uint8_t key[VAULT_KEY_BYTES],
                                  struct err *err)
{
    uint8_t copy[VAULT_KEY_BYTES];
    memcpy(copy, key, sizeof copy);
    return store_local(writer, put_key, copy, err);
}

/* --- Keeping ---------------------------------------------------------------------------------- */

static enum err_code tell(struct db *db, int64_t now_ms, struct uuid actor_id,
                          enum audit_action action, struct uuid object_id, struct err *err)
{
    const struct audit_entry entry = {
        .at_ms = now_ms, .actor_id = actor_id, .action = action, .object_id = object_id};
    return audit_row_add(db, &entry, err);
}

struct keeping {
    struct uuid person_id, actor_id;
    struct span sealed;
    int64_t now_ms;
};

enum err_code vault_keep(struct db *db, struct uuid person_id, struct span sealed,
                         struct uuid actor_id, int64_t now_ms, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_VAULT_PUT, &stmt, err));
    db_bind_uuid(db, stmt, 2, person_id);
    db_bind_blob(db, stmt, 3, sealed);
    db_bind_int(db, stmt, 4, now_ms);
    TRY(db_run(db, stmt, err));
    return tell(db, now_ms, actor_id, AUDIT_VAULT_KEEP, person_id, err);
}

static enum err_code keep(struct db *db, void *context, struct err *err)
{
    const struct keeping *keeping = context;
    return vault_keep(db, keeping->person_id, keeping->sealed, keeping->actor_id, keeping->now_ms,
                      err);
}

enum err_code store_vault_keep(struct store_writer *writer, struct uuid person_id,
                               struct span sealed, struct uuid actor_id, int64_t now_ms,
                               struct err *err)
{
    struct keeping keeping = {person_id, actor_id, sealed, now_ms};
    return store_local(writer, keep, &keeping, err);
}

/* --- Requests --------------------------------------------------------------------------------- */

static enum err_code read_request(sqlite3_stmt *stmt, struct arena *arena,
                                  struct store_vault_request *ret, struct err *err)
{
    struct store_vault_request request = {
        .id = db_column_uuid(stmt, 0),
        .person_id = db_column_uuid(stmt, 1),
        .asked_by = db_column_uuid(stmt, 3),
        .asked_ms = db_column_int(stmt, 4),
        .approved_by = db_column_uuid(stmt, 5),
        .approved_ms = db_column_int(stmt, 6),
        .opened_ms = db_column_int(stmt, 7),
    };
    TRY(view_text(stmt, 2, arena, &request.reason, err));
    *ret = request;
    return ERR_OK;
}

static enum err_code find_request(struct db *db, struct uuid id, struct arena *arena,
                                  struct store_vault_request *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(db, SQL_VAULT_REQUEST_FIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, id);
    TRY(db_step(db, stmt, &row, err));
    return row ? read_request(stmt, arena, ret, err)
               : err_set(err, ERR_NOT_FOUND, "there is no such request", 0);
}

enum err_code store_vault_find(struct store_reader *reader, struct uuid id, struct arena *arena,
                               struct store_vault_request *ret, struct err *err)
{
    return find_request(&reader->db, id, arena, ret, err);
}

enum err_code store_vault_list(struct store_reader *reader, struct arena *arena,
                               struct store_vault_request **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_VAULT_REQUEST_LIST, &stmt, err));
    struct store_vault_request *requests = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&requests, count, &capacity, sizeof *requests, err));
        TRY(read_request(stmt, arena, &requests[count], err));
        count++;
    }
    *ret = requests;
    *ret_count = count;
    return ERR_OK;
}

static enum err_code find_sealed(struct db *db, struct uuid person_id, struct arena *arena,
                                 struct span *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(db, SQL_VAULT_FIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, person_id);
    TRY(db_step(db, stmt, &row, err));
    if (!row)
        return err_set(err, ERR_NOT_FOUND, "nothing is kept of this person", 0);
    const struct span sealed = db_column_blob(stmt, 0);
    const char *copy = arena_copy(arena, sealed);
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, sealed.len);
    return ERR_OK;
}

static enum err_code ask(struct db *db, void *context, struct err *err)
{
    const struct store_vault_request *request = context;
    sqlite3_stmt *stmt;
    bool kept;
    TRY(db_take(db, SQL_VAULT_FIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, request->person_id);
    TRY(db_step(db, stmt, &kept, err));
    db_reset(stmt);
    if (!kept)
        return err_set(err, ERR_NOT_FOUND, "nothing is kept of this person", 0);
    TRY(db_take(db, SQL_VAULT_ASK, &stmt, err));
    db_bind_uuid(db, stmt, 2, request->id);
    db_bind_uuid(db, stmt, 3, request->person_id);
    db_bind_text(db, stmt, 4, request->reason);
    db_bind_uuid(db, stmt, 5, request->asked_by);
    db_bind_int(db, stmt, 6, request->asked_ms);
    TRY(db_run(db, stmt, err));
    return tell(db, request->asked_ms, request->asked_by, AUDIT_VAULT_ASK, request->person_id, err);
}

enum err_code store_vault_ask(struct store_writer *writer,
                              const struct store_vault_request *request, struct err *err)
{
    struct store_vault_request copy = *request;
    return store_local(writer, ask, &copy, err);
}

struct step {
    struct uuid id, actor_id;
    int64_t now_ms;
    struct arena *arena;
    struct span sealed;
};

static enum err_code judge_approval(const struct store_vault_request *request,
                                    const struct step *step, struct err *err)
{
    if (uuid_equal(request->asked_by, step->actor_id))
        return err_set(err, ERR_FORBIDDEN, "who asked cannot agree: another moderator has to", 0);
    if (!uuid_is_nil(request->approved_by))
        return err_set(err, ERR_CONFLICT, "this request was agreed to before", 0);
    if (step->now_ms > request->asked_ms + VAULT_WEEK_MS)
        return err_set(err, ERR_GONE, "this request is older than a week: ask anew", 0);
    return ERR_OK;
}

static enum err_code approve(struct db *db, void *context, struct err *err)
{
    const struct step *step = context;
    struct store_vault_request request;
    sqlite3_stmt *stmt;
    TRY(find_request(db, step->id, step->arena, &request, err));
    TRY(judge_approval(&request, step, err));
    TRY(db_take(db, SQL_VAULT_APPROVE, &stmt, err));
    db_bind_uuid(db, stmt, 2, step->id);
    db_bind_uuid(db, stmt, 3, step->actor_id);
    db_bind_int(db, stmt, 4, step->now_ms);
    TRY(db_run(db, stmt, err));
    return tell(db, step->now_ms, step->actor_id, AUDIT_VAULT_APPROVE, request.person_id, err);
}

enum err_code store_vault_approve(struct store_writer *writer, struct uuid id, struct uuid actor_id,
                                  int64_t now_ms, struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct step step = {.id = id, .actor_id = actor_id, .now_ms = now_ms, .arena = &arena};
    const enum err_code code = store_local(writer, approve, &step, err);
    arena_done(&arena);
    return code;
}

static enum err_code judge_opening(const struct store_vault_request *request,
                                   const struct step *step, struct err *err)
{
    if (!uuid_equal(request->asked_by, step->actor_id))
        return err_set(err, ERR_FORBIDDEN, "only who asked may open it", 0);
    if (uuid_is_nil(request->approved_by))
        return err_set(err, ERR_FORBIDDEN, "another moderator has to agree first", 0);
    if (request->opened_ms)
        return err_set(err, ERR_CONFLICT, "this request was opened before: ask anew", 0);
    if (step->now_ms > request->approved_ms + VAULT_HOUR_MS)
        return err_set(err, ERR_GONE, "the hour after the agreement is over: ask anew", 0);
    return ERR_OK;
}

static enum err_code open_entry(struct db *db, void *context, struct err *err)
{
    struct step *step = context;
    struct store_vault_request request;
    sqlite3_stmt *stmt;
    TRY(find_request(db, step->id, step->arena, &request, err));
    TRY(judge_opening(&request, step, err));
    TRY(find_sealed(db, request.person_id, step->arena, &step->sealed, err));
    TRY(db_take(db, SQL_VAULT_OPENED, &stmt, err));
    db_bind_uuid(db, stmt, 2, step->id);
    db_bind_int(db, stmt, 3, step->now_ms);
    TRY(db_run(db, stmt, err));
    return tell(db, step->now_ms, step->actor_id, AUDIT_VAULT_OPEN, request.person_id, err);
}

enum err_code store_vault_open(struct store_writer *writer, struct uuid id, struct uuid actor_id,
                               int64_t now_ms, struct arena *arena, struct span *ret_sealed,
                               struct err *err)
{
    struct step step = {.id = id, .actor_id = actor_id, .now_ms = now_ms, .arena = arena};
    TRY(store_local(writer, open_entry, &step, err));
    *ret_sealed = step.sealed;
    return ERR_OK;
}
