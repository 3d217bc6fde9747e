/* kakikomap check: integrity of everything; nothing is changed. */
#include <sodium.h>
#include <stdio.h>

#include "server/city/folder.h"
#include "server/command/options.h"
#include "server/command/progress.h"
#include "server/command/summary.h"
#include "server/store/audit.h"
#include "server/store/blobs.h"
#include "server/store/check.h"
#include "server/store/digest.h"
#include "server/store/layers.h"
#include "tiles/archive/verify.h"
#include "tiles/pack/map.h"

struct faults {
    struct json *json;
    size_t count;
};

static void tell(struct faults *faults, const char *what, struct span name)
{
    struct buf text;
    buf_init(&text);
    buf_add(&text, name);
    buf_add_str(&text, ": ");
    buf_add_str(&text, what);
    json_string(faults->json, buf_span(&text));
    fprintf(stderr, "kakikomap check: %.*s\n", (int)text.len, (const char *)text.data);
    buf_done(&text);
    faults->count++;
}

static enum err_code is_of_row(const char *path, const uint8_t sha256[32], uint64_t bytes,
                               bool *ret, struct err *err)
{
    uint8_t found[32];
    uint64_t length;
    TRY(digest_file(path, found, &length, err));
    *ret = length == bytes && memcmp(found, sha256, 32) == 0;
    return ERR_OK;
}

/* The file is there with the bytes its row says; or `aside`, unless NULL, is, from where the next
 * import puts it back. */
static bool file_is_whole(const char *path, const char *aside, struct span name,
                          const uint8_t sha256[32], uint64_t bytes, struct faults *faults)
{
    bool whole = false, kept = false;
    struct err err = {0};
    const enum err_code code = is_of_row(path, sha256, bytes, &whole, &err);
    if (!whole && aside && is_of_row(aside, sha256, bytes, &kept, NULL) == ERR_OK && kept)
        return true;
    if (code != ERR_OK) {
        tell(faults, err.what, name);
        return false;
    }
    if (!whole) {
        tell(faults, "the file is not what was imported: import it again", name);
        return false;
    }
    return true;
}

static enum err_code check_sources(struct store *store, struct store_reader *reader,
                                   struct arena *arena, struct faults *faults, size_t *ret,
                                   struct err *err)
{
    struct store_source *sources;
    TRY(store_sources_list(reader, arena, &sources, ret, err));
    for (size_t i = 0; i < *ret; i++) {
        char path[900], aside[900];
        snprintf(path, sizeof path, "%s/city/%.*s.features", store_dir(store),
                 (int)sources[i].name.len, (const char *)sources[i].name.data);
        /* Where an import keeps what it replaces until its rows are written. */
        snprintf(aside, sizeof aside, "%s/tmp/%.*s" CITY_BEFORE, store_dir(store),
                 (int)sources[i].name.len, (const char *)sources[i].name.data);
        file_is_whole(path, aside, sources[i].name, sources[i].sha256, sources[i].bytes, faults);
        progress_show("city", i + 1, *ret);
    }
    return ERR_OK;
}

static enum err_code check_layers(struct store *store, struct store_reader *reader,
                                  struct arena *arena, struct faults *faults, size_t *ret,
                                  struct err *err)
{
    struct store_layer *layers;
    TRY(store_layers_list(reader, arena, &layers, ret, err));
    for (size_t i = 0; i < *ret; i++) {
        char path[900];
        snprintf(path, sizeof path, "%s/layers/%.*s", store_dir(store), (int)layers[i].file.len,
                 (const char *)layers[i].file.data);
        const struct archive_tile_check tiles = {0};
        struct archive_report report;
        struct err fault = {0};
        if (file_is_whole(path, NULL, layers[i].file, layers[i].sha256, layers[i].bytes, faults) &&
            pack_map_verify(path, tiles, &report, &fault) != ERR_OK)
            tell(faults, fault.what, layers[i].file);
        progress_show("layers", i + 1, *ret);
    }
    return ERR_OK;
}

static enum err_code check_audit(struct store_reader *reader, struct faults *faults,
                                 struct audit_verdict *ret, struct err *err)
{
    TRY(store_audit_verify(reader, ret, err));
    if (!ret->broken_at)
        return ERR_OK;
    struct buf text;
    buf_init(&text);
    buf_add_str(&text, "audit, row ");
    buf_add_int(&text, (int64_t)ret->broken_at);
    tell(faults, "it does not follow from the rows before it: the log was changed",
         buf_span(&text));
    buf_done(&text);
    return ERR_OK;
}

/* The head is what a daily export ends with: equal heads, and nothing was cut off. */
static void tell_audit(struct json *json, const struct audit_verdict *audit)
{
    char head[2 * sizeof audit->head + 1];
    sodium_bin2hex(head, sizeof head, audit->head, sizeof audit->head);
    json_key(json, "audit");
    json_object(json);
    json_key(json, "rows");
    json_uint(json, audit->rows);
    json_key(json, "head");
    json_text(json, head);
    json_end(json);
}

static void check_blob(struct store *store, const struct store_blob *blob, struct faults *faults)
{
    for (int variant = PHOTO_DISPLAY; variant <= PHOTO_THUMB; variant++) {
        char name[STORE_BLOB_NAME], path[900];
        const struct store_file *file = variant == PHOTO_DISPLAY ? &blob->display : &blob->thumb;
        bool whole = false;
        struct err err = {.what = "the file of this photo is another one"};
        store_blob_name(&blob->sha256, (enum photo_variant)variant, name);
        snprintf(path, sizeof path, "%s/%s", store_dir(store), name);
        if (is_of_row(path, file->sha256.bytes, file->bytes, &whole, &err) != ERR_OK || !whole)
            tell(faults, err.what, span_from_str(name));
    }
}

static enum err_code check_photos(struct store *store, struct store_reader *reader,
                                  struct faults *faults, size_t *ret, struct err *err)
{
    enum { PAGE = 256 };
    struct sha256 after = {{0}};
    struct arena arena;
    enum err_code code = ERR_OK;
    size_t total = 0, count = PAGE;
    arena_init(&arena, 0);
    while (code == ERR_OK && count == PAGE) {
        struct store_blob *blobs;
        arena_reset(&arena);
        code = store_blobs_list(reader, &after, PAGE, &arena, &blobs, &count, err);
        for (size_t i = 0; code == ERR_OK && i < count; i++)
            check_blob(store, &blobs[i], faults);
        if (code == ERR_OK && count)
            after = blobs[count - 1].sha256;
        total += count;
    }
    arena_done(&arena);
    *ret = total;
    return code;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    (void)context;
    progress_show("changes", done, total);
}

static void tell_counts(struct json *json, const struct store_report *report, size_t sources,
                        size_t layers, size_t photos)
{
    const struct {
        const char *name;
        uint64_t count;
    } counts[] = {
        {"changes", report->counts.changes},
        {"replayed", report->ops},
        {"comments", report->counts.comments},
        {"public", report->counts.comments_public},
        {"replies", report->counts.replies},
        {"reactions", report->counts.reactions},
        {"cards", report->counts.cards},
        {"quarantined", report->counts.quarantined},
        {"erased", report->counts.erased},
        {"sources", sources},
        {"layers", layers},
        {"photos", photos},
    };
    for (size_t i = 0; i < LENGTH(counts); i++) {
        json_key(json, counts[i].name);
        json_uint(json, counts[i].count);
    }
}

static enum err_code check_all(const char *dir, struct arena *arena, struct json *json,
                               bool *ret_ok, struct err *err)
{
    CLEANUP(store_close_at) struct store *store = NULL;
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    TRY(store_open(dir, STORE_READ, &store, err));
    TRY(store_reader_open(store, &reader, err));
    struct store_report report;
    TRY(store_check(store, show_progress, NULL, arena, &report, err));
    progress_end();
    json_key(json, "faults");
    json_array(json);
    struct faults faults = {.json = json};
    for (size_t i = 0; i < report.fault_count; i++)
        tell(&faults, report.faults[i], span_from_str("store"));
    size_t sources, layers, photos;
    TRY(check_sources(store, reader, arena, &faults, &sources, err));
    TRY(check_layers(store, reader, arena, &faults, &layers, err));
    TRY(check_photos(store, reader, &faults, &photos, err));
    struct audit_verdict audit;
    TRY(check_audit(reader, &faults, &audit, err));
    progress_end();
    json_end(json);
    tell_audit(json, &audit);
    tell_counts(json, &report, sources, layers, photos);
    json_key(json, "ok");
    json_bool(json, faults.count == 0);
    *ret_ok = faults.count == 0;
    return ERR_OK;
}

int command_check(int argc, char **argv)
{
    const char *dir = NULL;
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &dir, 0, 0, "DIR", "the data folder; it may be in use"},
    };
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    struct err err = {0};
    struct arena arena;
    struct summary summary;
    arena_init(&arena, 0);
    summary_begin(&summary);
    bool ok = false;
    const enum err_code code = check_all(dir, &arena, &summary.json, &ok, &err);
    arena_done(&arena);
    if (code != ERR_OK) {
        buf_done(&summary.buf);
        return command_fail("check", dir, &err);
    }
    return summary_end(&summary, ok ? EXIT_OK : EXIT_OTHER);
}
