/*
 * store: a store in a folder of its own, and people who write to it. Everything is fixed: ids,
 * times.
 *
 * Use        struct town town; town_open(&town); … town_close(&town) removes the folder.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/store/changes.h"
#include "server/store/writer.h"
#include "server/sync/build.h"
#include "tests/support/test.h"

enum { TOWN_CODE = 11202, TOWN_NOON = 1000000000 };

struct town {
    char dir[64];
    struct store *store;
    struct store_writer *writer;
    struct store_reader *reader;
    struct arena arena;
    uint64_t op_count;
};

/* A recognisable id: "kind" in the first byte, number in the last eight. */
static inline struct uuid town_id(uint8_t kind, uint64_t number)
{
    struct uuid id = {{kind, 0x90, 0xF3, 0xC2, 0x7B, 0x40, 0x70, 0x00}};
    for (int i = 0; i < 8; i++)
        id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
    return id;
}

static inline void town_start(struct town *town)
{
    struct err err = {0};
    if (store_open(town->dir, STORE_WRITE, &town->store, &err) != ERR_OK)
        fail_msg("store_open: %s", err.what);
    assert_int_equal(store_writer_open(town->store, 0, &town->writer, &err), ERR_OK);
    assert_int_equal(store_reader_open(town->store, &town->reader, &err), ERR_OK);
}

static inline void town_stop(struct town *town)
{
    store_writer_close(town->writer);
    store_reader_close(town->reader);
    store_close(town->store);
    town->writer = NULL;
    town->reader = NULL;
    town->store = NULL;
}

static inline void town_open(struct town *town)
{
    *town = (struct town){0};
    arena_init(&town->arena, 0);
    snprintf(town->dir, sizeof town->dir, "/tmp/kakikomap-test-XXXXXX");
    assert_non_null(mkdtemp(town->dir));
    const struct store_settings settings = {.municipality = TOWN_CODE, .name = "熊谷市"};
    static const uint8_t random[32] = {1, 2, 3, [16] = 9, [31] = 7};
    struct err err = {0};
    if (store_create(town->dir, &settings, TOWN_NOON, random, &err) != ERR_OK)
        fail_msg("store_create: %s", err.what);
    town_start(town);
}

static inline void town_remove(const char *dir)
{
    char command[160];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    if (system(command) != 0)
        fail_msg("cannot remove %s", dir);
}

static inline void town_close(struct town *town)
{
    town_stop(town);
    arena_done(&town->arena);
    town_remove(town->dir);
}

/* Operation number n of author a on an object. */
static inline struct op_head town_head(uint64_t op, struct uuid object, uint64_t author,
                                       uint32_t rev)
{
    return (struct op_head){
        .op_id = town_id(0x01, op),
        .device_id = town_id(0xDD, author),
        .object_id = object,
        .author_id = town_id(0xAA, author),
        .dev_seq = op,
        .municipality = TOWN_CODE,
        .rev = rev,
        .made_ms = TOWN_NOON,
    };
}

static inline struct op_comment town_comment(const char *text)
{
    return (struct op_comment){
        .kind = COMMENT_IDEA,
        .channel = CHANNEL_WEB,
        .hat = HAT_CITIZEN,
        .text = span_from_str(text),
        .pen_name = span_from_str("たろう"),
        .building_id = span_from_str(""),
        .lon_e7 = 1393880000,
        .lat_e7 = 361470000,
    };
}

static inline struct store_ack town_send(struct town *town, enum store_origin origin,
                                         struct uuid device, struct span op)
{
    struct store_batch batch = {
        .origin = origin,
        .device_id = device,
        .has_token = true,
        .received_ms = TOWN_NOON + 1000,
        .ops = &op,
        .op_count = 1,
    };
    memcpy(batch.token_sha256, device.bytes, UUID_BYTES);
    struct store_ack ack = {0};
    struct err err = {0};
    if (store_submit_wait(town->writer, &batch, &ack, &err) != ERR_OK)
        fail_msg("submit: %s", err.what);
    return ack;
}

/* Author a says it from an own device. */
static inline struct store_ack town_say(struct town *town, uint64_t author, struct span op)
{
    return town_send(town, STORE_FROM_DEVICE, town_id(0xDD, author), op);
}

/* The server's own command says it. */
static inline struct store_ack town_rule(struct town *town, struct span op)
{
    return town_send(town, STORE_FROM_SERVER, town_id(0xDD, 0), op);
}

/* A comment of author a, made and sent. */
static inline struct uuid town_write(struct town *town, uint64_t number, uint64_t author,
                                     const struct op_comment *comment)
{
    const struct uuid id = town_id(0xC0, number);
    const struct op_head head = town_head(number, id, author, 0);
    struct span op;
    assert_int_equal(op_build_comment(&town->arena, &head, comment, &op, NULL), ERR_OK);
    const struct store_ack ack =
        comment->hat <= HAT_PUPIL ? town_say(town, author, op) : town_rule(town, op);
    if (ack.status != STORE_ACK_STORED)
        fail_msg("not stored: %d %s", ack.status, ack.reason);
    return id;
}

/* A space of that tier as an operation. */
static inline struct span town_space(struct town *town, uint64_t op, struct uuid id, uint8_t tier)
{
    const struct op_head head = town_head(op, id, 0, 0);
    struct span ret;
    assert_int_equal(op_build_space(&town->arena, &head, tier, span_from_str("まちの会"),
                                    span_from_str(""), &ret, NULL),
                     ERR_OK);
    return ret;
}

/* A copy of the database of a town that is stopped, and its way back in place of what is there. */
static inline void town_keep_database(const struct town *town)
{
    char command[400];
    snprintf(command, sizeof command, "cp '%s/kakikomap.db' '%s.old'", town->dir, town->dir);
    assert_int_equal(system(command), 0);
}

static inline void town_put_back_database(const struct town *town)
{
    char command[400];
    snprintf(command, sizeof command, "rm -f '%s'/kakikomap.db-*; mv '%s.old' '%s/kakikomap.db'",
             town->dir, town->dir, town->dir);
    assert_int_equal(system(command), 0);
}
