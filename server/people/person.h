/*
 * person: joining a meeting under a pen name, and coming back to it.
 *
 * Purpose    The slow and the hostile part of joining: hashes of PIN and words, tries counted by
 *            person (five in a quarter of an hour) and by meeting (the breaker), the same answer
 * and the same work for names that are there and names that are not. Use        On the HTTP thread:
 * person_return_begin; then by desk_continue(app->hashes, …): person_join or person_return_finish.
 * Which meeting it is, the join code has said before. Ownership  Results live in the request's
 * arena. Errors     ERR_INVALID the PIN is too easy, ERR_CONFLICT the pen name is taken;
 * ERR_WRONG_LOGIN; ERR_LIMIT with Retry-After; ERR_UNAUTHORIZED another device's token.
 */
#pragma once

#include "server/people/desk.h"
#include "server/people/words.h"
#include "server/store/persons.h"

struct person_join {
    struct uuid meeting_id;
    struct span pen_name, pin; /* judged: pen_name_is_known, secret_judge_pin */
    struct store_person_device device;
    /* Results. */
    struct uuid person_id, author_id;
    const char *words[RECOVERY_WORDS];
};
MUST_CHECK enum err_code person_join(const struct desk_work *work, struct person_join *join,
                                     struct err *err);

struct person_return {
    struct uuid meeting_id;
    struct span pen_name;
    struct span pin;   /* or, when it is empty … */
    struct span words; /* … as of recovery_words_join; empty: they were none */
    struct store_person_device device;
    /* Filled by begin; the result once finish is ERR_OK. */
    struct store_person person;
};
MUST_CHECK enum err_code person_return_begin(struct app *app, const struct http_request *req,
                                             struct http_response *res, struct person_return *back,
                                             struct err *err);
MUST_CHECK enum err_code person_return_finish(const struct desk_work *work,
                                              struct person_return *back, struct err *err);

/* A teacher gives a new PIN: hashes and writes. On app->hashes. */
MUST_CHECK enum err_code person_new_pin(const struct desk_work *work, struct uuid person_id,
                                        struct span pin, struct uuid actor_id, struct err *err);
