#include "server/tls/certificate.h"

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

enum { CHAIN_MAX = 16 };

static gnutls_datum_t datum_of(const char *text)
{
    return (gnutls_datum_t){.data = (unsigned char *)text, .size = (unsigned)strlen(text)};
}

/* Addresses as text, so that both kinds are shown and compared alike. */
static bool read_name(gnutls_x509_crt_t leaf, unsigned index, struct tls_name *ret, bool *ret_more)
{
    char value[TLS_NAME_MAX + 1] = {0};
    size_t len = sizeof value - 1;
    *ret = (struct tls_name){0};
    const int type = gnutls_x509_crt_get_subject_alt_name(leaf, index, value, &len, NULL);
    *ret_more = type != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
    if (type == GNUTLS_SAN_DNSNAME) {
        memcpy(ret->text, value, len);
        return true;
    }
    if (type != GNUTLS_SAN_IPADDRESS || (len != 4 && len != 16))
        return false;
    memcpy(ret->address, value, len);
    ret->address_len = (uint8_t)len;
    return inet_ntop(len == 4 ? AF_INET : AF_INET6, value, ret->text, sizeof ret->text) != NULL;
}

static void read_names(gnutls_x509_crt_t leaf, struct tls_names *ret)
{
    ret->count = 0;
    bool more = true;
    for (unsigned i = 0; more && ret->count < TLS_NAMES_MAX; i++)
        ret->count += read_name(leaf, i, &ret->list[ret->count], &more);
}

static enum err_code check_key(gnutls_x509_crt_t leaf, const char *text, struct err *err)
{
    gnutls_x509_privkey_t key;
    if (gnutls_x509_privkey_init(&key) < 0)
        return err_set(err, ERR_NOMEM, "out of memory", 0);
    const gnutls_datum_t pem = datum_of(text);
    uint8_t of_key[64], of_leaf[64];
    size_t key_len = sizeof of_key, leaf_len = sizeof of_leaf;
    enum err_code code = ERR_OK;
    if (gnutls_x509_privkey_import2(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0) < 0)
        code = err_set(err, ERR_FORMAT,
                       "the key cannot be read: a PEM file without a password is wanted", 0);
    else if (gnutls_x509_privkey_get_key_id(key, 0, of_key, &key_len) < 0 ||
             gnutls_x509_crt_get_key_id(leaf, 0, of_leaf, &leaf_len) < 0 || key_len != leaf_len ||
             memcmp(of_key, of_leaf, key_len) != 0)
        code = err_set(err, ERR_CONFLICT, "certificate and key do not belong together", 0);
    gnutls_x509_privkey_deinit(key);
    return code;
}

static enum err_code describe(gnutls_x509_crt_t leaf, const char *key, struct tls_certificate *ret,
                              struct err *err)
{
    size_t len = sizeof ret->sha256;
    unsigned critical = 0, is_root = 0;
    int path_len;
    ret->begins_ms = (int64_t)gnutls_x509_crt_get_activation_time(leaf) * 1000;
    ret->ends_ms = (int64_t)gnutls_x509_crt_get_expiration_time(leaf) * 1000;
    if (gnutls_x509_crt_get_fingerprint(leaf, GNUTLS_DIG_SHA256, ret->sha256, &len) < 0)
        return err_set(err, ERR_INTERNAL, "GnuTLS could not read the certificate", 0);
    ret->is_root =
        gnutls_x509_crt_get_basic_constraints(leaf, &critical, &is_root, &path_len) >= 0 && is_root;
    read_names(leaf, &ret->names);
    if (key)
        TRY(check_key(leaf, key, err));
    if (!ret->is_root && ret->names.count == 0)
        return err_set(err, ERR_USAGE, "the certificate names no host", 0);
    return ERR_OK;
}

enum err_code tls_certificate_read(const char *certificate, const char *key,
                                   struct tls_certificate *ret, struct err *err)
{
    gnutls_x509_crt_t chain[CHAIN_MAX];
    unsigned count = CHAIN_MAX;
    const gnutls_datum_t pem = datum_of(certificate);
    *ret = (struct tls_certificate){0};
    if (gnutls_x509_crt_list_import(chain, &count, &pem, GNUTLS_X509_FMT_PEM, 0) <= 0)
        return err_set(err, ERR_FORMAT, "no certificate in PEM form", 0);
    ret->chain = count;
    const enum err_code code = describe(chain[0], key, ret, err);
    for (unsigned i = 0; i < count; i++)
        gnutls_x509_crt_deinit(chain[i]);
    return code;
}
