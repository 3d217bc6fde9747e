/*
 * cards: 対話カード, themes people discuss; and spaces.
 *
 * Ownership  Spans and arrays live in the arena handed in.
 */
#pragma once

#include "server/store/store.h"

struct store_card {
    struct uuid id;
    uint64_t change;
    struct span title, title_easy, title_en, description, icon;
    uint32_t colour; /* 0xRRGGBB */
    uint32_t position;
    uint32_t comment_count; /* public comments on it */
};

/* By position, then id. */
MUST_CHECK enum err_code store_cards_list(struct store_reader *reader, struct arena *arena,
                                          struct store_card **ret, size_t *ret_count,
                                          struct err *err);
MUST_CHECK enum err_code store_cards_find(struct store_reader *reader, struct uuid id,
                                          struct arena *arena, struct store_card *ret,
                                          struct err *err);
