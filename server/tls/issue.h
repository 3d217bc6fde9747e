/*
 * issue: makes a private root that can speak for a venue's names only, and the venue's certificate.
 *
 * Purpose    HTTPS in a school without internet: the school's device management gives the root to
 *            its tablets, and no harm comes of it elsewhere, because the root is name-constrained
 *            (critical): browsers refuse certificates of that root for any other name.
 * Standard   RFC 5280 (4.2.1.10 name constraints), RFC 8422 (P-256). A certificate is valid for at
 *            most 825 days, the longest that Apple's systems accept from a private root, backdating
 * included. Ownership  *ret_… are PEM texts to be released with tls_pem_free, which blanks them.
 * Errors     ERR_USAGE the names are not within the root's; ERR_FORMAT the root is none of ours;
 *            ERR_INTERNAL the library failed.
 */
#pragma once

#include "server/tls/names.h"

enum {
    TLS_BACKDATE_DAYS = 30, /* children's tablets have wrong clocks */
    TLS_DAYS_MAX = 825 - TLS_BACKDATE_DAYS,
    TLS_ROOT_DAYS = 3650,
};

struct tls_pem {
    char *certificate, *key;
};

void tls_pem_free(struct tls_pem *pem);

/* `label` stands in the root's name, so that people can tell roots apart: the municipality. */
MUST_CHECK enum err_code tls_issue_root(const struct tls_names *names, const char *label,
                                        int64_t now_ms, struct tls_pem *ret, struct err *err);

/* Signed by `root`; `days` from now. */
MUST_CHECK enum err_code tls_issue_server(const struct tls_pem *root, const struct tls_names *names,
                                          int days, int64_t now_ms, struct tls_pem *ret,
                                          struct err *err);
