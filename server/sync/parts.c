#include "server/sync/parts_wire.h"

static enum err_code no_memory(struct err *err)
{
    return err_set(err, ERR_NOMEM, "out of memory", 0);
}

static void put32(uint8_t *at, int32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)((uint32_t)value >> (24 - 8 * i));
}

static int32_t take32(const uint8_t *at)
{
    return (int32_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]);
}

enum err_code path_pack(struct arena *arena, const struct path *path, struct span *ret,
                        struct err *err)
{
    uint8_t *bytes = arena_array(arena, path->count, 8);
    if (!bytes)
        return no_memory(err);
    for (size_t i = 0; i < path->count; i++) {
        put32(bytes + 8 * i, path->corners[i].lon_e7);
        put32(bytes + 8 * i + 4, path->corners[i].lat_e7);
    }
    *ret = span_of(bytes, path->count * 8);
    return ERR_OK;
}

enum err_code path_unpack(struct arena *arena, struct span bytes, struct path *ret, struct err *err)
{
    if (bytes.len % 8)
        return err_set(err, ERR_FORMAT, "half a corner", bytes.len);
    struct path path = {.corners = ARENA_ARRAY(arena, struct corner, bytes.len / 8),
                        .count = bytes.len / 8};
    if (!path.corners)
        return no_memory(err);
    for (size_t i = 0; i < path.count; i++)
        path.corners[i] =
            (struct corner){take32(bytes.data + 8 * i), take32(bytes.data + 8 * i + 4)};
    *ret = path;
    return ERR_OK;
}

static enum err_code pack_message(struct arena *arena, const ProtobufCMessage *message,
                                  struct span *ret, struct err *err)
{
    const size_t len = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_alloc(arena, len);
    if (!bytes)
        return no_memory(err);
    protobuf_c_message_pack(message, bytes);
    *ret = span_of(bytes, len);
    return ERR_OK;
}

static enum err_code not_these(struct err *err)
{
    return err_set(err, ERR_FORMAT, "kept bytes cannot be read: run kakikomap check", 0);
}

enum err_code marks_pack(struct arena *arena, const struct marks *marks, struct span *ret,
                         struct err *err)
{
    Kakikomap__Sync__Comment message = KAKIKOMAP__SYNC__COMMENT__INIT;
    TRY(marks_to_wire(arena, marks, &message, err));
    return pack_message(arena, &message.base, ret, err);
}

enum err_code marks_unpack(struct arena *arena, struct span bytes, struct marks *ret,
                           struct err *err)
{
    *ret = (struct marks){0};
    if (bytes.len == 0)
        return ERR_OK;
    ProtobufCAllocator allocator = parts_allocator(arena);
    const Kakikomap__Sync__Comment *message =
        kakikomap__sync__comment__unpack(&allocator, bytes.len, bytes.data);
    bool ok = false;
    if (message)
        TRY(marks_from_wire(arena, message, ret, &ok, err));
    return ok ? ERR_OK : not_these(err);
}

enum err_code boxes_pack(struct arena *arena, const struct boxes *boxes, struct span *ret,
                         struct err *err)
{
    Kakikomap__Sync__Redaction message = KAKIKOMAP__SYNC__REDACTION__INIT;
    TRY(boxes_to_wire(arena, boxes, &message, err));
    return pack_message(arena, &message.base, ret, err);
}

enum err_code boxes_unpack(struct arena *arena, struct span bytes, struct boxes *ret,
                           struct err *err)
{
    *ret = (struct boxes){0};
    if (bytes.len == 0)
        return ERR_OK;
    ProtobufCAllocator allocator = parts_allocator(arena);
    const Kakikomap__Sync__Redaction *message =
        kakikomap__sync__redaction__unpack(&allocator, bytes.len, bytes.data);
    bool ok = false;
    if (message)
        TRY(boxes_from_wire(arena, message, ret, &ok, err));
    return ok ? ERR_OK : not_these(err);
}

enum err_code meeting_pack(struct arena *arena, const struct meeting *meeting, struct span *ret,
                           struct err *err)
{
    Kakikomap__Sync__Meeting message = KAKIKOMAP__SYNC__MEETING__INIT;
    TRY(meeting_to_wire(arena, meeting, &message, err));
    return pack_message(arena, &message.base, ret, err);
}

enum err_code meeting_unpack(struct arena *arena, struct span bytes, struct meeting *ret,
                             struct err *err)
{
    ProtobufCAllocator allocator = parts_allocator(arena);
    const Kakikomap__Sync__Meeting *message =
        kakikomap__sync__meeting__unpack(&allocator, bytes.len, bytes.data);
    bool ok = false;
    if (message)
        TRY(meeting_from_wire(arena, message, ret, &ok, err));
    return ok ? ERR_OK : not_these(err);
}
