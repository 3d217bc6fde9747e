/*
 * persons: pupils and visitors of a meeting: a pen name, a PIN, recovery words. No real name.
 *
 * Purpose    A person belongs to one meeting and has one pseudonym (author_id) there, the same on
 *            every tablet it comes back on. PIN and words come as Argon2id text (server/people/
 *            secret.h) and are compared there, not here.
 * Ownership  Spans in results live in the arena handed in.
 * Threads    What takes the writer waits for the disk: by a desk.
 * Errors     ERR_CONFLICT the pen name is taken in this meeting; ERR_NOT_FOUND; ERR_UNAUTHORIZED
 * the device's token is not the one first seen; as store.h.
 */
#pragma once

#include "server/store/accounts.h"

struct store_person {
    struct uuid id, meeting_id, author_id;
    struct span pen_name;
    struct span pin, words; /* Argon2id text */
    int64_t made_ms;
};

/* The tablet a person is at work on. Its token is kept as the device's when it was never seen. */
struct store_person_device {
    struct uuid device_id;
    uint8_t token_sha256[32];
    int64_t now_ms, until_ms;
};

MUST_CHECK enum err_code store_persons_find(struct store_reader *reader, struct uuid meeting_id,
                                            struct span pen_name, struct arena *arena,
                                            struct store_person *ret, struct err *err);
/* By pen name. */
MUST_CHECK enum err_code store_persons_list(struct store_reader *reader, struct uuid meeting_id,
                                            struct arena *arena, struct store_person **ret,
                                            size_t *ret_count, struct err *err);
/* The persons at work on a device at now_ms. */
MUST_CHECK enum err_code store_persons_of_device(struct store_reader *reader, struct uuid device_id,
                                                 int64_t now_ms, struct arena *arena,
                                                 struct store_person **ret, size_t *ret_count,
                                                 struct err *err);

/* Makes the person and puts it at work on the device; `device` may be NULL (a teacher makes it). */
MUST_CHECK enum err_code store_persons_add(struct store_writer *writer,
                                           const struct store_person *person,
                                           const struct store_person_device *device,
                                           struct err *err);
/* It came back, on this device. */
MUST_CHECK enum err_code store_persons_bind(struct store_writer *writer, struct uuid person_id,
                                            const struct store_person_device *device,
                                            struct err *err);
/* Hands the tablet over: nobody of this meeting (nil: of any) is at work on it any more. */
MUST_CHECK enum err_code store_persons_unbind(struct store_writer *writer, struct uuid device_id,
                                              struct uuid meeting_id, struct err *err);
/* A teacher sets a new PIN. */
MUST_CHECK enum err_code store_persons_set_pin(struct store_writer *writer, struct uuid person_id,
                                               struct span pin, struct uuid actor_id,
                                               int64_t now_ms, struct err *err);
/* Forgets the persons of a meeting: pen names, PINs, words, tablets. What they wrote stays. */
MUST_CHECK enum err_code store_persons_forget(struct store_writer *writer, struct uuid meeting_id,
                                              struct uuid actor_id, int64_t now_ms,
                                              struct err *err);
