/* sha256: of a file, as the store's rows of spools and archives keep it. FIPS 180-4, by libsodium.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/attr.h"
#include "tiles/base/err.h"

MUST_CHECK enum err_code city_sha256_file(const char *path, uint8_t ret_hash[32],
                                          uint64_t *ret_bytes, struct err *err);
