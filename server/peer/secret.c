#include "server/peer/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

enum { PATH = 600 };

static enum err_code fail_errno(struct err *err, const char *what)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return err_set(err, ERR_FULL, "the disk is full: free some space and try again", 0);
    return err_set(err, ERR_IO, what, (uint64_t)errno);
}

static enum err_code path_of(const char *dir, const char *suffix, char ret[PATH], struct err *err)
{
    if (snprintf(ret, PATH, "%s/" PEER_SECRET_FILE "%s", dir, suffix) >= PATH)
        return err_set(err, ERR_USAGE, "the path of the data folder is too long", 0);
    return ERR_OK;
}

enum err_code peer_secret_read(const char *dir, uint8_t ret[PEER_SECRET], struct err *err)
{
    char path[PATH];
    uint8_t bytes[PEER_SECRET + 1];
    TRY(path_of(dir, "", path, err));
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? err_set(err, ERR_NOT_FOUND,
                                         "this folder has no peers yet: peers.key is missing", 0)
                               : fail_errno(err, "peers.key cannot be read");
    const ssize_t got = read(fd, bytes, sizeof bytes);
    close(fd);
    if (got != PEER_SECRET)
        return err_set(err, ERR_CHECKSUM, "peers.key is damaged: it has 32 bytes", 0);
    memcpy(ret, bytes, PEER_SECRET);
    sodium_memzero(bytes, sizeof bytes);
    return ERR_OK;
}

static enum err_code sync_folder(const char *dir, struct err *err)
{
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced ? ERR_OK : fail_errno(err, "peers.key cannot be synced");
}

/* Whole under another name first; the link fails when somebody else was quicker, whose file then
 * counts. */
static enum err_code make(const char *dir, struct err *err)
{
    char path[PATH], part[PATH];
    uint8_t bytes[PEER_SECRET];
    TRY(path_of(dir, "", path, err));
    TRY(path_of(dir, ".part", part, err));
    const int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail_errno(err, "peers.key cannot be made");
    randombytes_buf(bytes, sizeof bytes);
    const bool written = write(fd, bytes, sizeof bytes) == sizeof bytes && fsync(fd) == 0;
    const bool linked = written && (link(part, path) == 0 || errno == EEXIST);
    const enum err_code code = linked ? ERR_OK : fail_errno(err, "peers.key cannot be written");
    sodium_memzero(bytes, sizeof bytes);
    close(fd);
    unlink(part);
    TRY(code);
    return sync_folder(dir, err);
}

enum err_code peer_secret_make(const char *dir, uint8_t ret[PEER_SECRET], struct err *err)
{
    const enum err_code code = peer_secret_read(dir, ret, err);
    if (code != ERR_NOT_FOUND)
        return code;
    TRY(make(dir, err));
    return peer_secret_read(dir, ret, err);
}

void peer_secret_issue(const uint8_t secret[PEER_SECRET], struct uuid id, struct peer_key *ret)
{
    ret->id = id;
    peer_key_derive(secret, PEER_ISSUE, span_of(id.bytes, UUID_BYTES), ret->secret);
}

void peer_secret_seal(const uint8_t secret[PEER_SECRET], const struct peer_key *key,
                      uint8_t ret[PEER_SEALED])
{
    uint8_t seal[PEER_SECRET], plain[UUID_BYTES + PEER_SECRET];
    peer_key_derive(secret, PEER_SEAL, span_of(NULL, 0), seal);
    memcpy(plain, key->id.bytes, UUID_BYTES);
    memcpy(plain + UUID_BYTES, key->secret, PEER_SECRET);
    randombytes_buf(ret, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(ret + crypto_secretbox_NONCEBYTES, plain, sizeof plain, ret, seal);
    sodium_memzero(plain, sizeof plain);
    sodium_memzero(seal, sizeof seal);
}

enum err_code peer_secret_open(const uint8_t secret[PEER_SECRET], struct span sealed,
                               struct peer_key *ret, struct err *err)
{
    uint8_t seal[PEER_SECRET], plain[UUID_BYTES + PEER_SECRET];
    peer_key_derive(secret, PEER_SEAL, span_of(NULL, 0), seal);
    const bool opened = sealed.len == PEER_SEALED &&
                        crypto_secretbox_open_easy(plain, sealed.data + crypto_secretbox_NONCEBYTES,
                                                   sealed.len - crypto_secretbox_NONCEBYTES,
                                                   sealed.data, seal) == 0;
    sodium_memzero(seal, sizeof seal);
    if (!opened)
        return err_set(
            err, ERR_CHECKSUM,
            "the key in the store was sealed with another peers.key: run kakikomap venue "
            "once more with the key",
            0);
    memcpy(ret->id.bytes, plain, UUID_BYTES);
    memcpy(ret->secret, plain + UUID_BYTES, PEER_SECRET);
    sodium_memzero(plain, sizeof plain);
    return ERR_OK;
}
