#include "server/people/desk.h"

#include <pthread.h>
#include <stdatomic.h>

#include "tests/support/test.h"

enum { QUEUE = 8, JOBS = 2000, SUBMITTERS = 4 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int ran;

static void wait_at_the_gate(void *context)
{
    (void)context;
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    atomic_fetch_add(&ran, 1);
}

/* D2, D1: what is too much is refused at once; what was taken runs, also while the desk closes. */
static void takes_what_fits_and_finishes_it(void **state)
{
    (void)state;
    struct desk *desk;
    atomic_store(&ran, 0);
    assert_int_equal(desk_open(1, QUEUE, true, &desk, NULL), ERR_OK);
    pthread_mutex_lock(&gate);
    int taken = 0;
    for (int i = 0; i < 3 * QUEUE; i++) {
        const enum err_code code = desk_submit(desk, wait_at_the_gate, NULL, NULL);
        assert_true(code == ERR_OK || code == ERR_BUSY);
        taken += code == ERR_OK;
    }
    /* One may be at work already. */
    assert_in_range(taken, QUEUE, QUEUE + 1);
    assert_int_equal(atomic_load(&ran), 0);
    pthread_mutex_unlock(&gate);
    desk_close(desk);
    assert_int_equal(atomic_load(&ran), taken);
}

static void count_one(void *context)
{
    atomic_fetch_add((atomic_int *)context, 1);
}

struct submitter {
    struct desk *desk;
    atomic_int *done;
    int taken;
};

static void *submit_many(void *context)
{
    struct submitter *submitter = context;
    for (int i = 0; i < JOBS; i++)
        submitter->taken +=
            desk_submit(submitter->desk, count_one, submitter->done, NULL) == ERR_OK;
    return NULL;
}

static void each_job_of_many_threads_runs_once(void **state)
{
    (void)state;
    struct desk *desk;
    atomic_int done = 0;
    pthread_t threads[SUBMITTERS];
    struct submitter submitters[SUBMITTERS];
    assert_int_equal(desk_open(3, QUEUE, false, &desk, NULL), ERR_OK);
    for (int i = 0; i < SUBMITTERS; i++) {
        submitters[i] = (struct submitter){desk, &done, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, submit_many, &submitters[i]), 0);
    }
    int taken = 0;
    for (int i = 0; i < SUBMITTERS; i++) {
        pthread_join(threads[i], NULL);
        taken += submitters[i].taken;
    }
    desk_close(desk);
    assert_int_equal(atomic_load(&done), taken);
    desk_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_fits_and_finishes_it),
        cmocka_unit_test(each_job_of_many_threads_runs_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
