#include "server/api/filter.h"

static enum err_code take_words(const struct http_request *req, const char *name,
                                bool (*find)(struct span, uint8_t *), const char *unknown,
                                uint32_t *ret, struct err *err)
{
    struct span word;
    uint32_t bits = 0;
    for (struct http_list list = {0}; http_query_next(req, name, &list, &word);) {
        uint8_t number = 0;
        if (!find(word, &number))
            return err_set(err, ERR_PARAM, unknown, 0);
        bits |= UINT32_C(1) << number;
    }
    *ret = bits;
    return ERR_OK;
}

static enum err_code take_cards(const struct http_request *req, struct store_filter *filter,
                                struct err *err)
{
    struct span word;
    struct uuid *cards = NULL;
    size_t count = 0;
    for (struct http_list list = {0}; http_query_next(req, "card", &list, &word); count++) {
        if (!cards)
            cards = ARENA_ARRAY(req->arena, struct uuid, STORE_FILTER_CARDS_MAX);
        if (!cards)
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        if (count == STORE_FILTER_CARDS_MAX)
            return err_set(err, ERR_PARAM, "card: at most 32 cards can be asked for at once",
                           count);
        if (!uuid_from(word, &cards[count]))
            return err_set(err, ERR_PARAM, "card: a card is named by its UUID", count);
    }
    filter->cards = cards;
    filter->card_count = count;
    return ERR_OK;
}

static enum err_code take_query(const struct http_request *req, struct store_filter *filter,
                                struct err *err)
{
    struct span query;
    if (!http_query(req, "q", &query))
        return ERR_OK;
    size_t characters = 0;
    for (size_t i = 0; i < query.len; i++)
        characters += (query.data[i] & 0xC0) != 0x80;
    if (characters == 0)
        return err_set(err, ERR_PARAM, "q: there is no word to look for", 0);
    if (characters > STORE_QUERY_MAX)
        return err_set(err, ERR_PARAM, "q: at most 200 characters can be looked for", characters);
    filter->query = query;
    return ERR_OK;
}

static enum err_code take_box(const struct http_request *req, struct store_filter *filter,
                              struct err *err)
{
    struct http_bbox box;
    TRY(http_query_bbox(req, "bbox", &box, &filter->has_box, err));
    if (!filter->has_box)
        return ERR_OK;
    if (box.west_e7 > box.east_e7)
        return err_set(err, ERR_UNSUPPORTED, "bbox: a box across the date line", 0);
    filter->box = (struct store_box){box.west_e7, box.south_e7, box.east_e7, box.north_e7};
    return ERR_OK;
}

enum err_code api_filter_from(const struct http_request *req, struct store_filter *ret,
                              struct err *err)
{
    struct store_filter filter = {0};
    int64_t since = 0;
    TRY(take_box(req, &filter, err));
    TRY(take_query(req, &filter, err));
    TRY(take_words(req, "kind", kind_from_name,
                   "kind: idea, trouble, good, question, action and reading are known",
                   &filter.kinds, err));
    TRY(take_words(req, "channel", channel_from_name,
                   "channel: web, tablet, kiosk, paper, phone, workshop, lounge and import are "
                   "known",
                   &filter.channels, err));
    TRY(take_cards(req, &filter, err));
    TRY(http_query_int(req, "since", 0, INT64_MAX, &since, err));
    filter.since = (uint64_t)since;
    *ret = filter;
    return ERR_OK;
}
