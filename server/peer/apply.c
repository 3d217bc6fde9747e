#include "server/peer/apply.h"

#include <sodium.h>

enum err_code peer_batch(struct arena *arena, const struct peer_page *page,
                         const struct peer_source *source, int64_t now_ms, struct store_batch *ret,
                         struct err *err)
{
    struct store_stride *stride = ARENA_NEW(arena, struct store_stride);
    if (!stride)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *stride = (struct store_stride){
        .kind = source->upstream ? STORE_STRIDE_UPSTREAM : STORE_STRIDE_PEER,
        .peer_id = source->peer_id,
        .until = page->page.until,
        .holds = !source->follows,
    };
    *ret = (struct store_batch){
        .origin = STORE_FROM_PEER,
        .standing = source->upstream ? STANDING_SERVER : source->role,
        .envelopes = page->page.envelopes,
        .received_ms = now_ms,
        .ops = page->page.ops,
        .op_count = page->page.count,
        .stride = stride,
    };
    return ERR_OK;
}

bool peer_follows(const struct peer_page *page, const struct store_cursor *had)
{
    return page->since.change == had->change;
}

static bool differs(const struct store_cursor *a, const struct store_cursor *had)
{
    return a->change == had->change && !uuid_equal(a->op_id, had->op_id);
}

bool peer_is_fork(const struct store_cursor *since, const struct store_cursor *until,
                  const struct store_cursor *had)
{
    return had->change > 0 && (differs(since, had) || (until && differs(until, had)));
}

void peer_count(const struct store_ack *acks, size_t count, struct peer_counts *counts)
{
    for (size_t i = 0; i < count; i++) {
        switch (acks[i].status) {
        case STORE_ACK_STORED:
            counts->stored++;
            break;
        case STORE_ACK_DUPLICATE:
            counts->known++;
            break;
        case STORE_ACK_CONFLICT_BYTES:
            counts->conflicts++;
            break;
        case STORE_ACK_QUARANTINED:
            counts->refused++;
            break;
        case STORE_ACK_GONE:
            counts->gone++;
            break;
        case STORE_ACK_RETRY_LATER:
            counts->later++;
            break;
        }
    }
}

bool peer_id_from_hex(struct span text, struct uuid *ret)
{
    size_t len = 0;
    return text.len == 2 * UUID_BYTES &&
           sodium_hex2bin(ret->bytes, UUID_BYTES, (const char *)text.data, text.len, NULL, &len,
                          NULL) == 0 &&
           len == UUID_BYTES;
}

void peer_id_hex(struct uuid id, char ret[33])
{
    sodium_bin2hex(ret, 33, id.bytes, UUID_BYTES);
}
