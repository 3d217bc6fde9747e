#include "server/demo/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/demo/emit.h"
#include "server/demo/random.h"
#include "server/sync/build.h"

enum { MUNICIPALITY = 11202, READERS = 700 /* people who only react */ };

static const int64_t HOUR_MS = 3600000, DAY_MS = 86400000;
static const int64_t CARDS_MS = 1748570400000;  /* 2025-05-30 11:00 in Japan */
static const int64_t CLOSED_MS = 1761922800000; /* 2025-11-01 00:00 in Japan */

enum deed { DEED_CARD, DEED_COMMENT, DEED_REPLY, DEED_RELEASE, DEED_RELEASE_REPLY, DEED_REACT };

/* An operation before its bytes: they carry its place in the order. */
struct draft {
    int64_t made_ms;
    size_t number; /* breaks ties */
    enum deed deed;
    int row;
    int reader, value; /* of DEED_REACT */
};

struct drafts {
    struct draft *items;
    size_t count, capacity;
};

static enum err_code add(struct drafts *drafts, struct draft draft, struct err *err)
{
    if (drafts->count == drafts->capacity)
        return err_set(err, ERR_INTERNAL, "more operations than were counted", drafts->count);
    draft.number = drafts->count;
    drafts->items[drafts->count++] = draft;
    return ERR_OK;
}

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 1469598103934665603u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

static struct uuid id_of(int64_t ms, int stream, uint64_t number)
{
    struct demo_random random = demo_random_of(1000 + (uint64_t)stream, number);
    uint8_t bytes[10];
    for (int i = 0; i < 10; i++)
        bytes[i] = (uint8_t)(demo_random_next(&random) >> 32);
    return uuid_from_time(ms, bytes);
}

static struct uuid card_id(int card)
{
    return id_of(CARDS_MS, 1, (uint64_t)card);
}

static struct uuid comment_id(int comment)
{
    return id_of(demo_comments[comment].made_ms, 2, hash_of(demo_comments[comment].key));
}

static struct uuid reply_id(int reply)
{
    return id_of(demo_replies[reply].made_ms, 3, (uint64_t)reply);
}

/* The same pen name is the same person; who gives none is nobody else. */
static struct uuid author_id(const char *pen, struct uuid object)
{
    return id_of(CARDS_MS, 4,
                 pen[0] ? hash_of(pen) : ((uint64_t)object.bytes[14] << 8 | object.bytes[15]) + 1);
}

/* The next morning at half past eight, when the teacher has read it. */
static int64_t released_ms(int64_t made_ms)
{
    const int64_t day = (made_ms + 9 * HOUR_MS) / DAY_MS + 1;
    return day * DAY_MS - 9 * HOUR_MS + 8 * HOUR_MS + HOUR_MS / 2 + made_ms % 600000;
}

static bool is_pupil(const char *hat)
{
    return strcmp(hat, "pupil") == 0;
}

static enum err_code draft_reactions(struct drafts *drafts, int row, int64_t from_ms,
                                     struct err *err)
{
    const struct demo_comment *comment = &demo_comments[row];
    struct demo_random random = demo_random_of(92, hash_of(comment->key));
    int reader = demo_random_below(&random, READERS);
    for (int value = REACTION_AGREE; value <= REACTION_UNSURE; value++) {
        for (int i = 0; i < comment->reactions[value]; i++) {
            /* Most come within days, some weeks later. */
            const double wait = demo_random_unit(&random);
            int64_t at = from_ms + 600000 + (int64_t)(wait * wait * wait * 35 * (double)DAY_MS);
            if (at >= CLOSED_MS)
                at = CLOSED_MS - 1000 - demo_random_below(&random, 1000000);
            reader = (reader + 37) % READERS; /* 37 and 700 share no divisor: nobody twice */
            TRY(add(drafts, (struct draft){at, 0, DEED_REACT, row, reader, value}, err));
        }
    }
    return ERR_OK;
}

static enum err_code draft_all(struct drafts *drafts, struct err *err)
{
    for (int i = 0; i < demo_card_count; i++)
        TRY(add(drafts, (struct draft){.made_ms = CARDS_MS + i, .deed = DEED_CARD, .row = i}, err));
    for (int i = 0; i < demo_comment_count; i++) {
        const struct demo_comment *comment = &demo_comments[i];
        int64_t public_ms = comment->made_ms;
        TRY(add(drafts, (struct draft){.made_ms = public_ms, .deed = DEED_COMMENT, .row = i}, err));
        if (comment->held)
            continue;
        if (is_pupil(comment->hat)) {
            public_ms = released_ms(comment->made_ms);
            TRY(add(drafts, (struct draft){.made_ms = public_ms, .deed = DEED_RELEASE, .row = i},
                    err));
        }
        TRY(draft_reactions(drafts, i, public_ms, err));
    }
    for (int i = 0; i < demo_reply_count; i++) {
        const int64_t at = demo_replies[i].made_ms;
        TRY(add(drafts, (struct draft){.made_ms = at, .deed = DEED_REPLY, .row = i}, err));
        if (is_pupil(demo_replies[i].hat))
            TRY(add(
                drafts,
                (struct draft){.made_ms = released_ms(at), .deed = DEED_RELEASE_REPLY, .row = i},
                err));
    }
    return ERR_OK;
}

static int by_time(const void *a, const void *b)
{
    const struct draft *x = a, *y = b;
    if (x->made_ms != y->made_ms)
        return x->made_ms < y->made_ms ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static enum err_code build_comment(struct arena *arena, const struct demo_city *city,
                                   struct op_head *head, int row, struct span *ret, struct err *err)
{
    const struct demo_comment *comment = &demo_comments[row];
    struct op_comment op = {
        .text = span_from_str(comment->text),
        .pen_name = span_from_str(comment->pen),
        .card_id = card_id(comment->card),
    };
    struct demo_xy at;
    int building = 0;
    double lon, lat;
    char id[DEMO_ID_SIZE];
    if (!demo_anchor_find(city, &comment->anchor, hash_of(comment->key), &at, &building))
        return err_set(err, ERR_NOT_FOUND, "the demo town has no such place", (uint64_t)row);
    demo_degrees(at, &lon, &lat);
    op.lon_e7 = (int32_t)floor(lon * 1e7 + 0.5);
    op.lat_e7 = (int32_t)floor(lat * 1e7 + 0.5);
    if (building) {
        demo_building_id(building, id);
        op.building_id = span_from_str(id);
    }
    if (!kind_from_name(span_from_str(comment->kind), &op.kind) ||
        !channel_from_name(span_from_str(comment->channel), &op.channel) ||
        !hat_from_name(span_from_str(comment->hat), &op.hat))
        return err_set(err, ERR_INTERNAL, "a word of the demo's table is unknown", (uint64_t)row);
    head->object_id = comment_id(row);
    head->author_id = author_id(comment->pen, head->object_id);
    return op_build_comment(arena, head, &op, ret, err);
}

static enum err_code build_reply(struct arena *arena, struct op_head *head, int row,
                                 struct span *ret, struct err *err)
{
    const struct demo_reply *reply = &demo_replies[row];
    struct op_reply op = {
        .comment_id = comment_id(reply->comment),
        .text = span_from_str(reply->text),
        .pen_name = span_from_str(reply->pen),
    };
    if (!channel_from_name(span_from_str(reply->channel), &op.channel) ||
        !hat_from_name(span_from_str(reply->hat), &op.hat))
        return err_set(err, ERR_INTERNAL, "a word of the demo's table is unknown", (uint64_t)row);
    head->object_id = reply_id(row);
    head->author_id = author_id(reply->pen, head->object_id);
    return op_build_reply(arena, head, &op, ret, err);
}

static enum err_code build_card(struct arena *arena, struct op_head *head, int row,
                                struct span *ret, struct err *err)
{
    const struct demo_card *card = &demo_cards[row];
    const struct op_card op = {
        .title = span_from_str(card->title),
        .title_easy = span_from_str(card->easy),
        .title_en = span_from_str(card->english),
        .description = span_from_str(card->description),
        .icon = span_from_str(card->icon),
        .colour = card->colour,
        .position = (uint32_t)row + 1,
    };
    head->object_id = card_id(row);
    return op_build_card(arena, head, &op, ret, err);
}

static enum err_code build(struct arena *arena, const struct demo_city *city,
                           const struct draft *draft, uint64_t seq, struct span *ret,
                           struct err *err)
{
    struct op_head head = {
        .op_id = id_of(draft->made_ms, 5, seq),
        .device_id = id_of(CARDS_MS, 6, 0),
        .author_id = id_of(CARDS_MS, 7, 0),
        .dev_seq = seq,
        .municipality = MUNICIPALITY,
        .made_ms = draft->made_ms,
    };
    switch (draft->deed) {
    case DEED_CARD:
        return build_card(arena, &head, draft->row, ret, err);
    case DEED_COMMENT:
        return build_comment(arena, city, &head, draft->row, ret, err);
    case DEED_REPLY:
        return build_reply(arena, &head, draft->row, ret, err);
    case DEED_REACT:
        head.object_id = comment_id(draft->row);
        head.author_id = id_of(CARDS_MS, 8, (uint64_t)draft->reader);
        head.rev = 1;
        return op_build_reaction(arena, &head, (uint8_t)draft->value, ret, err);
    case DEED_RELEASE:
    case DEED_RELEASE_REPLY:
        break;
    }
    head.object_id = draft->deed == DEED_RELEASE ? comment_id(draft->row) : reply_id(draft->row);
    head.rev = 1;
    const struct op_why released = {.reason = span_from_str("class")};
    return op_build_moderation(arena, &head, STATUS_PUBLIC, &released, ret, err);
}

static void count_deed(struct demo_ops *ops, const struct draft *draft)
{
    ops->cards += draft->deed == DEED_CARD;
    ops->comments += draft->deed == DEED_COMMENT;
    ops->held += draft->deed == DEED_COMMENT && demo_comments[draft->row].held;
    ops->replies += draft->deed == DEED_REPLY;
    ops->reactions += draft->deed == DEED_REACT;
}

enum err_code demo_words_make(struct arena *arena, const struct demo_city *city,
                              struct demo_ops *ret, struct err *err)
{
    size_t most = (size_t)demo_card_count + 2 * (size_t)(demo_comment_count + demo_reply_count);
    for (int i = 0; i < demo_comment_count; i++)
        for (int value = REACTION_AGREE; value <= REACTION_UNSURE; value++)
            most += (size_t)demo_comments[i].reactions[value];
    struct drafts drafts = {.items = ARENA_ARRAY(arena, struct draft, most), .capacity = most};
    struct demo_ops ops = {
        .bytes = ARENA_ARRAY(arena, struct span, most),
        .made_ms = ARENA_ARRAY(arena, int64_t, most),
    };
    if (!drafts.items || !ops.bytes || !ops.made_ms)
        return err_set(err, ERR_NOMEM, "no memory for the demo's words", most);
    TRY(draft_all(&drafts, err));
    qsort(drafts.items, drafts.count, sizeof *drafts.items, by_time);
    for (size_t i = 0; i < drafts.count; i++) {
        TRY(build(arena, city, &drafts.items[i], i + 1, &ops.bytes[i], err));
        ops.made_ms[i] = drafts.items[i].made_ms;
        count_deed(&ops, &drafts.items[i]);
    }
    ops.count = drafts.count;
    *ret = ops;
    return ERR_OK;
}
