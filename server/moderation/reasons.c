#include "server/moderation/reasons.h"

static const struct {
    enum reason_giver giver;
    const char *name, *sentence;
} reasons[] = {
#define REASON(code, giver, name, ja, easy, en) [REASON_##code] = {REASON_OF_##giver, name, ja},
#include "server/moderation/reasons.def"
};

const char *reason_name(enum reason reason)
{
    return reasons[reason].name;
}

enum reason_giver reason_giver(enum reason reason)
{
    return reasons[reason].giver;
}

const char *reason_sentence(enum reason reason)
{
    return reasons[reason].sentence;
}

bool reason_from_name(struct span name, uint8_t *ret)
{
    for (uint8_t i = 0; i < REASON_END; i++)
        if (span_is(name, reasons[i].name)) {
            *ret = i;
            return true;
        }
    return false;
}

bool reason_of_person_from_name(struct span name, uint8_t *ret)
{
    uint8_t found;
    if (!reason_from_name(name, &found) || reasons[found].giver != REASON_OF_PERSON)
        return false;
    *ret = found;
    return true;
}
