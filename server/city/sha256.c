#include "server/city/sha256.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum err_code city_sha256_file(const char *path, uint8_t ret_hash[32], uint64_t *ret_bytes,
                               struct err *err)
{
    static _Thread_local uint8_t bytes[65536];
    crypto_hash_sha256_state state;
    uint64_t total = 0;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return err_set(err, ERR_IO, "a file that was just written cannot be read", 0);
    crypto_hash_sha256_init(&state);
    ssize_t len;
    while ((len = read(file, bytes, sizeof bytes)) > 0) {
        crypto_hash_sha256_update(&state, bytes, (unsigned long long)len);
        total += (uint64_t)len;
    }
    close(file);
    if (len < 0)
        return err_set(err, ERR_IO, "a file that was just written cannot be read", total);
    crypto_hash_sha256_final(&state, ret_hash);
    *ret_bytes = total;
    return ERR_OK;
}
