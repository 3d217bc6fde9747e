#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/export/csv.h"
#include "tests/support/test.h"

struct row {
    const char *label, *text;
    bool is_formula;
};

/* clang-format off */
static const struct row texts[] = {
    { "plain words are left alone",            "木かげがほしい",        false },
    { "an equals sign starts a formula",       "=HYPERLINK(\"x\")",     true },
    { "so does a plus",                        "+1",                    true },
    { "and a minus",                           "-2 度すずしい",         true },
    { "and an at sign",                        "@SUM(A1)",              true },
    { "a tab in front does not hide it",       "\t=1",                  true },
    { "nor does a carriage return",            "\r=1",                  true },
    { "nor do blanks and line feeds",          " \n =1",                true },
    { "the full-width twin counts",            "＝1+1",                 true },
    { "an equals sign later is harmless",      "a=b",                   false },
    { "the empty text is harmless",            "",                      false },
};
/* clang-format on */

static void formulas_are_recognised(void **state)
{
    const struct row *row = *state;
    assert_int_equal(export_is_formula(span_from_str(row->text)), row->is_formula);
}

static char *written(const struct export_cell *cells, size_t *ret_len)
{
    static const struct export_column columns[] = {{"text", "本文", EXPORT_TEXT},
                                                   {"count", "数", EXPORT_INT},
                                                   {"lon", "経度", EXPORT_REAL},
                                                   {"at", "日時", EXPORT_TIME}};
    static const struct export_table table = {"t", "表", EXPORT_NO_SHAPE, columns, 4};
    char folder[] = "/tmp/kakikomap-csv-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/t.csv", folder);
    struct export_file *file = NULL;
    assert_int_equal(export_file_open(path, &file, NULL), ERR_OK);
    struct export_csv csv;
    export_csv_init(&csv, file);
    const struct export_writer writer = export_csv_writer(&csv);
    assert_int_equal(writer.table(writer.context, &table, NULL), ERR_OK);
    assert_int_equal(writer.row(writer.context, &(struct export_row){.cells = cells}, NULL),
                     ERR_OK);
    assert_int_equal(access(path, F_OK), -1); /* not there before it is whole */
    export_csv_done(&csv);
    assert_int_equal(export_file_finish(file, NULL), ERR_OK);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    char *bytes = calloc(1, 4096);
    *ret_len = fread(bytes, 1, 4095, stream);
    fclose(stream);
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* no temporary file is left */
    return bytes;
}

static void a_file_is_what_excel_expects(void **state)
{
    (void)state;
    const struct export_cell cells[] = {export_words("日かげ, \"木\"\n2行目"), export_int(-3),
                                        export_real(139.388), export_int(1785560700000)};
    size_t len;
    char *bytes = written(cells, &len);
    assert_string_equal(bytes, "\xEF\xBB\xBF本文,数,経度,日時\r\n"
                               "\"日かげ, \"\"木\"\"\n2行目\",-3,139.388,2026-08-01 14:05:00\r\n");
    free(bytes);
}

static void no_cell_starts_a_formula_and_unknown_stays_empty(void **state)
{
    (void)state;
    const struct export_cell cells[] = {
        export_words("=1+1"), {.is_null = true}, {.is_null = true}, {.is_null = true}};
    size_t len;
    char *bytes = written(cells, &len);
    assert_non_null(strstr(bytes, "\r\n\"'=1+1\",,,\r\n"));
    free(bytes);
}

static void a_missing_folder_is_said(void **state)
{
    (void)state;
    struct export_file *file = NULL;
    struct err err;
    assert_int_equal(export_file_open("/nonexistent/kakikomap/t.csv", &file, &err), ERR_NOT_FOUND);
    assert_null(file);
    export_file_close(NULL);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(texts) + 3];
    for (size_t i = 0; i < LENGTH(texts); i++)
        tests[i] = (struct CMUnitTest){texts[i].label, formulas_are_recognised, NULL, NULL,
                                       (void *)&texts[i]};
    tests[LENGTH(texts)] = (struct CMUnitTest)cmocka_unit_test(a_file_is_what_excel_expects);
    tests[LENGTH(texts) + 1] =
        (struct CMUnitTest)cmocka_unit_test(no_cell_starts_a_formula_and_unknown_stays_empty);
    tests[LENGTH(texts) + 2] = (struct CMUnitTest)cmocka_unit_test(a_missing_folder_is_said);
    return _cmocka_run_group_tests("csv", tests, LENGTH(tests), NULL, NULL);
}
