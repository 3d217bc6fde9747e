#include "tiles/tiler/pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tiles/base/buf.h"

enum {
    BLOCK_BYTES = 4 << 20,
    LEAST_LIMIT = 1 << 20, /* below, there would be more runs than open files */
    RUN_BUFFER = 256 << 10,
    RUN_HEAD = 12, /* key and length */
    DIGIT_BITS = 11,
    DIGITS = 6, /* × 11 bits ≥ 64 */
};

struct block {
    uint8_t *bytes;
    uint32_t used, size;
};

struct entry {
    uint64_t key;
    uint32_t block, offset; /* there: u32 length, bytes */
};

struct run {
    FILE *file;
    char *buffer;
    struct buf bytes; /* of the piece at the front */
    uint64_t key;
    bool ended;
};

struct pieces {
    size_t limit;
    char *folder;
    struct block *blocks;
    uint32_t block_count, block_room;
    struct entry *entries;
    size_t entry_count, entry_room, next;
    size_t block_bytes;
    struct run *runs;
    size_t run_count;
    size_t *heap; /* of runs, by key, then number */
    size_t heap_count;
    bool heap_top_used;
    uint64_t count;
};

static enum err_code fail_io(struct err *err)
{
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return err_set(err, ERR_FULL, "no space left in the temporary folder", 0);
    return err_set(err, ERR_IO, "the temporary folder cannot be used", 0);
}

static enum err_code fail_nomem(struct err *err)
{
    return err_set(err, ERR_NOMEM, "out of memory", 0);
}

enum err_code pieces_new(size_t limit, const char *folder, struct pieces **ret, struct err *err)
{
    if (limit && !folder)
        return err_set(err, ERR_USAGE, "a memory limit needs a temporary folder", 0);
    struct pieces *pieces = calloc(1, sizeof *pieces);
    if (!pieces)
        return fail_nomem(err);
    pieces->limit = limit && limit < LEAST_LIMIT ? LEAST_LIMIT : limit;
    pieces->folder = strdup(folder ? folder : "");
    if (!pieces->folder) {
        free(pieces);
        return fail_nomem(err);
    }
    *ret = pieces;
    return ERR_OK;
}

static void drop_blocks(struct pieces *pieces)
{
    for (uint32_t i = 0; i < pieces->block_count; i++)
        free(pieces->blocks[i].bytes);
    pieces->block_count = 0;
    pieces->block_bytes = 0;
    pieces->entry_count = 0;
}

void pieces_free(struct pieces *pieces)
{
    if (!pieces)
        return;
    drop_blocks(pieces);
    for (size_t i = 0; i < pieces->run_count; i++) {
        if (pieces->runs[i].file)
            fclose(pieces->runs[i].file);
        buf_done(&pieces->runs[i].bytes);
        free(pieces->runs[i].buffer);
    }
    free(pieces->runs);
    free(pieces->heap);
    free(pieces->blocks);
    free(pieces->entries);
    free(pieces->folder);
    free(pieces);
}

/* ---- in memory ---- */

static struct block *block_with_room(struct pieces *pieces, size_t len)
{
    struct block *last = pieces->block_count ? &pieces->blocks[pieces->block_count - 1] : NULL;
    if (last && last->size - last->used >= len)
        return last;
    if (pieces->block_count == pieces->block_room) {
        const uint32_t room = pieces->block_room ? pieces->block_room * 2 : 16;
        struct block *grown = realloc(pieces->blocks, room * sizeof *grown);
        if (!grown)
            return NULL;
        pieces->blocks = grown;
        pieces->block_room = room;
    }
    size_t size =
        pieces->limit && pieces->limit / 8 < BLOCK_BYTES ? pieces->limit / 8 : BLOCK_BYTES;
    size = len > size ? len : size;
    last = &pieces->blocks[pieces->block_count];
    *last = (struct block){.bytes = malloc(size), .size = (uint32_t)size};
    if (!last->bytes)
        return NULL;
    pieces->block_count++;
    pieces->block_bytes += size;
    return last;
}

static bool add_entry(struct pieces *pieces, struct entry entry)
{
    if (pieces->entry_count == pieces->entry_room) {
        const size_t room = pieces->entry_room ? pieces->entry_room + pieces->entry_room / 2 : 4096;
        struct entry *grown = realloc(pieces->entries, room * sizeof *grown);
        if (!grown)
            return false;
        pieces->entries = grown;
        pieces->entry_room = room;
    }
    pieces->entries[pieces->entry_count++] = entry;
    return true;
}

/* Least significant digit first; digits that are the same for all are skipped. */
static bool sort_entries(struct pieces *pieces)
{
    const size_t count = pieces->entry_count;
    struct entry *from = pieces->entries, *to = malloc((count ? count : 1) * sizeof *to);
    size_t(*digits)[1 << DIGIT_BITS] = calloc(DIGITS, sizeof *digits);
    if (!to || !digits) {
        free(to);
        free(digits);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        for (unsigned digit = 0; digit < DIGITS; digit++)
            digits[digit][from[i].key >> (digit * DIGIT_BITS) & ((1 << DIGIT_BITS) - 1)]++;
    for (unsigned digit = 0; digit < DIGITS && count; digit++) {
        const unsigned shift = digit * DIGIT_BITS;
        const size_t mask = (1 << DIGIT_BITS) - 1;
        size_t *starts = digits[digit], sum = 0;
        if (starts[from[0].key >> shift & mask] == count)
            continue;
        for (size_t i = 0; i <= mask; i++) {
            const size_t here = starts[i];
            starts[i] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            to[starts[from[i].key >> shift & mask]++] = from[i];
        struct entry *kept = from;
        from = to;
        to = kept;
    }
    pieces->entries = from;
    pieces->entry_room = count; /* of either array */
    free(to);
    free(digits);
    return true;
}

static struct span piece_of(const struct pieces *pieces, const struct entry *entry)
{
    const uint8_t *at = pieces->blocks[entry->block].bytes + entry->offset;
    uint32_t len;
    memcpy(&len, at, sizeof len);
    return span_of(at + sizeof len, len);
}

/* ---- runs ---- */

static FILE *open_nameless(const char *folder)
{
    char path[PATH_MAX];
    const int len = snprintf(path, sizeof path, "%s/pieces-XXXXXX", folder);
    if (len < 0 || (size_t)len >= sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    const int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return NULL;
    unlink(path);
    FILE *file = fdopen(fd, "w+b");
    if (!file)
        close(fd);
    return file;
}

static enum err_code write_run(struct pieces *pieces, struct err *err)
{
    if (pieces->entry_count == 0)
        return ERR_OK;
    if (!sort_entries(pieces))
        return fail_nomem(err);
    struct run *grown = realloc(pieces->runs, (pieces->run_count + 1) * sizeof *grown);
    if (!grown)
        return fail_nomem(err);
    pieces->runs = grown;
    struct run *run = &pieces->runs[pieces->run_count++];
    *run = (struct run){.file = open_nameless(pieces->folder), .buffer = malloc(RUN_BUFFER)};
    buf_init(&run->bytes);
    if (!run->buffer)
        return fail_nomem(err);
    if (!run->file)
        return fail_io(err);
    setvbuf(run->file, run->buffer, _IOFBF, RUN_BUFFER);
    for (size_t i = 0; i < pieces->entry_count; i++) {
        const struct span bytes = piece_of(pieces, &pieces->entries[i]);
        const uint32_t len = (uint32_t)bytes.len;
        uint8_t head[RUN_HEAD];
        memcpy(head, &pieces->entries[i].key, 8);
        memcpy(head + 8, &len, 4);
        if (fwrite(head, 1, RUN_HEAD, run->file) != RUN_HEAD ||
            fwrite(bytes.data, 1, len, run->file) != len)
            return fail_io(err);
    }
    if (fflush(run->file) != 0 || fseeko(run->file, 0, SEEK_SET) != 0)
        return fail_io(err);
    drop_blocks(pieces);
    return ERR_OK;
}

static enum err_code advance(struct run *run, struct err *err)
{
    uint8_t head[RUN_HEAD];
    const size_t got = fread(head, 1, RUN_HEAD, run->file);
    if (got == 0 && feof(run->file)) {
        run->ended = true;
        return ERR_OK;
    }
    uint32_t len;
    memcpy(&run->key, head, 8);
    memcpy(&len, head + 8, 4);
    buf_clear(&run->bytes);
    uint8_t *to = got == RUN_HEAD ? buf_reserve(&run->bytes, (size_t)len + 1) : NULL;
    if (!to)
        return run->bytes.failed ? fail_nomem(err) : fail_io(err);
    if (fread(to, 1, len, run->file) != len)
        return fail_io(err);
    run->bytes.len = len;
    return ERR_OK;
}

static bool comes_before(const struct pieces *pieces, size_t a, size_t b)
{
    const struct run *left = &pieces->runs[a], *right = &pieces->runs[b];
    return left->key != right->key ? left->key < right->key : a < b;
}

static void sink_down(struct pieces *pieces, size_t at)
{
    size_t *heap = pieces->heap;
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < pieces->heap_count; child++)
            if (comes_before(pieces, heap[child], heap[least]))
                least = child;
        if (least == at)
            return;
        const size_t kept = heap[at];
        heap[at] = heap[least];
        heap[least] = kept;
        at = least;
    }
}

/* ---- the calls ---- */

enum err_code pieces_add(struct pieces *pieces, uint64_t key, struct span bytes, struct err *err)
{
    if (bytes.len > INT32_MAX)
        return err_set(err, ERR_TOO_LARGE, "a piece of a feature is too large", 0);
    /* Sorting needs the entries twice. */
    const size_t wanted =
        pieces->block_bytes + 2 * pieces->entry_count * sizeof(struct entry) + bytes.len;
    if (pieces->limit && wanted > pieces->limit && pieces->entry_count)
        TRY(write_run(pieces, err));
    struct block *block = block_with_room(pieces, bytes.len + sizeof(uint32_t));
    if (!block)
        return fail_nomem(err);
    const struct entry entry = {key, pieces->block_count - 1, block->used};
    if (!add_entry(pieces, entry))
        return fail_nomem(err);
    const uint32_t len = (uint32_t)bytes.len;
    memcpy(block->bytes + block->used, &len, sizeof len);
    memcpy(block->bytes + block->used + sizeof len, bytes.data, len);
    block->used += (uint32_t)sizeof len + len;
    pieces->count++;
    return ERR_OK;
}

enum err_code pieces_sort(struct pieces *pieces, struct err *err)
{
    if (pieces->run_count == 0)
        return sort_entries(pieces) ? ERR_OK : fail_nomem(err);
    TRY(write_run(pieces, err));
    pieces->heap = calloc(pieces->run_count, sizeof *pieces->heap);
    if (!pieces->heap)
        return fail_nomem(err);
    for (size_t i = 0; i < pieces->run_count; i++) {
        TRY(advance(&pieces->runs[i], err));
        pieces->heap[pieces->heap_count++] = i;
    }
    for (size_t i = pieces->heap_count; i-- > 0;)
        sink_down(pieces, i);
    return ERR_OK;
}

static enum err_code next_of_runs(struct pieces *pieces, uint64_t *ret_key, struct span *ret_bytes,
                                  struct err *err)
{
    if (pieces->heap_top_used) { /* its bytes were lent until now */
        struct run *run = &pieces->runs[pieces->heap[0]];
        TRY(advance(run, err));
        if (run->ended)
            pieces->heap[0] = pieces->heap[--pieces->heap_count];
        sink_down(pieces, 0);
        pieces->heap_top_used = false;
    }
    if (pieces->heap_count == 0) {
        *ret_bytes = span_of(NULL, 0);
        return ERR_OK;
    }
    const struct run *run = &pieces->runs[pieces->heap[0]];
    pieces->heap_top_used = true;
    *ret_key = run->key;
    *ret_bytes = buf_span(&run->bytes);
    return ERR_OK;
}

enum err_code pieces_next(struct pieces *pieces, uint64_t *ret_key, struct span *ret_bytes,
                          struct err *err)
{
    if (pieces->run_count)
        return next_of_runs(pieces, ret_key, ret_bytes, err);
    if (pieces->next == pieces->entry_count) {
        *ret_bytes = span_of(NULL, 0);
        return ERR_OK;
    }
    const struct entry *entry = &pieces->entries[pieces->next++];
    *ret_key = entry->key;
    *ret_bytes = piece_of(pieces, entry);
    return ERR_OK;
}

uint64_t pieces_count(const struct pieces *pieces)
{
    return pieces->count;
}

uint64_t pieces_run_count(const struct pieces *pieces)
{
    return pieces->run_count;
}
