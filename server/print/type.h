/*
 * type: one line of text on a cairo page, with ruby.
 *
 * Purpose    Japanese for children in print: {漢字|かんじ} sets small kana above its word, as in
 * the app's catalogue. Fonts      IPAexGothic, else any Japanese font of the system: small files,
 * and text that can be searched and copied. Errors     ERR_NOT_FOUND the system has no font for the
 * text; ERR_NOMEM.
 */
#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>
#include <stdbool.h>

#include "tiles/base/err.h"

struct print_type {
    cairo_t *page;
    PangoLayout *layout; /* used for one run after the other */
};

MUST_CHECK enum err_code print_type_open(cairo_t *page, struct print_type *ret, struct err *err);
void print_type_close(struct print_type *type);

struct print_line {
    const char *text;
    bool plain;         /* braces are letters: words of people, addresses, passwords */
    double x, baseline; /* points */
    double size;        /* of the letters, points */
    double width;       /* the most it may take: a longer line is set smaller; 0: any */
    bool bold, centred; /* centred: x is its middle */
    double grey;        /* 0: black */
};

MUST_CHECK enum err_code print_line(struct print_type *type, const struct print_line *line,
                                    struct err *err);
