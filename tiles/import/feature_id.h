/*
 * feature_id: the number of a feature, made from its source's own id.
 *
 * Purpose    The same object keeps its number in every tile, on every machine, at every import, so
 *            that a comment, a selection or a cache may name it.
 * Definition (stored: never change it.) h = FNV-1a 64 over the bytes of the id (offset basis
 *            0xcbf29ce484222325, prime 0x100000001b3); then the finaliser of MurmurHash3:
 *            h ^= h>>33, h *= 0xff51afd7ed558ccd, h ^= h>>33, h *= 0xc4ceb9fe1a85ec53, h ^= h>>33;
 *            the number is h >> 11, and 1 where that is 0. 53 bits: exact in JavaScript.
 * Chance     Two of a million ids are equal with probability 6e-5.
 */
#pragma once

#include <stdint.h>

#include "tiles/base/span.h"

uint64_t feature_id_from_text(struct span id);

/* For sources without ids: file name and the feature's number in it. */
uint64_t feature_id_from_number(const char *source, uint64_t number);
