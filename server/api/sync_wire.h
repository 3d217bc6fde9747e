/*
 * sync_wire: the messages of /sync/v1 (schema/proto/sync.proto) and our own values.
 *
 * Ownership  Messages point into the values and the arena they were made from.
 */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "server/http/message.h"
#include "server/store/changes.h"
#include "tiles/base/arena.h"
#include "tiles/base/uuid.h"

enum { SYNC_OPS_MAX = 64 };

struct sync_push {
    struct uuid device_id;
    int64_t sent_ms;
    struct span ops[SYNC_OPS_MAX]; /* exact bytes, in the arena */
    size_t op_count;
};

/* ERR_FORMAT not a PushRequest; ERR_VERSION of another schema; ERR_TOO_LARGE too many operations.
 */
MUST_CHECK enum err_code sync_read_push(struct arena *arena, struct span body,
                                        struct sync_push *ret, struct err *err);

/* Memory for protobuf-c: taken from the arena, freed with it. */
ProtobufCAllocator sync_allocator(struct arena *arena);

static inline ProtobufCBinaryData sync_bytes(struct uuid *id)
{
    return (ProtobufCBinaryData){.len = UUID_BYTES, .data = id->bytes};
}

/* Nothing for the nil id. */
static inline ProtobufCBinaryData sync_bytes_or_none(struct uuid *id)
{
    return uuid_is_nil(*id) ? (ProtobufCBinaryData){0} : sync_bytes(id);
}

/* A string closed by zero; NULL without memory. */
char *sync_text(struct arena *arena, struct span text);

MUST_CHECK enum err_code sync_send(const struct http_request *req, struct http_response *res,
                                   const ProtobufCMessage *message, struct err *err);
/* The message as bytes in the arena. */
MUST_CHECK enum err_code sync_pack(struct arena *arena, const ProtobufCMessage *message,
                                   struct span *ret, struct err *err);

struct store_info;
/* A Changes message; `mark` says which change its last number is. */
MUST_CHECK enum err_code sync_pack_changes(struct arena *arena, const struct store_info *info,
                                           const struct store_changes *changes, bool restarted,
                                           struct span mark, struct span *ret, struct err *err);
