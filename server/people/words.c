#include "server/people/words.h"

#include <sodium.h>

#include "tiles/base/buf.h"

static const struct part {
    const char *id, *kana, *english;
} colours[] =
    {
#define COLOUR(id, kana, english) {id, kana, english},
#include "server/people/pen_names.def"
},
  animals[] = {
#define ANIMAL(id, kana, english) {id, kana, english},
#include "server/people/pen_names.def"
};
_Static_assert(LENGTH(colours) * LENGTH(animals) == PEN_NAMES, "every colour with every animal");

/* --- Recovery words --------------------------------------------------------------------------- */

void recovery_words_pick(const char *ret[RECOVERY_WORDS])
{
    for (size_t i = 0; i < RECOVERY_WORDS; i++)
        ret[i] = kana_words[randombytes_uniform(KANA_WORDS)];
}

/* The word without blanks, katakana as hiragana: U+30A1–30F6 lie 0x60 above U+3041–3096. */
static void plain(struct span word, struct buf *into)
{
    for (size_t i = 0; i < word.len; i++) {
        const uint8_t *at = word.data + i;
        if (*at == ' ' || *at == '\t')
            continue;
        if (i + 2 < word.len && at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x80) {
            i += 2; /* the wide blank */
            continue;
        }
        if (i + 2 < word.len && (at[0] & 0xF0) == 0xE0) {
            unsigned c = (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
            c -= c >= 0x30A1 && c <= 0x30F6 ? 0x60 : 0;
            buf_add_byte(into, (uint8_t)(0xE0 | c >> 12));
            buf_add_byte(into, (uint8_t)(0x80 | (c >> 6 & 63)));
            buf_add_byte(into, (uint8_t)(0x80 | (c & 63)));
            i += 2;
            continue;
        }
        buf_add_byte(into, *at);
    }
}

static bool is_of_list(struct span word)
{
    for (size_t i = 0; i < KANA_WORDS; i++)
        if (span_is(word, kana_words[i]))
            return true;
    return false;
}

bool recovery_words_join(const struct span *words, size_t count, struct arena *arena,
                         struct span *ret)
{
    CLEANUP(buf_done) struct buf joined = {0};
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_byte(&joined, ' ');
        const size_t from = joined.len;
        plain(words[i], &joined);
        if (joined.failed || !is_of_list(span_of(joined.data + from, joined.len - from)))
            return false;
    }
    const char *copy = count == RECOVERY_WORDS ? arena_copy(arena, buf_span(&joined)) : NULL;
    if (copy)
        *ret = span_of(copy, joined.len);
    return copy != NULL;
}

/* --- Pen names -------------------------------------------------------------------------------- */

enum err_code pen_name_at(size_t n, struct arena *arena, struct pen_name *ret, struct err *err)
{
    const struct part *colour = &colours[n / LENGTH(animals)];
    const struct part *animal = &animals[n % LENGTH(animals)];
    CLEANUP(buf_done) struct buf name = {0};
    CLEANUP(buf_done) struct buf english = {0};
    buf_add_str(&name, colour->kana);
    buf_add_str(&name, animal->kana);
    buf_add_str(&english, colour->english);
    buf_add_str(&english, " ");
    buf_add_str(&english, animal->english);
    const char *name_copy = name.failed ? NULL : arena_copy(arena, buf_span(&name));
    const char *english_copy = english.failed ? NULL : arena_copy(arena, buf_span(&english));
    if (!name_copy || !english_copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = (struct pen_name){
        span_of(name_copy, name.len),
        english_copy,
        animal->id,
        colour->id,
    };
    return ERR_OK;
}

bool pen_name_is_known(struct span name)
{
    for (size_t c = 0; c < LENGTH(colours); c++) {
        const size_t len = strlen(colours[c].kana);
        if (name.len <= len || memcmp(name.data, colours[c].kana, len) != 0)
            continue;
        for (size_t a = 0; a < LENGTH(animals); a++)
            if (span_is(span_of(name.data + len, name.len - len), animals[a].kana))
                return true;
    }
    return false;
}

enum err_code pen_names_offer(size_t count, bool (*is_taken)(const void *context, struct span name),
                              const void *context, struct arena *arena, struct pen_name **ret,
                              size_t *ret_count, struct err *err)
{
    uint16_t order[PEN_NAMES];
    struct pen_name *names = ARENA_ARRAY(arena, struct pen_name, count);
    size_t found = 0;
    if (!names)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    for (size_t i = 0; i < PEN_NAMES; i++)
        order[i] = (uint16_t)i;
    /* Fisher and Yates, only as far as names are wanted. */
    for (size_t i = 0; i < PEN_NAMES && found < count; i++) {
        const size_t j = i + randombytes_uniform((uint32_t)(PEN_NAMES - i));
        const uint16_t n = order[j];
        order[j] = order[i];
        TRY(pen_name_at(n, arena, &names[found], err));
        found += !is_taken(context, names[found].name);
    }
    *ret = names;
    *ret_count = found;
    return ERR_OK;
}
