/*
 * clusters: runs of the clustering and what they found, kept so that every number in a meeting can
 * be traced to its comments.
 *
 * Purpose    A run is derived, not an operation: its parameters, the hash of its input and the
 *            version of the method say how to make it again. The same input and parameters give
 *            the run that is already there.
 * Units      Longitude and latitude in 1e-7 degrees; lengths in millimetres, areas in square
 * metres. Ownership  Arrays live in the arena handed in. Errors     As store.h; ERR_NOT_FOUND when
 * no run was made yet.
 */
#pragma once

#include "server/store/comments.h"

struct store_place {
    int32_t lon_e7, lat_e7;
};

struct store_card_count {
    struct uuid card_id; /* nil: comments without a card */
    uint32_t count;
};

struct store_cluster {
    uint32_t number; /* from 1, the largest first */
    uint32_t size, core_count;
    struct store_place centre;
    uint32_t reach_mm; /* from the centre to the farthest comment */
    uint64_t area_mm2; /* of the hull */
    uint32_t by_kind[COMMENT_KIND_END];
    uint32_t by_channel[CHANNEL_END];
    uint32_t by_hat[HAT_END];
    uint32_t agree, disagree, unsure, replies; /* sums over its comments */
    struct store_card_count *cards;            /* most frequent first, then by id */
    size_t card_count;
    struct store_place *hull; /* counter-clockwise; one or two places for a point or a line */
    size_t hull_count;
    struct uuid *members; /* nearest to the centre first */
    size_t member_count;
};

struct store_cluster_run {
    uint64_t id; /* from 1; 0 before it is stored */
    uint32_t method_version;
    enum store_audience audience; /* whose view the comments came from */
    bool has_space;
    struct uuid space_id;
    int epsg; /* plane zone of the distances */
    uint32_t radius_mm, min_points;
    uint64_t change; /* newest change number it has seen */
    int64_t made_ms;
    uint8_t input_sha256[32];
    uint32_t comment_count, noise_count;
    struct store_cluster *clusters;
    size_t cluster_count;
};

/* Stores the run in one durable transaction and gives its id. When a run with the same input hash,
 * parameters and version is there, nothing is written and that id is given. */
MUST_CHECK enum err_code store_clusters_put(struct store *store,
                                            const struct store_cluster_run *run, uint64_t *ret_id,
                                            bool *ret_is_new, struct err *err);

/* The newest run of the space (NULL: of the city's open comments), whole. */
MUST_CHECK enum err_code store_clusters_newest(struct store_reader *reader,
                                               enum store_audience audience,
                                               const struct uuid *space_id, struct arena *arena,
                                               struct store_cluster_run *ret, struct err *err);
