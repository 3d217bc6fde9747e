#include "tiles/tiler/spool.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiles/base/varint.h"
#include "tiles/tiler/city.h"
#include "tiles/tiler/record.h"

static const char header_magic[8] = {'K', 'A', 'K', 'I', 'S', 'P', 'L', '1'};
static const char end_magic[8] = {'K', 'A', 'K', 'I', 'S', 'P', 'L', 'E'};

enum {
    BLOCK_BYTES = 64 << 10, /* a block is closed when it has passed this */
    TRAILER_BYTES = 16,
    NAMES_MAX = 1 << 20,
    SUMMARY_MAX = 4096,
};

struct spool_writer {
    FILE *file;
    char *path;
    struct buf block;
    struct buf record;
    struct spool_summary summary;
    bool finished, failed;
};

struct spool_reader {
    FILE *file;
    uint64_t size;       /* of the file */
    uint64_t offset;     /* of the next block */
    uint64_t summary_at; /* where the summary begins */
    bool ended;          /* all of it was read and found whole */
    struct buf block;
    struct span rest; /* of the block, not yet read */
    struct arena arena;
    struct feature feature;
    struct record_names names;
    struct spool_summary summary, seen;
};

static void put_u32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get_u32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static enum err_code fail_io(struct err *err, uint64_t at)
{
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return err_set(err, ERR_FULL, "no space left for the spool", at);
    return err_set(err, ERR_IO, "the spool cannot be read or written", at);
}

static void summary_add(struct spool_summary *summary, const struct feature *feature)
{
    summary->feature_count++;
    summary->vertex_count += feature->geometry.vertex_count;
    summary->layer_counts[feature->layer]++;
    struct geo_box *bounds = &summary->bounds;
    for (uint32_t i = 0; i < feature->geometry.vertex_count; i++) {
        const struct geo_xy at = feature->geometry.vertices[i];
        bounds->min.x = at.x < bounds->min.x ? at.x : bounds->min.x;
        bounds->min.y = at.y < bounds->min.y ? at.y : bounds->min.y;
        bounds->max.x = at.x > bounds->max.x ? at.x : bounds->max.x;
        bounds->max.y = at.y > bounds->max.y ? at.y : bounds->max.y;
    }
}

static const struct spool_summary empty_summary = {
    .bounds = {{INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}},
};

/* ---- writing ---- */

static void add_name(struct buf *buf, const char *prefix, const char *name)
{
    const size_t prefix_len = prefix ? strlen(prefix) + 1 : 0;
    buf_add_varint(buf, prefix_len + strlen(name));
    if (prefix) {
        buf_add_str(buf, prefix);
        buf_add_byte(buf, '.');
    }
    buf_add_str(buf, name);
}

static void add_names(struct buf *buf)
{
    buf_add_varint(buf, CITY_LAYER_COUNT);
    for (unsigned i = 0; i < CITY_LAYER_COUNT; i++)
        add_name(buf, NULL, city_layer_name((enum city_layer)i));
    buf_add_varint(buf, CITY_KEY_COUNT);
    for (unsigned i = 0; i < CITY_KEY_COUNT; i++)
        add_name(buf, city_layer_name(city_key_layer((enum city_key)i)),
                 city_key_name((enum city_key)i));
}

static enum err_code write_framed(struct spool_writer *writer, struct span bytes, struct err *err)
{
    uint8_t head[8];
    put_u32(head, (uint32_t)bytes.len);
    put_u32(head + 4, libdeflate_crc32(0, bytes.data, bytes.len));
    if (fwrite(head, 1, sizeof head, writer->file) != sizeof head ||
        fwrite(bytes.data, 1, bytes.len, writer->file) != bytes.len) {
        writer->failed = true;
        return fail_io(err, writer->summary.feature_count);
    }
    return ERR_OK;
}

static enum err_code write_header(struct spool_writer *writer, struct err *err)
{
    buf_clear(&writer->record);
    add_names(&writer->record);
    if (writer->record.failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    if (fwrite(header_magic, 1, sizeof header_magic, writer->file) != sizeof header_magic)
        return fail_io(err, 0);
    return write_framed(writer, buf_span(&writer->record), err);
}

enum err_code spool_write_open(const char *path, struct spool_writer **ret, struct err *err)
{
    struct spool_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    buf_init(&writer->block);
    buf_init(&writer->record);
    writer->summary = empty_summary;
    writer->path = strdup(path);
    writer->file = writer->path ? fopen(path, "wbe") : NULL;
    if (!writer->file) {
        const enum err_code code =
            writer->path ? fail_io(err, 0) : err_set(err, ERR_NOMEM, "out of memory", 0);
        spool_write_close(writer);
        return code;
    }
    const enum err_code code = write_header(writer, err);
    if (code != ERR_OK) {
        spool_write_close(writer);
        return code;
    }
    *ret = writer;
    return ERR_OK;
}

static enum err_code flush_block(struct spool_writer *writer, struct err *err)
{
    if (writer->block.len == 0)
        return ERR_OK;
    TRY(write_framed(writer, buf_span(&writer->block), err));
    buf_clear(&writer->block);
    return ERR_OK;
}

enum err_code spool_write_add(struct spool_writer *writer, const struct feature *feature,
                              struct err *err)
{
    const uint64_t number = writer->summary.feature_count;
    if (writer->finished || writer->failed)
        return err_set(err, ERR_INTERNAL, "the spool is closed for writing", number);
    const enum err_code code = record_check(feature, err);
    if (code != ERR_OK) {
        if (err)
            err->at = number;
        return code;
    }
    buf_clear(&writer->record);
    record_write(&writer->record, feature);
    if (writer->record.len > RECORD_MAX)
        return err_set(err, ERR_TOO_LARGE, "a feature is larger than 64 MiB", number);
    buf_add_varint(&writer->block, writer->record.len);
    buf_add(&writer->block, buf_span(&writer->record));
    if (writer->record.failed || writer->block.failed) {
        writer->failed = true; /* half a record may stand in the block */
        return err_set(err, ERR_NOMEM, "out of memory", number);
    }
    summary_add(&writer->summary, feature);
    return writer->block.len >= BLOCK_BYTES ? flush_block(writer, err) : ERR_OK;
}

static enum err_code sink_add(void *context, const struct feature *feature, struct err *err)
{
    return spool_write_add(context, feature, err);
}

struct feature_sink spool_write_sink(struct spool_writer *writer)
{
    return (struct feature_sink){.add = sink_add, .context = writer};
}

static void add_summary(struct buf *buf, const struct spool_summary *summary)
{
    buf_add_varint(buf, summary->feature_count);
    buf_add_varint(buf, summary->vertex_count);
    for (unsigned i = 0; i < CITY_LAYER_COUNT; i++)
        buf_add_varint(buf, summary->layer_counts[i]);
    buf_add_varint(buf, zigzag_from_int(summary->bounds.min.x));
    buf_add_varint(buf, zigzag_from_int(summary->bounds.min.y));
    buf_add_varint(buf, zigzag_from_int(summary->bounds.max.x));
    buf_add_varint(buf, zigzag_from_int(summary->bounds.max.y));
}

enum err_code spool_write_finish(struct spool_writer *writer, struct spool_summary *ret,
                                 struct err *err)
{
    if (writer->finished || writer->failed)
        return err_set(err, ERR_INTERNAL, "the spool is closed for writing", 0);
    TRY(flush_block(writer, err));
    struct buf *summary = &writer->record;
    buf_clear(summary);
    add_summary(summary, &writer->summary);
    if (summary->failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    uint8_t trailer[TRAILER_BYTES];
    put_u32(trailer, (uint32_t)summary->len);
    put_u32(trailer + 4, libdeflate_crc32(0, summary->data, summary->len));
    memcpy(trailer + 8, end_magic, sizeof end_magic);
    static const uint8_t end_of_blocks[4] = {0};
    if (fwrite(end_of_blocks, 1, 4, writer->file) != 4 ||
        fwrite(summary->data, 1, summary->len, writer->file) != summary->len ||
        fwrite(trailer, 1, sizeof trailer, writer->file) != sizeof trailer ||
        fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0) {
        writer->failed = true;
        return fail_io(err, 0);
    }
    writer->finished = true;
    *ret = writer->summary;
    return ERR_OK;
}

void spool_write_close(struct spool_writer *writer)
{
    if (!writer)
        return;
    struct stat status;
    if (writer->file) {
        /* A device such as /dev/full must survive us. */
        const bool is_file = fstat(fileno(writer->file), &status) == 0 && S_ISREG(status.st_mode);
        fclose(writer->file);
        if (!writer->finished && is_file)
            unlink(writer->path);
    }
    buf_done(&writer->block);
    buf_done(&writer->record);
    free(writer->path);
    free(writer);
}

/* ---- reading ---- */

static enum err_code read_bytes(struct spool_reader *reader, uint64_t at, void *to, size_t len,
                                struct err *err)
{
    if (len > reader->size || at > reader->size - len)
        return err_set(err, ERR_FORMAT, "the spool is cut off", at);
    if (fread(to, 1, len, reader->file) != len)
        return err_set(err, ERR_IO, "the spool cannot be read", at);
    return ERR_OK;
}

/* Length, checksum and bytes at the file's position, which is `at`; into reader->block. */
static enum err_code read_framed(struct spool_reader *reader, uint64_t at, uint32_t max,
                                 struct err *err)
{
    uint8_t head[8];
    TRY(read_bytes(reader, at, head, sizeof head, err));
    const uint32_t len = get_u32(head);
    if (len == 0 || len > max)
        return err_set(err, ERR_FORMAT, "the spool has a block of impossible length", at);
    buf_clear(&reader->block);
    uint8_t *to = at + 8 + len <= reader->size ? buf_reserve(&reader->block, len) : NULL;
    if (!to)
        return reader->block.failed ? err_set(err, ERR_NOMEM, "out of memory", at)
                                    : err_set(err, ERR_FORMAT, "the spool is cut off", at);
    TRY(read_bytes(reader, at + 8, to, len, err));
    if (libdeflate_crc32(0, to, len) != get_u32(head + 4))
        return err_set(err, ERR_CHECKSUM, "a block of the spool is damaged", at);
    reader->block.len = len;
    return ERR_OK;
}

static bool take_name(struct span *from, struct span *ret)
{
    uint64_t len;
    if (!varint_take(from, &len) || len > from->len)
        return false;
    *ret = span_of(from->data, (size_t)len);
    from->data += len;
    from->len -= (size_t)len;
    return true;
}

static bool layer_from_name(struct span name, uint32_t *ret)
{
    for (uint32_t i = 0; i < CITY_LAYER_COUNT; i++)
        if (span_is(name, city_layer_name((enum city_layer)i))) {
            *ret = i;
            return true;
        }
    return false;
}

static bool key_from_name(struct span name, uint32_t *ret)
{
    for (uint32_t i = 0; i < CITY_KEY_COUNT; i++) {
        const char *layer = city_layer_name(city_key_layer((enum city_key)i));
        const size_t len = strlen(layer);
        if (name.len > len && memcmp(name.data, layer, len) == 0 && name.data[len] == '.' &&
            span_is(span_of(name.data + len + 1, name.len - len - 1),
                    city_key_name((enum city_key)i))) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static enum err_code read_names(struct spool_reader *reader, struct err *err)
{
    struct span from = buf_span(&reader->block);
    struct record_names *names = &reader->names;
    uint64_t count;
    struct span name;
    if (!varint_take(&from, &count) || count > LENGTH(names->layers))
        return err_set(err, ERR_FORMAT, "the spool's layer names are broken", 8);
    for (names->layer_count = 0; names->layer_count < count; names->layer_count++)
        if (!take_name(&from, &name) || !layer_from_name(name, &names->layers[names->layer_count]))
            return err_set(err, ERR_VERSION, "the spool has a layer that is no longer known", 8);
    if (!varint_take(&from, &count) || count > LENGTH(names->keys))
        return err_set(err, ERR_FORMAT, "the spool's attribute names are broken", 8);
    for (names->key_count = 0; names->key_count < count; names->key_count++)
        if (!take_name(&from, &name) || !key_from_name(name, &names->keys[names->key_count]))
            return err_set(err, ERR_VERSION, "the spool has an attribute that is no longer known",
                           8);
    return from.len ? err_set(err, ERR_FORMAT, "the spool's names are broken", 8) : ERR_OK;
}

static bool take_coordinate(struct span *from, int32_t *ret)
{
    uint64_t zigzag;
    if (!varint_take(from, &zigzag))
        return false;
    const int64_t value = int_from_zigzag(zigzag);
    *ret = (int32_t)value;
    return value >= INT32_MIN && value <= INT32_MAX;
}

static bool take_summary(struct span from, const struct record_names *names,
                         struct spool_summary *ret)
{
    *ret = empty_summary;
    if (!varint_take(&from, &ret->feature_count) || !varint_take(&from, &ret->vertex_count))
        return false;
    for (uint32_t i = 0; i < names->layer_count; i++)
        if (!varint_take(&from, &ret->layer_counts[names->layers[i]]))
            return false;
    return take_coordinate(&from, &ret->bounds.min.x) &&
           take_coordinate(&from, &ret->bounds.min.y) &&
           take_coordinate(&from, &ret->bounds.max.x) &&
           take_coordinate(&from, &ret->bounds.max.y) && from.len == 0;
}

static enum err_code read_summary(struct spool_reader *reader, struct err *err)
{
    static const char *const unfinished = "the spool has no end: it was never finished";
    uint8_t trailer[TRAILER_BYTES], bytes[SUMMARY_MAX];
    if (reader->size < reader->offset + 4 + TRAILER_BYTES)
        return err_set(err, ERR_FORMAT, unfinished, reader->size);
    const uint64_t trailer_at = reader->size - TRAILER_BYTES;
    if (fseeko(reader->file, (off_t)trailer_at, SEEK_SET) != 0)
        return fail_io(err, trailer_at);
    TRY(read_bytes(reader, trailer_at, trailer, sizeof trailer, err));
    if (memcmp(trailer + 8, end_magic, sizeof end_magic) != 0)
        return err_set(err, ERR_FORMAT, unfinished, trailer_at);
    const uint32_t len = get_u32(trailer);
    if (len > SUMMARY_MAX || len > trailer_at - reader->offset - 4)
        return err_set(err, ERR_FORMAT, "the spool's summary is broken", trailer_at);
    reader->summary_at = trailer_at - len;
    if (fseeko(reader->file, (off_t)reader->summary_at, SEEK_SET) != 0)
        return fail_io(err, reader->summary_at);
    TRY(read_bytes(reader, reader->summary_at, bytes, len, err));
    if (libdeflate_crc32(0, bytes, len) != get_u32(trailer + 4))
        return err_set(err, ERR_CHECKSUM, "the spool's summary is damaged", reader->summary_at);
    if (!take_summary(span_of(bytes, len), &reader->names, &reader->summary))
        return err_set(err, ERR_FORMAT, "the spool's summary is broken", reader->summary_at);
    return ERR_OK;
}

static enum err_code read_head(struct spool_reader *reader, const char *path, struct err *err)
{
    reader->file = fopen(path, "rbe");
    if (!reader->file)
        return errno == ENOENT ? err_set(err, ERR_NOT_FOUND, "there is no such spool", 0)
                               : fail_io(err, 0);
    struct stat status;
    if (fstat(fileno(reader->file), &status) != 0)
        return fail_io(err, 0);
    reader->size = (uint64_t)status.st_size;
    char magic[sizeof header_magic];
    if (reader->size < sizeof magic ||
        fread(magic, 1, sizeof magic, reader->file) != sizeof magic ||
        memcmp(magic, header_magic, sizeof magic - 1) != 0)
        return err_set(err, ERR_FORMAT, "this is not a spool", 0);
    if (magic[7] != header_magic[7])
        return err_set(err, ERR_VERSION, "the spool is of another version: import again", 7);
    TRY(read_framed(reader, sizeof magic, NAMES_MAX, err));
    TRY(read_names(reader, err));
    reader->offset = sizeof magic + 8 + reader->block.len;
    TRY(read_summary(reader, err));
    if (fseeko(reader->file, (off_t)reader->offset, SEEK_SET) != 0)
        return fail_io(err, reader->offset);
    return ERR_OK;
}

enum err_code spool_read_open(const char *path, struct spool_reader **ret, struct err *err)
{
    struct spool_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    buf_init(&reader->block);
    arena_init(&reader->arena, 0);
    reader->seen = empty_summary;
    const enum err_code code = read_head(reader, path, err);
    if (code != ERR_OK) {
        spool_read_close(reader);
        return code;
    }
    *ret = reader;
    return ERR_OK;
}

const struct spool_summary *spool_read_summary(const struct spool_reader *reader)
{
    return &reader->summary;
}

/* Behind the last block: what was read must be what the summary promised. */
static enum err_code check_end(struct spool_reader *reader, struct err *err)
{
    uint8_t end_of_blocks[4];
    if (reader->ended)
        return ERR_OK;
    TRY(read_bytes(reader, reader->offset, end_of_blocks, sizeof end_of_blocks, err));
    if (get_u32(end_of_blocks) != 0)
        return err_set(err, ERR_FORMAT, "a block runs into the spool's summary", reader->offset);
    const struct spool_summary *seen = &reader->seen, *said = &reader->summary;
    if (seen->feature_count != said->feature_count || seen->vertex_count != said->vertex_count ||
        memcmp(&seen->bounds, &said->bounds, sizeof seen->bounds) != 0 ||
        memcmp(seen->layer_counts, said->layer_counts, sizeof seen->layer_counts) != 0)
        return err_set(err, ERR_CHECKSUM, "the spool does not hold what its summary says",
                       reader->offset);
    reader->ended = true;
    return ERR_OK;
}

enum err_code spool_read_next(struct spool_reader *reader, const struct feature **ret,
                              struct err *err)
{
    if (reader->rest.len == 0) {
        if (reader->offset + 4 == reader->summary_at) {
            TRY(check_end(reader, err));
            *ret = NULL;
            return ERR_OK;
        }
        /* A record, its length and what stood before it in the block. */
        TRY(read_framed(reader, reader->offset, RECORD_MAX + BLOCK_BYTES + VARINT_MAX, err));
        reader->rest = buf_span(&reader->block);
        reader->offset += 8 + reader->block.len;
        if (reader->offset + 4 > reader->summary_at)
            return err_set(err, ERR_FORMAT, "a block runs into the spool's summary",
                           reader->offset);
    }
    struct span record;
    if (!take_name(&reader->rest, &record))
        return err_set(err, ERR_FORMAT, "a record of the spool is cut off", reader->offset);
    arena_reset(&reader->arena);
    const enum err_code code =
        record_read(record, &reader->names, &reader->arena, &reader->feature, err);
    if (code != ERR_OK) {
        if (err)
            err->at = reader->offset;
        return code;
    }
    summary_add(&reader->seen, &reader->feature);
    *ret = &reader->feature;
    return ERR_OK;
}

void spool_read_close(struct spool_reader *reader)
{
    if (!reader)
        return;
    if (reader->file)
        fclose(reader->file);
    buf_done(&reader->block);
    arena_done(&reader->arena);
    free(reader);
}
