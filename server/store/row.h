/*
 * row: comments, replies, reactions, cards and spaces as rows: read, put, removed. Inside
 * server/store only; called by project.c, which knows why.
 *
 * Ownership  Texts of loaded rows are copied into project->arena.
 */
#pragma once

#include "server/store/project.h"

struct row {
    uint64_t seq;
    struct apply_object object;
    int64_t made_ms, received_ms;    /* as shown, as received */
    int64_t reactions[REACTION_END]; /* by value; [0] is not kept */
};

MUST_CHECK enum err_code row_find_object(const struct project *project, struct uuid id,
                                         bool *ret_known, enum object_type *ret_type,
                                         struct err *err);

MUST_CHECK enum err_code row_load_comment(const struct project *project, struct uuid id,
                                          struct row *ret, bool *ret_found, struct err *err);
MUST_CHECK enum err_code row_insert_comment(const struct project *project, const struct row *row,
                                            struct err *err);
MUST_CHECK enum err_code row_update_comment(const struct project *project, const struct row *row,
                                            struct err *err);
MUST_CHECK enum err_code row_remove_comment(const struct project *project, uint64_t seq,
                                            struct err *err);
MUST_CHECK enum err_code row_set_reactions(const struct project *project, const struct row *row,
                                           struct err *err);
MUST_CHECK enum err_code row_sum_reactions(const struct project *project, struct uuid object_id,
                                           struct row *row, struct err *err);
MUST_CHECK enum err_code row_count_replies(const struct project *project, uint64_t seq,
                                           struct uuid comment_id, struct err *err);

MUST_CHECK enum err_code row_load_reply(const struct project *project, struct uuid id,
                                        struct row *ret, bool *ret_found, struct err *err);
MUST_CHECK enum err_code row_insert_reply(const struct project *project, const struct row *row,
                                          struct err *err);
MUST_CHECK enum err_code row_update_reply(const struct project *project, const struct row *row,
                                          struct err *err);
MUST_CHECK enum err_code row_remove_reply(const struct project *project, uint64_t seq,
                                          struct err *err);

/* Keeps the author's reaction with the highest (revision, id); both values are told. */
MUST_CHECK enum err_code row_put_reaction(const struct project *project, const struct op *op,
                                          int *ret_old, int *ret_new, struct err *err);

MUST_CHECK enum err_code row_put_card(const struct project *project,
                                      const struct project_step *step, const struct op *op,
                                      struct err *err);
MUST_CHECK enum err_code row_withdraw_card(const struct project *project, struct uuid id,
                                           struct err *err);
MUST_CHECK enum err_code row_remove_card(const struct project *project, struct uuid id,
                                         struct err *err);
MUST_CHECK enum err_code row_insert_space(const struct project *project,
                                          const struct project_step *step, const struct op *op,
                                          struct err *err);
