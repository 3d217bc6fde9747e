#include "server/store/days.h"

#include "server/store/inside.h"
#include "server/store/list.h"

static const int64_t day_ms = 24 * 3600 * INT64_C(1000);
static const int64_t id_ms_max = (INT64_C(1) << 48) - 1;

static int64_t day_of(struct uuid id)
{
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    return ms / day_ms;
}

/* The lowest id of that moment; of one after the last there is, the highest id. */
static struct uuid id_at(int64_t ms)
{
    struct uuid id = {{0}};
    if (ms > id_ms_max) {
        memset(id.bytes, 0xFF, sizeof id.bytes);
        return id;
    }
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)((uint64_t)ms >> (8 * (5 - i)));
    return id;
}

/* Days outside of what an id can say are cut off to it. */
static int64_t ms_of(int64_t day)
{
    if (day < 0)
        return 0;
    return day > id_ms_max / day_ms ? id_ms_max + 1 : day * day_ms;
}

enum err_code store_days(struct store_reader *reader, int64_t first, int64_t last,
                         struct arena *arena, struct store_day **ret, size_t *ret_count,
                         struct err *err)
{
    CLEANUP(db_reset_at) sqlite3_stmt *stmt = NULL;
    TRY(db_take(&reader->db, SQL_CHANGE_HASHES, &stmt, err));
    db_bind_uuid(&reader->db, stmt, 2, id_at(ms_of(first)));
    db_bind_uuid(&reader->db, stmt, 3, id_at(ms_of(last < INT64_MAX ? last + 1 : last)));
    struct store_day *days = NULL;
    size_t count = 0, capacity = 0;
    for (bool row;;) {
        TRY(db_step(&reader->db, stmt, &row, err));
        if (!row)
            break;
        const int64_t day = day_of(db_column_uuid(stmt, 0));
        const struct span sha256 = db_column_blob(stmt, 1);
        if (sha256.len != 32)
            return err_set(err, ERR_CHECKSUM, "the log is damaged", 0);
        if (count == 0 || days[count - 1].day != day) {
            TRY(list_grow(arena, (void **)&days, count, &capacity, sizeof *days, err));
            days[count++] = (struct store_day){.day = day};
        }
        days[count - 1].count++;
        for (size_t i = 0; i < 32; i++)
            days[count - 1].xor_sha256[i] ^= sha256.data[i];
    }
    *ret = days;
    *ret_count = count;
    return ERR_OK;
}
