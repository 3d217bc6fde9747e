#include "server/people/totp.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

enum { STEP_MS = 30000, AROUND = 1, SHA1 = 20 };

static uint32_t number_of(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step)
{
    uint8_t counter[8], mac[SHA1] = {0};
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (8 * (7 - i)));
    /* Fails only where SHA-1 is switched off: then no code fits, as 0 does not either. */
    if (gnutls_hmac_fast(GNUTLS_MAC_SHA1, secret, TOTP_SECRET_BYTES, counter, sizeof counter,
                         mac) != 0)
        return UINT32_MAX;
    const unsigned at = mac[SHA1 - 1] & 15;
    return ((uint32_t)(mac[at] & 0x7F) << 24 | (uint32_t)mac[at + 1] << 16 |
            (uint32_t)mac[at + 2] << 8 | mac[at + 3]) %
           1000000;
}

void totp_digits(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, char ret[TOTP_DIGITS + 1])
{
    uint32_t number = number_of(secret, step);
    for (int i = TOTP_DIGITS - 1; i >= 0; i--, number /= 10)
        ret[i] = (char)('0' + number % 10);
    ret[TOTP_DIGITS] = '\0';
}

int64_t totp_step_of(const uint8_t secret[TOTP_SECRET_BYTES], struct span code, int64_t now_ms,
                     int64_t used_step)
{
    uint32_t asked = 0;
    if (code.len != TOTP_DIGITS)
        return 0;
    for (size_t i = 0; i < code.len; i++) {
        if (code.data[i] < '0' || code.data[i] > '9')
            return 0;
        asked = asked * 10 + (uint32_t)(code.data[i] - '0');
    }
    int64_t found = 0;
    for (int64_t step = now_ms / STEP_MS - AROUND; step <= now_ms / STEP_MS + AROUND; step++)
        if (step > used_step && number_of(secret, step) == asked)
            found = step;
    return found;
}

void totp_base32(const uint8_t secret[TOTP_SECRET_BYTES], char ret[TOTP_BASE32 + 1])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t i = 0; i < TOTP_BASE32; i++) {
        const size_t bit = i * 5, byte = bit / 8;
        const unsigned pair =
            (unsigned)secret[byte] << 8 | (byte + 1 < TOTP_SECRET_BYTES ? secret[byte + 1] : 0);
        ret[i] = digits[pair >> (11 - bit % 8) & 31];
    }
    ret[TOTP_BASE32] = '\0';
}
