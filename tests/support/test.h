/* test: cmocka with the headers it wants, in the order it wants them. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tiles/base/attr.h"
#include "tiles/base/err.h"
