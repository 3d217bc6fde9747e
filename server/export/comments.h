/*
 * comments: comments and their replies as rows.
 *
 * Purpose    Every row carries what a reader must know: who speaks (a staff member's personal
 *            opinion says so), by which channel it came, in which cluster it lies.
 * Memory     Does not grow with the number of comments but for 24 bytes each of the run's members.
 */
#pragma once

#include "server/export/table.h"

struct export_selection {
    struct store_viewer viewer;
    const struct uuid *space_id; /* NULL: the city's open space; tiers never share a file */
    bool has_box;
    struct store_box box;
    const struct store_cluster_run *run; /* NULL: no clusters were made */
};

/* Table `comments`, by id: two servers that hold the same write the same bytes. */
MUST_CHECK enum err_code export_comments(struct store_reader *reader,
                                         const struct export_selection *selection,
                                         struct export_writer writer, uint64_t *ret_rows,
                                         struct err *err);

/* Table `replies`, in the order of their comments. */
MUST_CHECK enum err_code export_replies(struct store_reader *reader,
                                        const struct export_selection *selection,
                                        struct export_writer writer, uint64_t *ret_rows,
                                        struct err *err);

/* Table `comment_lines` (EXPORT_LINE) or `comment_areas` (EXPORT_AREA): what was drawn as one. */
MUST_CHECK enum err_code export_shapes(struct store_reader *reader,
                                       const struct export_selection *selection,
                                       enum export_shape shape, struct export_writer writer,
                                       uint64_t *ret_rows, struct err *err);
