/* The shim: what the server asks of the system, answered as the test says (faults.h). LD_PRELOAD.
 */
/* Each function under its own name: no header is to put another in its place. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/faults/faults.h"

struct faults *faults_page;

void faults_map(const char *path)
{
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    void *page = fd < 0
                     ? MAP_FAILED
                     : mmap(NULL, sizeof(struct faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        perror(path);
        _exit(3);
    }
    close(fd);
    faults_page = page;
}

/* The next definition of a function, behind this one. */
#define NEXT(name)                                                                                 \
    static __typeof__(&name) next;                                                                 \
    if (!next)                                                                                     \
    *(void **)(&next) = dlsym(RTLD_NEXT, #name)

/* --- Clocks ----------------------------------------------------------------------------------- */

static int64_t real_ns(clockid_t clock)
{
    struct timespec now;
    syscall(SYS_clock_gettime, clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t now_ns(clockid_t clock)
{
    const bool day = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    const int64_t ms = day && faults_page ? atomic_load(&faults_page->now_ms) : 0;
    return ms ? ms * 1000000 : real_ns(clock);
}

int clock_gettime(clockid_t clock, struct timespec *ret)
{
    const int64_t now = now_ns(clock);
    *ret = (struct timespec){now / 1000000000, now % 1000000000};
    return 0;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
    (void)zone;
    const int64_t now = now_ns(CLOCK_REALTIME);
    *ret = (struct timeval){now / 1000000000, now % 1000000000 / 1000};
    return 0;
}

time_t time(time_t *ret)
{
    const time_t now = now_ns(CLOCK_REALTIME) / 1000000000;
    if (ret)
        *ret = now;
    return now;
}

/* --- Waiting for a time ----------------------------------------------------------------------- */

/* Old programs find an older function under the plain name. */
#define NEXT_OF_COND(name)                                                                         \
    static __typeof__(&name) next;                                                                 \
    if (!next)                                                                                     \
        *(void **)(&next) = dlvsym(RTLD_NEXT, #name, "GLIBC_2.3.2");                               \
    if (!next)                                                                                     \
    *(void **)(&next) = dlsym(RTLD_NEXT, #name)

enum { COUNTERS = 1024, SLICE_NS = 2000000 };
static atomic_uint_least64_t signals[COUNTERS];

/* How often a condition has been signalled; some share a counter, and then wake for nothing. */
static atomic_uint_least64_t *signals_of(const pthread_cond_t *cond)
{
    return &signals[(uintptr_t)cond / sizeof *cond % COUNTERS];
}

int pthread_cond_signal(pthread_cond_t *cond)
{
    NEXT_OF_COND(pthread_cond_signal);
    atomic_fetch_add(signals_of(cond), 1);
    return next(cond);
}

int pthread_cond_broadcast(pthread_cond_t *cond)
{
    NEXT_OF_COND(pthread_cond_broadcast);
    atomic_fetch_add(signals_of(cond), 1);
    return next(cond);
}

/* In short waits, so that the test can end them: a server rests when the history says so, not when
 * the machine is slow. A signal that falls between two of them is seen by its counter. */
int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict lock,
                           const struct timespec *restrict until)
{
    NEXT_OF_COND(pthread_cond_timedwait);
    if (!faults_page || !atomic_load(&faults_page->still))
        return next(cond, lock, until);
    const clockid_t clock = until->tv_sec > 500000000 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    const int64_t rests = atomic_load(&faults_page->rests);
    const uint64_t before = atomic_load(signals_of(cond));
    atomic_fetch_add(&faults_page->waiting, 1);
    for (;;) {
        const int64_t slice = real_ns(clock) + SLICE_NS;
        const struct timespec end = {slice / 1000000000, slice % 1000000000};
        const int result = next(cond, lock, &end);
        if (result != ETIMEDOUT || atomic_load(&faults_page->rests) != rests)
            return result;
        if (atomic_load(signals_of(cond)) != before)
            return 0;
    }
}

/* --- Random numbers --------------------------------------------------------------------------- */

static bool fill(uint8_t *ret, size_t size)
{
    if (!faults_page || !atomic_load(&faults_page->random))
        return false;
    for (size_t i = 0; i < size; i++) {
        /* SplitMix64. */
        uint64_t z = (uint64_t)atomic_fetch_add(&faults_page->random, INT64_C(0x1E3779B97F4A7C15));
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
        ret[i] = (uint8_t)(z >> 56 ^ z >> 24);
    }
    return true;
}

ssize_t getrandom(void *ret, size_t size, unsigned flags)
{
    return fill(ret, size) ? (ssize_t)size : syscall(SYS_getrandom, ret, size, flags);
}

void randombytes_buf(void *ret, size_t size);
void randombytes_buf(void *ret, size_t size)
{
    for (size_t done = 0; done < size && !fill(ret, size);) {
        const ssize_t got = syscall(SYS_getrandom, (char *)ret + done, size - done, 0);
        done += got > 0 ? (size_t)got : 0;
    }
}

/* --- Disk ------------------------------------------------------------------------------------- */

/* Counts a call; 0, or the errno with which it ends. */
static int disk_call(void)
{
    struct faults *page = faults_page;
    if (!page)
        return 0;
    const int64_t call = atomic_fetch_add(&page->calls, 1) + 1;
    if (call == atomic_load(&page->die_at))
        kill(getpid(), SIGKILL);
    const int64_t fault = atomic_load(&page->fail_errno);
    return fault && call >= atomic_load(&page->fail_from) ? (int)fault : 0;
}

static bool is_file(int fd)
{
    struct stat info;
    return fd > STDERR_FILENO && fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

/* Ends the calling function when the disk does. */
#define DISK(counts)                                                                               \
    const int fault = (counts) ? disk_call() : 0;                                                  \
    if (fault) {                                                                                   \
        errno = fault;                                                                             \
        return -1;                                                                                 \
    }

/* What is there already needs no room and no right: only a broken disk fails to sync it. */
#define SYNC()                                                                                     \
    if (disk_call() == EIO) {                                                                      \
        errno = EIO;                                                                               \
        return -1;                                                                                 \
    }

ssize_t write(int fd, const void *data, size_t size)
{
    DISK(is_file(fd))
    return syscall(SYS_write, fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    DISK(is_file(fd))
    return syscall(SYS_pwrite64, fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    DISK(is_file(fd))
    return syscall(SYS_pwrite64, fd, data, size, at);
}

int ftruncate(int fd, off_t size)
{
    DISK(true)
    return (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    DISK(true)
    return (int)syscall(SYS_ftruncate, fd, size);
}

int fsync(int fd)
{
    SYNC()
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    SYNC()
    return (int)syscall(SYS_fdatasync, fd);
}

int rename(const char *from, const char *to)
{
    DISK(true)
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* Taking away needs no room: it is counted, and a full disk allows it. */
int unlink(const char *path)
{
    (void)disk_call();
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

static int open_at(int folder, const char *path, int flags, mode_t mode)
{
    DISK(flags & O_CREAT)
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;              \
        va_end(list);                                                                              \
        return open_at(AT_FDCWD, path, flags, mode);                                               \
    }
OPEN(open)
OPEN(open64)

/* --- Memory ----------------------------------------------------------------------------------- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static bool has_memory(void)
{
    struct faults *page = faults_page;
    const int64_t fail = page ? atomic_load(&page->fail_allocation) : 0;
    if (!fail || atomic_fetch_add(&page->allocations, 1) + 1 != fail)
        return true;
    errno = ENOMEM;
    return false;
}

void *malloc(size_t size)
{
    return has_memory() ? __libc_malloc(size) : NULL;
}

void *calloc(size_t count, size_t size)
{
    return has_memory() ? __libc_calloc(count, size) : NULL;
}

void *realloc(void *old, size_t size)
{
    return has_memory() ? __libc_realloc(old, size) : NULL;
}

/* --- Start ------------------------------------------------------------------------------------ */

static int (*program)(int, char **, char **);

static int main_with_faults(int argc, char **argv, char **environment)
{
    const char *page = getenv("FAULTS_PAGE");
    if (getenv("FAULTS_ZYGOTE"))
        zygote_run(&argc, &argv);
    else if (page)
        faults_map(page);
    return program(argc, argv, environment);
}

int __libc_start_main(int (*run)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*done)(void), void (*rtld_done)(void), void *stack_end);
int __libc_start_main(int (*run)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*done)(void), void (*rtld_done)(void), void *stack_end)
{
    NEXT(__libc_start_main);
    program = run;
    return next(main_with_faults, argc, argv, init, done, rtld_done, stack_end);
}
