#include "server/people/space.h"

#include <sodium.h>
#include <strings.h>

#include "server/store/audit.h"
#include "server/sync/build.h"

const char *space_tier_name(enum space_tier tier)
{
    return tier == TIER_C ? "C" : tier == TIER_B ? "B" : "A";
}

bool space_tier_from_name(struct span name, uint8_t *ret)
{
    if (name.len != 1)
        return false;
    const uint8_t tier = (uint8_t)((name.data[0] | 0x20) - 'a' + TIER_A);
    if (tier < TIER_A || tier > TIER_C)
        return false;
    *ret = tier;
    return true;
}

/* The same space asked for again is the same operation. */
static struct op_head head_of(const struct store_info *info, const struct space_new *asked)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, asked->id.bytes, UUID_BYTES);
    return (struct op_head){
        .op_id = uuid_from_hash(hash),
        .device_id = info->server_id,
        .object_id = asked->id,
        .author_id = uuid_is_nil(asked->actor_id) ? info->server_id : asked->actor_id,
        .dev_seq = 1,
        .municipality = info->municipality,
    };
}

enum err_code space_make(struct store *store, struct store_writer *writer, struct arena *arena,
                         const struct space_new *asked, bool *ret_new, struct err *err)
{
    const struct op_head head = head_of(store_info(store), asked);
    const struct audit_entry entry = {
        .at_ms = asked->now_ms,
        .actor_id = asked->actor_id,
        .action = AUDIT_SPACE_MAKE,
        .object_id = asked->id,
        .reason = space_tier_name(asked->tier),
    };
    struct span op;
    struct store_ack ack;
    TRY(op_build_space(arena, &head, (uint8_t)asked->tier, asked->name, asked->organisation, &op,
                       err));
    /* Whoever may, was asked by the table of rights: the server itself makes it. */
    const struct store_batch batch = {
        .origin = STORE_FROM_SERVER,
        .standing = STANDING_SERVER,
        .received_ms = asked->now_ms,
        .ops = &op,
        .op_count = 1,
        .audit = &entry,
    };
    TRY(store_submit_wait(writer, &batch, &ack, err));
    *ret_new = ack.status == STORE_ACK_STORED;
    if (ack.status == STORE_ACK_STORED || ack.status == STORE_ACK_DUPLICATE)
        return ERR_OK;
    if (ack.status == STORE_ACK_QUARANTINED && strcmp(ack.reason, "object_exists") != 0)
        return err_set(err, ERR_INVALID, "the space's name or organisation cannot be kept", 0);
    return err_set(err, ERR_CONFLICT, "something else has this id already", 0);
}
