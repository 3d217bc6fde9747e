#include "server/export/comments.h"

#include <stdlib.h>

#include "server/store/photos.h"
#include "tiles/base/buf.h"
#include "tiles/base/num.h"

/* clang-format off */
static const struct export_column comment_columns[] = {
    { "id",          "番号",             EXPORT_TEXT },
    { "made_at",     "書いた日時",       EXPORT_TIME },
    { "kind",        "種類（記号）",     EXPORT_TEXT },
    { "kind_ja",     "種類",             EXPORT_TEXT },
    { "card",        "対話カード",       EXPORT_TEXT },
    { "title",       "見出し",           EXPORT_TEXT },
    { "text",        "本文",             EXPORT_TEXT },
    { "mood",        "気持ち（記号）",   EXPORT_TEXT },
    { "mood_ja",     "気持ち",           EXPORT_TEXT },
    { "pen_name",    "ペンネーム",       EXPORT_TEXT },
    { "hat",         "立場（記号）",     EXPORT_TEXT },
    { "hat_note",    "立場についての注意", EXPORT_TEXT },
    { "source",      "市の公表場所",     EXPORT_TEXT },
    { "channel",     "届いた方法（記号）",   EXPORT_TEXT },
    { "channel_ja",  "届いた方法",           EXPORT_TEXT },
    { "building_id", "建物ID",           EXPORT_TEXT },
    { "lon",         "経度",             EXPORT_REAL },
    { "lat",         "緯度",             EXPORT_REAL },
    { "precision_m", "場所のぼかし（m）", EXPORT_INT },
    { "shape",       "形（記号）",       EXPORT_TEXT },
    { "shape_wkt",   "形（WKT）",        EXPORT_TEXT },
    { "readings",    "測った値",         EXPORT_TEXT },
    { "air_temperature",     "気温（°C）",     EXPORT_REAL },
    { "wbgt",                "暑さ指数（°C）", EXPORT_REAL },
    { "surface_temperature", "表面温度（°C）", EXPORT_REAL },
    { "humidity",            "湿度（%）",      EXPORT_REAL },
    { "photos",      "写真の数",         EXPORT_INT },
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
    { "source",     "市の公表場所",       EXPORT_TEXT },
    { "channel",    "届いた方法（記号）",     EXPORT_TEXT },
    { "channel_ja", "届いた方法",             EXPORT_TEXT },
    { "edited",     "書き直し",           EXPORT_INT },
};

static const struct export_column shape_columns[] = {
    { "id",       "番号",               EXPORT_TEXT },
    { "made_at",  "書いた日時",         EXPORT_TIME },
    { "kind",     "種類（記号）",       EXPORT_TEXT },
    { "kind_ja",  "種類",               EXPORT_TEXT },
    { "title",    "見出し",             EXPORT_TEXT },
    { "text",     "本文",               EXPORT_TEXT },
    { "pen_name", "ペンネーム",         EXPORT_TEXT },
    { "hat",      "立場（記号）",       EXPORT_TEXT },
    { "hat_note", "立場についての注意", EXPORT_TEXT },
    { "source",   "市の公表場所",       EXPORT_TEXT },
};
/* clang-format on */

static const struct export_table comment_table = {"comments", "書き込み", EXPORT_POINT,
                                                  comment_columns, LENGTH(comment_columns)};
static const struct export_table reply_table = {"replies", "返信", EXPORT_NO_SHAPE, reply_columns,
                                                LENGTH(reply_columns)};

static const struct export_table line_table = {"comment_lines", "書き込みの線", EXPORT_LINE,
                                               shape_columns, LENGTH(shape_columns)};
static const struct export_table area_table = {"comment_areas", "書き込みの範囲", EXPORT_AREA,
                                               shape_columns, LENGTH(shape_columns)};

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
    enum { ROWS_COMMENTS, ROWS_REPLIES, ROWS_LINES, ROWS_AREAS } want;
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
    if (reply->source.len) {
        buf_add_str(thread, "（");
        buf_add(thread, reply->source);
        buf_add_str(thread, "）");
    }
}

/* "気温 35.5 °C（黒球計、120秒待って測定）", a line each. */
static void add_reading(struct buf *text, const struct reading *reading)
{
    if (text->len)
        buf_add_byte(text, '\n');
    buf_add_str(text, quantity_label(reading->quantity));
    buf_add_byte(text, ' ');
    num_add_fixed(text, reading->value_milli / 1000.0, 1);
    buf_add_byte(text, ' ');
    buf_add_str(text, quantity_unit(reading->quantity));
    if (reading->instrument.len == 0 && reading->waited_s == 0)
        return;
    buf_add_str(text, "（");
    buf_add(text, reading->instrument);
    if (reading->instrument.len && reading->waited_s)
        buf_add_str(text, "、");
    if (reading->waited_s) {
        buf_add_int(text, reading->waited_s);
        buf_add_str(text, "秒待って測定");
    }
    buf_add_str(text, "）");
}

static struct export_cell reading_cell(const struct marks *marks, uint8_t quantity)
{
    for (size_t i = 0; i < marks->reading_count; i++)
        if (marks->readings[i].quantity == quantity)
            return export_real(marks->readings[i].value_milli / 1000.0);
    return (struct export_cell){.is_null = true};
}

static void add_corner(struct buf *text, struct corner corner)
{
    num_add_e7(text, corner.lon_e7);
    buf_add_byte(text, ' ');
    num_add_e7(text, corner.lat_e7);
}

/* Well-known text (OGC 06-103r4, 7.2); nothing for a point. */
static void add_wkt(struct buf *text, uint8_t shape, const struct path *path)
{
    if (shape == SHAPE_POINT)
        return;
    buf_add_str(text, shape == SHAPE_LINE ? "LINESTRING (" : "POLYGON ((");
    for (size_t i = 0; i < path->count; i++) {
        if (i)
            buf_add_str(text, ", ");
        add_corner(text, path->corners[i]);
    }
    if (shape == SHAPE_AREA) {
        buf_add_str(text, ", ");
        add_corner(text, path->corners[0]);
    }
    buf_add_str(text, shape == SHAPE_LINE ? ")" : "))");
}

/* What a comment has besides its words, read for its row. */
struct extras {
    struct path path;
    struct marks marks;
    size_t photos;
    struct buf readings, wkt;
};

static enum err_code read_extras(struct job *job, const struct store_comment *comment,
                                 struct extras *ret, struct err *err)
{
    struct store_photo *photos;
    TRY(path_unpack(&job->arena, comment->path, &ret->path, err));
    TRY(marks_unpack(&job->arena, comment->marks, &ret->marks, err));
    if (comment->has_photos)
        TRY(store_photos_of(job->reader, &job->selection->viewer, comment->id, &job->arena, &photos,
                            &ret->photos, err));
    for (size_t i = 0; i < ret->marks.reading_count; i++)
        add_reading(&ret->readings, &ret->marks.readings[i]);
    add_wkt(&ret->wkt, comment->shape, &ret->path);
    return ret->readings.failed || ret->wkt.failed
               ? err_set(err, ERR_NOMEM, "no memory for a row", job->rows)
               : ERR_OK;
}

static enum err_code write_cells(struct job *job, const struct store_comment *comment,
                                 const struct extras *extras, struct span thread, struct err *err)
{
    const struct marks *marks = &extras->marks;
    const struct export_cell cells[LENGTH(comment_columns)] = {
        id_cell(&job->arena, comment->id),
        export_int(comment->made_ms),
        export_words(kind_name(comment->kind)),
        export_words(kind_label(comment->kind)),
        export_text(comment->card_title),
        export_text(comment->title),
        export_text(comment->text),
        export_words(comment->mood ? mood_name(comment->mood) : ""),
        export_words(mood_label(comment->mood)),
        export_text(comment->pen_name),
        export_words(hat_name(comment->hat)),
        export_words(hat_label(comment->hat)),
        export_text(comment->source),
        export_words(channel_name(comment->channel)),
        export_words(channel_label(comment->channel)),
        export_text(comment->building_id),
        export_real(comment->lon_e7 / 1e7),
        export_real(comment->lat_e7 / 1e7),
        export_int(comment->precision_m),
        export_words(shape_name(comment->shape)),
        export_text(buf_span(&extras->wkt)),
        export_text(buf_span(&extras->readings)),
        reading_cell(marks, QUANTITY_AIR),
        reading_cell(marks, QUANTITY_WBGT),
        reading_cell(marks, QUANTITY_SURFACE),
        reading_cell(marks, QUANTITY_HUMIDITY),
        export_int((int64_t)extras->photos),
        export_int(comment->agree),
        export_int(comment->disagree),
        export_int(comment->unsure),
        export_int(comment->reply_count),
        export_text(thread),
        export_int(comment->edited),
        cluster_of(job, comment->id),
    };
    const struct store_place place = {comment->lon_e7, comment->lat_e7};
    if (cells[0].is_null)
        return err_set(err, ERR_NOMEM, "no memory for a row", job->rows);
    return job->writer.row(job->writer.context, &(struct export_row){cells, &place, 1}, err);
}

static enum err_code write_comment(struct job *job, const struct store_comment *comment,
                                   const struct store_reply *replies, size_t reply_count,
                                   struct err *err)
{
    struct buf thread;
    struct extras extras = {0};
    buf_init(&thread);
    buf_init(&extras.readings);
    buf_init(&extras.wkt);
    for (size_t i = 0; i < reply_count; i++)
        add_reply(&thread, &replies[i]);
    enum err_code code = read_extras(job, comment, &extras, err);
    if (code == ERR_OK && thread.failed)
        code = err_set(err, ERR_NOMEM, "no memory for a row", job->rows);
    if (code == ERR_OK)
        code = write_cells(job, comment, &extras, buf_span(&thread), err);
    buf_done(&extras.wkt);
    buf_done(&extras.readings);
    buf_done(&thread);
    job->rows += code == ERR_OK;
    return code;
}

static enum err_code write_shape(struct job *job, const struct store_comment *comment,
                                 struct err *err)
{
    const struct export_cell cells[LENGTH(shape_columns)] = {
        id_cell(&job->arena, comment->id),
        export_int(comment->made_ms),
        export_words(kind_name(comment->kind)),
        export_words(kind_label(comment->kind)),
        export_text(comment->title),
        export_text(comment->text),
        export_text(comment->pen_name),
        export_words(hat_name(comment->hat)),
        export_words(hat_label(comment->hat)),
        export_text(comment->source),
    };
    struct path path;
    TRY(path_unpack(&job->arena, comment->path, &path, err));
    struct store_place *places = ARENA_ARRAY(&job->arena, struct store_place, path.count);
    if (!places || cells[0].is_null)
        return err_set(err, ERR_NOMEM, "no memory for a row", job->rows);
    for (size_t i = 0; i < path.count; i++)
        places[i] = (struct store_place){path.corners[i].lon_e7, path.corners[i].lat_e7};
    TRY(job->writer.row(job->writer.context, &(struct export_row){cells, places, path.count}, err));
    job->rows++;
    return ERR_OK;
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
        export_text(reply->source),
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
    if (job->want == ROWS_LINES || job->want == ROWS_AREAS) {
        const uint8_t shape = job->want == ROWS_LINES ? SHAPE_LINE : SHAPE_AREA;
        return comment->shape == shape ? write_shape(job, comment, err) : ERR_OK;
    }
    struct store_reply *replies = NULL;
    size_t count = 0;
    if (comment->reply_count)
        TRY(store_comments_replies(job->reader, &job->selection->viewer, comment->id, &job->arena,
                                   &replies, &count, err));
    if (job->want == ROWS_COMMENTS)
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
        .reader = reader, .selection = selection, .writer = writer, .want = ROWS_REPLIES};
    return run_job(&job, &reply_table, ret_rows, err);
}

enum err_code export_shapes(struct store_reader *reader, const struct export_selection *selection,
                            enum export_shape shape, struct export_writer writer,
                            uint64_t *ret_rows, struct err *err)
{
    const bool lines = shape == EXPORT_LINE;
    struct job job = {.reader = reader,
                      .selection = selection,
                      .writer = writer,
                      .want = lines ? ROWS_LINES : ROWS_AREAS};
    return run_job(&job, lines ? &line_table : &area_table, ret_rows, err);
}
