#include "server/command/summary.h"

#include <stdio.h>

void summary_begin(struct summary *summary)
{
    buf_init(&summary->buf);
    json_begin(&summary->json, &summary->buf);
    json_object(&summary->json);
}

int summary_end(struct summary *summary, enum exit_status status)
{
    json_end(&summary->json);
    buf_add_byte(&summary->buf, '\n');
    const bool good = !summary->buf.failed &&
                      fwrite(summary->buf.data, 1, summary->buf.len, stdout) == summary->buf.len &&
                      fflush(stdout) == 0;
    buf_done(&summary->buf);
    return good ? (int)status : EXIT_OTHER;
}
