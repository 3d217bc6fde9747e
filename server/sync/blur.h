/*
 * blur: a place as exactly as the public is shown it.
 *
 * Purpose    The place becomes the middle of a cell of so many metres. Integers alone, so that all
 *            servers and tablets find the same cell.
 * Method     Rows of latitude, 89.83 of 1e-7 degree a metre; in each row the cells are as wide as
 *            they are high, by Bhaskara's approximation of the cosine (wrong by at most 0.2 %).
 * Ownership  Paths live in the arena.
 */
#pragma once

#include "server/sync/parts.h"

/* 0 metres: as it is. */
struct corner blur_corner(struct corner exact, uint32_t metres);

/* Corners that fall into one cell with the one before become one. */
MUST_CHECK enum err_code blur_path(struct arena *arena, const struct path *exact, uint32_t metres,
                                   struct path *ret, struct err *err);
