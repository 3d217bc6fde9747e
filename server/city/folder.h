/* folder: names inside the data folder, for the files of server/city alone. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "server/store/store.h"

#define CITY_BEFORE ".features.before" /* behind the name of a spool that was replaced */

enum { CITY_PATH = 4096 };

struct city_lock;
struct store *city_lock_store(struct city_lock *lock);

/* dir/folder/name+end; dir/folder without a name. false: too long. */
static inline bool city_path(char into[CITY_PATH], const char *dir, const char *folder,
                             const char *name, const char *end)
{
    const int len =
        snprintf(into, CITY_PATH, "%s/%s%s%s%s", dir, folder, *name ? "/" : "", name, end);
    return len > 0 && len < CITY_PATH;
}
