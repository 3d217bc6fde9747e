#include "server/export/clusters.h"

#include "server/store/cards.h"
#include "tiles/base/buf.h"

enum { KINDS = COMMENT_KIND_END, CHANNELS = CHANNEL_END, HATS = HAT_END };

/* clang-format off */
static const struct export_column columns[] = {
    { "cluster",          "クラスタ番号",         EXPORT_INT },
    { "comments",         "書き込みの数",         EXPORT_INT },
    { "lon",              "中心の経度",           EXPORT_REAL },
    { "lat",              "中心の緯度",           EXPORT_REAL },
    { "reach_m",          "中心からの広がり（m）", EXPORT_REAL },
    { "area_m2",          "面積（m2）",           EXPORT_REAL },
    { "kinds",            "種類ごとの数",         EXPORT_TEXT },
    { "cards",            "対話カードごとの数",   EXPORT_TEXT },
    { "channels",         "届いた方法ごとの数",       EXPORT_TEXT },
    { "hats",             "立場ごとの数",         EXPORT_TEXT },
    { "channel_warning",  "届いた方法のかたより",     EXPORT_TEXT },
    { "agree",            "そう思う",             EXPORT_INT },
    { "disagree",         "違う意見",         EXPORT_INT },
    { "unsure",           "わからない",           EXPORT_INT },
    { "replies",          "返信の数",             EXPORT_INT },
    { "quotes",           "中心に近い書き込み",   EXPORT_TEXT },
    { "comment_ids",      "書き込みの番号",       EXPORT_TEXT },
};
/* clang-format on */

static const struct export_table areas = {"clusters", "クラスタの範囲", EXPORT_AREA, columns,
                                          LENGTH(columns)};
static const struct export_table centres = {"cluster_centres", "クラスタの中心", EXPORT_POINT,
                                            columns, LENGTH(columns)};

static void add_count(struct buf *out, struct span word, uint32_t count)
{
    if (!count)
        return;
    if (out->len)
        buf_add_str(out, "、");
    buf_add(out, word);
    buf_add_byte(out, ' ');
    buf_add_int(out, count);
}

static struct span kind_word(unsigned kind)
{
    return span_from_str(kind_label(kind));
}

static struct span channel_word(unsigned channel)
{
    return span_from_str(channel_label(channel));
}

/* A citizen's post carries no label; in a table the row still needs a word. */
static struct span hat_word(unsigned hat)
{
    return span_from_str(hat == HAT_CITIZEN ? "市民" : hat_label(hat));
}

static void add_counts(struct buf *out, const uint32_t *counts, unsigned end,
                       struct span (*word)(unsigned))
{
    for (unsigned i = 1; i < end; i++)
        add_count(out, word(i), counts[i]);
}

static struct span card_title(const struct store_card *cards, size_t count, struct uuid id)
{
    if (uuid_is_nil(id))
        return span_from_str("（カードなし）");
    for (size_t i = 0; i < count; i++)
        if (uuid_equal(cards[i].id, id))
            return cards[i].title;
    return span_from_str("（不明なカード）");
}

static void add_warning(struct buf *out, const struct store_cluster *cluster)
{
    if (cluster->size < EXPORT_DOMINANT_LEAST)
        return;
    for (unsigned channel = 1; channel < CHANNELS; channel++) {
        const uint32_t percent = cluster->by_channel[channel] * 100 / cluster->size;
        if (percent < EXPORT_DOMINANT_PERCENT)
            continue;
        buf_add_str(out, "注意：");
        buf_add_int(out, percent);
        buf_add_str(out, "％が「");
        buf_add_str(out, channel_label(channel));
        buf_add_str(out, "」からの書き込みです");
    }
}

struct job {
    struct store_reader *reader;
    const struct store_cluster_run *run;
    const struct export_table *table;
    struct export_writer writer;
    const struct store_card *cards;
    size_t card_count;
};

static enum err_code add_quotes(struct buf *out, const struct job *job,
                                const struct store_cluster *cluster, struct arena *arena,
                                struct err *err)
{
    for (size_t i = 0; i < cluster->member_count && i < EXPORT_QUOTES; i++) {
        struct store_comment comment;
        const struct store_viewer viewer = {.audience = job->run->audience};
        const enum err_code code =
            store_comments_find(job->reader, &viewer, cluster->members[i], arena, &comment, err);
        if (code == ERR_NOT_FOUND) /* withdrawn or hidden since the run */
            continue;
        TRY(code);
        if (out->len)
            buf_add_byte(out, '\n');
        buf_add_str(out, "「");
        buf_add(out, comment.text);
        buf_add_str(out, "」");
        if (hat_label(comment.hat)[0]) {
            buf_add_str(out, "（");
            buf_add_str(out, hat_label(comment.hat));
            buf_add_str(out, "）");
        }
    }
    return ERR_OK;
}

static void add_ids(struct buf *out, const struct store_cluster *cluster)
{
    for (size_t i = 0; i < cluster->member_count; i++) {
        char text[UUID_TEXT + 1];
        uuid_text(cluster->members[i], text);
        if (i)
            buf_add_byte(out, ' ');
        buf_add(out, span_of(text, UUID_TEXT));
    }
}

enum {
    WORDS_KINDS,
    WORDS_CARDS,
    WORDS_CHANNELS,
    WORDS_HATS,
    WORDS_WARNING,
    WORDS_QUOTES,
    WORDS_IDS,
    WORDS_COUNT
};

static enum err_code put_row(const struct job *job, const struct store_cluster *cluster,
                             const struct buf *words, struct err *err)
{
    for (size_t i = 0; i < WORDS_COUNT; i++)
        if (words[i].failed)
            return err_set(err, ERR_NOMEM, "no memory for a row", cluster->number);
    const struct export_cell cells[LENGTH(columns)] = {
        export_int(cluster->number),
        export_int(cluster->size),
        export_real(cluster->centre.lon_e7 / 1e7),
        export_real(cluster->centre.lat_e7 / 1e7),
        export_real(cluster->reach_mm / 1e3),
        export_real((double)cluster->area_mm2 / 1e6),
        export_text(buf_span(&words[WORDS_KINDS])),
        export_text(buf_span(&words[WORDS_CARDS])),
        export_text(buf_span(&words[WORDS_CHANNELS])),
        export_text(buf_span(&words[WORDS_HATS])),
        export_text(buf_span(&words[WORDS_WARNING])),
        export_int(cluster->agree),
        export_int(cluster->disagree),
        export_int(cluster->unsure),
        export_int(cluster->replies),
        export_text(buf_span(&words[WORDS_QUOTES])),
        export_text(buf_span(&words[WORDS_IDS])),
    };
    const bool is_area = job->table->shape == EXPORT_AREA;
    return job->writer.row(job->writer.context,
                           &(struct export_row){cells, is_area ? cluster->hull : &cluster->centre,
                                                is_area ? cluster->hull_count : 1},
                           err);
}

static enum err_code write_cluster(const struct job *job, const struct store_cluster *cluster,
                                   struct arena *arena, struct err *err)
{
    struct buf words[WORDS_COUNT];
    for (size_t i = 0; i < WORDS_COUNT; i++)
        buf_init(&words[i]);
    add_counts(&words[WORDS_KINDS], cluster->by_kind, KINDS, kind_word);
    add_counts(&words[WORDS_CHANNELS], cluster->by_channel, CHANNELS, channel_word);
    add_counts(&words[WORDS_HATS], cluster->by_hat, HATS, hat_word);
    for (size_t i = 0; i < cluster->card_count; i++)
        add_count(&words[WORDS_CARDS],
                  card_title(job->cards, job->card_count, cluster->cards[i].card_id),
                  cluster->cards[i].count);
    add_warning(&words[WORDS_WARNING], cluster);
    add_ids(&words[WORDS_IDS], cluster);
    enum err_code code = add_quotes(&words[WORDS_QUOTES], job, cluster, arena, err);
    if (code == ERR_OK)
        code = put_row(job, cluster, words, err);
    for (size_t i = 0; i < WORDS_COUNT; i++)
        buf_done(&words[i]);
    return code;
}

enum err_code export_clusters(struct store_reader *reader, const struct store_cluster_run *run,
                              enum export_shape shape, struct export_writer writer,
                              uint64_t *ret_rows, struct err *err)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_card *cards = NULL;
    size_t card_count = 0;
    struct job job = {reader, run, shape == EXPORT_AREA ? &areas : &centres, writer, NULL, 0};
    enum err_code code = store_cards_list(reader, &arena, &cards, &card_count, err);
    job.cards = cards;
    job.card_count = card_count;
    if (code == ERR_OK)
        code = writer.table(writer.context, job.table, err);
    for (size_t i = 0; code == ERR_OK && i < run->cluster_count; i++)
        code = write_cluster(&job, &run->clusters[i], &arena, err);
    arena_done(&arena);
    if (code == ERR_OK)
        *ret_rows = run->cluster_count;
    return code;
}
