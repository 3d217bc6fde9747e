/*
 * summary: the one JSON object a command prints; progress: a bar on a terminal.
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

/* Standard error, when it is a terminal: "word [####......] 40 %", or a count while the total is 0.
 */
void progress_show(const char *word, uint64_t done, uint64_t total);
/* Wipes the bar. */
void progress_end(void);
