/*
 * mhd: the HTTP service on its port.
 *
 * Purpose    Connections, bodies, deadlines, log lines; everything that is decided lies in
 * dispatch, header and cache. Invariants M1 A request is answered once, or its connection is
 * dropped. M2 A suspended request is finished by its completion, also during a stop. M3 Memory for
 * bodies under way stays below the configured limit. Threads    poll with a pool of at least two
 * (single-thread epoll of 0.9.75 stalls at 128 ready sockets: research in the README's
 * Architecture). http_server_* from one thread.
 */
#pragma once

#include "server/config.h"
#include "server/http/dispatch.h"
#include "server/http/metrics.h"

struct http_server;

/* Where it listens. A venue serves HTTPS for its tablets, and beside it plain HTTP for visitors'
 * phones: two servers of one service, whose threads are numbered one after the other. */
struct http_port {
    const char *address; /* "ADDR:PORT" */
    bool is_tls;         /* with the configuration's certificate */
    unsigned first_slot; /* number of its first thread */
};

/* Starts serving. `service` and `config` must outlive the server. The problem is a sentence that
 * says what to do; ERR_CONFLICT: the port is in use, ERR_FORBIDDEN: this port is not ours to take,
 * ERR_USAGE: the address or a certificate is wrong, ERR_IO: anything else. */
MUST_CHECK enum err_code http_server_open(const struct config *config, const struct http_port *port,
                                          const struct http_service *service,
                                          struct http_metrics *metrics, struct http_server **ret,
                                          struct config_problem *ret_problem);

/* "http://127.0.0.1:8080": with the port the system chose when 0 was asked for. */
const char *http_server_url(const struct http_server *server);

/* Takes no new connections and waits until what is under way has been answered, at most so long.
 * The streams must have been told to end. False: something was cut. Afterwards no handler runs any
 * more, so what handlers use may be closed. */
bool http_server_drain(struct http_server *server, int64_t timeout_ms);
/* Every suspended request must have been resumed. NULL is allowed. */
void http_server_close(struct http_server *server);
