/*
 * receipt: the short code with which an anonymous author finds a comment again.
 *
 * Purpose    The device makes the code and shows it; operations, servers and backups know only its
 *            hash, so that nobody who reads the store can pass for an author.
 * Standard   schema/sync.md S26: SHA-256 of "kakikomap receipt", a zero byte, and the ten
 * characters of server/class/code.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/span.h"

enum { RECEIPT_BYTES = 32 };

/* As a person types it; false, and *ret untouched, when it is no receipt's code. */
bool receipt_hash(struct span code, uint8_t ret[RECEIPT_BYTES]);
