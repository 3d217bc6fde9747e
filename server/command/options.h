/*
 * options: the command line of a sub-command, by table, and how a command says that it failed.
 *
 * Purpose    --name VALUE, --name=VALUE and flags, in any order, before and between operands; `--`
 *            ends them. `--help` prints the table.
 * Errors     What is wrong is written to standard error with what to do.
 * Ownership  Values point into argv.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/command/command.h"
#include "tiles/base/err.h"

enum option_type { OPTION_TEXT, OPTION_INT, OPTION_NUMBER, OPTION_FLAG };

struct option {
    const char *name; /* with its dashes: "--data" */
    enum option_type type;
    bool required;
    void *into;       /* const char **, int64_t *, double *, bool * */
    int64_t min, max; /* of OPTION_INT and OPTION_NUMBER; both 0: none */
    const char *value, *help;
};

/* Any but OPTIONS_OK is the exit status to return at once. */
enum options_result { OPTIONS_OK = -1, OPTIONS_HELP = EXIT_OK, OPTIONS_WRONG = EXIT_USAGE };

/* Reads argv[1…]; operands are moved to the front of argv (argv[0] stays) and counted. ret_operands
 * NULL: none are allowed. */
MUST_CHECK enum options_result options_read(int argc, char **argv, const struct option *options,
                                            size_t count, int *ret_operands);

/* Says on standard error what failed, as a JSON object on standard output, and gives the exit
 * status: EXIT_USAGE for wrong use and bad input, else EXIT_OTHER. `subject` names the file or
 * folder it is about, or is NULL. */
int command_fail(const char *command, const char *subject, const struct err *err);
