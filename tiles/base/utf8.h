/*
 * utf8: is this text well-formed UTF-8?
 *
 * Standard   RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#pragma once

#include <stdbool.h>

#include "tiles/base/span.h"

bool utf8_is_valid(struct span text);
