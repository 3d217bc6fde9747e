#include "server/http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tiles/base/attr.h"
#include "tiles/base/num.h"

enum { BACKLOG = 511 };

static enum err_code refuse(enum err_code code, struct config_problem *problem, const char *format,
                            ...) PRINTF_LIKE(3, 4);

static enum err_code refuse(enum err_code code, struct config_problem *problem, const char *format,
                            ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
    return code;
}

/* "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080" → host and port. */
static bool split(const char *address, char host[256], char port[8])
{
    const char *colon = strrchr(address, ':');
    int64_t number;
    if (!colon || num_int_from(span_from_str(colon + 1), 0, 65535, &number, NULL) != ERR_OK)
        return false;
    size_t len = (size_t)(colon - address);
    if (len >= 2 && address[0] == '[' && address[len - 1] == ']') {
        address++;
        len -= 2;
    } else if (memchr(address, ':', len)) {
        return false; /* IPv6 without brackets: where does the port begin? */
    }
    if (len >= 256)
        return false;
    memcpy(host, address, len);
    host[len] = '\0';
    snprintf(port, 8, "%d", (int)number);
    return true;
}

static int listen_on(const struct addrinfo *at)
{
    const int fd =
        socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol);
    if (fd < 0)
        return -1;
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    const int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static void url_of(int fd, const char *host, bool is_tls, char ret_url[HTTP_URL_MAX])
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    unsigned port = 0;
    bool is_any = false, is_v6 = false;
    if (getsockname(fd, (struct sockaddr *)&bound, &len) == 0) {
        const struct sockaddr_in *v4 = (const void *)&bound;
        const struct sockaddr_in6 *v6 = (const void *)&bound;
        is_v6 = bound.ss_family == AF_INET6;
        port = ntohs(is_v6 ? v6->sin6_port : v4->sin_port);
        is_any = is_v6 ? IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr) : v4->sin_addr.s_addr == 0;
    }
    const bool brackets = is_v6 && strchr(host, ':') && !is_any;
    snprintf(ret_url, HTTP_URL_MAX, "%s://%s%.80s%s:%u", is_tls ? "https" : "http",
             brackets ? "[" : "", is_any ? "localhost" : host, brackets ? "]" : "", port);
}

enum err_code http_listen(const char *address, bool is_tls, int *ret_fd, char ret_url[HTTP_URL_MAX],
                          struct config_problem *ret_problem)
{
    char host[256], port[8];
    if (!split(address, host, port))
        return refuse(ERR_USAGE, ret_problem,
                      "\"%s\" is no address: write 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080",
                      address);
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    const int why = getaddrinfo(host[0] ? host : NULL, port, &hints, &found);
    if (why != 0)
        return refuse(ERR_USAGE, ret_problem, "the address %s is not known here: %s", address,
                      gai_strerror(why));
    const int fd = listen_on(found);
    const int fault = errno;
    freeaddrinfo(found);
    if (fd < 0 && fault == EADDRINUSE)
        return refuse(ERR_CONFLICT, ret_problem,
                      "%s is in use by another program (perhaps another kakikomap): stop it, or "
                      "choose another port with --listen",
                      address);
    if (fd < 0 && fault == EACCES)
        return refuse(
            ERR_FORBIDDEN, ret_problem,
            "only an administrator may serve on %s: choose a port above 1023 with --listen",
            address);
    if (fd < 0 && fault == EADDRNOTAVAIL)
        return refuse(ERR_USAGE, ret_problem,
                      "%s is no address of this machine: 127.0.0.1 serves this machine only, "
                      "0.0.0.0 the whole network",
                      address);
    if (fd < 0)
        return refuse(ERR_IO, ret_problem, "cannot serve on %s: %s", address, strerror(fault));
    *ret_fd = fd;
    url_of(fd, host, is_tls, ret_url);
    return ERR_OK;
}
