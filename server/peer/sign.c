#include "server/peer/sign.h"

#include <sodium.h>
#include <stdio.h>

#include "tiles/base/num.h"

void peer_sign(const uint8_t sign_key[PEER_SECRET], const char *method, struct span target,
               struct span body, struct peer_signature *signature)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char nonce_hex[2 * PEER_NONCE + 1], hash_hex[2 * sizeof hash + 1], head[32], tail[160];
    crypto_hash_sha256(hash, body.data, body.len);
    sodium_bin2hex(nonce_hex, sizeof nonce_hex, signature->nonce, PEER_NONCE);
    sodium_bin2hex(hash_hex, sizeof hash_hex, hash, sizeof hash);
    snprintf(head, sizeof head, "%s\n", method);
    snprintf(tail, sizeof tail, "\n%lld\n%s\n%s\n", (long long)signature->time_ms, nonce_hex,
             hash_hex);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, sign_key, PEER_SECRET);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)head, strlen(head));
    crypto_auth_hmacsha256_update(&state, target.data, target.len);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)tail, strlen(tail));
    crypto_auth_hmacsha256_final(&state, signature->mac);
}

void peer_signature_text(const struct peer_signature *signature, char ret[PEER_AUTHORIZATION_MAX])
{
    char id[2 * UUID_BYTES + 1], nonce[2 * PEER_NONCE + 1], mac[2 * PEER_MAC + 1];
    sodium_bin2hex(id, sizeof id, signature->id.bytes, UUID_BYTES);
    sodium_bin2hex(nonce, sizeof nonce, signature->nonce, PEER_NONCE);
    sodium_bin2hex(mac, sizeof mac, signature->mac, PEER_MAC);
    snprintf(ret, PEER_AUTHORIZATION_MAX, "Kakiko id=%s, time=%lld, nonce=%s, mac=%s", id,
             (long long)signature->time_ms, nonce, mac);
}

/* Takes `name` and what follows up to a comma or the end from the front of *text. */
static bool take(struct span *text, const char *name, struct span *ret)
{
    const size_t len = strlen(name);
    if (text->len < len || memcmp(text->data, name, len) != 0)
        return false;
    struct span rest = span_of(text->data + len, text->len - len);
    const uint8_t *comma = rest.len ? memchr(rest.data, ',', rest.len) : NULL;
    *ret = span_of(rest.data, comma ? (size_t)(comma - rest.data) : rest.len);
    *text = span_of(ret->data + ret->len, rest.len - ret->len);
    return true;
}

static bool take_hex(struct span *text, const char *name, uint8_t *to, size_t len)
{
    struct span hex;
    size_t got = 0;
    return take(text, name, &hex) && hex.len == 2 * len &&
           sodium_hex2bin(to, len, (const char *)hex.data, hex.len, NULL, &got, NULL) == 0 &&
           got == len;
}

enum err_code peer_signature_from(struct span header, struct peer_signature *ret, struct err *err)
{
    struct peer_signature read;
    struct span time;
    if (!take_hex(&header, "Kakiko id=", read.id.bytes, UUID_BYTES) ||
        !take(&header, ", time=", &time) ||
        num_int_from(time, 0, INT64_MAX, &read.time_ms, NULL) != ERR_OK ||
        !take_hex(&header, ", nonce=", read.nonce, PEER_NONCE) ||
        !take_hex(&header, ", mac=", read.mac, PEER_MAC) || header.len != 0)
        return err_set(err, ERR_UNAUTHORIZED,
                       "servers sign what they ask: Authorization: Kakiko id=…", 0);
    *ret = read;
    return ERR_OK;
}

bool peer_signature_fits(const struct peer_signature *signature,
                         const uint8_t sign_key[PEER_SECRET], const char *method,
                         struct span target, struct span body)
{
    struct peer_signature again = *signature;
    peer_sign(sign_key, method, target, body, &again);
    return sodium_memcmp(again.mac, signature->mac, PEER_MAC) == 0;
}

void peer_sign_answer(const uint8_t sign_key[PEER_SECRET], const uint8_t request_mac[PEER_MAC],
                      struct span bytes, uint8_t ret[PEER_MAC])
{
    static const uint8_t word[] = "answer\n";
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, sign_key, PEER_SECRET);
    crypto_auth_hmacsha256_update(&state, word, sizeof word - 1);
    crypto_auth_hmacsha256_update(&state, request_mac, PEER_MAC);
    crypto_auth_hmacsha256_update(&state, bytes.data, bytes.len);
    crypto_auth_hmacsha256_final(&state, ret);
}

bool peer_answer_fits(const uint8_t sign_key[PEER_SECRET], const uint8_t request_mac[PEER_MAC],
                      struct span *body)
{
    uint8_t mac[PEER_MAC];
    if (body->len < PEER_MAC)
        return false;
    const struct span bytes = span_of(body->data, body->len - PEER_MAC);
    peer_sign_answer(sign_key, request_mac, bytes, mac);
    if (sodium_memcmp(mac, body->data + bytes.len, PEER_MAC) != 0)
        return false;
    *body = bytes;
    return true;
}
