/*
 * point: what a tile needs of a comment, as one record of table comment_point. Inside server/store.
 *
 * Format     Little-endian: id 16, card id 16 (nil: none), longitude and latitude e7 4 + 4, kind,
 *            channel, hat, status 1 each, agree 4, replies 4, then the building id to the end.
 */
#pragma once

#include "server/store/comments.h"
#include "server/store/filter.h"

enum { POINT_HEAD = 52, POINT_MAX = POINT_HEAD + STORE_BUILDING_ID_MAX };

static inline void point_put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static inline uint32_t point_take32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Gives the length. */
static inline size_t point_pack(const struct store_point *point, uint8_t ret[POINT_MAX])
{
    const size_t building = point->building_id.len < STORE_BUILDING_ID_MAX ? point->building_id.len
                                                                           : STORE_BUILDING_ID_MAX;
    memcpy(ret, point->id.bytes, UUID_BYTES);
    memcpy(ret + 16, point->card_id.bytes, UUID_BYTES);
    point_put32(ret + 32, (uint32_t)point->lon_e7);
    point_put32(ret + 36, (uint32_t)point->lat_e7);
    ret[40] = point->kind;
    ret[41] = point->channel;
    ret[42] = point->hat;
    ret[43] = point->status;
    point_put32(ret + 44, point->agree);
    point_put32(ret + 48, point->replies);
    if (building)
        memcpy(ret + POINT_HEAD, point->building_id.data, building);
    return POINT_HEAD + building;
}

/* False for a record that is too short. The building id borrows. Fills all but seq, x, y. */
static inline bool point_unpack(struct span record, struct store_point *ret)
{
    if (record.len < POINT_HEAD)
        return false;
    const uint8_t *at = record.data;
    memcpy(ret->id.bytes, at, UUID_BYTES);
    memcpy(ret->card_id.bytes, at + 16, UUID_BYTES);
    ret->lon_e7 = (int32_t)point_take32(at + 32);
    ret->lat_e7 = (int32_t)point_take32(at + 36);
    ret->kind = at[40];
    ret->channel = at[41];
    ret->hat = at[42];
    ret->status = at[43];
    ret->agree = point_take32(at + 44);
    ret->replies = point_take32(at + 48);
    ret->building_id = span_of(at + POINT_HEAD, record.len - POINT_HEAD);
    return true;
}

/* Kind, channel, hat and card as the filter asks; the box and the words are looked at elsewhere. */
static inline bool point_fits(const struct store_point *point, const struct filter *filter)
{
    const struct store_filter *asked = &filter->asked;
    if (asked->kinds && !(asked->kinds >> (point->kind & 31) & 1))
        return false;
    if (asked->channels && !(asked->channels >> (point->channel & 31) & 1))
        return false;
    if (asked->hats && !(asked->hats >> (point->hat & 31) & 1))
        return false;
    if (asked->card_count == 0)
        return true;
    for (size_t i = 0; i < asked->card_count; i++)
        if (uuid_equal(asked->cards[i], point->card_id))
            return true;
    return false;
}
