/*
 * clusters: the clusters of a run as rows, as areas (table `clusters`) or as their centres (table
 * `cluster_centres`).
 *
 * Purpose    Each row says how many comments, of which kind, card, channel and hat, whether one
 *            channel dominates, and quotes the comments nearest the middle, so that nobody has to
 *            trust a number he cannot trace.
 */
#pragma once

#include "server/export/table.h"

/* One channel speaks for this share of a cluster of at least five: the table warns. */
enum { EXPORT_DOMINANT_PERCENT = 80, EXPORT_DOMINANT_LEAST = 5, EXPORT_QUOTES = 3 };

MUST_CHECK enum err_code export_clusters(struct store_reader *reader,
                                         const struct store_cluster_run *run,
                                         enum export_shape shape, struct export_writer writer,
                                         uint64_t *ret_rows, struct err *err);
