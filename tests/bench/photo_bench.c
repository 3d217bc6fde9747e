/*
 * photo_bench: photos through a workshop, one after the other, as the service makes them.
 *
 * Usage      photo_bench ROUNDS FILE…; writes "photos SECONDS CPU_SECONDS MEMORY_KIB" (of all
 * processes, the largest) on standard output.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "server/clock.h"
#include "server/photo/workshop.h"
#include "tiles/base/buf.h"

static void read_file(const char *path, struct buf *ret)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        exit(1);
    buf_init(ret);
    for (;;) {
        uint8_t *at = buf_reserve(ret, 1 << 16);
        const size_t got = at ? fread(at, 1, 1 << 16, file) : 0;
        if (got == 0)
            break;
        ret->len += got;
    }
    fclose(file);
}

static void make(struct workshop *workshop, const struct buf *photo)
{
    struct workshop_job job = {.task = WORKSHOP_MAKE, .photo = buf_span(photo)};
    struct codec_variants made;
    struct arena arena;
    struct err err = {.what = ""};
    arena_init(&arena, 0);
    if (jpeg_scan(job.photo, &job.info, &err) != ERR_OK ||
        workshop_do(workshop, &job, &arena, &made, &err) != ERR_OK) {
        fprintf(stderr, "photo_bench: %s\n", err.what);
        exit(1);
    }
    arena_done(&arena);
}

static double cpu_of(int who, long *memory_kib)
{
    struct rusage used;
    getrusage(who, &used);
    if (used.ru_maxrss > *memory_kib)
        *memory_kib = used.ru_maxrss;
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], WORKSHOP_COMMAND) == 0)
        return workshop_main(argc, argv);
    if (argc < 3)
        return 2;
    struct workshop *workshop;
    struct buf photo;
    long memory_kib = 0;
    const int rounds = atoi(argv[1]);
    if (workshop_open(NULL, &workshop, NULL) != ERR_OK)
        return 1;
    const int64_t start_us = clock_mono_us();
    for (int round = 0; round < rounds; round++)
        for (int i = 2; i < argc; i++) {
            read_file(argv[i], &photo);
            make(workshop, &photo);
            buf_done(&photo);
        }
    const double seconds = (double)(clock_mono_us() - start_us) / 1e6;
    workshop_close(workshop);
    const double cpu = cpu_of(RUSAGE_SELF, &memory_kib) + cpu_of(RUSAGE_CHILDREN, &memory_kib);
    printf("%d %.3f %.3f %ld\n", rounds * (argc - 2), seconds, cpu, memory_kib);
    return 0;
}
