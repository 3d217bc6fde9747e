#include "server/print/qr.h"

#include <errno.h>
#include <qrencode.h>

enum { QUIET = 4 };

enum err_code print_qr(cairo_t *page, const char *text, double x, double y, double size,
                       struct err *err)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return errno == ENOMEM ? err_set(err, ERR_NOMEM, "out of memory", 0)
                               : err_set(err, ERR_RANGE, "the text is too long for a QR code", 0);
    const double module = size / (code->width + 2 * QUIET);
    for (int row = 0; row < code->width; row++)
        for (int column = 0; column < code->width; column++)
            if (code->data[row * code->width + column] & 1)
                cairo_rectangle(page, x + (column + QUIET) * module, y + (row + QUIET) * module,
                                module, module);
    QRcode_free(code);
    cairo_set_source_rgb(page, 0, 0, 0);
    cairo_fill(page); /* one path: no hairlines between neighbours */
    return ERR_OK;
}
