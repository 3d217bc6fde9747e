/*
 * config: what the operator can set, from one table (config.def).
 *
 * Purpose    Order: defaults, file, environment (KAKIKOMAP_NAME), flags (--name VALUE): the last
 * wins. Format     File: a line "name = value" each, '#' starts a comment, blank lines are skipped.
 * Errors     ERR_USAGE for an unknown name, a missing or wrong value: config_problem says which and
 *            where. Secrets come from files; nothing here is printed but by config_print_example.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tiles/base/err.h"
#include "tiles/base/span.h"

enum { CONFIG_TEXT_MAX = 1023 };

struct config {
#define INT(name, preset, min, max, unit, sentence) int64_t name;
#define TEXT(name, preset, sentence) char name[CONFIG_TEXT_MAX + 1];
#define FLAG(name, preset, sentence) bool name;
#define WORD(name, preset, words, sentence) char name[CONFIG_TEXT_MAX + 1];
#include "server/config.def"
#undef INT
#undef TEXT
#undef FLAG
#undef WORD
};

/* A sentence for people about what was wrong; at most this long. */
enum { CONFIG_PROBLEM_MAX = 512 };
struct config_problem {
    char text[CONFIG_PROBLEM_MAX];
};

void config_defaults(struct config *config);
/* Unchanged on failure. `where` names the source in the problem: "--listen", "kakikomap.conf:3". */
MUST_CHECK enum err_code config_set(struct config *config, struct span name, struct span value,
                                    const char *where, struct config_problem *ret_problem);
MUST_CHECK enum err_code config_read_text(struct config *config, struct span text,
                                          const char *file_name,
                                          struct config_problem *ret_problem);
MUST_CHECK enum err_code config_read_file(struct config *config, const char *path,
                                          struct config_problem *ret_problem);
/* `environment` is like environ; names that start with KAKIKOMAP_ and are not known are refused,
 * but for KAKIKOMAP_CONFIG (the file) and KAKIKOMAP_SHARED_DATA (tests). */
MUST_CHECK enum err_code config_read_environment(struct config *config, char **environment,
                                                 struct config_problem *ret_problem);
/* Looks at what must fit together: both TLS files or none. */
MUST_CHECK enum err_code config_check(const struct config *config,
                                      struct config_problem *ret_problem);

void config_print_help(FILE *out);
void config_print_example(FILE *out);
