/*
 * photo: the photos of a data folder: taken in pieces, made safe, shown, covered, erased.
 *
 * Purpose    A device names a photo in an operation first (text before photos), then sends its
 *            bytes. When they are whole and their SHA-256 is right, a limited child process makes
 *            two new pictures of them; the device's file is erased.
 * Folder     DIR/photos/incoming/DEVICE-SHA256-LENGTH.part   bytes so far (incoming.h)
 *            DIR/photos/ab/SHA256.display.jpg, .thumb.jpg    SHA256: of the file the device sent
 * Invariants 1. Whole or absent: a variant lies under its name only after file and name are on
 *               disk, and its row in `blob` is written after that. What a stop or a power cut
 * leaves between is put right at the next start.
 *            2. An acknowledged byte is on disk.
 *            3. Of a stranger's file nothing is kept once its variants are, and nothing is served.
 *            4. What the log says wins: redactions are carried out and what no photo object names
 *               any more is erased, whoever wrote the operation; it may be interrupted anywhere.
 * Threads    Any thread may call; the work is done by workers of its own. `done` runs on those.
 * Errors     ERR_FULL less than a tenth of the disk is free: photos wait, words go on; ERR_BUSY.
 */
#pragma once

#include "server/photo/workshop.h"
#include "server/store/blobs.h"
#include "server/store/writer.h"

struct photos;

enum { PHOTO_BYTES_MAX = WORKSHOP_PHOTO_MAX };

/* Variants of a file are in place, for the first time or with more covered. On a worker's thread,
 * with its reader: short. */
typedef void photo_placed_fn(void *context, struct store_reader *reader,
                             const struct sha256 *sha256);

struct photo_settings {
    unsigned workers;          /* photos made at once; each has a process */
    uint64_t device_bytes_max; /* unfinished uploads of one device */
    const char *program;       /* of the workshops; NULL: this one */
    photo_placed_fn *placed;   /* NULL: nobody listens */
    void *placed_context;
};

/* Makes the folders, starts the workers, which take up what was left. The writer stays the
 * caller's, and open until photos_stop. */
MUST_CHECK enum err_code photos_open(struct store *store, struct store_writer *writer,
                                     const struct photo_settings *settings, struct photos **ret,
                                     struct err *err);
/* Ends the workers: what is under way is finished, what waits is told ERR_BUSY and taken up at the
 * next start. Nothing new is taken. */
void photos_stop(struct photos *photos);
void photos_close(struct photos *photos);
DEFINE_CLEANUP(struct photos, photos_close)

/* The log has moved on: see whether something is to be covered or erased. Returns at once. Called
 * or not, the workers look every second whether there are new changes. */
void photos_tidy(struct photos *photos);

/* Since the start. Not of each photo that came something is made: another device may have been
 * quicker, the log may not name it any more. */
struct photos_stats {
    uint64_t bytes;    /* taken from devices */
    uint64_t received; /* files that came whole, from devices and servers */
    uint64_t made, refused, covered, erased;
    uint64_t queued_now;
};
void photos_stats(struct photos *photos, struct photos_stats *ret);

/* --- Taking: pieces of an upload -------------------------------------------------------------- */

struct photo_upload; /* one request's hold on it */

struct photo_key {
    struct uuid device;
    struct sha256 sha256; /* of the whole file */
    uint32_t length;
};

/* Bytes that have come of an unfinished upload. */
uint64_t photos_offset(const struct photos *photos, const struct photo_key *key);

/* ERR_CONFLICT when the upload does not go on at `offset`; ERR_LIMIT, ERR_FULL. A newer request
 * takes an upload over from an older one. */
MUST_CHECK enum err_code photos_begin(struct photos *photos, const struct photo_key *key,
                                      uint64_t offset, struct photo_upload **ret, struct err *err);
MUST_CHECK enum err_code photos_take(struct photo_upload *upload, struct span piece,
                                     struct err *err);

/* ERR_OK: on disk, and, when it was the last piece, made into variants. Else ERR_CHECKSUM the whole
 * has another SHA-256 and is gone; ERR_MEDIA_TYPE, ERR_INVALID, ERR_FORMAT it is no photo that is
 * taken, and this is kept in mind; ERR_CONFLICT, ERR_FULL, ERR_BUSY try again. */
typedef void photo_done_fn(void *context, enum err_code code, const char *what, uint64_t offset);
/* Calls `done` once, later, on a worker's thread; the upload is used until then. */
void photos_finish(struct photo_upload *upload, photo_done_fn *done, void *context);
/* Lets go; what was taken stays for the next request. */
void photos_end(struct photo_upload *upload);

/* --- Showing ---------------------------------------------------------------------------------- */

/* The bytes of a variant, in the arena. ERR_NOT_FOUND when it is not here. */
MUST_CHECK enum err_code photos_read(const char *dir, const struct sha256 *sha256,
                                     enum photo_variant variant, struct arena *arena,
                                     struct span *ret, struct err *err);

/* --- Between servers -------------------------------------------------------------------------- */

/* Takes the display variant that another server made of the file `sha256`: a bare baseline JPEG no
 * larger than ours that decodes without a warning. It is kept as it is, but for boxes that it does
 * not carry yet. Waits for a worker, so never on an HTTP thread: see photos_finish_display. The
 * same again is no news. ERR_INVALID it is not such a picture; ERR_NOT_FOUND no photo object names
 * it. */
MUST_CHECK enum err_code photos_take_display(struct photos *photos, const struct sha256 *sha256,
                                             struct span display, struct err *err);
/* The same without waiting; `display` is copied. */
MUST_CHECK enum err_code photos_finish_display(struct photos *photos, const struct sha256 *sha256,
                                               struct span display, photo_done_fn *done,
                                               void *context, struct err *err);
