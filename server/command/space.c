/* kakikomap space: where comments lie, and who belongs there. */
#include <stdio.h>
#include <string.h>

#include "server/clock.h"
#include "server/command/options.h"
#include "server/command/summary.h"
#include "server/json/people.h"
#include "server/people/account.h"
#include "server/people/space.h"

struct choice {
    const char *data, *tier, *organisation, *space, *account;
};

struct work {
    const struct choice *choice;
    struct arena arena;
    struct store *store;
    struct store_reader *reader;
    struct store_writer *writer;
};

static enum err_code add(struct work *work, const char *name, struct err *err)
{
    const struct choice *choice = work->choice;
    uint8_t tier = 0;
    bool is_new;
    if (!choice->tier || !space_tier_from_name(span_from_str(choice->tier), &tier))
        return err_set(err, ERR_USAGE, "--tier is A (open), B (members) or C (one organisation)",
                       0);
    const int64_t now_ms = clock_unix_ms();
    const struct space_new asked = {
        .id = people_new_id(now_ms),
        .tier = (enum space_tier)tier,
        .name = span_from_str(name),
        .organisation = span_from_str(choice->organisation ? choice->organisation : ""),
        .now_ms = now_ms,
    };
    return space_make(work->store, work->writer, &work->arena, &asked, &is_new, err);
}

static enum err_code change_member(struct work *work, bool joins, struct err *err)
{
    struct store_member member = {.now_ms = clock_unix_ms()};
    struct store_account account;
    struct store_space space;
    if (!work->choice->space || !uuid_from(span_from_str(work->choice->space), &member.scope_id) ||
        !work->choice->account)
        return err_set(err, ERR_USAGE, "name --space ID and --account NAME", 0);
    TRY(store_spaces_find(work->reader, member.scope_id, &work->arena, &space, err));
    TRY(store_accounts_find_name(work->reader, span_from_str(work->choice->account), &work->arena,
                                 &account, err));
    member.account_id = account.id;
    return joins ? store_members_add(work->writer, &member, err)
                 : store_members_remove(work->writer, &member, err);
}

static enum err_code act(struct work *work, const char *action, const char *name, struct err *err)
{
    if (strcmp(action, "list") == 0)
        return ERR_OK;
    TRY(store_writer_open(work->store, 0, &work->writer, err));
    if (strcmp(action, "add") == 0)
        return add(work, name, err);
    return change_member(work, strcmp(action, "join") == 0, err);
}

static enum err_code tell(struct work *work, struct summary *summary, struct err *err)
{
    struct store_space *spaces;
    size_t count;
    TRY(store_spaces_list(work->reader, &work->arena, &spaces, &count, err));
    json_key(&summary->json, "spaces");
    json_array(&summary->json);
    for (size_t i = 0; i < count; i++)
        json_space(&summary->json, &spaces[i], false);
    json_end(&summary->json);
    return ERR_OK;
}

static bool is_wellformed(int operands, char **argv)
{
    static const struct {
        const char *action;
        int operands;
    } actions[] = {{"list", 1}, {"add", 2}, {"join", 1}, {"leave", 1}};
    for (size_t i = 0; i < LENGTH(actions); i++)
        if (operands > 0 && strcmp(argv[1], actions[i].action) == 0)
            return operands == actions[i].operands;
    return false;
}

int command_space(int argc, char **argv)
{
    struct choice choice = {0};
    /* clang-format off */
    const struct option options[] = {
        {"--data",         OPTION_TEXT, true,  &choice.data,         0, 0, "DIR",  "the data folder; it may be in use"},
        {"--tier",         OPTION_TEXT, false, &choice.tier,         0, 0, "TIER", "A open, B members under real names, C one organisation (add)"},
        {"--organisation", OPTION_TEXT, false, &choice.organisation, 0, 0, "NAME", "whose it is (add)"},
        {"--space",        OPTION_TEXT, false, &choice.space,        0, 0, "ID",   "which space (join, leave)"},
        {"--account",      OPTION_TEXT, false, &choice.account,      0, 0, "NAME", "who (join, leave)"},
    };
    /* clang-format on */
    int operands = 0;
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), &operands);
    if (read != OPTIONS_OK)
        return (int)read;
    if (!is_wellformed(operands, argv)) {
        fputs("kakikomap space: say what to do: list, add NAME, join or leave\n", stderr);
        return EXIT_USAGE;
    }
    struct work work = {.choice = &choice};
    struct err err = {0};
    struct summary summary;
    arena_init(&work.arena, 0);
    summary_begin(&summary);
    enum err_code code = store_open(
        choice.data, strcmp(argv[1], "list") == 0 ? STORE_READ : STORE_WRITE, &work.store, &err);
    if (code == ERR_OK)
        code = store_reader_open(work.store, &work.reader, &err);
    if (code == ERR_OK)
        code = act(&work, argv[1], argv[2], &err);
    if (code == ERR_OK)
        code = tell(&work, &summary, &err);
    store_writer_close(work.writer);
    store_reader_close(work.reader);
    store_close(work.store);
    arena_done(&work.arena);
    if (code == ERR_OK)
        return summary_end(&summary, EXIT_OK);
    buf_done(&summary.buf);
    return command_fail("space", choice.data, &err);
}
