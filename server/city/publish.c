#include "server/city/publish.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/city/cut.h"
#include "server/city/folder.h"
#include "server/store/digest.h"
#include "tiles/base/buf.h"
#include "tiles/base/num.h"

static const char tile_set[] = "city";

/* What stands in the store now. */
struct standing {
    struct store_source *sources;
    size_t source_count;
    uint64_t edition; /* the newest; 0: none */
};

static enum err_code look(struct store *store, struct arena *arena, struct standing *ret,
                          struct err *err)
{
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    struct store_layer layer;
    struct err ignored = {0};
    TRY(store_reader_open(store, &reader, err));
    TRY(store_sources_list(reader, arena, &ret->sources, &ret->source_count, err));
    const enum err_code found =
        store_layers_find(reader, span_from_str(tile_set), arena, &layer, &ignored);
    int64_t edition = 0;
    if (found == ERR_OK && num_int_from(layer.edition, 0, INT64_MAX - 1, &edition, NULL) != ERR_OK)
        edition = 0;
    if (found != ERR_OK && found != ERR_NOT_FOUND)
        return err_set(err, found, ignored.what, ignored.at);
    ret->edition = (uint64_t)edition;
    return ERR_OK;
}

static bool is_replaced(const struct store_source *source, const struct city_spool *spools,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_is(source->name, spools[i].name))
            return true;
    return false;
}

/* The attributions of all sources, each once, as one line for the map's corner. */
static const char *attributions(const struct standing *standing, const struct city_spool *spools,
                                size_t count, const char *added, struct arena *arena)
{
    struct buf text;
    buf_init(&text);
    buf_add_str(&text, added);
    for (size_t i = 0; i < standing->source_count; i++) {
        const struct span words = standing->sources[i].attribution;
        if (words.len == 0 || is_replaced(&standing->sources[i], spools, count) ||
            (text.len && memmem(text.data, text.len, words.data, words.len)))
            continue;
        if (text.len)
            buf_add_str(&text, " · ");
        buf_add(&text, words);
    }
    const char *line = text.failed ? NULL : arena_copy(arena, buf_span(&text));
    buf_done(&text);
    return line;
}

/* Paths of all spools the archive is cut from; *ret_features in them. */
static enum err_code all_spools(const char *dir, const struct standing *standing,
                                const struct city_spool *spools, size_t count, struct arena *arena,
                                const char ***ret, size_t *ret_count, uint64_t *ret_features,
                                struct err *err)
{
    const char **paths = ARENA_ARRAY(arena, const char *, standing->source_count + count);
    size_t n = 0;
    uint64_t features = 0;
    if (!paths)
        return err_set(err, ERR_NOMEM, "out of memory for the list of sources", 0);
    /* The newest first: of two features with one id the first is drawn. */
    for (size_t i = 0; i < count; i++) {
        paths[n++] = spools[i].path;
        features += spools[i].imported;
    }
    for (size_t i = 0; i < standing->source_count; i++) {
        const struct store_source *source = &standing->sources[i];
        if (!span_is(source->kind, tile_set) || is_replaced(source, spools, count))
            continue;
        char *path = arena_alloc(arena, CITY_PATH);
        char *name = arena_copy(arena, source->name);
        if (!path || !name || !city_path(path, dir, "city", name, ".features"))
            return err_set(err, ERR_NOMEM, "out of memory for the list of sources", 0);
        paths[n++] = path;
        features += source->imported;
    }
    *ret = paths;
    *ret_count = n;
    *ret_features = features;
    return ERR_OK;
}

static void sync_folder(const char *path)
{
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        (void)fsync(folder);
        close(folder);
    }
}

struct move {
    char from[CITY_PATH], place[CITY_PATH], aside[CITY_PATH];
    bool replaced; /* something was there, it is aside now */
    bool moved;
};

static enum err_code move_in(const char *dir, const struct city_spool *spool, struct move *move,
                             struct err *err)
{
    if (!city_path(move->place, dir, "city", spool->name, ".features") ||
        !city_path(move->aside, dir, "tmp", spool->name, CITY_BEFORE) ||
        snprintf(move->from, sizeof move->from, "%s", spool->path) >= (int)sizeof move->from)
        return err_set(err, ERR_USAGE, "the name of the data folder is too long", 0);
    (void)unlink(move->aside);
    move->replaced = link(move->place, move->aside) == 0;
    if (!move->replaced && errno != ENOENT)
        return err_set(err, ERR_IO, "a spool cannot be kept aside", 0);
    if (rename(move->from, move->place) != 0)
        return err_set(err, ERR_IO, "a spool cannot be put in its place", 0);
    move->moved = true;
    return ERR_OK;
}

static void move_back(const struct move *moves, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        if (moves[i].moved)
            (void)rename(moves[i].place, moves[i].from);
        if (moves[i].replaced)
            (void)rename(moves[i].aside, moves[i].place);
    }
}

static enum err_code put_rows(struct store *store, const struct city_spool *spools, size_t count,
                              const struct city_publish_options *options,
                              const struct store_layer *layer, struct arena *arena, struct err *err)
{
    struct store_source *rows = arena_zero(arena, count + 1, sizeof *rows);
    if (!rows)
        return err_set(err, ERR_NOMEM, "out of memory for the rows of the store", 0);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct store_source){
            .name = span_from_str(spools[i].name),
            .kind = span_from_str(tile_set),
            .origin = span_from_str(spools[i].origin),
            .bytes = spools[i].bytes,
            .features = spools[i].features,
            .imported = spools[i].imported,
            .repaired = spools[i].repaired,
            .refused = spools[i].refused,
            .imported_ms = options->now_ms,
            .attribution = span_from_str(options->attribution),
        };
        memcpy(rows[i].sha256, spools[i].sha256, 32);
    }
    return store_layers_put(store, rows, count, layer, 1, err);
}

/* Steps 2 and 3 of publish.h: both or none. */
static enum err_code settle(struct store *store, struct city_spool *spools, size_t count,
                            const struct city_publish_options *options,
                            const struct store_layer *layer, struct arena *arena, struct err *err)
{
    struct move *moves = calloc(count + 1, sizeof *moves);
    if (!moves)
        return err_set(err, ERR_NOMEM, "out of memory for the list of sources", 0);
    char folder[CITY_PATH];
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < count && code == ERR_OK; i++)
        code = move_in(store_dir(store), &spools[i], &moves[i], err);
    if (city_path(folder, store_dir(store), "city", "", ""))
        sync_folder(folder);
    if (code == ERR_OK)
        code = put_rows(store, spools, count, options, layer, arena, err);
    if (code != ERR_OK)
        move_back(moves, count);
    for (size_t i = 0; code == ERR_OK && i < count; i++) {
        spools[i].path = NULL;
        if (moves[i].replaced)
            (void)unlink(moves[i].aside);
    }
    free(moves);
    return code;
}

/* Archives older than the one that was just replaced: nobody opens them any more. */
static void forget_old(const char *dir, uint64_t edition)
{
    char path[CITY_PATH];
    if (!city_path(path, dir, "layers", "", ""))
        return;
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        unsigned long long number = 0;
        int end = 0;
        if (sscanf(entry->d_name, "city-%llu.pmtiles%n", &number, &end) == 1 && end &&
            entry->d_name[end] == '\0' && number + 1 < edition &&
            city_path(path, dir, "layers", entry->d_name, ""))
            (void)unlink(path);
    }
    if (folder)
        closedir(folder);
}

enum err_code city_publish(struct city_lock *lock, struct city_spool *spools, size_t count,
                           const struct city_publish_options *options, struct arena *arena,
                           struct city_published *ret, struct err *err)
{
    struct store *store = city_lock_store(lock);
    const char *dir = store_dir(store);
    struct standing standing = {0};
    struct city_published made = {0};
    const char **paths = NULL;
    size_t path_count = 0;
    char archive[CITY_PATH];
    TRY(look(store, arena, &standing, err));
    TRY(all_spools(dir, &standing, spools, count, arena, &paths, &path_count, &made.features, err));
    const uint64_t edition = standing.edition + 1;
    snprintf(made.edition, sizeof made.edition, "%llu", (unsigned long long)edition);
    snprintf(made.file, sizeof made.file, "%s-%s.pmtiles", tile_set, made.edition);
    if (!city_path(archive, dir, "layers", made.file, ""))
        return err_set(err, ERR_USAGE, "the name of the data folder is too long", 0);
    struct store_layer layer = {.name = span_from_str(tile_set),
                                .file = span_from_str(made.file),
                                .edition = span_from_str(made.edition),
                                .made_ms = options->now_ms};
    struct tiler_build_summary built;
    TRY(city_cut(paths, path_count, dir, archive, made.edition,
                 attributions(&standing, spools, count, options->attribution, arena), options,
                 &built, err));
    made.duplicates = built.tiler.duplicates;
    made.undrawable = built.tiler.refused;
    enum err_code code = digest_file(archive, layer.sha256, &layer.bytes, err);
    if (code == ERR_OK)
        code = settle(store, spools, count, options, &layer, arena, err);
    if (code != ERR_OK) {
        (void)unlink(archive);
        return code;
    }
    made.bytes = layer.bytes;
    made.sources = path_count;
    *ret = made;
    forget_old(dir, edition);
    return ERR_OK;
}
