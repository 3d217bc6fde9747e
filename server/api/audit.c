/* GET /api/audit: what was done with rights, in the order of the chain. */
#include "server/api/people.h"
#include "server/json/people.h"
#include "tiles/base/num.h"

enum { ROWS_PRESET = 500, ROWS_MAX = 10000, DAY_MS = 86400000, JAPAN_MS = 9 * 3600000 };

/* Days from 1970-01-01; Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    const int64_t era = year / 400, of_era = year - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "2026-07-01": a day of Japan's time. */
static enum err_code read_day(struct span text, int64_t *ret_from_ms, struct err *err)
{
    int64_t year, month, day;
    const bool good = text.len == 10 && text.data[4] == '-' && text.data[7] == '-' &&
                      num_int_from(span_of(text.data, 4), 2000, 9999, &year, NULL) == ERR_OK &&
                      num_int_from(span_of(text.data + 5, 2), 1, 12, &month, NULL) == ERR_OK &&
                      num_int_from(span_of(text.data + 8, 2), 1, 31, &day, NULL) == ERR_OK;
    if (!good)
        return err_set(err, ERR_PARAM, "day is a day of Japan's time, as 2026-07-01", 0);
    *ret_from_ms = days_from_civil(year, month, day) * DAY_MS - JAPAN_MS;
    return ERR_OK;
}

static void write_rows(struct json *json, const struct audit_row *rows, size_t count,
                       const struct store_account *accounts, size_t account_count)
{
    json_key(json, "rows");
    json_array(json);
    for (size_t i = 0; i < count; i++) {
        struct span name = {0};
        for (size_t j = 0; j < account_count; j++)
            if (uuid_equal(accounts[j].id, rows[i].actor_id))
                name = accounts[j].name;
        json_audit_row(json, &rows[i], name);
    }
    json_end(json);
}

/* GET /api/audit[?day=YYYY-MM-DD | after=SEQ][&limit=N]; the newest rows when nothing is asked. */
enum err_code api_audit_list(struct app *app, const struct http_request *req,
                             struct http_response *res, struct err *err)
{
    static const struct uuid no_scope;
    struct store_reader *reader = app_reader(app, req);
    struct caller caller;
    struct span day;
    struct audit_row *rows;
    struct store_account *accounts;
    size_t count, account_count;
    int64_t limit = ROWS_PRESET, after = -1, from_ms = 0, until_ms = INT64_MAX;
    uint64_t newest;
    TRY(people_caller(app, req, &caller, err));
    TRY(people_need(&caller, RIGHT_AUDIT, no_scope, err));
    TRY(http_query_int(req, "limit", 1, ROWS_MAX, &limit, err));
    TRY(http_query_int(req, "after", 0, INT64_MAX, &after, err));
    TRY(store_audit_newest(reader, &newest, err));
    if (http_query(req, "day", &day)) {
        TRY(read_day(day, &from_ms, err));
        until_ms = from_ms + DAY_MS;
        after = after < 0 ? 0 : after;
    }
    if (after < 0)
        after = newest > (uint64_t)limit ? (int64_t)newest - limit : 0;
    TRY(store_audit_list(reader, from_ms, until_ms, (uint64_t)after, (size_t)limit, req->arena,
                         &rows, &count, err));
    TRY(store_accounts_list(reader, req->arena, &accounts, &account_count, err));
    struct buf text;
    struct json json;
    buf_init(&text);
    json_begin(&json, &text);
    json_object(&json);
    write_rows(&json, rows, count, accounts, account_count);
    json_key(&json, "newest");
    json_uint(&json, newest);
    json_end(&json);
    return api_send_private(req, res, &text, err);
}
