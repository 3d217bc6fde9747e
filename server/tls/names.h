/*
 * names: what a certificate is for: host names and addresses.
 *
 * Purpose    One list, written "v01.map.example,192.168.10.5" by people, for making a certificate
 *            and for the constraints of its root.
 * Standard   RFC 5280, 4.2.1.6 and 4.2.1.10; host names RFC 1123.
 * Errors     ERR_USAGE, with a sentence that names the fault.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/err.h"

enum { TLS_NAMES_MAX = 16, TLS_NAME_MAX = 253 };

struct tls_name {
    char text[TLS_NAME_MAX + 1]; /* lower case */
    uint8_t address[16];         /* of addresses, network byte order */
    uint8_t address_len;         /* 4 or 16; 0: a host name */
};

struct tls_names {
    struct tls_name list[TLS_NAMES_MAX];
    size_t count;
};

MUST_CHECK enum err_code tls_names_read(const char *text, struct tls_names *ret, struct err *err);

bool tls_name_equal(const struct tls_name *a, const struct tls_name *b);
