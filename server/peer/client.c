#include "server/peer/client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "tiles/base/num.h"

enum {
    CONNECT_S = 15,
    SLOW_BYTES_S = 64, /* slower than this for SLOW_S is a line that has died */
    SLOW_S = 30,
    STEP_MS = 250, /* how often `stopped` is asked */
    URL_MAX = 300,
};

struct peer_client {
    CURL *easy;
    CURLM *multi;
    struct peer_client_settings settings;
    char url[URL_MAX + 1], ca_file[1024];
    struct uuid id;
    uint8_t sign_key[PEER_SECRET];
    int64_t clock_ahead_ms; /* the other server's clock minus ours */
    /* Of the answer under way: */
    const struct peer_ask *ask;
    struct buf body;
    bool too_large, refused_piece;
    struct peer_answer answer;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* --- Life ------------------------------------------------------------------------------------- */

const char *peer_client_judge_url(const char *url)
{
    static const char *const schemes[] = {"https://", "http://"};
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        const size_t len = strlen(schemes[i]);
        if (strncmp(url, schemes[i], len) != 0)
            continue;
        if (strlen(url) > URL_MAX)
            return "the address is too long";
        for (const char *c = url + len; *c; c++)
            if (*c <= ' ' || *c == '/' || *c == '?' || *c == '#' || *c == '@' || *c == 127)
                return "the address ends behind the name or port: https://city.example:8443";
        return url[len] ? NULL : "the address names no server";
    }
    return "the address of a server starts with https:// or http://";
}

static size_t take_body(char *bytes, size_t size, size_t count, void *self)
{
    struct peer_client *client = self;
    const struct span piece = span_of(bytes, size * count);
    long status = 0;
    curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
    if (client->ask->take && (status == 200 || status == 206)) {
        client->refused_piece = !client->ask->take(client->ask->take_self, piece);
        return client->refused_piece ? 0 : piece.len;
    }
    client->too_large = client->body.len + piece.len > client->ask->answer_max + PEER_MAC;
    if (client->too_large)
        return 0;
    buf_add(&client->body, piece);
    return client->body.failed ? 0 : piece.len;
}

/* The value when this line is that header. */
static bool is_header(struct span line, const char *name, struct span *ret)
{
    const size_t len = strlen(name);
    if (line.len <= len || strncasecmp((const char *)line.data, name, len) != 0 ||
        line.data[len] != ':')
        return false;
    struct span value = span_of(line.data + len + 1, line.len - len - 1);
    while (value.len && value.data[0] == ' ')
        value = span_of(value.data + 1, value.len - 1);
    while (value.len && value.data[value.len - 1] <= ' ')
        value.len--;
    *ret = value;
    return true;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *self)
{
    struct peer_client *client = self;
    const struct span line = span_of(bytes, size * count);
    struct span value;
    if (is_header(line, "Kakiko-Time", &value))
        (void)!num_int_from(value, 0, INT64_MAX, &client->answer.server_ms, NULL);
    if (is_header(line, "Upload-Offset", &value))
        (void)!num_int_from(value, 0, INT64_MAX, &client->answer.upload_offset, NULL);
    return line.len;
}

static enum err_code set_up(struct peer_client *client, struct err *err)
{
    client->easy = curl_easy_init();
    client->multi = curl_multi_init();
    if (!client->easy || !client->multi)
        return err_set(err, ERR_NOMEM, "the HTTP client cannot start", 0);
    return ERR_OK;
}

enum err_code peer_client_open(const struct peer_client_settings *settings,
                               struct peer_client **ret, struct err *err)
{
    const char *wrong = peer_client_judge_url(settings->url);
    if (wrong)
        return err_set(err, ERR_PARAM, wrong, 0);
    const char *ca_file = settings->ca_file ? settings->ca_file : "";
    pthread_once(&once, start_curl);
    CLEANUP(peer_client_close_at) struct peer_client *client = calloc(1, sizeof *client);
    if (!client || strlen(ca_file) >= sizeof client->ca_file)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    client->settings = *settings;
    client->id = settings->key->id;
    peer_key_derive(settings->key->secret, PEER_SIGN, span_of(NULL, 0), client->sign_key);
    snprintf(client->url, sizeof client->url, "%s", settings->url);
    snprintf(client->ca_file, sizeof client->ca_file, "%s", ca_file);
    buf_init(&client->body);
    TRY(set_up(client, err));
    *ret = client;
    client = NULL;
    return ERR_OK;
}

void peer_client_close(struct peer_client *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->easy);
    curl_multi_cleanup(client->multi);
    buf_done(&client->body);
    sodium_memzero(client->sign_key, sizeof client->sign_key);
    free(client);
}

void peer_client_wake(struct peer_client *client)
{
    curl_multi_wakeup(client->multi);
}

/* --- One request ------------------------------------------------------------------------------ */

static void set_body(CURL *easy, const struct peer_ask *ask)
{
    if (strcmp(ask->method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (ask->body.len || strcmp(ask->method, "POST") == 0 || strcmp(ask->method, "PATCH") == 0) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, ask->body.len ? (char *)ask->body.data : "");
    }
    if (strcmp(ask->method, "PATCH") == 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PATCH");
    if (ask->range_from > 0)
        curl_easy_setopt(easy, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)ask->range_from);
}

static struct curl_slist *headers_of(struct peer_client *client, const struct peer_ask *ask,
                                     struct peer_signature *signature)
{
    char line[PEER_AUTHORIZATION_MAX + 32], value[PEER_AUTHORIZATION_MAX];
    struct curl_slist *list = curl_slist_append(NULL, "Expect:"); /* no waiting for 100 Continue */
    if (!ask->plain) {
        signature->id = client->id;
        signature->time_ms = client->settings.now_ms() + client->clock_ahead_ms;
        randombytes_buf(signature->nonce, PEER_NONCE);
        peer_sign(client->sign_key, ask->method, span_from_str(ask->target), ask->body, signature);
        peer_signature_text(signature, value);
        snprintf(line, sizeof line, "Authorization: %s", value);
        list = curl_slist_append(list, line);
    }
    if (ask->content_type) {
        snprintf(line, sizeof line, "Content-Type: %s", ask->content_type);
        list = curl_slist_append(list, line);
    }
    if (ask->header)
        list = curl_slist_append(list, ask->header);
    return list;
}

static void set_options(struct peer_client *client, const struct peer_ask *ask, const char *address)
{
    CURL *easy = client->easy;
    curl_easy_reset(easy); /* connections stay open */
    curl_easy_setopt(easy, CURLOPT_URL, address);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES_S);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, SLOW_S + (long)(ask->wait_ms / 1000));
    if (!ask->take)
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    if (client->ca_file[0])
        curl_easy_setopt(easy, CURLOPT_CAINFO, client->ca_file);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, client);
    set_body(easy, ask);
}

/* Runs the transfer to its end. */
static enum err_code drive(struct peer_client *client, const struct peer_ask *ask, CURLcode *ret,
                           bool *ret_hurry, struct err *err)
{
    const struct peer_client_settings *settings = &client->settings;
    for (int running = 1; running;) {
        if (settings->stopped && settings->stopped(settings->self))
            return err_set(err, ERR_BUSY, "stopped", 0);
        *ret_hurry = ask->wait_ms > 0 && settings->hurry && settings->hurry(settings->self);
        if (*ret_hurry)
            return ERR_OK;
        if (curl_multi_perform(client->multi, &running) != CURLM_OK)
            return err_set(err, ERR_IO, "the HTTP client has failed", 0);
        if (running && curl_multi_poll(client->multi, NULL, 0, STEP_MS, NULL) != CURLM_OK)
            return err_set(err, ERR_IO, "the HTTP client has failed", 0);
    }
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(client->multi, &left);
    *ret = message ? message->data.result : CURLE_RECV_ERROR;
    return ERR_OK;
}

static enum err_code fail_curl(const struct peer_client *client, CURLcode code, struct err *err)
{
    if (client->too_large)
        return err_set(err, ERR_TOO_LARGE, "the answer is larger than such an answer may be", 0);
    if (client->refused_piece)
        return err_set(err, ERR_IO, "what came could not be written", 0);
    switch (code) {
    case CURLE_OUT_OF_MEMORY:
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    case CURLE_OPERATION_TIMEDOUT:
        return err_set(err, ERR_TIMEOUT, "the other server did not answer in time", 0);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return err_set(err, ERR_FORBIDDEN,
                       "the other server's certificate is not trusted here: for a private root "
                       "say --ca FILE",
                       0);
    case CURLE_COULDNT_RESOLVE_HOST:
        return err_set(err, ERR_IO, "the other server's name is not known here: no network?", 0);
    case CURLE_COULDNT_CONNECT:
        return err_set(err, ERR_IO, "the other server cannot be reached", 0);
    default:
        return err_set(err, ERR_IO, "the line to the other server broke", (uint64_t)code);
    }
}

static enum err_code transfer(struct peer_client *client, const struct peer_ask *ask,
                              struct peer_signature *signature, struct err *err)
{
    char address[URL_MAX + 1024];
    if (snprintf(address, sizeof address, "%s%s", client->url, ask->target) >= (int)sizeof address)
        return err_set(err, ERR_PARAM, "the address is too long", 0);
    client->ask = ask;
    client->too_large = client->refused_piece = false;
    client->answer = (struct peer_answer){.upload_offset = -1};
    buf_clear(&client->body);
    set_options(client, ask, address);
    struct curl_slist *headers = headers_of(client, ask, signature);
    curl_easy_setopt(client->easy, CURLOPT_HTTPHEADER, headers);
    CURLcode result = CURLE_OK;
    enum err_code code = ERR_OK;
    bool hurry = false;
    if (curl_multi_add_handle(client->multi, client->easy) != CURLM_OK)
        code = err_set(err, ERR_NOMEM, "out of memory", 0);
    if (code == ERR_OK)
        code = drive(client, ask, &result, &hurry, err);
    curl_multi_remove_handle(client->multi, client->easy);
    long status = 0;
    curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
    client->answer.status = hurry ? 0 : (int)status;
    curl_slist_free_all(headers);
    if (code == ERR_OK && result != CURLE_OK)
        code = fail_curl(client, result, err);
    return code;
}

/* --- The answer ------------------------------------------------------------------------------- */

/* The text of "name":"…" in a problem document of ours: good enough to show, never decided on
 * without the status. */
static void pick_text(struct span json, const char *name, char *ret, size_t room)
{
    char wanted[32];
    const int len = snprintf(wanted, sizeof wanted, "\"%s\":\"", name);
    const uint8_t *at = json.len ? memmem(json.data, json.len, wanted, (size_t)len) : NULL;
    size_t count = 0;
    for (at = at ? at + len : NULL; at && at < json.data + json.len && *at != '"'; at++) {
        if (count + 1 == room)
            break;
        ret[count++] = (char)(*at < ' ' || *at == 127 ? '?' : *at);
    }
    ret[count] = '\0';
}

static enum err_code judge_answer(struct peer_client *client, const struct peer_ask *ask,
                                  const struct peer_signature *signature, struct err *err)
{
    struct peer_answer *answer = &client->answer;
    answer->body = buf_span(&client->body);
    if (answer->status >= 400) {
        pick_text(answer->body, "code", answer->code, sizeof answer->code);
        pick_text(answer->body, "detail", answer->sentence, sizeof answer->sentence);
        return ERR_OK;
    }
    if (answer->status == 0 || ask->plain || strcmp(ask->method, "HEAD") == 0 || ask->take)
        return ERR_OK;
    if (!peer_answer_fits(client->sign_key, signature->mac, &answer->body))
        return err_set(err, ERR_CHECKSUM,
                       "the answer is not signed with this key: is something else at this "
                       "address?",
                       0);
    return ERR_OK;
}

enum err_code peer_client_ask(struct peer_client *client, const struct peer_ask *ask,
                              struct peer_answer *ret, struct err *err)
{
    struct peer_signature signature = {0};
    TRY(transfer(client, ask, &signature, err));
    if (!ask->plain && client->answer.status == 401 && client->answer.server_ms > 0) {
        /* Ours is wrong, or theirs; for signing theirs counts. */
        client->clock_ahead_ms = client->answer.server_ms - client->settings.now_ms();
        TRY(transfer(client, ask, &signature, err));
    }
    TRY(judge_answer(client, ask, &signature, err));
    *ret = client->answer;
    return ERR_OK;
}
