#include "tiles/archive/writer.h"

#include <stdlib.h>
#include <string.h>

#include "tiles/archive/directory.h"
#include "tiles/archive/tile_id.h"
#include "tiles/base/hash.h"

/* A stored tile. */
struct content {
    uint64_t hash;
    uint64_t offset;
    uint32_t len;
};

/*
 * Invariants
 * 1. entries ascend by id; each points inside [0, data_len) of the part.
 * 2. contents are the distinct tiles, offsets ascending; slots (a power of two, at most half full)
 *    find them by hash: 0 is free, else the number of the content + 1.
 */
struct archive_writer {
    struct archive_part part;
    const struct archive_codec *codec;
    struct archive_entry *entries;
    size_t entry_count, entry_room;
    struct content *contents;
    size_t content_count, content_room;
    uint32_t *slots;
    size_t slot_count;
    uint64_t data_len;
    uint64_t addressed_count;
    struct buf again; /* a stored tile read back to be compared */
};

enum { FIRST_SLOTS = 1024, FIRST_ROOM = 512, FIRST_LEAF = 2048 };

enum err_code archive_writer_new(struct archive_part part, const struct archive_codec *codec,
                                 struct archive_writer **ret, struct err *err)
{
    struct archive_writer *writer = calloc(1, sizeof *writer);
    uint32_t *slots = calloc(FIRST_SLOTS, sizeof *slots);
    if (!writer || !slots) {
        free(writer);
        free(slots);
        return err_set(err, ERR_NOMEM, "no memory for an archive", 0);
    }
    writer->part = part;
    writer->codec = codec;
    writer->slots = slots;
    writer->slot_count = FIRST_SLOTS;
    *ret = writer;
    return ERR_OK;
}

void archive_writer_free(struct archive_writer *writer)
{
    if (!writer)
        return;
    free(writer->entries);
    free(writer->contents);
    free(writer->slots);
    buf_done(&writer->again);
    free(writer);
}

/* Room for one more in an array that doubles. */
static void *grown(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    const size_t wanted = *room ? *room * 2 : FIRST_ROOM;
    size_t bytes;
    if (wanted < *room || !size_mul(wanted, size, &bytes))
        return NULL;
    void *larger = realloc(array, bytes);
    if (larger)
        *room = wanted;
    return larger;
}

static size_t slot_of(const struct archive_writer *writer, uint64_t hash)
{
    return (size_t)hash & (writer->slot_count - 1);
}

static enum err_code grow_slots(struct archive_writer *writer, struct err *err)
{
    if (writer->content_count < writer->slot_count / 2)
        return ERR_OK;
    const size_t count = writer->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots || writer->content_count >= UINT32_MAX - 1) {
        free(slots);
        return err_set(err, ERR_NOMEM, "no memory for the table of equal tiles", 0);
    }
    free(writer->slots);
    writer->slots = slots;
    writer->slot_count = count;
    for (size_t i = 0; i < writer->content_count; i++) {
        size_t slot = slot_of(writer, writer->contents[i].hash);
        while (slots[slot])
            slot = (slot + 1) & (count - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    return ERR_OK;
}

static enum err_code is_same(struct archive_writer *writer, const struct content *content,
                             struct span bytes, bool *ret, struct err *err)
{
    buf_clear(&writer->again);
    uint8_t *stored = buf_reserve(&writer->again, bytes.len);
    if (!stored)
        return err_set(err, ERR_NOMEM, "no memory to compare tiles", 0);
    TRY(writer->part.read_at(writer->part.context, content->offset, bytes.len, stored, err));
    *ret = memcmp(stored, bytes.data, bytes.len) == 0;
    return ERR_OK;
}

/* The content with these bytes, stored now if it is new. */
static enum err_code store_content(struct archive_writer *writer, struct span bytes,
                                   const struct content **ret, struct err *err)
{
    TRY(grow_slots(writer, err));
    const uint64_t hash = hash_bytes(bytes, 0);
    size_t slot = slot_of(writer, hash);
    for (; writer->slots[slot]; slot = (slot + 1) & (writer->slot_count - 1)) {
        const struct content *content = &writer->contents[writer->slots[slot] - 1];
        bool same = false;
        if (content->hash == hash && content->len == bytes.len)
            TRY(is_same(writer, content, bytes, &same, err));
        if (same) {
            *ret = content;
            return ERR_OK;
        }
    }
    struct content *contents =
        grown(writer->contents, writer->content_count, &writer->content_room, sizeof *contents);
    if (!contents)
        return err_set(err, ERR_NOMEM, "no memory for the table of equal tiles", 0);
    writer->contents = contents;
    TRY(writer->part.write(writer->part.context, bytes, err));
    struct content *content = &contents[writer->content_count++];
    *content = (struct content){hash, writer->data_len, (uint32_t)bytes.len};
    writer->slots[slot] = (uint32_t)writer->content_count;
    writer->data_len += bytes.len;
    *ret = content;
    return ERR_OK;
}

static enum err_code add_entry(struct archive_writer *writer, uint64_t id,
                               const struct content *content, struct err *err)
{
    struct archive_entry *last =
        writer->entry_count ? &writer->entries[writer->entry_count - 1] : NULL;
    if (last && last->id + last->run == id && last->offset == content->offset &&
        last->run < UINT32_MAX) {
        last->run++;
        return ERR_OK;
    }
    struct archive_entry *entries =
        grown(writer->entries, writer->entry_count, &writer->entry_room, sizeof *entries);
    if (!entries)
        return err_set(err, ERR_NOMEM, "no memory for the directory", id);
    writer->entries = entries;
    entries[writer->entry_count++] =
        (struct archive_entry){.id = id, .offset = content->offset, .len = content->len, .run = 1};
    return ERR_OK;
}

enum err_code archive_writer_add(struct archive_writer *writer, uint64_t id, struct span bytes,
                                 struct err *err)
{
    if (bytes.len == 0)
        return err_set(err, ERR_INVALID, "a tile without bytes cannot be stored", id);
    if (bytes.len > UINT32_MAX)
        return err_set(err, ERR_TOO_LARGE, "tile is larger than 4 GiB", id);
    if (id >= tile_id_first(TILE_MAX_ZOOM + 1))
        return err_set(err, ERR_RANGE, "tile id is too large", id);
    if (writer->entry_count) {
        const struct archive_entry *last = &writer->entries[writer->entry_count - 1];
        if (id < last->id + last->run)
            return err_set(err, ERR_INVALID, "tiles do not come in the order of their ids", id);
    }
    const struct content *content = NULL;
    TRY(store_content(writer, bytes, &content, err));
    TRY(add_entry(writer, id, content, err));
    writer->addressed_count++;
    return ERR_OK;
}

static enum err_code pack(const struct archive_writer *writer, struct span plain, struct buf *ret,
                          struct err *err)
{
    if (!writer->codec)
        buf_add(ret, plain);
    else
        TRY(writer->codec->pack(writer->codec->context, plain, ret, err));
    return ret->failed ? err_set(err, ERR_NOMEM, "no memory for the directory", 0) : ERR_OK;
}

static enum err_code pack_directory(const struct archive_writer *writer,
                                    struct archive_directory directory, struct buf *ret,
                                    struct err *err)
{
    CLEANUP(buf_done) struct buf plain = {0};
    archive_directory_write(directory, &plain);
    if (plain.failed)
        return err_set(err, ERR_NOMEM, "no memory for the directory", 0);
    return pack(writer, buf_span(&plain), ret, err);
}

/* Entries cut into leaves of leaf_len, and a root of pointers to them. */
static enum err_code pack_leaves(const struct archive_writer *writer, size_t leaf_len,
                                 struct buf *root, struct buf *leaves, struct err *err)
{
    const size_t count = (writer->entry_count + leaf_len - 1) / leaf_len;
    struct arena arena;
    arena_init(&arena, 0);
    struct archive_entry *pointers = ARENA_ARRAY(&arena, struct archive_entry, count);
    enum err_code code =
        pointers ? ERR_OK : err_set(err, ERR_NOMEM, "no memory for the directory", 0);
    for (size_t i = 0; code == ERR_OK && i < count; i++) {
        const size_t begin = i * leaf_len, left = writer->entry_count - begin;
        const struct archive_directory leaf = {
            .entries = writer->entries + begin,
            .count = left < leaf_len ? left : leaf_len,
        };
        const size_t at = leaves->len;
        code = pack_directory(writer, leaf, leaves, err);
        if (code == ERR_OK && leaves->len - at > UINT32_MAX)
            code = err_set(err, ERR_TOO_LARGE, "leaf directory is larger than 4 GiB", i);
        pointers[i] = (struct archive_entry){
            .id = leaf.entries[0].id, .offset = at, .len = (uint32_t)(leaves->len - at)};
    }
    if (code == ERR_OK)
        code = pack_directory(
            writer, (struct archive_directory){.entries = pointers, .count = count}, root, err);
    arena_done(&arena);
    return code;
}

/* One directory if it fits behind the header, else leaves that grow until their root does. */
static enum err_code pack_directories(const struct archive_writer *writer, struct buf *root,
                                      struct buf *leaves, struct err *err)
{
    const size_t room = ARCHIVE_FRONT_MAX - ARCHIVE_HEADER_LEN;
    const struct archive_directory all = {.entries = writer->entries, .count = writer->entry_count};
    /* Four columns of at least a byte never pack below this; do not try in vain. */
    if (all.count <= room * 8) {
        TRY(pack_directory(writer, all, root, err));
        if (root->len <= room)
            return ERR_OK;
    }
    for (size_t leaf_len = FIRST_LEAF; leaf_len <= SIZE_MAX / 2; leaf_len *= 2) {
        buf_clear(root);
        buf_clear(leaves);
        TRY(pack_leaves(writer, leaf_len, root, leaves, err));
        if (root->len <= room)
            return ERR_OK;
    }
    return err_set(err, ERR_TOO_LARGE, "root directory does not fit", all.count);
}

static uint8_t zoom_of(uint64_t id)
{
    uint8_t z = 0;
    while (id >= tile_id_first(z + 1U))
        z++;
    return z;
}

static struct archive_header make_header(const struct archive_writer *writer,
                                         const struct archive_tileset *tileset, uint64_t root_len,
                                         uint64_t metadata_len, uint64_t leaves_len)
{
    const struct archive_entry *last = &writer->entries[writer->entry_count - 1];
    struct archive_header header = {
        .root = {.at = ARCHIVE_HEADER_LEN, .len = root_len},
        .addressed_count = writer->addressed_count,
        .entry_count = writer->entry_count,
        .content_count = writer->content_count,
        .clustered = true,
        .internal_compression = writer->codec ? ARCHIVE_GZIP : ARCHIVE_PLAIN,
        .tile_compression = tileset->tile_compression,
        .tile_type = tileset->tile_type,
        .min_zoom = zoom_of(writer->entries[0].id),
        .max_zoom = zoom_of(last->id + last->run - 1),
        .center_zoom = tileset->center_zoom,
        .min_lon_e7 = tileset->min_lon_e7,
        .min_lat_e7 = tileset->min_lat_e7,
        .max_lon_e7 = tileset->max_lon_e7,
        .max_lat_e7 = tileset->max_lat_e7,
        .center_lon_e7 = tileset->center_lon_e7,
        .center_lat_e7 = tileset->center_lat_e7,
    };
    header.metadata = (struct archive_section){header.root.at + root_len, metadata_len};
    header.leaves = (struct archive_section){header.metadata.at + metadata_len, leaves_len};
    header.data = (struct archive_section){header.leaves.at + leaves_len, writer->data_len};
    return header;
}

enum err_code archive_writer_finish(struct archive_writer *writer,
                                    const struct archive_tileset *tileset, struct buf *ret_front,
                                    struct archive_header *ret_header, struct err *err)
{
    CLEANUP(buf_done) struct buf root = {0};
    CLEANUP(buf_done) struct buf leaves = {0};
    CLEANUP(buf_done) struct buf json = {0};
    CLEANUP(buf_done) struct buf metadata = {0};
    if (writer->entry_count == 0)
        return err_set(err, ERR_INVALID, "an archive without tiles cannot be written", 0);
    TRY(pack_directories(writer, &root, &leaves, err));
    archive_metadata_write(tileset, &json);
    if (json.failed)
        return err_set(err, ERR_NOMEM, "no memory for the metadata", 0);
    TRY(pack(writer, buf_span(&json), &metadata, err));
    const struct archive_header header =
        make_header(writer, tileset, root.len, metadata.len, leaves.len);
    uint8_t *at = buf_reserve(ret_front, ARCHIVE_HEADER_LEN);
    if (at) {
        archive_header_write(&header, at);
        ret_front->len += ARCHIVE_HEADER_LEN;
    }
    buf_add(ret_front, buf_span(&root));
    buf_add(ret_front, buf_span(&metadata));
    buf_add(ret_front, buf_span(&leaves));
    if (ret_front->failed)
        return err_set(err, ERR_NOMEM, "no memory for the front of the archive", 0);
    *ret_header = header;
    return ERR_OK;
}
