#include "server/store/persons.h"

#include <sodium.h>

#include "server/store/audit_row.h"
#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/local.h"
#include "server/store/removal.h"
#include "server/store/view.h"
#include "tiles/base/buf.h"

static enum err_code no_person(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "nobody of this name is in this meeting", 0);
}

/* --- Reading ---------------------------------------------------------------------------------- */

static enum err_code read_person(sqlite3_stmt *stmt, struct arena *arena, struct store_person *ret,
                                 struct err *err)
{
    struct store_person person = {
        .id = db_column_uuid(stmt, 0),
        .meeting_id = db_column_uuid(stmt, 1),
        .author_id = db_column_uuid(stmt, 2),
        .made_ms = db_column_int(stmt, 6),
    };
    TRY(view_text(stmt, 3, arena, &person.pen_name, err));
    TRY(view_text(stmt, 4, arena, &person.pin, err));
    TRY(view_text(stmt, 5, arena, &person.words, err));
    *ret = person;
    return ERR_OK;
}

static enum err_code read_persons(struct db *db, sqlite3_stmt *stmt, struct arena *arena,
                                  struct store_person **ret, size_t *ret_count, struct err *err)
{
    struct store_person *persons = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&persons, count, &capacity, sizeof *persons, err));
        TRY(read_person(stmt, arena, &persons[count], err));
        count++;
    }
    *ret = persons;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_persons_find(struct store_reader *reader, struct uuid meeting_id,
                                 struct span pen_name, struct arena *arena,
                                 struct store_person *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_PERSON_FIND, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, meeting_id);
    db_bind_text(&reader->db, stmt, 3, pen_name);
    TRY(db_step(&reader->db, stmt, &row, err));
    return row ? read_person(stmt, arena, ret, err) : no_person(err);
}

enum err_code store_persons_list(struct store_reader *reader, struct uuid meeting_id,
                                 struct arena *arena, struct store_person **ret, size_t *ret_count,
                                 struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_PERSON_LIST, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, meeting_id);
    return read_persons(&reader->db, stmt, arena, ret, ret_count, err);
}

enum err_code store_persons_of_device(struct store_reader *reader, struct uuid device_id,
                                      int64_t now_ms, struct arena *arena,
                                      struct store_person **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_PERSON_OF_DEVICE, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, device_id);
    db_bind_int(&reader->db, stmt, 3, now_ms);
    return read_persons(&reader->db, stmt, arena, ret, ret_count, err);
}

/* --- Writing ---------------------------------------------------------------------------------- */

struct change {
    const struct store_person *person;
    const struct store_person_device *device;
    struct uuid person_id, device_id, meeting_id, actor_id;
    struct span pin;
    int64_t now_ms;
};

/* Trust on first use, as with operations (sync.md S5). */
static enum err_code trust_device(struct db *db, const struct store_person_device *device,
                                  struct err *err)
{
    sqlite3_stmt *stmt;
    bool known;
    TRY(db_take(db, SQL_DEVICE_FIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, device->device_id);
    TRY(db_step(db, stmt, &known, err));
    const struct span first = db_column_blob(stmt, 0);
    const bool same =
        known && first.len == 32 && sodium_memcmp(first.data, device->token_sha256, 32) == 0;
    db_reset(stmt);
    if (known)
        return same ? ERR_OK
                    : err_set(err, ERR_UNAUTHORIZED,
                              "this device id belongs to a device with another token", 0);
    TRY(db_take(db, SQL_DEVICE_ADD, &stmt, err));
    db_bind_uuid(db, stmt, 2, device->device_id);
    db_bind_blob(db, stmt, 3, span_of(device->token_sha256, 32));
    db_bind_int(db, stmt, 4, device->now_ms);
    return db_run(db, stmt, err);
}

static enum err_code bind(struct db *db, struct uuid person_id,
                          const struct store_person_device *device, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(trust_device(db, device, err));
    TRY(db_take(db, SQL_PERSON_BIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, device->device_id);
    db_bind_uuid(db, stmt, 3, person_id);
    db_bind_int(db, stmt, 4, device->now_ms);
    db_bind_int(db, stmt, 5, device->until_ms);
    const enum err_code code = db_run(db, stmt, err);
    return code == ERR_CONFLICT ? no_person(err) : code;
}

static enum err_code add_person(struct db *db, void *context, struct err *err)
{
    const struct change *change = context;
    const struct store_person *person = change->person;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_PERSON_ADD, &stmt, err));
    db_bind_uuid(db, stmt, 2, person->id);
    db_bind_uuid(db, stmt, 3, person->meeting_id);
    db_bind_text(db, stmt, 4, person->pen_name);
    db_bind_uuid(db, stmt, 5, person->author_id);
    db_bind_text(db, stmt, 6, person->pin);
    db_bind_text(db, stmt, 7, person->words);
    db_bind_int(db, stmt, 8, person->made_ms);
    const enum err_code code = db_run(db, stmt, err);
    if (code == ERR_CONFLICT)
        return err_set(err, code, "somebody in this meeting has this pen name already", 0);
    TRY(code);
    return change->device ? bind(db, person->id, change->device, err) : ERR_OK;
}

enum err_code store_persons_add(struct store_writer *writer, const struct store_person *person,
                                const struct store_person_device *device, struct err *err)
{
    struct change change = {.person = person, .device = device};
    return store_local(writer, add_person, &change, err);
}

static enum err_code bind_person(struct db *db, void *context, struct err *err)
{
    const struct change *change = context;
    return bind(db, change->person_id, change->device, err);
}

enum err_code store_persons_bind(struct store_writer *writer, struct uuid person_id,
                                 const struct store_person_device *device, struct err *err)
{
    struct change change = {.person_id = person_id, .device = device};
    return store_local(writer, bind_person, &change, err);
}

static enum err_code unbind(struct db *db, void *context, struct err *err)
{
    const struct change *change = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_PERSON_UNBIND, &stmt, err));
    db_bind_uuid(db, stmt, 2, change->device_id);
    db_bind_uuid_or_null(db, stmt, 3, change->meeting_id);
    return db_run(db, stmt, err);
}

enum err_code store_persons_unbind(struct store_writer *writer, struct uuid device_id,
                                   struct uuid meeting_id, struct err *err)
{
    struct change change = {.device_id = device_id, .meeting_id = meeting_id};
    return store_local(writer, unbind, &change, err);
}

static enum err_code tell(struct db *db, const struct change *change, enum audit_action action,
                          struct uuid object_id, struct err *err)
{
    const struct audit_entry entry = {
        .at_ms = change->now_ms,
        .actor_id = change->actor_id,
        .action = action,
        .object_id = object_id,
    };
    return audit_row_add(db, &entry, err);
}

static enum err_code set_pin(struct db *db, void *context, struct err *err)
{
    const struct change *change = context;
    sqlite3_stmt *stmt;
    TRY(db_take(db, SQL_PERSON_SET_PIN, &stmt, err));
    db_bind_uuid(db, stmt, 2, change->person_id);
    db_bind_text(db, stmt, 3, change->pin);
    TRY(db_run(db, stmt, err));
    if (sqlite3_changes(db->sqlite) == 0)
        return no_person(err);
    return tell(db, change, AUDIT_PERSON_PIN, change->person_id, err);
}

enum err_code store_persons_set_pin(struct store_writer *writer, struct uuid person_id,
                                    struct span pin, struct uuid actor_id, int64_t now_ms,
                                    struct err *err)
{
    struct change change = {
        .person_id = person_id, .pin = pin, .actor_id = actor_id, .now_ms = now_ms};
    return store_local(writer, set_pin, &change, err);
}

static enum err_code read_ids(struct db *db, struct uuid meeting_id, struct buf *ret,
                              struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(db, SQL_PERSON_IDS, &stmt, err));
    db_bind_uuid(db, stmt, 2, meeting_id);
    for (bool row;;) {
        TRY(db_step(db, stmt, &row, err));
        if (!row)
            return ret->failed ? err_set(err, ERR_NOMEM, "out of memory", 0) : ERR_OK;
        const struct uuid id = db_column_uuid(stmt, 0);
        buf_add(ret, span_of(id.bytes, UUID_BYTES));
    }
}

static enum err_code forget_all(struct db *db, const struct change *change, struct buf *ids,
                                struct err *err)
{
    TRY(read_ids(db, change->meeting_id, ids, err));
    if (ids->len == 0)
        return ERR_OK;
    for (size_t at = 0; at < ids->len; at += UUID_BYTES) {
        struct uuid id;
        memcpy(id.bytes, ids->data + at, UUID_BYTES);
        TRY(removal_apply(db, id, err));
    }
    TRY(tell(db, change, AUDIT_PERSON_REMOVE, change->meeting_id, err));
    return removal_keep(db, buf_span(ids), err);
}

static enum err_code forget(struct db *db, void *context, struct err *err)
{
    struct buf ids;
    buf_init(&ids);
    const enum err_code code = forget_all(db, context, &ids, err);
    buf_done(&ids);
    return code;
}

enum err_code store_persons_forget(struct store_writer *writer, struct uuid meeting_id,
                                   struct uuid actor_id, int64_t now_ms, struct err *err)
{
    struct change change = {.meeting_id = meeting_id, .actor_id = actor_id, .now_ms = now_ms};
    return store_local(writer, forget, &change, err);
}
