#include "server/http/peer.h"

#include <arpa/inet.h>

#include "tests/support/request.h"

static const struct row {
    const char *label, *from, *forwarded, *public_url;
    bool is_tls, is_secure, is_local;
    const char *address; /* as IPv6 */
} rows[] = {
    {"this machine", "127.0.0.1", NULL, "", false, false, true, "::ffff:127.0.0.1"},
    {"this machine by IPv6", "::1", NULL, "", false, false, true, "::1"},
    {"any loopback address", "127.8.9.10", NULL, "", false, false, true, "::ffff:127.8.9.10"},
    {"another machine", "192.168.1.9", NULL, "", false, false, false, "::ffff:192.168.1.9"},
    {"another machine by HTTPS", "192.168.1.9", NULL, "", true, true, false, "::ffff:192.168.1.9"},
    {"a mapped address", "::ffff:192.168.1.9", NULL, "", false, false, false, "::ffff:192.168.1.9"},
    {"a header that nobody's front has written", "127.0.0.1", "10.0.0.1", "", false, false, true,
     "::ffff:127.0.0.1"},
    {"a header from another machine", "192.168.1.9", "127.0.0.1", "https://k.example", false, false,
     false, "::ffff:192.168.1.9"},
    {"through the front", "127.0.0.1", "10.0.0.1", "https://k.example", false, true, false,
     "::ffff:10.0.0.1"},
    {"through a front without TLS", "127.0.0.1", "10.0.0.1", "http://k.example", false, false,
     false, "::ffff:10.0.0.1"},
    {"a client that writes the header itself", "127.0.0.1", "127.0.0.1, 10.0.0.1",
     "https://k.example", false, true, false, "::ffff:10.0.0.1"},
    {"IPv6 through the front", "::1", "2001:db8::7", "https://k.example", false, true, false,
     "2001:db8::7"},
    {"past the front, on its own machine", "127.0.0.1", NULL, "https://k.example", false, false,
     true, "::ffff:127.0.0.1"},
    {"rubbish in the header", "127.0.0.1", "unknown", "https://k.example", false, false, true,
     "::ffff:127.0.0.1"},
    {"too much in the header", "127.0.0.1",
     "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", "https://k.example", false, false,
     true, "::ffff:127.0.0.1"},
    {"an empty header", "127.0.0.1", "", "https://k.example", false, false, true,
     "::ffff:127.0.0.1"},
    {"a socket of no known kind", NULL, NULL, "", false, false, false, "::"},
};

static void is_seen(void **state)
{
    const struct row *row = *state;
    struct sockaddr_in six_or_four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    const struct sockaddr *from = NULL;
    if (row->from && inet_pton(AF_INET, row->from, &six_or_four.sin_addr) == 1)
        from = (const struct sockaddr *)(const void *)&six_or_four;
    else if (row->from && inet_pton(AF_INET6, row->from, &six.sin6_addr) == 1)
        from = (const struct sockaddr *)(const void *)&six;
    struct arena arena;
    struct http_request req;
    struct http_peer peer;
    uint8_t wanted[16];
    arena_init(&arena, 0);
    request_init(&req, &arena, "GET", "/");
    if (row->forwarded)
        request_header(&req, "X-Forwarded-For", row->forwarded);
    http_peer_from(from, row->is_tls, row->public_url, &req, &peer);
    assert_int_equal(peer.is_secure, row->is_secure);
    assert_int_equal(peer.is_local, row->is_local);
    assert_int_equal(inet_pton(AF_INET6, row->address, wanted), 1);
    assert_memory_equal(peer.address, wanted, sizeof wanted);
    arena_done(&arena);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows)];
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[i] = (struct CMUnitTest){rows[i].label, is_seen, NULL, NULL, (void *)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
