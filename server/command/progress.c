#include "server/command/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { BAR = 24, REDRAW_MS = 100, LINE_MS = 5000 };

int64_t progress_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void amount(char *into, size_t room, uint64_t value, const char *unit)
{
    if (strcmp(unit, "bytes") != 0)
        snprintf(into, room, "%llu %s", (unsigned long long)value, unit);
    else if (value < 1000000)
        snprintf(into, room, "%.0f kB", (double)value / 1e3);
    else if (value < 1000000000)
        snprintf(into, room, "%.1f MB", (double)value / 1e6);
    else
        snprintf(into, room, "%.2f GB", (double)value / 1e9);
}

static double share(const struct progress *progress)
{
    if (progress->total == 0)
        return 0;
    const double part = (double)progress->done / (double)progress->total;
    return part > 1 ? 1 : part;
}

static void show_bar(struct progress *progress)
{
    char bar[BAR * 3 + 1] = "", done[32];
    const int full = (int)(share(progress) * BAR);
    for (int i = 0; i < BAR; i++)
        strcat(bar, i < full ? "█" : "░");
    amount(done, sizeof done, progress->done, progress->unit);
    struct winsize size = {0};
    const int columns =
        ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
    const int left = columns - BAR - 40;
    fprintf(stderr, "\r\033[K%-14s %s %3.0f %% %10s  %.*s", progress->what, bar,
            share(progress) * 100, done, left > 0 ? left : 0, progress->item);
    fflush(stderr);
    progress->bar_stands = true;
}

static void show_line(const struct progress *progress)
{
    char done[32];
    amount(done, sizeof done, progress->done, progress->unit);
    fprintf(stderr, "%s: %.0f %%, %s %s\n", progress->what, share(progress) * 100, done,
            progress->item);
}

void progress_begin(struct progress *progress, const char *what, const char *unit, uint64_t total)
{
    *progress = (struct progress){.what = what, .unit = unit, .total = total};
    progress->terminal = isatty(STDERR_FILENO);
    progress->begun_ms = progress->shown_ms = progress_now_ms();
}

void progress_to(struct progress *progress, uint64_t done, const char *item)
{
    progress->done = done;
    if (item)
        snprintf(progress->item, sizeof progress->item, "%s", item);
    const int64_t now = progress_now_ms();
    if (now - progress->shown_ms < (progress->terminal ? REDRAW_MS : LINE_MS))
        return;
    progress->shown_ms = now;
    if (progress->terminal)
        show_bar(progress);
    else
        show_line(progress);
}

static void take_bar_away(struct progress *progress)
{
    if (progress->bar_stands)
        fputs("\r\033[K", stderr);
    progress->bar_stands = false;
}

void progress_line(struct progress *progress, const char *format, ...)
{
    va_list args;
    take_bar_away(progress);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

void progress_finish(struct progress *progress)
{
    char done[32];
    take_bar_away(progress);
    amount(done, sizeof done, progress->done, progress->unit);
    fprintf(stderr, "%s: %s in %.1f s\n", progress->what, done,
            (double)(progress_now_ms() - progress->begun_ms) / 1e3);
}

/* A command is one thread and has one standard error: its bar may be a global. */
static struct progress shown;

void progress_show(const char *word, uint64_t done, uint64_t total)
{
    if (!shown.what || strcmp(shown.what, word) != 0) {
        take_bar_away(&shown);
        progress_begin(&shown, word, "", total);
    }
    shown.total = total;
    progress_to(&shown, done, NULL);
}

void progress_end(void)
{
    take_bar_away(&shown);
    shown = (struct progress){0};
}
