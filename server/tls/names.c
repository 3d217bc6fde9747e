#include "server/tls/names.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

static bool is_label(const char *text, size_t len)
{
    if (len == 0 || len > 63 || text[0] == '-' || text[len - 1] == '-')
        return false;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '-')
            return false;
    return true;
}

/* Letters, digits and hyphens between dots. No wildcards: a venue has one name. A name that ends in
 * a number would be taken for an address by browsers. */
static bool is_host(const char *text)
{
    const char *label = text;
    for (;;) {
        const size_t len = strcspn(label, ".");
        if (!is_label(label, len))
            return false;
        if (label[len] == '\0')
            return strspn(label, "0123456789") < len;
        label += len + 1;
    }
}

static enum err_code read_one(const char *text, size_t len, struct tls_name *ret, struct err *err)
{
    *ret = (struct tls_name){0};
    if (len == 0 || len > TLS_NAME_MAX)
        return err_set(err, ERR_USAGE, "a name is empty or too long", 0);
    for (size_t i = 0; i < len; i++)
        ret->text[i] = (char)tolower((unsigned char)text[i]);
    if (inet_pton(AF_INET, ret->text, ret->address) == 1)
        ret->address_len = 4;
    else if (inet_pton(AF_INET6, ret->text, ret->address) == 1)
        ret->address_len = 16;
    else if (!is_host(ret->text))
        return err_set(err, ERR_USAGE,
                       "a name is neither a host name such as v01.map.example nor an address such "
                       "as 192.168.10.5",
                       0);
    return ERR_OK;
}

bool tls_name_equal(const struct tls_name *a, const struct tls_name *b)
{
    if (a->address_len != b->address_len)
        return false;
    return a->address_len ? memcmp(a->address, b->address, a->address_len) == 0
                          : strcmp(a->text, b->text) == 0;
}

enum err_code tls_names_read(const char *text, struct tls_names *ret, struct err *err)
{
    ret->count = 0;
    for (;;) {
        const size_t len = strcspn(text, ",");
        if (ret->count == TLS_NAMES_MAX)
            return err_set(err, ERR_USAGE, "more than 16 names", 0);
        TRY(read_one(text, len, &ret->list[ret->count], err));
        bool known = false;
        for (size_t i = 0; i < ret->count; i++)
            known |= tls_name_equal(&ret->list[i], &ret->list[ret->count]);
        ret->count += !known;
        if (text[len] == '\0')
            return ERR_OK;
        text += len + 1;
    }
}
