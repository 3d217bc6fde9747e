/* kakikomap backup and restore: one file with everything, and back. */
#include "server/store/backup.h"

#include <stdio.h>
#include <sys/stat.h>

#include "server/command/options.h"
#include "server/command/progress.h"
#include "server/command/summary.h"

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    (void)context;
    progress_show("megabytes", done >> 20, total >> 20);
}

static int tell(const char *file, const char *dir, const struct store_backup *backup)
{
    struct summary summary;
    progress_end();
    summary_begin(&summary);
    json_key(&summary.json, "file");
    json_text(&summary.json, file);
    json_key(&summary.json, "data");
    json_text(&summary.json, dir);
    json_key(&summary.json, "bytes");
    json_uint(&summary.json, backup->bytes);
    json_key(&summary.json, "files");
    json_uint(&summary.json, backup->files);
    json_key(&summary.json, "change");
    json_uint(&summary.json, backup->change);
    return summary_end(&summary, EXIT_OK);
}

int command_backup(int argc, char **argv)
{
    const char *dir = NULL, *out = NULL;
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &dir, 0, 0, "DIR", "the data folder; it may be in use"},
        {"--out", OPTION_TEXT, true, &out, 0, 0, "FILE", "the backup to write (a .zip)"},
    };
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    struct err err = {0};
    struct store_backup backup;
    CLEANUP(store_close_at) struct store *store = NULL;
    if (store_open(dir, STORE_READ, &store, &err) != ERR_OK)
        return command_fail("backup", dir, &err);
    if (store_backup(store, out, show_progress, NULL, &backup, &err) != ERR_OK) {
        progress_end();
        return command_fail("backup", out, &err);
    }
    return tell(out, dir, &backup);
}

int command_restore(int argc, char **argv)
{
    const char *dir = NULL, *in = NULL, *erased = NULL;
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &dir, 0, 0, "DIR", "the folder to make; new or empty"},
        {"--in", OPTION_TEXT, true, &in, 0, 0, "FILE", "the backup"},
        {"--erased", OPTION_TEXT, false, &erased, 0, 0, "FILE|DIR",
         "the old data folder, or its file \"erased\": what was erased since stays erased"},
    };
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    char list[1024];
    struct stat info;
    if (erased && stat(erased, &info) == 0 && S_ISDIR(info.st_mode)) {
        snprintf(list, sizeof list, "%s/erased", erased);
        /* A folder where nothing was ever erased has no list. */
        erased = stat(list, &info) == 0 ? list : NULL;
    }
    struct err err = {0};
    struct store_backup backup;
    if (store_restore(in, dir, erased, show_progress, NULL, &backup, &err) != ERR_OK) {
        progress_end();
        return command_fail("restore", err.code == ERR_CONFLICT || err.code == ERR_IO ? dir : in,
                            &err);
    }
    return tell(in, dir, &backup);
}
