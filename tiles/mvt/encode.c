/*
 * How a layer is made:
 * 1. Each feature's geometry and tags are appended to buffers as they come; a tag refers to the
 *    entry of its value, found by hash.
 * 2. end_layer knows how often each value was used, numbers them most frequent first (equal ones
 *    as they came, so that nothing depends on the hash), and only then writes features and tables.
 */
#include "tiles/mvt/encode.h"

#include <stdlib.h>

#include "tiles/base/hash.h"
#include "tiles/base/varint.h"

enum { FIRST_SLOTS = 256, TILE_MAX = 1 << 30 };

static struct buf *buffer_of(struct mvt_encode *encode, unsigned i)
{
    struct buf *const all[] = {
        &encode->tile,     &encode->texts,     &encode->geometries, &encode->tags,
        &encode->features, &encode->values,    &encode->slots,      &encode->order,
        &encode->key_uses, &encode->key_ranks, &encode->scratch,
    };
    return i < LENGTH(all) ? all[i] : NULL;
}

void mvt_encode_init(struct mvt_encode *encode)
{
    *encode = (struct mvt_encode){0};
    struct buf *buf;
    for (unsigned i = 0; (buf = buffer_of(encode, i)) != NULL; i++)
        buf_init(buf);
}

void mvt_encode_done(struct mvt_encode *encode)
{
    if (!encode)
        return;
    struct buf *buf;
    for (unsigned i = 0; (buf = buffer_of(encode, i)) != NULL; i++)
        buf_done(buf);
}

void mvt_encode_begin_tile(struct mvt_encode *encode)
{
    buf_clear(&encode->tile);
}

static enum err_code fail_nomem(const struct mvt_encode *encode, struct err *err)
{
    return err_set(err, ERR_NOMEM, "out of memory", encode->feature_count);
}

static uint32_t *u32_of(const struct buf *buf)
{
    return (uint32_t *)(void *)buf->data;
}

static struct mvt_value_entry *entries_of(const struct mvt_encode *encode)
{
    return (struct mvt_value_entry *)(void *)encode->values.data;
}

/* `count` cleared numbers. */
static bool set_u32(struct buf *buf, size_t count)
{
    buf_clear(buf);
    if (!buf_reserve(buf, count * sizeof(uint32_t) + 1))
        return false;
    memset(buf->data, 0, count * sizeof(uint32_t));
    buf->len = count * sizeof(uint32_t);
    return true;
}

enum err_code mvt_encode_begin_layer(struct mvt_encode *encode, const char *name, uint32_t extent,
                                     const char *const *keys, uint32_t key_count, struct err *err)
{
    encode->name = name;
    encode->extent = extent;
    encode->keys = keys;
    encode->key_count = key_count;
    encode->value_count = encode->feature_count = 0;
    buf_clear(&encode->texts);
    buf_clear(&encode->geometries);
    buf_clear(&encode->tags);
    buf_clear(&encode->features);
    buf_clear(&encode->values);
    if (!set_u32(&encode->slots, FIRST_SLOTS) || !set_u32(&encode->key_uses, key_count) ||
        !set_u32(&encode->key_ranks, key_count))
        return fail_nomem(encode, err);
    return ERR_OK;
}

static uint64_t hash_of_entry(const struct mvt_encode *encode, const struct mvt_value_entry *entry)
{
    return hash_bytes(span_of(encode->texts.data + entry->offset, entry->len), 0);
}

/* Twice the slots; entries stay, so their order of first use is not touched. */
static bool grow_slots(struct mvt_encode *encode)
{
    const size_t count = encode->slots.len / sizeof(uint32_t) * 2;
    if (!set_u32(&encode->slots, count))
        return false;
    uint32_t *slots = u32_of(&encode->slots);
    for (uint32_t i = 0; i < encode->value_count; i++) {
        size_t at = (size_t)hash_of_entry(encode, &entries_of(encode)[i]) & (count - 1);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = i + 1;
    }
    return true;
}

/* The entry of a value, made when it is new; counts the use. */
static bool intern(struct mvt_encode *encode, struct span value, uint32_t *ret)
{
    const size_t mask = encode->slots.len / sizeof(uint32_t) - 1;
    uint32_t *slots = u32_of(&encode->slots);
    size_t at = (size_t)hash_bytes(value, 0) & mask;
    for (; slots[at]; at = (at + 1) & mask) {
        struct mvt_value_entry *entry = &entries_of(encode)[slots[at] - 1];
        if (entry->len == value.len &&
            memcmp(encode->texts.data + entry->offset, value.data, value.len) == 0) {
            entry->uses++;
            *ret = slots[at] - 1;
            return true;
        }
    }
    const struct mvt_value_entry fresh = {
        .offset = (uint32_t)encode->texts.len, .len = (uint32_t)value.len, .uses = 1};
    buf_add(&encode->texts, value);
    buf_add(&encode->values, span_of(&fresh, sizeof fresh));
    if (encode->texts.failed || encode->values.failed)
        return false;
    slots[at] = ++encode->value_count;
    *ret = encode->value_count - 1;
    /* At most half full. */
    return encode->value_count * 2 <= mask || grow_slots(encode);
}

static bool add_tag(struct mvt_encode *encode, uint32_t key, struct span value)
{
    uint32_t pair[2] = {key, 0};
    if (!intern(encode, value, &pair[1]))
        return false;
    u32_of(&encode->key_uses)[key]++;
    buf_add(&encode->tags, span_of(pair, sizeof pair));
    return !encode->tags.failed;
}

static enum err_code add_feature(struct mvt_encode *encode, struct mvt_feature_entry *entry,
                                 struct err *err)
{
    entry->geometry_len = (uint32_t)(encode->geometries.len - entry->geometry_at);
    entry->tag_count = (uint32_t)(encode->tags.len / (2 * sizeof(uint32_t))) - entry->tag_at;
    buf_add(&encode->features, span_of(entry, sizeof *entry));
    if (encode->features.failed || encode->geometries.failed)
        return fail_nomem(encode, err);
    if (encode->geometries.len > TILE_MAX || encode->tags.len > TILE_MAX ||
        encode->texts.len > TILE_MAX)
        return err_set(err, ERR_TOO_LARGE, "a layer of a tile is too large", encode->feature_count);
    encode->feature_count++;
    return ERR_OK;
}

static struct mvt_feature_entry entry_here(const struct mvt_encode *encode, uint64_t id,
                                           bool has_id, enum geo_type type)
{
    return (struct mvt_feature_entry){
        .id = id,
        .has_id = has_id,
        .type = (uint8_t)type,
        .geometry_at = (uint32_t)encode->geometries.len,
        .tag_at = (uint32_t)(encode->tags.len / (2 * sizeof(uint32_t))),
    };
}

static enum err_code fail_here(const struct mvt_encode *encode, enum err_code code, struct err *err)
{
    if (err)
        err->at = encode->feature_count;
    return code;
}

/* Before anything is added, so that a refused feature leaves nothing behind. */
static enum err_code check_tags(const struct mvt_encode *encode, const struct mvt_feature *feature,
                                struct err *err)
{
    for (uint32_t i = 0; i < feature->tag_count; i++) {
        const struct mvt_tag *tag = &feature->tags[i];
        if (tag->key >= encode->key_count)
            return err_set(err, ERR_INVALID, "a tag's key is not in the list of keys",
                           encode->feature_count);
        if (tag->value.type == VALUE_FLOAT && !__builtin_isfinite(tag->value.number))
            return err_set(err, ERR_INVALID, "a number is not finite", encode->feature_count);
    }
    return ERR_OK;
}

enum err_code mvt_encode_feature(struct mvt_encode *encode, const struct mvt_feature *feature,
                                 struct err *err)
{
    TRY(check_tags(encode, feature, err));
    struct mvt_feature_entry entry =
        entry_here(encode, feature->id, feature->has_id, feature->geometry.type);
    enum err_code code = mvt_encode_geometry(&encode->geometries, &feature->geometry, err);
    if (code != ERR_OK)
        return fail_here(encode, code, err);
    for (uint32_t i = 0; i < feature->tag_count; i++) {
        const struct mvt_tag *tag = &feature->tags[i];
        if (tag->value.type == VALUE_NULL)
            continue;
        buf_clear(&encode->scratch);
        code = mvt_encode_value(&encode->scratch, &tag->value, err);
        if (code != ERR_OK)
            return fail_here(encode, code, err);
        if (!add_tag(encode, tag->key, buf_span(&encode->scratch)))
            return fail_nomem(encode, err);
    }
    return add_feature(encode, &entry, err);
}

enum err_code mvt_encode_raw_feature(struct mvt_encode *encode,
                                     const struct mvt_raw_feature *feature, struct err *err)
{
    struct mvt_feature_entry entry =
        entry_here(encode, feature->id, feature->has_id, feature->type);
    buf_add(&encode->geometries, feature->geometry);
    for (uint32_t i = 0; i < feature->tag_count; i++) {
        if (feature->tags[i].key >= encode->key_count)
            return err_set(err, ERR_INVALID, "a tag's key is not in the list of keys",
                           encode->feature_count);
        if (!add_tag(encode, feature->tags[i].key, feature->tags[i].value))
            return fail_nomem(encode, err);
    }
    return add_feature(encode, &entry, err);
}

struct ranked {
    uint32_t uses, number;
};

static int by_uses(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->uses != b->uses)
        return a->uses > b->uses ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Those used more than once are sorted; those used once follow as they came. */
static bool rank_values(struct mvt_encode *encode)
{
    struct mvt_value_entry *entries = entries_of(encode);
    buf_clear(&encode->scratch);
    for (uint32_t i = 0; i < encode->value_count; i++)
        if (entries[i].uses > 1) {
            const struct ranked one = {entries[i].uses, i};
            buf_add(&encode->scratch, span_of(&one, sizeof one));
        }
    if (encode->scratch.failed || !set_u32(&encode->order, encode->value_count))
        return false;
    const size_t repeated = encode->scratch.len / sizeof(struct ranked);
    struct ranked *sorted = (struct ranked *)(void *)encode->scratch.data;
    if (repeated)
        qsort(sorted, repeated, sizeof *sorted, by_uses);
    uint32_t *order = u32_of(&encode->order), next = 0;
    for (size_t i = 0; i < repeated; i++)
        order[next++] = sorted[i].number;
    for (uint32_t i = 0; i < encode->value_count; i++)
        if (entries[i].uses == 1)
            order[next++] = i;
    for (uint32_t i = 0; i < encode->value_count; i++)
        entries[order[i]].rank = i;
    return true;
}

/* Keys in use, most frequent first; there are few, so selection will do. */
static void add_keys(struct mvt_encode *encode, struct buf *out)
{
    uint32_t *uses = u32_of(&encode->key_uses), *ranks = u32_of(&encode->key_ranks);
    for (uint32_t rank = 0;; rank++) {
        uint32_t best = encode->key_count;
        for (uint32_t i = 0; i < encode->key_count; i++)
            if (uses[i] && (best == encode->key_count || uses[i] > uses[best]))
                best = i;
        if (best == encode->key_count)
            return;
        uses[best] = 0;
        ranks[best] = rank;
        buf_add_byte(out, MVT_LAYER_KEY);
        buf_add_varint(out, strlen(encode->keys[best]));
        buf_add_str(out, encode->keys[best]);
    }
}

static size_t varint_len(uint64_t value)
{
    size_t len = 1;
    for (; value >= 0x80; value >>= 7)
        len++;
    return len;
}

static void add_one_feature(const struct mvt_encode *encode, struct buf *out,
                            const struct mvt_feature_entry *feature)
{
    static const uint32_t no_pair[2] = {0};
    const uint32_t *pair =
        feature->tag_count ? u32_of(&encode->tags) + 2 * (size_t)feature->tag_at : no_pair;
    const uint32_t *ranks = u32_of(&encode->key_ranks);
    const struct mvt_value_entry *entries = entries_of(encode);
    size_t tags_len = 0;
    for (uint32_t i = 0; i < feature->tag_count; i++)
        tags_len += varint_len(ranks[pair[2 * i]]) + varint_len(entries[pair[2 * i + 1]].rank);
    size_t len = 2 + 1 + varint_len(feature->geometry_len) + feature->geometry_len;
    if (feature->has_id)
        len += 1 + varint_len(feature->id);
    if (tags_len)
        len += 1 + varint_len(tags_len) + tags_len;
    uint8_t *at = buf_reserve(out, len + 1 + VARINT_MAX);
    if (!at)
        return;
    const uint8_t *start = at;
    *at++ = MVT_LAYER_FEATURE;
    at += varint_put(at, len);
    if (feature->has_id) {
        *at++ = MVT_FEATURE_ID;
        at += varint_put(at, feature->id);
    }
    if (tags_len) {
        *at++ = MVT_FEATURE_TAGS;
        at += varint_put(at, tags_len);
        for (uint32_t i = 0; i < feature->tag_count; i++) {
            at += varint_put(at, ranks[pair[2 * i]]);
            at += varint_put(at, entries[pair[2 * i + 1]].rank);
        }
    }
    *at++ = MVT_FEATURE_TYPE;
    *at++ = feature->type;
    *at++ = MVT_FEATURE_GEOMETRY;
    at += varint_put(at, feature->geometry_len);
    memcpy(at, encode->geometries.data + feature->geometry_at, feature->geometry_len);
    at += feature->geometry_len;
    out->len += (size_t)(at - start);
}

static void add_values(const struct mvt_encode *encode, struct buf *out)
{
    const uint32_t *order = u32_of(&encode->order);
    for (uint32_t i = 0; i < encode->value_count; i++) {
        const struct mvt_value_entry *entry = &entries_of(encode)[order[i]];
        buf_add_byte(out, MVT_LAYER_VALUE);
        buf_add_varint(out, entry->len);
        buf_add(out, span_of(encode->texts.data + entry->offset, entry->len));
    }
}

/* The layer is written behind a gap for its length, then moved up to it. */
enum err_code mvt_encode_end_layer(struct mvt_encode *encode, struct err *err)
{
    if (encode->feature_count == 0)
        return ERR_OK;
    struct buf *out = &encode->tile;
    if (!rank_values(encode))
        return fail_nomem(encode, err);
    buf_clear(&encode->scratch);
    add_keys(encode, &encode->scratch); /* also numbers the keys, which the features need */
    const size_t before = out->len;
    if (!buf_reserve(out, 1 + VARINT_MAX))
        return fail_nomem(encode, err);
    const size_t gap = 1 + VARINT_MAX;
    out->len += gap;
    buf_add_byte(out, MVT_LAYER_VERSION);
    buf_add_byte(out, MVT_VERSION);
    buf_add_byte(out, MVT_LAYER_NAME);
    buf_add_varint(out, strlen(encode->name));
    buf_add_str(out, encode->name);
    buf_add_byte(out, MVT_LAYER_EXTENT);
    buf_add_varint(out, encode->extent);
    const struct mvt_feature_entry *features =
        (const struct mvt_feature_entry *)(const void *)encode->features.data;
    for (uint32_t i = 0; i < encode->feature_count; i++)
        add_one_feature(encode, out, &features[i]);
    buf_add(out, buf_span(&encode->scratch));
    add_values(encode, out);
    if (out->failed || encode->scratch.failed)
        return fail_nomem(encode, err);
    const size_t body = out->len - before - gap;
    if (out->len > TILE_MAX)
        return err_set(err, ERR_TOO_LARGE, "a tile is too large", encode->feature_count);
    out->data[before] = MVT_TILE_LAYER;
    const size_t head = 1 + varint_put(out->data + before + 1, body);
    memmove(out->data + before + head, out->data + before + gap, body);
    out->len = before + head + body;
    return ERR_OK;
}

struct span mvt_encode_bytes(const struct mvt_encode *encode)
{
    return buf_span(&encode->tile);
}
