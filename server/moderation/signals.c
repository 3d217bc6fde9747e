#include "server/moderation/signals.h"

#include <pthread.h>
#include <stdlib.h>

#include "server/moderation/rate.h"
#include "server/moderation/reasons.h"
#include "server/moderation/similar.h"
#include "server/moderation/wordlist.h"
#include "tiles/base/hash.h"

enum {
    DEVICES = 1024, /* remembered at a time */
    SEEN = 8192, /* objects remembered, so that none counts twice (G1): four groups of the writer */
};

struct verdict {
    struct uuid id;
    bool floods;
};

struct device {
    struct uuid id;
    int64_t last_ms;
    struct rate rate;
};

struct signals {
    struct uuid server_id;
    pthread_mutex_t lock; /* guards the words */
    struct arena words_arena;
    struct span *words;
    size_t word_count;

    /* The writer's thread's own. */
    struct device devices[DEVICES];
    struct verdict seen[SEEN]; /* by a hash of the id; a newer one takes the place */
};

enum err_code signals_open(struct uuid server_id, struct signals **ret, struct err *err)
{
    struct signals *signals = calloc(1, sizeof *signals);
    if (!signals)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    signals->server_id = server_id;
    pthread_mutex_init(&signals->lock, NULL);
    arena_init(&signals->words_arena, 0);
    *ret = signals;
    return ERR_OK;
}

void signals_close(struct signals *signals)
{
    if (!signals)
        return;
    pthread_mutex_destroy(&signals->lock);
    arena_done(&signals->words_arena);
    free(signals);
}

enum err_code signals_set_words(struct signals *signals, const struct span *words, size_t count,
                                struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct span *copies = ARENA_ARRAY(&arena, struct span, count);
    bool is_whole = copies != NULL;
    for (size_t i = 0; is_whole && i < count; i++) {
        const char *copy = arena_copy(&arena, words[i]);
        is_whole = copy != NULL;
        copies[i] = span_of(copy, words[i].len);
    }
    if (!is_whole) {
        arena_done(&arena);
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    pthread_mutex_lock(&signals->lock);
    struct arena old = signals->words_arena;
    signals->words_arena = arena;
    signals->words = copies;
    signals->word_count = count;
    pthread_mutex_unlock(&signals->lock);
    arena_done(&old);
    return ERR_OK;
}

/* --- Words ------------------------------------------------------------------------------------ */

static bool has_word(struct span text, const struct span *words, size_t count)
{
    size_t found = count;
    return text.len && count && wordlist_find(text, words, count, &found, NULL) == ERR_OK &&
           found < count;
}

static bool says_word(const struct store_words *said, const struct span *words, size_t count)
{
    return has_word(said->text, words, count) || has_word(said->title, words, count) ||
           has_word(said->pen_name, words, count);
}

static bool is_on_a_list(struct signals *signals, const struct store_words *said)
{
    size_t count;
    const struct span *own = wordlist_own(&count);
    if (says_word(said, own, count) ||
        says_word(said, said->meeting_words, said->meeting_word_count))
        return true;
    pthread_mutex_lock(&signals->lock);
    const bool found = says_word(said, signals->words, signals->word_count);
    pthread_mutex_unlock(&signals->lock);
    return found;
}

/* --- Likeness --------------------------------------------------------------------------------- */

static bool is_alike(const struct store_words *said)
{
    struct similar_set own, other;
    if (said->near_count == 0 || similar_set_from(said->text, &own, NULL) != ERR_OK ||
        own.count < SIGNALS_PAIRS)
        return false;
    for (size_t i = 0; i < said->near_count; i++)
        if (similar_set_from(said->near[i], &other, NULL) == ERR_OK &&
            similar_permille(&own, &other) >= SIGNALS_ALIKE)
            return true;
    return false;
}

/* --- Rate ------------------------------------------------------------------------------------- */

/* The device's place, or that of the one that was silent longest. */
static struct device *device_of(struct signals *signals, struct uuid id)
{
    struct device *oldest = &signals->devices[0];
    for (size_t i = 0; i < DEVICES; i++) {
        struct device *device = &signals->devices[i];
        if (uuid_equal(device->id, id))
            return device;
        if (device->last_ms < oldest->last_ms)
            oldest = device;
    }
    *oldest = (struct device){.id = id};
    return oldest;
}

static bool is_flood(struct signals *signals, const struct store_words *said)
{
    if (said->edited || uuid_is_nil(said->device_id) ||
        uuid_equal(said->device_id, signals->server_id))
        return false;
    struct verdict *seen =
        &signals->seen[hash_bytes(span_of(said->id.bytes, UUID_BYTES), 0) % SEEN];
    if (uuid_equal(seen->id, said->id))
        return seen->floods;
    struct device *device = device_of(signals, said->device_id);
    device->last_ms = said->received_ms;
    *seen = (struct verdict){
        .id = said->id,
        .floods = rate_note(&device->rate, said->made_ms ? said->made_ms : said->received_ms,
                            said->received_ms),
    };
    return seen->floods;
}

const char *signals_judge(void *context, const struct store_words *words)
{
    struct signals *signals = context;
    const bool floods = is_flood(signals, words); /* counted whatever else is found */
    if (is_on_a_list(signals, words))
        return reason_name(REASON_SIGNAL_WORD);
    if (is_alike(words))
        return reason_name(REASON_SIGNAL_DUPLICATE);
    return floods ? reason_name(REASON_SIGNAL_RATE) : NULL;
}
