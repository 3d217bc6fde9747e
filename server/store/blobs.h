/*
 * blobs: which photos' bytes are here; the rows beside the files of server/photo.
 *
 * Purpose    A photo object of the log names bytes by their SHA-256; whether they have come is this
 *            server's own affair and no operation. A row is written after its files are on disk.
 * Ownership  Lists live in the arena.
 * Threads    A reader as ever. What writes waits for the writer's commit: never on its thread, nor
 *            on an HTTP thread.
 * Errors     As store.h; ERR_NOT_FOUND.
 */
#pragma once

#include "server/store/comments.h"
#include "server/store/store.h"
#include "server/sync/parts.h"

struct store_writer;

enum { SHA256_BYTES = 32, STORE_REASON_MAX = 160 };

struct sha256 {
    uint8_t bytes[SHA256_BYTES];
};

static inline bool sha256_equal(const struct sha256 *a, const struct sha256 *b)
{
    return memcmp(a->bytes, b->bytes, SHA256_BYTES) == 0;
}

enum photo_variant { PHOTO_DISPLAY, PHOTO_THUMB };

/* "photos/ab/SHA256.display.jpg": where a variant lies below the data folder. */
enum { STORE_BLOB_NAME = 96 };
void store_blob_name(const struct sha256 *sha256, enum photo_variant variant,
                     char ret[STORE_BLOB_NAME]);

/* A file of a variant. */
struct store_file {
    struct sha256 sha256;
    uint32_t bytes;
};

struct store_blob {
    struct sha256 sha256;   /* of the file that the device sent */
    uint32_t width, height; /* of display, upright */
    struct store_file display, thumb;
    int64_t made_ms;
};

/* A photo object's newest redaction; several objects may name one file. */
struct store_redaction {
    struct uuid photo_id, op_id;
};

struct store_covers {
    struct store_redaction *redactions;
    size_t count;
    struct boxes boxes; /* of all of them together */
};

/* --- Reading -----------------------------------------------------------------------------------
 */

enum store_blob_state {
    STORE_BLOB_UNKNOWN, /* no photo object names them, or it was withdrawn or erased */
    STORE_BLOB_MISSING, /* they have not come, or not whole */
    STORE_BLOB_READY,
    STORE_BLOB_REFUSED, /* they came and are no photo: reason */
};

struct store_blob_status {
    enum store_blob_state state;
    uint32_t bytes; /* as the photo object says; 0: UNKNOWN */
    char reason[STORE_REASON_MAX];
};

MUST_CHECK enum err_code store_blob_status(struct store_reader *reader, const struct sha256 *sha256,
                                           struct store_blob_status *ret, struct err *err);

MUST_CHECK enum err_code store_blob_find(struct store_reader *reader, const struct sha256 *sha256,
                                         struct store_blob *ret, struct err *err);

/* Those that are here, in the order of their SHA-256, after `after` (zero: from the first). For
 * backup, check, peers. */
MUST_CHECK enum err_code store_blobs_list(struct store_reader *reader, const struct sha256 *after,
                                          size_t max, struct arena *arena, struct store_blob **ret,
                                          size_t *ret_count, struct err *err);

/* The blob of a photo that this audience may be shown. ERR_NOT_FOUND otherwise, and while what is
 * to be covered on it is not yet. */
MUST_CHECK enum err_code store_blob_shown(struct store_reader *reader, enum store_audience audience,
                                          struct span scopes, struct uuid photo_id,
                                          struct store_blob *ret, struct err *err);

/* The meeting and the space (nil: none) of a photo's comment: where one asks for a right. */
MUST_CHECK enum err_code store_photo_place(struct store_reader *reader, struct uuid photo_id,
                                           struct uuid *ret_meeting_id, struct uuid *ret_space_id,
                                           struct err *err);

MUST_CHECK enum err_code store_blob_covers(struct store_reader *reader, const struct sha256 *sha256,
                                           struct arena *arena, struct store_covers *ret,
                                           struct err *err);

/* Where a file is shown: a photo object that names it, its comment, and the meeting of that (nil:
 * none). */
struct store_blob_use {
    struct uuid photo_id, comment_id, meeting_id;
    bool is_public; /* anyone is shown it now */
};
enum { STORE_BLOB_USES_MAX = 64 };
/* ret has room for STORE_BLOB_USES_MAX. */
MUST_CHECK enum err_code store_blob_uses(struct store_reader *reader, const struct sha256 *sha256,
                                         struct store_blob_use *ret, size_t *ret_count,
                                         struct err *err);

struct store_blob_counts {
    uint64_t here, bytes; /* files whose variants are here; bytes of these */
    uint64_t awaited;     /* named in the log, and neither here nor refused */
};
MUST_CHECK enum err_code store_blob_counts(struct store_reader *reader,
                                           struct store_blob_counts *ret, struct err *err);

/* The next after *at that the log wants no more; that does not carry a redaction yet. */
MUST_CHECK enum err_code store_blob_next_unwanted(struct store_reader *reader, struct sha256 *at,
                                                  bool *ret_found, struct err *err);
MUST_CHECK enum err_code store_blob_next_uncovered(struct store_reader *reader, struct sha256 *at,
                                                   bool *ret_found, struct err *err);

/* --- Writing -----------------------------------------------------------------------------------
 */

/* The row, and the redactions its files carry. */
MUST_CHECK enum err_code store_blob_put(struct store_writer *writer, const struct store_blob *blob,
                                        const struct store_covers *covers, struct err *err);
MUST_CHECK enum err_code store_blob_refuse(struct store_writer *writer, const struct sha256 *sha256,
                                           const char *reason, int64_t now_ms, struct err *err);
MUST_CHECK enum err_code store_blob_remove(struct store_writer *writer, const struct sha256 *sha256,
                                           struct err *err);
