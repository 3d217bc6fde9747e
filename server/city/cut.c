#include "server/city/cut.h"

#include "server/city/folder.h"

/* Pieces in memory before they go to disk: a small server in a hall has 2 GB. */
static const size_t memory_limit = (size_t)512 << 20;

struct bridge {
    const struct city_publish_options *options;
};

static void on_report(void *context, enum tiler_stage stage, uint64_t done, uint64_t total)
{
    const struct bridge *bridge = context;
    /* Reading is the first half, writing the second. */
    const uint64_t half = stage == TILER_WRITE ? total : 0;
    if (bridge->options->progress)
        bridge->options->progress(bridge->options->context, half + done, 2 * total);
}

enum err_code city_cut(const char *const *spools, size_t count, const char *dir,
                       const char *archive, const char *edition, const char *attribution,
                       const struct city_publish_options *options, struct tiler_build_summary *ret,
                       struct err *err)
{
    char temporary[CITY_PATH];
    if (!city_path(temporary, dir, "tmp", "", ""))
        return err_set(err, ERR_USAGE, "the name of the data folder is too long", 0);
    struct bridge bridge = {.options = options};
    const struct tiler_build build = {
        .tiler = {.spool_count = count,
                  .spools = spools,
                  .memory_limit = memory_limit,
                  .temporary_folder = temporary,
                  .progress = {.report = on_report, .context = &bridge}},
        .path = archive,
        .name = options->name && *options->name ? options->name : "city",
        .attribution = attribution && *attribution ? attribution : NULL,
        .version = edition,
    };
    return tiler_build_archive(&build, ret, err);
}
