#include "server/live/photo.h"

#include "server/live/hub.h"

void live_photo_placed(void *hub, struct store_reader *reader, const struct sha256 *sha256)
{
    struct store_blob_use uses[STORE_BLOB_USES_MAX];
    size_t count;
    if (store_blob_uses(reader, sha256, uses, &count, NULL) != ERR_OK)
        return; /* whoever opens the page anew sees it */
    for (size_t i = 0; i < count; i++) {
        if (uses[i].is_public)
            live_hub_photo(hub, uses[i].photo_id, uses[i].comment_id);
        if (!uuid_is_nil(uses[i].meeting_id))
            live_hub_told(hub, uses[i].meeting_id);
    }
}
