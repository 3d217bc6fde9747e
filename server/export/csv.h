/*
 * csv: one table for Excel.
 *
 * Format     UTF-8 with a byte order mark (Excel takes it for CP932 otherwise), CRLF, fields quoted
 *            where RFC 4180 asks for it, Japanese titles in the first row, times as
 *            2026-08-01 14:05:00 in Japan's time.
 * Safety     A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP,
 *            CSV Injection: = + - @, their full-width twins, tab, carriage return, also behind
 * blanks).
 */
#pragma once

#include "server/export/file.h"
#include "server/export/table.h"

struct export_csv {
    struct export_file *file;
    const struct export_table *table;
    struct buf line;
};

void export_csv_init(struct export_csv *csv, struct export_file *file);
void export_csv_done(struct export_csv *csv);
struct export_writer export_csv_writer(struct export_csv *csv);

/* Whether a spreadsheet might compute with this text. */
bool export_is_formula(struct span text);
