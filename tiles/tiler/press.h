/*
 * press: sorted pieces to encoded and compressed tiles, in parallel, out in order.
 *
 * Threads    Encoders and compressors belong to the workers; the sink is called by the caller.
 */
#pragma once

#include "tiles/tiler/cut.h"
#include "tiles/tiler/pieces.h"

/* Empties `pieces`, which are sorted; counts into summary->zooms. */
MUST_CHECK enum err_code press_tiles(struct pieces *pieces, const struct tiler_options *options,
                                     unsigned threads, struct tiler_sink sink,
                                     struct tiler_summary *summary, struct err *err);
