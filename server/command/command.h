/*
 * command: what `kakikomap NAME` runs.
 *
 * Purpose    One table in server/main.c lists the commands; each lives in a file of its own here.
 * Contract   A command prints one JSON summary on standard output, progress on standard error, and
 *            returns an exit status: EXIT_OK, EXIT_USAGE (usage or bad input) or EXIT_OTHER.
 */
#pragma once

enum exit_status { EXIT_OK = 0, EXIT_OTHER = 1, EXIT_USAGE = 2 };

struct command {
    const char *name;
    const char *arguments; /* as shown by --help */
    const char *summary;   /* one line */
    /* argv[0] is the command's name. */
    int (*run)(int argc, char **argv);
};

int command_init(int argc, char **argv);
int command_demo(int argc, char **argv);
int command_check(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_tiles(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_import(int argc, char **argv);
int command_cluster(int argc, char **argv);
int command_export(int argc, char **argv);
int command_peer(int argc, char **argv);
int command_sync(int argc, char **argv);
int command_venue(int argc, char **argv);
int command_account(int argc, char **argv);
int command_space(int argc, char **argv);
int command_meeting(int argc, char **argv);
int command_card(int argc, char **argv);
int command_tls(int argc, char **argv);
