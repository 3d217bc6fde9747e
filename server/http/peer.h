/*
 * peer: where a request comes from, and whether what it carries can be read on the way.
 *
 * Purpose    Limits are loosely by address; passwords travel only over HTTPS or inside this
 * machine. Trust      X-Forwarded-For counts only from a front on this machine, when the operator
 * has set public_url; of its list the last entry, which the front itself wrote. Standard   RFC
 * 4291, 2.5.5.2 (IPv4-mapped addresses).
 */
#pragma once

#include <sys/socket.h>

#include "server/http/message.h"

/* `from` may be NULL: not known. */
void http_peer_from(const struct sockaddr *from, bool is_tls, const char *public_url,
                    const struct http_request *req, struct http_peer *ret);
