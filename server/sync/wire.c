#include "server/sync/wire.h"

#include "tiles/base/varint.h"

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

static bool skip(struct span *bytes, uint64_t count)
{
    if (count > bytes->len)
        return false;
    bytes->data += count;
    bytes->len -= count;
    return true;
}

/* The messages of sync.proto are three deep and do not contain themselves, so this ends. */
static bool field_is_whole(const ProtobufCMessageDescriptor *descriptor, uint64_t number,
                           struct span value)
{
    const ProtobufCFieldDescriptor *field =
        number > UINT32_MAX ? NULL
                            : protobuf_c_message_descriptor_get_field(descriptor, (unsigned)number);
    if (!field)
        return true;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return value.len == 0 || !memchr(value.data, 0, value.len);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return wire_strings_are_whole(field->descriptor, value);
    return true;
}

bool wire_strings_are_whole(const ProtobufCMessageDescriptor *descriptor, struct span bytes)
{
    while (bytes.len) {
        uint64_t tag, value;
        if (!varint_take(&bytes, &tag))
            return false;
        switch (tag & 7) {
        case WIRE_VARINT:
            if (!varint_take(&bytes, &value))
                return false;
            break;
        case WIRE_64:
            if (!skip(&bytes, 8))
                return false;
            break;
        case WIRE_32:
            if (!skip(&bytes, 4))
                return false;
            break;
        case WIRE_BYTES: {
            if (!varint_take(&bytes, &value) || value > bytes.len)
                return false;
            const struct span inside = span_of(bytes.data, (size_t)value);
            if (!skip(&bytes, value) || !field_is_whole(descriptor, tag >> 3, inside))
                return false;
            break;
        }
        default:
            return false;
        }
    }
    return true;
}
