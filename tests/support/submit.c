/*
 * submit: operations with the server's own authority, beside a running service.
 *
 * Usage      submit DIR < lines of hexadecimal; prints the acknowledgement's number for each.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/clock.h"
#include "server/store/writer.h"

int main(int argc, char **argv)
{
    struct err err = {0};
    CLEANUP(store_close_at) struct store *store = NULL;
    CLEANUP(store_writer_close_at) struct store_writer *writer = NULL;
    static char line[2 * STORE_OP_MAX + 2];
    static uint8_t bytes[STORE_OP_MAX];
    if (argc != 2 || store_open(argv[1], STORE_WRITE, &store, &err) != ERR_OK ||
        store_writer_open(store, 0, &writer, &err) != ERR_OK) {
        fprintf(stderr, "submit: %s\n", err.what ? err.what : "usage: submit DIR");
        return 1;
    }
    while (fgets(line, sizeof line, stdin)) {
        size_t len = 0;
        struct store_ack ack;
        if (sodium_hex2bin(bytes, sizeof bytes, line, strcspn(line, "\n"), NULL, &len, NULL) != 0)
            return 2;
        const struct span op = span_of(bytes, len);
        const struct store_batch batch = {
            .origin = STORE_FROM_SERVER, .received_ms = clock_unix_ms(), .ops = &op, .op_count = 1};
        if (store_submit_wait(writer, &batch, &ack, &err) != ERR_OK) {
            fprintf(stderr, "submit: %s\n", err.what);
            return 1;
        }
        printf("%d %s\n", (int)ack.status, ack.reason);
    }
    return 0;
}
