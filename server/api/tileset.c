#include "server/api/tileset.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiles/base/hash.h"
#include "tiles/pack/map.h"

enum { LOCKS = 64, ETAG_LEN = 32 };

/* The prepared answer to the tile whose bytes lie at `key`. */
struct hot {
    uint64_t key;
    struct http_body *body; /* NULL: free */
};

struct tileset {
    atomic_int users;
    char *name, *edition;
    uint8_t sha256[32];
    char version[17];
    int64_t made_ms;
    struct pack_map *map;
    const char *content_type;
    pthread_mutex_t pieces_lock;
    uint8_t *pieces;              /* hashes; NULL until they are asked for */
    atomic_bool retired;          /* no answer is kept any more */
    pthread_mutex_t locks[LOCKS]; /* of the slots whose number modulo LOCKS is theirs */
    struct hot hot[TILESET_HOT];
};

/* An answer's struct and its entity tag in one piece. */
struct tile_body {
    struct http_body body;
    char etag[ETAG_LEN + 1];
};

static void add_hex(char *text, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        *text++ = digits[bytes[i] >> 4];
        *text++ = digits[bytes[i] & 15];
    }
    *text = '\0';
}

static void free_body(struct http_body *body)
{
    tileset_unref(body->owner);
    free(body); /* the first member of its struct tile_body */
}

static struct tile_body *new_body(struct tileset *tileset)
{
    struct tile_body *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->body.etag = made->etag;
    made->body.free = free_body;
    made->body.owner = tileset_ref(tileset);
    return made;
}

static const char *type_of(uint8_t tile_type)
{
    switch (tile_type) {
    case ARCHIVE_TILE_MVT:
        return "application/vnd.mapbox-vector-tile";
    case ARCHIVE_TILE_PNG:
        return "image/png";
    case ARCHIVE_TILE_JPEG:
        return "image/jpeg";
    case ARCHIVE_TILE_WEBP:
        return "image/webp";
    case ARCHIVE_TILE_AVIF:
        return "image/avif";
    default:
        return "application/octet-stream";
    }
}

static char *copy_span(struct span text)
{
    return strndup((const char *)text.data, text.len);
}

enum err_code tileset_open(const char *path, const struct store_layer *row, struct tileset **ret,
                           struct err *err)
{
    struct tileset *tileset = calloc(1, sizeof *tileset);
    if (!tileset)
        return err_set(err, ERR_NOMEM, "no memory for an archive", 0);
    atomic_init(&tileset->users, 1);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&tileset->locks[i], NULL);
    pthread_mutex_init(&tileset->pieces_lock, NULL);
    CLEANUP(tileset_unref_at) struct tileset *half_made = tileset;
    tileset->name = copy_span(row->name);
    tileset->edition = copy_span(row->edition);
    if (!tileset->name || !tileset->edition)
        return err_set(err, ERR_NOMEM, "no memory for an archive", 0);
    memcpy(tileset->sha256, row->sha256, sizeof tileset->sha256);
    add_hex(tileset->version, row->sha256, 8);
    tileset->made_ms = row->made_ms;
    TRY(pack_map_open(path, &tileset->map, err));
    const struct archive_header *header = pack_map_header(tileset->map);
    if (header->tile_compression != ARCHIVE_PLAIN && header->tile_compression != ARCHIVE_GZIP)
        return err_set(err, ERR_UNSUPPORTED, "tiles are compressed by something else than gzip",
                       98);
    tileset->content_type = type_of(header->tile_type);
    half_made = NULL;
    *ret = tileset;
    return ERR_OK;
}

struct tileset *tileset_ref(struct tileset *tileset)
{
    atomic_fetch_add_explicit(&tileset->users, 1, memory_order_relaxed);
    return tileset;
}

/* Kept answers hold references, so they go first. The flag is set before, and looked at under each
 * slot's lock: no answer comes into a slot that was emptied. */
void tileset_retire(struct tileset *tileset)
{
    if (!tileset)
        return;
    atomic_store(&tileset->retired, true);
    for (size_t slot = 0; slot < TILESET_HOT; slot++) {
        pthread_mutex_t *lock = &tileset->locks[slot % LOCKS];
        pthread_mutex_lock(lock);
        struct http_body *older = tileset->hot[slot].body;
        tileset->hot[slot].body = NULL;
        pthread_mutex_unlock(lock);
        http_body_unref(older);
    }
    tileset_unref(tileset);
}

void tileset_unref(struct tileset *tileset)
{
    if (!tileset || atomic_fetch_sub_explicit(&tileset->users, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&tileset->locks[i]);
    pthread_mutex_destroy(&tileset->pieces_lock);
    free(tileset->pieces);
    pack_map_close(tileset->map);
    free(tileset->name);
    free(tileset->edition);
    free(tileset);
}

struct tileset_about tileset_about(const struct tileset *tileset)
{
    struct tileset_about about = {
        .name = tileset->name,
        .edition = tileset->edition,
        .bytes = pack_map_bytes(tileset->map).len,
        .made_ms = tileset->made_ms,
        .header = pack_map_header(tileset->map),
        .metadata = pack_map_metadata(tileset->map),
    };
    memcpy(about.version, tileset->version, sizeof about.version);
    return about;
}

bool tileset_is(const struct tileset *tileset, const struct store_layer *row)
{
    return span_is(row->name, tileset->name) && span_is(row->edition, tileset->edition) &&
           memcmp(row->sha256, tileset->sha256, sizeof tileset->sha256) == 0;
}

static struct http_body *make_tile_body(struct tileset *tileset, struct span bytes, bool immutable)
{
    struct tile_body *made = new_body(tileset);
    if (!made)
        return NULL;
    const uint64_t halves[2] = {hash_bytes(bytes, 1), hash_bytes(bytes, 2)};
    add_hex(made->etag, (const uint8_t *)halves, sizeof halves);
    const bool is_gzip = pack_map_header(tileset->map)->tile_compression == ARCHIVE_GZIP;
    made->body.bytes[is_gzip ? HTTP_GZIP : HTTP_IDENTITY] = bytes;
    made->body.content_type = tileset->content_type;
    made->body.immutable = immutable;
    http_body_init(&made->body);
    return &made->body;
}

/* The kept answer with this key, made now if need be; a reference. */
static struct http_body *hot_body(struct tileset *tileset, const struct archive_entry *entry,
                                  bool immutable)
{
    const uint64_t key = entry->offset * 2 + (immutable ? 1 : 0);
    const size_t slot = (size_t)((key * 0x9E3779B97F4A7C15) >> 32) % TILESET_HOT;
    pthread_mutex_t *lock = &tileset->locks[slot % LOCKS];
    struct hot *hot = &tileset->hot[slot];
    struct http_body *older = NULL;
    pthread_mutex_lock(lock);
    struct http_body *found = hot->body && hot->key == key ? http_body_ref(hot->body) : NULL;
    if (!found) {
        found = make_tile_body(tileset, pack_map_entry_bytes(tileset->map, entry), immutable);
        if (found && !atomic_load(&tileset->retired)) {
            older = hot->body;
            *hot = (struct hot){.key = key, .body = http_body_ref(found)};
        }
    }
    pthread_mutex_unlock(lock);
    http_body_unref(older); /* outside: it may be the last, and frees what the sender prepared */
    return found;
}

enum err_code tileset_tile(struct tileset *tileset, struct tile tile, bool immutable,
                           struct http_body **ret, struct err *err)
{
    const struct archive_header *header = pack_map_header(tileset->map);
    uint64_t id = 0;
    if (tile_id_from_tile(tile, &id, NULL) != ERR_OK)
        return err_set(err, ERR_NOT_FOUND, "there is no such tile: x or y is too large for z",
                       tile.z);
    if (tile.z < header->min_zoom || tile.z > header->max_zoom)
        return err_set(err, ERR_NOT_FOUND, "the tile set does not have this zoom level", tile.z);
    const struct archive_entry *entry = archive_directory_find(pack_map_entries(tileset->map), id);
    struct http_body *body = entry ? hot_body(tileset, entry, immutable) : NULL;
    if (entry && !body)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    *ret = body;
    return ERR_OK;
}

enum err_code tileset_pack(struct tileset *tileset, struct http_body **ret, struct err *err)
{
    struct tile_body *made = new_body(tileset);
    if (!made)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    memcpy(made->etag, tileset->version, sizeof tileset->version);
    made->body.bytes[HTTP_IDENTITY] = pack_map_bytes(tileset->map);
    made->body.content_type = "application/vnd.pmtiles";
    made->body.ranges = true;
    http_body_init(&made->body);
    *ret = &made->body;
    return ERR_OK;
}

static uint8_t *hash_pieces(struct span bytes, size_t count)
{
    uint8_t *hashes = calloc(count, TILESET_PIECE_HASH);
    for (size_t i = 0; hashes && i < count; i++) {
        const size_t at = i * TILESET_PIECE;
        const size_t len = bytes.len - at < TILESET_PIECE ? bytes.len - at : TILESET_PIECE;
        crypto_hash_sha256(hashes + i * TILESET_PIECE_HASH, bytes.data + at, len);
    }
    return hashes;
}

enum err_code tileset_pieces(struct tileset *tileset, struct span *ret_hashes, struct err *err)
{
    const struct span bytes = pack_map_bytes(tileset->map);
    const size_t count = (bytes.len + TILESET_PIECE - 1) / TILESET_PIECE;
    pthread_mutex_lock(&tileset->pieces_lock);
    if (!tileset->pieces)
        tileset->pieces = hash_pieces(bytes, count);
    const uint8_t *hashes = tileset->pieces;
    pthread_mutex_unlock(&tileset->pieces_lock);
    if (!hashes)
        return err_set(err, ERR_NOMEM, "no memory for the hashes of a pack", 0);
    *ret_hashes = span_of(hashes, count * TILESET_PIECE_HASH);
    return ERR_OK;
}
