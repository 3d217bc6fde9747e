/* GET /sync/v1/digest: do two servers hold the same operations? (sync.md S23) */
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "server/api/answer.h"
#include "server/api/comments.h"
#include "server/store/days.h"

enum { DAY_S = 24 * 3600 };

static enum err_code day_from(struct span text, int64_t *ret, struct err *err)
{
    static const char expected[] = "day: a date as 2026-08-01, in UTC";
    int year, month, day, end = 0;
    char copy[16];
    if (text.len != 10)
        return err_set(err, ERR_PARAM, expected, 0);
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (sscanf(copy, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10)
        return err_set(err, ERR_PARAM, expected, 0);
    struct tm date = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    const time_t seconds = timegm(&date);
    if (seconds < 0 || date.tm_mday != day || date.tm_mon != month - 1)
        return err_set(err, ERR_PARAM, expected, 0);
    *ret = seconds / DAY_S;
    return ERR_OK;
}

static void add_sum(struct json *json, uint64_t count, const uint8_t xor_sha256[32])
{
    char hex[65];
    sodium_bin2hex(hex, sizeof hex, xor_sha256, 32);
    json_key(json, "count");
    json_uint(json, count);
    json_key(json, "xor_sha256");
    json_text(json, hex);
}

static void add_day(struct json *json, const struct store_day *day)
{
    const time_t seconds = (time_t)(day->day * DAY_S);
    struct tm date;
    char text[32] = "";
    if (gmtime_r(&seconds, &date))
        snprintf(text, sizeof text, "%04d-%02d-%02d", date.tm_year + 1900, date.tm_mon + 1,
                 date.tm_mday);
    json_object(json);
    json_key(json, "day");
    json_text(json, text);
    add_sum(json, day->count, day->xor_sha256);
    json_end(json);
}

static void add_digest(struct json *json, const struct store_info *info, uint64_t change,
                       const struct store_day *days, size_t count)
{
    struct store_day all = {0};
    for (size_t i = 0; i < count; i++) {
        all.count += days[i].count;
        for (size_t j = 0; j < 32; j++)
            all.xor_sha256[j] ^= days[i].xor_sha256[j];
    }
    json_object(json);
    json_key(json, "server_id");
    json_uuid(json, info->server_id);
    json_key(json, "epoch");
    json_uuid(json, info->epoch);
    json_key(json, "change");
    json_uint(json, change);
    add_sum(json, all.count, all.xor_sha256);
    json_key(json, "days");
    json_array(json);
    for (size_t i = 0; i < count; i++)
        add_day(json, &days[i]);
    json_end(json);
    json_end(json);
}

/* All days cost a walk over the log: one such walk at a time. */
static enum err_code read_days(struct store_reader *reader, const struct http_request *req,
                               struct store_day **ret, size_t *ret_count, struct err *err)
{
    static atomic_flag walking = ATOMIC_FLAG_INIT;
    struct span text;
    if (http_query(req, "day", &text)) {
        int64_t day = 0;
        TRY(day_from(text, &day, err));
        return store_days(reader, day, day, req->arena, ret, ret_count, err);
    }
    if (atomic_flag_test_and_set(&walking))
        return err_set(err, ERR_BUSY, "the digest of all days is being made: try again", 0);
    const enum err_code code = store_days(reader, 0, INT64_MAX, req->arena, ret, ret_count, err);
    atomic_flag_clear(&walking);
    return code;
}

enum err_code api_sync_digest(struct app *app, const struct http_request *req,
                              struct http_response *res, struct err *err)
{
    struct store_reader *reader = app_reader(app, req);
    struct store_day *days = NULL;
    size_t count = 0;
    uint64_t change = 0;
    TRY(store_newest_change(reader, &change, err));
    TRY(read_days(reader, req, &days, &count, err));
    struct buf text = {0};
    struct json json;
    json_begin(&json, &text);
    add_digest(&json, store_info(app->store), change, days, count);
    res->cache_control = "no-store";
    return api_send(req, res, JSON, &text, err);
}
