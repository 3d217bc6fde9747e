#include "server/moderation/receipt.h"

#include <sodium.h>

#include "server/class/code.h"

bool receipt_hash(struct span code, uint8_t ret[RECEIPT_BYTES])
{
    static const char domain[] = "kakikomap receipt"; /* its zero byte is hashed, too */
    char read[CODE_MAX + 1];
    if (!code_read(code, CODE_RECEIPT, read))
        return false;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)domain, sizeof domain);
    crypto_hash_sha256_update(&state, (const uint8_t *)read, CODE_RECEIPT);
    crypto_hash_sha256_final(&state, ret);
    return true;
}
