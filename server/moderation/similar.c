#include "server/moderation/similar.h"

#include <stdlib.h>

#include "server/moderation/fold.h"
#include "tiles/base/hash.h"

/* White space, ASCII punctuation as bigram_normalise widens it, and the marks of Japanese. */
static bool is_mark(uint32_t c)
{
    return c <= ' ' || (c >= 0x3001 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF0F) ||
           (c >= 0xFF1A && c <= 0xFF20) || c == 0x30FB || (c >= 0x2010 && c <= 0x206F);
}

static size_t length_at(const uint8_t *byte)
{
    return byte[0] < 0x80 ? 1 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
}

static uint32_t point_at(const uint8_t *byte, size_t len)
{
    uint32_t c = len == 1 ? byte[0] : byte[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++)
        c = c << 6 | (byte[i] & 0x3F);
    return c;
}

static int compare(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Hashes of all pairs, with repetitions; `ret` has room for one a byte. */
static size_t pairs_of(struct span text, uint32_t *ret)
{
    size_t count = 0;
    uint32_t before = 0;
    for (size_t i = 0; i < text.len;) {
        const size_t len = length_at(text.data + i);
        const uint32_t c = point_at(text.data + i, len);
        i += len;
        if (is_mark(c))
            continue;
        if (before)
            ret[count++] = (uint32_t)hash_mix((uint64_t)before << 32 | c, 0x9E3779B97F4A7C15);
        before = c;
    }
    return count;
}

enum err_code similar_set_from(struct span text, struct similar_set *ret, struct err *err)
{
    CLEANUP(buf_done) struct buf folded = {0};
    TRY(fold_text(text, &folded, err));
    uint32_t *pairs = malloc((folded.len + 1) * sizeof *pairs);
    if (!pairs)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const size_t count = pairs_of(buf_span(&folded), pairs);
    qsort(pairs, count, sizeof *pairs, compare);
    ret->count = 0;
    for (size_t i = 0; i < count && ret->count < SIMILAR_PAIRS_MAX; i++)
        if (i == 0 || pairs[i] != pairs[i - 1])
            ret->pairs[ret->count++] = pairs[i];
    free(pairs);
    return ERR_OK;
}

uint32_t similar_permille(const struct similar_set *a, const struct similar_set *b)
{
    /* Of the union, the smallest hashes up to the size of a set: all of them when both are whole.
     */
    uint32_t all = 0, common = 0, i = 0, j = 0;
    if (a->count == 0 || b->count == 0)
        return 0;
    const bool is_whole = a->count < SIMILAR_PAIRS_MAX && b->count < SIMILAR_PAIRS_MAX;
    const uint32_t limit = is_whole ? a->count + b->count : SIMILAR_PAIRS_MAX;
    while ((i < a->count || j < b->count) && all < limit) {
        const bool from_a = j == b->count || (i < a->count && a->pairs[i] <= b->pairs[j]);
        const bool from_b = i == a->count || (j < b->count && b->pairs[j] <= a->pairs[i]);
        i += from_a;
        j += from_b;
        common += from_a && from_b;
        all++;
    }
    return common * 1000 / all;
}
