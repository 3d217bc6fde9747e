/*
 * with_peer: what the commands venue and sync share: a folder open for an exchange.
 *
 * Ownership  with_peer_close closes everything that was opened.
 */
#pragma once

#include "server/command/progress.h"
#include "server/command/summary.h"
#include "server/peer/album.h"

struct with_peer {
    const char *dir;
    struct store *store;
    struct store_reader *reader;
    struct store_writer *writer;
    struct photos *photos;
    struct peer_album album;
    struct peer_client *client;
    uint8_t secret[PEER_SECRET];
    struct peer_round round;
};

/* Opens the folder; its secret is made when there is none. */
MUST_CHECK enum err_code with_peer_open(struct with_peer *with, const char *dir, struct err *err);
/* A line to this address with this key. */
MUST_CHECK enum err_code with_peer_connect(struct with_peer *with, const char *url,
                                           const char *ca_file, const struct peer_key *key,
                                           struct err *err);
void with_peer_close(struct with_peer *with);
DEFINE_CLEANUP(struct with_peer, with_peer_close)

/* "received":{…},"sent":{…} into the summary. */
void with_peer_tell(struct json *json, const struct peer_totals *totals);
