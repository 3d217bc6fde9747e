#include "server/export/japan_time.h"
#include "tests/support/test.h"

struct row {
    const char *label;
    int64_t unix_ms;
    const char *text;
};

/* Values from date(1): TZ=Asia/Tokyo date -d @SECONDS. */
/* clang-format off */
static const struct row known[] = {
    { "the epoch is nine in the morning",      0,              "1970-01-01T09:00:00+09:00" },
    { "a summer afternoon",                    1785560700500,  "2026-08-01T14:05:00+09:00" },
    { "a leap day",                            1709132400000,  "2024-02-29T00:00:00+09:00" },
    { "the last second of a year",             1767193199999,  "2025-12-31T23:59:59+09:00" },
    { "before the epoch",                      -32400001,      "1969-12-31T23:59:59+09:00" },
    { "a century that is no leap year",        -2203920000000, "1900-03-01T01:00:00+09:00" },
};
/* clang-format on */

static void reads_as_people_in_japan_do(void **state)
{
    const struct row *row = *state;
    struct buf out;
    buf_init(&out);
    japan_time_add(&out, row->unix_ms, JAPAN_TIME_RFC3339);
    assert_true(span_is(buf_span(&out), row->text));
    buf_done(&out);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(known)];
    for (size_t i = 0; i < LENGTH(known); i++)
        tests[i] = (struct CMUnitTest){known[i].label, reads_as_people_in_japan_do, NULL, NULL,
                                       (void *)&known[i]};
    return _cmocka_run_group_tests("japan_time", tests, LENGTH(tests), NULL, NULL);
}
