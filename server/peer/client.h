/*
 * client: one line to another server, by HTTP; the only place that knows libcurl.
 *
 * Purpose    A signed request, its answer in memory, checked: status, size, and that it was signed
 *            for this request.
 * Clock      The difference to the other server's clock is learnt from its refusal and kept.
 * Errors     ERR_IO no line, or it broke; ERR_TIMEOUT; ERR_FORBIDDEN the certificate is not
 *            trusted; ERR_CHECKSUM the answer is not signed with our key; ERR_TOO_LARGE; ERR_BUSY
 *            stopped. A refusal of the other server is no failure: see `status`.
 * Threads    One thread at a time; peer_client_wake from any.
 */
#pragma once

#include "server/peer/sign.h"

struct peer_client;

struct peer_client_settings {
    const char *url;            /* "https://city.example" or "http://…", without a path */
    const char *ca_file;        /* PEM of a private root; NULL or "": the system's */
    const struct peer_key *key; /* copied */
    int64_t (*now_ms)(void);    /* Unix time */
    /* Asked while waiting; NULL: never. Stopped ends any ask, hurry a long poll. */
    bool (*stopped)(void *self), (*hurry)(void *self);
    void *self;
};

MUST_CHECK enum err_code peer_client_open(const struct peer_client_settings *settings,
                                          struct peer_client **ret, struct err *err);
void peer_client_close(struct peer_client *client);
DEFINE_CLEANUP(struct peer_client, peer_client_close)

/* NULL, or why this is no address of a server. */
const char *peer_client_judge_url(const char *url);

struct peer_ask {
    const char *method; /* GET, POST, HEAD, PATCH */
    const char *target; /* path with its query, as it goes over the wire */
    struct span body;
    const char *content_type; /* of the body */
    const char *header;       /* one more, "Upload-Offset: 7", or NULL */
    int64_t range_from;       /* GET: from this byte on; 0: whole */
    int64_t wait_ms;          /* of a long poll: so much longer without a byte; ends with hurry */
    size_t answer_max;        /* bytes */
    bool plain;               /* not signed by us, answered unsigned: packs, hello */
    /* Takes the answer's pieces instead of `body`; false ends it with ERR_IO. Of a plain ask. */
    bool (*take)(void *self, struct span piece);
    void *take_self;
};

struct peer_answer {
    int status;            /* 0: a long poll ended with hurry */
    struct span body;      /* until the next ask; without its mac */
    char code[32];         /* of a refusal: the problem's code */
    char sentence[256];    /* and what it says, without control characters */
    int64_t server_ms;     /* its clock, when it told; 0: not told */
    int64_t upload_offset; /* of HEAD and PATCH; −1: not told */
};

MUST_CHECK enum err_code peer_client_ask(struct peer_client *client, const struct peer_ask *ask,
                                         struct peer_answer *ret, struct err *err);

/* Has `stopped` and `hurry` asked now. */
void peer_client_wake(struct peer_client *client);
