#include "server/http/cache.h"

#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tiles/base/num.h"

/* --- Accept-Encoding --- */

static struct span trimmed(struct span text)
{
    while (text.len && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = span_of(text.data + 1, text.len - 1);
    while (text.len && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* Cuts up to the next `mark` off the front of *text. */
static struct span cut(struct span *text, char mark)
{
    const uint8_t *at = text->len ? memchr(text->data, mark, text->len) : NULL;
    const struct span piece = span_of(text->data, at ? (size_t)(at - text->data) : text->len);
    const size_t taken = piece.len + (at != NULL);
    *text = span_of(text->data + taken, text->len - taken);
    return trimmed(piece);
}

static bool is_word(struct span text, const char *word)
{
    return text.len == strlen(word) && strncasecmp((const char *)text.data, word, text.len) == 0;
}

/* q in thousandths; what is not well-formed counts as 0: not wanted. */
static int quality_from(struct span text)
{
    double q;
    if (text.len < 3 || strncasecmp((const char *)text.data, "q=", 2) != 0 ||
        num_double_from(span_of(text.data + 2, text.len - 2), &q, NULL) != ERR_OK)
        return 0;
    return q < 0 || q > 1 ? 0 : (int)(q * 1000 + 0.5);
}

enum http_encoding http_encoding_for(const struct http_request *req, unsigned available)
{
    static const char *const names[HTTP_ENCODINGS] = {"identity", "gzip", "br"};
    int quality[HTTP_ENCODINGS] = {-1, -1, -1}, rest = -1;
    struct span header;
    if (!http_header(req, "Accept-Encoding", &header))
        header = span_from_str("identity");
    while (header.len) {
        struct span item = cut(&header, ',');
        const struct span name = cut(&item, ';');
        const int q = item.len ? quality_from(trimmed(item)) : 1000;
        if (is_word(name, "*"))
            rest = q;
        for (size_t i = 0; i < HTTP_ENCODINGS; i++)
            if (is_word(name, names[i]) || (i == HTTP_GZIP && is_word(name, "x-gzip")))
                quality[i] = q;
    }
    enum http_encoding best = HTTP_ENCODINGS;
    int best_quality = 0;
    for (int i = HTTP_ENCODINGS - 1; i >= 0; i--) {
        int q = quality[i] >= 0 ? quality[i] : rest;
        if (i == HTTP_IDENTITY && q < 0)
            q = 1; /* always acceptable unless refused, but liked least */
        if ((available & HTTP_HAS(i)) && q > best_quality) {
            best = (enum http_encoding)i;
            best_quality = q;
        }
    }
    return best;
}

/* --- Entity tags --- */

bool http_etag_text(const char *etag, enum http_encoding encoding, char ret[HTTP_ETAG_TEXT])
{
    static const char *const suffixes[HTTP_ENCODINGS] = {"\"", "-gz\"", "-br\""};
    const size_t len = strlen(etag);
    const char *suffix = suffixes[encoding];
    if (len + strlen(suffix) + 2 > HTTP_ETAG_TEXT)
        return false;
    ret[0] = '"';
    memcpy(ret + 1, etag, len);
    memcpy(ret + 1 + len, suffix, strlen(suffix) + 1);
    return true;
}

bool http_is_current(const struct http_request *req, const char *quoted)
{
    struct span list;
    if (!http_header(req, "If-None-Match", &list))
        return false;
    if (span_is(trimmed(list), "*"))
        return true;
    while (list.len) {
        struct span tag = cut(&list, ',');
        if (tag.len > 2 && tag.data[0] == 'W' && tag.data[1] == '/')
            tag = span_of(tag.data + 2, tag.len - 2); /* weak comparison, RFC 9110, 13.1.2 */
        if (span_is(tag, quoted))
            return true;
    }
    return false;
}

/* --- Ranges --- */

static bool number_from(struct span text, uint64_t *ret)
{
    int64_t value;
    if (!text.len || text.data[0] < '0' || text.data[0] > '9' ||
        num_int_from(text, 0, INT64_MAX, &value, NULL) != ERR_OK)
        return false;
    *ret = (uint64_t)value;
    return true;
}

enum http_range http_range_of(const struct http_request *req, uint64_t size, const char *quoted,
                              uint64_t *ret_from, uint64_t *ret_len)
{
    struct span text, only_if;
    if (!http_header(req, "Range", &text))
        return HTTP_RANGE_ALL;
    if (http_header(req, "If-Range", &only_if) && (!quoted || !span_is(only_if, quoted)))
        return HTTP_RANGE_ALL; /* the strong comparison of RFC 9110, 13.1.5; dates never match */
    if (text.len < 6 || strncasecmp((const char *)text.data, "bytes=", 6) != 0)
        return HTTP_RANGE_ALL;
    struct span last = span_of(text.data + 6, text.len - 6);
    if (memchr(last.data, ',', last.len))
        return HTTP_RANGE_ALL;
    if (!memchr(last.data, '-', last.len))
        return HTTP_RANGE_ALL;
    const struct span first = cut(&last, '-');
    last = trimmed(last);
    uint64_t from = 0, to = 0;
    if (first.len == 0) {
        uint64_t suffix;
        if (!number_from(last, &suffix))
            return HTTP_RANGE_ALL;
        if (suffix == 0 || size == 0)
            return HTTP_RANGE_UNMET;
        from = suffix < size ? size - suffix : 0;
        to = size - 1;
    } else {
        if (!number_from(first, &from) || (last.len && !number_from(last, &to)))
            return HTTP_RANGE_ALL;
        if (last.len && to < from)
            return HTTP_RANGE_ALL;
        if (from >= size)
            return HTTP_RANGE_UNMET;
        if (last.len == 0 || to > size - 1)
            to = size - 1;
    }
    *ret_from = from;
    *ret_len = to - from + 1;
    return HTTP_RANGE_PART;
}

/* --- Compression on the way --- */

bool http_type_is_text(const char *content_type)
{
    static const char *const starts[] = {
        "text/",
        "application/json",
        "application/geo+json",
        "image/svg+xml",
        "application/javascript",
        "application/problem+json",
        "application/vnd.mapbox-vector-tile",
        "application/manifest+json",
    };
    if (!content_type || strncmp(content_type, "text/event-stream", 17) == 0)
        return false;
    for (size_t i = 0; i < LENGTH(starts); i++)
        if (strncmp(content_type, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

enum { GZIP_LEVEL = 6 };

/* One for each thread: making it costs more than a small answer. */
static pthread_key_t compressor_key;
static pthread_once_t compressor_once = PTHREAD_ONCE_INIT;

static void free_compressor(void *compressor)
{
    libdeflate_free_compressor(compressor);
}

static void make_compressor_key(void)
{
    if (pthread_key_create(&compressor_key, free_compressor) != 0)
        abort(); /* at the first request: no keys left means a broken program */
}

static struct libdeflate_compressor *compressor_of_thread(void)
{
    pthread_once(&compressor_once, make_compressor_key);
    struct libdeflate_compressor *compressor = pthread_getspecific(compressor_key);
    if (!compressor && (compressor = libdeflate_alloc_compressor(GZIP_LEVEL)) &&
        pthread_setspecific(compressor_key, compressor) != 0) {
        libdeflate_free_compressor(compressor);
        compressor = NULL;
    }
    return compressor;
}

bool http_gzip(struct span bytes, struct arena *arena, struct span *ret)
{
    struct libdeflate_compressor *compressor = compressor_of_thread();
    uint8_t *out = compressor ? arena_alloc(arena, bytes.len) : NULL;
    const size_t len =
        out ? libdeflate_gzip_compress(compressor, bytes.data, bytes.len, out, bytes.len) : 0;
    if (len)
        *ret = span_of(out, len);
    return len != 0;
}

static enum err_code gunzip_with(struct libdeflate_decompressor *decompressor, struct span bytes,
                                 size_t max, struct arena *arena, struct span *ret, struct err *err)
{
    size_t capacity = bytes.len * 4 + 1024, len = 0;
    uint8_t *out = arena_alloc(arena, capacity);
    while (out && bytes.len) {
        size_t taken = 0, made = 0;
        const enum libdeflate_result result = libdeflate_gzip_decompress_ex(
            decompressor, bytes.data, bytes.len, out + len, capacity - len, &taken, &made);
        if (result == LIBDEFLATE_SUCCESS) {
            len += made;
            bytes = span_of(bytes.data + taken, bytes.len - taken);
        } else if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
            return err_set(err, ERR_CHECKSUM, "compressed bytes are damaged", 0);
        } else if (capacity >= max) {
            return err_set(err, ERR_TOO_LARGE, "decompressed bytes are too many", 0);
        } else {
            uint8_t *more = arena_alloc(arena, capacity * 2);
            if (more && len)
                memcpy(more, out, len);
            out = more;
            capacity *= 2;
        }
    }
    if (!out)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    *ret = span_of(out, len);
    return ERR_OK;
}

enum err_code http_gunzip(struct span bytes, size_t max, struct arena *arena, struct span *ret,
                          struct err *err)
{
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    if (!decompressor)
        return err_set(err, ERR_NOMEM, "no memory for the answer", 0);
    const enum err_code code = gunzip_with(decompressor, bytes, max, arena, ret, err);
    libdeflate_free_decompressor(decompressor);
    return code;
}
