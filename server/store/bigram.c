#include "server/store/bigram.h"

#include <stdlib.h>
#include <utf8proc.h>

/* Behind the last character of a run. Private use: no one writes it, and NFKC keeps it. */
enum { END_MARK = 0xE000 };

static bool is_dash(int32_t c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30FC || c == 0xFF70 ||
           c == 0x2500;
}

static bool is_space(int32_t c)
{
    const utf8proc_category_t category = utf8proc_category(c);
    return c <= ' ' || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_CC;
}

/* FTS5's tokenizer "ascii" splits at ASCII punctuation and keeps everything above: what NFKC made
 * narrow is widened again, so that "3.5" stays one run. Digits and letters stay. */
static int32_t for_tokenizer(int32_t c)
{
    if (is_space(c))
        return ' ';
    if (is_dash(c))
        return 0x30FC;
    const bool keeps = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return c < 0x7F && !keeps ? c - 0x21 + 0xFF01 : c;
}

static void add_character(struct buf *buf, int32_t c)
{
    uint8_t *at = buf_reserve(buf, 4);
    if (at)
        buf->len += (size_t)utf8proc_encode_char(c, at);
}

/* Code points of the normalised text, on the heap. */
static enum err_code normalised(struct span text, int32_t **ret, size_t *ret_count, struct err *err)
{
    const utf8proc_option_t options =
        UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    *ret = NULL;
    *ret_count = 0;
    if (text.len == 0)
        return ERR_OK;
    utf8proc_ssize_t need =
        utf8proc_decompose(text.data, (utf8proc_ssize_t)text.len, NULL, 0, options);
    if (need < 0)
        return err_set(err, ERR_FORMAT, "the text is not UTF-8", 0);
    int32_t *codes = calloc((size_t)need + 1, sizeof *codes);
    if (!codes)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    utf8proc_ssize_t count =
        utf8proc_decompose(text.data, (utf8proc_ssize_t)text.len, codes, need, options);
    if (count > 0)
        count = utf8proc_normalize_utf32(codes, count, options);
    if (count < 0) {
        free(codes);
        return err_set(err, ERR_FORMAT, "the text is not UTF-8", 0);
    }
    for (utf8proc_ssize_t i = 0; i < count; i++)
        codes[i] = for_tokenizer(codes[i]);
    *ret = codes;
    *ret_count = (size_t)count;
    return ERR_OK;
}

enum err_code bigram_normalise(struct span text, struct buf *ret, struct err *err)
{
    int32_t *codes;
    size_t count;
    TRY(normalised(text, &codes, &count, err));
    for (size_t i = 0; i < count; i++)
        add_character(ret, codes[i]);
    free(codes);
    return ret->failed ? err_set(err, ERR_NOMEM, "out of memory", 0) : ERR_OK;
}

enum err_code bigram_index(struct span text, struct buf *ret, struct err *err)
{
    int32_t *codes;
    size_t count;
    TRY(normalised(text, &codes, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (codes[i] == ' ')
            continue;
        const bool last = i + 1 == count || codes[i + 1] == ' ';
        add_character(ret, codes[i]);
        add_character(ret, last ? END_MARK : codes[i + 1]);
        buf_add_byte(ret, ' ');
    }
    free(codes);
    return ret->failed ? err_set(err, ERR_NOMEM, "out of memory", 0) : ERR_OK;
}

/* A run of n characters: "ab bc cd" as a phrase; a single character: "a" as a prefix. The
 * characters hold no quotation mark: for_tokenizer has widened it. */
static void add_run(struct buf *buf, const int32_t *codes, size_t count)
{
    if (buf->len)
        buf_add_str(buf, " AND ");
    buf_add_byte(buf, '"');
    for (size_t i = 0; i + 1 < count; i++) {
        if (i)
            buf_add_byte(buf, ' ');
        add_character(buf, codes[i]);
        add_character(buf, codes[i + 1]);
    }
    if (count == 1)
        add_character(buf, codes[0]);
    buf_add_byte(buf, '"');
    if (count == 1)
        buf_add_byte(buf, '*');
}

enum err_code bigram_query(struct span query, struct buf *ret, struct err *err)
{
    int32_t *codes;
    size_t count;
    TRY(normalised(query, &codes, &count, err));
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && codes[end] != ' ')
            end++;
        if (end > i)
            add_run(ret, codes + i, end - i);
        i = end + 1;
    }
    free(codes);
    return ret->failed ? err_set(err, ERR_NOMEM, "out of memory", 0) : ERR_OK;
}
