/*
 * err: one list of failures for the whole program.
 *
 * Purpose    A failure is a code, a literal sentence and a place; it needs no memory and no
 *            formatting, so it works in the browser and when memory is gone.
 * Ownership  `what` points at a string literal; nothing is freed.
 * Use        Functions return the code and take `struct err *` last; it may be NULL.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/attr.h"

enum err_code {
    ERR_OK,
#define X(code, name, status, title) code,
#include "tiles/base/err.def"
#undef X
    ERR_COUNT,
};

struct err {
    enum err_code code;
    const char *what; /* a literal: what is wrong, in one English clause */
    uint64_t at;      /* where: byte, row, feature or argument number; 0 when it has no place */
};

/* Records the failure and returns its code. `what` must be a literal. */
enum err_code err_set(struct err *err, enum err_code code, const char *what, uint64_t at);

/* ERR_NOT_FOUND → "not_found": the stable name in problem documents and summaries. */
const char *err_name(enum err_code code);
const char *err_title(enum err_code code);
int err_http_status(enum err_code code);

/* Passes a failure on. The only macro in the project that returns. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        const enum err_code try_code_ = (call);                                                    \
        if (try_code_ != ERR_OK)                                                                   \
            return try_code_;                                                                      \
    } while (0)
