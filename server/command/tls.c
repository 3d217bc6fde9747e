/* kakikomap tls: certificates for HTTPS where there is no internet, or from an ACME client. */
#include <stdio.h>
#include <string.h>

#include "server/clock.h"
#include "server/command/options.h"
#include "server/command/summary.h"
#include "server/store/store.h"
#include "server/tls/certificate.h"
#include "server/tls/folder.h"
#include "server/tls/issue.h"
#include "server/tls/profile.h"

enum { DAYS_FOR_A_TRIP = 14 };

struct request {
    const char *dir, *names, *certificate, *key;
    int64_t days;
    bool new_root;
};

/* --- What is written --- */

static enum err_code write_pair(const char *dir, enum tls_file file, const char *certificate,
                                const char *key, struct err *err)
{
    CLEANUP(buf_done) struct buf both = {0};
    buf_add_str(&both, key);
    if (key[0] && key[strlen(key) - 1] != '\n')
        buf_add_byte(&both, '\n');
    buf_add_str(&both, certificate);
    if (both.failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    return tls_folder_write(dir, file, buf_span(&both), err);
}

static enum err_code write_root(const char *dir, const struct tls_pem *root,
                                const char *municipality, struct err *err)
{
    struct tls_certificate read;
    TRY(tls_certificate_read(root->certificate, root->key, &read, err));
    CLEANUP(buf_done) struct buf profile = {0};
    tls_profile_write(&profile, root->certificate, &read, municipality);
    if (profile.failed)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(write_pair(dir, TLS_ROOT, root->certificate, root->key, err));
    TRY(tls_folder_write(dir, TLS_ROOT_PUBLIC, span_from_str(root->certificate), err));
    return tls_folder_write(dir, TLS_ROOT_PROFILE, buf_span(&profile), err);
}

/* --- Making --- */

static enum err_code known_root(const char *dir, struct tls_pem *ret, struct err *err)
{
    char path[TLS_PATH_MAX];
    TRY(tls_folder_path(dir, TLS_ROOT, path, err));
    TRY(tls_text_read(path, &ret->certificate, err));
    return tls_text_read(path, &ret->key, err); /* one file holds both */
}

static enum err_code make(const struct request *request, const struct store_info *info,
                          struct err *err)
{
    struct tls_names names;
    TRY(tls_names_read(request->names, &names, err));
    const int64_t now = clock_unix_ms();
    struct tls_pem root CLEANUP(tls_pem_free) = {0};
    struct tls_pem server CLEANUP(tls_pem_free) = {0};
    const bool renews = !request->new_root && tls_folder_has(request->dir, TLS_ROOT);
    if (renews)
        TRY(known_root(request->dir, &root, err));
    else
        TRY(tls_issue_root(&names, info->name, now, &root, err));
    TRY(tls_issue_server(&root, &names, (int)request->days, now, &server, err));
    if (!renews)
        TRY(write_root(request->dir, &root, info->name, err));
    return write_pair(request->dir, TLS_SERVER, server.certificate, server.key, err);
}

static enum err_code take(const struct request *request, struct err *err)
{
    CLEANUP(tls_text_free_at) char *certificate = NULL;
    CLEANUP(tls_text_free_at) char *key = NULL;
    struct tls_certificate read;
    TRY(tls_text_read(request->certificate, &certificate, err));
    TRY(tls_text_read(request->key, &key, err));
    TRY(tls_certificate_read(certificate, key, &read, err));
    if (read.is_root)
        return err_set(err, ERR_USAGE, "this is a root, not a server's certificate", 0);
    if (tls_days_left(&read, clock_unix_ms()) < 0)
        return err_set(err, ERR_USAGE, "the certificate has ended: have a new one made", 0);
    return write_pair(request->dir, TLS_SERVER, certificate, key, err);
}

/* --- Showing --- */

static void tell_names(struct json *json, const struct tls_names *names)
{
    json_key(json, "names");
    json_array(json);
    for (size_t i = 0; i < names->count; i++)
        json_text(json, names->list[i].text);
    json_end(json);
}

static void tell_fingerprint(struct json *json, const char *key, const uint8_t sha256[32])
{
    char hex[65];
    for (int i = 0; i < 32; i++)
        snprintf(hex + (ptrdiff_t)i * 2, 3, "%02x", sha256[i]);
    json_key(json, key);
    json_text(json, hex);
}

static enum err_code read_file(const char *dir, enum tls_file file, char path[TLS_PATH_MAX],
                               struct tls_certificate *ret, struct err *err)
{
    CLEANUP(tls_text_free_at) char *text = NULL;
    TRY(tls_folder_path(dir, file, path, err));
    TRY(tls_text_read(path, &text, err));
    return tls_certificate_read(text, file == TLS_SERVER ? text : NULL, ret, err);
}

static void tell_root(struct json *json, const char *dir)
{
    char path[TLS_PATH_MAX];
    struct tls_certificate root;
    struct err err;
    if (read_file(dir, TLS_ROOT_PUBLIC, path, &root, &err) != ERR_OK)
        return;
    json_key(json, "root");
    json_text(json, path);
    tell_fingerprint(json, "root_sha256", root.sha256);
    json_key(json, "root_ends");
    json_time(json, root.ends_ms);
    if (tls_folder_path(dir, TLS_ROOT_PROFILE, path, &err) == ERR_OK) {
        json_key(json, "profile");
        json_text(json, path);
    }
}

static int show(const char *dir)
{
    char path[TLS_PATH_MAX];
    struct tls_certificate server;
    struct err err = {0};
    const enum err_code code = read_file(dir, TLS_SERVER, path, &server, &err);
    if (code == ERR_NOT_FOUND) {
        fputs("kakikomap tls: there is no certificate yet; --names v01.map.example makes one, "
              "--certificate FILE --key FILE takes one\n",
              stderr);
        return EXIT_USAGE;
    }
    if (code != ERR_OK)
        return command_fail("tls", path, &err);
    const int64_t left = tls_days_left(&server, clock_unix_ms());
    if (left < DAYS_FOR_A_TRIP)
        fprintf(stderr,
                "kakikomap tls: the certificate %s: renew it before the server leaves the house\n",
                left < 0 ? "has ended" : "ends within 14 days");
    struct summary summary;
    summary_begin(&summary);
    tell_names(&summary.json, &server.names);
    json_key(&summary.json, "ends");
    json_time(&summary.json, server.ends_ms);
    json_key(&summary.json, "days_left");
    json_int(&summary.json, left);
    tell_fingerprint(&summary.json, "sha256", server.sha256);
    json_key(&summary.json, "certificate");
    json_text(&summary.json, path);
    tell_root(&summary.json, dir);
    return summary_end(&summary, EXIT_OK);
}

static int fail_usage(const char *text)
{
    fprintf(stderr, "kakikomap tls: %s\n", text);
    return EXIT_USAGE;
}

int command_tls(int argc, char **argv)
{
    struct request request = {.days = TLS_DAYS_MAX};
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &request.dir, 0, 0, "DIR", "the data folder"},
        {"--names", OPTION_TEXT, false, &request.names, 0, 0, "NAME,…",
         "make a root for these names and addresses alone, and a certificate; again: renew"},
        {"--days", OPTION_INT, false, &request.days, 1, TLS_DAYS_MAX, "N",
         "how long the certificate is good (795, the longest that tablets accept)"},
        {"--new-root", OPTION_FLAG, false, &request.new_root, 0, 0, NULL,
         "another root, which the tablets must then be given"},
        {"--certificate", OPTION_TEXT, false, &request.certificate, 0, 0, "FILE",
         "take this chain, as an ACME client makes it"},
        {"--key", OPTION_TEXT, false, &request.key, 0, 0, "FILE", "its private key"},
    };
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), NULL);
    if (read != OPTIONS_OK)
        return (int)read;
    if (!request.certificate != !request.key)
        return fail_usage("--certificate and --key belong together");
    if (request.certificate && request.names)
        return fail_usage("either --names or --certificate, not both");
    struct err err = {0};
    CLEANUP(store_close_at) struct store *store = NULL;
    if (store_open(request.dir, STORE_READ, &store, &err) != ERR_OK)
        return command_fail("tls", request.dir, &err);
    enum err_code code = ERR_OK;
    if (request.names)
        code = make(&request, store_info(store), &err);
    else if (request.certificate)
        code = take(&request, &err);
    if (code != ERR_OK)
        return command_fail("tls", request.certificate ? request.certificate : request.names, &err);
    return show(request.dir);
}
