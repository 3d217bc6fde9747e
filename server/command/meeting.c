/* kakikomap meeting: a venue can be run from a terminal: open a meeting, show its code, finish it.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/class/code.h"
#include "server/clock.h"
#include "server/command/options.h"
#include "server/command/summary.h"
#include "server/json/meeting.h"
#include "server/people/account.h"
#include "server/sync/build.h"

enum { HOURS_MAX = 31 * 24, LIST_MAX = 500, CODE_TRIES = 4 };

struct choice {
    const char *data, *kind, *account;
    int64_t hours, grade;
    bool open; /* --open: nothing is held */
};

struct work {
    const struct choice *choice;
    struct arena arena;
    struct store *store;
    struct store_reader *reader;
    struct store_writer *writer;
    int64_t now_ms;
};

/* --- What is changed -------------------------------------------------------------------------- */

static enum err_code put_code(struct work *work, const struct store_meeting *meeting,
                              struct err *err)
{
    enum err_code code = ERR_CONFLICT;
    for (int i = 0; code == ERR_CONFLICT && i < CODE_TRIES; i++) {
        uint8_t random[5];
        char made[CODE_MAX + 1];
        struct store_join_code join = {
            .meeting_id = meeting->id,
            .made_ms = work->now_ms,
            .expires_ms = meeting->meeting.ends_ms,
        };
        randombytes_buf(random, sizeof random);
        code_make(random, CODE_JOIN, made);
        memcpy(join.code, made, sizeof join.code);
        code = store_joins_put(work->writer, &join, err);
    }
    return code;
}

static enum err_code write_meeting(struct work *work, const struct store_meeting *meeting,
                                   uint32_t rev, enum audit_action action, struct err *err)
{
    const struct store_info *info = store_info(work->store);
    const struct op_head head = {
        .op_id = people_new_id(work->now_ms),
        .device_id = info->server_id,
        .object_id = meeting->id,
        .author_id = info->server_id,
        .dev_seq = 1,
        .municipality = info->municipality,
        .rev = rev,
        .made_ms = work->now_ms,
    };
    const struct audit_entry audit = {
        .at_ms = work->now_ms, .action = action, .object_id = meeting->id};
    struct span op;
    struct store_ack ack;
    TRY(op_build_meeting(&work->arena, &head, &meeting->meeting, &op, err));
    const struct store_batch batch = {
        .origin = STORE_FROM_SERVER,
        .received_ms = work->now_ms,
        .ops = &op,
        .op_count = 1,
        .audit = &audit,
    };
    TRY(store_submit_wait(work->writer, &batch, &ack, err));
    return ack.status == STORE_ACK_STORED
               ? ERR_OK
               : err_set(err, ERR_INVALID, "the rules of this town do not allow it", 0);
}

static enum err_code open_meeting(struct work *work, const char *title, struct err *err)
{
    const struct choice *choice = work->choice;
    struct store_meeting meeting = {
        .id = people_new_id(work->now_ms),
        .meeting = {.kind = MEETING_CLASS,
                    .state = MEETING_OPEN,
                    .title = span_from_str(title),
                    .starts_ms = work->now_ms,
                    .ends_ms = work->now_ms + choice->hours * INT64_C(3600000),
                    .hold = !choice->open,
                    .grade = (uint8_t)choice->grade},
    };
    struct store_member member = {.scope_id = meeting.id, .now_ms = work->now_ms};
    struct store_account account;
    if (choice->kind && !meeting_kind_from_name(span_from_str(choice->kind), &meeting.meeting.kind))
        return err_set(err, ERR_USAGE, "--kind is class, workshop, walk, lounge or council", 0);
    if (choice->account) {
        TRY(store_accounts_find_name(work->reader, span_from_str(choice->account), &work->arena,
                                     &account, err));
        member.account_id = account.id;
    }
    TRY(write_meeting(work, &meeting, 0, AUDIT_MEETING_OPEN, err));
    if (choice->account)
        TRY(store_members_add(work->writer, &member, err));
    return put_code(work, &meeting, err);
}

static enum err_code change(struct work *work, const char *action, const char *text,
                            struct err *err)
{
    struct uuid id;
    struct store_meeting meeting;
    if (!uuid_from(span_from_str(text), &id))
        return err_set(err, ERR_USAGE, "say which meeting: its id, as `list` shows it", 0);
    TRY(store_meetings_find(work->reader, id, &work->arena, &meeting, err));
    if (strcmp(action, "code") == 0) {
        if (meeting.meeting.state != MEETING_OPEN || meeting.meeting.ends_ms <= work->now_ms)
            return err_set(err, ERR_USAGE, "the meeting is over", 0);
        return put_code(work, &meeting, err);
    }
    if (meeting.meeting.state != MEETING_FINISHED) {
        meeting.meeting.state = MEETING_FINISHED;
        TRY(write_meeting(work, &meeting, meeting.rev + 1, AUDIT_MEETING_FINISH, err));
    }
    return store_joins_close(work->writer, id, err);
}

/* --- What is told ----------------------------------------------------------------------------- */

static enum err_code tell_one(struct work *work, struct json *json,
                              const struct store_meeting *meeting, struct err *err)
{
    struct store_join_code code;
    struct store_board board;
    struct store_presence *tablets;
    size_t count;
    uint64_t waiting = 0;
    const enum err_code found = store_joins_of(work->reader, meeting->id, work->now_ms, &code, err);
    if (found != ERR_OK && found != ERR_NOT_FOUND)
        return found;
    TRY(store_meetings_board(work->reader, meeting->id, &work->arena, &board, err));
    TRY(store_presence_list(work->reader, meeting->id, &work->arena, &tablets, &count, err));
    for (size_t i = 0; i < count; i++)
        waiting += tablets[i].waiting;
    json_object(json);
    json_key(json, "id");
    json_uuid(json, meeting->id);
    json_key(json, "title");
    json_string(json, meeting->meeting.title);
    json_key(json, "kind");
    json_text(json, meeting_kind_name(meeting->meeting.kind));
    json_key(json, "state");
    json_text(json, meeting_state_name(meeting->meeting.state));
    json_key(json, "ends");
    json_time(json, meeting->meeting.ends_ms);
    json_key(json, "code");
    json_string_or_null(json, span_of(code.code, found == ERR_OK ? STORE_JOIN_CODE : 0));
    json_key(json, "comments");
    json_uint(json, board.comments);
    json_key(json, "held");
    json_uint(json, board.held);
    json_key(json, "tablets");
    json_uint(json, count);
    json_key(json, "waiting");
    json_uint(json, waiting);
    json_end(json);
    return ERR_OK;
}

static enum err_code tell(struct work *work, struct summary *summary, struct err *err)
{
    const struct store_reach reach = {.all = true};
    struct store_meeting *meetings;
    size_t count;
    TRY(store_meetings_list(work->reader, &reach, LIST_MAX, &work->arena, &meetings, &count, err));
    json_key(&summary->json, "meetings");
    json_array(&summary->json);
    for (size_t i = 0; i < count; i++)
        TRY(tell_one(work, &summary->json, &meetings[i], err));
    json_end(&summary->json);
    return ERR_OK;
}

/* --- The command ------------------------------------------------------------------------------ */

static enum err_code act(struct work *work, const char *action, const char *operand,
                         struct err *err)
{
    const bool lists = strcmp(action, "list") == 0;
    TRY(store_open(work->choice->data, lists ? STORE_READ : STORE_WRITE, &work->store, err));
    TRY(store_reader_open(work->store, &work->reader, err));
    if (lists)
        return ERR_OK;
    TRY(store_writer_open(work->store, 0, &work->writer, err));
    return strcmp(action, "open") == 0 ? open_meeting(work, operand, err)
                                       : change(work, action, operand, err);
}

static bool is_wellformed(int operands, char **argv)
{
    static const struct {
        const char *action;
        int operands;
    } actions[] = {{"list", 1}, {"open", 2}, {"code", 2}, {"finish", 2}};
    for (size_t i = 0; i < LENGTH(actions); i++)
        if (operands > 0 && strcmp(argv[1], actions[i].action) == 0)
            return operands == actions[i].operands;
    return false;
}

int command_meeting(int argc, char **argv)
{
    struct choice choice = {.hours = 3};
    /* clang-format off */
    const struct option options[] = {
        {"--data",    OPTION_TEXT, true,  &choice.data,    0, 0,         "DIR",  "the data folder; it may be in use"},
        {"--kind",    OPTION_TEXT, false, &choice.kind,    0, 0,         "KIND", "class (unless said otherwise), workshop, walk, lounge, council (open)"},
        {"--hours",   OPTION_INT,  false, &choice.hours,   1, HOURS_MAX, "N",    "how long it is open, 3 unless said otherwise (open)"},
        {"--grade",   OPTION_INT,  false, &choice.grade,   0, PARTS_GRADE_MAX, "N", "the school year: ruby for words above it; 0: not a school (open)"},
        {"--account", OPTION_TEXT, false, &choice.account, 0, 0,         "NAME", "who leads it (open)"},
        {"--unheld",  OPTION_FLAG, false, &choice.open,    0, 0,         NULL,   "citizens' comments are public at once (open)"},
    };
    /* clang-format on */
    int operands = 0;
    const enum options_result read = options_read(argc, argv, options, LENGTH(options), &operands);
    if (read != OPTIONS_OK)
        return (int)read;
    if (!is_wellformed(operands, argv)) {
        fputs("kakikomap meeting: say what to do: list, open TITLE, code ID or finish ID\n",
              stderr);
        return EXIT_USAGE;
    }
    struct work work = {.choice = &choice, .now_ms = clock_unix_ms()};
    struct err err = {0};
    struct summary summary;
    arena_init(&work.arena, 0);
    summary_begin(&summary);
    enum err_code code = act(&work, argv[1], argv[2], &err);
    if (code == ERR_OK)
        code = tell(&work, &summary, &err);
    store_writer_close(work.writer);
    store_reader_close(work.reader);
    store_close(work.store);
    arena_done(&work.arena);
    if (code == ERR_OK)
        return summary_end(&summary, EXIT_OK);
    buf_done(&summary.buf);
    return command_fail("meeting", choice.data, &err);
}
