#include <string.h>

#include "server/live/hub.h"
#include "tests/support/test.h"

enum { NEVER_MS = 3600000 };

struct sleeper {
    struct http_stream stream; /* must be first */
    int woken;
};

static void count_wake(struct http_stream *stream)
{
    ((struct sleeper *)stream)->woken++;
}

/* A listener as the sender holds it. */
struct client {
    struct sleeper sleeper;
    struct http_response res;
};

static void listen_to(struct live_hub *hub, struct client *client, const char *greeting,
                      uint64_t after)
{
    struct live_listener *listener = NULL;
    *client = (struct client){.sleeper = {.stream = {count_wake}}};
    assert_int_equal(live_listener_new(hub, &listener, NULL), ERR_OK);
    assert_int_equal(live_listener_greet(listener, span_from_str(greeting), after, NULL), ERR_OK);
    live_listener_send(listener, &client->res);
    client->res.stream_opened(client->res.stream_self, &client->sleeper.stream);
}

static ptrdiff_t take(struct client *client, char *text, size_t room)
{
    const ptrdiff_t len =
        client->res.stream_ops->read(client->res.stream_self, (uint8_t *)text, room);
    text[len > 0 ? len : 0] = '\0';
    return len;
}

static void hang_up(struct client *client)
{
    client->res.stream_ops->close(client->res.stream_self);
}

static struct store_event comment(uint64_t change, bool is_public)
{
    return (struct store_event){.type = STORE_EVENT_COMMENT,
                                .change = change,
                                .was_public = true,
                                .is_public = is_public,
                                .new_lon_e7 = 1393880000,
                                .new_lat_e7 = 361470000,
                                .old_lon_e7 = 1393880000,
                                .old_lat_e7 = 361470000};
}

#define ID "00000000-0000-0000-0000-000000000000"

static void a_photo_that_came_is_told_without_a_number(void **state)
{
    (void)state;
    struct live_hub *hub = NULL;
    struct client client;
    char text[512];
    assert_int_equal(live_hub_open(1, NEVER_MS, &hub, NULL), ERR_OK);
    listen_to(hub, &client, "", 900); /* the greeting has told all changes, no photos */
    live_hub_photo(hub, (struct uuid){{1}}, (struct uuid){{2}});
    assert_int_equal(client.sleeper.woken, 1);
    assert_true(take(&client, text, sizeof text) > 0);
    assert_string_equal(text,
                        "event: photo\ndata: {\"id\":\"01000000-0000-0000-0000-000000000000\","
                        "\"comment\":\"02000000-0000-0000-0000-000000000000\"}\n\n");
    hang_up(&client);
    live_hub_close(hub);
}

static void tells_in_order(void **state)
{
    (void)state;
    struct live_hub *hub = NULL;
    struct client client;
    char text[4096];
    assert_int_equal(live_hub_open(2, NEVER_MS, &hub, NULL), ERR_OK);
    listen_to(hub, &client, "hello\n\n", 6);
    const struct store_event events[] = {
        comment(6, true), /* told by the greeting */
        comment(7, true),
        comment(8, false),
        {.type = STORE_EVENT_LAYERS, .change = 0},
        {.type = STORE_EVENT_ALL, .change = 9},
    };
    live_hub_changed(hub, events, LENGTH(events));
    assert_int_equal(client.sleeper.woken, 1);
    assert_int_equal(take(&client, text, sizeof text), 7);
    assert_string_equal(text, "hello\n\n");
    assert_true(take(&client, text, sizeof text) > 0);
    assert_string_equal(
        text, "id: 7\nevent: change\ndata: {\"change\":7,\"type\":\"comment\",\"id\":\"" ID
              "\",\"lon\":139.388,\"lat\":36.147}\n\n"
              "id: 8\nevent: change\ndata: {\"change\":8,\"type\":\"comment\",\"id\":\"" ID
              "\",\"removed\":true}\n\n"
              "event: layers\ndata: {\"change\":0}\n\n"
              "id: 9\nevent: reset\ndata: {\"change\":9}\n\n");
    assert_int_equal(take(&client, text, sizeof text), 0);
    hang_up(&client);
    live_hub_close(hub);
}

static const char *text_of(const struct store_event *event, char text[512])
{
    CLEANUP(buf_done) struct buf buf = {0};
    live_event_add(&buf, event);
    assert_true(buf.len < 512);
    memcpy(text, buf.data, buf.len);
    text[buf.len] = '\0';
    return text;
}

static void a_line_tells_how_far_it_reaches_and_never_where_it_was(void **state)
{
    (void)state;
    char text[512];
    struct store_event line = comment(7, true);
    line.old_bounds = line.new_bounds =
        (struct store_box){1393870000, 361460000, 1393890000, 361480000};
    assert_string_equal(
        text_of(&line, text),
        "id: 7\nevent: change\ndata: {\"change\":7,\"type\":\"comment\",\"id\":\"" ID
        "\",\"lon\":139.388,\"lat\":36.147,"
        "\"bbox\":[139.387,36.146,139.389,36.148]}\n\n");
    line.old_bounds.min_lon_e7 = 1393861117;
    assert_non_null(strstr(text_of(&line, text), "36.148],\"moved\":true}"));
    assert_null(strstr(text, "139.3861117"));
    /* A line that has become a point. */
    line.new_bounds = (struct store_box){0};
    assert_non_null(strstr(text_of(&line, text), "\"lat\":36.147,\"moved\":true}"));
    line.was_public = false; /* it was nowhere before */
    assert_null(strstr(text_of(&line, text), "moved"));
}

static void splits_into_small_rooms(void **state)
{
    (void)state;
    struct live_hub *hub = NULL;
    struct client small, large;
    char whole[4096], text[4096], piece[8];
    assert_int_equal(live_hub_open(2, NEVER_MS, &hub, NULL), ERR_OK);
    listen_to(hub, &small, "hello\n\n", 0);
    listen_to(hub, &large, "hello\n\n", 0);
    for (uint64_t i = 1; i <= 5; i++) {
        const struct store_event event = comment(i, true);
        live_hub_changed(hub, &event, 1);
    }
    size_t len = 0;
    ptrdiff_t got;
    while ((got = take(&large, whole + len, sizeof whole - len)) > 0)
        len += (size_t)got;
    text[0] = '\0';
    while (take(&small, piece, 7) > 0)
        strcat(text, piece);
    assert_string_equal(text, whole);
    hang_up(&small);
    hang_up(&large);
    live_hub_close(hub);
}

static void drops_the_slow(void **state)
{
    (void)state;
    struct live_hub *hub = NULL;
    struct client slow, quick;
    char text[512];
    struct live_stats stats;
    assert_int_equal(live_hub_open(2, NEVER_MS, &hub, NULL), ERR_OK);
    listen_to(hub, &slow, "", 0);
    listen_to(hub, &quick, "", 0);
    for (uint64_t i = 1; i <= LIVE_RING + 1; i++) {
        const struct store_event event = comment(i, true);
        live_hub_changed(hub, &event, 1);
        assert_true(take(&quick, text, sizeof text) > 0);
    }
    assert_int_equal(take(&quick, text, sizeof text), 0);
    assert_int_equal(take(&slow, text, sizeof text), -1);
    live_hub_stats(hub, &stats);
    assert_int_equal(stats.dropped, 1);
    assert_int_equal(stats.listeners, 2);
    hang_up(&slow);
    hang_up(&quick);
    live_hub_close(hub);
}

static void has_a_limit(void **state)
{
    (void)state;
    struct live_hub *hub = NULL;
    struct live_listener *first = NULL, *second = NULL;
    assert_int_equal(live_hub_open(1, NEVER_MS, &hub, NULL), ERR_OK);
    assert_int_equal(live_listener_new(hub, &first, NULL), ERR_OK);
    assert_int_equal(live_listener_new(hub, &second, NULL), ERR_BUSY);
    assert_null(second);
    live_listener_free(first);
    assert_int_equal(live_listener_new(hub, &second, NULL), ERR_OK);
    live_listener_free(second);
    live_hub_close(hub);
}

static void ends_when_stopped(void **state)
{
    (void)state;
    struct live_hub *hub = NULL;
    struct live_listener *late = NULL;
    struct client client;
    char text[512];
    assert_int_equal(live_hub_open(2, NEVER_MS, &hub, NULL), ERR_OK);
    listen_to(hub, &client, "", 0);
    const struct store_event event = comment(1, true);
    live_hub_changed(hub, &event, 1);
    live_hub_stop(hub);
    assert_true(client.sleeper.woken >= 2);
    assert_true(take(&client, text, sizeof text) > 0); /* what was published is still told */
    assert_int_equal(take(&client, text, sizeof text), -1);
    assert_int_equal(live_listener_new(hub, &late, NULL), ERR_BUSY);
    hang_up(&client);
    live_hub_close(hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"events come in order, the greeting's are left out", tells_in_order, NULL, NULL, NULL},
        {"a photo that came is told without a number", a_photo_that_came_is_told_without_a_number,
         NULL, NULL, NULL},
        {"a line tells how far it reaches and never where it was",
         a_line_tells_how_far_it_reaches_and_never_where_it_was, NULL, NULL, NULL},
        {"small rooms cut events without loss", splits_into_small_rooms, NULL, NULL, NULL},
        {"who falls behind by a ring is dropped", drops_the_slow, NULL, NULL, NULL},
        {"more listeners than allowed are refused", has_a_limit, NULL, NULL, NULL},
        {"a stop ends the streams after what was published", ends_when_stopped, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
