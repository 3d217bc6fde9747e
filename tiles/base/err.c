#include "tiles/base/err.h"

#include <stddef.h>

static const struct {
    const char *name;
    const char *title;
    int http_status;
} known[ERR_COUNT] = {
    [ERR_OK] = {"ok", "no error", 200},
#define X(code, label, status, text) [code] = {label, text, status},
#include "tiles/base/err.def"
#undef X
};

enum err_code err_set(struct err *err, enum err_code code, const char *what, uint64_t at)
{
    if (err)
        *err = (struct err){.code = code, .what = what, .at = at};
    return code;
}

const char *err_name(enum err_code code)
{
    return known[code < ERR_COUNT ? code : ERR_INTERNAL].name;
}

const char *err_title(enum err_code code)
{
    return known[code < ERR_COUNT ? code : ERR_INTERNAL].title;
}

int err_http_status(enum err_code code)
{
    return known[code < ERR_COUNT ? code : ERR_INTERNAL].http_status;
}
