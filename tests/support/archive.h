/* archive: a part in memory for the archive's writer, and a codec whose work one can see. */
#pragma once

#include <string.h>

#include "tiles/archive/reader.h"
#include "tiles/archive/writer.h"

/* Tile data in memory; the write number `fails_at` (from 1) fails. */
struct memory_part {
    struct buf bytes;
    unsigned writes, fails_at;
};

static inline enum err_code memory_write(void *context, struct span bytes, struct err *err)
{
    struct memory_part *part = context;
    if (++part->writes == part->fails_at)
        return err_set(err, ERR_FULL, "the test's disk is full", part->writes);
    buf_add(&part->bytes, bytes);
    return ERR_OK;
}

static inline enum err_code memory_read_at(void *context, uint64_t at, size_t len, uint8_t *ret,
                                           struct err *err)
{
    const struct memory_part *part = context;
    if (at > part->bytes.len || len > part->bytes.len - at)
        return err_set(err, ERR_IO, "the test's disk ends here", at);
    memcpy(ret, part->bytes.data + at, len);
    return ERR_OK;
}

static inline struct archive_part memory_part(struct memory_part *part)
{
    return (struct archive_part){memory_write, memory_read_at, part};
}

/* Front and data as one archive. */
static inline enum err_code memory_archive(struct archive_writer *writer,
                                           const struct archive_tileset *tileset,
                                           const struct memory_part *part, struct buf *ret,
                                           struct archive_header *ret_header, struct err *err)
{
    TRY(archive_writer_finish(writer, tileset, ret, ret_header, err));
    buf_add(ret, buf_span(&part->bytes));
    return ERR_OK;
}
