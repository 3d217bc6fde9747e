/*
 * certificate: what a PEM certificate and its key say, for people who look after a server.
 *
 * Purpose    Whether a certificate (our own, or one made by an ACME client) can be served: does the
 *            key belong to it, is it in time, which names does it carry, how many days are left.
 * Standard   RFC 5280; PEM: RFC 7468. The first certificate of the file is the server's, the
 *            others its chain.
 * Errors     ERR_FORMAT not PEM; ERR_CONFLICT the key is another's; ERR_USAGE it has no names.
 */
#pragma once

#include "server/tls/names.h"

struct tls_certificate {
    struct tls_names names;
    int64_t begins_ms, ends_ms;
    uint8_t sha256[32]; /* of its DER: what devices show as the fingerprint */
    bool is_root;       /* it may sign others */
    size_t chain;       /* certificates in the file */
};

/* `key` NULL: the certificate alone. */
MUST_CHECK enum err_code tls_certificate_read(const char *certificate, const char *key,
                                              struct tls_certificate *ret, struct err *err);

/* Whole days from now until the end; negative when it has ended. */
static inline int64_t tls_days_left(const struct tls_certificate *certificate, int64_t now_ms)
{
    const int64_t day_ms = 24 * 3600 * INT64_C(1000);
    const int64_t left = certificate->ends_ms - now_ms;
    return left >= 0 ? left / day_ms : -((-left + day_ms - 1) / day_ms);
}
