/*
 * The other side of a workshop. The workshop itself reads a job, forks, waits and passes the answer
 * on; the child takes its limits first and looks into the photo then.
 */
#include <errno.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/photo/workshop_wire.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif

enum { CHILD_MEMORY = 256 << 20, CHILD_CPU_SECONDS = 20 };

static bool read_all(int fd, void *bytes, size_t len)
{
    uint8_t *at = bytes;
    while (len > 0) {
        const ssize_t got = read(fd, at, len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static bool write_all(int fd, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    while (len > 0) {
        const ssize_t wrote = write(fd, at, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        at += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

/* --- The child -------------------------------------------------------------------------------- */

static bool set_limit(int which, rlim_t value)
{
    const struct rlimit limit = {value, value};
    return setrlimit((__rlimit_resource_t)which, &limit) == 0;
}

#ifndef UNDER_SANITIZER /* whose own memory and system calls are past all limits */
/* Address space of the program as it lies there, libraries and all; the ceiling is on top. */
static rlim_t mapped_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file || fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Memory and the one pipe: no file, no socket, no process, no signal to others. A kernel without
 * seccomp leaves the limits, which hold by themselves. */
static void close_doors(void)
{
    static const int allowed[] = {
        SCMP_SYS(read),      SCMP_SYS(write),      SCMP_SYS(close),         SCMP_SYS(brk),
        SCMP_SYS(munmap),    SCMP_SYS(mremap),     SCMP_SYS(madvise),       SCMP_SYS(futex),
        SCMP_SYS(exit),      SCMP_SYS(exit_group), SCMP_SYS(clock_gettime), SCMP_SYS(rt_sigreturn),
        SCMP_SYS(getrandom),
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return;
    int result = 0;
    for (size_t i = 0; i < LENGTH(allowed); i++)
        result |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    /* Memory may be written or run, never both, and never be made runnable. */
    const struct scmp_arg_cmp not_run = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    result |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_run);
    result |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_run);
    if (result == 0)
        (void)!seccomp_load(filter);
    seccomp_release(filter);
}

static bool limit_memory(void)
{
    return set_limit(RLIMIT_AS, mapped_bytes() + CHILD_MEMORY);
}
#else
static void close_doors(void)
{
}

static bool limit_memory(void)
{
    return true;
}
#endif

static bool take_limits(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return false;
    if (!limit_memory() || !set_limit(RLIMIT_CPU, CHILD_CPU_SECONDS) ||
        !set_limit(RLIMIT_CORE, 0) || !set_limit(RLIMIT_FSIZE, 0) || !set_limit(RLIMIT_NOFILE, 0))
        return false;
    close_doors();
    return true;
}

static enum wire_result work(const struct wire_job *job, struct span photo, struct arena *arena,
                             struct codec_variants *ret)
{
    const enum err_code code =
        job->task == WORKSHOP_MAKE
            ? codec_make(photo, &job->info, job->boxes, job->box_count, arena, ret, NULL)
            : codec_thumb(photo, &job->info, arena, ret, NULL);
    if (code == ERR_OK)
        return WIRE_MADE;
    return code == ERR_NOMEM ? WIRE_TOO_MUCH : WIRE_BROKEN;
}

static _Noreturn void be_child(const struct wire_job *job, struct span photo, int to)
{
    struct wire_answer answer = {.result = WIRE_NOT_NOW};
    struct codec_variants made = {0};
    struct arena arena;
    arena_init(&arena, 0);
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    if (take_limits()) {
        answer.result = work(job, photo, &arena, &made);
        answer.width = made.width;
        answer.height = made.height;
        answer.display_bytes = (uint32_t)made.display.len;
        answer.thumb_bytes = (uint32_t)made.thumb.len;
    }
    const bool told = write_all(to, &answer, sizeof answer) &&
                      write_all(to, made.display.data, made.display.len) &&
                      write_all(to, made.thumb.data, made.thumb.len);
    _exit(told ? 0 : 1);
}

/* --- The workshop ----------------------------------------------------------------------------- */

struct answer_buffer {
    uint8_t bytes[sizeof(struct wire_answer) + WIRE_ANSWER_MAX];
    size_t len;
};

/* Everything the child says until it closes its end. By the clock it has longer than by the CPU:
 * who runs out of that is kept waiting by a busy machine, and nothing is wrong with the photo. */
static enum wire_result listen_to(int from, struct answer_buffer *ret)
{
    const int64_t until = clock_mono_ms() + CHILD_SECONDS * 1000;
    struct pollfd waits = {.fd = from, .events = POLLIN};
    ret->len = 0;
    for (;;) {
        const int64_t left = until - clock_mono_ms();
        if (left <= 0 || poll(&waits, 1, (int)left) <= 0)
            return WIRE_NOT_NOW;
        if (ret->len == sizeof ret->bytes)
            return WIRE_TOO_MUCH;
        const ssize_t got = read(from, ret->bytes + ret->len, sizeof ret->bytes - ret->len);
        if (got < 0)
            return WIRE_NOT_NOW;
        if (got == 0)
            return WIRE_MADE;
        ret->len += (size_t)got;
    }
}

/* What it announced and what it said must agree. */
static bool is_whole(const struct answer_buffer *said)
{
    struct wire_answer answer;
    if (said->len < sizeof answer)
        return false;
    memcpy(&answer, said->bytes, sizeof answer);
    return said->len == sizeof answer + (size_t)answer.display_bytes + answer.thumb_bytes;
}

static void run_child(const struct wire_job *job, struct span photo, struct answer_buffer *ret)
{
    int ends[2];
    struct wire_answer failed = {.result = WIRE_NOT_NOW};
    int status = -1;
    if (pipe(ends) == 0) {
        const pid_t pid = fork();
        if (pid == 0) {
            close(ends[0]);
            be_child(job, photo, ends[1]);
        }
        close(ends[1]);
        if (pid > 0) {
            failed.result = listen_to(ends[0], ret);
            kill(pid, SIGKILL);
            while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
                ;
        }
        close(ends[0]);
    }
    if (failed.result == WIRE_MADE && is_whole(ret))
        return;
    if (failed.result == WIRE_MADE)
        failed.result = WIRE_TOO_MUCH; /* it ended in the middle: by a limit, or by what it did */
    memcpy(ret->bytes, &failed, sizeof failed);
    ret->len = sizeof failed;
}

int workshop_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    static struct wire_job job;
    static struct answer_buffer answer;
    closefrom(STDERR_FILENO + 1);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 0);
    while (read_all(STDIN_FILENO, &job, sizeof job)) {
        uint8_t *photo = job.bytes <= WORKSHOP_PHOTO_MAX && job.box_count <= WORKSHOP_BOXES_MAX
                             ? malloc(job.bytes + 1)
                             : NULL;
        if (!photo || !read_all(STDIN_FILENO, photo, job.bytes))
            return 1;
        run_child(&job, span_of(photo, job.bytes), &answer);
        free(photo);
        if (!write_all(STDOUT_FILENO, answer.bytes, answer.len))
            return 1;
    }
    return 0;
}
