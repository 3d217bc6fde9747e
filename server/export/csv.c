#include "server/export/csv.h"

#include "server/export/japan_time.h"
#include "tiles/base/num.h"

/* The starts that make a formula. The last four are ＝ ＋ － ＠ in UTF-8. */
static const char *const formula_starts[] = {"=",  "+",  "-",  "@",  "\t",
                                             "\r", "＝", "＋", "－", "＠"};

static bool starts_with(struct span text, const char *start)
{
    const size_t len = strlen(start);
    return text.len >= len && memcmp(text.data, start, len) == 0;
}

bool export_is_formula(struct span text)
{
    while (starts_with(text, " ") || starts_with(text, "\n")) {
        text.data++;
        text.len--;
    }
    for (size_t i = 0; i < LENGTH(formula_starts); i++)
        if (starts_with(text, formula_starts[i]))
            return true;
    return false;
}

static bool needs_quotes(struct span text)
{
    if (text.len && (text.data[0] == ' ' || text.data[text.len - 1] == ' '))
        return true;
    for (size_t i = 0; i < text.len; i++)
        if (strchr("\",\r\n", text.data[i]) && text.data[i])
            return true;
    return false;
}

static void add_text(struct buf *line, struct span text)
{
    const bool guarded = export_is_formula(text);
    const bool quoted = guarded || needs_quotes(text);
    if (quoted)
        buf_add_byte(line, '"');
    if (guarded)
        buf_add_byte(line, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"')
            buf_add_byte(line, '"');
        buf_add_byte(line, text.data[i]);
    }
    if (quoted)
        buf_add_byte(line, '"');
}

static void add_cell(struct buf *line, enum export_type type, const struct export_cell *cell)
{
    if (cell->is_null)
        return;
    switch (type) {
    case EXPORT_TEXT:
        add_text(line, cell->text);
        break;
    case EXPORT_INT:
        buf_add_int(line, cell->integer);
        break;
    case EXPORT_REAL:
        num_add_fixed(line, cell->real, 7);
        break;
    case EXPORT_TIME:
        japan_time_add(line, cell->integer, JAPAN_TIME_SHEET);
        break;
    }
}

static enum err_code write_line(struct export_csv *csv, struct err *err)
{
    buf_add_str(&csv->line, "\r\n");
    if (csv->line.failed)
        return err_set(err, ERR_NOMEM, "no memory for a line", 0);
    const enum err_code code = export_file_write(csv->file, buf_span(&csv->line), err);
    buf_clear(&csv->line);
    return code;
}

static enum err_code write_titles(void *context, const struct export_table *table, struct err *err)
{
    struct export_csv *csv = context;
    csv->table = table;
    buf_add_str(&csv->line, "\xEF\xBB\xBF");
    for (size_t i = 0; i < table->column_count; i++) {
        if (i)
            buf_add_byte(&csv->line, ',');
        add_text(&csv->line, span_from_str(table->columns[i].title));
    }
    return write_line(csv, err);
}

static enum err_code write_row(void *context, const struct export_row *row, struct err *err)
{
    struct export_csv *csv = context;
    for (size_t i = 0; i < csv->table->column_count; i++) {
        if (i)
            buf_add_byte(&csv->line, ',');
        add_cell(&csv->line, csv->table->columns[i].type, &row->cells[i]);
    }
    return write_line(csv, err);
}

void export_csv_init(struct export_csv *csv, struct export_file *file)
{
    *csv = (struct export_csv){.file = file};
    buf_init(&csv->line);
}

void export_csv_done(struct export_csv *csv)
{
    buf_done(&csv->line);
}

struct export_writer export_csv_writer(struct export_csv *csv)
{
    return (struct export_writer){write_titles, write_row, csv};
}
