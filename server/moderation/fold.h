/*
 * fold: a text as it is compared with word lists and with other texts.
 *
 * Purpose    ばか, バカ, ﾊﾞｶ and バーカ are one. NFKC and case folding (server/store/bigram.h),
 * then katakana become hiragana and long-vowel marks and dashes go. White space stays, as one kind
 * of it: in わかち書き it is what keeps words apart. Ownership  Output is appended to the buf; look
 * at buf->failed. Errors     ERR_FORMAT the text is not UTF-8; ERR_NOMEM.
 */
#pragma once

#include "tiles/base/buf.h"
#include "tiles/base/err.h"

MUST_CHECK enum err_code fold_text(struct span text, struct buf *ret, struct err *err);
