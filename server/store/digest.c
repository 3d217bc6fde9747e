#include "server/store/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHUNK = 1 << 18 };

enum err_code digest_file(const char *path, uint8_t ret_sha256[32], uint64_t *ret_bytes,
                          struct err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? err_set(err, ERR_NOT_FOUND, "a file is missing", 0)
                               : err_set(err, ERR_IO, "a file cannot be read", (uint64_t)errno);
    uint8_t *chunk = malloc(CHUNK);
    if (!chunk) {
        close(fd);
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    }
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    uint64_t bytes = 0;
    ssize_t got;
    while ((got = read(fd, chunk, CHUNK)) > 0) {
        crypto_hash_sha256_update(&state, chunk, (unsigned long long)got);
        bytes += (uint64_t)got;
    }
    free(chunk);
    close(fd);
    if (got < 0)
        return err_set(err, ERR_IO, "a file cannot be read", (uint64_t)errno);
    crypto_hash_sha256_final(&state, ret_sha256);
    *ret_bytes = bytes;
    return ERR_OK;
}
