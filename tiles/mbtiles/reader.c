#include "tiles/mbtiles/reader.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiles/base/num.h"

struct mbtiles_reader {
    sqlite3 *db;
    sqlite3_stmt *find;
    struct arena arena;
    struct mbtiles_about about;
};

static enum err_code failed(const struct mbtiles_reader *reader, struct err *err)
{
    const int code = sqlite3_errcode(reader->db) & 0xFF;
    if (code == SQLITE_NOMEM)
        return err_set(err, ERR_NOMEM, "no memory to read the MBTiles file", 0);
    if (code == SQLITE_NOTADB)
        return err_set(err, ERR_FORMAT, "this is not an SQLite file", 0);
    if (code == SQLITE_ERROR)
        return err_set(err, ERR_FORMAT, "this is not an MBTiles file: a table is missing", 0);
    return err_set(err, code == SQLITE_IOERR ? ERR_IO : ERR_FORMAT,
                   "the MBTiles file cannot be read: it may be damaged", (uint64_t)code);
}

static enum err_code prepare(struct mbtiles_reader *reader, const char *sql, sqlite3_stmt **ret,
                             struct err *err)
{
    if (sqlite3_prepare_v2(reader->db, sql, -1, ret, NULL) != SQLITE_OK)
        return failed(reader, err);
    return ERR_OK;
}

static void finalize_at(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
}

/* One metadata value, or NULL when it is not there. */
static enum err_code metadata(struct mbtiles_reader *reader, const char *name, const char **ret,
                              struct err *err)
{
    CLEANUP(finalize_at) sqlite3_stmt *stmt = NULL;
    TRY(prepare(reader, "SELECT value FROM metadata WHERE name = ?", &stmt, err));
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    const int step = sqlite3_step(stmt);
    if (step == SQLITE_DONE) {
        *ret = NULL;
        return ERR_OK;
    }
    if (step != SQLITE_ROW)
        return failed(reader, err);
    const void *text = sqlite3_column_text(stmt, 0);
    const struct span value = span_of(text, (size_t)sqlite3_column_bytes(stmt, 0));
    *ret = text ? arena_copy(&reader->arena, value) : NULL;
    if (text && !*ret)
        return err_set(err, ERR_NOMEM, "no memory for the metadata", 0);
    return ERR_OK;
}

static uint8_t type_from_name(const char *format)
{
    static const struct {
        const char *name;
        uint8_t type;
    } known[] = {
        {"pbf", ARCHIVE_TILE_MVT},
        {"png", ARCHIVE_TILE_PNG},
        {"jpg", ARCHIVE_TILE_JPEG},
        {"jpeg", ARCHIVE_TILE_JPEG},
        {"webp", ARCHIVE_TILE_WEBP},
        {"image/png", ARCHIVE_TILE_PNG},
        {"image/jpeg", ARCHIVE_TILE_JPEG},
        {"image/webp", ARCHIVE_TILE_WEBP},
        {"application/vnd.mapbox-vector-tile", ARCHIVE_TILE_MVT},
        {"application/x-protobuf", ARCHIVE_TILE_MVT},
    };
    for (size_t i = 0; i < LENGTH(known); i++)
        if (strcmp(format, known[i].name) == 0)
            return known[i].type;
    return ARCHIVE_TILE_OTHER;
}

static bool is_gzip(struct span bytes)
{
    return bytes.len >= 3 && memcmp(bytes.data, "\x1F\x8B\x08", 3) == 0;
}

/* Images by their signatures; vector tiles are gzip as the standard wants it. */
static uint8_t type_from_bytes(struct span bytes)
{
    if (bytes.len >= 8 && memcmp(bytes.data, "\x89PNG\r\n\x1A\n", 8) == 0)
        return ARCHIVE_TILE_PNG;
    if (bytes.len >= 3 && memcmp(bytes.data, "\xFF\xD8\xFF", 3) == 0)
        return bytes.len >= 4 && bytes.data[3] >= 0xC0 && bytes.data[3] < 0xFF ? ARCHIVE_TILE_JPEG
                                                                               : ARCHIVE_TILE_OTHER;
    if (bytes.len >= 12 && memcmp(bytes.data, "RIFF", 4) == 0 &&
        memcmp(bytes.data + 8, "WEBP", 4) == 0)
        return ARCHIVE_TILE_WEBP;
    return is_gzip(bytes) ? ARCHIVE_TILE_MVT : ARCHIVE_TILE_OTHER;
}

/* Numbers behind each other with commas; false when there are not exactly `count`. */
static bool numbers_from(const char *text, size_t count, double *ret)
{
    for (size_t i = 0; i < count; i++) {
        while (*text == ' ')
            text++;
        const size_t len = strcspn(text, ", ");
        if (num_double_from(span_of(text, len), &ret[i], NULL) != ERR_OK)
            return false;
        text += len + strspn(text + len, " ");
        if (*text == ',' && i + 1 < count)
            text++;
        else if (i + 1 < count)
            return false;
    }
    return *text == '\0';
}

static int32_t e7_within(double degrees, double limit)
{
    int32_t e7 = 0;
    if (!(degrees > -limit))
        degrees = -limit;
    if (degrees > limit)
        degrees = limit;
    return num_e7_from_double(degrees, &e7) ? e7 : 0;
}

static enum err_code read_place(struct mbtiles_reader *reader, struct err *err)
{
    struct archive_tileset *set = &reader->about.tileset;
    const char *bounds = NULL, *center = NULL;
    double box[4] = {-180, -85.0511288, 180, 85.0511288}, middle[3];
    TRY(metadata(reader, "bounds", &bounds, err));
    TRY(metadata(reader, "center", &center, err));
    double told[4];
    if (bounds && numbers_from(bounds, 4, told))
        memcpy(box, told, sizeof box);
    set->min_lon_e7 = e7_within(box[0], 180);
    set->min_lat_e7 = e7_within(box[1], 90);
    set->max_lon_e7 = e7_within(box[2], 180);
    set->max_lat_e7 = e7_within(box[3], 90);
    if (!center || !numbers_from(center, 3, middle)) {
        middle[0] = (box[0] + box[2]) / 2;
        middle[1] = (box[1] + box[3]) / 2;
        middle[2] = reader->about.min_zoom;
    }
    set->center_lon_e7 = e7_within(middle[0], 180);
    set->center_lat_e7 = e7_within(middle[1], 90);
    set->center_zoom = middle[2] >= 0 && middle[2] <= TILE_MAX_ZOOM ? (uint8_t)middle[2] : 0;
    return ERR_OK;
}

static enum err_code read_zooms(struct mbtiles_reader *reader, struct err *err)
{
    CLEANUP(finalize_at) sqlite3_stmt *stmt = NULL;
    TRY(prepare(reader, "SELECT min(zoom_level), max(zoom_level), count(*) FROM tiles", &stmt,
                err));
    if (sqlite3_step(stmt) != SQLITE_ROW)
        return failed(reader, err);
    const int64_t min = sqlite3_column_int64(stmt, 0), max = sqlite3_column_int64(stmt, 1);
    if (min < 0 || max > TILE_MAX_ZOOM)
        return err_set(err, ERR_RANGE, "a tile lies at a zoom level that cannot be", (uint64_t)max);
    reader->about.min_zoom = (uint8_t)min;
    reader->about.max_zoom = (uint8_t)max;
    reader->about.tile_count = (uint64_t)sqlite3_column_int64(stmt, 2);
    return ERR_OK;
}

static enum err_code read_format(struct mbtiles_reader *reader, struct err *err)
{
    CLEANUP(finalize_at) sqlite3_stmt *stmt = NULL;
    struct archive_tileset *set = &reader->about.tileset;
    const char *format = NULL;
    TRY(metadata(reader, "format", &format, err));
    TRY(prepare(reader, "SELECT tile_data FROM tiles WHERE length(tile_data) > 0 LIMIT 1", &stmt,
                err));
    struct span first = {0};
    const int step = sqlite3_step(stmt);
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        return failed(reader, err);
    if (step == SQLITE_ROW)
        first = span_of(sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
    set->tile_type = format ? type_from_name(format) : type_from_bytes(first);
    if (set->tile_type == ARCHIVE_TILE_OTHER && reader->about.tile_count)
        return err_set(err, ERR_UNSUPPORTED,
                       format ? "the metadata name a tile format that is not known"
                              : "no format is declared, and the first tile is none that is known",
                       0);
    const bool packed = set->tile_type == ARCHIVE_TILE_MVT && is_gzip(first);
    set->tile_compression = packed ? ARCHIVE_GZIP : ARCHIVE_PLAIN;
    return ERR_OK;
}

static enum err_code read_about(struct mbtiles_reader *reader, struct err *err)
{
    struct archive_tileset *set = &reader->about.tileset;
    TRY(metadata(reader, "name", &set->name, err));
    TRY(metadata(reader, "description", &set->description, err));
    TRY(metadata(reader, "attribution", &set->attribution, err));
    TRY(metadata(reader, "version", &set->version, err));
    TRY(metadata(reader, "type", &set->type, err));
    TRY(metadata(reader, "json", &reader->about.json, err));
    TRY(read_zooms(reader, err));
    TRY(read_format(reader, err));
    return read_place(reader, err);
}

static enum err_code open_into(struct mbtiles_reader *reader, const char *path, struct err *err)
{
    if (access(path, R_OK) != 0)
        return err_set(err, ERR_IO, "MBTiles file cannot be opened", 0);
    if (sqlite3_open_v2(path, &reader->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return err_set(err, ERR_IO, "MBTiles file cannot be opened", 0);
    /* A foreign file: its views and triggers may call nothing of ours, and its pages are checked.
     */
    sqlite3_db_config(reader->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(reader->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_exec(reader->db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
    TRY(read_about(reader, err));
    return prepare(reader,
                   "SELECT tile_data FROM tiles"
                   " WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                   &reader->find, err);
}

enum err_code mbtiles_reader_open(const char *path, struct mbtiles_reader **ret, struct err *err)
{
    struct mbtiles_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return err_set(err, ERR_NOMEM, "no memory for an MBTiles file", 0);
    arena_init(&reader->arena, 64 << 20);
    const enum err_code code = open_into(reader, path, err);
    if (code != ERR_OK) {
        mbtiles_reader_close(reader);
        return code;
    }
    *ret = reader;
    return ERR_OK;
}

void mbtiles_reader_close(struct mbtiles_reader *reader)
{
    if (!reader)
        return;
    sqlite3_finalize(reader->find);
    sqlite3_close(reader->db);
    arena_done(&reader->arena);
    free(reader);
}

const struct mbtiles_about *mbtiles_reader_about(const struct mbtiles_reader *reader)
{
    return &reader->about;
}

/* The blob of a tile, valid until the statement is reset; data NULL when it is not there. */
static enum err_code find_blob(struct mbtiles_reader *reader, struct tile tile, struct span *ret,
                               struct err *err)
{
    sqlite3_reset(reader->find);
    sqlite3_bind_int(reader->find, 1, tile.z);
    sqlite3_bind_int64(reader->find, 2, tile.x);
    sqlite3_bind_int64(reader->find, 3, (INT64_C(1) << tile.z) - 1 - tile.y);
    const int step = sqlite3_step(reader->find);
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        return failed(reader, err);
    *ret = (struct span){0};
    if (step == SQLITE_ROW)
        *ret = span_of(sqlite3_column_blob(reader->find, 0),
                       (size_t)sqlite3_column_bytes(reader->find, 0));
    return ERR_OK;
}

enum err_code mbtiles_reader_tile(struct mbtiles_reader *reader, struct tile tile,
                                  struct arena *arena, struct span *ret, struct err *err)
{
    if (!tile_is_valid(tile))
        return err_set(err, ERR_RANGE, "tile lies outside its zoom level", tile.z);
    struct span blob = {0};
    TRY(find_blob(reader, tile, &blob, err));
    if (!blob.data)
        return err_set(err, ERR_NOT_FOUND, "the file has no such tile", tile.z);
    const char *copy = arena_copy(arena, blob);
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for a tile", blob.len);
    *ret = span_of(copy, blob.len);
    return ERR_OK;
}

static int by_id(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The ids of all tiles, ascending, from malloc. */
static enum err_code list_ids(struct mbtiles_reader *reader, uint64_t **ret, size_t *ret_count,
                              struct err *err)
{
    CLEANUP(finalize_at) sqlite3_stmt *stmt = NULL;
    TRY(prepare(reader, "SELECT zoom_level, tile_column, tile_row FROM tiles", &stmt, err));
    uint64_t *ids = NULL;
    size_t count = 0, room = 0;
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        const int64_t z = sqlite3_column_int64(stmt, 0), x = sqlite3_column_int64(stmt, 1),
                      row = sqlite3_column_int64(stmt, 2);
        const int64_t side = z >= 0 && z <= TILE_MAX_ZOOM ? INT64_C(1) << z : 0;
        if (x < 0 || x >= side || row < 0 || row >= side) {
            free(ids);
            return err_set(err, ERR_RANGE, "a tile lies outside the pyramid", count);
        }
        if (count == room) {
            room = room ? room * 2 : 1024;
            uint64_t *larger = reallocarray(ids, room, sizeof *ids);
            if (!larger) {
                free(ids);
                return err_set(err, ERR_NOMEM, "no memory for the list of tiles", count);
            }
            ids = larger;
        }
        const struct tile tile = {(uint8_t)z, (uint32_t)x, (uint32_t)(side - 1 - row)};
        if (tile_id_from_tile(tile, &ids[count], NULL) == ERR_OK)
            count++;
    }
    if (step != SQLITE_DONE) {
        free(ids);
        return failed(reader, err);
    }
    if (count)
        qsort(ids, count, sizeof *ids, by_id);
    *ret = ids;
    *ret_count = count;
    return ERR_OK;
}

enum err_code mbtiles_reader_walk(struct mbtiles_reader *reader, struct mbtiles_visitor visitor,
                                  struct err *err)
{
    uint64_t *ids = NULL;
    size_t count = 0;
    enum err_code code = list_ids(reader, &ids, &count, err);
    for (size_t i = 0; code == ERR_OK && i < count; i++) {
        struct tile tile = {0};
        struct span blob = {0};
        if (i > 0 && ids[i] == ids[i - 1]) {
            code = err_set(err, ERR_FORMAT, "the file has the same tile twice", ids[i]);
            break;
        }
        code = tile_from_id(ids[i], &tile, err);
        if (code == ERR_OK)
            code = find_blob(reader, tile, &blob, err);
        if (code == ERR_OK && blob.len)
            code = visitor.visit(visitor.context, ids[i], blob, err);
    }
    free(ids);
    return code;
}
