#include "server/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static _Atomic enum log_level max_level = LOG_INFO;

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&max_level, level, memory_order_relaxed);
}

bool log_is_on(enum log_level level)
{
    return level <= atomic_load_explicit(&max_level, memory_order_relaxed);
}

void log_line(enum log_level level, const char *what, const char *format, ...)
{
    if (!log_is_on(level))
        return;
    static const char *const names[] = {"error", "warn", "info", "debug"};
    char line[1024];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t len = strftime(line, sizeof line, "time=%Y-%m-%dT%H:%M:%S", &utc);
    const int head = snprintf(line + len, sizeof line - len, ".%03dZ level=%s what=%s ",
                              (int)(now.tv_nsec / 1000000), names[level], what);
    len += head > 0 ? (size_t)head : 0;
    va_list args;
    va_start(args, format);
    const int pairs = vsnprintf(line + len, sizeof line - len, format, args);
    va_end(args);
    len += pairs > 0 ? (size_t)pairs : 0;
    if (len > sizeof line - 1)
        len = sizeof line - 1;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7F)
            line[i] = '?';
    line[len++] = '\n';
    /* Who does not read our log must not stop the service: a full pipe loses lines. */
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&room, 1, 0) != 1 || !(room.revents & POLLOUT))
        return;
    /* One write: lines of different threads do not mix. A closed standard error is no failure. */
    const ssize_t written = write(STDERR_FILENO, line, len);
    (void)written;
}
