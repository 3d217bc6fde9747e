/* kakikomap: one program with sub-commands; the table below is its table of contents. */
#include <stdio.h>
#include <string.h>

#include "server/command/command.h"
#include "server/photo/workshop.h"
#include "tiles/base/attr.h"

/* clang-format off */
static const struct command commands[] = {
    {"init", "--data DIR [--municipality CODE --name NAME]", "an empty data folder", command_init},
    {"serve", "--data DIR [--listen ADDR:PORT]", "the service; prints the address when ready", command_serve},
    {"import", "--data DIR city FILE|ZIP|FOLDER…", "buildings and other objects of the city", command_import},
    {"demo", "--data DIR", "the demo city: an invented town, labelled so", command_demo},
    {"check", "--data DIR", "integrity of everything, tables made anew and compared", command_check},
    {"backup", "--data DIR --out FILE", "one file with everything, while serving", command_backup},
    {"restore", "--data DIR --in FILE", "a backup into an empty folder", command_restore},
    {"account", "--data DIR add|disable|enable|role|password|remove|list", "who may sign in, and as what", command_account},
    {"space", "--data DIR list|add|join|leave", "where comments lie, and who belongs there", command_space},
    {"meeting", "--data DIR list|open TITLE|code ID|finish ID", "meetings from the terminal", command_meeting},
    {"peer", "--data DIR add NAME|remove NAME|list", "which other servers may come here", command_peer},
    {"venue", "--data DIR --with URL --key KEY", "a venue's folder: settings, words, maps of the city's", command_venue},
    {"sync", "--data DIR [--with URL|FILE]", "one exchange with the city, by line or by stick", command_sync},
    {"tiles", "FILE|--data DIR --out FILE.mbtiles|.pmtiles", "an archive of tiles as the other kind of file", command_tiles},
    {"cluster", "--data DIR [--radius M] [--min N]",        "group the comments into clusters",        command_cluster},
    {"export",  "--data DIR --format NAME --out FILE",      "write comments for people outside",       command_export},
    {"card", "--data DIR --url URL --out FILE.pdf", "a sheet to print: how a class joins", command_card},
    {"tls", "--data DIR [--names NAME,…|--certificate FILE --key FILE]", "certificates for HTTPS without internet, or from outside", command_tls},
    {WORKSHOP_COMMAND, NULL, NULL, workshop_main}, /* serve starts it for itself */
    {0},
};
/* clang-format on */

static void print_help(FILE *out)
{
    fputs("usage: kakikomap COMMAND [OPTIONS]\n\n", out);
    for (const struct command *command = commands; command->name; command++)
        if (command->summary)
            fprintf(out, "  %-8s %-48s %s\n", command->name, command->arguments, command->summary);
    fputs("\nEvery command prints one JSON summary on standard output and exits 0,\n"
          "2 (usage or bad input) or 1 (anything else).\n",
          out);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return EXIT_OK;
    }
    for (const struct command *command = commands; command->name; command++)
        if (strcmp(argv[1], command->name) == 0)
            return command->run(argc - 1, argv + 1);
    fprintf(stderr, "kakikomap: there is no command \"%s\"; see kakikomap --help\n", argv[1]);
    return EXIT_USAGE;
}
