/* import_summary: the one JSON object that `import` prints. */
#pragma once

#include "server/city/publish.h"
#include "server/city/read.h"
#include "server/command/command.h"

struct import_summary {
    const struct city_read_result *read;
    const struct city_published *published; /* NULL: nothing was changed */
    const char *error;                      /* NULL, or why nothing was changed */
    double seconds;
};

/* Gives `status`, or EXIT_OTHER when standard output does not take it. */
int import_summary_print(const struct import_summary *from, enum exit_status status);
