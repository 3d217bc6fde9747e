/*
 * fuzz: what a fuzz target is.
 *
 * Purpose    With -Dfuzz=true (clang) libFuzzer calls it with bytes it makes up; without, replay.c
 *            calls it with each file of its corpus, as a test.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
