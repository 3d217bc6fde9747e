/*
 * line: the continuous exchange with the city while a venue serves.
 *
 * Purpose    One thread: pushes within moments of a commit, fetches as soon as the city has
 *            something, tries again with growing pauses when the line is down. Serving never waits
 *            for it.
 * Use        A folder without an upstream has a line that sleeps; kakikomap venue may give it one
 *            while it runs.
 * Threads    All functions from any thread; peer_line_changed runs on the writer's.
 */
#pragma once

#include "server/store/writer.h"

struct photos;
struct peer_line;

struct peer_line_settings {
    struct store *store;
    struct store_writer *writer;
    struct photos *photos; /* open until the line is closed */
    int64_t (*now_ms)(void);
};

MUST_CHECK enum err_code peer_line_open(const struct peer_line_settings *settings,
                                        struct peer_line **ret, struct err *err);
/* Ends what is under way and joins the thread; before the writer is closed. */
void peer_line_close(struct peer_line *line);
DEFINE_CLEANUP(struct peer_line, peer_line_close)

/* Something was committed. */
void peer_line_changed(struct peer_line *line);

enum peer_line_state {
    PEER_LINE_NONE, /* no upstream: this server is the city */
    PEER_LINE_UP,
    PEER_LINE_DOWN,    /* tried again by itself */
    PEER_LINE_REFUSED, /* somebody must act: `what` says on what */
};
struct peer_line_status {
    enum peer_line_state state;
    const char *what;   /* a literal; "" while up */
    int64_t contact_ms; /* the last answer; 0: none since the start */
    uint64_t fetched, pushed, photos_in, photos_out, failures;
};
void peer_line_status(struct peer_line *line, struct peer_line_status *ret);
const char *peer_line_state_name(enum peer_line_state state);
