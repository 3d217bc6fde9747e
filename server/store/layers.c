#include "server/store/layers.h"

#include "server/store/inside.h"
#include "server/store/list.h"
#include "server/store/view.h"

static enum err_code bad_sum(struct err *err)
{
    return err_set(err, ERR_CHECKSUM, "a row of layers is damaged", 0);
}

static enum err_code read_source(sqlite3_stmt *stmt, struct arena *arena, struct store_source *ret,
                                 struct err *err)
{
    struct store_source source = {
        .bytes = (uint64_t)db_column_int(stmt, 4),
        .features = (uint64_t)db_column_int(stmt, 5),
        .imported = (uint64_t)db_column_int(stmt, 6),
        .repaired = (uint64_t)db_column_int(stmt, 7),
        .refused = (uint64_t)db_column_int(stmt, 8),
        .imported_ms = db_column_int(stmt, 9),
    };
    TRY(view_text(stmt, 0, arena, &source.name, err));
    TRY(view_text(stmt, 1, arena, &source.kind, err));
    TRY(view_text(stmt, 2, arena, &source.origin, err));
    TRY(view_text(stmt, 10, arena, &source.attribution, err));
    const struct span sum = db_column_blob(stmt, 3);
    if (sum.len != sizeof source.sha256)
        return bad_sum(err);
    memcpy(source.sha256, sum.data, sum.len);
    *ret = source;
    return ERR_OK;
}

static enum err_code read_layer(sqlite3_stmt *stmt, struct arena *arena, struct store_layer *ret,
                                struct err *err)
{
    struct store_layer layer = {
        .bytes = (uint64_t)db_column_int(stmt, 4),
        .made_ms = db_column_int(stmt, 5),
    };
    TRY(view_text(stmt, 0, arena, &layer.name, err));
    TRY(view_text(stmt, 1, arena, &layer.file, err));
    TRY(view_text(stmt, 2, arena, &layer.edition, err));
    const struct span sum = db_column_blob(stmt, 3);
    if (sum.len != sizeof layer.sha256)
        return bad_sum(err);
    memcpy(layer.sha256, sum.data, sum.len);
    *ret = layer;
    return ERR_OK;
}

enum err_code store_sources_list(struct store_reader *reader, struct arena *arena,
                                 struct store_source **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_SOURCES_LIST, &stmt, err));
    struct store_source *sources = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&sources, count, &capacity, sizeof *sources, err));
        TRY(read_source(stmt, arena, &sources[count], err));
        count++;
    }
    *ret = sources;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_layers_list(struct store_reader *reader, struct arena *arena,
                                struct store_layer **ret, size_t *ret_count, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_LAYERS_LIST, &stmt, err));
    struct store_layer *layers = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        TRY(list_grow(arena, (void **)&layers, count, &capacity, sizeof *layers, err));
        TRY(read_layer(stmt, arena, &layers[count], err));
        count++;
    }
    *ret = layers;
    *ret_count = count;
    return ERR_OK;
}

enum err_code store_layers_find(struct store_reader *reader, struct span name, struct arena *arena,
                                struct store_layer *ret, struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    bool row;
    TRY(db_take(&reader->db, SQL_LAYERS_FIND, &stmt, err));
    db_bind_text(&reader->db, stmt, 2, name);
    TRY(db_step(&reader->db, stmt, &row, err));
    return row ? read_layer(stmt, arena, ret, err)
               : err_set(err, ERR_NOT_FOUND, "there is no such layer", 0);
}

/* --- Writing ---------------------------------------------------------------------------------- */

/* Names become file names: nothing that means anything to a path. */
static enum err_code check_name(struct span name, struct err *err)
{
    bool good = name.len > 0 && name.len <= 100 && name.data[0] != '.';
    for (size_t i = 0; good && i < name.len; i++) {
        const uint8_t c = name.data[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
    return good ? ERR_OK
                : err_set(err, ERR_PARAM, "a name has small letters, digits, . _ and - only", 0);
}

static enum err_code put_source(struct db *db, const struct store_source *source, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(check_name(source->name, err));
    TRY(db_take(db, SQL_SOURCES_PUT, &stmt, err));
    db_bind_text(db, stmt, 2, source->name);
    db_bind_text(db, stmt, 3, source->kind);
    db_bind_text(db, stmt, 4, source->origin);
    db_bind_blob(db, stmt, 5, span_of(source->sha256, sizeof source->sha256));
    db_bind_int(db, stmt, 6, (int64_t)source->bytes);
    db_bind_int(db, stmt, 7, (int64_t)source->features);
    db_bind_int(db, stmt, 8, (int64_t)source->imported);
    db_bind_int(db, stmt, 9, (int64_t)source->repaired);
    db_bind_int(db, stmt, 10, (int64_t)source->refused);
    db_bind_int(db, stmt, 11, source->imported_ms);
    db_bind_text(db, stmt, 12, source->attribution);
    return db_run(db, stmt, err);
}

static enum err_code put_layer(struct db *db, const struct store_layer *layer, struct err *err)
{
    sqlite3_stmt *stmt;
    TRY(check_name(layer->name, err));
    TRY(check_name(layer->file, err));
    TRY(db_take(db, SQL_LAYERS_PUT, &stmt, err));
    db_bind_text(db, stmt, 2, layer->name);
    db_bind_text(db, stmt, 3, layer->file);
    db_bind_text(db, stmt, 4, layer->edition);
    db_bind_blob(db, stmt, 5, span_of(layer->sha256, sizeof layer->sha256));
    db_bind_int(db, stmt, 6, (int64_t)layer->bytes);
    db_bind_int(db, stmt, 7, layer->made_ms);
    return db_run(db, stmt, err);
}

static enum err_code put_all(struct db *db, const struct store_source *sources, size_t source_count,
                             const struct store_layer *layers, size_t layer_count, struct err *err)
{
    TRY(db_exec(db, "BEGIN IMMEDIATE", err));
    for (size_t i = 0; i < source_count; i++)
        TRY(put_source(db, &sources[i], err));
    for (size_t i = 0; i < layer_count; i++)
        TRY(put_layer(db, &layers[i], err));
    return db_exec(db, "COMMIT", err);
}

enum err_code store_layers_put(struct store *store, const struct store_source *sources,
                               size_t source_count, const struct store_layer *layers,
                               size_t layer_count, struct err *err)
{
    struct db db;
    TRY(inside_open_own(store, &db, err));
    const enum err_code code = put_all(&db, sources, source_count, layers, layer_count, err);
    if (code != ERR_OK)
        db_rollback(&db);
    db_close(&db);
    return code;
}

enum err_code store_sources_remove(struct store *store, struct span name, struct err *err)
{
    struct db db;
    sqlite3_stmt *stmt;
    TRY(inside_open_own(store, &db, err));
    enum err_code code = db_take(&db, SQL_SOURCES_REMOVE, &stmt, err);
    if (code == ERR_OK) {
        db_bind_text(&db, stmt, 2, name);
        code = db_run(&db, stmt, err);
    }
    if (code == ERR_OK && sqlite3_changes(db.sqlite) == 0)
        code = err_set(err, ERR_NOT_FOUND, "there is no source of that name", 0);
    db_close(&db);
    return code;
}
