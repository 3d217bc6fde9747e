#include "server/tls/issue.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { DAY_S = 24 * 3600, SERIAL_BYTES = 16 };

void tls_pem_free(struct tls_pem *pem)
{
    if (pem->key)
        explicit_bzero(pem->key, strlen(pem->key));
    free(pem->key);
    free(pem->certificate);
    *pem = (struct tls_pem){0};
}

/* What is under construction; released in one place. */
struct making {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t root;
    gnutls_x509_privkey_t root_key;
    gnutls_x509_name_constraints_t constraints;
};

static void making_free(struct making *making)
{
    if (making->constraints)
        gnutls_x509_name_constraints_deinit(making->constraints);
    if (making->root_key)
        gnutls_x509_privkey_deinit(making->root_key);
    if (making->root)
        gnutls_x509_crt_deinit(making->root);
    if (making->key)
        gnutls_x509_privkey_deinit(making->key);
    if (making->certificate)
        gnutls_x509_crt_deinit(making->certificate);
}

/* GnuTLS answers with negative numbers; none of ours can be mended by the caller. */
static enum err_code done(int answer, struct err *err)
{
    return answer >= 0 ? ERR_OK
                       : err_set(err, ERR_INTERNAL, "GnuTLS could not make the certificate",
                                 (uint64_t)-answer);
}

/* --- What both certificates share --- */

static enum err_code begin(struct making *making, struct err *err)
{
    TRY(done(gnutls_x509_crt_init(&making->certificate), err));
    TRY(done(gnutls_x509_privkey_init(&making->key), err));
    TRY(done(gnutls_x509_privkey_generate(making->key, GNUTLS_PK_ECDSA,
                                          GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
             err));
    TRY(done(gnutls_x509_crt_set_version(making->certificate, 3), err));
    return done(gnutls_x509_crt_set_key(making->certificate, making->key), err);
}

static enum err_code set_serial(gnutls_x509_crt_t certificate, struct err *err)
{
    uint8_t serial[SERIAL_BYTES];
    TRY(done(gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial), err));
    serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40); /* positive, and of full length */
    return done(gnutls_x509_crt_set_serial(certificate, serial, sizeof serial), err);
}

static enum err_code set_days(gnutls_x509_crt_t certificate, int64_t now_ms, int days,
                              struct err *err)
{
    const time_t now = (time_t)(now_ms / 1000);
    TRY(done(gnutls_x509_crt_set_activation_time(certificate, now - TLS_BACKDATE_DAYS * DAY_S),
             err));
    return done(gnutls_x509_crt_set_expiration_time(certificate, now + (time_t)days * DAY_S), err);
}

static enum err_code set_subject(gnutls_x509_crt_t certificate, const char *oid, const char *name,
                                 struct err *err)
{
    return done(gnutls_x509_crt_set_dn_by_oid(certificate, oid, 0, name, (unsigned)strlen(name)),
                err);
}

static enum err_code set_key_id(gnutls_x509_crt_t certificate, struct err *err)
{
    uint8_t id[64];
    size_t len = sizeof id;
    TRY(done(gnutls_x509_crt_get_key_id(certificate, 0, id, &len), err));
    return done(gnutls_x509_crt_set_subject_key_id(certificate, id, len), err);
}

static enum err_code copy_text(gnutls_datum_t *datum, char **ret, struct err *err)
{
    *ret = strndup((const char *)datum->data, datum->size);
    explicit_bzero(datum->data, datum->size);
    gnutls_free(datum->data);
    return *ret ? ERR_OK : err_set(err, ERR_NOMEM, "out of memory", 0);
}

static enum err_code write_pem(const struct making *making, struct tls_pem *ret, struct err *err)
{
    gnutls_datum_t text;
    TRY(done(gnutls_x509_crt_export2(making->certificate, GNUTLS_X509_FMT_PEM, &text), err));
    TRY(copy_text(&text, &ret->certificate, err));
    TRY(done(gnutls_x509_privkey_export2_pkcs8(making->key, GNUTLS_X509_FMT_PEM, NULL,
                                               GNUTLS_PKCS_PLAIN, &text),
             err));
    return copy_text(&text, &ret->key, err);
}

static gnutls_datum_t datum_of(const void *data, size_t len)
{
    return (gnutls_datum_t){.data = (unsigned char *)data, .size = (unsigned)len};
}

/* --- Root --- */

static enum err_code permit(gnutls_x509_name_constraints_t constraints, const struct tls_name *name,
                            struct err *err)
{
    if (name->address_len == 0) {
        const gnutls_datum_t host = datum_of(name->text, strlen(name->text));
        return done(
            gnutls_x509_name_constraints_add_permitted(constraints, GNUTLS_SAN_DNSNAME, &host),
            err);
    }
    /* RFC 5280: the address, then its mask; this address alone. */
    uint8_t range[32];
    memcpy(range, name->address, name->address_len);
    memset(range + name->address_len, 0xff, name->address_len);
    const gnutls_datum_t address = datum_of(range, (size_t)name->address_len * 2);
    return done(
        gnutls_x509_name_constraints_add_permitted(constraints, GNUTLS_SAN_IPADDRESS, &address),
        err);
}

/* A kind of name without a constraint is free: so each kind that is not permitted is shut out. */
static enum err_code shut_out(gnutls_x509_name_constraints_t constraints,
                              const struct tls_names *names, struct err *err)
{
    static const uint8_t all[32] = {0};
    const gnutls_datum_t nothing = datum_of("", 0);
    bool has[17] = {false}; /* by address_len */
    for (size_t i = 0; i < names->count; i++)
        has[names->list[i].address_len] = true;
    for (size_t len = 4; len <= 16; len += 12) {
        const gnutls_datum_t every = datum_of(all, len * 2);
        if (!has[len])
            TRY(done(gnutls_x509_name_constraints_add_excluded(constraints, GNUTLS_SAN_IPADDRESS,
                                                               &every),
                     err));
    }
    return has[0] ? ERR_OK
                  : done(gnutls_x509_name_constraints_add_excluded(constraints, GNUTLS_SAN_DNSNAME,
                                                                   &nothing),
                         err);
}

static enum err_code constrain(struct making *making, const struct tls_names *names,
                               struct err *err)
{
    TRY(done(gnutls_x509_name_constraints_init(&making->constraints), err));
    for (size_t i = 0; i < names->count; i++)
        TRY(permit(making->constraints, &names->list[i], err));
    TRY(shut_out(making->constraints, names, err));
    return done(gnutls_x509_crt_set_name_constraints(making->certificate, making->constraints, 1),
                err);
}

static enum err_code make_root(struct making *making, const struct tls_names *names,
                               const char *label, int64_t now_ms, struct tls_pem *ret,
                               struct err *err)
{
    char name[65]; /* RFC 5280, ub-common-name */
    const size_t fits = strnlen(label, sizeof name - sizeof "Kakikomap ");
    size_t len = fits;
    while (label[fits] && len > 0 && ((unsigned char)label[len] & 0xc0) == 0x80)
        len--; /* not in the middle of a character */
    snprintf(name, sizeof name, "Kakikomap %.*s", (int)len, label);
    TRY(begin(making, err));
    TRY(set_serial(making->certificate, err));
    TRY(set_days(making->certificate, now_ms, TLS_ROOT_DAYS, err));
    TRY(set_subject(making->certificate, GNUTLS_OID_X520_COMMON_NAME, name, err));
    TRY(done(gnutls_x509_crt_set_basic_constraints(making->certificate, 1, 0), err));
    TRY(done(gnutls_x509_crt_set_key_usage(making->certificate, GNUTLS_KEY_KEY_CERT_SIGN), err));
    /* For servers alone: neither mail nor programs. */
    TRY(done(gnutls_x509_crt_set_key_purpose_oid(making->certificate, GNUTLS_KP_TLS_WWW_SERVER, 0),
             err));
    TRY(set_key_id(making->certificate, err));
    TRY(constrain(making, names, err));
    TRY(done(gnutls_x509_crt_sign2(making->certificate, making->certificate, making->key,
                                   GNUTLS_DIG_SHA256, 0),
             err));
    return write_pem(making, ret, err);
}

enum err_code tls_issue_root(const struct tls_names *names, const char *label, int64_t now_ms,
                             struct tls_pem *ret, struct err *err)
{
    struct making making = {0};
    *ret = (struct tls_pem){0};
    const enum err_code code = make_root(&making, names, label, now_ms, ret, err);
    making_free(&making);
    return code;
}

/* --- Server --- */

static enum err_code read_root(struct making *making, const struct tls_pem *root, struct err *err)
{
    const gnutls_datum_t certificate = datum_of(root->certificate, strlen(root->certificate));
    const gnutls_datum_t key = datum_of(root->key, strlen(root->key));
    TRY(done(gnutls_x509_crt_init(&making->root), err));
    TRY(done(gnutls_x509_privkey_init(&making->root_key), err));
    if (gnutls_x509_crt_import(making->root, &certificate, GNUTLS_X509_FMT_PEM) < 0 ||
        gnutls_x509_privkey_import2(making->root_key, &key, GNUTLS_X509_FMT_PEM, NULL, 0) < 0)
        return err_set(err, ERR_FORMAT, "the root or its key cannot be read", 0);
    return ERR_OK;
}

static enum err_code set_names(struct making *making, const struct tls_names *names,
                               struct err *err)
{
    /* No common name: some readers take it for a host, which the constraints may shut out. */
    TRY(set_subject(making->certificate, GNUTLS_OID_X520_ORGANIZATION_NAME, "Kakikomap", err));
    for (size_t i = 0; i < names->count; i++) {
        const struct tls_name *name = &names->list[i];
        const bool is_host = name->address_len == 0;
        TRY(done(gnutls_x509_crt_set_subject_alt_name(
                     making->certificate, is_host ? GNUTLS_SAN_DNSNAME : GNUTLS_SAN_IPADDRESS,
                     is_host ? (const void *)name->text : name->address,
                     is_host ? (unsigned)strlen(name->text) : name->address_len,
                     GNUTLS_FSAN_APPEND),
                 err));
    }
    return ERR_OK;
}

/* Signed by the root, and within what the root may speak for? As a browser would judge it: by what
 * was written, not by what was meant. */
static enum err_code judge(struct making *making, const char *written, int64_t now_ms,
                           struct err *err)
{
    const gnutls_datum_t text = datum_of(written, strlen(written));
    gnutls_x509_crt_deinit(making->certificate);
    making->certificate = NULL;
    TRY(done(gnutls_x509_crt_init(&making->certificate), err));
    TRY(done(gnutls_x509_crt_import(making->certificate, &text, GNUTLS_X509_FMT_PEM), err));
    gnutls_x509_trust_list_t trust;
    TRY(done(gnutls_x509_trust_list_init(&trust, 0), err));
    unsigned verdict = 0;
    int answer = gnutls_x509_trust_list_add_cas(trust, &making->root, 1, 0);
    if (answer > 0)
        answer = gnutls_x509_trust_list_verify_crt(
            trust, &making->certificate, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &verdict, NULL);
    gnutls_x509_trust_list_deinit(trust, 0);
    TRY(done(answer, err));
    if (verdict != 0)
        return err_set(err, ERR_USAGE,
                       "the root that is there was not made for these names: --new-root makes "
                       "another, which the tablets must then be given",
                       0);
    if (gnutls_x509_crt_get_expiration_time(making->root) <
        gnutls_x509_crt_get_expiration_time(making->certificate))
        return err_set(err, ERR_USAGE,
                       "the root ends before the certificate would: take fewer --days, or "
                       "--new-root",
                       (uint64_t)(now_ms / 1000));
    return ERR_OK;
}

static enum err_code make_server(struct making *making, const struct tls_pem *root,
                                 const struct tls_names *names, int days, int64_t now_ms,
                                 struct tls_pem *ret, struct err *err)
{
    TRY(read_root(making, root, err));
    TRY(begin(making, err));
    TRY(set_serial(making->certificate, err));
    TRY(set_days(making->certificate, now_ms, days, err));
    TRY(set_names(making, names, err));
    TRY(done(gnutls_x509_crt_set_basic_constraints(making->certificate, 0, -1), err));
    TRY(done(gnutls_x509_crt_set_key_usage(making->certificate, GNUTLS_KEY_DIGITAL_SIGNATURE),
             err));
    TRY(done(gnutls_x509_crt_set_key_purpose_oid(making->certificate, GNUTLS_KP_TLS_WWW_SERVER, 0),
             err));
    TRY(set_key_id(making->certificate, err));
    uint8_t id[64];
    size_t len = sizeof id;
    if (gnutls_x509_crt_get_subject_key_id(making->root, id, &len, NULL) >= 0)
        TRY(done(gnutls_x509_crt_set_authority_key_id(making->certificate, id, len), err));
    TRY(done(gnutls_x509_crt_sign2(making->certificate, making->root, making->root_key,
                                   GNUTLS_DIG_SHA256, 0),
             err));
    TRY(write_pem(making, ret, err));
    return judge(making, ret->certificate, now_ms, err);
}

enum err_code tls_issue_server(const struct tls_pem *root, const struct tls_names *names, int days,
                               int64_t now_ms, struct tls_pem *ret, struct err *err)
{
    struct making making = {0};
    *ret = (struct tls_pem){0};
    const enum err_code code = make_server(&making, root, names, days, now_ms, ret, err);
    making_free(&making);
    return code;
}
