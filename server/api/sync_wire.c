#include "server/api/sync_wire.h"

#include "server/api/answer.h"
#include "server/store/store.h"
#include "server/sync/parts_wire.h"

ProtobufCAllocator sync_allocator(struct arena *arena)
{
    return parts_allocator(arena);
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

static enum err_code no_memory(struct err *err)
{
    return err_set(err, ERR_NOMEM, "out of memory", 0);
}

static enum err_code put_place(struct arena *arena, const struct store_comment *from,
                               Kakikomap__Sync__Place *place, struct err *err)
{
    struct path path;
    kakikomap__sync__place__init(place);
    place->lon_e7 = from->lon_e7;
    place->lat_e7 = from->lat_e7;
    place->shape = (Kakikomap__Sync__Shape)from->shape;
    place->building_id = sync_text(arena, from->building_id);
    TRY(path_unpack(arena, from->path, &path, err));
    TRY(path_to_wire(arena, from->lon_e7, from->lat_e7, &path, &place->n_path, &place->path, err));
    return place->building_id ? ERR_OK : no_memory(err);
}

/* The store keeps them in the words of the wire: they are passed on as they are. */
static enum err_code put_marks(struct arena *arena, struct span marks,
                               Kakikomap__Sync__CommentView *view, struct err *err)
{
    if (marks.len == 0)
        return ERR_OK;
    ProtobufCAllocator allocator = parts_allocator(arena);
    const Kakikomap__Sync__Comment *kept =
        kakikomap__sync__comment__unpack(&allocator, marks.len, marks.data);
    if (!kept)
        return no_memory(err);
    view->n_drawing = kept->n_drawing;
    view->drawing = kept->drawing;
    view->n_reading = kept->n_reading;
    view->reading = kept->reading;
    return ERR_OK;
}

static enum err_code put_photos(struct arena *arena, struct store_comment *from,
                                Kakikomap__Sync__CommentView *view, struct err *err)
{
    if (from->photo_count == 0)
        return ERR_OK;
    Kakikomap__Sync__PhotoView *photos =
        ARENA_ARRAY(arena, Kakikomap__Sync__PhotoView, from->photo_count);
    view->photo = ARENA_ARRAY(arena, Kakikomap__Sync__PhotoView *, from->photo_count);
    if (!photos || !view->photo)
        return no_memory(err);
    for (size_t i = 0; i < from->photo_count; i++) {
        struct store_photo *photo = &from->photos[i];
        kakikomap__sync__photo_view__init(&photos[i]);
        photos[i].id = sync_bytes(&photo->id);
        photos[i].width = photo->width;
        photos[i].height = photo->height;
        photos[i].version = photo->version;
        photos[i].here = photo->here;
        photos[i].alt = sync_text(arena, photo->alt);
        if (!photos[i].alt)
            return no_memory(err);
        view->photo[i] = &photos[i];
    }
    view->n_photo = from->photo_count;
    return ERR_OK;
}

static enum err_code put_comment(struct arena *arena, struct store_comment *from, struct view *to,
                                 struct err *err)
{
    Kakikomap__Sync__CommentView *view = &to->comment.view;
    kakikomap__sync__comment_view__init(view);
    view->id = sync_bytes(&from->id);
    view->kind = (Kakikomap__Sync__CommentKind)from->kind;
    view->mood = (Kakikomap__Sync__Mood)from->mood;
    view->title = sync_text(arena, from->title);
    view->text = sync_text(arena, from->text);
    view->place = &to->comment.place;
    view->card_id = sync_bytes_or_none(&from->card_id);
    view->space_id = sync_bytes_or_none(&from->space_id);
    view->meeting_id = sync_bytes_or_none(&from->meeting_id);
    view->quoted_id = sync_bytes_or_none(&from->quoted_id);
    view->channel = (Kakikomap__Sync__Channel)from->channel;
    view->hat = (Kakikomap__Sync__Hat)from->hat;
    view->pen_name = sync_text(arena, from->pen_name);
    view->source = sync_text(arena, from->source);
    view->status = (Kakikomap__Sync__Status)from->status;
    view->made_ms = from->made_ms;
    view->edited = from->edited;
    view->agree = from->agree;
    view->disagree = from->disagree;
    view->unsure = from->unsure;
    view->reply_count = from->reply_count;
    view->text_rev = from->text_rev;
    view->title_rev = from->title_rev;
    view->place_rev = from->place_rev;
    view->kind_rev = from->kind_rev;
    view->card_rev = from->card_rev;
    to->change.object_case = KAKIKOMAP__SYNC__CHANGE__OBJECT_COMMENT;
    to->change.comment = view;
    if (!view->title || !view->text || !view->pen_name || !view->source)
        return no_memory(err);
    TRY(put_place(arena, from, &to->comment.place, err));
    TRY(put_marks(arena, from->marks, view, err));
    return put_photos(arena, from, view, err);
}

static enum err_code put_reply(struct arena *arena, struct store_reply *from, struct view *to,
                               struct err *err)
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
    view->source = sync_text(arena, from->source);
    to->change.object_case = KAKIKOMAP__SYNC__CHANGE__OBJECT_REPLY;
    to->change.reply = view;
    return view->text && view->pen_name && view->source ? ERR_OK : no_memory(err);
}

static enum err_code put_card(struct arena *arena, struct store_card *from, struct view *to,
                              struct err *err)
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
    return card->title && card->title_easy && card->title_en && card->description && card->icon
               ? ERR_OK
               : no_memory(err);
}

/* *ret_told: there is something to say. Spaces are not told yet: an open client has one. */
static enum err_code put_change(struct arena *arena, struct store_change *from, struct view *to,
                                bool *ret_told, struct err *err)
{
    kakikomap__sync__change__init(&to->change);
    to->change.change = from->change;
    *ret_told = true;
    if (from->removed) {
        to->change.object_case = KAKIKOMAP__SYNC__CHANGE__OBJECT_REMOVED;
        to->change.removed = sync_bytes(&from->id);
        return ERR_OK;
    }
    switch (from->type) {
    case STORE_OBJECT_COMMENT:
        return put_comment(arena, &from->comment, to, err);
    case STORE_OBJECT_REPLY:
        return put_reply(arena, &from->reply, to, err);
    case STORE_OBJECT_CARD:
        return put_card(arena, &from->card, to, err);
    case STORE_OBJECT_SPACE:
        break;
    }
    *ret_told = false;
    return ERR_OK;
}

enum err_code sync_pack_changes(struct arena *arena, const struct store_info *info,
                                const struct store_changes *changes, bool restarted,
                                struct span mark, struct span *ret, struct err *err)
{
    struct view *views = ARENA_ARRAY(arena, struct view, changes->count);
    Kakikomap__Sync__Change **list = ARENA_ARRAY(arena, Kakikomap__Sync__Change *, changes->count);
    if (!views || !list)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    struct store_info copy = *info;
    Kakikomap__Sync__Changes message = KAKIKOMAP__SYNC__CHANGES__INIT;
    for (size_t i = 0; i < changes->count; i++) {
        bool told = false;
        TRY(put_change(arena, &changes->changes[i], &views[i], &told, err));
        if (told)
            list[message.n_change++] = &views[i].change;
    }
    message.server_id = sync_bytes(&copy.server_id);
    message.epoch = sync_bytes(&copy.epoch);
    message.restarted = restarted;
    message.next = changes->next;
    message.more = changes->more;
    message.change = list;
    message.mark = (ProtobufCBinaryData){.len = mark.len, .data = (uint8_t *)mark.data};
    return sync_pack(arena, &message.base, ret, err);
}
