/* read_features FILE: what `import` does before it cuts tiles: reads, repairs, spools. */
#include <stdio.h>
#include <unistd.h>

#include "tiles/import/citygml.h"
#include "tiles/import/input.h"
#include "tiles/tiler/spool.h"

static enum err_code read_all(const struct input *input, struct err *err)
{
    CLEANUP(input_close_at) struct input_reader *reader = NULL;
    CLEANUP(spool_write_close_at) struct spool_writer *writer = NULL;
    char path[64];
    struct import_report report;
    struct citygml_fault fault = {0};
    struct spool_summary summary;
    snprintf(path, sizeof path, "/tmp/kakikomap-bench-%d.features", (int)getpid());
    TRY(input_open(input, NULL, NULL, &reader, err));
    TRY(spool_write_open(path, &writer, err));
    const struct import_stream stream = input_stream(reader);
    const struct feature_sink sink = spool_write_sink(writer);
    import_report_init(&report);
    enum err_code code =
        citygml_read(&stream, &citygml_default_limits, &sink, &report, &fault, err);
    if (code == ERR_OK)
        code = spool_write_finish(writer, &summary, err);
    if (code == ERR_OK)
        printf("%llu features\n", (unsigned long long)report.imported);
    import_report_done(&report);
    unlink(path);
    return code;
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct input_list list = {0};
    struct err err = {0};
    arena_init(&arena, 0);
    const char *const paths[] = {argc == 2 ? argv[1] : ""};
    enum err_code code = input_find(paths, 1, &input_default_limits, &arena, &list, &err);
    if (code == ERR_OK && list.count == 1)
        code = read_all(&list.inputs[0], &err);
    arena_done(&arena);
    if (code != ERR_OK || list.count != 1) {
        fprintf(stderr, "read_features: %s\n", err.what ? err.what : "one file, please");
        return 1;
    }
    return 0;
}
