/*
 * code: short codes that people read aloud and type: join codes, receipts.
 *
 * Purpose    Crockford's base 32: 32 characters that are not taken for one another. Reading
 * forgives what people do: small letters, I and L for 1, O for 0, dashes and spaces, and the wide
 *            forms that a Japanese keyboard makes.
 * Ownership  Writes to the caller's memory; *ret stays untouched when the text is no code.
 * Standard   https://www.crockford.com/base32.html (without check symbol).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/span.h"

enum {
    CODE_JOIN = 8,     /* characters of a join code: 40 bits, and it expires */
    CODE_RECEIPT = 10, /* of a receipt: 50 bits, made on the device, for ever */
    CODE_MAX = CODE_RECEIPT,
};

/* Exactly `count` characters in their one spelling, closed by zero. */
bool code_read(struct span text, size_t count, char ret[CODE_MAX + 1]);

/* From count × 5 bits of `random`, the first bits first: at least (count × 5 + 7) / 8 bytes. */
void code_make(const uint8_t *random, size_t count, char ret[CODE_MAX + 1]);
