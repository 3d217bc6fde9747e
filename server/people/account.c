#include "server/people/account.h"

#include <sodium.h>

#include "server/people/secret.h"
#include "server/sync/op.h"

enum { DISPLAY_MAX = 40, ORGANISATION_MAX = 60 };

const char *account_judge_name(struct span name)
{
    bool good =
        name.len >= 2 && name.len <= ACCOUNT_NAME_MAX && name.data[0] >= 'a' && name.data[0] <= 'z';
    for (size_t i = 0; good && i < name.len; i++) {
        const uint8_t c = name.data[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
    return good ? NULL
                : "a name has 2 to 40 small letters, digits, . _ and -, and begins with a letter";
}

static const char *judge_line(struct span text, uint32_t max, const char *what)
{
    return op_judge_line(text, max, what, what);
}

const char *account_judge_display(struct span display)
{
    return display.len == 0 ? "the shown name is empty"
                            : judge_line(display, DISPLAY_MAX,
                                         "the shown name is too long, or has a character that "
                                         "cannot be kept");
}

const char *account_judge(const struct account_new *asked, const char **ret_pointer)
{
    const struct {
        const char *pointer, *problem;
    } checks[] = {
        {"/name", account_judge_name(asked->name)},
        {"/display", account_judge_display(asked->display)},
        {"/organisation", judge_line(asked->organisation, ORGANISATION_MAX,
                                     "the organisation's name is too long, or has a character that "
                                     "cannot be kept")},
        {"/password", secret_judge_password(asked->password, asked->name)},
    };
    for (size_t i = 0; i < LENGTH(checks); i++)
        if (checks[i].problem) {
            *ret_pointer = checks[i].pointer;
            return checks[i].problem;
        }
    return NULL;
}

struct uuid people_new_id(int64_t now_ms)
{
    uint8_t random[10];
    randombytes_buf(random, sizeof random);
    return uuid_from_time(now_ms, random);
}

enum err_code account_make(struct store_writer *writer, struct arena *arena,
                           const struct account_new *asked, struct uuid actor_id, int64_t now_ms,
                           struct uuid *ret_id, struct err *err)
{
    struct store_account account = {
        .id = people_new_id(now_ms),
        .name = asked->name,
        .display = asked->display,
        .organisation = asked->organisation,
        .role = asked->role,
        .made_ms = now_ms,
    };
    TRY(secret_hash(asked->password, SECRET_PASSWORD, arena, &account.password, err));
    TRY(store_accounts_add(writer, &account, actor_id, err));
    *ret_id = account.id;
    return ERR_OK;
}

enum err_code account_change(struct store_writer *writer, struct arena *arena,
                             struct store_account_change *change, struct span password,
                             struct err *err)
{
    if (password.len)
        TRY(secret_hash(password, SECRET_PASSWORD, arena, &change->password, err));
    return store_accounts_change(writer, change, err);
}
