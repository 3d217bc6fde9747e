/* PeerFolder of sync.proto. */
#include "schema/sync.pb-c.h"
#include "server/peer/wire.h"
#include "server/sync/parts_wire.h"

typedef Kakikomap__Sync__PeerLayer wire_layer;

enum { LAYERS_MAX = 64, NAME_MAX_BYTES = 100 };

static ProtobufCBinaryData wire_bytes(const void *data, size_t len)
{
    return (ProtobufCBinaryData){.len = len, .data = (uint8_t *)data};
}

static bool put_layer(struct arena *arena, const struct store_layer *from, wire_layer *to)
{
    kakikomap__sync__peer_layer__init(to);
    to->name = arena_copy(arena, from->name);
    to->file = arena_copy(arena, from->file);
    to->edition = arena_copy(arena, from->edition);
    to->sha256 = wire_bytes(from->sha256, sizeof from->sha256);
    to->bytes = from->bytes;
    to->made_ms = from->made_ms;
    return to->name && to->file && to->edition;
}

enum err_code peer_pack_folder(struct arena *arena, const struct peer_folder *folder,
                               struct span *ret, struct err *err)
{
    Kakikomap__Sync__PeerFolder message = KAKIKOMAP__SYNC__PEER_FOLDER__INIT;
    wire_layer *layers = ARENA_ARRAY(arena, wire_layer, folder->layer_count);
    wire_layer **list = ARENA_ARRAY(arena, wire_layer *, folder->layer_count);
    bool good = layers && list;
    for (size_t i = 0; good && i < folder->layer_count; i++) {
        good = put_layer(arena, &folder->layers[i], &layers[i]);
        list[i] = &layers[i];
    }
    message.server_id = wire_bytes(folder->server_id.bytes, UUID_BYTES);
    message.epoch = wire_bytes(folder->epoch.bytes, UUID_BYTES);
    message.municipality = folder->settings.municipality;
    message.name = arena_copy(arena, span_from_str(folder->settings.name));
    message.demo = folder->settings.demo;
    message.min_lon_e7 = folder->settings.box.min_lon_e7;
    message.min_lat_e7 = folder->settings.box.min_lat_e7;
    message.max_lon_e7 = folder->settings.box.max_lon_e7;
    message.max_lat_e7 = folder->settings.box.max_lat_e7;
    message.n_layer = folder->layer_count;
    message.layer = list;
    const size_t len =
        good && message.name ? kakikomap__sync__peer_folder__get_packed_size(&message) : 0;
    uint8_t *bytes = len ? arena_alloc(arena, len) : NULL;
    if (!bytes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    kakikomap__sync__peer_folder__pack(&message, bytes);
    *ret = span_of(bytes, len);
    return ERR_OK;
}

/* Becomes part of a path. */
static bool is_name(const char *text)
{
    const size_t len = strlen(text);
    return len > 0 && len <= NAME_MAX_BYTES && text[0] != '.' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

static bool take_layer(const wire_layer *from, struct store_layer *to)
{
    if (!is_name(from->name) || !is_name(from->file) || strlen(from->edition) > NAME_MAX_BYTES ||
        from->sha256.len != sizeof to->sha256 || from->bytes > INT64_MAX)
        return false;
    *to = (struct store_layer){
        .name = span_from_str(from->name),
        .file = span_from_str(from->file),
        .edition = span_from_str(from->edition),
        .bytes = from->bytes,
        .made_ms = from->made_ms,
    };
    memcpy(to->sha256, from->sha256.data, sizeof to->sha256);
    return true;
}

enum err_code peer_read_folder(struct arena *arena, struct span bytes, struct peer_folder *ret,
                               struct err *err)
{
    ProtobufCAllocator allocator = parts_allocator(arena);
    const Kakikomap__Sync__PeerFolder *message =
        kakikomap__sync__peer_folder__unpack(&allocator, bytes.len, bytes.data);
    struct peer_folder folder;
    if (!message ||
        !uuid_from_bytes(span_of(message->server_id.data, message->server_id.len),
                         &folder.server_id) ||
        !uuid_from_bytes(span_of(message->epoch.data, message->epoch.len), &folder.epoch) ||
        message->n_layer > LAYERS_MAX)
        return err_set(err, ERR_FORMAT, "this is not such a message of sync.proto", 0);
    folder.settings = (struct store_settings){
        .municipality = message->municipality,
        .name = message->name,
        .demo = message->demo,
        .box = {message->min_lon_e7, message->min_lat_e7, message->max_lon_e7, message->max_lat_e7},
    };
    folder.layer_count = message->n_layer;
    folder.layers = ARENA_ARRAY(arena, struct store_layer, message->n_layer);
    if (!folder.layers)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < message->n_layer; i++)
        if (!take_layer(message->layer[i], &folder.layers[i]))
            return err_set(err, ERR_FORMAT, "a layer's name or hash is none", i);
    *ret = folder;
    return ERR_OK;
}
