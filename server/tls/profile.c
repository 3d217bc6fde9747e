#include "server/tls/profile.h"

#include <stdio.h>
#include <string.h>

static void add_escaped(struct buf *to, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            buf_add_str(to, "&lt;");
        else if (*text == '>')
            buf_add_str(to, "&gt;");
        else if (*text == '&')
            buf_add_str(to, "&amp;");
        else
            buf_add_byte(to, (uint8_t)*text);
    }
}

static void add_pair(struct buf *to, const char *key, const char *value)
{
    buf_add_str(to, "<key>");
    buf_add_str(to, key);
    buf_add_str(to, "</key><string>");
    add_escaped(to, value);
    buf_add_str(to, "</string>\n");
}

/* A UUID of version 8 (RFC 9562: made by our own rule) from 16 bytes of the fingerprint. */
static void uuid_text(const uint8_t bytes[16], char ret[37])
{
    snprintf(ret, 37, "%02X%02X%02X%02X-%02X%02X-8%01X%02X-%01X%01X%02X-%02X%02X%02X%02X%02X%02X",
             bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6] & 15, bytes[7],
             8 | (bytes[8] >> 4 & 3), bytes[8] & 15, bytes[9], bytes[10], bytes[11], bytes[12],
             bytes[13], bytes[14], bytes[15]);
}

/* A PEM file is base64 between two lines, as property lists want it. */
static void add_base64(struct buf *to, const char *pem)
{
    static const char first[] = "-----BEGIN CERTIFICATE-----";
    const char *begin = strstr(pem, first);
    const char *end = begin ? strstr(begin, "-----END CERTIFICATE-----") : NULL;
    if (end)
        buf_add(to, span_of(begin + sizeof first - 1, (size_t)(end - begin) - (sizeof first - 1)));
}

void tls_profile_write(struct buf *to, const char *root, const struct tls_certificate *read,
                       const char *municipality)
{
    char payload[37], profile[37];
    uuid_text(read->sha256, payload);
    uuid_text(read->sha256 + 16, profile);
    buf_add_str(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                    "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
                    "<plist version=\"1.0\"><dict>\n<key>PayloadContent</key><array><dict>\n"
                    "<key>PayloadContent</key><data>");
    add_base64(to, root);
    buf_add_str(to, "</data>\n");
    add_pair(to, "PayloadType", "com.apple.security.root");
    add_pair(to, "PayloadIdentifier", "kakikomap.root.certificate");
    add_pair(to, "PayloadUUID", payload);
    add_pair(to, "PayloadDisplayName", "カキコマップの証明書");
    buf_add_str(to, "<key>PayloadVersion</key><integer>1</integer>\n</dict></array>\n");
    add_pair(to, "PayloadType", "Configuration");
    add_pair(to, "PayloadIdentifier", "kakikomap.root");
    add_pair(to, "PayloadUUID", profile);
    add_pair(to, "PayloadDisplayName", "カキコマップ");
    add_pair(to, "PayloadOrganization", municipality);
    add_pair(to, "PayloadDescription",
             "この会場のカキコマップだけに使える証明書です。ほかのサイトには使えません。");
    buf_add_str(to, "<key>PayloadVersion</key><integer>1</integer>\n</dict></plist>\n");
}
