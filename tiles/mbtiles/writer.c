#include "tiles/mbtiles/writer.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiles/base/num.h"

/* Rollback is not needed: the file is new, and thrown away when something fails. application_id
 * "MPBX" as the standard gives it. The index comes last: rows are sorted once. */
static const char sql_make[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                               "PRAGMA application_id = 0x4d504258;"
                               "CREATE TABLE metadata (name text, value text);"
                               "CREATE TABLE tiles (zoom_level integer, tile_column integer,"
                               " tile_row integer, tile_data blob); BEGIN";
static const char sql_add[] = "INSERT INTO tiles VALUES (?, ?, ?, ?)";
static const char sql_describe[] = "INSERT INTO metadata VALUES (?, ?)";
static const char sql_index[] =
    "CREATE UNIQUE INDEX name ON metadata (name);"
    "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row); COMMIT";

struct mbtiles_writer {
    sqlite3 *db;
    sqlite3_stmt *add;
    char *path, *temporary;
    uint8_t min_zoom, max_zoom;
    uint64_t count;
};

static enum err_code failed(const struct mbtiles_writer *writer, struct err *err)
{
    switch (sqlite3_errcode(writer->db) & 0xFF) {
    case SQLITE_NOMEM:
        return err_set(err, ERR_NOMEM, "no memory to write the MBTiles file", writer->count);
    case SQLITE_FULL:
        return err_set(err, ERR_FULL, "disk is full while an MBTiles file is written",
                       writer->count);
    case SQLITE_CONSTRAINT:
        return err_set(err, ERR_CONFLICT, "the same tile was added twice", writer->count);
    case SQLITE_TOOBIG:
        return err_set(err, ERR_TOO_LARGE, "tile is too large for SQLite", writer->count);
    default:
        return err_set(err, ERR_IO, "MBTiles file cannot be written", writer->count);
    }
}

static enum err_code run(const struct mbtiles_writer *writer, const char *sql, struct err *err)
{
    return sqlite3_exec(writer->db, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK
                                                                        : failed(writer, err);
}

static enum err_code open_into(struct mbtiles_writer *writer, const char *path, struct err *err)
{
    writer->path = strdup(path);
    if (!writer->path || asprintf(&writer->temporary, "%s.tmp", path) < 0)
        return err_set(err, ERR_NOMEM, "no memory for an MBTiles file", 0);
    unlink(writer->temporary);
    if (sqlite3_open_v2(writer->temporary, &writer->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return err_set(err, ERR_IO, "MBTiles file cannot be made here", 0);
    TRY(run(writer, sql_make, err));
    return sqlite3_prepare_v2(writer->db, sql_add, -1, &writer->add, NULL) == SQLITE_OK
               ? ERR_OK
               : failed(writer, err);
}

enum err_code mbtiles_writer_open(const char *path, struct mbtiles_writer **ret, struct err *err)
{
    struct mbtiles_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return err_set(err, ERR_NOMEM, "no memory for an MBTiles file", 0);
    const enum err_code code = open_into(writer, path, err);
    if (code != ERR_OK) {
        mbtiles_writer_close(writer);
        return code;
    }
    *ret = writer;
    return ERR_OK;
}

enum err_code mbtiles_writer_add(struct mbtiles_writer *writer, struct tile tile, struct span bytes,
                                 struct err *err)
{
    if (!tile_is_valid(tile))
        return err_set(err, ERR_RANGE, "tile lies outside its zoom level", tile.z);
    sqlite3_reset(writer->add);
    sqlite3_bind_int(writer->add, 1, tile.z);
    sqlite3_bind_int64(writer->add, 2, tile.x);
    sqlite3_bind_int64(writer->add, 3, (INT64_C(1) << tile.z) - 1 - tile.y);
    sqlite3_bind_blob64(writer->add, 4, bytes.data, bytes.len, SQLITE_STATIC);
    if (sqlite3_step(writer->add) != SQLITE_DONE)
        return failed(writer, err);
    if (writer->count == 0 || tile.z < writer->min_zoom)
        writer->min_zoom = tile.z;
    if (writer->count == 0 || tile.z > writer->max_zoom)
        writer->max_zoom = tile.z;
    writer->count++;
    return ERR_OK;
}

static const char *format_of(uint8_t tile_type)
{
    switch (tile_type) {
    case ARCHIVE_TILE_MVT:
        return "pbf";
    case ARCHIVE_TILE_PNG:
        return "png";
    case ARCHIVE_TILE_JPEG:
        return "jpg";
    case ARCHIVE_TILE_WEBP:
        return "webp";
    default:
        return "application/octet-stream";
    }
}

static enum err_code describe(struct mbtiles_writer *writer, const char *name, struct span value,
                              struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    if (!value.data)
        return ERR_OK;
    if (sqlite3_prepare_v2(writer->db, sql_describe, -1, &stmt, NULL) != SQLITE_OK)
        return failed(writer, err);
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, (const char *)value.data, (int)value.len, SQLITE_STATIC);
    const int step = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    return step == SQLITE_DONE ? ERR_OK : failed(writer, err);
}

static enum err_code describe_text(struct mbtiles_writer *writer, const char *name,
                                   const char *text, struct err *err)
{
    return text ? describe(writer, name, span_from_str(text), err) : ERR_OK;
}

static enum err_code describe_int(struct mbtiles_writer *writer, const char *name, int64_t value,
                                  struct err *err)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return describe_text(writer, name, text, err);
}

static enum err_code describe_place(struct mbtiles_writer *writer,
                                    const struct archive_tileset *set, struct err *err)
{
    CLEANUP(buf_done) struct buf text = {0};
    const int32_t bounds[] = {set->min_lon_e7, set->min_lat_e7, set->max_lon_e7, set->max_lat_e7};
    for (size_t i = 0; i < LENGTH(bounds); i++) {
        if (i)
            buf_add_byte(&text, ',');
        num_add_e7(&text, bounds[i]);
    }
    TRY(describe(writer, "bounds", buf_span(&text), err));
    buf_clear(&text);
    num_add_e7(&text, set->center_lon_e7);
    buf_add_byte(&text, ',');
    num_add_e7(&text, set->center_lat_e7);
    buf_add_byte(&text, ',');
    buf_add_int(&text, set->center_zoom);
    return describe(writer, "center", buf_span(&text), err);
}

static enum err_code describe_all(struct mbtiles_writer *writer, const struct archive_tileset *set,
                                  struct err *err)
{
    CLEANUP(buf_done) struct buf json = {0};
    TRY(describe_text(writer, "name", set->name ? set->name : "tiles", err)); /* a must */
    TRY(describe_text(writer, "format", format_of(set->tile_type), err));
    TRY(describe_place(writer, set, err));
    TRY(describe_int(writer, "minzoom", writer->min_zoom, err));
    TRY(describe_int(writer, "maxzoom", writer->max_zoom, err));
    TRY(describe_text(writer, "attribution", set->attribution, err));
    TRY(describe_text(writer, "description", set->description, err));
    TRY(describe_text(writer, "type", set->type, err));
    TRY(describe_text(writer, "version", set->version, err));
    if (set->tile_type != ARCHIVE_TILE_MVT)
        return ERR_OK;
    buf_add_str(&json, "{\"vector_layers\":");
    archive_layers_write(set, &json);
    buf_add_byte(&json, '}');
    if (json.failed)
        return err_set(err, ERR_NOMEM, "no memory for the metadata", 0);
    return describe(writer, "json", buf_span(&json), err);
}

static enum err_code sync_and_rename(struct mbtiles_writer *writer, struct err *err)
{
    const int file = open(writer->temporary, O_RDONLY | O_CLOEXEC);
    const int unsynced = file < 0 || fsync(file) != 0;
    if (file >= 0)
        close(file);
    if (unsynced || rename(writer->temporary, writer->path) != 0)
        return err_set(err, ERR_IO, "MBTiles file cannot be put in its place", 0);
    return ERR_OK;
}

enum err_code mbtiles_writer_finish(struct mbtiles_writer *writer,
                                    const struct archive_tileset *tileset, struct err *err)
{
    if (writer->count == 0)
        return err_set(err, ERR_INVALID, "an MBTiles file without tiles cannot be written", 0);
    sqlite3_finalize(writer->add);
    writer->add = NULL;
    TRY(describe_all(writer, tileset, err));
    TRY(run(writer, sql_index, err));
    if (sqlite3_close(writer->db) != SQLITE_OK)
        return failed(writer, err);
    writer->db = NULL;
    return sync_and_rename(writer, err);
}

void mbtiles_writer_close(struct mbtiles_writer *writer)
{
    if (!writer)
        return;
    sqlite3_finalize(writer->add);
    sqlite3_close(writer->db);
    if (writer->temporary)
        unlink(writer->temporary); /* not there any more after a finish */
    free(writer->path);
    free(writer->temporary);
    free(writer);
}
