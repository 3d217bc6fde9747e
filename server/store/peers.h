/*
 * peers: other servers; who may come here, whom this one goes to, how far each has come.
 *
 * Purpose    Cursors of sync.md S18 to S22. What came and how far it reaches is written in one
 *            transaction (cursor.h); the rest is written here.
 * Secrets    None: a peer's key is derived elsewhere, the upstream's comes sealed.
 * Threads    Writing functions open a connection of their own; any thread.
 * Errors     As store.h.
 */
#pragma once

#include "server/store/cursor.h"
#include "server/store/store.h"

enum { STORE_PEER_NAME_MAX = 80, STORE_PEER_URL_MAX = 300, STORE_PEER_SEALED_MAX = 256 };

/* --- Who may come --- */

struct store_peer {
    struct uuid id;
    char name[STORE_PEER_NAME_MAX + 1];
    uint8_t role;                 /* the highest standing that it may hand on */
    int64_t added_ms, contact_ms; /* 0: never */
};

/* ERR_CONFLICT when there is one of that name. */
MUST_CHECK enum err_code store_peer_add(struct store *store, const struct store_peer *peer,
                                        struct err *err);
/* ERR_NOT_FOUND when there is none. Its key opens nothing any more. */
MUST_CHECK enum err_code store_peer_remove(struct store *store, const char *name, struct err *err);
MUST_CHECK enum err_code store_peer_find(struct store_reader *reader, struct uuid id,
                                         struct store_peer *ret, bool *ret_found, struct err *err);
MUST_CHECK enum err_code store_peers_list(struct store_reader *reader, struct arena *arena,
                                          struct store_peer **ret, size_t *ret_count,
                                          struct err *err);
/* What we have of that server in that epoch of a peer; zero when nothing. */
MUST_CHECK enum err_code store_peer_progress(struct store_reader *reader, struct uuid peer_id,
                                             struct uuid server_id, struct uuid epoch,
                                             struct store_cursor *ret, struct err *err);

/* --- Whom we go to --- */

struct store_upstream {
    char url[STORE_PEER_URL_MAX + 1], ca_file[512];
    uint8_t sealed[STORE_PEER_SEALED_MAX]; /* its key */
    size_t sealed_len;
    struct store_cursor taken;  /* of it we have */
    struct store_cursor pushed; /* of us it has; server_id and epoch ours */
    int64_t contact_ms;         /* 0: never reached */
    struct uuid file_id;        /* of the last file written for it */
};

MUST_CHECK enum err_code store_upstream_read(struct store_reader *reader,
                                             struct store_upstream *ret, bool *ret_found,
                                             struct err *err);
/* Sets url, ca_file and sealed; the cursors stay. */
MUST_CHECK enum err_code store_upstream_put(struct store *store,
                                            const struct store_upstream *upstream, struct err *err);
MUST_CHECK enum err_code store_upstream_remove(struct store *store, struct err *err);
/* Its server or epoch, or ours, is another one than before: it may have nothing of us, and what we
 * have of it is `taken`. */
MUST_CHECK enum err_code store_upstream_begin(struct store *store, const struct store_cursor *taken,
                                              struct err *err);
/* It has ours up to here; nothing happens when it, or our epoch, has changed since. */
MUST_CHECK enum err_code store_upstream_pushed(struct store *store, struct uuid server_id,
                                               struct uuid epoch, uint64_t change, uint64_t news,
                                               int64_t now_ms, struct err *err);
MUST_CHECK enum err_code store_upstream_met(struct store *store, int64_t now_ms, struct err *err);
MUST_CHECK enum err_code store_upstream_file(struct store *store, struct uuid file_id,
                                             struct err *err);

/* ✓✓: up to this change of this epoch the city has everything. A server without an upstream is the
 * city: its newest change. */
struct store_city {
    uint64_t change;
    bool venue;         /* it has an upstream */
    int64_t contact_ms; /* of a venue; 0: never */
};
MUST_CHECK enum err_code store_city(struct store_reader *reader, struct store_city *ret,
                                    struct err *err);

/* The first of our changes behind `after` that did not come from the upstream, at least after + 1,
 * and the last before the next that did (UINT64_MAX: none). */
MUST_CHECK enum err_code store_upstream_gap(struct store_reader *reader, uint64_t after,
                                            uint64_t *ret_first, uint64_t *ret_last,
                                            struct err *err);

/* --- Two folders with one identity --- */

/* Found out that this folder was copied or put back as an image: its next opening for writing gives
 * it a new server id and epoch. */
MUST_CHECK enum err_code store_renew(struct store *store, int64_t now_ms, struct err *err);
MUST_CHECK enum err_code store_will_renew(struct store_reader *reader, bool *ret, struct err *err);
