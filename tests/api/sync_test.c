/* /sync/v1 as values: what a tablet sends and gets. Messages are read back by protobuf-c. */
#include "server/clock.h"
#include "server/people/limit.h"
#include "sync.pb-c.h"
#include "tests/support/service.h"

#define PROTOBUF "application/x-protobuf"
/* base64url of 16 bytes each */
#define TOKEN_A "Bearer AAECAwQFBgcICQoLDA0ODw"
#define TOKEN_B "Bearer _wECAwQFBgcICQoLDA0ODw"

static int open_service(void **state)
{
    static struct service service;
    service_open(&service);
    service.bearer = TOKEN_A;
    *state = &service;
    return 0;
}

static int close_service(void **state)
{
    service_close(*state);
    return 0;
}

struct push {
    struct span ops[100];
    size_t count;
    struct uuid device;
    uint32_t schema;
};

static struct span pack(struct service *service, struct push *push)
{
    Kakikomap__Sync__PushRequest message = KAKIKOMAP__SYNC__PUSH_REQUEST__INIT;
    ProtobufCBinaryData ops[100];
    for (size_t i = 0; i < push->count; i++)
        ops[i] = (ProtobufCBinaryData){push->ops[i].len, (uint8_t *)push->ops[i].data};
    message.device_id = (ProtobufCBinaryData){UUID_BYTES, push->device.bytes};
    message.schema = push->schema;
    message.n_op = push->count;
    message.op = ops;
    const size_t len = kakikomap__sync__push_request__get_packed_size(&message);
    uint8_t *bytes = arena_alloc(&service->town.arena, len);
    assert_non_null(bytes);
    kakikomap__sync__push_request__pack(&message, bytes);
    return span_of(bytes, len);
}

static struct answer send(struct service *service, struct push *push)
{
    return ask_bytes(service, "POST", "/sync/v1/ops", PROTOBUF, pack(service, push));
}

/* An operation of author 1 on its own device. */
static struct span comment_op(struct service *service, uint64_t number, const char *text)
{
    const struct op_head head = town_head(number, town_id(0xC0, number), 1, 0);
    const struct op_comment comment = town_comment(text);
    struct span op;
    assert_int_equal(op_build_comment(&service->town.arena, &head, &comment, &op, NULL), ERR_OK);
    return op;
}

static struct push push_of(struct span op)
{
    return (struct push){.ops = {op}, .count = 1, .device = town_id(0xDD, 1), .schema = 1};
}

static Kakikomap__Sync__PushResponse *response_of(const struct answer *answer)
{
    assert_int_equal(answer->status, 200);
    assert_string_equal(answer->res.content_type, PROTOBUF);
    Kakikomap__Sync__PushResponse *response =
        kakikomap__sync__push_response__unpack(NULL, answer->bytes.len, answer->bytes.data);
    assert_non_null(response);
    return response;
}

static Kakikomap__Sync__AckStatus status_of(const struct answer *answer, size_t at)
{
    Kakikomap__Sync__PushResponse *response = response_of(answer);
    assert_in_range(at, 0, response->n_ack - 1);
    const Kakikomap__Sync__AckStatus status = response->ack[at]->status;
    kakikomap__sync__push_response__free_unpacked(response, NULL);
    return status;
}

static Kakikomap__Sync__Changes *changes_of(struct service *service, const char *target)
{
    const struct answer answer = ask(service, "GET", target, NULL);
    assert_int_equal(answer.status, 200);
    Kakikomap__Sync__Changes *changes =
        kakikomap__sync__changes__unpack(NULL, answer.bytes.len, answer.bytes.data);
    assert_non_null(changes);
    return changes;
}

static void hello_says_who_it_is(void **state)
{
    struct service *service = *state;
    const struct answer answer = ask(service, "GET", "/sync/v1/hello", NULL);
    Kakikomap__Sync__Hello *hello =
        kakikomap__sync__hello__unpack(NULL, answer.bytes.len, answer.bytes.data);
    assert_non_null(hello);
    const struct store_info *info = store_info(service->town.store);
    assert_int_equal(hello->server_id.len, 16);
    assert_memory_equal(hello->server_id.data, info->server_id.bytes, 16);
    assert_memory_equal(hello->epoch.data, info->epoch.bytes, 16);
    assert_int_equal(hello->max_ops, 64);
    assert_int_equal(hello->max_push_bytes, 262144);
    assert_int_equal(hello->municipality, 11202);
    assert_string_equal(hello->municipality_name, "熊谷市");
    assert_int_equal(hello->server_ms, service->now_ms);
    assert_false(hello->demo);
    kakikomap__sync__hello__free_unpacked(hello, NULL);
}

static void a_hundred_repetitions_are_one_comment(void **state)
{
    struct service *service = *state;
    struct push push = push_of(comment_op(service, 1, "歩道"));
    while (push.count < 50)
        push.ops[push.count++] = push.ops[0];
    const struct answer first = send(service, &push);
    assert_int_equal(status_of(&first, 0), KAKIKOMAP__SYNC__ACK_STATUS__ACK_STORED);
    assert_int_equal(status_of(&first, 49), KAKIKOMAP__SYNC__ACK_STATUS__ACK_DUPLICATE);
    service_restart(service);
    const struct answer second = send(service, &push);
    assert_int_equal(status_of(&second, 0), KAKIKOMAP__SYNC__ACK_STATUS__ACK_DUPLICATE);
    Kakikomap__Sync__PushResponse *response = response_of(&second);
    for (size_t i = 0; i < response->n_ack; i++)
        assert_int_equal(response->ack[i]->change, 1);
    kakikomap__sync__push_response__free_unpacked(response, NULL);
    struct store_counts counts;
    assert_int_equal(store_counts(service->town.reader, &counts, NULL), ERR_OK);
    assert_int_equal(counts.comments, 1);
}

static void one_bad_operation_never_fails_its_neighbours(void **state)
{
    struct service *service = *state;
    struct push push = push_of(comment_op(service, 1, "歩道"));
    push.ops[1] = span_from_str("\x01\x02 this is no operation");
    push.ops[2] = comment_op(service, 2, "木かげ");
    const struct op_head head = town_head(3, town_id(0xC0, 3), 1, 0);
    struct op_comment staff = town_comment("職員より");
    staff.hat = HAT_STAFF;
    assert_int_equal(op_build_comment(&service->town.arena, &head, &staff, &push.ops[3], NULL),
                     ERR_OK);
    push.count = 4;
    const struct answer answer = send(service, &push);
    Kakikomap__Sync__PushResponse *response = response_of(&answer);
    assert_int_equal(response->n_ack, 4);
    assert_int_equal(response->ack[0]->status, KAKIKOMAP__SYNC__ACK_STATUS__ACK_STORED);
    assert_int_equal(response->ack[1]->status, KAKIKOMAP__SYNC__ACK_STATUS__ACK_QUARANTINED);
    assert_int_equal(response->ack[2]->status, KAKIKOMAP__SYNC__ACK_STATUS__ACK_STORED);
    assert_int_equal(response->ack[3]->status, KAKIKOMAP__SYNC__ACK_STATUS__ACK_QUARANTINED);
    assert_string_equal(response->ack[3]->reason, "hat_not_allowed");
    kakikomap__sync__push_response__free_unpacked(response, NULL);
    const struct answer list = ask(service, "GET", "/api/comments", NULL);
    assert_non_null(strstr(list.text, "\"numberReturned\":2"));
    assert_null(strstr(list.text, "職員より"));
}

static void a_device_keeps_its_first_token(void **state)
{
    struct service *service = *state;
    struct push push = push_of(comment_op(service, 1, "歩道"));
    assert_int_equal(send(service, &push).status, 200);
    service->bearer = TOKEN_B;
    const struct answer other = send(service, &push);
    assert_int_equal(other.status, 401);
    assert_non_null(strstr(other.text, "\"code\":\"unauthorized\""));
    static const char *const none[] = {
        NULL,
        "Basic dTpw",
        "Bearer ",
        "Bearer AAECAwQFBgcICQoLDA0O",
        "Bearer ====",
        "Bearer AAECAwQFBgcICQoLDA0OD+",
        "Bearer AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v",
    };
    for (size_t i = 0; i < LENGTH(none); i++) {
        service->bearer = none[i];
        assert_int_equal(send(service, &push).status, 401);
    }
}

static void what_is_no_push_is_refused(void **state)
{
    struct service *service = *state;
    const struct answer broken =
        ask_bytes(service, "POST", "/sync/v1/ops", PROTOBUF, span_from_str("{\"op\":[]}"));
    assert_int_equal(broken.status, 400);
    assert_non_null(strstr(broken.text, "\"code\":\"format\""));
    struct push push = push_of(comment_op(service, 1, "歩道"));
    push.schema = 0;
    const struct answer schema = send(service, &push);
    assert_int_equal(schema.status, 400);
    assert_non_null(strstr(schema.text, "\"code\":\"version\""));
    push.schema = 1;
    while (push.count < 65)
        push.ops[push.count++] = push.ops[0];
    assert_int_equal(send(service, &push).status, 413);
    const struct answer type =
        ask_bytes(service, "POST", "/sync/v1/ops", "application/json", pack(service, &push));
    assert_int_equal(type.status, 415);
    uint8_t *large = arena_zero(&service->town.arena, 1, 256 * 1024 + 1);
    assert_int_equal(
        ask_bytes(service, "POST", "/sync/v1/ops", PROTOBUF, span_of(large, 256 * 1024 + 1)).status,
        413);
    struct store_counts counts;
    assert_int_equal(store_counts(service->town.reader, &counts, NULL), ERR_OK);
    assert_int_equal(counts.changes + counts.quarantined, 0);
}

static void changes_come_once_and_in_order(void **state)
{
    struct service *service = *state;
    struct push push = push_of(comment_op(service, 1, "歩道"));
    push.ops[push.count++] = comment_op(service, 2, "木かげ");
    send(service, &push);
    const struct uuid first = town_id(0xC0, 1);
    const struct op_head head = town_head(3, first, 1, 1);
    push.count = 1;
    assert_int_equal(
        op_build_text(&service->town.arena, &head, span_from_str("歩道橋"), &push.ops[0], NULL),
        ERR_OK);
    const struct answer edit = send(service, &push);
    assert_int_equal(status_of(&edit, 0), KAKIKOMAP__SYNC__ACK_STATUS__ACK_STORED);
    Kakikomap__Sync__Changes *changes = changes_of(service, "/sync/v1/changes?since=0");
    assert_false(changes->restarted);
    assert_int_equal(changes->n_change, 2);
    assert_int_equal(changes->change[0]->change, 2);
    assert_string_equal(changes->change[0]->comment->text, "木かげ");
    assert_int_equal(changes->change[1]->change, 3);
    assert_string_equal(changes->change[1]->comment->text, "歩道橋");
    assert_true(changes->change[1]->comment->edited);
    assert_int_equal(changes->change[1]->comment->text_rev, 1);
    assert_int_equal(changes->next, 3);
    assert_false(changes->more);
    kakikomap__sync__changes__free_unpacked(changes, NULL);

    changes = changes_of(service, "/sync/v1/changes?since=0&limit=1");
    assert_int_equal(changes->n_change, 1);
    assert_true(changes->more);
    kakikomap__sync__changes__free_unpacked(changes, NULL);
    changes = changes_of(service, "/sync/v1/changes?since=3");
    assert_int_equal(changes->n_change, 0);
    assert_int_equal(changes->next, 3);
    kakikomap__sync__changes__free_unpacked(changes, NULL);
}

static void another_epoch_starts_from_the_beginning(void **state)
{
    struct service *service = *state;
    struct push push = push_of(comment_op(service, 1, "歩道"));
    send(service, &push);
    static const char *const strange[] = {
        "/sync/v1/changes?epoch=ffffffffffffffffffffffffffffffff&since=1",
        "/sync/v1/changes?since=99",
    };
    for (size_t i = 0; i < LENGTH(strange); i++) {
        Kakikomap__Sync__Changes *changes = changes_of(service, strange[i]);
        assert_true(changes->restarted);
        assert_int_equal(changes->n_change, 1);
        kakikomap__sync__changes__free_unpacked(changes, NULL);
    }
    char target[96] = "/sync/v1/changes?since=1&epoch=";
    const struct uuid epoch = store_info(service->town.store)->epoch;
    for (int i = 0; i < UUID_BYTES; i++)
        snprintf(target + strlen(target), 3, "%02x", epoch.bytes[i]);
    Kakikomap__Sync__Changes *changes = changes_of(service, target);
    assert_false(changes->restarted);
    assert_int_equal(changes->n_change, 0);
    kakikomap__sync__changes__free_unpacked(changes, NULL);
}

/* An image put back with its `epoch` file: the same numbers, other changes. */
static void another_change_of_that_number_starts_from_the_beginning(void **state)
{
    struct service *service = *state;
    struct push push = push_of(comment_op(service, 1, "歩道"));
    send(service, &push);
    Kakikomap__Sync__Changes *changes = changes_of(service, "/sync/v1/changes?since=0");
    assert_int_equal(changes->mark.len, 8);
    char target[96] = "/sync/v1/changes?since=1&mark=";
    for (size_t i = 0; i < changes->mark.len; i++)
        snprintf(target + strlen(target), 3, "%02x", changes->mark.data[i]);
    kakikomap__sync__changes__free_unpacked(changes, NULL);
    for (int forked = 0; forked < 2; forked++) {
        changes = changes_of(service, target);
        assert_int_equal(changes->restarted, forked);
        assert_int_equal(changes->n_change, forked);
        kakikomap__sync__changes__free_unpacked(changes, NULL);
        char *last = target + strlen(target) - 1;
        *last = *last == '0' ? '1' : '0';
    }
}

static void what_was_withdrawn_comes_as_removed(void **state)
{
    struct service *service = *state;
    struct push push = push_of(comment_op(service, 1, "歩道"));
    send(service, &push);
    const struct op_head head = town_head(2, town_id(0xC0, 1), 1, 1);
    assert_int_equal(
        op_build_delete(&service->town.arena, &head, span_from_str(""), &push.ops[0], NULL),
        ERR_OK);
    send(service, &push);
    Kakikomap__Sync__Changes *changes = changes_of(service, "/sync/v1/changes?since=1");
    assert_int_equal(changes->n_change, 1);
    assert_int_equal(changes->change[0]->object_case, KAKIKOMAP__SYNC__CHANGE__OBJECT_REMOVED);
    assert_memory_equal(changes->change[0]->removed.data, head.object_id.bytes, 16);
    kakikomap__sync__changes__free_unpacked(changes, NULL);
}

static void no_answer_names_author_or_device(void **state)
{
    struct service *service = *state;
    struct push push = push_of(comment_op(service, 1, "歩道"));
    const struct answer pushed = send(service, &push);
    const struct uuid author = town_id(0xAA, 1), device = town_id(0xDD, 1);
    char author_text[UUID_TEXT + 1], device_text[UUID_TEXT + 1];
    uuid_text(author, author_text);
    uuid_text(device, device_text);
    static const char *const outlets[] = {
        "/sync/v1/hello",
        "/sync/v1/changes",
        "/api/comments",
        "/api/comments/c090f3c2-7b40-7000-0000-000000000001",
        "/tiles/comments/14/14535/6425.mvt",
        "/tiles/comments/9/454/200.mvt",
    };
    for (size_t i = 0; i <= LENGTH(outlets); i++) {
        struct answer answer = i < LENGTH(outlets) ? ask(service, "GET", outlets[i], NULL) : pushed;
        assert_in_range(answer.status, 200, 200);
        assert_true(answer.bytes.len > 0);
        const struct span secrets[] = {
            span_of(author.bytes, 16),
            span_of(device.bytes, 16),
            span_from_str(author_text),
            span_from_str(device_text),
        };
        for (size_t j = 0; j < LENGTH(secrets); j++)
            assert_null(
                memmem(answer.bytes.data, answer.bytes.len, secrets[j].data, secrets[j].len));
        if (i < LENGTH(outlets))
            answer_done(&answer);
    }
}

static void nobody_edits_what_came_by_post(void **state)
{
    struct service *service = *state;
    const char *id = "0192f3a0-7c00-7000-8000-000000000001";
    assert_int_equal(ask(service, "POST", "/api/comments",
                         "{\"id\":\"0192f3a0-7c00-7000-8000-000000000001\",\"lon\":139.388,"
                         "\"lat\":36.147,\"kind\":\"idea\",\"text\":\"木\"}")
                         .status,
                     201);
    struct op_head head = town_head(5, (struct uuid){{0}}, 1, 1);
    assert_true(uuid_from(span_from_str(id), &head.object_id));
    struct push push = push_of((struct span){0});
    const struct uuid guesses[] = {head.object_id, town_id(0xAA, 1),
                                   store_info(service->town.store)->server_id};
    for (size_t i = 0; i < LENGTH(guesses); i++) {
        head.author_id = guesses[i];
        head.op_id = town_id(0x01, 5 + i);
        assert_int_equal(
            op_build_delete(&service->town.arena, &head, span_from_str(""), &push.ops[0], NULL),
            ERR_OK);
        const struct answer answer = send(service, &push);
        assert_int_equal(status_of(&answer, 0), KAKIKOMAP__SYNC__ACK_STATUS__ACK_QUARANTINED);
    }
    assert_int_equal(
        ask(service, "GET", "/api/comments/0192f3a0-7c00-7000-8000-000000000001", NULL).status,
        200);
}

#define OVER_A_STORE(test) cmocka_unit_test_setup_teardown(test, open_service, close_service)

/* --- Limits ----------------------------------------------------------------------------------- */

/* `count` comments of a device into a meeting (nil: the open city), in one push. */
static struct answer send_class(struct service *service, uint64_t device, struct uuid meeting_id,
                                size_t count)
{
    static uint64_t next = 1000;
    struct push push = {.count = count, .device = town_id(0xDD, device), .schema = 1};
    for (size_t i = 0; i < count; i++, next++) {
        const struct op_head head = town_head(next, town_id(0xC0, next), device, 0);
        struct op_comment comment = town_comment("木かげが少ない");
        comment.meeting_id = meeting_id;
        assert_int_equal(
            op_build_comment(&service->town.arena, &head, &comment, &push.ops[i], NULL), ERR_OK);
    }
    return send(service, &push);
}

static uint64_t newest(struct service *service)
{
    uint64_t change;
    assert_int_equal(store_newest_change(service->town.reader, &change, NULL), ERR_OK);
    return change;
}

static long retry_after_s(const struct answer *answer)
{
    for (size_t i = 0; i < answer->res.header_count; i++)
        if (span_is(answer->res.headers[i].name, "Retry-After"))
            return strtol((const char *)answer->res.headers[i].value.data, NULL, 10);
    return -1;
}

static void a_class_comes_back_at_once_and_a_found_code_fills_no_meeting(void **state)
{
    struct service *service = *state;
    const struct uuid class = town_id(0xCC, 1), other = town_id(0xCC, 2);
    assert_int_equal(limits_open(0, &service->app.limits, NULL), ERR_OK);
    for (uint64_t tablet = 1; tablet <= 40; tablet++)
        assert_int_equal(send_class(service, tablet, class, 20).status, 200);
    uint32_t wait_s; /* what 45 pushes of a script take */
    assert_int_equal(limits_take(service->app.limits, LIMIT_WRITE_MEETING,
                                 span_of(class.bytes, UUID_BYTES), 45 * 64, clock_mono_ms(),
                                 &wait_s, NULL),
                     ERR_OK);
    int pushes = 45;
    uint64_t before;
    struct answer answer;
    do { /* with a new device for each */
        before = newest(service);
        answer = send_class(service, 100 + (uint64_t)pushes, class, 64);
    } while (answer.status == 200 && ++pushes < 100);
    assert_int_equal(answer.status, 429);
    assert_non_null(strstr(answer.text, "\"limit\""));
    assert_in_range(retry_after_s(&answer), 1, 60);
    assert_int_equal(newest(service), before); /* all of it or nothing */
    assert_in_range(pushes, 49, 55);           /* 4000 less the class's 800, and what time brings */
    /* Everybody else goes on, and the meeting itself when a few come at a time. */
    assert_int_equal(send_class(service, 300, other, 64).status, 200);
    assert_int_equal(send_class(service, 301, (struct uuid){0}, 64).status, 200);
    limits_close(service->app.limits);
    service->app.limits = NULL;
}

static void what_a_full_meeting_refuses_costs_the_others_nothing(void **state)
{
    struct service *service = *state;
    const struct uuid full = town_id(0xCC, 3);
    assert_int_equal(limits_open(0, &service->app.limits, NULL), ERR_OK);
    uint32_t wait_s;
    assert_int_equal(limits_take(service->app.limits, LIMIT_WRITE_MEETING,
                                 span_of(full.bytes, UUID_BYTES), 4000, clock_mono_ms() + 3600000,
                                 &wait_s, NULL),
                     ERR_OK);
    struct push push = {.count = 2, .device = town_id(0xDD, 1), .schema = 1};
    for (size_t i = 0; i < 2; i++) { /* the other one first */
        const struct op_head head = town_head(9000 + i, town_id(0xC0, 9000 + i), 1, 0);
        struct op_comment comment = town_comment("木かげが少ない");
        comment.meeting_id = i ? full : town_id(0xCC, 4);
        assert_int_equal(
            op_build_comment(&service->town.arena, &head, &comment, &push.ops[i], NULL), ERR_OK);
    }
    assert_int_equal(send(service, &push).status, 429);
    const struct uuid open = town_id(0xCC, 4);
    assert_int_equal(limits_take(service->app.limits, LIMIT_WRITE_MEETING,
                                 span_of(open.bytes, UUID_BYTES), 4000, 0, &wait_s, NULL),
                     ERR_OK);
    limits_close(service->app.limits);
    service->app.limits = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OVER_A_STORE(hello_says_who_it_is),
        OVER_A_STORE(a_hundred_repetitions_are_one_comment),
        OVER_A_STORE(one_bad_operation_never_fails_its_neighbours),
        OVER_A_STORE(a_device_keeps_its_first_token),
        OVER_A_STORE(what_is_no_push_is_refused),
        OVER_A_STORE(changes_come_once_and_in_order),
        OVER_A_STORE(another_epoch_starts_from_the_beginning),
        OVER_A_STORE(another_change_of_that_number_starts_from_the_beginning),
        OVER_A_STORE(what_was_withdrawn_comes_as_removed),
        OVER_A_STORE(no_answer_names_author_or_device),
        OVER_A_STORE(nobody_edits_what_came_by_post),
        OVER_A_STORE(a_class_comes_back_at_once_and_a_found_code_fills_no_meeting),
        OVER_A_STORE(what_a_full_meeting_refuses_costs_the_others_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
