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
