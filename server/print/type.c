#include "server/print/type.h"

#include <string.h>

#define FAMILIES "IPAexGothic, IPAGothic, Noto Sans CJK JP, sans-serif"

enum { RUNS_MAX = 64 };
static const double RUBY = 0.5; /* of the letters' size */

/* A stretch of text that shares one reading, or has none. */
struct run {
    const char *base, *ruby;
    int base_len, ruby_len;
    double base_width, ruby_width;
};

enum err_code print_type_open(cairo_t *page, struct print_type *ret, struct err *err)
{
    *ret = (struct print_type){.page = page, .layout = pango_cairo_create_layout(page)};
    return ret->layout ? ERR_OK : err_set(err, ERR_NOMEM, "out of memory", 0);
}

void print_type_close(struct print_type *type)
{
    if (type->layout)
        g_object_unref(type->layout);
}

/* "{漢字|かんじ}を書く" → two runs. Braces that do not close are letters. */
static size_t split(const struct print_line *line, struct run runs[RUNS_MAX])
{
    size_t count = 0;
    const char *text = line->text;
    if (line->plain) {
        runs[0] = (struct run){.base = text, .base_len = (int)strlen(text)};
        return 1;
    }
    while (*text && count < RUNS_MAX) {
        const char *bar = *text == '{' ? strchr(text, '|') : NULL;
        const char *end = bar ? strchr(bar, '}') : NULL;
        struct run run = {0};
        if (end) {
            run =
                (struct run){text + 1, bar + 1, (int)(bar - text - 1), (int)(end - bar - 1), 0, 0};
            text = end + 1;
        } else {
            const size_t len = 1 + strcspn(text + 1, "{");
            run = (struct run){.base = text, .base_len = (int)len};
            text += len;
        }
        runs[count++] = run;
    }
    return count;
}

static void choose(struct print_type *type, double size, bool bold)
{
    PangoFontDescription *font = pango_font_description_from_string(FAMILIES);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(type->layout, font);
    pango_font_description_free(font);
}

static double measure(struct print_type *type, const char *text, int len)
{
    int width;
    pango_layout_set_text(type->layout, text, len);
    pango_layout_get_size(type->layout, &width, NULL);
    return (double)width / PANGO_SCALE;
}

static double measure_runs(struct print_type *type, const struct print_line *line,
                           struct run runs[RUNS_MAX], size_t count, bool *ret_unknown)
{
    double width = 0;
    choose(type, line->size, line->bold);
    for (size_t i = 0; i < count; i++) {
        runs[i].base_width = measure(type, runs[i].base, runs[i].base_len);
        *ret_unknown |= pango_layout_get_unknown_glyphs_count(type->layout) > 0;
    }
    choose(type, line->size * RUBY, false);
    for (size_t i = 0; i < count; i++) {
        runs[i].ruby_width = runs[i].ruby ? measure(type, runs[i].ruby, runs[i].ruby_len) : 0;
        width += runs[i].base_width > runs[i].ruby_width ? runs[i].base_width : runs[i].ruby_width;
    }
    return width;
}

static void show(struct print_type *type, const char *text, int len, double x, double baseline)
{
    pango_layout_set_text(type->layout, text, len);
    cairo_move_to(type->page, x,
                  baseline - (double)pango_layout_get_baseline(type->layout) / PANGO_SCALE);
    pango_cairo_show_layout(type->page, type->layout);
}

static void show_runs(struct print_type *type, const struct print_line *line,
                      const struct run runs[RUNS_MAX], size_t count, double x)
{
    for (size_t i = 0; i < count; i++) {
        const struct run *run = &runs[i];
        const double width = run->base_width > run->ruby_width ? run->base_width : run->ruby_width;
        choose(type, line->size, line->bold);
        show(type, run->base, run->base_len, x + (width - run->base_width) / 2, line->baseline);
        if (run->ruby) {
            choose(type, line->size * RUBY, false);
            show(type, run->ruby, run->ruby_len, x + (width - run->ruby_width) / 2,
                 line->baseline - line->size * 0.95);
        }
        x += width;
    }
}

enum err_code print_line(struct print_type *type, const struct print_line *line, struct err *err)
{
    struct run runs[RUNS_MAX];
    struct print_line set = *line;
    const size_t count = split(line, runs);
    bool unknown = false;
    double width = measure_runs(type, &set, runs, count, &unknown);
    if (unknown)
        return err_set(err, ERR_NOT_FOUND,
                       "this system has no font for the text: install fonts-ipaexfont-gothic", 0);
    if (line->width > 0 && width > line->width) {
        set.size *= line->width / width;
        width = measure_runs(type, &set, runs, count, &unknown);
    }
    cairo_set_source_rgb(type->page, line->grey, line->grey, line->grey);
    show_runs(type, &set, runs, count, line->centred ? line->x - width / 2 : line->x);
    return ERR_OK;
}
