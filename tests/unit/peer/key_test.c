#include "server/peer/key.h"

#include <sodium.h>

#include "tests/support/test.h"

static struct peer_key some_key(uint8_t seed)
{
    struct peer_key key;
    for (size_t i = 0; i < sizeof key.id.bytes; i++)
        key.id.bytes[i] = (uint8_t)(seed + i);
    for (size_t i = 0; i < PEER_SECRET; i++)
        key.secret[i] = (uint8_t)(seed * 7 + i * 3);
    return key;
}

static void is_one_word_and_reads_back(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 256; seed++) {
        const struct peer_key key = some_key((uint8_t)seed);
        struct peer_key back;
        char text[PEER_KEY_TEXT + 1];
        peer_key_text(&key, text);
        assert_int_equal(strlen(text), PEER_KEY_TEXT);
        assert_int_equal(strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz"), PEER_KEY_TEXT);
        assert_int_equal(peer_key_from(span_from_str(text), &back, NULL), ERR_OK);
        assert_memory_equal(&back, &key, sizeof key);
    }
}

static void reads_as_people_write_it(void **state)
{
    (void)state;
    const struct peer_key key = some_key(9);
    struct peer_key back;
    char text[PEER_KEY_TEXT + 1], written[2 * PEER_KEY_TEXT + 1];
    peer_key_text(&key, text);
    size_t len = 0;
    for (size_t i = 0; text[i]; i++) {
        char c = text[i];
        if (i >= 7 && c == '0')
            c = 'O';
        if (i >= 7 && c == '1')
            c = i % 2 ? 'l' : 'I';
        written[len++] = (char)(c >= 'a' && c <= 'z' && c != 'l' ? c - 'a' + 'A' : c);
        if (i % 4 == 3)
            written[len++] = i % 8 == 3 ? '-' : '\n';
    }
    assert_int_equal(peer_key_from(span_of(written, len), &back, NULL), ERR_OK);
    assert_memory_equal(&back, &key, sizeof key);
}

static void every_slip_is_found(void **state)
{
    (void)state;
    const struct peer_key key = some_key(77);
    char text[PEER_KEY_TEXT + 1];
    peer_key_text(&key, text);
    for (size_t i = 0; i < PEER_KEY_TEXT; i++) {
        char wrong[PEER_KEY_TEXT + 1];
        struct peer_key back = some_key(1);
        struct err err = {0};
        memcpy(wrong, text, sizeof wrong);
        wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
        assert_int_equal(peer_key_from(span_from_str(wrong), &back, &err), ERR_FORMAT);
        assert_non_null(err.what);
        const struct peer_key untouched = some_key(1);
        assert_memory_equal(&back, &untouched, sizeof back);
        /* Cut off there. */
        assert_int_equal(peer_key_from(span_of(text, i), &back, NULL), ERR_FORMAT);
    }
    char longer[PEER_KEY_TEXT + 2];
    struct peer_key back;
    snprintf(longer, sizeof longer, "%s0", text);
    assert_int_equal(peer_key_from(span_from_str(longer), &back, NULL), ERR_FORMAT);
}

static void each_purpose_has_its_own_key(void **state)
{
    (void)state;
    const struct peer_key key = some_key(3);
    uint8_t keys[5][PEER_SECRET];
    for (int i = 0; i < 4; i++)
        peer_key_derive(key.secret, (enum peer_purpose)i, span_of(NULL, 0), keys[i]);
    peer_key_derive(key.secret, PEER_SIGN, span_from_str("x"), keys[4]);
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(keys[i], keys[j], PEER_SECRET);
    /* HMAC-SHA256(secret, "kakikomap peer sign\0"), fixed: keys in use must stay what they are. */
    uint8_t expected[PEER_SECRET];
    crypto_auth_hmacsha256_state mac;
    crypto_auth_hmacsha256_init(&mac, key.secret, PEER_SECRET);
    crypto_auth_hmacsha256_update(&mac, (const uint8_t *)"kakikomap peer sign", 20);
    crypto_auth_hmacsha256_final(&mac, expected);
    assert_memory_equal(keys[0], expected, PEER_SECRET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_one_word_and_reads_back),
        cmocka_unit_test(reads_as_people_write_it),
        cmocka_unit_test(every_slip_is_found),
        cmocka_unit_test(each_purpose_has_its_own_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
