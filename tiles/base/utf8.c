#include "tiles/base/utf8.h"

/* Bytes of the sequence that begins with `lead`, and the bounds of its second byte, which is
 * where overlong forms, surrogates and the end of Unicode show (RFC 3629, section 4). */
static unsigned sequence_from_lead(uint8_t lead, uint8_t *low, uint8_t *high)
{
    *low = 0x80;
    *high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (lead == 0xE0)
            *low = 0xA0;
        if (lead == 0xED)
            *high = 0x9F;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (lead == 0xF0)
            *low = 0x90;
        if (lead == 0xF4)
            *high = 0x8F;
        return 4;
    }
    return 0;
}

bool utf8_is_valid(struct span text)
{
    for (size_t at = 0; at < text.len;) {
        if (text.data[at] < 0x80) {
            at++;
            continue;
        }
        uint8_t low, high;
        const unsigned len = sequence_from_lead(text.data[at], &low, &high);
        if (len == 0 || text.len - at < len)
            return false;
        if (text.data[at + 1] < low || text.data[at + 1] > high)
            return false;
        for (unsigned i = 2; i < len; i++)
            if ((text.data[at + i] & 0xC0) != 0x80)
                return false;
        at += len;
    }
    return true;
}
