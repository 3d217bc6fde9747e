/* kakikomap card: the sheet with which a class comes in, as PDF. */
#include <stdio.h>
#include <string.h>

#include "server/command/options.h"
#include "server/command/summary.h"
#include "server/export/file.h"
#include "server/print/join_card.h"
#include "server/store/store.h"

enum { SECRET_MAX = 128 };

/* "…/j/AB12CD34" → "AB12CD34"; NULL: it ends otherwise. */
static const char *code_of(const char *url)
{
    const char *slash = strrchr(url, '/');
    const bool joins = slash && slash - url >= 2 && strncmp(slash - 2, "/j", 2) == 0;
    return joins && strlen(slash + 1) == 8 ? slash + 1 : NULL;
}

/* From a file, so that it stands in no list of processes. */
static bool read_secret(const char *path, char ret[SECRET_MAX])
{
    FILE *file = fopen(path, "r");
    ret[0] = '\0';
    const bool read = file && fgets(ret, SECRET_MAX, file);
    if (file)
        fclose(file);
    ret[strcspn(ret, "\r\n")] = '\0';
    return read && strlen(ret) < SECRET_MAX - 1;
}

static enum err_code write_pdf(const struct join_card *card, enum join_card_layout layout,
                               const char *path, size_t *ret_bytes, struct err *err)
{
    CLEANUP(buf_done) struct buf pdf = {0};
    TRY(join_card_print(card, layout, &pdf, err));
    *ret_bytes = pdf.len;
    CLEANUP(export_file_close_at) struct export_file *out = NULL;
    TRY(export_file_open(path, &out, err));
    TRY(export_file_write(out, buf_span(&pdf), err));
    struct export_file *finished = out;
    out = NULL;
    return export_file_finish(finished, err);
}

int command_card(int argc, char **argv)
{
    const char *dir = NULL, *out = NULL, *url = NULL, *title = "", *wifi = "", *secret_file = NULL;
    char secret[SECRET_MAX] = "";
    bool eight = false;
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &dir, 0, 0, "DIR", "the data folder"},
        {"--url", OPTION_TEXT, true, &url, 0, 0, "URL", "where to join: https://NAME/j/CODE"},
        {"--out", OPTION_TEXT, true, &out, 0, 0, "FILE", "the PDF to write"},
        {"--title", OPTION_TEXT, false, &title, 0, 0, "TEXT", "what the meeting is called"},
        {"--wifi", OPTION_TEXT, false, &wifi, 0, 0, "NAME", "the network to join first"},
        {"--wifi-password", OPTION_TEXT, false, &secret_file, 0, 0, "FILE",
         "a file with its password; an open network without"},
        {"--eight", OPTION_FLAG, false, &eight, 0, 0, NULL, "eight small cards to cut out"},
    };
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    struct err err = {0};
    const char *code = code_of(url);
    if (!code) {
        err_set(&err, ERR_USAGE, "--url ends with /j/ and a code of 8 characters", 0);
        return command_fail("card", url, &err);
    }
    if (secret_file && !read_secret(secret_file, secret)) {
        err_set(&err, ERR_USAGE, "the password's file cannot be read", 0);
        return command_fail("card", secret_file, &err);
    }
    CLEANUP(store_close_at) struct store *store = NULL;
    if (store_open(dir, STORE_READ, &store, &err) != ERR_OK)
        return command_fail("card", dir, &err);
    const struct join_card card = {store_info(store)->name, title, wifi, secret, url, code};
    size_t bytes = 0;
    if (write_pdf(&card, eight ? JOIN_CARD_EIGHT : JOIN_CARD_SHEET, out, &bytes, &err) != ERR_OK)
        return command_fail("card", out, &err);
    struct summary summary;
    summary_begin(&summary);
    json_key(&summary.json, "file");
    json_text(&summary.json, out);
    json_key(&summary.json, "bytes");
    json_uint(&summary.json, bytes);
    return summary_end(&summary, EXIT_OK);
}
