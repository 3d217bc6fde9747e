#include "server/peer/wire.h"

#include "schema/sync.pb-c.h"
#include "server/sync/parts_wire.h"

typedef Kakikomap__Sync__Envelope wire_envelope;
typedef Kakikomap__Sync__PeerChanges wire_changes;

enum { REASON_MAX = 64 };

static enum err_code no_memory(struct err *err)
{
    return err_set(err, ERR_NOMEM, "out of memory", 0);
}

static enum err_code not_one(struct err *err)
{
    return err_set(err, ERR_FORMAT, "this is not such a message of sync.proto", 0);
}

/* --- Values ----------------------------------------------------------------------------------- */

static ProtobufCBinaryData wire_bytes(struct span bytes)
{
    return (ProtobufCBinaryData){.len = bytes.len, .data = (uint8_t *)bytes.data};
}

/* Borrows from the id; nothing for the nil id. */
static ProtobufCBinaryData wire_id(const struct uuid *id)
{
    return wire_bytes(span_of(id->bytes, uuid_is_nil(*id) ? 0 : UUID_BYTES));
}

/* Empty is nil; any other length but 16 is none. */
static bool take_id(ProtobufCBinaryData from, struct uuid *ret)
{
    *ret = (struct uuid){{0}};
    return from.len == 0 || uuid_from_bytes(span_of(from.data, from.len), ret);
}

static bool take_hash(ProtobufCBinaryData from, uint8_t ret[32])
{
    if (from.len != 32)
        return false;
    memcpy(ret, from.data, 32);
    return true;
}

static enum err_code pack(struct arena *arena, const ProtobufCMessage *message, struct span *ret,
                          struct err *err)
{
    const size_t len = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_alloc(arena, len);
    if (!bytes)
        return no_memory(err);
    protobuf_c_message_pack(message, bytes);
    *ret = span_of(bytes, len);
    return ERR_OK;
}

/* --- Envelopes -------------------------------------------------------------------------------- */

static enum err_code put_envelopes(struct arena *arena, const struct store_bundle *page,
                                   wire_envelope ***ret, struct err *err)
{
    wire_envelope *all = ARENA_ARRAY(arena, wire_envelope, page->count);
    wire_envelope **list = ARENA_ARRAY(arena, wire_envelope *, page->count);
    if (!all || !list)
        return no_memory(err);
    for (size_t i = 0; i < page->count; i++) {
        const struct store_envelope *from = &page->envelopes[i];
        wire_envelope *to = &all[i];
        kakikomap__sync__envelope__init(to);
        to->op = wire_bytes(page->ops[i]);
        to->sha256 = wire_bytes(span_of(from->sha256, sizeof from->sha256));
        to->first_server = wire_id(&from->first_server);
        to->received_ms = from->received_ms;
        to->sent_ms = from->sent_ms;
        to->standing = (Kakikomap__Sync__Standing)from->standing;
        to->erased = from->erased;
        to->quarantined = arena_copy(arena, page->refused[i]);
        if (!to->quarantined)
            return no_memory(err);
        list[i] = to;
    }
    *ret = list;
    return ERR_OK;
}

static bool take_envelope(const wire_envelope *from, struct store_bundle *page, size_t n)
{
    struct store_envelope *to = &page->envelopes[n];
    page->ops[n] = span_of(from->op.data, from->op.len);
    page->refused[n] = span_from_str(from->quarantined);
    *to = (struct store_envelope){
        .received_ms = from->received_ms,
        .sent_ms = from->sent_ms,
        .standing = (enum standing)from->standing,
        .erased = from->erased,
    };
    return from->op.len > 0 && (int)from->standing >= STANDING_NONE &&
           (int)from->standing <= STANDING_SERVER && from->received_ms >= 0 &&
           page->refused[n].len <= REASON_MAX && take_id(from->first_server, &to->first_server) &&
           !uuid_is_nil(to->first_server) && take_hash(from->sha256, to->sha256);
}

static enum err_code take_envelopes(struct arena *arena, size_t count,
                                    wire_envelope *const *envelopes, struct store_bundle *ret,
                                    struct err *err)
{
    if (count > STORE_BUNDLE_MAX)
        return err_set(err, ERR_TOO_LARGE, "at most 512 operations in one page", count);
    ret->ops = ARENA_ARRAY(arena, struct span, count);
    ret->envelopes = ARENA_ARRAY(arena, struct store_envelope, count);
    ret->refused = ARENA_ARRAY(arena, struct span, count);
    if (!ret->ops || !ret->envelopes || !ret->refused)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!take_envelope(envelopes[i], ret, i))
            return err_set(err, ERR_FORMAT, "an envelope is not whole", i);
    ret->count = count;
    return ERR_OK;
}

/* --- Photos ----------------------------------------------------------------------------------- */

static enum err_code put_photos(struct arena *arena, const struct store_bundle *page,
                                ProtobufCBinaryData **ret, struct err *err)
{
    ProtobufCBinaryData *list = ARENA_ARRAY(arena, ProtobufCBinaryData, page->photo_count);
    if (!list)
        return no_memory(err);
    for (size_t i = 0; i < page->photo_count; i++)
        list[i] = wire_bytes(span_of(page->photos[i].sha256, 32));
    *ret = list;
    return ERR_OK;
}

static enum err_code take_photos(struct arena *arena, const wire_changes *from,
                                 struct store_bundle *ret, struct err *err)
{
    if (from->n_blob > STORE_BUNDLE_MAX)
        return err_set(err, ERR_TOO_LARGE, "at most 512 photos in one page", from->n_blob);
    ret->photos = ARENA_ARRAY(arena, struct store_photo_hash, from->n_blob);
    if (!ret->photos)
        return no_memory(err);
    for (size_t i = 0; i < from->n_blob; i++)
        if (!take_hash(from->blob[i], ret->photos[i].sha256))
            return err_set(err, ERR_FORMAT, "a photo's hash has 32 bytes", i);
    ret->photo_count = from->n_blob;
    return ERR_OK;
}

/* --- Changes ---------------------------------------------------------------------------------- */

static enum err_code put_changes(struct arena *arena, const struct peer_page *page,
                                 wire_changes *to, struct err *err)
{
    const struct store_cursor *until = &page->page.until;
    kakikomap__sync__peer_changes__init(to);
    to->server_id = wire_id(&until->server_id);
    to->epoch = wire_id(&until->epoch);
    to->restarted = page->restarted;
    to->next = until->change;
    to->next_op = wire_id(&until->op_id);
    to->next_news = until->news;
    to->more = page->page.more;
    to->n_envelope = page->page.count;
    to->n_blob = page->page.photo_count;
    TRY(put_envelopes(arena, &page->page, &to->envelope, err));
    return put_photos(arena, &page->page, &to->blob, err);
}

static enum err_code take_changes(struct arena *arena, const wire_changes *from,
                                  struct peer_page *ret, struct err *err)
{
    struct store_cursor until = {.change = from->next, .news = from->next_news};
    if (!take_id(from->server_id, &until.server_id) || !take_id(from->epoch, &until.epoch) ||
        !take_id(from->next_op, &until.op_id) || uuid_is_nil(until.server_id) ||
        uuid_is_nil(until.epoch) || from->next > INT64_MAX || from->next_news > INT64_MAX)
        return not_one(err);
    *ret = (struct peer_page){.restarted = from->restarted};
    TRY(take_envelopes(arena, from->n_envelope, from->envelope, &ret->page, err));
    TRY(take_photos(arena, from, &ret->page, err));
    ret->page.until = until;
    ret->page.more = from->more;
    return ERR_OK;
}

enum err_code peer_pack_changes(struct arena *arena, const struct peer_page *page, struct span *ret,
                                struct err *err)
{
    wire_changes message;
    TRY(put_changes(arena, page, &message, err));
    return pack(arena, &message.base, ret, err);
}

enum err_code peer_read_changes(struct arena *arena, struct span bytes, struct peer_page *ret,
                                struct err *err)
{
    ProtobufCAllocator allocator = parts_allocator(arena);
    const wire_changes *message =
        kakikomap__sync__peer_changes__unpack(&allocator, bytes.len, bytes.data);
    return message ? take_changes(arena, message, ret, err) : not_one(err);
}

/* --- Pushes ----------------------------------------------------------------------------------- */

enum err_code peer_pack_push(struct arena *arena, const struct peer_page *page, struct span *ret,
                             struct err *err)
{
    const struct store_cursor *until = &page->page.until;
    Kakikomap__Sync__PeerPush push = KAKIKOMAP__SYNC__PEER_PUSH__INIT;
    push.server_id = wire_id(&until->server_id);
    push.epoch = wire_id(&until->epoch);
    push.through = until->change;
    push.through_op = wire_id(&until->op_id);
    push.through_news = until->news;
    push.since = page->since.change;
    push.since_op = wire_id(&page->since.op_id);
    push.n_envelope = page->page.count;
    TRY(put_envelopes(arena, &page->page, &push.envelope, err));
    return pack(arena, &push.base, ret, err);
}

enum err_code peer_read_push(struct arena *arena, struct span bytes, struct peer_page *ret,
                             struct err *err)
{
    ProtobufCAllocator allocator = parts_allocator(arena);
    const Kakikomap__Sync__PeerPush *push =
        kakikomap__sync__peer_push__unpack(&allocator, bytes.len, bytes.data);
    struct store_cursor until, since;
    if (!push)
        return not_one(err);
    until = (struct store_cursor){.change = push->through, .news = push->through_news};
    since = (struct store_cursor){.change = push->since};
    if (!take_id(push->server_id, &until.server_id) || !take_id(push->epoch, &until.epoch) ||
        !take_id(push->through_op, &until.op_id) || !take_id(push->since_op, &since.op_id) ||
        uuid_is_nil(until.server_id) || uuid_is_nil(until.epoch) || push->through > INT64_MAX ||
        push->through_news > INT64_MAX || push->since > push->through)
        return not_one(err);
    since.server_id = until.server_id;
    since.epoch = until.epoch;
    *ret = (struct peer_page){.since = since};
    TRY(take_envelopes(arena, push->n_envelope, push->envelope, &ret->page, err));
    ret->page.until = until;
    return ERR_OK;
}

enum err_code peer_pack_receipt(struct arena *arena, const struct peer_receipt *receipt,
                                struct span *ret, struct err *err)
{
    Kakikomap__Sync__PeerPushResponse message = KAKIKOMAP__SYNC__PEER_PUSH_RESPONSE__INIT;
    message.server_id = wire_id(&receipt->server_id);
    message.epoch = wire_id(&receipt->epoch);
    message.through = receipt->change;
    message.through_news = receipt->news;
    message.through_op = wire_id(&receipt->op_id);
    return pack(arena, &message.base, ret, err);
}

enum err_code peer_read_receipt(struct arena *arena, struct span bytes, struct peer_receipt *ret,
                                struct err *err)
{
    ProtobufCAllocator allocator = parts_allocator(arena);
    const Kakikomap__Sync__PeerPushResponse *message =
        kakikomap__sync__peer_push_response__unpack(&allocator, bytes.len, bytes.data);
    struct peer_receipt receipt;
    if (!message || !take_id(message->server_id, &receipt.server_id) ||
        !take_id(message->epoch, &receipt.epoch) || uuid_is_nil(receipt.server_id) ||
        !take_id(message->through_op, &receipt.op_id))
        return not_one(err);
    receipt.change = message->through;
    receipt.news = message->through_news;
    *ret = receipt;
    return ERR_OK;
}

/* --- Files ------------------------------------------------------------------------------------ */

enum err_code peer_pack_head(struct arena *arena, const struct peer_file_head_values *head,
                             struct span *ret, struct err *err)
{
    Kakikomap__Sync__FileHead message = KAKIKOMAP__SYNC__FILE_HEAD__INIT;
    Kakikomap__Sync__PeerCursor has = KAKIKOMAP__SYNC__PEER_CURSOR__INIT;
    has.server_id = wire_id(&head->has.server_id);
    has.epoch = wire_id(&head->has.epoch);
    has.change = head->has.change;
    has.news = head->has.news;
    has.op_id = wire_id(&head->has.op_id);
    message.server_id = wire_id(&head->server_id);
    message.epoch = wire_id(&head->epoch);
    message.municipality = head->municipality;
    message.file_id = wire_id(&head->file_id);
    message.answers = wire_id(&head->answers);
    message.made_ms = head->made_ms;
    message.has = &has;
    message.since = head->since.change;
    message.since_op = wire_id(&head->since.op_id);
    return pack(arena, &message.base, ret, err);
}

enum err_code peer_read_head(struct arena *arena, struct span bytes,
                             struct peer_file_head_values *ret, struct err *err)
{
    ProtobufCAllocator allocator = parts_allocator(arena);
    const Kakikomap__Sync__FileHead *message =
        kakikomap__sync__file_head__unpack(&allocator, bytes.len, bytes.data);
    struct peer_file_head_values head;
    if (!message || !message->has || !take_id(message->server_id, &head.server_id) ||
        !take_id(message->epoch, &head.epoch) || !take_id(message->file_id, &head.file_id) ||
        !take_id(message->answers, &head.answers) || uuid_is_nil(head.server_id) ||
        !take_id(message->has->server_id, &head.has.server_id) ||
        !take_id(message->has->epoch, &head.has.epoch) ||
        !take_id(message->has->op_id, &head.has.op_id) ||
        !take_id(message->since_op, &head.since.op_id) || message->has->change > INT64_MAX ||
        message->has->news > INT64_MAX || message->since > INT64_MAX)
        return not_one(err);
    head.municipality = message->municipality;
    head.made_ms = message->made_ms;
    head.has.change = message->has->change;
    head.has.news = message->has->news;
    head.since.server_id = head.server_id;
    head.since.epoch = head.epoch;
    head.since.change = message->since;
    head.since.news = 0;
    *ret = head;
    return ERR_OK;
}

enum err_code peer_pack_part(struct arena *arena, const struct peer_part *part, struct span *ret,
                             struct err *err)
{
    Kakikomap__Sync__FilePart message = KAKIKOMAP__SYNC__FILE_PART__INIT;
    Kakikomap__Sync__FileBlob blob = KAKIKOMAP__SYNC__FILE_BLOB__INIT;
    wire_changes page;
    if (part->is_page) {
        TRY(put_changes(arena, &part->page, &page, err));
        message.page = &page;
    }
    if (part->is_blob) {
        blob.sha256 = wire_bytes(span_of(part->blob.sha256, 32));
        blob.size = part->blob.size;
        blob.offset = part->blob.offset;
        blob.bytes = wire_bytes(part->blob.bytes);
        message.blob = &blob;
    }
    return pack(arena, &message.base, ret, err);
}

enum err_code peer_read_part(struct arena *arena, struct span bytes, struct peer_part *ret,
                             struct err *err)
{
    ProtobufCAllocator allocator = parts_allocator(arena);
    const Kakikomap__Sync__FilePart *message =
        kakikomap__sync__file_part__unpack(&allocator, bytes.len, bytes.data);
    if (!message)
        return not_one(err);
    struct peer_part part = {.is_page = message->page, .is_blob = message->blob};
    if (message->page)
        TRY(take_changes(arena, message->page, &part.page, err));
    if (message->blob) {
        const Kakikomap__Sync__FileBlob *blob = message->blob;
        if (!take_hash(blob->sha256, part.blob.sha256))
            return not_one(err);
        part.blob.size = blob->size;
        part.blob.offset = blob->offset;
        part.blob.bytes = span_of(blob->bytes.data, blob->bytes.len);
    }
    *ret = part;
    return ERR_OK;
}
