#include "server/command/summary.h"

#include <stdio.h>
#include <unistd.h>

enum { BAR = 30 };

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

void progress_show(const char *word, uint64_t done, uint64_t total)
{
    if (!isatty(STDERR_FILENO))
        return;
    if (total == 0) {
        fprintf(stderr, "\r%s %llu\033[K", word, (unsigned long long)done);
        return;
    }
    if (done > total)
        done = total;
    const unsigned filled = (unsigned)((double)done / (double)total * BAR);
    char bar[BAR + 1];
    for (unsigned i = 0; i < BAR; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR] = '\0';
    fprintf(stderr, "\r%s [%s] %3u %%\033[K", word, bar,
            (unsigned)((double)done / (double)total * 100));
}

void progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}
