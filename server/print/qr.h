/*
 * qr: a QR code as black squares on a cairo page.
 *
 * Standard   ISO/IEC 18004, by libqrencode; level M (15 % may be lost), quiet zone of 4 modules.
 * Errors     ERR_RANGE the text does not fit into a code; ERR_NOMEM.
 */
#pragma once

#include <cairo.h>

#include "tiles/base/err.h"

/* A square of `size` points, quiet zone included, with its upper left corner at (x, y). */
MUST_CHECK enum err_code print_qr(cairo_t *page, const char *text, double x, double y, double size,
                                  struct err *err);
