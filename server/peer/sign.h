/*
 * sign: requests between servers, signed with the peer's key; the answers too.
 *
 * Purpose    Who asks, that nobody has changed it, and that it was not sent before; on plain HTTP
 *            as well, where the key itself never shows.
 * Request    "Authorization: Kakiko id=…, time=…, nonce=…, mac=…": id and nonce of 16 bytes, mac of
 *            32, in hexadecimal; time in Unix milliseconds. mac = HMAC-SHA256(sign key, text), text
 *            being the lines method, path with query, time, nonce, hexadecimal SHA-256 of the body.
 * Answer     Bytes, then HMAC-SHA256(sign key, "answer", the request's mac, bytes): 32 bytes at the
 *            end of the body. So a stranger on the line cannot say that something has arrived.
 * Clocks     A tablet's or mini PC's clock may be wrong: the refusal of a wrong time carries the
 *            server's, "Kakiko-Time: …", and the client signs again with it.
 * Threads    peer_nonces from any thread; the rest has no state.
 * Standard   HMAC: RFC 2104. Paths are signed as they go over the wire.
 */
#pragma once

#include "server/peer/key.h"
#include "tiles/base/buf.h"

enum {
    PEER_MAC = 32,
    PEER_NONCE = 16,
    PEER_AUTHORIZATION_MAX = 256,
    PEER_WINDOW_MS = 5 * 60 * 1000, /* how far a request's time may be from ours */
};

struct peer_signature {
    struct uuid id;
    int64_t time_ms;
    uint8_t nonce[PEER_NONCE], mac[PEER_MAC];
};

/* Signs: fills `mac`; id, time and nonce are set. `target` is the path with its query. */
void peer_sign(const uint8_t sign_key[PEER_SECRET], const char *method, struct span target,
               struct span body, struct peer_signature *signature);
/* The value of the Authorization header. */
void peer_signature_text(const struct peer_signature *signature, char ret[PEER_AUTHORIZATION_MAX]);
/* ERR_UNAUTHORIZED when it is not of that form. */
MUST_CHECK enum err_code peer_signature_from(struct span header, struct peer_signature *ret,
                                             struct err *err);
/* Was it signed with this key, over this request? */
bool peer_signature_fits(const struct peer_signature *signature,
                         const uint8_t sign_key[PEER_SECRET], const char *method,
                         struct span target, struct span body);

/* The mac of an answer to the request with this mac. */
void peer_sign_answer(const uint8_t sign_key[PEER_SECRET], const uint8_t request_mac[PEER_MAC],
                      struct span bytes, uint8_t ret[PEER_MAC]);
/* Takes the mac from the end of *body. False: not signed for this request. */
bool peer_answer_fits(const uint8_t sign_key[PEER_SECRET], const uint8_t request_mac[PEER_MAC],
                      struct span *body);

/* Nonces seen within the window: a request comes once. */
struct peer_nonces;
MUST_CHECK enum err_code peer_nonces_open(int64_t now_ms, struct peer_nonces **ret,
                                          struct err *err);
void peer_nonces_close(struct peer_nonces *nonces);
DEFINE_CLEANUP(struct peer_nonces, peer_nonces_close)

enum peer_freshness {
    PEER_FRESH,
    PEER_WRONG_TIME, /* outside the window, or from before this server started: sign again */
    PEER_REPLAYED,
    PEER_TOO_MANY, /* more within the window than are remembered */
};
/* After the signature was found good: strangers fill nothing. */
enum peer_freshness peer_nonces_take(struct peer_nonces *nonces,
                                     const struct peer_signature *signature, int64_t now_ms);
