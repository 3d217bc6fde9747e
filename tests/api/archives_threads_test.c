/* archives under load: readers ask while editions change; run under the thread sanitizer too. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/api/archives.h"
#include "tests/support/test.h"
#include "tiles/pack/file.h"

enum { READERS = 3, EDITIONS = 60, TILES = 85 };

/* The store's row; the readers of the archives read it under the archives' own lock, this test
 * changes it between editions. */
static pthread_mutex_t row_lock = PTHREAD_MUTEX_INITIALIZER;
static char row_file[32], row_edition[8];
static uint8_t row_sha;

enum err_code store_layers_list(struct store_reader *reader, struct arena *arena,
                                struct store_layer **ret, size_t *ret_count, struct err *err)
{
    (void)reader;
    struct store_layer *row = ARENA_NEW(arena, struct store_layer);
    if (!row)
        return err_set(err, ERR_NOMEM, "no memory", 0);
    pthread_mutex_lock(&row_lock);
    row->name = span_from_str("city");
    row->file = span_from_str(arena_copy(arena, span_from_str(row_file)));
    row->edition = span_from_str(arena_copy(arena, span_from_str(row_edition)));
    row->sha256[0] = row_sha;
    pthread_mutex_unlock(&row_lock);
    *ret = row;
    *ret_count = 1;
    return ERR_OK;
}

const struct store_info *store_info(const struct store *store)
{
    (void)store;
    return NULL;
}

static char folder[64];
static struct archives *archives;
static atomic_bool stop;
static atomic_uint answered, wrong;
static atomic_uint
    newest; /* no answer may be older than the edition announced before the request */

static void write_edition(unsigned edition)
{
    static const struct archive_tileset about = {.tile_type = ARCHIVE_TILE_MVT,
                                                 .tile_compression = ARCHIVE_PLAIN};
    CLEANUP(pack_file_close_at) struct pack_file *file = NULL;
    struct archive_header header;
    char path[128], text[32];
    snprintf(path, sizeof path, "%s/city-%u.pmtiles", folder, edition);
    assert_int_equal(pack_file_open(path, &file, NULL), ERR_OK);
    for (uint64_t id = 0; id < TILES; id++) {
        snprintf(text, sizeof text, "%u %u", edition, (unsigned)id);
        assert_int_equal(pack_file_add(file, id, span_from_str(text), NULL), ERR_OK);
    }
    assert_int_equal(pack_file_finish(file, &about, &header, NULL), ERR_OK);
    pthread_mutex_lock(&row_lock);
    snprintf(row_file, sizeof row_file, "city-%u.pmtiles", edition);
    snprintf(row_edition, sizeof row_edition, "%u", edition);
    row_sha = (uint8_t)edition;
    pthread_mutex_unlock(&row_lock);
    const struct store_event event = {.type = STORE_EVENT_LAYERS};
    archives_changed(archives, &event, 1);
    atomic_store(&newest, edition);
    if (edition > 1) {
        snprintf(path, sizeof path, "%s/city-%u.pmtiles", folder, edition - 1);
        unlink(path); /* as import does: the map of who reads it lives on */
    }
}

static bool answer_is_right(unsigned at_least, uint64_t id)
{
    CLEANUP(tileset_unref_at) struct tileset *tileset = NULL;
    CLEANUP(http_body_unref_at) struct http_body *body = NULL;
    struct tile tile;
    char text[32] = {0};
    unsigned edition = 0, number = 0;
    if (archives_refresh(archives, NULL, NULL) != ERR_OK ||
        archives_find(archives, span_from_str("city"), &tileset, NULL) != ERR_OK ||
        tile_from_id(id, &tile, NULL) != ERR_OK ||
        tileset_tile(tileset, tile, id % 2, &body, NULL) != ERR_OK || !body)
        return false;
    const struct span bytes = body->bytes[HTTP_IDENTITY];
    memcpy(text, bytes.data, bytes.len < sizeof text ? bytes.len : 0);
    return sscanf(text, "%u %u", &edition, &number) == 2 && number == id && edition >= at_least;
}

static void *read_tiles(void *context)
{
    uint64_t id = (uint64_t)(uintptr_t)context;
    while (!atomic_load(&stop)) {
        const unsigned at_least = atomic_load(&newest);
        id = (id * 7 + 3) % TILES;
        if (!answer_is_right(at_least, id))
            atomic_fetch_add(&wrong, 1);
        atomic_fetch_add(&answered, 1);
    }
    return NULL;
}

static void no_answer_is_older_than_the_edition_announced_before_it(void **state)
{
    (void)state;
    pthread_t threads[READERS];
    write_edition(1);
    for (uintptr_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_tiles, (void *)i), 0);
    for (unsigned edition = 2; edition <= EDITIONS; edition++) {
        const unsigned before = atomic_load(&answered);
        write_edition(edition);
        while (atomic_load(&answered) < before + 20)
            usleep(100);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&wrong), 0);
    assert_true(atomic_load(&answered) >= 20 * (EDITIONS - 1));
    assert_int_equal(archives_fault(archives).code, ERR_OK);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/kakikomap-editions-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    return archives_open(folder, &archives, NULL) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    archives_close(archives);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_answer_is_older_than_the_edition_announced_before_it,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("archives", tests, NULL, NULL);
}
