/* /api/comments and what hangs on it, as values over a store in a temporary folder. */
#include "tests/support/service.h"

#define ID(n) "0192f3a0-7c00-7000-8000-00000000000" n
#define FIELDS "\"lon\":139.388,\"lat\":36.147,\"kind\":\"idea\",\"text\":\"バス停にひさしを\""
#define COMMENT(n) "{\"id\":\"" ID(n) "\"," FIELDS "}"

static int open_service(void **state)
{
    static struct service service;
    service_open(&service);
    *state = &service;
    return 0;
}

static int close_service(void **state)
{
    service_close(*state);
    return 0;
}

static void a_comment_is_posted_with_all_its_parts(void **state)
{
    struct service *service = *state;
    static const char body[] =
        "{\"id\":\"0192f3a0-7c00-7000-8000-00000000c0de\",\"lon\":139.388,\"lat\":36.147,"
        "\"kind\":\"reading\",\"title\":\"照り返し\",\"text\":\"校門の前\",\"mood\":\"hot\","
        "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[139.388,36.147],[139.389,36.147]]}"
        ","
        "\"readings\":[{\"quantity\":\"surface_temperature\",\"value\":-0.5,\"waited_s\":120}]}";
    const struct answer first = ask(service, "POST", "/api/comments", body);
    assert_int_equal(first.status, 201);
    assert_non_null(strstr(first.text, "\"shape\":\"line\""));
    assert_non_null(strstr(first.text, "\"value\":-0.5,\"unit\":\"°C\""));
    assert_non_null(strstr(first.text, "\"mood\":\"hot\""));
    assert_int_equal(ask(service, "POST", "/api/comments", body).status, 200);
    /* The same id with another line is something else. */
    char *other = arena_copy(&service->town.arena, span_from_str(body));
    strstr(other, "139.389")[6] = '8';
    assert_int_equal(ask(service, "POST", "/api/comments", other).status, 409);
    static const char *const wrong[] = {
        "\"readings\":[{\"quantity\":\"humidity\",\"value\":101}]",
        "\"readings\":[{\"quantity\":\"mood\",\"value\":1}]",
        "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[139.388,36.147]]}",
        "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[139.388,36.147],[0,0]]}",
        "\"geometry\":{\"type\":\"Point\",\"coordinates\":[139.388,36.147]}",
        "\"mood\":\"cold\"",
        "\"hat\":\"official\"",
    };
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "{\"id\":\"0192f3a0-7c00-7000-8000-0000000000%02zu\",\"lon\":139.388,"
                 "\"lat\":36.147,\"kind\":\"idea\",\"text\":\"あ\",%s}",
                 i, wrong[i]);
        const struct answer refused = ask(service, "POST", "/api/comments", text);
        assert_in_range(refused.status, 400, 499);
    }
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is missing in %s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" must not be in %s", part, text);
}

static void a_comment_is_stored_and_read_back_the_same(void **state)
{
    struct service *service = *state;
    const struct answer made = ask(service, "POST", "/api/comments", COMMENT("1"));
    assert_int_equal(made.status, 201);
    assert_has(made.text, "\"status\":\"public\"");
    assert_has(made.text, "\"coordinates\":[139.388,36.147]");
    assert_has(made.text, "\"hat\":\"citizen\",\"hat_label\":null");
    assert_string_equal((const char *)made.res.headers[0].value.data, "/api/comments/" ID("1"));
    const struct answer one = ask(service, "GET", "/api/comments/" ID("1"), NULL);
    assert_int_equal(one.status, 200);
    /* The detail is the feature with its replies behind. */
    assert_memory_equal(one.text, made.text, made.bytes.len - 1);
    assert_string_equal(one.text + made.bytes.len - 1, ",\"replies\":[]}");
    const struct answer list = ask(service, "GET", "/api/comments", NULL);
    assert_has(list.text, made.text);
    assert_has(list.text, "\"numberReturned\":1,\"next\":null");
}

static void a_repeated_post_is_one_comment(void **state)
{
    struct service *service = *state;
    const struct answer first = ask(service, "POST", "/api/comments", COMMENT("1"));
    for (int i = 0; i < 10; i++) {
        const struct answer again = ask(service, "POST", "/api/comments", COMMENT("1"));
        assert_int_equal(again.status, 200);
        assert_string_equal(again.text, first.text);
    }
    service_restart(service);
    const struct answer after = ask(service, "POST", "/api/comments", COMMENT("1"));
    assert_int_equal(after.status, 200);
    assert_string_equal(after.text, first.text);
    struct store_counts counts;
    assert_int_equal(store_counts(service->town.reader, &counts, NULL), ERR_OK);
    assert_int_equal(counts.comments, 1);
    assert_int_equal(counts.changes, 1);
}

static void another_content_under_the_same_id_is_in_conflict(void **state)
{
    struct service *service = *state;
    assert_int_equal(ask(service, "POST", "/api/comments", COMMENT("1")).status, 201);
    const struct answer other =
        ask(service, "POST", "/api/comments",
            "{\"id\":\"" ID("1") "\",\"lon\":139.388,\"lat\":36.147,\"kind\":\"good\","
                                 "\"text\":\"バス停にひさしを\"}");
    assert_int_equal(other.status, 409);
    assert_has(other.text, "\"code\":\"conflict\"");
    assert_has(other.text, "\"pointer\":\"/id\"");
    /* A reply cannot take a comment's id either. */
    assert_int_equal(ask(service, "POST", "/api/comments", COMMENT("2")).status, 201);
    assert_int_equal(ask(service, "POST", "/api/comments/" ID("2") "/replies",
                         "{\"id\":\"" ID("1") "\",\"text\":\"はい\"}")
                         .status,
                     409);
}

static void a_pupil_s_comment_is_held_and_nowhere_to_be_seen(void **state)
{
    struct service *service = *state;
    const struct answer made =
        ask(service, "POST", "/api/comments",
            "{\"id\":\"" ID("1") "\",\"lon\":139.388,\"lat\":36.147,\"kind\":\"trouble\","
                                 "\"text\":\"ひみつの通学路\",\"hat\":\"pupil\"}");
    assert_int_equal(made.status, 201);
    assert_has(made.text, "\"status\":\"held\"");
    assert_has(made.text, "\"hat_label\":\"児童・生徒\"");
    static const char *const outlets[] = {
        "/api/comments",
        "/api/comments?q=%E9%80%9A%E5%AD%A6",
        "/api/comments/" ID("1"),
        "/sync/v1/changes",
        "/api/cards",
        "/tiles/comments/14/14535/6425.mvt",
        "/tiles/comments/3/7/3.mvt",
    };
    for (size_t i = 0; i < LENGTH(outlets); i++) {
        struct answer outlet = ask(service, "GET", outlets[i], NULL);
        assert_null(memmem(outlet.bytes.data, outlet.bytes.len, "通学路", 9));
        assert_null(memmem(outlet.bytes.data, outlet.bytes.len, ID("1"), 36));
        answer_done(&outlet);
    }
    assert_int_equal(ask(service, "GET", "/api/comments/" ID("1"), NULL).status, 404);
    assert_int_equal(ask(service, "POST", "/api/comments/" ID("1") "/replies",
                         "{\"id\":\"" ID("2") "\",\"text\":\"はい\"}")
                         .status,
                     404);
}

static void replies_stand_under_their_comment(void **state)
{
    struct service *service = *state;
    ask(service, "POST", "/api/comments", COMMENT("1"));
    const struct answer reply =
        ask(service, "POST", "/api/comments/" ID("1") "/replies",
            "{\"id\":\"" ID("2") "\",\"text\":\"さんせい\",\"pen_name\":\"はな\"}");
    assert_int_equal(reply.status, 201);
    const struct answer again =
        ask(service, "POST", "/api/comments/" ID("1") "/replies",
            "{\"id\":\"" ID("2") "\",\"text\":\"さんせい\",\"pen_name\":\"はな\"}");
    assert_int_equal(again.status, 200);
    assert_string_equal(again.text, reply.text);
    const struct answer one = ask(service, "GET", "/api/comments/" ID("1"), NULL);
    assert_has(one.text, reply.text);
    assert_has(one.text, "\"reply_count\":1");
    assert_int_equal(ask(service, "POST", "/api/comments/" ID("9") "/replies",
                         "{\"id\":\"" ID("3") "\",\"text\":\"はい\"}")
                         .status,
                     404);
}

static void the_newest_reaction_of_an_author_stands(void **state)
{
    struct service *service = *state;
    ask(service, "POST", "/api/comments", COMMENT("1"));
#define REACT(author, value)                                                                       \
    ask(service, "PUT", "/api/comments/" ID("1") "/reaction",                                      \
        "{\"author\":\"4f9d1c3e-8a51-4d6e-9a3d-0c3f5b8e7a2" author "\",\"value\":\"" value "\"}")
    assert_has(REACT("1", "agree").text, "\"agree\":1,\"disagree\":0,\"unsure\":0");
    const struct answer again = REACT("1", "agree");
    assert_int_equal(again.status, 200);
    assert_has(again.text, "\"agree\":1,\"disagree\":0,\"unsure\":0");
    assert_has(REACT("2", "unsure").text, "\"agree\":1,\"disagree\":0,\"unsure\":1");
    assert_has(REACT("1", "disagree").text, "\"agree\":0,\"disagree\":1,\"unsure\":1");
    assert_has(REACT("1", "none").text, "\"agree\":0,\"disagree\":0,\"unsure\":1");
    assert_has(REACT("1", "agree").text, "\"agree\":1,\"disagree\":0,\"unsure\":1");
    const struct answer one = ask(service, "GET", "/api/comments/" ID("1"), NULL);
    assert_lacks(one.text, "4f9d1c3e");
#undef REACT
}

static struct op_comment comment_at(unsigned number)
{
    struct op_comment comment = town_comment(number % 2 ? "歩道がせまい" : "木かげがほしい");
    comment.kind = number % 2 ? COMMENT_TROUBLE : COMMENT_IDEA;
    comment.channel = number % 3 ? CHANNEL_WEB : CHANNEL_PAPER;
    comment.lon_e7 += (int32_t)number * 10;
    return comment;
}

static unsigned count_of(const char *text, const char *part)
{
    unsigned count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

static void lists_are_filtered_and_paged(void **state)
{
    struct service *service = *state;
    for (unsigned i = 0; i < 60; i++) {
        const struct op_comment comment = comment_at(i);
        town_write(&service->town, i + 1, 1, &comment);
    }
    static const struct {
        const char *target;
        unsigned count;
    } rows[] = {
        {"/api/comments", 60},
        {"/api/comments?kind=trouble", 30},
        {"/api/comments?kind=trouble&kind=idea", 60},
        {"/api/comments?kind=trouble,good&channel=paper", 10},
        {"/api/comments?channel=paper", 20},
        {"/api/comments?channel=phone", 0},
        {"/api/comments?q=%E6%AD%A9%E9%81%93", 30},            /* 歩道 */
        {"/api/comments?q=%E9%81%93", 30},                     /* 道 */
        {"/api/comments?q=%E6%9C%A8", 30},                     /* 木 */
        {"/api/comments?q=%E6%AD%A9%E9%81%93%20%E6%9C%A8", 0}, /* 歩道 木 */
        {"/api/comments?q=%E9%81%93%E6%AD%A9", 0},             /* 道歩 */
        {"/api/comments?since=50", 10},
        {"/api/comments?limit=7", 7},
        /* Borders belong to the box: comments 0 to 5. */
        {"/api/comments?bbox=139.388,36.147,139.388005,36.147", 6},
        {"/api/comments?bbox=139.3880001,36.147,139.388005,36.147", 5},
        {"/api/comments?bbox=139.3,36.147001,139.4,36.2", 0},
        {"/api/comments?card=0192f3a0-7c00-7000-8000-0000000000ca", 0},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct answer list = ask(service, "GET", rows[i].target, NULL);
        if (list.status != 200 || count_of(list.text, "\"Feature\"") != rows[i].count)
            fail_msg("%s: %d, %u features", rows[i].target, list.status,
                     count_of(list.text, "\"Feature\""));
    }
    char target[64] = "/api/comments?limit=7";
    bool seen[61] = {false};
    unsigned total = 0;
    for (unsigned page = 0; page < 9; page++) {
        const struct answer list = ask(service, "GET", target, NULL);
        for (const char *at = list.text; (at = strstr(at, "\"id\":\"c090f3c2-7b40-7000-")); at++) {
            const unsigned long number = strtoul(at + 34, NULL, 16);
            assert_in_range(number, 1, 60);
            assert_false(seen[number]);
            seen[number] = true;
            total++;
        }
        const char *next = strstr(list.text, "\"next\":\"");
        assert_int_equal(next != NULL, page < 8);
        if (next)
            snprintf(target, sizeof target, "/api/comments?limit=7&cursor=%.*s",
                     (int)strcspn(next + 8, "\""), next + 8);
    }
    assert_int_equal(total, 60);
}

static void hidden_and_masked_words_are_gone_from_every_outlet(void **state)
{
    struct service *service = *state;
    struct uuid ids[2];
    for (unsigned i = 0; i < 2; i++) {
        const struct op_comment comment = town_comment(i ? "まるばつ商店の悪口" : "うらみの悪口");
        ids[i] = town_write(&service->town, i + 1, 1, &comment);
        const struct op_head head = town_head(100 + i, ids[i], 0, 1);
        struct span op;
        const struct op_why why = {.reason = span_from_str("abuse")};
        assert_int_equal(op_build_moderation(&service->town.arena, &head,
                                             i ? STATUS_MASKED : STATUS_HIDDEN, &why, &op, NULL),
                         ERR_OK);
        assert_int_equal(town_rule(&service->town, op).status, STORE_ACK_STORED);
    }
    static const char *const outlets[] = {
        "/api/comments",
        "/api/comments?q=%E6%82%AA%E5%8F%A3", /* 悪口 */
        "/api/comments/c090f3c2-7b40-7000-0000-000000000001",
        "/api/comments/c090f3c2-7b40-7000-0000-000000000002",
        "/sync/v1/changes",
        "/tiles/comments/14/14535/6425.mvt",
        "/tiles/comments/14/14535/6425.mvt?q=%E6%82%AA%E5%8F%A3",
    };
    for (size_t i = 0; i < LENGTH(outlets); i++) {
        struct answer outlet = ask(service, "GET", outlets[i], NULL);
        /* The masked one still stands on the map. */
        assert_int_equal(outlet.status, i == 2 ? 404 : i == 6 ? 204 : 200);
        assert_null(memmem(outlet.bytes.data, outlet.bytes.len, "悪口", 6));
        assert_null(memmem(outlet.bytes.data, outlet.bytes.len, "たろう", 9));
        answer_done(&outlet);
    }
    assert_int_equal(ask(service, "GET", outlets[2], NULL).status, 404);
    const struct answer masked = ask(service, "GET", outlets[3], NULL);
    assert_int_equal(masked.status, 200);
    assert_has(masked.text, "\"text\":\"\"");
    assert_has(masked.text, "\"status\":\"masked\"");
    assert_int_equal(count_of(ask(service, "GET", outlets[1], NULL).text, "\"Feature\""), 0);
}

struct refusal {
    const char *label, *method, *target, *body;
    int status;
    const char *code, *pointer;
};

#define WITH(fields) "{\"id\":\"" ID("1") "\"," fields "}"

static const struct refusal refusals[] = {
    {"broken JSON", "POST", "/api/comments", "{\"id\":", 400, "format", NULL},
    {"a list for a body", "POST", "/api/comments", "[]", 400, "format", NULL},
    {"a wrong type", "POST", "/api/comments",
     WITH("\"lon\":\"139\",\"lat\":36.147,\"kind\":\"idea\",\"text\":\"a\""), 400, "param", "/lon"},
    {"no text", "POST", "/api/comments", WITH("\"lon\":139.388,\"lat\":36.147,\"kind\":\"idea\""),
     400, "param", "/text"},
    {"a text of spaces", "POST", "/api/comments",
     WITH("\"lon\":139.388,\"lat\":36.147,\"kind\":\"idea\",\"text\":\"　 \""), 422, "invalid",
     "/text"},
    {"a place beyond the world", "POST", "/api/comments",
     WITH("\"lon\":139.388,\"lat\":136.147,\"kind\":\"idea\",\"text\":\"a\""), 400, "range",
     "/lat"},
    {"a place in the ocean", "POST", "/api/comments",
     WITH("\"lon\":0,\"lat\":0,\"kind\":\"idea\",\"text\":\"a\""), 400, "range", "/lon"},
    {"a NUL in the text", "POST", "/api/comments",
     WITH("\"lon\":139.388,\"lat\":36.147,\"kind\":\"idea\",\"text\":\"a\\u0000b\""), 400, "format",
     NULL},
    {"a staff's hat without signing in", "POST", "/api/comments", WITH(FIELDS ",\"hat\":\"staff\""),
     403, "forbidden", "/hat"},
    {"an official's hat without signing in", "POST", "/api/comments",
     WITH(FIELDS ",\"hat\":\"official\""), 403, "forbidden", "/hat"},
    {"a field nobody knows", "POST", "/api/comments", WITH(FIELDS ",\"status\":\"public\""), 400,
     "param", NULL},
    {"an id of version 4", "POST", "/api/comments",
     "{\"id\":\"0192f3a0-7c00-4000-8000-000000000001\"," FIELDS "}", 422, "invalid", "/id"},
    {"a reaction nobody knows", "PUT", "/api/comments/" ID("1") "/reaction",
     "{\"author\":\"" ID("1") "\",\"value\":\"love\"}", 400, "param", "/value"},
    {"a reaction to nothing", "PUT", "/api/comments/" ID("1") "/reaction",
     "{\"author\":\"" ID("1") "\",\"value\":\"agree\"}", 404, "not_found", NULL},
    {"a parameter nobody knows", "GET", "/api/comments?colour=red", NULL, 400, "param", NULL},
    {"a parameter twice", "GET", "/api/comments?limit=1&limit=2", NULL, 400, "param", NULL},
    {"a limit of 0", "GET", "/api/comments?limit=0", NULL, 400, "param", NULL},
    {"a limit of 1001", "GET", "/api/comments?limit=1001", NULL, 400, "param", NULL},
    {"a limit with a unit", "GET", "/api/comments?limit=10k", NULL, 400, "param", NULL},
    {"a negative since", "GET", "/api/comments?since=-1", NULL, 400, "param", NULL},
    {"a cursor that is none", "GET", "/api/comments?cursor=zz", NULL, 400, "param", NULL},
    {"a box of three numbers", "GET", "/api/comments?bbox=1,2,3", NULL, 400, "param", NULL},
    {"a box that is not a number", "GET", "/api/comments?bbox=nan,2,3,4", NULL, 400, "param", NULL},
    {"an unknown kind", "GET", "/api/comments?kind=idea,rant", NULL, 400, "param", NULL},
    {"an empty kind", "GET", "/api/comments?kind=", NULL, 400, "param", NULL},
    {"a card that is no id", "GET", "/api/comments?card=7", NULL, 400, "param", NULL},
    {"no word to look for", "GET", "/api/comments?q=", NULL, 400, "param", NULL},
    {"an id that is none", "GET", "/api/comments/7", NULL, 400, "param", NULL},
    {"a comment that is not there", "GET", "/api/comments/" ID("7"), NULL, 404, "not_found", NULL},
    {"a method the path does not have", "DELETE", "/api/comments/" ID("1"), NULL, 405, "method",
     NULL},
    {"a zoom beyond the pyramid", "GET", "/tiles/comments/23/0/0.mvt", NULL, 400, "param", NULL},
    {"a tile beyond the square", "GET", "/tiles/comments/1/2/0.mvt", NULL, 404, "not_found", NULL},
    {"a tile that is not a number", "GET", "/tiles/comments/1/a/0.mvt", NULL, 400, "param", NULL},
    {"an epoch that is none", "GET", "/sync/v1/changes?epoch=zz", NULL, 400, "param", NULL},
    {"a mark that is none", "GET", "/sync/v1/changes?mark=0102", NULL, 400, "param", NULL},
    {"a wait of a minute", "GET", "/sync/v1/changes?wait=60", NULL, 400, "param", NULL},
};

static void is_refused_and_changes_nothing(void **state)
{
    const struct refusal *row = *state;
    struct service service;
    service_open(&service);
    const struct answer answer = ask(&service, row->method, row->target, row->body);
    char code[40];
    snprintf(code, sizeof code, "\"code\":\"%s\"", row->code);
    if (answer.status != row->status || !strstr(answer.text, code))
        fail_msg("%d %s", answer.status, answer.text);
    assert_string_equal(answer.res.content_type, "application/problem+json");
    if (row->pointer) {
        char pointer[40];
        snprintf(pointer, sizeof pointer, "\"pointer\":\"%s\"", row->pointer);
        assert_has(answer.text, pointer);
    }
    struct store_counts counts;
    assert_int_equal(store_counts(service.town.reader, &counts, NULL), ERR_OK);
    assert_int_equal(counts.changes, 0);
    assert_int_equal(counts.comments, 0);
    assert_int_equal(counts.quarantined, 0);
    service_close(&service);
}

static void a_text_of_2000_characters_is_the_longest(void **state)
{
    struct service *service = *state;
    static const unsigned lengths[] = {100000, 2001, 2000};
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        struct buf body;
        buf_init(&body);
        buf_add_str(&body, "{\"id\":\"" ID("1") "\",\"lon\":139.388,\"lat\":36.147,"
                                                "\"kind\":\"idea\",\"text\":\"");
        for (unsigned c = 0; c < lengths[i]; c++)
            buf_add_str(&body, "長");
        buf_add_str(&body, "\"}");
        buf_add_byte(&body, 0);
        const struct answer answer = ask(service, "POST", "/api/comments", (const char *)body.data);
        /* 300 kB do not even get as far as being read. */
        assert_int_equal(answer.status, lengths[i] == 2000 ? 201 : lengths[i] == 2001 ? 422 : 413);
        if (answer.status == 422)
            assert_has(answer.text, "\"pointer\":\"/text\"");
        buf_done(&body);
    }
}

static void cards_come_in_their_order(void **state)
{
    struct service *service = *state;
    for (uint32_t i = 0; i < 3; i++) {
        const struct op_head head = town_head(i + 1, town_id(0xCA, i), 0, 0);
        const struct op_card card = {
            .title = span_from_str(i == 1 ? "日かげ" : "みち"),
            .colour = 0xFF8000,
            .position = 3 - i,
        };
        struct span op;
        assert_int_equal(op_build_card(&service->town.arena, &head, &card, &op, NULL), ERR_OK);
        assert_int_equal(town_rule(&service->town, op).status, STORE_ACK_STORED);
    }
    struct op_comment comment = town_comment("木かげ");
    comment.card_id = town_id(0xCA, 1);
    town_write(&service->town, 9, 1, &comment);
    const struct answer cards = ask(service, "GET", "/api/cards", NULL);
    assert_int_equal(cards.status, 200);
    assert_has(cards.text,
               "\"change\":4,\"cards\":[{\"id\":\"ca90f3c2-7b40-7000-0000-000000000002\"");
    assert_has(cards.text, "\"title\":\"日かげ\"");
    assert_has(cards.text, "\"colour\":\"#ff8000\",\"position\":2,\"comment_count\":1");
    const struct answer list =
        ask(service, "GET", "/api/comments?card=ca90f3c2-7b40-7000-0000-000000000001", NULL);
    assert_has(list.text, "\"card_title\":\"日かげ\"");
}

#define OVER_A_STORE(test) cmocka_unit_test_setup_teardown(test, open_service, close_service)

int main(void)
{
    const struct CMUnitTest plain[] = {
        OVER_A_STORE(a_comment_is_stored_and_read_back_the_same),
        OVER_A_STORE(a_repeated_post_is_one_comment),
        OVER_A_STORE(another_content_under_the_same_id_is_in_conflict),
        OVER_A_STORE(a_pupil_s_comment_is_held_and_nowhere_to_be_seen),
        OVER_A_STORE(replies_stand_under_their_comment),
        OVER_A_STORE(the_newest_reaction_of_an_author_stands),
        OVER_A_STORE(lists_are_filtered_and_paged),
        OVER_A_STORE(hidden_and_masked_words_are_gone_from_every_outlet),
        OVER_A_STORE(a_text_of_2000_characters_is_the_longest),
        OVER_A_STORE(a_comment_is_posted_with_all_its_parts),
        OVER_A_STORE(cards_come_in_their_order),
    };
    struct CMUnitTest tests[LENGTH(plain) + LENGTH(refusals)];
    memcpy(tests, plain, sizeof(plain));
    for (size_t i = 0; i < LENGTH(refusals); i++)
        tests[LENGTH(plain) + i] = (struct CMUnitTest){
            refusals[i].label, is_refused_and_changes_nothing, NULL, NULL, (void *)&refusals[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
