/*
 * style: the map styles as they are served, embedded in the program.
 *
 * Purpose    /api/style.json?theme=light|dark&lang=ja|easy|en finds its row here.
 * Ownership  Static bytes, UTF-8 JSON without a final zero.
 * Standard   MapLibre style specification, version 8.
 */
#pragma once

#include <stddef.h>

struct style_file {
    const char *theme; /* light, dark */
    const char *lang;  /* ja, easy, en */
    const unsigned char *bytes;
    size_t len;
};

extern const struct style_file style_files[];
extern const size_t style_files_len;
