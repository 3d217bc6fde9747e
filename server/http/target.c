#include "server/http/target.h"

#include <string.h>
#include <strings.h>

#include "tiles/base/utf8.h"

/* What an escape may not hide: a zero ends C strings, control characters break lines and logs. */
static bool is_control(uint8_t c)
{
    return c < 0x20 || c == 0x7F;
}

/* `at_base` is where raw starts in the target, for messages. A text to search for may hold line
 * breaks and slashes, a path may not. */
static enum err_code decode(struct span raw, bool in_query, size_t at_base, struct arena *arena,
                            struct span *ret, struct err *err)
{
    uint8_t *out = arena_alloc(arena, raw.len + 1);
    if (!out)
        return err_set(err, ERR_NOMEM, "no memory for the request", 0);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        const size_t start = at_base + i;
        uint8_t c = raw.data[i];
        if (c == '%') {
            const int high = i + 2 < raw.len ? uuid_digit_value(raw.data[i + 1]) : -1;
            const int low = i + 2 < raw.len ? uuid_digit_value(raw.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return err_set(err, ERR_FORMAT, "a percent sign without two hex digits", start);
            c = (uint8_t)(high << 4 | low);
            if (c == '/' && !in_query)
                return err_set(err, ERR_FORMAT, "an encoded slash in the path", start);
            i += 2;
        } else if (c == '+' && in_query) {
            c = ' ';
        }
        if (is_control(c) && !(in_query && (c == '\n' || c == '\t' || c == '\r')))
            return err_set(err, ERR_FORMAT, "a control character in the address", start);
        out[len++] = c;
    }
    out[len] = 0;
    *ret = span_of(out, len);
    if (!utf8_is_valid(*ret))
        return err_set(err, ERR_FORMAT, "the address is not UTF-8", at_base);
    return ERR_OK;
}

/* Segments that a file system would understand are refused, although no file name is ever made. */
static enum err_code check_segments(struct span path, struct err *err)
{
    size_t start = 1;
    for (size_t i = 1; i <= path.len; i++) {
        if (i < path.len && path.data[i] != '/')
            continue;
        const struct span segment = span_of(path.data + start, i - start);
        const bool is_last = i == path.len;
        if (span_is(segment, ".") || span_is(segment, "..") || (segment.len == 0 && !is_last))
            return err_set(err, ERR_FORMAT, "an empty or dotted step in the path", start);
        start = i + 1;
    }
    return ERR_OK;
}

static enum err_code query_from(struct span raw, size_t base, struct arena *arena,
                                struct http_target *ret, struct err *err)
{
    size_t count = raw.len ? 1 : 0;
    for (size_t i = 0; i < raw.len; i++)
        count += raw.data[i] == '&';
    if (count > HTTP_MAX_QUERY)
        return err_set(err, ERR_FORMAT, "too many query parameters", base);
    ret->query = ARENA_ARRAY(arena, struct http_pair, count);
    if (!ret->query)
        return err_set(err, ERR_NOMEM, "no memory for the request", 0);
    for (size_t start = 0; start < raw.len;) {
        const uint8_t *from = raw.data + start;
        const uint8_t *amp = memchr(from, '&', raw.len - start);
        const size_t len = amp ? (size_t)(amp - from) : raw.len - start;
        if (len) {
            struct http_pair *pair = &ret->query[ret->query_count];
            const uint8_t *equals = memchr(from, '=', len);
            const size_t name_len = equals ? (size_t)(equals - from) : len;
            const size_t value_at = equals ? name_len + 1 : len;
            TRY(decode(span_of(from, name_len), true, base + start, arena, &pair->name, err));
            TRY(decode(span_of(from + value_at, len - value_at), true, base + start + value_at,
                       arena, &pair->value, err));
            ret->query_count++;
        }
        start += len + 1;
    }
    return ERR_OK;
}

/* http://host/path → how many bytes stand before /path; 0 for the usual form. */
static size_t authority_len(struct span raw)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t s = 0; s < LENGTH(schemes); s++) {
        const size_t len = strlen(schemes[s]);
        if (raw.len < len || strncasecmp((const char *)raw.data, schemes[s], len) != 0)
            continue;
        const uint8_t *slash = memchr(raw.data + len, '/', raw.len - len);
        return slash ? (size_t)(slash - raw.data) : raw.len;
    }
    return 0;
}

enum err_code http_target_from(struct span raw, struct arena *arena, struct http_target *ret,
                               struct err *err)
{
    const size_t base = authority_len(raw);
    raw = span_of(raw.data + base, raw.len - base);
    if (base && raw.len == 0)
        raw = span_from_str("/");
    if (raw.len == 0 || raw.data[0] != '/')
        return err_set(err, ERR_FORMAT, "the address must start with a slash", 0);
    if (memchr(raw.data, '#', raw.len))
        return err_set(err, ERR_FORMAT, "a number sign in the address", 0);
    const uint8_t *mark = memchr(raw.data, '?', raw.len);
    const size_t path_len = mark ? (size_t)(mark - raw.data) : raw.len;
    struct http_target target = {0};
    TRY(decode(span_of(raw.data, path_len), false, base, arena, &target.path, err));
    TRY(check_segments(target.path, err));
    if (mark)
        TRY(query_from(span_of(mark + 1, raw.len - path_len - 1), base + path_len + 1, arena,
                       &target, err));
    *ret = target;
    return ERR_OK;
}
