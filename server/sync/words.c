#include "server/sync/words.h"

#include <stddef.h>

#include "tiles/base/attr.h"

struct word {
    const char *name, *label;
};

static const struct word kinds[] = {
#define KIND(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word channels[] = {
#define CHANNEL(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word hats[] = {
#define HAT(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word statuses[] = {
#define STATUS(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word reactions[] = {
#define REACTION(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word moods[] = {
#define MOOD(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word shapes[] = {
#define SHAPE(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word place_sources[] = {
#define PLACE_SOURCE(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word meeting_kinds[] = {
#define MEETING_KIND(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word meeting_states[] = {
#define MEETING_STATE(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word standings[] = {
#define STANDING(code, number, name, label) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct word quantities[] = {
#define QUANTITY(code, number, name, label, unit, least, most) [number] = {name, label},
#include "server/sync/words.def"
};
static const struct scale {
    const char *unit;
    int32_t least, most;
} scales[] = {
#define QUANTITY(code, number, name, label, unit, least, most) [number] = {unit, least, most},
#include "server/sync/words.def"
};

static bool number_from(const struct word *words, size_t count, struct span name, uint8_t *ret)
{
    for (size_t i = 0; i < count; i++)
        if (words[i].name && span_is(name, words[i].name)) {
            *ret = (uint8_t)i;
            return true;
        }
    return false;
}

#define DEFINE_WORDS(noun, words)                                                                  \
    const char *noun##_name(unsigned number)                                                       \
    {                                                                                              \
        return number < LENGTH(words) ? words[number].name : NULL;                                 \
    }                                                                                              \
    bool noun##_from_name(struct span name, uint8_t *ret)                                          \
    {                                                                                              \
        return number_from(words, LENGTH(words), name, ret);                                       \
    }
#define DEFINE_LABELS(noun, words)                                                                 \
    const char *noun##_label(unsigned number)                                                      \
    {                                                                                              \
        return number < LENGTH(words) && words[number].label ? words[number].label : "";           \
    }

DEFINE_WORDS(kind, kinds)
DEFINE_WORDS(channel, channels)
DEFINE_WORDS(hat, hats)
DEFINE_WORDS(status, statuses)
DEFINE_WORDS(reaction, reactions)
DEFINE_LABELS(kind, kinds)
DEFINE_LABELS(channel, channels)
DEFINE_LABELS(hat, hats)
DEFINE_LABELS(status, statuses)
DEFINE_WORDS(mood, moods)
DEFINE_LABELS(mood, moods)
DEFINE_WORDS(shape, shapes)
DEFINE_LABELS(shape, shapes)
DEFINE_WORDS(place_source, place_sources)
DEFINE_LABELS(place_source, place_sources)
DEFINE_WORDS(quantity, quantities)
DEFINE_LABELS(quantity, quantities)
DEFINE_WORDS(meeting_kind, meeting_kinds)
DEFINE_LABELS(meeting_kind, meeting_kinds)
DEFINE_WORDS(meeting_state, meeting_states)
DEFINE_LABELS(meeting_state, meeting_states)
DEFINE_WORDS(standing, standings)
DEFINE_LABELS(standing, standings)

const char *quantity_unit(unsigned quantity)
{
    return quantity_name(quantity) ? scales[quantity].unit : "";
}

bool quantity_is_plausible(unsigned quantity, int32_t value_milli)
{
    return quantity_name(quantity) && value_milli >= scales[quantity].least &&
           value_milli <= scales[quantity].most;
}
