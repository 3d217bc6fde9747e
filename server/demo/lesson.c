#include "server/demo/lesson.h"

#include <math.h>

#include "server/demo/emit.h"
#include "server/demo/random.h"
#include "server/demo/words.h"
#include "server/sync/build.h"

enum { MUNICIPALITY = 11202, STREAM = 2000 };

static const int64_t MADE_MS =
    1757466000000; /* 2025-09-10 10:00 in Japan, after the summer's words */
static const int64_t ENDS_MS = 2082639600000; /* 2035-12-31: whoever tries the demo may join */

/* What pupils wrote around their school: metres east and north of it. */
static const struct {
    uint8_t kind;
    const char *pen;
    double east, north;
    const char *signal; /* why a signal holds it besides; NULL: none */
    const char *text;
} written[] = {
    {COMMENT_TROUBLE, "あかいうさぎ", 12, -64, NULL, "信号をまつあいだ、かげがなくて頭が熱い。"},
    {COMMENT_GOOD, "みどりのかめ", -35, -50, NULL, "大きなけやきの下は風がとおってすずしい。"},
    {COMMENT_IDEA, "みずいろのいるか", -60, -20, NULL, "バス停にミストがあったらいいな。"},
    {COMMENT_READING, "きいろいとら", 20, -10, NULL, "校庭のまん中は36.2度。木の下は31.8度。"},
    {COMMENT_TROUBLE, "しろいやぎ", 75, -30, NULL, "黒いアスファルトがぐにゃっとしていた。"},
    {COMMENT_QUESTION, "きいろいとら", 90, 10, NULL, "どうしてこの道だけ木がないのですか。"},
    {COMMENT_GOOD, "ももいろのくま", -80, 30, NULL, "用水路のよこはひんやりする。"},
    {COMMENT_TROUBLE, "あおいつばめ", 40, 60, "signal_word",
     "たなかさんの家の前のへいがすごく熱い。"},
    {COMMENT_IDEA, "みずいろのいるか", -20, 70, NULL, "ベンチを木かげにうつしてほしい。"},
    {COMMENT_TROUBLE, "はいいろのふくろう", 14, -66, "signal_duplicate",
     "信号をまつあいだ、かげがなくて頭があつい。"},
    {COMMENT_ACTION, "ちゃいろいりす", -15, -30, NULL, "みんなで打ち水をしたら2度下がった。"},
    {COMMENT_GOOD, "あかいうさぎ", -95, -70, NULL, "神社の中は夏でもひんやりしている。"},
};

struct maker {
    struct arena *arena;
    const struct demo_city *city;
    struct demo_lesson *lesson;
    uint64_t number;
};

static struct uuid next_id(struct maker *maker)
{
    struct demo_random random = demo_random_of(STREAM, maker->number++);
    uint8_t bytes[10];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(demo_random_next(&random) >> 32);
    return uuid_from_time(MADE_MS, bytes);
}

static struct op_head head_of(struct maker *maker, struct uuid object_id, struct uuid author_id,
                              uint32_t rev)
{
    return (struct op_head){
        .op_id = next_id(maker),
        .device_id = maker->lesson->tablets[maker->number % DEMO_LESSON_TABLETS],
        .object_id = object_id,
        .author_id = author_id,
        .dev_seq = maker->number,
        .municipality = MUNICIPALITY,
        .rev = rev,
        .made_ms = MADE_MS,
    };
}

static void add(struct maker *maker, struct span op)
{
    maker->lesson->ops[maker->lesson->op_count++] = op;
}

static enum err_code place(const struct maker *maker, double east, double north, size_t row,
                           struct op_comment *comment, struct err *err)
{
    const struct demo_anchor anchor = {'~', "", "つつみ小学校", east, north};
    struct demo_xy at;
    int building;
    double lon, lat;
    if (!demo_anchor_find(maker->city, &anchor, STREAM + row, &at, &building))
        return err_set(err, ERR_NOT_FOUND, "the demo town has no such place", row);
    demo_degrees(at, &lon, &lat);
    comment->lon_e7 = (int32_t)floor(lon * 1e7 + 0.5);
    comment->lat_e7 = (int32_t)floor(lat * 1e7 + 0.5);
    return ERR_OK;
}

static enum err_code open_meeting(struct maker *maker, struct err *err)
{
    struct span questions[] = {span_from_str("どこが暑いですか"),
                               span_from_str("どこがすずしいですか。それはなぜ？")};
    struct span words[] = {span_from_str("たなか"), span_from_str("さとう")};
    const struct meeting meeting = {
        .kind = MEETING_CLASS,
        .state = MEETING_OPEN,
        .title = span_from_str("つつみ小 5年2組 まちの暑さ調べ（デモ）"),
        .starts_ms = MADE_MS,
        .ends_ms = ENDS_MS,
        .questions = questions,
        .question_count = LENGTH(questions),
        .words = words,
        .word_count = LENGTH(words),
        .hold = true,
        .grade = 5,
    };
    struct span op;
    const struct op_head head = head_of(maker, maker->lesson->meeting_id, next_id(maker), 0);
    TRY(op_build_meeting(maker->arena, &head, &meeting, &op, err));
    add(maker, op);
    return ERR_OK;
}

static enum err_code hold(struct maker *maker, struct uuid id, const char *reason, struct err *err)
{
    struct span op;
    const struct op_why why = {.reason = span_from_str(reason)};
    const struct op_head head = head_of(maker, id, maker->lesson->meeting_id, 1);
    TRY(op_build_moderation(maker->arena, &head, STATUS_HELD, &why, &op, err));
    add(maker, op);
    return ERR_OK;
}

static enum err_code write_one(struct maker *maker, size_t row, struct err *err)
{
    struct op_comment comment = {
        .kind = written[row].kind,
        .channel = CHANNEL_TABLET,
        .hat = HAT_PUPIL,
        .text = span_from_str(written[row].text),
        .pen_name = span_from_str(written[row].pen),
        .meeting_id = maker->lesson->meeting_id,
    };
    struct span op;
    const struct uuid id = next_id(maker);
    TRY(place(maker, written[row].east, written[row].north, row, &comment, err));
    const struct op_head head = head_of(maker, id, next_id(maker), 0);
    TRY(op_build_comment(maker->arena, &head, &comment, &op, err));
    add(maker, op);
    maker->lesson->comment_count++;
    return written[row].signal ? hold(maker, id, written[row].signal, err) : ERR_OK;
}

/* A comment that was hidden, and its author does not agree. */
static enum err_code object(struct maker *maker, struct err *err)
{
    struct op_comment comment = {
        .kind = COMMENT_IDEA,
        .channel = CHANNEL_WEB,
        .hat = HAT_CITIZEN,
        .text = span_from_str("屋上に水をまけば駅前も冷えると思う。うちの店でもやっています。"),
        .pen_name = span_from_str("商店街の二代目"),
    };
    const struct op_why why = {.reason = span_from_str("advertising"),
                               .note = span_from_str("お店の宣伝と受け取れる部分がありました。")};
    const struct uuid id = next_id(maker), author = next_id(maker);
    struct span op;
    TRY(place(maker, 120, -120, LENGTH(written), &comment, err));
    struct op_head head = head_of(maker, id, author, 0);
    TRY(op_build_comment(maker->arena, &head, &comment, &op, err));
    add(maker, op);
    head = head_of(maker, id, maker->lesson->meeting_id, 1);
    TRY(op_build_moderation(maker->arena, &head, STATUS_HIDDEN, &why, &op, err));
    add(maker, op);
    head = head_of(maker, next_id(maker), author, 0);
    TRY(op_build_appeal(maker->arena, &head, id,
                        span_from_str("宣伝のつもりはありません。店の名前は書いていません。"), &op,
                        err));
    add(maker, op);
    return ERR_OK;
}

enum err_code demo_lesson_make(struct arena *arena, const struct demo_city *city,
                               struct demo_lesson *ret, struct err *err)
{
    struct demo_lesson lesson = {.made_ms = MADE_MS, .ends_ms = ENDS_MS};
    struct maker maker = {.arena = arena, .city = city, .lesson = &lesson};
    lesson.meeting_id = next_id(&maker);
    for (size_t i = 0; i < DEMO_LESSON_TABLETS; i++)
        lesson.tablets[i] = next_id(&maker);
    TRY(open_meeting(&maker, err));
    for (size_t i = 0; i < LENGTH(written); i++)
        TRY(write_one(&maker, i, err));
    TRY(object(&maker, err));
    *ret = lesson;
    return ERR_OK;
}
