#include "server/people/secret.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

enum { PASSWORD_MIN = 12, PASSWORD_MAX = 256, PIN_DIGITS = 6 };

static const struct {
    unsigned long long passes;
    size_t bytes;
} costs[] = {
    [SECRET_PASSWORD] = {2, 64 << 20},
    [SECRET_PIN] = {2, 19 << 20},
};

static char nobody[2][crypto_pwhash_STRBYTES];
static pthread_once_t nobody_once = PTHREAD_ONCE_INIT;

/* Hashes that nothing fits, made once, for comparing with nobody. */
static void make_nobody(void)
{
    char random[32];
    for (size_t i = 0; i < LENGTH(nobody); i++) {
        randombytes_buf(random, sizeof random);
        if (crypto_pwhash_str_alg(nobody[i], random, sizeof random, costs[i].passes, costs[i].bytes,
                                  crypto_pwhash_ALG_ARGON2ID13) != 0)
            nobody[i][0] = '\0';
    }
}

enum err_code secret_hash(struct span secret, enum secret_cost cost, struct arena *arena,
                          struct span *ret, struct err *err)
{
    char text[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(text, (const char *)secret.data, secret.len, costs[cost].passes,
                              costs[cost].bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(err, ERR_NOMEM, "no memory for hashing", 0);
    const size_t len = strlen(text);
    const char *copy = arena_copy(arena, span_of(text, len));
    if (!copy)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    *ret = span_of(copy, len);
    return ERR_OK;
}

bool secret_is_right(struct span secret, struct span hash, enum secret_cost cost)
{
    char text[crypto_pwhash_STRBYTES] = "";
    pthread_once(&nobody_once, make_nobody);
    const bool is_somebody = hash.len > 0 && hash.len < sizeof text;
    if (is_somebody)
        memcpy(text, hash.data, hash.len);
    else
        memcpy(text, nobody[cost], sizeof text);
    const char *tried = secret.data ? (const char *)secret.data : "";
    const bool fits = crypto_pwhash_str_verify(text, tried, secret.len) == 0;
    return fits && is_somebody;
}

static bool has_inside(struct span text, struct span part)
{
    for (size_t at = 0; part.len && at + part.len <= text.len; at++)
        if (strncasecmp((const char *)text.data + at, (const char *)part.data, part.len) == 0)
            return true;
    return false;
}

static size_t count_characters(struct span text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += (text.data[i] & 0xC0) != 0x80;
    return count;
}

/* How many different bytes: "aaaaaaaaaaaa" and "121212121212" are long, and nothing else. */
static size_t count_different(struct span text)
{
    bool seen[256] = {false};
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += !seen[text.data[i]];
        seen[text.data[i]] = true;
    }
    return count;
}

const char *secret_judge_password(struct span password, struct span name)
{
    /* What people of this town would think of first, and the heads of the lists of the world. */
    static const char *const known[] = {"password",  "passw0rd", "qwerty", "kumagaya", "kakiko",
                                        "123456789", "iloveyou", "asdfgh", "letmein",  "welcome"};
    if (password.len > PASSWORD_MAX)
        return "the password is longer than 256 bytes";
    if (count_characters(password) < PASSWORD_MIN)
        return "the password needs 12 characters or more";
    if (count_different(password) < 5)
        return "the password says the same few characters again and again";
    if (name.len >= 4 && has_inside(password, name))
        return "the password must not have the name in it";
    for (size_t i = 0; i < LENGTH(known); i++)
        if (has_inside(password, span_from_str(known[i])) &&
            password.len < strlen(known[i]) + PASSWORD_MIN)
            return "the password is one that is tried first: take other words";
    return NULL;
}

const char *secret_judge_pin(struct span pin)
{
    if (pin.len != PIN_DIGITS)
        return "the PIN has six digits";
    bool same = true, up = true, down = true;
    for (size_t i = 0; i < pin.len; i++) {
        if (pin.data[i] < '0' || pin.data[i] > '9')
            return "the PIN has six digits";
        same &= pin.data[i] == pin.data[0];
        up &= pin.data[i] == pin.data[0] + i;
        down &= pin.data[i] + i == pin.data[0];
    }
    return same || up || down ? "this PIN is too easy to guess: take another one" : NULL;
}
