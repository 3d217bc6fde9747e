/*
 * listen: "ADDR:PORT" → a listening socket.
 *
 * Errors     As http_server_open; the problem is a sentence for people.
 */
#pragma once

#include "server/config.h"

enum { HTTP_URL_MAX = 128 };

/* *ret_fd is non-blocking, closed on exec; ret_url is "http(s)://ADDR:PORT" as it can be opened. */
MUST_CHECK enum err_code http_listen(const char *address, bool is_tls, int *ret_fd,
                                     char ret_url[HTTP_URL_MAX],
                                     struct config_problem *ret_problem);
