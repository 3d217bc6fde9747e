/* kakikomap tiles: an archive of tiles as PMTiles or MBTiles. */
#include <stdio.h>
#include <string.h>

#include "server/command/options.h"
#include "server/export/archive.h"
#include "server/json/write.h"
#include "server/store/layers.h"

struct choice {
    const char *data, *layer, *out;
};

/* The archive of a data folder's layer: DIR/layers/FILE. */
static enum err_code path_of_layer(const struct choice *choice, char *ret, size_t room,
                                   struct err *err)
{
    CLEANUP(store_close_at) struct store *store = NULL;
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    struct arena arena;
    struct store_layer layer;
    TRY(store_open(choice->data, STORE_READ, &store, err));
    TRY(store_reader_open(store, &reader, err));
    arena_init(&arena, 0);
    const enum err_code code =
        store_layers_find(reader, span_from_str(choice->layer), &arena, &layer, err);
    if (code == ERR_OK)
        snprintf(ret, room, "%s/layers/%.*s", choice->data, (int)layer.file.len,
                 (const char *)layer.file.data);
    arena_done(&arena);
    return code;
}

static void print_summary(const struct export_archive_report *report, const char *out)
{
    CLEANUP(buf_done) struct buf text = {0};
    struct json json;
    json_begin(&json, &text);
    json_object(&json);
    json_key(&json, "from");
    json_text(&json, report->from);
    json_key(&json, "to");
    json_text(&json, report->to);
    json_key(&json, "out");
    json_text(&json, out);
    json_key(&json, "tiles");
    json_uint(&json, report->tiles);
    json_key(&json, "tile_bytes");
    json_uint(&json, report->bytes);
    json_key(&json, "minzoom");
    json_uint(&json, report->min_zoom);
    json_key(&json, "maxzoom");
    json_uint(&json, report->max_zoom);
    json_end(&json);
    buf_add_byte(&text, '\n');
    fwrite(text.data, 1, text.len, stdout);
}

int command_tiles(int argc, char **argv)
{
    struct choice choice = {.layer = "city"};
    struct export_archive_report report = {0};
    struct err err = {0};
    char path[4096];
    int operands = 0;
    const struct option options[] = {
        {"--data", OPTION_TEXT, false, &choice.data, 0, 0, "DIR",
         "take the archive of this data folder instead of a file"},
        {"--layer", OPTION_TEXT, false, &choice.layer, 0, 0, "NAME",
         "which of its tile sets (city)"},
        {"--out", OPTION_TEXT, true, &choice.out, 0, 0, "FILE",
         "what to write: a name ending in .mbtiles or .pmtiles"},
    };
    switch (options_read(argc, argv, options, LENGTH(options), &operands)) {
    case OPTIONS_OK:
        break;
    case OPTIONS_HELP:
        return EXIT_OK;
    case OPTIONS_WRONG:
        return EXIT_USAGE;
    }
    if ((choice.data != NULL) == (operands == 1) || operands > 1) {
        fputs("kakikomap tiles: name one archive (.pmtiles or .mbtiles), or --data DIR\n", stderr);
        return EXIT_USAGE;
    }
    const char *from = path;
    if (!choice.data)
        from = argv[1];
    else if (path_of_layer(&choice, path, sizeof path, &err) != ERR_OK)
        return command_fail("tiles", choice.data, &err);
    if (export_archive(from, choice.out, &report, &err) != ERR_OK)
        return command_fail("tiles", from, &err);
    print_summary(&report, choice.out);
    return EXIT_OK;
}
