#include "server/people/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/config.h"
#include "server/store/vault.h"

enum { KEY = crypto_box_SECRETKEYBYTES, PATH_LONGEST = 2048 };

static void path_of(const struct app *app, char ret[PATH_LONGEST])
{
    if (app->config && app->config->vault_key[0])
        snprintf(ret, PATH_LONGEST, "%s", app->config->vault_key);
    else
        snprintf(ret, PATH_LONGEST, "%s/vault.key", store_dir(app->store));
}

enum err_code vault_key_read(struct app *app, struct store_reader *reader, struct vault_key *ret,
                             struct err *err)
{
    (void)app;
    struct vault_key key = {.has_key = true};
    const enum err_code code = store_vault_key(reader, key.public_key, err);
    if (code == ERR_NOT_FOUND)
        key.has_key = false;
    else
        TRY(code);
    *ret = key;
    return ERR_OK;
}

/* --- The key file ----------------------------------------------------------------------------- */

/* New, for its owner alone, on the disk before the database names it. */
static enum err_code write_key(const char *path, const uint8_t secret[KEY], struct err *err)
{
    char hex[2 * KEY + 2];
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return err_set(err, errno == EEXIST ? ERR_CONFLICT : ERR_IO,
                       "the vault's key file cannot be made: is another one there?",
                       (uint64_t)errno);
    sodium_bin2hex(hex, sizeof hex, secret, KEY);
    hex[2 * KEY] = '\n';
    const bool good = write(file, hex, 2 * KEY + 1) == 2 * KEY + 1 && fsync(file) == 0;
    sodium_memzero(hex, sizeof hex);
    close(file);
    return good ? ERR_OK : err_set(err, ERR_IO, "the vault's key file cannot be written", 0);
}

static enum err_code read_file(const char *path, char hex[2 * KEY], struct err *err)
{
    struct stat info;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return err_set(err, ERR_NOT_FOUND,
                       "the vault's key file is not here: bring it, open the entry, take it away",
                       0);
    const bool others = fstat(file, &info) != 0 || (info.st_mode & 077) != 0;
    const ssize_t len = others ? 0 : read(file, hex, 2 * KEY);
    close(file);
    if (others)
        return err_set(err, ERR_FORBIDDEN,
                       "others may read the vault's key file: give it mode 0600", 0);
    return len == 2 * KEY ? ERR_OK
                          : err_set(err, ERR_CHECKSUM, "the vault's key file is no key", 0);
}

static enum err_code read_key(const struct app *app, const struct vault_key *key,
                              uint8_t ret_secret[KEY], struct err *err)
{
    char path[PATH_LONGEST], hex[2 * KEY];
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    size_t len = 0;
    path_of(app, path);
    TRY(read_file(path, hex, err));
    const bool fits = sodium_hex2bin(ret_secret, KEY, hex, sizeof hex, NULL, &len, NULL) == 0 &&
                      len == KEY && crypto_scalarmult_base(public_key, ret_secret) == 0 &&
                      sodium_memcmp(public_key, key->public_key, sizeof public_key) == 0;
    sodium_memzero(hex, sizeof hex);
    return fits ? ERR_OK
                : err_set(err, ERR_CHECKSUM, "the key file is not the one of this vault", 0);
}

static enum err_code make_key(struct app *app, struct vault_key *key, struct err *err)
{
    char path[PATH_LONGEST];
    uint8_t secret[KEY];
    path_of(app, path);
    crypto_box_keypair(key->public_key, secret);
    enum err_code code = write_key(path, secret, err);
    sodium_memzero(secret, sizeof secret);
    TRY(code);
    code = store_vault_key_put(app->writer, key->public_key, err);
    if (code != ERR_OK)
        unlink(path);
    TRY(code);
    key->has_key = true;
    return ERR_OK;
}

/* --- Sealing and opening ---------------------------------------------------------------------- */

enum err_code vault_seal(struct app *app, struct vault_key *key, struct span text,
                         struct arena *arena, struct span *ret, struct err *err)
{
    if (!key->has_key)
        TRY(make_key(app, key, err));
    uint8_t *sealed = arena_alloc(arena, text.len + crypto_box_SEALBYTES);
    if (!sealed || crypto_box_seal(sealed, text.data, text.len, key->public_key) != 0)
        return err_set(err, ERR_NOMEM, "the identity cannot be sealed", 0);
    *ret = span_of(sealed, text.len + crypto_box_SEALBYTES);
    return ERR_OK;
}

enum err_code vault_can_open(struct app *app, const struct vault_key *key, struct err *err)
{
    uint8_t secret[KEY];
    const enum err_code code = read_key(app, key, secret, err);
    sodium_memzero(secret, sizeof secret);
    return code;
}

enum err_code vault_open(struct app *app, const struct vault_key *key, struct span sealed,
                         struct arena *arena, struct span *ret, struct err *err)
{
    uint8_t secret[KEY];
    if (sealed.len < crypto_box_SEALBYTES)
        return err_set(err, ERR_CHECKSUM, "the entry is damaged", 0);
    const size_t len = sealed.len - crypto_box_SEALBYTES;
    uint8_t *text = arena_alloc(arena, len + 1);
    if (!text)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    TRY(read_key(app, key, secret, err));
    const bool good =
        crypto_box_seal_open(text, sealed.data, sealed.len, key->public_key, secret) == 0;
    sodium_memzero(secret, sizeof secret);
    if (!good)
        return err_set(err, ERR_CHECKSUM, "the entry is damaged", 0);
    *ret = span_of(text, len);
    return ERR_OK;
}
