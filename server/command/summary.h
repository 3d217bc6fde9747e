/*
 * summary: the one JSON object a command prints.
 *
 * Use        summary_begin(&s); json_key(&s.json, …) …; return summary_end(&s, EXIT_OK);
 */
#pragma once

#include "server/command/command.h"
#include "server/json/write.h"

struct summary {
    struct buf buf;
    struct json json;
};

void summary_begin(struct summary *summary);
/* Closes the object, prints it as one line, frees; gives `status`, or EXIT_OTHER when it cannot. */
int summary_end(struct summary *summary, enum exit_status status);
