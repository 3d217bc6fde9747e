#include "server/city/read.h"
#include "server/store/digest.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct run {
    const struct city_read_options *options;
    const struct input *input;
    uint64_t before; /* bytes of the inputs before */
};

static void tell(void *context, uint64_t bytes)
{
    const struct run *run = context;
    const uint64_t done = bytes < run->input->bytes ? bytes : run->input->bytes;
    if (run->options->progress)
        run->options->progress(run->options->context, run->before + done, run->input->label);
}

/* What a file gave, before it is known whether it counts. */
struct attempt {
    struct import_report report;
    struct citygml_fault place;
    char detail[OGR_DETAIL];
};

static enum err_code read_input(struct run *run, const struct feature_sink *sink,
                                struct attempt *attempt, struct err *err)
{
    if (run->input->format == INPUT_OGR)
        return ogr_read(run->input, run->options->ogr, sink, &attempt->report, tell, run,
                        attempt->detail, err);
    CLEANUP(input_close_at) struct input_reader *reader = NULL;
    TRY(input_open(run->input, tell, run, &reader, err));
    const struct import_stream stream = input_stream(reader);
    return citygml_read(&stream, run->options->limits, sink, &attempt->report, &attempt->place,
                        err);
}

/* The sink remembers its own failures: a full disk is not a fault of the file that is read. */
struct guarded_sink {
    struct feature_sink to;
    enum err_code code;
    struct err err;
};

static enum err_code guarded_add(void *context, const struct feature *feature, struct err *err)
{
    struct guarded_sink *guard = context;
    guard->code = guard->to.add(guard->to.context, feature, &guard->err);
    return guard->code == ERR_OK ? ERR_OK
                                 : err_set(err, guard->code, guard->err.what, guard->err.at);
}

static const char *spool_path(const struct run *run, struct arena *arena)
{
    const size_t len = strlen(run->options->folder) + strlen(run->input->name) + 16;
    char *path = arena_alloc(arena, len);
    if (path)
        snprintf(path, len, "%s/%s.features", run->options->folder, run->input->name);
    return path;
}

/* One file refused: remembered with what is known of the place. */
static enum err_code refuse(struct run *run, const char *label, const struct err *why,
                            const struct attempt *attempt, struct arena *arena,
                            struct city_read_result *result, struct err *err)
{
    struct city_refused_file *refused = &result->refused_files[result->refused_file_count];
    *refused = (struct city_refused_file){.file = label, .err = *why, .detail = ""};
    if (attempt) {
        refused->place = attempt->place;
        refused->detail = arena_copy(arena, span_from_str(attempt->detail));
        if (!refused->detail)
            return err_set(err, ERR_NOMEM, "out of memory for a report", 0);
    }
    result->refused_file_count++;
    if (run->options->refused)
        run->options->refused(run->options->context, refused);
    return ERR_OK;
}

static enum err_code keep(struct run *run, struct spool_writer *writer, const char *path,
                          const struct attempt *attempt, struct city_read_result *result,
                          struct err *err)
{
    struct spool_summary summary;
    const struct import_report *report = &attempt->report;
    result->file_count++;
    result->bytes += run->input->bytes;
    import_report_merge(&result->report, report);
    if (report->imported == 0)
        return ERR_OK; /* closing the writer removes the empty spool */
    TRY(spool_write_finish(writer, &summary, err));
    struct city_spool *spool = &result->spools[result->spool_count++];
    *spool = (struct city_spool){.name = run->input->name,
                                 .origin = run->input->label,
                                 .path = path,
                                 .features = report->features,
                                 .imported = report->imported,
                                 .repaired = report->repaired,
                                 .refused = report->refused};
    return digest_file(path, spool->sha256, &spool->bytes, err);
}

static enum err_code read_one(struct run *run, struct arena *arena, struct attempt *attempt,
                              struct city_read_result *result, struct err *err)
{
    CLEANUP(spool_write_close_at) struct spool_writer *writer = NULL;
    const char *path = spool_path(run, arena);
    if (!path)
        return err_set(err, ERR_NOMEM, "out of memory for a path", 0);
    TRY(spool_write_open(path, &writer, err));
    struct guarded_sink guard = {.to = spool_write_sink(writer)};
    const struct feature_sink sink = {.add = guarded_add, .context = &guard};
    struct err why = {0};
    const enum err_code code = read_input(run, &sink, attempt, &why);
    if (guard.code != ERR_OK)
        return err_set(err, guard.code, guard.err.what, guard.err.at);
    if (code == ERR_NOMEM)
        return err_set(err, code, why.what, why.at);
    if (code != ERR_OK)
        return refuse(run, run->input->label, &why, attempt, arena, result, err);
    return keep(run, writer, path, attempt, result, err);
}

enum err_code city_read(const struct input_list *list, const struct city_read_options *options,
                        struct arena *arena, struct city_read_result *ret, struct err *err)
{
    *ret = (struct city_read_result){0};
    import_report_init(&ret->report);
    ret->spools = arena_zero(arena, list->count + 1, sizeof *ret->spools);
    ret->refused_files =
        arena_zero(arena, list->count + list->fault_count + 1, sizeof *ret->refused_files);
    if (!ret->spools || !ret->refused_files)
        return err_set(err, ERR_NOMEM, "out of memory for the list of files", 0);
    struct run run = {.options = options};
    for (size_t i = 0; i < list->fault_count; i++)
        TRY(refuse(&run, list->faults[i].label, &list->faults[i].err, NULL, arena, ret, err));
    struct attempt *attempt = ARENA_NEW(arena, struct attempt);
    if (!attempt)
        return err_set(err, ERR_NOMEM, "out of memory for a report", 0);
    for (size_t i = 0; i < list->count; i++) {
        run.input = &list->inputs[i];
        *attempt = (struct attempt){0};
        import_report_init(&attempt->report);
        const enum err_code code = read_one(&run, arena, attempt, ret, err);
        import_report_done(&attempt->report);
        TRY(code);
        run.before += run.input->bytes;
    }
    return ERR_OK;
}

void city_read_done(struct city_read_result *result)
{
    for (size_t i = 0; i < result->spool_count; i++)
        if (result->spools[i].path)
            unlink(result->spools[i].path);
    import_report_done(&result->report);
}
