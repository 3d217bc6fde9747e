/* assets_table: what assets.py makes of the web app. Sorted by path, in bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_asset_row {
    const char *path, *type, *etag;
    bool immutable;
    struct {
        size_t at, len; /* in http_asset_bytes; len 0: not there */
    } bytes[3];         /* plain, gzip, brotli */
};

extern const struct http_asset_row http_asset_rows[];
extern const size_t http_asset_count;
extern const uint8_t http_asset_bytes[];
