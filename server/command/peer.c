/* kakikomap peer: which other servers may come here. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/clock.h"
#include "server/command/options.h"
#include "server/command/summary.h"
#include "server/peer/secret.h"
#include "server/store/accounts.h"
#include "server/store/peers.h"
#include "tiles/base/utf8.h"

struct work {
    const char *data, *role;
    struct store *store;
};

static int fail(const char *subject, const struct err *err)
{
    return command_fail("peer", subject, err);
}

static enum err_code judge_name(const char *name, struct err *err)
{
    const struct span text = span_from_str(name);
    bool good = text.len > 0 && text.len <= STORE_PEER_NAME_MAX && utf8_is_valid(text);
    for (size_t i = 0; i < text.len; i++)
        good = good && text.data[i] >= ' ' && text.data[i] != 127;
    return good ? ERR_OK
                : err_set(err, ERR_USAGE, "a peer's name is a word of at most 80 bytes: school-3",
                          0);
}

static enum err_code add(struct work *work, const char *name, struct peer_key *key,
                         struct store_peer *peer, struct err *err)
{
    uint8_t secret[PEER_SECRET], random[10];
    enum role role;
    TRY(judge_name(name, err));
    if (!role_from_name(span_from_str(work->role), &role))
        return err_set(err, ERR_USAGE,
                       "--role is member, teacher, moderator, planner or administrator", 0);
    TRY(store_open(work->data, STORE_WRITE, &work->store, err));
    TRY(peer_secret_make(work->data, secret, err));
    randombytes_buf(random, sizeof random);
    *peer = (struct store_peer){
        .id = uuid_from_time(clock_unix_ms(), random),
        .role = (uint8_t)role,
        .added_ms = clock_unix_ms(),
    };
    snprintf(peer->name, sizeof peer->name, "%s", name);
    peer_secret_issue(secret, peer->id, key);
    sodium_memzero(secret, sizeof secret);
    return store_peer_add(work->store, peer, err);
}

static int run_add(struct work *work, const char *name)
{
    struct err err = {0};
    struct peer_key key;
    struct store_peer peer = {0};
    char text[PEER_KEY_TEXT + 1];
    if (add(work, name, &key, &peer, &err) != ERR_OK)
        return fail(name, &err);
    peer_key_text(&key, text);
    struct summary summary;
    summary_begin(&summary);
    json_key(&summary.json, "peer");
    json_text(&summary.json, name);
    json_key(&summary.json, "role");
    json_text(&summary.json, work->role);
    json_key(&summary.json, "key");
    json_text(&summary.json, text);
    fprintf(stderr,
            "kakikomap peer: on the venue's machine run\n"
            "  kakikomap venue --data DIR --with https://THIS-SERVER --key %s\n"
            "The key is not shown again.\n",
            text);
    sodium_memzero(text, sizeof text);
    return summary_end(&summary, EXIT_OK);
}

static int run_remove(struct work *work, const char *name)
{
    struct err err = {0};
    if (store_open(work->data, STORE_WRITE, &work->store, &err) != ERR_OK ||
        store_peer_remove(work->store, name, &err) != ERR_OK)
        return fail(name, &err);
    struct summary summary;
    summary_begin(&summary);
    json_key(&summary.json, "removed");
    json_text(&summary.json, name);
    return summary_end(&summary, EXIT_OK);
}

static void show(struct json *json, const struct store_peer *peer)
{
    json_object(json);
    json_key(json, "name");
    json_text(json, peer->name);
    json_key(json, "role");
    json_text(json, role_name((enum role)peer->role));
    json_key(json, "added");
    json_time(json, peer->added_ms);
    json_key(json, "last_contact");
    if (peer->contact_ms)
        json_time(json, peer->contact_ms);
    else
        json_null(json);
    json_end(json);
}

static int run_list(struct work *work)
{
    struct err err = {0};
    struct arena arena;
    struct store_peer *peers = NULL;
    size_t count = 0;
    CLEANUP(store_reader_close_at) struct store_reader *reader = NULL;
    arena_init(&arena, 0);
    if (store_open(work->data, STORE_READ, &work->store, &err) != ERR_OK ||
        store_reader_open(work->store, &reader, &err) != ERR_OK ||
        store_peers_list(reader, &arena, &peers, &count, &err) != ERR_OK) {
        arena_done(&arena);
        return fail(work->data, &err);
    }
    struct summary summary;
    summary_begin(&summary);
    json_key(&summary.json, "peers");
    json_array(&summary.json);
    for (size_t i = 0; i < count; i++)
        show(&summary.json, &peers[i]);
    json_end(&summary.json);
    arena_done(&arena);
    return summary_end(&summary, EXIT_OK);
}

int command_peer(int argc, char **argv)
{
    struct work work = {.role = "moderator"};
    const struct option options[] = {
        {"--data", OPTION_TEXT, true, &work.data, 0, 0, "DIR", "the city's data folder"},
        {"--role", OPTION_TEXT, false, &work.role, 0, 0, "ROLE",
         "the highest right with which its decisions count here (moderator)"},
    };
    int operands = 0;
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), &operands);
    if (read != OPTIONS_OK)
        return (int)read;
    const char *action = operands > 0 ? argv[1] : "";
    int status = EXIT_USAGE;
    if (strcmp(action, "add") == 0 && operands == 2)
        status = run_add(&work, argv[2]);
    else if (strcmp(action, "remove") == 0 && operands == 2)
        status = run_remove(&work, argv[2]);
    else if (strcmp(action, "list") == 0 && operands == 1)
        status = run_list(&work);
    else
        fputs("usage: kakikomap peer --data DIR add NAME [--role ROLE] | remove NAME | list\n",
              stderr);
    store_close(work.store);
    return status;
}
