#include "tiles/archive/reader.h"

#include <string.h>

struct archive_source archive_source_from_span(struct span bytes)
{
    return (struct archive_source){.size = bytes.len, .memory = bytes.data};
}

/* Bytes of the archive; the caller has checked that they lie inside. */
static enum err_code source_bytes(const struct archive_source *source, uint64_t at, uint64_t len,
                                  struct arena *arena, struct span *ret, struct err *err)
{
    if (len > SIZE_MAX)
        return err_set(err, ERR_TOO_LARGE, "section of the archive is too large", at);
    if (source->memory) {
        *ret = span_of(source->memory + at, (size_t)len);
        return ERR_OK;
    }
    uint8_t *copy = arena_alloc(arena, (size_t)len);
    if (!copy)
        return err_set(err, ERR_NOMEM, "no memory for a part of the archive", at);
    TRY(source->read_at(source->context, at, (size_t)len, copy, err));
    *ret = span_of(copy, (size_t)len);
    return ERR_OK;
}

/* A compressed part of the archive, plain; `store` holds it when it had to be unpacked. */
static enum err_code unpacked_bytes(const struct archive_reader *reader,
                                    struct archive_section section, size_t max,
                                    struct arena *scratch, struct buf *store, struct span *ret,
                                    struct err *err)
{
    struct span packed = {0};
    if (section.len > max)
        return err_set(err, ERR_TOO_LARGE, "section of the archive is too large", section.at);
    TRY(source_bytes(&reader->source, section.at, section.len, scratch, &packed, err));
    if (reader->header.internal_compression == ARCHIVE_PLAIN) {
        *ret = packed;
        return ERR_OK;
    }
    struct err inner = {0};
    if (reader->codec->unpack(reader->codec->context, packed, max, store, &inner) != ERR_OK)
        return err_set(err, inner.code, inner.what, section.at);
    if (store->failed)
        return err_set(err, ERR_NOMEM, "no memory to unpack a part of the archive", section.at);
    *ret = buf_span(store);
    return ERR_OK;
}

static enum err_code read_directory(const struct archive_reader *reader,
                                    struct archive_section section, struct arena *arena,
                                    struct archive_directory *ret, struct err *err)
{
    CLEANUP(buf_done) struct buf store = {0};
    struct span plain = {0};
    TRY(unpacked_bytes(reader, section, ARCHIVE_DIRECTORY_MAX, arena, &store, &plain, err));
    struct err inner = {0};
    if (archive_directory_read(plain, arena, ret, &inner) != ERR_OK)
        return err_set(err, inner.code, inner.what, section.at);
    return ERR_OK;
}

static enum err_code check_codec(const struct archive_reader *reader, struct err *err)
{
    switch (reader->header.internal_compression) {
    case ARCHIVE_PLAIN:
        return ERR_OK;
    case ARCHIVE_GZIP:
        return reader->codec ? ERR_OK
                             : err_set(err, ERR_UNSUPPORTED, "directories are compressed", 97);
    case ARCHIVE_UNKNOWN:
    case ARCHIVE_BROTLI:
    case ARCHIVE_ZSTD:
        break;
    }
    return err_set(err, ERR_UNSUPPORTED, "directories are compressed by something else than gzip",
                   97);
}

static enum err_code open_in_place(struct archive_reader *reader, struct err *err)
{
    const struct archive_source *source = &reader->source;
    struct span front = {0};
    const uint64_t len = source->size < ARCHIVE_HEADER_LEN ? source->size : ARCHIVE_HEADER_LEN;
    TRY(source_bytes(source, 0, len, &reader->arena, &front, err));
    TRY(archive_header_read(front, source->size, &reader->header, err));
    TRY(check_codec(reader, err));
    return read_directory(reader, reader->header.root, &reader->arena, &reader->root, err);
}

enum err_code archive_open(struct archive_source source, const struct archive_codec *codec,
                           struct archive_reader *ret, struct err *err)
{
    struct archive_reader reader = {.source = source, .codec = codec};
    arena_init(&reader.arena, 0);
    const enum err_code code = open_in_place(&reader, err);
    if (code != ERR_OK) {
        archive_close(&reader);
        return code;
    }
    *ret = reader;
    return ERR_OK;
}

void archive_close(struct archive_reader *reader)
{
    if (!reader)
        return;
    arena_done(&reader->arena);
    *reader = (struct archive_reader){0};
}

/* The place in the file of what an entry points at. */
static enum err_code entry_section(const struct archive_reader *reader,
                                   const struct archive_entry *entry, struct archive_section *ret,
                                   struct err *err)
{
    const struct archive_section *home = entry->run ? &reader->header.data : &reader->header.leaves;
    if (entry->offset > home->len || entry->len > home->len - entry->offset)
        return err_set(err, ERR_RANGE,
                       entry->run ? "tile lies outside the tile data"
                                  : "leaf directory lies outside its section",
                       entry->id);
    *ret = (struct archive_section){.at = home->at + entry->offset, .len = entry->len};
    return ERR_OK;
}

enum err_code archive_find(const struct archive_reader *reader, struct tile tile,
                           struct arena *scratch, struct archive_section *ret, struct err *err)
{
    uint64_t id = 0;
    TRY(tile_id_from_tile(tile, &id, err));
    struct archive_directory directory = reader->root;
    for (unsigned depth = 0; depth < ARCHIVE_DEPTH_MAX; depth++) {
        const struct archive_entry *entry = archive_directory_find(directory, id);
        struct archive_section section = {0};
        if (!entry)
            return err_set(err, ERR_NOT_FOUND, "archive has no such tile", id);
        TRY(entry_section(reader, entry, &section, err));
        if (entry->run) {
            *ret = section;
            return ERR_OK;
        }
        TRY(read_directory(reader, section, scratch, &directory, err));
    }
    return err_set(err, ERR_FORMAT, "leaf directories nest too deep", id);
}

enum err_code archive_tile(const struct archive_reader *reader, struct tile tile,
                           struct arena *arena, struct span *ret, struct err *err)
{
    struct archive_section section = {0};
    TRY(archive_find(reader, tile, arena, &section, err));
    return source_bytes(&reader->source, section.at, section.len, arena, ret, err);
}

enum err_code archive_bytes(const struct archive_reader *reader, const struct archive_entry *entry,
                            struct arena *arena, struct span *ret, struct err *err)
{
    struct archive_section section = {0};
    TRY(entry_section(reader, entry, &section, err));
    return source_bytes(&reader->source, section.at, section.len, arena, ret, err);
}

enum err_code archive_metadata(const struct archive_reader *reader, struct arena *arena,
                               struct span *ret, struct err *err)
{
    if (reader->header.metadata.len == 0) {
        *ret = span_from_str("{}");
        return ERR_OK;
    }
    CLEANUP(buf_done) struct buf store = {0};
    struct span plain = {0};
    TRY(unpacked_bytes(reader, reader->header.metadata, ARCHIVE_METADATA_MAX, arena, &store, &plain,
                       err));
    if (plain.len && plain.data == store.data) {
        const char *copy = arena_copy(arena, plain);
        if (!copy)
            return err_set(err, ERR_NOMEM, "no memory for the metadata",
                           reader->header.metadata.at);
        plain = span_of(copy, plain.len);
    }
    *ret = plain;
    return ERR_OK;
}

/* One directory of a walk: its entries must lie in [begin, end). */
struct level {
    struct archive_directory directory;
    uint64_t begin, end;
    unsigned depth;
    uint64_t *leaf_bytes; /* read so far; distinct leaves cannot be more than their section */
};

static enum err_code walk_level(const struct archive_reader *reader, const struct level *level,
                                struct archive_visitor visitor, struct err *err)
{
    const struct archive_directory directory = level->directory;
    if (directory.entries[0].id != level->begin && level->depth > 0)
        return err_set(err, ERR_FORMAT, "leaf directory does not begin where its parent says",
                       level->begin);
    for (size_t i = 0; i < directory.count; i++) {
        const struct archive_entry *entry = &directory.entries[i];
        const uint64_t next = i + 1 < directory.count ? entry[1].id : level->end;
        struct archive_section section = {0};
        if (next > level->end || entry->id >= next || entry->run > next - entry->id)
            return err_set(err, ERR_FORMAT, "leaf directory reaches into its neighbour", entry->id);
        TRY(entry_section(reader, entry, &section, err));
        if (entry->run) {
            TRY(visitor.visit(visitor.context, entry, err));
            continue;
        }
        if (level->depth + 1 >= ARCHIVE_DEPTH_MAX)
            return err_set(err, ERR_FORMAT, "leaf directories nest too deep", entry->id);
        *level->leaf_bytes += section.len;
        if (*level->leaf_bytes > reader->header.leaves.len)
            return err_set(err, ERR_FORMAT, "leaf directories overlap", entry->id);
        struct arena arena;
        arena_init(&arena, 0);
        struct level below = {
            .begin = entry->id,
            .end = next,
            .depth = level->depth + 1,
            .leaf_bytes = level->leaf_bytes,
        };
        enum err_code code = read_directory(reader, section, &arena, &below.directory, err);
        if (code == ERR_OK)
            code = walk_level(reader, &below, visitor, err);
        arena_done(&arena);
        TRY(code);
    }
    return ERR_OK;
}

enum err_code archive_walk(const struct archive_reader *reader, struct archive_visitor visitor,
                           struct err *err)
{
    uint64_t leaf_bytes = 0;
    const struct level top = {
        .directory = reader->root,
        .end = tile_id_first(TILE_MAX_ZOOM + 1),
        .leaf_bytes = &leaf_bytes,
    };
    return walk_level(reader, &top, visitor, err);
}
