#include "server/http/header.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "tiles/base/num.h"

/* RFC 9110, 5.6.2: token characters. */
static bool is_token(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = text.data[i];
        const bool alnum =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && (c == 0 || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return text.len > 0;
}

static bool is_plain_value(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.data[i] < 0x20 && text.data[i] != '\t') || text.data[i] == 0x7F)
            return false;
    return true;
}

/* host[:port] as a URI writes it, without user names; the whole check is left to who needs more. */
static bool is_host(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = text.data[i];
        const bool alnum =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && (c == 0 || !strchr(".-:[]_", c)))
            return false;
    }
    return text.len > 0 && text.len <= 255;
}

static bool is_name(struct span text, const char *name)
{
    return text.len == strlen(name) && strncasecmp((const char *)text.data, name, text.len) == 0;
}

struct counts {
    unsigned hosts, lengths, encodings;
};

static enum err_code check_field(const struct http_pair *pair, uint64_t number,
                                 struct counts *counts, struct http_framing *framing,
                                 struct err *err)
{
    if (!is_token(pair->name))
        return err_set(err, ERR_FORMAT, "a header's name is not a plain word", number);
    if (!is_plain_value(pair->value))
        return err_set(err, ERR_FORMAT, "a header's value holds control characters", number);
    if (is_name(pair->name, "Host")) {
        if (counts->hosts++ || !is_host(pair->value))
            return err_set(err, ERR_FORMAT, "one plain Host header is expected", number);
    } else if (is_name(pair->name, "Content-Length")) {
        int64_t length;
        const bool digits = pair->value.len && isdigit(pair->value.data[0]);
        if (counts->lengths++ || !digits ||
            num_int_from(pair->value, 0, INT64_MAX, &length, NULL) != ERR_OK)
            return err_set(err, ERR_FORMAT, "one plain Content-Length header is expected", number);
        framing->has_length = true;
        framing->length = (uint64_t)length;
    } else if (is_name(pair->name, "Transfer-Encoding")) {
        if (counts->encodings++ || !is_name(pair->value, "chunked"))
            return err_set(err, ERR_FORMAT, "Transfer-Encoding may only be chunked, once", number);
        framing->is_chunked = true;
    }
    return ERR_OK;
}

/* "Name: value\r\n" is what everybody writes. Without the blank it is shorter by one; a bare line
 * feed makes it shorter too, and cannot be told apart, so that is let pass only without a body.
 * What is longer has white space, folded lines or bytes behind a zero that we were not shown. */
static bool size_fits(const struct http_head *head, bool has_body)
{
    if (!head->bytes)
        return true;
    size_t usual = head->method.len + 1 + head->raw_target.len + 1 + strlen("HTTP/1.1\r\n") + 2;
    for (size_t i = 0; i < head->header_count; i++)
        usual += head->headers[i].name.len + 2 + head->headers[i].value.len + 2;
    return has_body ? head->bytes == usual : head->bytes <= usual;
}

enum err_code http_head_check(const struct http_head *head, struct http_framing *ret,
                              struct err *err)
{
    struct http_framing framing = {0};
    struct counts counts = {0};
    for (size_t i = 0; i < head->header_count; i++)
        TRY(check_field(&head->headers[i], i + 1, &counts, &framing, err));
    if (!head->is_http_1_0 && counts.hosts == 0)
        return err_set(err, ERR_FORMAT, "the Host header is missing", 0);
    if (framing.has_length && framing.is_chunked)
        return err_set(err, ERR_FORMAT, "Content-Length and Transfer-Encoding exclude each other",
                       0);
    if (framing.is_chunked && head->is_http_1_0)
        return err_set(err, ERR_FORMAT, "HTTP/1.0 has no Transfer-Encoding", 0);
    if (!size_fits(head, framing.has_length || framing.is_chunked))
        return err_set(err, ERR_FORMAT,
                       "the headers hold folded lines, zero bytes or unusual white space", 0);
    *ret = framing;
    return ERR_OK;
}

enum err_code http_origin_check(const struct http_request *req, const char *own_origin,
                                struct err *err)
{
    struct span site, origin, host;
    if (http_header(req, "Sec-Fetch-Site", &site)) {
        if (span_is(site, "same-origin") || span_is(site, "none"))
            return ERR_OK;
        return err_set(err, ERR_FORBIDDEN, "a page of another site may not write here", 0);
    }
    if (!http_header(req, "Origin", &origin))
        return ERR_OK; /* no browser */
    if (own_origin[0] && span_is(origin, own_origin))
        return ERR_OK;
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < LENGTH(schemes) && http_header(req, "Host", &host); i++) {
        const size_t len = strlen(schemes[i]);
        if (origin.len == len + host.len && memcmp(origin.data, schemes[i], len) == 0 &&
            strncasecmp((const char *)origin.data + len, (const char *)host.data, host.len) == 0)
            return ERR_OK;
    }
    return err_set(err, ERR_FORBIDDEN, "a page of another site may not write here", 0);
}
