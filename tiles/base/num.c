#include "tiles/base/num.h"

#include <math.h>

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

enum err_code num_int_from(struct span text, int64_t min, int64_t max, int64_t *ret,
                           struct err *err)
{
    size_t at = 0;
    bool negative = false;
    if (at < text.len && (text.data[at] == '-' || text.data[at] == '+'))
        negative = text.data[at++] == '-';
    if (at == text.len)
        return err_set(err, ERR_FORMAT, "a number has no digits", at);
    int64_t value = 0;
    for (; at < text.len; at++) {
        if (!is_digit(text.data[at]))
            return err_set(err, ERR_FORMAT, "not a digit", at);
        const int digit = text.data[at] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) /* negative, to reach INT64_MIN */
            return err_set(err, ERR_RANGE, "number too large", at);
    }
    if (!negative && __builtin_sub_overflow((int64_t)0, value, &value))
        return err_set(err, ERR_RANGE, "number too large", at);
    if (value < min || value > max)
        return err_set(err, ERR_RANGE, "number outside its bounds", 0);
    *ret = value;
    return ERR_OK;
}

static const double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double scaled(double value, int exponent)
{
    while (exponent > 22) {
        value *= 1e22;
        exponent -= 22;
        if (isinf(value))
            return value;
    }
    while (exponent < -22) {
        value /= 1e22;
        exponent += 22;
        if (value == 0)
            return value;
    }
    return exponent < 0 ? value / power_of_ten[-exponent] : value * power_of_ten[exponent];
}

enum err_code num_double_from(struct span text, double *ret, struct err *err)
{
    size_t at = 0;
    bool negative = false;
    if (at < text.len && (text.data[at] == '-' || text.data[at] == '+'))
        negative = text.data[at++] == '-';
    uint64_t digits = 0; /* the first 19 significant digits */
    int exponent = 0, kept = 0;
    bool any = false, behind_point = false;
    for (; at < text.len; at++) {
        const uint8_t c = text.data[at];
        if (c == '.' && !behind_point) {
            behind_point = true;
            continue;
        }
        if (!is_digit(c))
            break;
        any = true;
        if (kept < 19) {
            digits = digits * 10 + (uint64_t)(c - '0');
            kept += digits != 0;
            exponent -= behind_point;
        } else {
            exponent += !behind_point;
        }
    }
    if (!any)
        return err_set(err, ERR_FORMAT, "a number has no digits", at);
    if (at < text.len && (text.data[at] == 'e' || text.data[at] == 'E')) {
        int64_t given;
        const struct span rest = span_of(text.data + at + 1, text.len - at - 1);
        if (num_int_from(rest, -9999, 9999, &given, NULL) != ERR_OK)
            return err_set(err, ERR_FORMAT, "the exponent is not a number", at);
        exponent += (int)given;
        at = text.len;
    }
    if (at != text.len)
        return err_set(err, ERR_FORMAT, "not part of a number", at);
    const double value = digits == 0 ? 0.0 : scaled((double)digits, exponent);
    if (!isfinite(value))
        return err_set(err, ERR_RANGE, "number too large", 0);
    *ret = negative ? -value : value;
    return ERR_OK;
}

bool num_e7_from_double(double degrees, int32_t *ret)
{
    const double scaled_up = degrees * 1e7;
    if (!(scaled_up >= -2147483647.0 && scaled_up <= 2147483647.0)) /* also refuses NaN */
        return false;
    *ret = (int32_t)(scaled_up < 0 ? scaled_up - 0.5 : scaled_up + 0.5);
    return true;
}

static void add_scaled(struct buf *buf, uint64_t scaled_value, unsigned decimals)
{
    uint64_t unit = 1;
    for (unsigned i = 0; i < decimals; i++)
        unit *= 10;
    buf_add_int(buf, (int64_t)(scaled_value / unit));
    uint64_t rest = scaled_value % unit;
    if (rest == 0)
        return;
    buf_add_byte(buf, '.');
    while (rest) {
        unit /= 10;
        buf_add_byte(buf, (uint8_t)('0' + rest / unit));
        rest %= unit;
    }
}

void num_add_fixed(struct buf *buf, double value, unsigned decimals)
{
    if (!(fabs(value) < 1e15)) {
        buf_add_str(buf, "null");
        return;
    }
    if (decimals > 9)
        decimals = 9;
    while (decimals && fabs(value) * power_of_ten[decimals] >= 9e18)
        decimals--;
    const uint64_t rounded = (uint64_t)(fabs(value) * power_of_ten[decimals] + 0.5);
    if (value < 0 && rounded)
        buf_add_byte(buf, '-');
    add_scaled(buf, rounded, decimals);
}

void num_add_e7(struct buf *buf, int32_t e7)
{
    if (e7 < 0)
        buf_add_byte(buf, '-');
    add_scaled(buf, (uint64_t)(e7 < 0 ? -(int64_t)e7 : e7), 7);
}
