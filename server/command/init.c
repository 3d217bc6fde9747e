/* kakikomap init: an empty data folder. */
#include <sodium.h>
#include <stdio.h>

#include "server/clock.h"
#include "server/command/options.h"
#include "server/command/summary.h"
#include "server/store/store.h"
#include "tiles/base/num.h"

/* "west,south,east,north" in degrees. */
static bool read_box(const char *text, struct store_box *ret)
{
    int32_t values[4];
    struct span rest = span_from_str(text);
    for (int i = 0; i < 4; i++) {
        const uint8_t *comma = i < 3 ? memchr(rest.data, ',', rest.len) : NULL;
        if (i < 3 && !comma)
            return false;
        const size_t len = comma ? (size_t)(comma - rest.data) : rest.len;
        double degrees;
        if (num_double_from(span_of(rest.data, len), &degrees, NULL) != ERR_OK ||
            !num_e7_from_double(degrees, &values[i]))
            return false;
        rest.data += len + (comma != NULL);
        rest.len -= len + (comma != NULL);
    }
    *ret = (struct store_box){values[0], values[1], values[2], values[3]};
    return true;
}

int command_init(int argc, char **argv)
{
    const char *dir = NULL, *name = "熊谷市", *box = NULL;
    int64_t code = 11202;
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &dir, 0, 0, "DIR", "the folder to make; new or empty"},
        {"--municipality", OPTION_INT, false, &code, 1, 999999, "CODE",
         "the municipality's code (11202)"},
        {"--name", OPTION_TEXT, false, &name, 0, 0, "NAME", "its name (熊谷市)"},
        {"--box", OPTION_TEXT, false, &box, 0, 0, "W,S,E,N",
         "where comments may be, in degrees (its surroundings, else Japan)"},
    };
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    struct store_settings settings = {.municipality = (uint32_t)code, .name = name};
    if (box && !read_box(box, &settings.box)) {
        fprintf(stderr, "kakikomap init: --box wants west,south,east,north in degrees, such as "
                        "138.9,35.8,139.9,36.5\n");
        return EXIT_USAGE;
    }
    struct err err = {0};
    uint8_t random[32];
    if (sodium_init() < 0)
        err_set(&err, ERR_INTERNAL, "libsodium cannot start", 0);
    randombytes_buf(random, sizeof random);
    CLEANUP(store_close_at) struct store *store = NULL;
    if (err.code != ERR_OK ||
        store_create(dir, &settings, clock_unix_ms(), random, &err) != ERR_OK ||
        store_open(dir, STORE_READ, &store, &err) != ERR_OK)
        return command_fail("init", dir, &err);
    struct summary summary;
    summary_begin(&summary);
    const struct store_info *info = store_info(store);
    json_key(&summary.json, "data");
    json_text(&summary.json, dir);
    json_key(&summary.json, "municipality");
    json_uint(&summary.json, info->municipality);
    json_key(&summary.json, "name");
    json_text(&summary.json, info->name);
    json_key(&summary.json, "server_id");
    json_uuid(&summary.json, info->server_id);
    json_key(&summary.json, "epoch");
    json_uuid(&summary.json, info->epoch);
    json_key(&summary.json, "box");
    json_array(&summary.json);
    json_e7(&summary.json, info->box.min_lon_e7);
    json_e7(&summary.json, info->box.min_lat_e7);
    json_e7(&summary.json, info->box.max_lon_e7);
    json_e7(&summary.json, info->box.max_lat_e7);
    json_end(&summary.json);
    return summary_end(&summary, EXIT_OK);
}
