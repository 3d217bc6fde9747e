/*
 * folder: DIR/tls, what a data folder keeps of its certificates.
 *
 * Purpose    server.pem (key and chain in one file, so that they change together), root.pem (our
 *            private root with its key), root.crt and root.mobileconfig (to hand to tablets).
 * Safety     Files appear whole or not at all; those with a key are for their owner's eyes (0600).
 * Errors     ERR_NOT_FOUND it is not there; ERR_FORMAT it is no PEM file; ERR_IO, ERR_FULL.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/err.h"
#include "tiles/base/span.h"

enum tls_file { TLS_SERVER, TLS_ROOT, TLS_ROOT_PUBLIC, TLS_ROOT_PROFILE };
enum { TLS_PATH_MAX = 4096 };

MUST_CHECK enum err_code tls_folder_path(const char *dir, enum tls_file file,
                                         char ret[TLS_PATH_MAX], struct err *err);
bool tls_folder_has(const char *dir, enum tls_file file);
MUST_CHECK enum err_code tls_folder_write(const char *dir, enum tls_file file, struct span bytes,
                                          struct err *err);

/* Any PEM file: text closed by a zero byte, to be released with tls_text_free, which blanks it. */
MUST_CHECK enum err_code tls_text_read(const char *path, char **ret, struct err *err);
void tls_text_free(char *text);
DEFINE_CLEANUP(char, tls_text_free)
