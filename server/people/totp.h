/*
 * totp: the six digits of an authenticator app.
 *
 * Purpose    Time steps of 30 s, HMAC-SHA-1, 6 digits; one step before and after is taken, for
 * clocks that differ. A step is good once: the caller keeps the newest step that was used. Standard
 * RFC 6238 (with RFC 4226, 5.3 for the digits); the key's address as in Google Authenticator's Key
 * Uri Format. HMAC by GnuTLS.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/span.h"

enum { TOTP_SECRET_BYTES = 20, TOTP_DIGITS = 6, TOTP_BASE32 = 32 };

/* The digits of a step, closed by zero. */
void totp_digits(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, char ret[TOTP_DIGITS + 1]);

/* The step that the code belongs to, when it is one around now and newer than `used_step`; 0. */
int64_t totp_step_of(const uint8_t secret[TOTP_SECRET_BYTES], struct span code, int64_t now_ms,
                     int64_t used_step);

/* RFC 4648 base 32 without padding, closed by zero. */
void totp_base32(const uint8_t secret[TOTP_SECRET_BYTES], char ret[TOTP_BASE32 + 1]);
