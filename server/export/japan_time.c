#include "server/export/japan_time.h"

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct japan_time japan_time_from(int64_t unix_ms)
{
    const int64_t seconds = floor_div(unix_ms, 1000) + 9 * 3600;
    const int64_t day_number = floor_div(seconds, 86400);
    const int64_t second_of_day = seconds - day_number * 86400;
    /* Days since 0000-03-01, in eras of 400 years. */
    const int64_t days = day_number + 719468;
    const int64_t era = floor_div(days, 146097);
    const int64_t of_era = days - era * 146097;
    const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153; /* 0 is March */
    const int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    return (struct japan_time){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = (int)month,
        .day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1),
        .hour = (int)(second_of_day / 3600),
        .minute = (int)(second_of_day / 60 % 60),
        .second = (int)(second_of_day % 60),
    };
}

static void add_padded(struct buf *out, int value, int width)
{
    for (int limit = 10, digits = 1; digits < width; digits++, limit *= 10)
        if (value < limit)
            buf_add_byte(out, '0');
    buf_add_int(out, value);
}

void japan_time_add(struct buf *out, int64_t unix_ms, enum japan_time_form form)
{
    const struct japan_time time = japan_time_from(unix_ms);
    add_padded(out, time.year, 4);
    buf_add_byte(out, '-');
    add_padded(out, time.month, 2);
    buf_add_byte(out, '-');
    add_padded(out, time.day, 2);
    buf_add_byte(out, form == JAPAN_TIME_SHEET ? ' ' : 'T');
    add_padded(out, time.hour, 2);
    buf_add_byte(out, ':');
    add_padded(out, time.minute, 2);
    buf_add_byte(out, ':');
    add_padded(out, time.second, 2);
    if (form == JAPAN_TIME_RFC3339)
        buf_add_str(out, "+09:00");
}
