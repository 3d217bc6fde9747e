#include "server/peer/sign.h"

#include <sodium.h>
#include <stdio.h>

#include "tests/support/test.h"

enum { NOON = 1700000000 };
static const int64_t noon_ms = (int64_t)NOON * 1000;
static const uint8_t secret[PEER_SECRET] = {1, 2, 3};

static struct peer_signature signed_at(int64_t time_ms, uint64_t nonce)
{
    struct peer_signature signature = {.id = {{7}}, .time_ms = time_ms};
    memcpy(signature.nonce, &nonce, sizeof nonce);
    peer_sign(secret, "POST", span_from_str("/sync/v1/peer/ops?a=b"), span_from_str("body"),
              &signature);
    return signature;
}

static void a_header_reads_back(void **state)
{
    (void)state;
    const struct peer_signature signature = signed_at(noon_ms, 5);
    struct peer_signature back;
    char text[PEER_AUTHORIZATION_MAX];
    peer_signature_text(&signature, text);
    assert_int_equal(peer_signature_from(span_from_str(text), &back, NULL), ERR_OK);
    assert_memory_equal(&back, &signature, sizeof back);
    for (size_t i = 0; i < strlen(text); i++) /* cut off anywhere */
        assert_int_equal(peer_signature_from(span_of(text, i), &back, NULL), ERR_UNAUTHORIZED);
    char longer[PEER_AUTHORIZATION_MAX + 8];
    snprintf(longer, sizeof longer, "%s, x=1", text);
    assert_int_equal(peer_signature_from(span_from_str(longer), &back, NULL), ERR_UNAUTHORIZED);
}

static void is_what_the_header_says_it_is(void **state)
{
    (void)state;
    const struct peer_signature signature = signed_at(noon_ms, 5);
    static const char text[] =
        "POST\n/sync/v1/peer/ops?a=b\n1700000000000\n05000000000000000000000000000000\n"
        "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5\n";
    uint8_t mac[PEER_MAC];
    crypto_auth_hmacsha256(mac, (const uint8_t *)text, strlen(text), secret);
    assert_memory_equal(mac, signature.mac, PEER_MAC);
}

static void anything_changed_no_longer_fits(void **state)
{
    (void)state;
    static const char target[] = "/sync/v1/peer/ops?a=b";
    const struct peer_signature good = signed_at(noon_ms, 5);
    const struct span body = span_from_str("body");
    assert_true(peer_signature_fits(&good, secret, "POST", span_from_str(target), body));
    assert_false(peer_signature_fits(&good, secret, "GET", span_from_str(target), body));
    assert_false(
        peer_signature_fits(&good, secret, "POST", span_from_str("/sync/v1/peer/ops?a=c"), body));
    assert_false(
        peer_signature_fits(&good, secret, "POST", span_from_str(target), span_from_str("bodx")));
    struct peer_signature other = good;
    other.time_ms++;
    assert_false(peer_signature_fits(&other, secret, "POST", span_from_str(target), body));
    other = good;
    other.nonce[15] ^= 1;
    assert_false(peer_signature_fits(&other, secret, "POST", span_from_str(target), body));
    const uint8_t stranger[PEER_SECRET] = {1, 2, 4};
    assert_false(peer_signature_fits(&good, stranger, "POST", span_from_str(target), body));
}

static void an_answer_belongs_to_its_request(void **state)
{
    (void)state;
    const struct peer_signature one = signed_at(noon_ms, 1), two = signed_at(noon_ms, 2);
    uint8_t body[4 + PEER_MAC] = "yes";
    peer_sign_answer(secret, one.mac, span_of(body, 4), body + 4);
    struct span got = span_of(body, sizeof body);
    assert_false(peer_answer_fits(secret, two.mac, &got));
    assert_int_equal(got.len, sizeof body);
    assert_true(peer_answer_fits(secret, one.mac, &got));
    assert_int_equal(got.len, 4);
    body[0] ^= 1;
    got = span_of(body, sizeof body);
    assert_false(peer_answer_fits(secret, one.mac, &got));
    got = span_of(body, PEER_MAC - 1);
    assert_false(peer_answer_fits(secret, one.mac, &got));
}

static enum peer_freshness take(struct peer_nonces *nonces, int64_t time_ms, uint64_t nonce,
                                int64_t now_ms)
{
    const struct peer_signature signature = signed_at(time_ms, nonce);
    return peer_nonces_take(nonces, &signature, now_ms);
}

static void a_request_comes_once(void **state)
{
    (void)state;
    CLEANUP(peer_nonces_close_at) struct peer_nonces *nonces = NULL;
    assert_int_equal(peer_nonces_open(noon_ms, &nonces, NULL), ERR_OK);
    assert_int_equal(take(nonces, noon_ms + 1, 1, noon_ms + 5), PEER_FRESH);
    assert_int_equal(take(nonces, noon_ms + 1, 1, noon_ms + 6), PEER_REPLAYED);
    assert_int_equal(take(nonces, noon_ms + 1, 2, noon_ms + 6), PEER_FRESH);
    /* Out of the window its time alone refuses it. */
    const int64_t later = noon_ms + 1 + PEER_WINDOW_MS;
    assert_int_equal(take(nonces, noon_ms + 1, 1, later), PEER_REPLAYED);
    assert_int_equal(take(nonces, noon_ms + 1, 1, later + 1), PEER_WRONG_TIME);
    assert_int_equal(take(nonces, later + PEER_WINDOW_MS + 1, 3, later), PEER_WRONG_TIME);
}

static void a_restart_lets_nothing_in_again(void **state)
{
    (void)state;
    CLEANUP(peer_nonces_close_at) struct peer_nonces *nonces = NULL;
    assert_int_equal(peer_nonces_open(noon_ms, &nonces, NULL), ERR_OK);
    assert_int_equal(take(nonces, noon_ms - 1, 1, noon_ms), PEER_WRONG_TIME);
    /* A clock that is set back does not shut everyone out. */
    assert_int_equal(take(nonces, noon_ms - 3600000, 1, noon_ms - 3600000), PEER_FRESH);
}

static void many_requests_are_remembered_and_forgotten(void **state)
{
    (void)state;
    CLEANUP(peer_nonces_close_at) struct peer_nonces *nonces = NULL;
    assert_int_equal(peer_nonces_open(noon_ms, &nonces, NULL), ERR_OK);
    uint64_t number = 0;
    enum peer_freshness got = PEER_FRESH;
    while (number < 100000 && got == PEER_FRESH)
        got = take(nonces, noon_ms, ++number, noon_ms);
    assert_int_equal(got, PEER_TOO_MANY);
    assert_in_range(number, 20000, 40000);
    assert_int_equal(take(nonces, noon_ms, 1, noon_ms), PEER_REPLAYED);
    /* When the window has moved on there is room again. */
    const int64_t later = noon_ms + PEER_WINDOW_MS + 1;
    assert_int_equal(take(nonces, later, number + 1, later), PEER_FRESH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_reads_back),
        cmocka_unit_test(is_what_the_header_says_it_is),
        cmocka_unit_test(anything_changed_no_longer_fits),
        cmocka_unit_test(an_answer_belongs_to_its_request),
        cmocka_unit_test(a_request_comes_once),
        cmocka_unit_test(a_restart_lets_nothing_in_again),
        cmocka_unit_test(many_requests_are_remembered_and_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
