/*
 * file: a *.cmsync file, what goes by USB stick where no line reaches.
 *
 * Purpose    The messages of the line (schema/proto/sync.proto, FileHead and FilePart), encrypted
 *            and authenticated with the peer's key; whoever finds the stick reads nothing.
 * Whole      A file is read to its end before anything of it is taken: cut off, changed, reordered
 *            or of another key, it gives nothing at all. Written beside its place, synced, renamed.
 * Errors     ERR_FORMAT not such a file; ERR_CHECKSUM cut off or changed, or of another key;
 *            ERR_TOO_LARGE a frame longer than frames are; ERR_IO, ERR_FULL.
 * Standard   libsodium's crypto_secretstream_xchacha20poly1305; sync.proto, FileHead.
 */
#pragma once

#include <stdio.h>

#include "server/peer/key.h"
#include "tiles/base/arena.h"
#include "tiles/base/buf.h"

enum { PEER_FRAME_MAX = 4 << 20 };

/* --- Reading --- */

/* Whose key it needs: the peer's id at the file's head. */
MUST_CHECK enum err_code peer_file_id(const char *path, struct uuid *ret, struct err *err);

typedef enum err_code peer_frame_fn(void *self, size_t index, struct span message, struct err *err);
/* Reads it to its end, then once more, giving each message to `each`: the FileHead with index 0. A
 * failure of `each` ends it. */
MUST_CHECK enum err_code peer_file_read(const char *path, const struct peer_key *key,
                                        peer_frame_fn *each, void *self, struct err *err);
/* The first message only, without looking at the rest; the bytes live in the arena. */
MUST_CHECK enum err_code peer_file_head(const char *path, const struct peer_key *key,
                                        struct arena *arena, struct span *ret, struct err *err);

/* --- Writing --- */

struct peer_file;

MUST_CHECK enum err_code peer_file_create(const char *path, const struct peer_key *key,
                                          struct peer_file **ret, struct err *err);
MUST_CHECK enum err_code peer_file_add(struct peer_file *file, struct span message,
                                       struct err *err);
/* Closes, syncs, puts it in its place; ret_bytes: its size. */
MUST_CHECK enum err_code peer_file_finish(struct peer_file *file, uint64_t *ret_bytes,
                                          struct err *err);
/* Takes away what was not finished. */
void peer_file_close(struct peer_file *file);
DEFINE_CLEANUP(struct peer_file, peer_file_close)
