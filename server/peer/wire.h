/*
 * wire: the messages between servers (schema/proto/sync.proto) and our own values.
 *
 * Ownership  Everything read or made lives in the arena.
 * Errors     ERR_FORMAT not such a message, or more in it than such a message may have; ERR_NOMEM.
 */
#pragma once

#include "server/store/envelopes.h"
#include "server/store/layers.h"

enum { PEER_PHOTO_PIECE = 256 * 1024 };

/* What PeerPush and PeerChanges say alike. */
struct peer_page {
    struct store_bundle page;  /* page.until: of the sender */
    struct store_cursor since; /* of a push: the receiver has all up to here, the sender thinks */
    bool restarted;            /* of changes: counted from 0 again */
};

MUST_CHECK enum err_code peer_pack_changes(struct arena *arena, const struct peer_page *page,
                                           struct span *ret, struct err *err);
MUST_CHECK enum err_code peer_read_changes(struct arena *arena, struct span bytes,
                                           struct peer_page *ret, struct err *err);
MUST_CHECK enum err_code peer_pack_push(struct arena *arena, const struct peer_page *page,
                                        struct span *ret, struct err *err);
MUST_CHECK enum err_code peer_read_push(struct arena *arena, struct span bytes,
                                        struct peer_page *ret, struct err *err);

/* What the receiver of a push has now of the sender's epoch, and who it is. */
struct peer_receipt {
    struct uuid server_id, epoch;
    uint64_t change, news;
    struct uuid op_id; /* of `change`, as the receiver knows it */
};
MUST_CHECK enum err_code peer_pack_receipt(struct arena *arena, const struct peer_receipt *receipt,
                                           struct span *ret, struct err *err);
MUST_CHECK enum err_code peer_read_receipt(struct arena *arena, struct span bytes,
                                           struct peer_receipt *ret, struct err *err);

/* --- A folder: what a venue's is made from --- */

struct peer_folder {
    struct uuid server_id, epoch;
    struct store_settings settings; /* its name in the arena */
    struct store_layer *layers;
    size_t layer_count;
};
MUST_CHECK enum err_code peer_pack_folder(struct arena *arena, const struct peer_folder *folder,
                                          struct span *ret, struct err *err);
MUST_CHECK enum err_code peer_read_folder(struct arena *arena, struct span bytes,
                                          struct peer_folder *ret, struct err *err);

/* --- Of a file --- */

struct peer_file_head_values {
    struct uuid server_id, epoch, file_id, answers;
    uint32_t municipality;
    int64_t made_ms;
    struct store_cursor has;   /* what the writer has of the other side */
    struct store_cursor since; /* its pages go on from here */
};
MUST_CHECK enum err_code peer_pack_head(struct arena *arena,
                                        const struct peer_file_head_values *head, struct span *ret,
                                        struct err *err);
MUST_CHECK enum err_code peer_read_head(struct arena *arena, struct span bytes,
                                        struct peer_file_head_values *ret, struct err *err);

struct peer_blob {
    uint8_t sha256[32];
    uint64_t size, offset;
    struct span bytes;
};
struct peer_part {
    bool is_page, is_blob;
    struct peer_page page;
    struct peer_blob blob;
};
MUST_CHECK enum err_code peer_pack_part(struct arena *arena, const struct peer_part *part,
                                        struct span *ret, struct err *err);
MUST_CHECK enum err_code peer_read_part(struct arena *arena, struct span bytes,
                                        struct peer_part *ret, struct err *err);
