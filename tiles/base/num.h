/*
 * num: numbers from text and back, without locale.
 *
 * Errors     ERR_FORMAT when the text is not one whole number, ERR_RANGE when it does not fit;
 *            `at` is the byte where reading stopped. *ret is untouched on failure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiles/base/buf.h"
#include "tiles/base/err.h"
#include "tiles/base/span.h"

MUST_CHECK enum err_code num_int_from(struct span text, int64_t min, int64_t max, int64_t *ret,
                                      struct err *err);

/* [+-]digits[.digits][e[+-]digits]; finite only. Correct to the last bit up to 15 digits with
 * exponents up to ±22 (Clinger's fast path), within 1 unit in the last place beyond. */
MUST_CHECK enum err_code num_double_from(struct span text, double *ret, struct err *err);

/* Degrees, as decimal text or double, to integers of 1e-7 degree, rounded half away from zero. */
MUST_CHECK bool num_e7_from_double(double degrees, int32_t *ret);

/* Fixed notation with at most `decimals` (0–9) digits behind the point, trailing zeros cut;
 * |value| < 1e15, else the text "null" (JSON has no word for infinity). */
void num_add_fixed(struct buf *buf, double value, unsigned decimals);

/* lon_e7 1393880000 → "139.388". */
void num_add_e7(struct buf *buf, int32_t e7);
