/* The table of rights, and what it says. */
#include "server/people/caller.h"

enum reach { NO, IN, ALL };

/* Columns as in rights.def: person, then the roles in the order of their numbers. */
static const struct {
    const char *name;
    enum reach reach[ROLE_END];
} rights[RIGHT_COUNT] = {
#define RIGHT(code, name, person, member, teacher, moderator, planner, administrator)              \
    [code] = {name, {person, member, teacher, moderator, planner, administrator}},
#include "server/people/rights.def"
#undef RIGHT
};

const char *right_name(enum right right)
{
    return rights[right].name;
}

bool scopes_have(struct span scopes, struct uuid id)
{
    for (size_t at = 0; at + UUID_BYTES <= scopes.len; at += UUID_BYTES)
        if (memcmp(scopes.data + at, id.bytes, UUID_BYTES) == 0)
            return true;
    return false;
}

bool people_may(const struct caller *caller, enum right right, struct uuid scope)
{
    if (caller->role == ROLE_NONE && !caller->has_person)
        return false;
    switch (rights[right].reach[caller->role]) {
    case NO:
        return false;
    case IN:
        return !uuid_is_nil(scope) && scopes_have(caller->scopes, scope);
    case ALL:
        return uuid_is_nil(scope) || !scopes_have(caller->closed, scope);
    }
    return false;
}

bool people_role_has(enum role role, enum right right)
{
    return rights[right].reach[role] != NO;
}

enum err_code people_need(const struct caller *caller, enum right right, struct uuid scope,
                          struct err *err)
{
    if (people_may(caller, right, scope))
        return ERR_OK;
    if (caller->kind == CALLER_ANYONE)
        return err_set(err, ERR_UNAUTHORIZED, "this is for those who have signed in", 0);
    return err_set(err, ERR_FORBIDDEN, "your role does not allow this here", 0);
}
