/*
 * japan_time: Unix milliseconds as people in Japan read them.
 *
 * Units      Japan is nine hours ahead of UTC the whole year; no time zone database is needed.
 * Standard   RFC 3339 for programs; the form spreadsheets take as date and time for sheets. Dates
 * by the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
 */
#pragma once

#include "tiles/base/buf.h"

struct japan_time {
    int year, month, day, hour, minute, second;
};

enum japan_time_form {
    JAPAN_TIME_SHEET,   /* 2026-08-01 14:05:00 */
    JAPAN_TIME_RFC3339, /* 2026-08-01T14:05:00+09:00 */
};

struct japan_time japan_time_from(int64_t unix_ms);
void japan_time_add(struct buf *out, int64_t unix_ms, enum japan_time_form form);
