/* cut: calls the tiler with what the city's archive needs. */
#pragma once

#include "server/city/publish.h"
#include "tiles/tiler/build.h"

MUST_CHECK enum err_code city_cut(const char *const *spools, size_t count, const char *dir,
                                  const char *archive, const char *edition, const char *attribution,
                                  const struct city_publish_options *options,
                                  struct tiler_build_summary *ret, struct err *err);
