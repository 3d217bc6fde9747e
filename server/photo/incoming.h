/*
 * incoming: unfinished uploads on disk. Inside server/photo only.
 *
 * Format     DIR/photos/incoming/DEVICE-SHA256-LENGTH.part: a head of 16 bytes, then the bytes that
 *            have come. The head is how many of them are known to be on disk (64 bits,
 *            little-endian) and the same inverted. Everything else is in the name, so that nothing
 *            has to agree with it.
 * Invariants 1. While a program runs, the file's length is the offset; after a start the head is,
 *               and what lies behind it is cut off: unsynced bytes may be anything.
 *            2. The head is written after its bytes are synced, and synced before anybody is told.
 *            3. One writer at a time: a newer request takes a part over, for the older one's
 *               connection is most likely dead and would block it until its deadline.
 * Ownership  A part is ended by incoming_end, before incoming_close.
 * Threads    Any; a part belongs to one thread at a time.
 * Errors     ERR_CONFLICT the offset is not where the part ends, or another request has taken over;
 *            ERR_LIMIT the device has too much unfinished; ERR_FULL; ERR_IO.
 */
#pragma once

#include "server/photo/photo.h"

enum { INCOMING_KEPT_DAYS = 7 /* an upload that nobody goes on with */ };

struct incoming;
struct incoming_part;

/* `dir` is DIR/photos/incoming and exists. Cuts off what is not known to be on disk, removes what
 * is not a part, and the parts last written more than INCOMING_KEPT_DAYS before `now_ms`. */
MUST_CHECK enum err_code incoming_open(const char *dir, uint64_t device_bytes_max, int64_t now_ms,
                                       struct incoming **ret, struct err *err);
void incoming_close(struct incoming *incoming);
/* The removing alone; for a program that runs for weeks. */
void incoming_expire(struct incoming *incoming, int64_t now_ms);

/* Bytes that have come; 0 when there is no such part. */
uint64_t incoming_offset(const struct incoming *incoming, const struct photo_key *key);

MUST_CHECK enum err_code incoming_begin(struct incoming *incoming, const struct photo_key *key,
                                        uint64_t offset, struct incoming_part **ret,
                                        struct err *err);
MUST_CHECK enum err_code incoming_take(struct incoming_part *part, struct span piece,
                                       struct err *err);
/* Everything taken so far is on disk, and will be known to be. */
MUST_CHECK enum err_code incoming_sync(struct incoming_part *part, struct err *err);
void incoming_end(struct incoming_part *part);

uint64_t incoming_part_offset(const struct incoming_part *part);
const struct photo_key *incoming_part_key(const struct incoming_part *part);

/* Calls each for every part that is whole: all its bytes have come. */
typedef void incoming_each_fn(void *context, const struct photo_key *key);
void incoming_each_whole(const struct incoming *incoming, incoming_each_fn *each, void *context);

/* The bytes of a whole part, in the arena. */
MUST_CHECK enum err_code incoming_read(const struct incoming *incoming, const struct photo_key *key,
                                       struct arena *arena, struct span *ret, struct err *err);

/* Erases this part, or those of all devices, from disk. */
void incoming_drop(struct incoming *incoming, const struct photo_key *key);
void incoming_drop_all_of(struct incoming *incoming, const struct sha256 *sha256);
