#include "server/http/peer.h"

#include <arpa/inet.h>
#include <string.h>

/* The last address that a front added; a client can only write those before it. */
static bool address_of_front(const struct http_request *req, uint8_t ret[16])
{
    struct span list;
    char text[INET6_ADDRSTRLEN] = "";
    if (!http_header(req, "X-Forwarded-For", &list))
        return false;
    size_t from = list.len;
    while (from > 0 && list.data[from - 1] != ',')
        from--;
    while (from < list.len && list.data[from] == ' ')
        from++;
    if (list.len - from >= sizeof text)
        return false;
    memcpy(text, list.data + from, list.len - from);
    struct in_addr four;
    if (inet_pton(AF_INET, text, &four) != 1)
        return inet_pton(AF_INET6, text, ret) == 1;
    memset(ret, 0, 10);
    memset(ret + 10, 0xFF, 2);
    memcpy(ret + 12, &four, 4);
    return true;
}

static bool is_loopback(const uint8_t address[16])
{
    static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF}, one[16] = {[15] = 1};
    return memcmp(address, one, 16) == 0 ||
           (memcmp(address, mapped, 12) == 0 && address[12] == 127);
}

static void address_of_socket(const struct sockaddr *from, uint8_t ret[16])
{
    if (from && from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)from;
        memcpy(ret, &six->sin6_addr, 16);
    } else if (from && from->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)from;
        memset(ret + 10, 0xFF, 2);
        memcpy(ret + 12, &four->sin_addr, 4);
    }
}

void http_peer_from(const struct sockaddr *from, bool is_tls, const char *public_url,
                    const struct http_request *req, struct http_peer *ret)
{
    struct http_peer peer = {.is_secure = is_tls};
    address_of_socket(from, peer.address);
    peer.is_local = is_loopback(peer.address);
    /* Without public_url nothing stands in front, and who writes the header makes it up. */
    if (peer.is_local && public_url[0] && address_of_front(req, peer.address)) {
        peer.is_secure |= strncmp(public_url, "https://", 8) == 0;
        peer.is_local = false;
    }
    *ret = peer;
}
