#include "server/people/person.h"

#include <sodium.h>

#include "server/app.h"
#include "server/people/account.h"
#include "server/people/limit.h"
#include "server/people/secret.h"

/* --- Joining ---------------------------------------------------------------------------------- */

enum err_code person_join(const struct desk_work *work, struct person_join *join, struct err *err)
{
    struct arena *arena = work->req->arena;
    struct span words[RECOVERY_WORDS], joined;
    struct store_person person = {
        .id = people_new_id(work->req->now_ms),
        .meeting_id = join->meeting_id,
        .author_id = people_new_id(work->req->now_ms),
        .pen_name = join->pen_name,
        .made_ms = work->req->now_ms,
    };
    recovery_words_pick(join->words);
    for (size_t i = 0; i < RECOVERY_WORDS; i++)
        words[i] = span_from_str(join->words[i]);
    if (!recovery_words_join(words, RECOVERY_WORDS, arena, &joined))
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(secret_hash(join->pin, SECRET_PIN, arena, &person.pin, err));
    TRY(secret_hash(joined, SECRET_PIN, arena, &person.words, err));
    TRY(store_persons_add(work->app->writer, &person, &join->device, err));
    join->person_id = person.id;
    join->author_id = person.author_id;
    return ERR_OK;
}

/* --- Coming back ------------------------------------------------------------------------------ */

/* By name and not by person: who is not there has a bucket, too. */
static struct span key_of(const struct person_return *back, uint8_t ret[32])
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, back->meeting_id.bytes, UUID_BYTES);
    crypto_hash_sha256_update(&state, back->pen_name.data, back->pen_name.len);
    crypto_hash_sha256_final(&state, ret);
    return span_of(ret, 32);
}

enum err_code person_return_begin(struct app *app, const struct http_request *req,
                                  struct http_response *res, struct person_return *back,
                                  struct err *err)
{
    uint8_t key[32];
    const struct span meeting = span_of(back->meeting_id.bytes, UUID_BYTES);
    TRY(people_limit(app, res, LIMIT_PIN_PERSON, key_of(back, key), 1, err));
    TRY(people_limit(app, res, LIMIT_PIN_MEETING, meeting, 1, err));
    const enum err_code code = store_persons_find(app_reader(app, req), back->meeting_id,
                                                  back->pen_name, req->arena, &back->person, err);
    if (code == ERR_NOT_FOUND)
        back->person = (struct store_person){0};
    return code == ERR_NOT_FOUND ? ERR_OK : code;
}

enum err_code person_return_finish(const struct desk_work *work, struct person_return *back,
                                   struct err *err)
{
    uint8_t key[32];
    const bool by_pin = back->pin.len > 0;
    if (!secret_is_right(by_pin ? back->pin : back->words,
                         by_pin ? back->person.pin : back->person.words, SECRET_PIN))
        return err_set(err, ERR_WRONG_LOGIN, "the pen name, the PIN or the words are wrong", 0);
    TRY(store_persons_bind(work->app->writer, back->person.id, &back->device, err));
    people_limit_return(work->app, LIMIT_PIN_PERSON, key_of(back, key), 1);
    people_limit_return(work->app, LIMIT_PIN_MEETING, span_of(back->meeting_id.bytes, UUID_BYTES),
                        1);
    return ERR_OK;
}

enum err_code person_new_pin(const struct desk_work *work, struct uuid person_id, struct span pin,
                             struct uuid actor_id, struct err *err)
{
    struct span hash;
    TRY(secret_hash(pin, SECRET_PIN, work->req->arena, &hash, err));
    return store_persons_set_pin(work->app->writer, person_id, hash, actor_id, work->req->now_ms,
                                 err);
}
