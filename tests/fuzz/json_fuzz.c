/* Any bytes as the body of POST /api/comments, of a reply, of a reaction: what is read keeps the
 * promises of server/json/comment.h; a fault has a sentence and a place inside the body. */
#include <stdlib.h>
#include <string.h>

#include "server/json/comment.h"
#include "tests/fuzz/fuzz.h"
#include "tiles/base/utf8.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_text(struct span text)
{
    must(utf8_is_valid(text));
    must(text.len == 0 || !memchr(text.data, 0, text.len));
}

static void check_fault(const struct err *err, const char *pointer, size_t size)
{
    must(err->what && err->at <= size);
    must(!pointer || pointer[0] == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span body = span_of(data, size);
    struct arena arena;
    struct json_new_comment comment;
    struct json_new_reply reply;
    struct json_new_reaction reaction;
    struct err err = {0};
    const char *pointer = NULL;
    arena_init(&arena, 0);
    if (json_comment_from(body, &arena, &comment, &pointer, &err) == ERR_OK) {
        must(uuid_version(comment.id) == 7);
        must(kind_name(comment.comment.kind) && channel_name(comment.comment.channel) &&
             hat_name(comment.comment.hat));
        must(comment.comment.lon_e7 >= -1800000000 && comment.comment.lon_e7 <= 1800000000);
        must(comment.comment.lat_e7 >= -900000000 && comment.comment.lat_e7 <= 900000000);
        must(comment.comment.text.len > 0);
        check_text(comment.comment.text);
        check_text(comment.comment.pen_name);
        check_text(comment.comment.building_id);
    } else {
        check_fault(&err, pointer, size);
    }
    if (json_reply_from(body, &arena, &reply, &pointer, &err) == ERR_OK)
        check_text(reply.reply.text);
    else
        check_fault(&err, pointer, size);
    if (json_reaction_from(body, &reaction, &pointer, &err) == ERR_OK)
        must(reaction_name(reaction.value));
    else
        check_fault(&err, pointer, size);
    arena_done(&arena);
    return 0;
}
