#include "tiles/archive/directory.h"

#include "tiles/archive/tile_id.h"
#include "tiles/base/varint.h"

/* Each entry has a number in each of four columns. */
enum { ENTRY_MIN_LEN = 4 };

static enum err_code cut_off(struct err *err, size_t at)
{
    return err_set(err, ERR_FORMAT, "directory is cut off", at);
}

static enum err_code read_ids(struct span *from, struct archive_entry *entries, size_t count,
                              struct err *err)
{
    const uint64_t end = tile_id_first(TILE_MAX_ZOOM + 1);
    uint64_t id = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t step;
        if (!varint_take(from, &step))
            return cut_off(err, i);
        if (i > 0 && step == 0)
            return err_set(err, ERR_FORMAT, "directory has the same tile twice", i);
        if (step >= end - id)
            return err_set(err, ERR_FORMAT, "tile id is too large", i);
        id += step;
        entries[i].id = id;
    }
    return ERR_OK;
}

static enum err_code read_runs(struct span *from, struct archive_entry *entries, size_t count,
                               struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t end = i + 1 < count ? entries[i + 1].id : tile_id_first(TILE_MAX_ZOOM + 1);
        uint64_t run;
        if (!varint_take(from, &run))
            return cut_off(err, i);
        if (run > UINT32_MAX || run > end - entries[i].id)
            return err_set(err, ERR_FORMAT, "run of equal tiles overlaps the next", i);
        entries[i].run = (uint32_t)run;
    }
    return ERR_OK;
}

static enum err_code read_lengths(struct span *from, struct archive_entry *entries, size_t count,
                                  struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t len;
        if (!varint_take(from, &len))
            return cut_off(err, i);
        if (len == 0 || len > UINT32_MAX)
            return err_set(err, ERR_FORMAT, "length of an entry cannot be", i);
        entries[i].len = (uint32_t)len;
    }
    return ERR_OK;
}

static enum err_code read_offsets(struct span *from, struct archive_entry *entries, size_t count,
                                  struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value;
        if (!varint_take(from, &value))
            return cut_off(err, i);
        if (value == 0 && i == 0)
            return err_set(err, ERR_FORMAT, "first offset follows nothing", i);
        const uint64_t offset = value ? value - 1 : entries[i - 1].offset + entries[i - 1].len;
        if (offset > UINT64_MAX - entries[i].len)
            return err_set(err, ERR_FORMAT, "offset of an entry is too large", i);
        entries[i].offset = offset;
    }
    return ERR_OK;
}

enum err_code archive_directory_read(struct span plain, struct arena *arena,
                                     struct archive_directory *ret, struct err *err)
{
    struct span from = plain;
    uint64_t count;
    if (!varint_take(&from, &count))
        return cut_off(err, 0);
    if (count == 0)
        return err_set(err, ERR_FORMAT, "directory is empty", 0);
    if (count > from.len / ENTRY_MIN_LEN)
        return err_set(err, ERR_FORMAT, "directory is shorter than its count", 0);
    struct archive_entry *entries = ARENA_ARRAY(arena, struct archive_entry, (size_t)count);
    if (!entries)
        return err_set(err, ERR_NOMEM, "no memory for a directory", count);
    TRY(read_ids(&from, entries, (size_t)count, err));
    TRY(read_runs(&from, entries, (size_t)count, err));
    TRY(read_lengths(&from, entries, (size_t)count, err));
    TRY(read_offsets(&from, entries, (size_t)count, err));
    if (from.len)
        return err_set(err, ERR_FORMAT, "directory has bytes behind its end", count);
    *ret = (struct archive_directory){.entries = entries, .count = (size_t)count};
    return ERR_OK;
}

void archive_directory_write(struct archive_directory directory, struct buf *plain)
{
    const struct archive_entry *entries = directory.entries;
    buf_add_varint(plain, directory.count);
    for (size_t i = 0; i < directory.count; i++)
        buf_add_varint(plain, entries[i].id - (i ? entries[i - 1].id : 0));
    for (size_t i = 0; i < directory.count; i++)
        buf_add_varint(plain, entries[i].run);
    for (size_t i = 0; i < directory.count; i++)
        buf_add_varint(plain, entries[i].len);
    for (size_t i = 0; i < directory.count; i++) {
        const bool follows =
            i > 0 && entries[i].offset == entries[i - 1].offset + entries[i - 1].len;
        buf_add_varint(plain, follows ? 0 : entries[i].offset + 1);
    }
}

const struct archive_entry *archive_directory_find(struct archive_directory directory, uint64_t id)
{
    size_t low = 0, high = directory.count; /* entries before low begin at or before id */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (directory.entries[middle].id <= id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    const struct archive_entry *entry = &directory.entries[low - 1];
    return entry->run == 0 || id - entry->id < entry->run ? entry : NULL;
}
