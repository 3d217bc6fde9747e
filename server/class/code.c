#include "server/class/code.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The next code point of well-formed UTF-8 of at most three bytes; 0 for anything else. */
static uint32_t next_point(struct span text, size_t *at)
{
    const uint8_t *byte = text.data + *at;
    const size_t left = text.len - *at;
    if (byte[0] < 0x80) {
        *at += 1;
        return byte[0];
    }
    if ((byte[0] & 0xE0) == 0xC0 && left >= 2) {
        *at += 2;
        return (uint32_t)(byte[0] & 0x1F) << 6 | (byte[1] & 0x3F);
    }
    if ((byte[0] & 0xF0) == 0xE0 && left >= 3) {
        *at += 3;
        return (uint32_t)(byte[0] & 0x0F) << 12 | (uint32_t)(byte[1] & 0x3F) << 6 |
               (byte[2] & 0x3F);
    }
    *at = text.len;
    return 0;
}

/* Dashes and spaces, narrow and wide, and the long-vowel mark that stands on the dash's key. */
static bool is_gap(uint32_t c)
{
    return c == ' ' || c == '-' || c == 0xA0 || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 ||
           c == 0x3000 || c == 0x30FC || c == 0xFF0D || c == 0xFF70;
}

static char letter_of(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFF01 - '!';
    if (c >= 'a' && c <= 'z')
        c -= 'a' - 'A';
    if (c == 'I' || c == 'L')
        return '1';
    if (c == 'O')
        return '0';
    for (const char *at = alphabet; *at; at++)
        if ((uint32_t)*at == c)
            return *at;
    return 0;
}

bool code_read(struct span text, size_t count, char ret[CODE_MAX + 1])
{
    char code[CODE_MAX + 1] = {0};
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        const uint32_t c = next_point(text, &at);
        if (is_gap(c))
            continue;
        const char letter = letter_of(c);
        if (!letter || len == count)
            return false;
        code[len++] = letter;
    }
    if (len != count)
        return false;
    memcpy(ret, code, count + 1);
    return true;
}

void code_make(const uint8_t *random, size_t count, char ret[CODE_MAX + 1])
{
    for (size_t i = 0; i < count; i++) {
        unsigned value = 0;
        for (size_t bit = i * 5; bit < i * 5 + 5; bit++)
            value = value << 1 | (random[bit / 8] >> (7 - bit % 8) & 1u);
        ret[i] = alphabet[value];
    }
    ret[count] = '\0';
}
