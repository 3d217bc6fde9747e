/*
 * log: key=value lines on standard error.
 *
 * Purpose    One line per request or event: time, level, what, then the caller's pairs.
 * Contract   Never a comment's text, name, position, or a client's address.
 *            A reader of the log that stops reading loses lines; it does not stop us.
 * Threads    Any; a line is written by one call, so lines do not mix.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/attr.h"

enum log_level {
    LOG_ERROR, /* someone must act */
    LOG_WARN,  /* we went on, and say how */
    LOG_INFO,
    LOG_DEBUG,
};

void log_set_level(enum log_level level);
bool log_is_on(enum log_level level);

/* `what` is one word; `format` writes the pairs: log_line(LOG_WARN, "archive", "name=%s", name).
 * Control characters of the result become '?'. */
void log_line(enum log_level level, const char *what, const char *format, ...) PRINTF_LIKE(3, 4);
