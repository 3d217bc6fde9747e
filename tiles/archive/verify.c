#include "tiles/archive/verify.h"

#include <stdlib.h>

struct seen {
    uint64_t offset;
    uint32_t len;
};

/* Which contents were met already: a hash set of offset and length, at most half full. */
struct seen_set {
    struct seen *slots; /* len 0 is free */
    size_t slot_count, used;
};

struct verification {
    const struct archive_reader *reader;
    struct archive_tile_check check;
    struct archive_report report;
    struct seen_set seen;
    struct arena arena;
    struct buf plain;
    uint64_t next_offset; /* where a clustered archive puts its next new tile */
    bool clustered;
};

static size_t seen_slot(const struct seen_set *set, struct seen place)
{
    const uint64_t mixed = (place.offset ^ (uint64_t)place.len << 40) * 0x9E3779B97F4A7C15;
    size_t slot = (size_t)(mixed >> 20) & (set->slot_count - 1);
    while (set->slots[slot].len &&
           (set->slots[slot].offset != place.offset || set->slots[slot].len != place.len))
        slot = (slot + 1) & (set->slot_count - 1);
    return slot;
}

static bool seen_grow(struct seen_set *set)
{
    struct seen_set larger = {.slot_count = set->slot_count ? set->slot_count * 2 : 1024};
    larger.slots = calloc(larger.slot_count, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < set->slot_count; i++)
        if (set->slots[i].len)
            larger.slots[seen_slot(&larger, set->slots[i])] = set->slots[i];
    larger.used = set->used;
    free(set->slots);
    *set = larger;
    return true;
}

static enum err_code check_content(struct verification *job, const struct archive_entry *entry,
                                   struct err *err)
{
    const struct archive_header *header = &job->reader->header;
    struct span bytes = {0};
    arena_reset(&job->arena);
    TRY(archive_bytes(job->reader, entry, &job->arena, &bytes, err));
    job->report.content_count++;
    job->report.tile_bytes += bytes.len;
    if (job->report.tile_bytes > header->data.len)
        return err_set(err, ERR_INVALID, "stored tiles overlap", entry->id);
    if (header->tile_compression == ARCHIVE_GZIP) {
        struct err inner = {0};
        if (!job->reader->codec)
            return err_set(err, ERR_UNSUPPORTED, "tiles are compressed", entry->id);
        buf_clear(&job->plain);
        if (job->reader->codec->unpack(job->reader->codec->context, bytes, ARCHIVE_TILE_MAX,
                                       &job->plain, &inner) != ERR_OK)
            return err_set(err, inner.code, inner.what, entry->id);
        bytes = buf_span(&job->plain);
    } else if (header->tile_compression != ARCHIVE_PLAIN) {
        return err_set(err, ERR_UNSUPPORTED, "tiles are compressed by something else than gzip",
                       entry->id);
    }
    job->report.plain_bytes += bytes.len;
    return job->check.tile ? job->check.tile(job->check.context, entry->id, bytes, err) : ERR_OK;
}

static uint8_t zoom_of(uint64_t id)
{
    uint8_t z = 0;
    while (id >= tile_id_first(z + 1U))
        z++;
    return z;
}

static enum err_code visit(void *context, const struct archive_entry *entry, struct err *err)
{
    struct verification *job = context;
    if (job->report.entry_count++ == 0)
        job->report.min_zoom = zoom_of(entry->id);
    job->report.max_zoom = zoom_of(entry->id + entry->run - 1);
    job->report.addressed_count += entry->run;
    if (job->seen.used >= job->seen.slot_count / 2 && !seen_grow(&job->seen))
        return err_set(err, ERR_NOMEM, "no memory to check the archive", entry->id);
    const struct seen place = {.offset = entry->offset, .len = entry->len};
    const size_t slot = seen_slot(&job->seen, place);
    if (job->seen.slots[slot].len)
        return ERR_OK;
    job->seen.slots[slot] = place;
    job->seen.used++;
    job->clustered = job->clustered && entry->offset >= job->next_offset;
    job->next_offset = entry->offset + entry->len;
    return check_content(job, entry, err);
}

static enum err_code compare_counts(const struct archive_header *header,
                                    const struct verification *job, struct err *err)
{
    const struct archive_report *is = &job->report;
    if (header->addressed_count && header->addressed_count != is->addressed_count)
        return err_set(err, ERR_INVALID, "header counts other addressed tiles than there are",
                       is->addressed_count);
    if (header->entry_count && header->entry_count != is->entry_count)
        return err_set(err, ERR_INVALID, "header counts other entries than there are",
                       is->entry_count);
    if (header->content_count && header->content_count != is->content_count)
        return err_set(err, ERR_INVALID, "header counts other stored tiles than there are",
                       is->content_count);
    if (is->min_zoom < header->min_zoom)
        return err_set(err, ERR_INVALID, "a tile lies above the header's lowest zoom",
                       is->min_zoom);
    if (is->max_zoom > header->max_zoom)
        return err_set(err, ERR_INVALID, "a tile lies below the header's highest zoom",
                       is->max_zoom);
    if (header->clustered && !job->clustered)
        return err_set(err, ERR_INVALID, "archive is not clustered, although it says so", 96);
    return ERR_OK;
}

enum err_code archive_verify(const struct archive_reader *reader, struct archive_tile_check check,
                             struct archive_report *ret, struct err *err)
{
    struct verification job = {.reader = reader, .check = check, .clustered = true};
    arena_init(&job.arena, 0);
    enum err_code code =
        archive_walk(reader, (struct archive_visitor){.visit = visit, .context = &job}, err);
    if (code == ERR_OK)
        code = compare_counts(&reader->header, &job, err);
    if (code == ERR_OK)
        *ret = job.report;
    arena_done(&job.arena);
    buf_done(&job.plain);
    free(job.seen.slots);
    return code;
}
