#include <stdio.h>
#include <string.h>

#include "server/config.h"
#include "tests/support/test.h"

struct row {
    const char *label, *text;
    enum err_code code;
    const char *says; /* a part of the problem */
};

/* clang-format off */
static const struct row rows[] = {
    { "nothing is fine",                 "",                                ERR_OK, "" },
    { "comments and blank lines",        "# a\n\n  \t\n#b = c\n",           ERR_OK, "" },
    { "a setting with a comment behind", "threads = 4 # four\r\n",          ERR_OK, "" },
    { "dashes are underscores",          "public-url = http://a\n",         ERR_OK, "" },
    { "an unknown name",                 "\ncolour = red\n",                ERR_USAGE, "f:2: there is no setting \"colour\"" },
    { "too small a number",              "threads = 1",                     ERR_USAGE, "f:1: threads is a whole number from 2 to 64" },
    { "no number",                       "threads = four",                  ERR_USAGE, "not \"four\"" },
    { "a word that is not in the list",  "log_level = loud",                ERR_USAGE, "error|warn|info|debug" },
    { "neither true nor false",          "hsts = yes",                      ERR_USAGE, "true|false" },
    { "a line without equals sign",      "threads 4",                       ERR_USAGE, "name = value" },
    { "text that is not UTF-8",          "data = \xFF",                     ERR_USAGE, "UTF-8" },
};
/* clang-format on */

static void reads_text(void **state)
{
    const struct row *row = *state;
    struct config config;
    struct config_problem problem = {""};
    config_defaults(&config);
    assert_int_equal(config_read_text(&config, span_from_str(row->text), "f", &problem), row->code);
    if (row->code == ERR_OK)
        assert_int_equal(config_check(&config, &problem), ERR_OK);
    else
        assert_non_null(strstr(problem.text, row->says));
    assert_true(config.threads == 2 || config.threads == 4);
}

static void later_wins(void **state)
{
    (void)state;
    struct config config;
    struct config_problem problem;
    char threads[] = "KAKIKOMAP_THREADS=6", file_name[] = "KAKIKOMAP_CONFIG=/x", home[] = "HOME=/";
    char misspelt[] = "KAKIKOMAP_THREAD=6";
    char *environment[] = {threads, file_name, home, NULL};
    char *unknown[] = {misspelt, NULL};
    config_defaults(&config);
    assert_string_equal(config.listen, "127.0.0.1:8080");
    const struct span file = span_from_str("threads = 4\nidle_timeout = 5\n");
    assert_int_equal(config_read_text(&config, file, "f", &problem), ERR_OK);
    assert_int_equal(config_read_environment(&config, environment, &problem), ERR_OK);
    assert_int_equal(config.threads, 6);
    assert_int_equal(config.idle_timeout, 5);
    assert_int_equal(config_read_environment(&config, unknown, &problem), ERR_USAGE);
    assert_non_null(strstr(problem.text, "KAKIKOMAP_THREAD"));
}

static void example_is_valid(void **state)
{
    (void)state;
    char text[16384];
    FILE *file = fmemopen(text, sizeof text, "w");
    config_print_example(file);
    fclose(file);
    /* Each default, uncommented, is accepted and changes nothing. */
    for (char *at = text; (at = strstr(at, "\n#")); at++)
        if (at[2] != ' ')
            at[1] = ' ';
    struct config before, after;
    struct config_problem problem = {""};
    config_defaults(&before);
    config_defaults(&after);
    assert_int_equal(config_read_text(&after, span_from_str(text), "example", &problem), ERR_OK);
    assert_memory_equal(&before, &after, sizeof before);
    assert_non_null(strstr(text, "listen = 127.0.0.1:8080"));
}

static void half_tls(void **state)
{
    (void)state;
    struct config config;
    struct config_problem problem;
    config_defaults(&config);
    strcpy(config.tls_key, "key.pem");
    assert_int_equal(config_check(&config, &problem), ERR_USAGE);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH(rows) + 3] = {
        {"file, then environment: the later wins", later_wins, NULL, NULL, NULL},
        {"the example file holds the defaults", example_is_valid, NULL, NULL, NULL},
        {"a key without a certificate is refused", half_tls, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < LENGTH(rows); i++)
        tests[3 + i] = (struct CMUnitTest){rows[i].label, reads_text, NULL, NULL, (void *)&rows[i]};
    return _cmocka_run_group_tests("config", tests, LENGTH(tests), NULL, NULL);
}
