#include "server/live/comment_tile.h"

#include <libdeflate.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#include "server/live/comment_shape.h"
#include "tiles/base/hash.h"
#include "tiles/geo/mercator.h"
#include "tiles/geo/ring.h"

enum {
    GZIP_LEVEL = 6,
    GZIP_FROM = 128, /* shorter bodies travel as they are */
    ETAG_DIGITS = 32,
    SLOTS_FIRST = 256,
};

/* What a cached tile is sent from: one piece of memory. */
struct tile_body {
    struct http_body body;
    char etag[ETAG_DIGITS + 1];
    uint8_t bytes[];
};

enum state { CUTTING, READY, FAILED };

struct entry {
    struct entry *next;          /* in its slot, or in the list of those to be freed */
    struct entry *newer, *older; /* of the READY ones in the table */
    uint64_t tile;               /* z, x, y */
    struct http_body *body;      /* NULL: nothing to show */
    size_t cost;
    unsigned users; /* the one who cuts and those who wait for it */
    enum state state;
    bool in_table;
    enum err_code code; /* of FAILED */
    const char *what;
    size_t filter_len;
    uint8_t filter[];
};

struct comment_tiles {
    pthread_mutex_t lock;
    pthread_cond_t ready;
    struct entry **slots; /* a power of two */
    size_t slot_count, entries;
    struct entry *newest, *oldest;
    size_t bytes, limit;
    uint64_t hits, joined, cuts, dropped, evicted;
};

/* --- The filter as bytes: equal filters, equal bytes --- */

static int compare_uuids(const void *left, const void *right)
{
    return memcmp(left, right, UUID_BYTES);
}

static enum err_code add_filter(struct buf *buf, const struct store_filter *filter, struct err *err)
{
    struct uuid cards[STORE_FILTER_CARDS_MAX];
    if (filter->card_count > LENGTH(cards))
        return err_set(err, ERR_PARAM, "too many cards", filter->card_count);
    if (filter->card_count) {
        memcpy(cards, filter->cards, filter->card_count * sizeof(cards[0]));
        qsort(cards, filter->card_count, sizeof(cards[0]), compare_uuids);
    }
    buf_add_varint(buf, filter->kinds);
    buf_add_varint(buf, filter->channels);
    buf_add_varint(buf, filter->hats);
    for (size_t i = 0; i < filter->card_count; i++)
        if (i == 0 || !uuid_equal(cards[i], cards[i - 1])) {
            buf_add_byte(buf, 1);
            buf_add(buf, span_of(cards[i].bytes, UUID_BYTES));
        }
    buf_add_byte(buf, 0);
    buf_add(buf, filter->query);
    return buf->failed ? err_set(err, ERR_NOMEM, "out of memory", 0) : ERR_OK;
}

/* --- The table --- */

enum { TILE_X_SHIFT = 29, TILE_Z_SHIFT = 2 * TILE_X_SHIFT, TILE_MASK = (1 << TILE_X_SHIFT) - 1 };

static uint64_t tile_key(uint8_t z, uint32_t x, uint32_t y)
{
    return (uint64_t)z << TILE_Z_SHIFT | (uint64_t)x << TILE_X_SHIFT | y;
}

/* All filters of one tile share a slot, so that a change finds them together. */
static struct entry **slot_of(const struct comment_tiles *tiles, uint64_t tile)
{
    const uint64_t mixed = hash_mix(tile ^ 0x9E3779B97F4A7C15U, 0xD6E8FEB86659FD93U);
    return &tiles->slots[mixed & (tiles->slot_count - 1)];
}

static void grow(struct comment_tiles *tiles)
{
    if (tiles->entries < tiles->slot_count)
        return;
    struct entry **old = tiles->slots;
    const size_t old_count = tiles->slot_count;
    struct entry **slots = calloc(old_count * 2, sizeof(*slots));
    if (!slots)
        return; /* longer chains, nothing worse */
    tiles->slots = slots;
    tiles->slot_count = old_count * 2;
    tiles->bytes += old_count * sizeof(*slots);
    for (size_t i = 0; i < old_count; i++)
        for (struct entry *entry = old[i], *next; entry; entry = next) {
            next = entry->next;
            struct entry **slot = slot_of(tiles, entry->tile);
            entry->next = *slot;
            *slot = entry;
        }
    free(old);
}

static struct entry *find(const struct comment_tiles *tiles, uint64_t tile, struct span filter)
{
    for (struct entry *entry = *slot_of(tiles, tile); entry; entry = entry->next)
        if (entry->tile == tile && span_equal(span_of(entry->filter, entry->filter_len), filter))
            return entry;
    return NULL;
}

static void unlink_age(struct comment_tiles *tiles, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &tiles->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &tiles->oldest) = entry->newer;
    entry->newer = entry->older = NULL;
}

static void make_newest(struct comment_tiles *tiles, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = tiles->newest;
    *(tiles->newest ? &tiles->newest->newer : &tiles->oldest) = entry;
    tiles->newest = entry;
}

/* Takes the entry out of the table; onto `dead` when nobody uses it any more. */
static void take_out(struct comment_tiles *tiles, struct entry *entry, struct entry **dead)
{
    struct entry **at = slot_of(tiles, entry->tile);
    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    entry->in_table = false;
    tiles->entries--;
    if (entry->state == READY)
        unlink_age(tiles, entry);
    tiles->bytes -= entry->cost;
    if (entry->users == 0) {
        entry->next = *dead;
        *dead = entry;
    }
}

/* Outside of the lock: the sender's prepared responses go with the body. */
static void free_dead(struct entry *dead)
{
    while (dead) {
        struct entry *next = dead->next;
        http_body_unref(dead->body);
        free(dead);
        dead = next;
    }
}

static void evict(struct comment_tiles *tiles, struct entry **dead)
{
    while (tiles->bytes > tiles->limit && tiles->oldest) {
        tiles->evicted++;
        take_out(tiles, tiles->oldest, dead);
    }
}

/* --- Making a body --- */

/* What the piece really takes: rounded up, with its header. */
static size_t piece_bytes(void *piece)
{
    return malloc_usable_size(piece) + sizeof(size_t);
}

static void free_tile_body(struct http_body *body)
{
    free(body->owner);
}

static void put_etag(char etag[ETAG_DIGITS + 1], struct span tile)
{
    static const char digits[] = "0123456789abcdef";
    const uint64_t halves[] = {hash_bytes(tile, 0), hash_bytes(tile, 0x636F6D6D656E7473U)};
    for (int i = 0; i < ETAG_DIGITS; i++)
        etag[i] = digits[halves[i / 16] >> (60 - i % 16 * 4) & 15];
    etag[ETAG_DIGITS] = '\0';
}

static enum err_code make_body(struct span tile, struct http_body **ret, size_t *ret_cost,
                               struct err *err)
{
    size_t room = 0; /* what gzip may take to be worth it */
    struct libdeflate_compressor *gzip = NULL;
    if (tile.len >= GZIP_FROM) {
        gzip = libdeflate_alloc_compressor(GZIP_LEVEL);
        room = tile.len;
    }
    struct tile_body *made = malloc(sizeof(*made) + tile.len + room);
    if (!made) {
        libdeflate_free_compressor(gzip);
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    memcpy(made->bytes, tile.data, tile.len);
    const size_t packed =
        gzip ? libdeflate_gzip_compress(gzip, tile.data, tile.len, made->bytes + tile.len, room)
             : 0;
    libdeflate_free_compressor(gzip);
    const size_t size = sizeof(*made) + tile.len + packed;
    struct tile_body *shorter = realloc(made, size);
    made = shorter ? shorter : made;

    made->body = (struct http_body){
        .content_type = "application/vnd.mapbox-vector-tile",
        .cache_control = "no-cache",
        .etag = made->etag,
        .free = free_tile_body,
        .owner = made,
    };
    made->body.bytes[HTTP_IDENTITY] = span_of(made->bytes, tile.len);
    if (packed)
        made->body.bytes[HTTP_GZIP] = span_of(made->bytes + tile.len, packed);
    put_etag(made->etag, tile);
    http_body_init(&made->body);
    *ret = &made->body;
    *ret_cost = piece_bytes(made) + COMMENT_TILE_PREPARED_BYTES;
    return ERR_OK;
}

static enum err_code cut_body(struct store_reader *reader, uint8_t z, uint32_t x, uint32_t y,
                              const struct store_filter *filter, struct http_body **ret,
                              size_t *ret_cost, struct err *err)
{
    struct buf tile;
    buf_init(&tile);
    enum err_code code = comment_tile_cut(reader, z, x, y, filter, &tile, err);
    if (code == ERR_OK && tile.len)
        code = make_body(buf_span(&tile), ret, ret_cost, err);
    buf_done(&tile);
    return code;
}

/* --- Asking --- */

static struct entry *new_entry(struct comment_tiles *tiles, uint64_t tile, struct span filter)
{
    struct entry *entry = malloc(sizeof(*entry) + filter.len);
    if (!entry)
        return NULL;
    *entry = (struct entry){.tile = tile, .users = 1, .state = CUTTING, .in_table = true};
    entry->filter_len = filter.len;
    if (filter.len)
        memcpy(entry->filter, filter.data, filter.len);
    grow(tiles);
    struct entry **slot = slot_of(tiles, tile);
    entry->next = *slot;
    *slot = entry;
    tiles->entries++;
    return entry;
}

/* Takes what the entry holds for one user, who then lets go of it. Under the lock. */
static enum err_code take_result(struct comment_tiles *tiles, struct entry *entry,
                                 struct http_body **ret, struct entry **dead, struct err *err)
{
    const enum err_code code = entry->state == FAILED ? entry->code : ERR_OK;
    const char *what = entry->what;
    if (code == ERR_OK)
        *ret = entry->body ? http_body_ref(entry->body) : NULL;
    if (--entry->users == 0 && !entry->in_table) {
        entry->next = *dead;
        *dead = entry;
    } else if (entry->in_table && entry->state == READY && tiles->newest != entry) {
        unlink_age(tiles, entry);
        make_newest(tiles, entry);
    }
    return code == ERR_OK ? ERR_OK : err_set(err, code, what, 0);
}

/* Under the lock, after the cut: keeps it, unless a change has come between. */
static void settle(struct comment_tiles *tiles, struct entry *entry, size_t cost,
                   enum err_code code, const struct err *fault, struct entry **dead)
{
    pthread_cond_broadcast(&tiles->ready);
    if (code != ERR_OK) {
        entry->code = code;
        entry->what = fault->what;
        if (entry->in_table)
            take_out(tiles, entry, dead);
        entry->state = FAILED;
        return;
    }
    entry->state = READY;
    if (!entry->in_table)
        return;
    entry->cost = cost;
    tiles->bytes += cost;
    make_newest(tiles, entry);
    evict(tiles, dead);
}

enum err_code comment_tiles_get(struct comment_tiles *tiles, struct store_reader *reader, uint8_t z,
                                uint32_t x, uint32_t y, const struct store_filter *filter,
                                struct http_body **ret, struct err *err)
{
    if (z > COMMENT_TILE_MAX_Z || x >> z || y >> z)
        return err_set(err, ERR_NOT_FOUND, "there is no such tile at this zoom", 0);
    struct buf key;
    buf_init(&key);
    enum err_code code = add_filter(&key, filter, err);
    if (code != ERR_OK) {
        buf_done(&key);
        return code;
    }
    struct entry *dead = NULL;
    const uint64_t tile = tile_key(z, x, y);
    pthread_mutex_lock(&tiles->lock);
    struct entry *entry = find(tiles, tile, buf_span(&key));
    if (entry && entry->state == READY) {
        tiles->hits++;
        entry->users++;
    } else if (entry) {
        tiles->joined++;
        entry->users++;
        while (entry->state == CUTTING)
            pthread_cond_wait(&tiles->ready, &tiles->lock);
    } else {
        entry = new_entry(tiles, tile, buf_span(&key));
        if (!entry) {
            pthread_mutex_unlock(&tiles->lock);
            buf_done(&key);
            return err_set(err, ERR_NOMEM, "out of memory", 0);
        }
        tiles->cuts++;
        pthread_mutex_unlock(&tiles->lock);
        /* The cut begins after the entry stands in the table: a change that comes from here on
         * takes the entry out, one that came before is already committed and will be read (C1). */
        struct http_body *body = NULL;
        size_t cost = 0;
        struct err fault = {0};
        code = cut_body(reader, z, x, y, filter, &body, &cost, &fault);
        pthread_mutex_lock(&tiles->lock);
        entry->body = body;
        cost += piece_bytes(entry);
        settle(tiles, entry, cost, code, &fault, &dead);
    }
    code = take_result(tiles, entry, ret, &dead, err);
    pthread_mutex_unlock(&tiles->lock);
    free_dead(dead);
    buf_done(&key);
    return code;
}

/* --- Changes --- */

static void drop_tile(struct comment_tiles *tiles, uint64_t tile, struct entry **dead)
{
    for (struct entry *entry = *slot_of(tiles, tile), *next; entry; entry = next) {
        next = entry->next;
        if (entry->tile != tile)
            continue;
        tiles->dropped++;
        take_out(tiles, entry, dead);
    }
}

static void drop_place(struct comment_tiles *tiles, int32_t lon_e7, int32_t lat_e7,
                       struct entry **dead)
{
    struct geo_xy world;
    if (!mercator_world_from_e7(lon_e7, lat_e7, &world))
        return;
    for (uint8_t z = 0; z <= COMMENT_TILE_MAX_Z; z++)
        drop_tile(
            tiles,
            tile_key(z, mercator_tile_from_world(z, world.x), mercator_tile_from_world(z, world.y)),
            dead);
}

/* A long line crosses more tiles than are ever kept: these are looked through instead. */
static void drop_bounds(struct comment_tiles *tiles, const struct store_box *bounds,
                        struct entry **dead)
{
    struct geo_box reach;
    if (!comment_shape_reach(bounds, &reach))
        return;
    for (size_t i = 0; i < tiles->slot_count; i++)
        for (struct entry *entry = tiles->slots[i], *next; entry; entry = next) {
            next = entry->next;
            const uint8_t z = (uint8_t)(entry->tile >> TILE_Z_SHIFT);
            const uint32_t x = (uint32_t)(entry->tile >> TILE_X_SHIFT) & TILE_MASK;
            const uint32_t y = (uint32_t)entry->tile & TILE_MASK;
            if (z < COMMENT_TILE_POINTS_Z || !geo_box_meets(comment_shape_box(z, x, y), reach))
                continue;
            tiles->dropped++;
            take_out(tiles, entry, dead);
        }
}

/* All that was or is shown of a comment. */
static void drop_comment(struct comment_tiles *tiles, int32_t lon_e7, int32_t lat_e7,
                         const struct store_box *bounds, struct entry **dead)
{
    drop_place(tiles, lon_e7, lat_e7, dead);
    if (bounds->min_lon_e7 != bounds->max_lon_e7 || bounds->min_lat_e7 != bounds->max_lat_e7)
        drop_bounds(tiles, bounds, dead);
}

static void drop_all(struct comment_tiles *tiles, struct entry **dead)
{
    for (size_t i = 0; i < tiles->slot_count; i++)
        while (tiles->slots[i]) {
            tiles->dropped++;
            take_out(tiles, tiles->slots[i], dead);
        }
}

void comment_tiles_changed(void *context, const struct store_event *events, size_t count)
{
    struct comment_tiles *tiles = context;
    struct entry *dead = NULL;
    pthread_mutex_lock(&tiles->lock);
    for (const struct store_event *event = events; event < events + count; event++) {
        if (event->type == STORE_EVENT_ALL) {
            drop_all(tiles, &dead);
        } else if (event->type == STORE_EVENT_COMMENT || event->type == STORE_EVENT_REPLY) {
            if (event->was_public)
                drop_comment(tiles, event->old_lon_e7, event->old_lat_e7, &event->old_bounds,
                             &dead);
            if (event->is_public)
                drop_comment(tiles, event->new_lon_e7, event->new_lat_e7, &event->new_bounds,
                             &dead);
        }
    }
    pthread_mutex_unlock(&tiles->lock);
    free_dead(dead);
}

/* --- Opening and closing --- */

enum err_code comment_tiles_open(size_t limit, struct comment_tiles **ret, struct err *err)
{
    struct comment_tiles *tiles = calloc(1, sizeof(*tiles));
    struct entry **slots = calloc(SLOTS_FIRST, sizeof(*slots));
    if (!tiles || !slots) {
        free(tiles);
        free(slots);
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    pthread_mutex_init(&tiles->lock, NULL);
    pthread_cond_init(&tiles->ready, NULL);
    tiles->slots = slots;
    tiles->slot_count = SLOTS_FIRST;
    tiles->bytes = SLOTS_FIRST * sizeof(*slots);
    tiles->limit = limit;
    *ret = tiles;
    return ERR_OK;
}

void comment_tiles_close(struct comment_tiles *tiles)
{
    if (!tiles)
        return;
    struct entry *dead = NULL;
    drop_all(tiles, &dead);
    free_dead(dead);
    free(tiles->slots);
    pthread_cond_destroy(&tiles->ready);
    pthread_mutex_destroy(&tiles->lock);
    free(tiles);
}

void comment_tiles_stats(struct comment_tiles *tiles, struct comment_tiles_stats *ret)
{
    pthread_mutex_lock(&tiles->lock);
    *ret = (struct comment_tiles_stats){
        .hits = tiles->hits,
        .joined = tiles->joined,
        .cuts = tiles->cuts,
        .dropped = tiles->dropped,
        .evicted = tiles->evicted,
        .bytes = tiles->bytes,
        .entries = tiles->entries,
        .limit = tiles->limit,
    };
    pthread_mutex_unlock(&tiles->lock);
}
