#include "server/moderation/wordlist.h"

#include "server/moderation/fold.h"

static const struct span own[] = {
#define WORD(text) {(const uint8_t *)(text), sizeof(text) - 1},
#include "server/moderation/words.def"
};

static const struct span harmless[] = {
#define HARMLESS(text) {(const uint8_t *)(text), sizeof(text) - 1},
#include "server/moderation/harmless.def"
};

const struct span *wordlist_own(size_t *ret_count)
{
    *ret_count = LENGTH(own);
    return own;
}

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool stands_at(struct span text, size_t at, struct span word)
{
    return at <= text.len && word.len <= text.len - at &&
           memcmp(text.data + at, word.data, word.len) == 0;
}

/* Does `longer` cover the `len` bytes at `at`? Bytes decide: UTF-8 aligns by itself. */
static bool covers(struct span text, size_t at, size_t len, struct span longer)
{
    if (longer.len <= len)
        return false;
    const size_t back = longer.len - len;
    for (size_t from = at > back ? at - back : 0; from <= at; from++)
        if (stands_at(text, from, longer))
            return true;
    return false;
}

static bool is_inside_word(struct span text, size_t at, struct span word)
{
    const size_t end = at + word.len;
    return (is_letter(word.data[0]) && at > 0 && is_letter(text.data[at - 1])) ||
           (is_letter(word.data[word.len - 1]) && end < text.len && is_letter(text.data[end]));
}

/* The folded entries of a list; an exception's dash has been folded away, `excepted` remembers. */
struct list {
    struct buf text;
    size_t count;
    struct {
        size_t at, len;
        bool excepted;
    } entries[WORDLIST_MAX];
};

static struct span entry_of(const struct list *list, size_t i)
{
    return span_of(list->text.data + list->entries[i].at, list->entries[i].len);
}

static bool is_excepted(struct span text, size_t at, struct span word, const struct list *list)
{
    for (size_t i = 0; i < LENGTH(harmless); i++)
        if (covers(text, at, word.len, harmless[i]))
            return true;
    for (size_t i = 0; i < list->count; i++)
        if (list->entries[i].excepted && covers(text, at, word.len, entry_of(list, i)))
            return true;
    return false;
}

static bool has_word(struct span text, struct span word, const struct list *list)
{
    if (word.len == 0)
        return false;
    for (size_t at = 0; at + word.len <= text.len; at++)
        if (stands_at(text, at, word) && !is_inside_word(text, at, word) &&
            !is_excepted(text, at, word, list))
            return true;
    return false;
}

static enum err_code fold_list(const struct span *words, size_t count, struct list *ret,
                               struct err *err)
{
    ret->count = count < WORDLIST_MAX ? count : WORDLIST_MAX;
    for (size_t i = 0; i < ret->count; i++) {
        ret->entries[i].at = ret->text.len;
        ret->entries[i].excepted = words[i].len && words[i].data[0] == '-';
        TRY(fold_text(words[i], &ret->text, err));
        ret->entries[i].len = ret->text.len - ret->entries[i].at;
    }
    return ERR_OK;
}

enum err_code wordlist_find(struct span text, const struct span *words, size_t count,
                            size_t *ret_word, struct err *err)
{
    CLEANUP(buf_done) struct buf folded = {0};
    struct list list = {0};
    TRY(fold_text(text, &folded, err));
    const enum err_code code = fold_list(words, count, &list, err);
    size_t found = 0;
    while (code == ERR_OK && found < list.count &&
           (list.entries[found].excepted ||
            !has_word(buf_span(&folded), entry_of(&list, found), &list)))
        found++;
    if (code == ERR_OK)
        *ret_word = found < list.count ? found : count;
    buf_done(&list.text);
    return code;
}
