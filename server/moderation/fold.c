#include "server/moderation/fold.h"

#include "server/store/bigram.h"

/* Katakana lie 0x60 above hiragana; both are three bytes of UTF-8. ァ…ヶ, ヽ and ヾ. */
static bool is_katakana(uint32_t c)
{
    return (c >= 0x30A1 && c <= 0x30F6) || c == 0x30FD || c == 0x30FE;
}

enum err_code fold_text(struct span text, struct buf *ret, struct err *err)
{
    CLEANUP(buf_done) struct buf normal = {0};
    TRY(bigram_normalise(text, &normal, err));
    for (size_t i = 0; i < normal.len;) {
        const uint8_t *byte = normal.data + i;
        const size_t len = byte[0] < 0x80 ? 1 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
        uint32_t c = 0;
        if (len == 3)
            c = (uint32_t)(byte[0] & 0x0F) << 12 | (uint32_t)(byte[1] & 0x3F) << 6 |
                (byte[2] & 0x3F);
        if (is_katakana(c)) {
            c -= 0x60;
            const uint8_t hiragana[] = {(uint8_t)(0xE0 | c >> 12),
                                        (uint8_t)(0x80 | (c >> 6 & 0x3F)),
                                        (uint8_t)(0x80 | (c & 0x3F))};
            buf_add(ret, span_of(hiragana, 3));
        } else if (c != 0x30FC) { /* where bigram_normalise puts every dash */
            buf_add(ret, span_of(byte, len));
        }
        i += len;
    }
    if (ret->failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    return ERR_OK;
}
