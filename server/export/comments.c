#include "server/export/comments.h"

#include <stdlib.h>

#include "tiles/base/buf.h"

/* clang-format off */
static const struct export_column comment_columns[] = {
    { "id",          "番号",             EXPORT_TEXT },
    { "made_at",     "書いた日時",       EXPORT_TIME },
    { "kind",        "種類（記号）",     EXPORT_TEXT },
    { "kind_ja",     "種類",             EXPORT_TEXT },
    { "card",        "対話カード",       EXPORT_TEXT },
    { "text",        "本文",             EXPORT_TEXT },
    { "pen_name",    "ペンネーム",       EXPORT_TEXT },
    { "hat",         "立場（記号）",     EXPORT_TEXT },
    { "hat_note",    "立場についての注意", EXPORT_TEXT },
    { "channel",     "届いた方法（記号）",   EXPORT_TEXT },
    { "channel_ja",  "届いた方法",           EXPORT_TEXT },
    { "building_id", "建物ID",           EXPORT_TEXT },
    { "lon",         "経度",             EXPORT_REAL },
    { "lat",         "緯度",             EXPORT_REAL },
    { "agree",       "そう思う",         EXPORT_INT },
    { "disagree",    "違う意見",         EXPORT_INT },
    { "unsure",      "わからない",       EXPORT_INT },
    { "replies",     "返信の数",         EXPORT_INT },
    { "reply_texts", "返信の内容",       EXPORT_TEXT },
    { "edited",      "書き直し",         EXPORT_INT },
    { "cluster",     "クラスタ番号",     EXPORT_INT },
};

static const struct export_column reply_columns[] = {
    { "id",         "番号",               EXPORT_TEXT },
    { "comment_id", "書き込みの番号",     EXPORT_TEXT },
    { "made_at",    "書いた日時",         EXPORT_TIME },
    { "text",       "本文",               EXPORT_TEXT },
    { "pen_name",   "ペンネーム",         EXPORT_TEXT },
    { "hat",        "立場（記号）",       EXPORT_TEXT },
    { "hat_note",   "立場についての注意", EXPORT_TEXT },
    { "channel",    "届いた方法（記号）",     EXPORT_TEXT },
    { "channel_ja", "届いた方法",             EXPORT_TEXT },
    { "edited",     "書き直し",           EXPORT_INT },
};
/* clang-format on */

static const struct export_table comment_table = {"comments", "書き込み", EXPORT_POINT,
                                                  comment_columns, LENGTH(comment_columns)};
static const struct export_table reply_table = {"replies", "返信", EXPORT_NO_SHAPE, reply_columns,
                                                LENGTH(reply_columns)};

/* Which cluster a comment lies in: members sorted by id. */
struct membership {
    struct uuid comment_id;
    uint32_t number;
};

struct job {
    struct store_reader *reader;
    const struct export_selection *selection;
    struct export_writer writer;
    struct membership *members;
    size_t member_count;
    struct arena arena; /* of the row at hand */
    bool want_replies;  /* rows of replies instead of comments */
    uint64_t rows;
};

static int by_comment(const void *a, const void *b)
{
    return uuid_compare(((const struct membership *)a)->comment_id,
                        ((const struct membership *)b)->comment_id);
}

static enum err_code list_members(struct job *job, const struct store_cluster_run *run,
                                  struct err *err)
{
    if (!run)
        return ERR_OK;
    size_t count = 0;
    for (size_t c = 0; c < run->cluster_count; c++)
        count += run->clusters[c].member_count;
    job->members = calloc(count + 1, sizeof *job->members);
    if (!job->members)
        return err_set(err, ERR_NOMEM, "no memory for the clusters' members", count);
    for (size_t c = 0; c < run->cluster_count; c++)
        for (size_t m = 0; m < run->clusters[c].member_count; m++)
            job->members[job->member_count++] =
                (struct membership){run->clusters[c].members[m], run->clusters[c].number};
    qsort(job->members, job->member_count, sizeof *job->members, by_comment);
    return ERR_OK;
}

static struct export_cell cluster_of(const struct job *job, struct uuid id)
{
    const struct membership wanted = {.comment_id = id};
    const struct membership *found =
        job->member_count
            ? bsearch(&wanted, job->members, job->member_count, sizeof wanted, by_comment)
            : NULL;
    return found ? export_int(found->number) : (struct export_cell){.is_null = true};
}

static struct export_cell id_cell(struct arena *arena, struct uuid id)
{
    char *text = arena_alloc(arena, UUID_TEXT + 1);
    if (!text)
        return (struct export_cell){.is_null = true};
    uuid_text(id, text);
    return export_text(span_of(text, UUID_TEXT));
}

/* "【市の公式回答】ペンネーム：本文", a line each: one cell tells the whole thread. */
static void add_reply(struct buf *thread, const struct store_reply *reply)
{
    if (thread->len)
        buf_add_byte(thread, '\n');
    if (hat_label(reply->hat)[0]) {
        buf_add_str(thread, "【");
        buf_add_str(thread, hat_label(reply->hat));
        buf_add_str(thread, "】");
    }
    buf_add(thread, reply->pen_name);
    if (reply->pen_name.len)
        buf_add_str(thread, "：");
    buf_add(thread, reply->text);
}

static enum err_code write_comment(struct job *job, const struct store_comment *comment,
                                   const struct store_reply *replies, size_t reply_count,
                                   struct err *err)
{
    struct buf thread;
    buf_init(&thread);
    for (size_t i = 0; i < reply_count; i++)
        add_reply(&thread, &replies[i]);
    const struct export_cell cells[LENGTH(comment_columns)] = {
        id_cell(&job->arena, comment->id),
        export_int(comment->made_ms),
        export_words(kind_name(comment->kind)),
        export_words(kind_label(comment->kind)),
        export_text(comment->card_title),
        export_text(comment->text),
        export_text(comment->pen_name),
        export_words(hat_name(comment->hat)),
        export_words(hat_label(comment->hat)),
        export_words(channel_name(comment->channel)),
        export_words(channel_label(comment->channel)),
        export_text(comment->building_id),
        export_real(comment->lon_e7 / 1e7),
        export_real(comment->lat_e7 / 1e7),
        export_int(comment->agree),
        export_int(comment->disagree),
        export_int(comment->unsure),
        export_int(comment->reply_count),
        export_text(buf_span(&thread)),
        export_int(comment->edited),
        cluster_of(job, comment->id),
    };
    const struct store_place place = {comment->lon_e7, comment->lat_e7};
    enum err_code code = ERR_OK;
    if (thread.failed || cells[0].is_null)
        code = err_set(err, ERR_NOMEM, "no memory for a row", job->rows);
    if (code == ERR_OK)
        code = job->writer.row(job->writer.context, &(struct export_row){cells, &place, 1}, err);
    buf_done(&thread);
    job->rows += code == ERR_OK;
    return code;
}

static enum err_code write_reply(struct job *job, const struct store_reply *reply, struct err *err)
{
    const struct export_cell cells[LENGTH(reply_columns)] = {
        id_cell(&job->arena, reply->id),
        id_cell(&job->arena, reply->comment_id),
        export_int(reply->made_ms),
        export_text(reply->text),
        export_text(reply->pen_name),
        export_words(hat_name(reply->hat)),
        export_words(hat_label(reply->hat)),
        export_words(channel_name(reply->channel)),
        export_words(channel_label(reply->channel)),
        export_int(reply->edited),
    };
    if (cells[0].is_null || cells[1].is_null)
        return err_set(err, ERR_NOMEM, "no memory for a row", job->rows);
    TRY(job->writer.row(job->writer.context, &(struct export_row){.cells = cells}, err));
    job->rows++;
    return ERR_OK;
}

static bool is_selected(const struct export_selection *selection,
                        const struct store_comment *comment)
{
    if (!selection->space_id)
        return !comment->has_space;
    return comment->has_space && uuid_equal(comment->space_id, *selection->space_id);
}

static enum err_code take_comment(void *context, const struct store_comment *comment,
                                  struct err *err)
{
    struct job *job = context;
    if (!is_selected(job->selection, comment))
        return ERR_OK;
    arena_reset(&job->arena);
    struct store_reply *replies = NULL;
    size_t count = 0;
    if (comment->reply_count)
        TRY(store_comments_replies(job->reader, &job->selection->viewer, comment->id, &job->arena,
                                   &replies, &count, err));
    if (!job->want_replies)
        return write_comment(job, comment, replies, count, err);
    for (size_t i = 0; i < count; i++)
        TRY(write_reply(job, &replies[i], err));
    return ERR_OK;
}

static enum err_code run_job(struct job *job, const struct export_table *table, uint64_t *ret_rows,
                             struct err *err)
{
    const struct store_filter filter = {.has_box = job->selection->has_box,
                                        .box = job->selection->box};
    arena_init(&job->arena, 0);
    enum err_code code = job->writer.table(job->writer.context, table, err);
    if (code == ERR_OK)
        code = store_comments_each(job->reader, &job->selection->viewer, &filter, take_comment, job,
                                   err);
    arena_done(&job->arena);
    free(job->members);
    if (code == ERR_OK)
        *ret_rows = job->rows;
    return code;
}

enum err_code export_comments(struct store_reader *reader, const struct export_selection *selection,
                              struct export_writer writer, uint64_t *ret_rows, struct err *err)
{
    struct job job = {.reader = reader, .selection = selection, .writer = writer};
    TRY(list_members(&job, selection->run, err));
    return run_job(&job, &comment_table, ret_rows, err);
}

enum err_code export_replies(struct store_reader *reader, const struct export_selection *selection,
                             struct export_writer writer, uint64_t *ret_rows, struct err *err)
{
    struct job job = {
        .reader = reader, .selection = selection, .writer = writer, .want_replies = true};
    return run_job(&job, &reply_table, ret_rows, err);
}
