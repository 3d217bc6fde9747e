#include "server/api/sync_wire.h"

#include "server/api/answer.h"
#include "server/store/store.h"
#include "sync.pb-c.h"

static void *take(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void leave(void *arena, void *piece)
{
    (void)arena;
    (void)piece;
}

ProtobufCAllocator sync_allocator(struct arena *arena)
{
    return (ProtobufCAllocator){.alloc = take, .free = leave, .allocator_data = arena};
}

char *sync_text(struct arena *arena, struct span text)
{
    return arena_copy(arena, text);
}

enum err_code sync_pack(struct arena *arena, const ProtobufCMessage *message, struct span *ret,
                        struct err *err)
{
    const size_t len = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_alloc(arena, len);
    if (!bytes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    protobuf_c_message_pack(message, bytes);
    *ret = span_of(bytes, len);
    return ERR_OK;
}

enum err_code sync_send(const struct http_request *req, struct http_response *res,
                        const ProtobufCMessage *message, struct err *err)
{
    struct span bytes;
    TRY(sync_pack(req->arena, message, &bytes, err));
    http_send_bytes(res, PROTOBUF, bytes);
    res->cache_control = "no-store";
    return ERR_OK;
}

/* --- Views -------------------------------------------------------------------------------------
 */

/* One change with everything its message points to. */
struct view {
    Kakikomap__Sync__Change change;
    union {
        struct {
            Kakikomap__Sync__CommentView view;
            Kakikomap__Sync__Place place;
        } comment;
        Kakikomap__Sync__ReplyView reply;
        struct {
            Kakikomap__Sync__CardView view;
            Kakikomap__Sync__Card card;
        } card;
    };
};

static bool put_comment(struct arena *arena, struct store_comment *from, struct view *to)
{
    Kakikomap__Sync__CommentView *view = &to->comment.view;
    Kakikomap__Sync__Place *place = &to->comment.place;
    kakikomap__sync__comment_view__init(view);
    kakikomap__sync__place__init(place);
    view->id = sync_bytes(&from->id);
    view->kind = (Kakikomap__Sync__CommentKind)from->kind;
    view->text = sync_text(arena, from->text);
    view->place = place;
    place->lon_e7 = from->lon_e7;
    place->lat_e7 = from->lat_e7;
    place->building_id = sync_text(arena, from->building_id);
    view->card_id = sync_bytes_or_none(&from->card_id);
    view->space_id = sync_bytes_or_none(&from->space_id);
    view->channel = (Kakikomap__Sync__Channel)from->channel;
    view->hat = (Kakikomap__Sync__Hat)from->hat;
    view->pen_name = sync_text(arena, from->pen_name);
    view->status = (Kakikomap__Sync__Status)from->status;
    view->made_ms = from->made_ms;
    view->edited = from->edited;
    view->agree = from->agree;
    view->disagree = from->disagree;
    view->unsure = from->unsure;
    view->reply_count = from->reply_count;
    view->text_rev = from->text_rev;
    view->place_rev = from->place_rev;
    view->kind_rev = from->kind_rev;
    view->card_rev = from->card_rev;
    to->change.object_case = KAKIKOMAP__SYNC__CHANGE__OBJECT_COMMENT;
    to->change.comment = view;
    return view->text && place->building_id && view->pen_name;
}

static bool put_reply(struct arena *arena, struct store_reply *from, struct view *to)
{
    Kakikomap__Sync__ReplyView *view = &to->reply;
    kakikomap__sync__reply_view__init(view);
    view->id = sync_bytes(&from->id);
    view->comment_id = sync_bytes(&from->comment_id);
    view->text = sync_text(arena, from->text);
    view->channel = (Kakikomap__Sync__Channel)from->channel;
    view->hat = (Kakikomap__Sync__Hat)from->hat;
    view->pen_name = sync_text(arena, from->pen_name);
    view->made_ms = from->made_ms;
    view->edited = from->edited;
    view->text_rev = from->text_rev;
    to->change.object_case = KAKIKOMAP__SYNC__CHANGE__OBJECT_REPLY;
    to->change.reply = view;
    return view->text && view->pen_name;
}

static bool put_card(struct arena *arena, struct store_card *from, struct view *to)
{
    Kakikomap__Sync__CardView *view = &to->card.view;
    Kakikomap__Sync__Card *card = &to->card.card;
    kakikomap__sync__card_view__init(view);
    kakikomap__sync__card__init(card);
    view->id = sync_bytes(&from->id);
    view->card = card;
    card->title = sync_text(arena, from->title);
    card->title_easy = sync_text(arena, from->title_easy);
    card->title_en = sync_text(arena, from->title_en);
    card->description = sync_text(arena, from->description);
    card->icon = sync_text(arena, from->icon);
    card->colour = from->colour;
    card->position = from->position;
    to->change.object_case = KAKIKOMAP__SYNC__CHANGE__OBJECT_CARD;
    to->change.card = view;
    return card->title && card->title_easy && card->title_en && card->description && card->icon;
}

/* *ret_told: there is something to say. Spaces are not told yet: an open client has one. */
static bool put_change(struct arena *arena, struct store_change *from, struct view *to,
                       bool *ret_told)
{
    kakikomap__sync__change__init(&to->change);
    to->change.change = from->change;
    *ret_told = true;
    if (from->removed) {
        to->change.object_case = KAKIKOMAP__SYNC__CHANGE__OBJECT_REMOVED;
        to->change.removed = sync_bytes(&from->id);
        return true;
    }
    switch (from->type) {
    case STORE_OBJECT_COMMENT:
        return put_comment(arena, &from->comment, to);
    case STORE_OBJECT_REPLY:
        return put_reply(arena, &from->reply, to);
    case STORE_OBJECT_CARD:
        return put_card(arena, &from->card, to);
    case STORE_OBJECT_SPACE:
        break;
    }
    *ret_told = false;
    return true;
}

enum err_code sync_pack_changes(struct arena *arena, const struct store_info *info,
                                const struct store_changes *changes, bool restarted,
                                struct span *ret, struct err *err)
{
    struct view *views = ARENA_ARRAY(arena, struct view, changes->count);
    Kakikomap__Sync__Change **list = ARENA_ARRAY(arena, Kakikomap__Sync__Change *, changes->count);
    if (!views || !list)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    struct store_info copy = *info;
    Kakikomap__Sync__Changes message = KAKIKOMAP__SYNC__CHANGES__INIT;
    for (size_t i = 0; i < changes->count; i++) {
        bool told = false;
        if (!put_change(arena, &changes->changes[i], &views[i], &told))
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        if (told)
            list[message.n_change++] = &views[i].change;
    }
    message.server_id = sync_bytes(&copy.server_id);
    message.epoch = sync_bytes(&copy.epoch);
    message.restarted = restarted;
    message.next = changes->next;
    message.more = changes->more;
    message.change = list;
    return sync_pack(arena, &message.base, ret, err);
}
