/* kakikomap account: who may sign in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "server/clock.h"
#include "server/command/options.h"
#include "server/command/summary.h"
#include "server/json/people.h"
#include "server/people/account.h"
#include "server/people/secret.h"

enum { PASSWORD_BYTES = 512 };

struct choice {
    const char *data, *role, *display, *organisation;
    bool drop_codes;
};

struct work {
    const struct choice *choice;
    const char *action, *name;
    struct arena arena;
    struct store *store;
    struct store_reader *reader;
    struct store_writer *writer;
};

/* --- The password ----------------------------------------------------------------------------- */

static bool read_line(char ret[PASSWORD_BYTES])
{
    if (!fgets(ret, PASSWORD_BYTES, stdin))
        return false;
    ret[strcspn(ret, "\r\n")] = '\0';
    return true;
}

/* From a terminal without echo, twice; else the first line of standard input. */
static enum err_code read_password(struct work *work, struct span *ret, struct err *err)
{
    char first[PASSWORD_BYTES] = "", again[PASSWORD_BYTES] = "";
    struct termios before;
    const bool asks = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
    bool good;
    if (asks) {
        struct termios quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
        fputs("password: ", stderr);
        good = read_line(first);
        fputs("\nonce more: ", stderr);
        good = good && read_line(again);
        fputc('\n', stderr);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    } else {
        good = read_line(first);
    }
    const bool same = !asks || strcmp(first, again) == 0;
    const char *copy = good && same ? arena_copy(&work->arena, span_from_str(first)) : NULL;
    explicit_bzero(first, sizeof first);
    explicit_bzero(again, sizeof again);
    if (good && !same)
        return err_set(err, ERR_USAGE, "the two passwords differ: nothing was changed", 0);
    if (!copy)
        return err_set(err, ERR_USAGE,
                       "the password is missing: type it, or give it as a line of standard input",
                       0);
    *ret = span_from_str(copy);
    return ERR_OK;
}

/* --- The actions ------------------------------------------------------------------------------ */

static enum err_code role_of(const struct choice *choice, enum role *ret, struct err *err)
{
    if (choice->role && role_from_name(span_from_str(choice->role), ret))
        return ERR_OK;
    return err_set(err, ERR_USAGE,
                   "--role is one of member, teacher, moderator, planner, administrator", 0);
}

static enum err_code add(struct work *work, struct err *err)
{
    const struct choice *choice = work->choice;
    struct account_new asked = {
        .name = span_from_str(work->name),
        .display = span_from_str(choice->display ? choice->display : work->name),
        .organisation = span_from_str(choice->organisation ? choice->organisation : ""),
    };
    const char *pointer;
    struct uuid id;
    TRY(role_of(choice, &asked.role, err));
    const char *problem = account_judge_name(asked.name);
    if (problem)
        return err_set(err, ERR_USAGE, problem, 0);
    TRY(read_password(work, &asked.password, err));
    problem = account_judge(&asked, &pointer);
    if (problem)
        return err_set(err, ERR_USAGE, problem, 0);
    return account_make(work->writer, &work->arena, &asked, (struct uuid){{0}}, clock_unix_ms(),
                        &id, err);
}

static enum err_code change(struct work *work, const struct store_account *account, struct err *err)
{
    const struct choice *choice = work->choice;
    struct store_account_change change = {
        .id = account->id, .now_ms = clock_unix_ms(), .disabled = -1};
    struct span password = {0};
    if (strcmp(work->action, "disable") == 0)
        change.disabled = 1;
    else if (strcmp(work->action, "enable") == 0)
        change.disabled = 0;
    else if (strcmp(work->action, "role") == 0)
        TRY(role_of(choice, &change.role, err));
    else
        TRY(read_password(work, &password, err));
    const char *problem = password.len ? secret_judge_password(password, account->name) : NULL;
    if (problem)
        return err_set(err, ERR_USAGE, problem, 0);
    TRY(account_change(work->writer, &work->arena, &change, password, err));
    return choice->drop_codes ? store_accounts_totp_off(work->writer, account->id,
                                                        (struct uuid){{0}}, change.now_ms, err)
                              : ERR_OK;
}

static enum err_code act(struct work *work, struct err *err)
{
    struct store_account account;
    if (strcmp(work->action, "list") == 0)
        return ERR_OK;
    TRY(store_writer_open(work->store, 0, &work->writer, err));
    if (strcmp(work->action, "add") == 0)
        return add(work, err);
    TRY(store_accounts_find_name(work->reader, span_from_str(work->name), &work->arena, &account,
                                 err));
    if (strcmp(work->action, "remove") == 0)
        return store_accounts_remove(work->writer, account.id, (struct uuid){{0}}, clock_unix_ms(),
                                     err);
    return change(work, &account, err);
}

/* --- The summary ------------------------------------------------------------------------------ */

static enum err_code tell(struct work *work, struct summary *summary, struct err *err)
{
    struct json *json = &summary->json;
    if (work->name && strcmp(work->action, "remove") != 0) {
        struct store_account account;
        TRY(store_accounts_find_name(work->reader, span_from_str(work->name), &work->arena,
                                     &account, err));
        json_key(json, "account");
        json_account(json, &account);
        return ERR_OK;
    }
    struct store_account *accounts;
    size_t count;
    TRY(store_accounts_list(work->reader, &work->arena, &accounts, &count, err));
    json_key(json, "accounts");
    json_array(json);
    for (size_t i = 0; i < count; i++)
        json_account(json, &accounts[i]);
    json_end(json);
    return ERR_OK;
}

static bool is_action(const char *word)
{
    static const char *const actions[] = {"add",      "disable", "enable", "role",
                                          "password", "remove",  "list"};
    for (size_t i = 0; i < LENGTH(actions); i++)
        if (strcmp(word, actions[i]) == 0)
            return true;
    return false;
}

int command_account(int argc, char **argv)
{
    struct choice choice = {0};
    /* clang-format off */
    const struct option options[] = {
        {"--data",         OPTION_TEXT, true,  &choice.data,         0, 0, "DIR",  "the data folder; it may be in use"},
        {"--role",         OPTION_TEXT, false, &choice.role,         0, 0, "ROLE", "member, teacher, moderator, planner or administrator (add, role)"},
        {"--display",      OPTION_TEXT, false, &choice.display,      0, 0, "NAME", "the name that is shown (add)"},
        {"--organisation", OPTION_TEXT, false, &choice.organisation, 0, 0, "NAME", "where they belong (add)"},
        {"--drop-codes",   OPTION_FLAG, false, &choice.drop_codes,   0, 0, NULL,   "no six digits any more: the phone is lost (password, enable)"},
    };
    /* clang-format on */
    int operands = 0;
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), &operands);
    if (read != OPTIONS_OK)
        return (int)read;
    const bool lists = operands == 1 && strcmp(argv[1], "list") == 0;
    if (!lists && (operands != 2 || !is_action(argv[1]) || strcmp(argv[1], "list") == 0)) {
        fputs("kakikomap account: say what to do: list, or add, disable, enable, role, password, "
              "remove "
              "with a NAME\n",
              stderr);
        return EXIT_USAGE;
    }
    struct work work = {.choice = &choice, .action = argv[1], .name = lists ? NULL : argv[2]};
    struct err err = {0};
    struct summary summary;
    arena_init(&work.arena, 0);
    summary_begin(&summary);
    enum err_code code =
        store_open(choice.data, lists ? STORE_READ : STORE_WRITE, &work.store, &err);
    if (code == ERR_OK)
        code = store_reader_open(work.store, &work.reader, &err);
    if (code == ERR_OK)
        code = act(&work, &err);
    if (code == ERR_OK)
        code = tell(&work, &summary, &err);
    store_writer_close(work.writer);
    store_reader_close(work.reader);
    store_close(work.store);
    arena_done(&work.arena);
    if (code == ERR_OK)
        return summary_end(&summary, EXIT_OK);
    buf_done(&summary.buf);
    return command_fail("account", lists ? choice.data : argv[2], &err);
}
