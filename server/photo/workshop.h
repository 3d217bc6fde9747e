/*
 * workshop: pictures are decoded in another process, which has nothing to lose.
 *
 * Purpose    A decoder is where a stranger's bytes may do harm. The program starts itself again as
 *            `kakikomap photo-workshop`: no environment, no open file, no memory of ours. For each
 *            photo that one forks a child with 256 MiB, 20 seconds of CPU, no files, no network and
 *            hardly a system call; the child's answer is checked here before it counts.
 * Invariants 1. The workshop never looks into a photo; only the child does, and it is gone before
 *               the answer is passed on, so that it cannot answer for the next one.
 *            2. What comes back is refused unless it is a bare picture of the promised size.
 *            3. A workshop that dies, hangs or answers nonsense is ended and made anew.
 * Ownership  Results live in the arena.
 * Threads    A workshop belongs to one thread at a time.
 * Errors     ERR_FORMAT no picture comes out of it; ERR_INVALID it needs more memory or time than a
 *            photo may; ERR_BUSY the workshop cannot work now: nothing is wrong with the photo.
 */
#pragma once

#include "server/photo/codec.h"

struct workshop;

enum { WORKSHOP_BOXES_MAX = 64, WORKSHOP_PHOTO_MAX = 20 << 20 /* bytes of a photo */ };

enum workshop_task {
    WORKSHOP_MAKE,  /* both variants of a photo */
    WORKSHOP_THUMB, /* the small one of a display variant from elsewhere */
};

struct workshop_job {
    enum workshop_task task;
    struct span photo;
    struct jpeg_info info; /* of `photo` */
    const struct box *boxes;
    size_t box_count;
};

/* Starts no process yet: the first job does. `program` NULL: this one (/proc/self/exe). */
MUST_CHECK enum err_code workshop_open(const char *program, struct workshop **ret, struct err *err);
void workshop_close(struct workshop *workshop);
DEFINE_CLEANUP(struct workshop, workshop_close)

MUST_CHECK enum err_code workshop_do(struct workshop *workshop, const struct workshop_job *job,
                                     struct arena *arena, struct codec_variants *ret,
                                     struct err *err);

/* The other side: `kakikomap photo-workshop`. Reads jobs from standard input until it ends. */
#define WORKSHOP_COMMAND "photo-workshop"
int workshop_main(int argc, char **argv);
