#include "server/peer/key.h"

#include <sodium.h>

static const char prefix[] = "kakiko1";
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
enum { SUM = 4, BYTES = UUID_BYTES + PEER_SECRET + SUM, DIGITS = PEER_KEY_TEXT - 7 };

static void lay_out(const struct peer_key *key, uint8_t ret[BYTES])
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    memcpy(ret, key->id.bytes, UUID_BYTES);
    memcpy(ret + UUID_BYTES, key->secret, PEER_SECRET);
    crypto_hash_sha256(hash, ret, BYTES - SUM);
    memcpy(ret + BYTES - SUM, hash, SUM);
}

void peer_key_text(const struct peer_key *key, char ret[PEER_KEY_TEXT + 1])
{
    uint8_t bytes[BYTES];
    lay_out(key, bytes);
    memcpy(ret, prefix, sizeof prefix);
    char *to = ret + sizeof prefix - 1;
    for (size_t i = 0; i < DIGITS; i++) {
        /* Five bits from bit 5i on; behind the last byte stand zeros. */
        const size_t at = i * 5 / 8, shift = i * 5 % 8;
        const unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < BYTES ? bytes[at + 1] : 0);
        *to++ = digits[pair >> (11 - shift) & 31];
    }
    *to = '\0';
    sodium_memzero(bytes, sizeof bytes);
}

static char lower(uint8_t c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* What eyes and pens mix up; -1: no digit. */
static int digit_value(char c)
{
    if (c == 'o')
        c = '0';
    if (c == 'i' || c == 'l')
        c = '1';
    const char *found = c ? strchr(digits, c) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* Without blanks and dashes, in small letters; false when it is too long. */
static bool tidy(struct span text, char ret[PEER_KEY_TEXT + 1])
{
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = lower(text.data[i]);
        if (c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t')
            continue;
        if (len == PEER_KEY_TEXT)
            return false;
        ret[len++] = c;
    }
    ret[len] = '\0';
    return len == PEER_KEY_TEXT;
}

enum err_code peer_key_from(struct span text, struct peer_key *ret, struct err *err)
{
    char tidied[PEER_KEY_TEXT + 1];
    uint8_t bytes[BYTES + 1] = {0}, again[BYTES];
    if (!tidy(text, tidied) || strncmp(tidied, prefix, sizeof prefix - 1) != 0)
        return err_set(err, ERR_FORMAT,
                       "a key is the word of 91 letters that kakikomap peer add has printed",
                       text.len);
    for (size_t i = 0; i < DIGITS; i++) {
        const int value = digit_value(tidied[sizeof prefix - 1 + i]);
        if (value < 0)
            return err_set(err, ERR_FORMAT, "a letter of the key is none that keys have", i + 8);
        const size_t at = i * 5 / 8, shift = i * 5 % 8;
        const unsigned pair = (unsigned)value << (11 - shift);
        bytes[at] |= (uint8_t)(pair >> 8);
        bytes[at + 1] |= (uint8_t)pair;
    }
    struct peer_key key;
    memcpy(key.id.bytes, bytes, UUID_BYTES);
    memcpy(key.secret, bytes + UUID_BYTES, PEER_SECRET);
    lay_out(&key, again);
    const bool same = bytes[BYTES] == 0 && memcmp(bytes, again, BYTES) == 0;
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(again, sizeof again);
    sodium_memzero(tidied, sizeof tidied);
    if (!same)
        return err_set(err, ERR_FORMAT, "the key has a slip in it: copy it once more", 0);
    *ret = key;
    return ERR_OK;
}

void peer_key_derive(const uint8_t secret[PEER_SECRET], enum peer_purpose purpose,
                     struct span context, uint8_t ret[PEER_SECRET])
{
    static const char *const names[] = {
        [PEER_SIGN] = "kakikomap peer sign",
        [PEER_FILE] = "kakikomap peer file",
        [PEER_SEAL] = "kakikomap peer seal",
        [PEER_ISSUE] = "kakikomap peer issue",
    };
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, secret, PEER_SECRET);
    /* The closing zero keeps name and context apart. */
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)names[purpose],
                                  strlen(names[purpose]) + 1);
    crypto_auth_hmacsha256_update(&state, context.data, context.len);
    crypto_auth_hmacsha256_final(&state, ret);
}
