#include "server/peer/album.h"

#include "server/photo/photo.h"

static struct sha256 name_of(const uint8_t sha256[32])
{
    struct sha256 name;
    memcpy(name.bytes, sha256, sizeof name.bytes);
    return name;
}

static enum err_code read_photo(void *self, const uint8_t sha256[32], struct arena *arena,
                                struct span *ret, bool *ret_found, struct err *err)
{
    const struct peer_album *album = self;
    const struct sha256 name = name_of(sha256);
    const enum err_code code =
        photos_read(store_dir(album->store), &name, PHOTO_DISPLAY, arena, ret, err);
    *ret_found = code == ERR_OK;
    return code == ERR_NOT_FOUND ? ERR_OK : code;
}

/* One that no operation names any more, or that is none, does not hold up the others. */
static enum err_code take_photo(void *self, const uint8_t sha256[32], struct span display,
                                bool *ret_taken, struct err *err)
{
    struct peer_album *album = self;
    const struct sha256 name = name_of(sha256);
    if (!album->keeper)
        return err_set(err, ERR_BUSY,
                       "this folder is being served: stop kakikomap serve to take in photos", 0);
    const enum err_code code = photos_take_display(album->keeper, &name, display, err);
    *ret_taken = code == ERR_OK;
    return code == ERR_NOT_FOUND || code == ERR_INVALID || code == ERR_FORMAT ? ERR_OK : code;
}

void peer_album_init(struct peer_album *album, struct store *store, struct photos *keeper)
{
    *album = (struct peer_album){
        .store = store,
        .keeper = keeper,
        .photos = {.read = read_photo, .take = take_photo, .self = album},
    };
}
