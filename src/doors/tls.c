#define _GNU_SOURCE

#include "tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../model/vclock.h"

/* ---- files -------------------------------------------------------------- */

/* The text of a file (gnutls_free), or empty: then `why` says why not. */
static gnutls_datum_t load(const char *path, struct why *why)
{
    gnutls_datum_t text = {NULL, 0};

    if (gnutls_load_file(path, &text) != GNUTLS_E_SUCCESS)
        why_set(why, "%s: cannot be read: %s", path,
                errno ? strerror(errno) : "no file");
    return text;
}

static bool check_certificate(const char *path, const gnutls_datum_t *text,
                              struct why *why)
{
    gnutls_x509_crt_t *list = NULL;
    unsigned count = 0;
    int result = gnutls_x509_crt_list_import2(&list, &count, text,
                                              GNUTLS_X509_FMT_PEM, 0);

    for (unsigned i = 0; i < count; i++)
        gnutls_x509_crt_deinit(list[i]);
    gnutls_free(list);
    return result >= 0 || why_set(why, "%s: not a certificate in PEM form: %s",
                                  path, gnutls_strerror(result));
}

static bool check_key(const char *path, const gnutls_datum_t *text,
                      struct why *why)
{
    gnutls_x509_privkey_t key;
    int result = gnutls_x509_privkey_init(&key);

    if (result >= 0) {
        result = gnutls_x509_privkey_import2(key, text, GNUTLS_X509_FMT_PEM,
                                             NULL, 0);
        gnutls_x509_privkey_deinit(key);
    }
    return result >= 0 ||
           why_set(why,
                   "%s: not a private key in PEM form, or an encrypted "
                   "one: %s",
                   path, gnutls_strerror(result));
}

/* Do the two belong together? */
static bool check_pair(const char *certificate_path, const char *key_path,
                       const gnutls_datum_t *certificate,
                       const gnutls_datum_t *key, struct why *why)
{
    gnutls_certificate_credentials_t credentials;
    int result = gnutls_certificate_allocate_credentials(&credentials);

    if (result >= 0) {
        result = gnutls_certificate_set_x509_key_mem(credentials, certificate,
                                                     key, GNUTLS_X509_FMT_PEM);
        gnutls_certificate_free_credentials(credentials);
    }
    return result >= 0 ||
           why_set(why, "%s and %s do not belong together: %s",
                   certificate_path, key_path, gnutls_strerror(result));
}

/* Takes copies. NULL: out of memory. */
static struct tls *keep(const gnutls_datum_t *certificate,
                        const gnutls_datum_t *key, const char *path,
                        struct why *why)
{
    struct tls *tls = calloc(1, sizeof(*tls));

    if (tls && certificate->data && key->data) {
        tls->certificate =
            strndup((const char *)certificate->data, certificate->size);
        tls->key = strndup((const char *)key->data, key->size);
        /* Whole, for clients that run in another folder. */
        tls->path = realpath(path, NULL);
    }
    if (tls && tls->certificate && tls->key && tls->path)
        return tls;
    tls_close(tls);
    why_set(why, "out of memory");
    return NULL;
}

static void wipe(gnutls_datum_t *text)
{
    if (text->data)
        explicit_bzero(text->data, text->size);
    gnutls_free(text->data);
}

struct tls *tls_open(const char *certificate, const char *key, struct why *why)
{
    gnutls_datum_t key_text = {NULL, 0};
    gnutls_datum_t text = load(certificate, why);
    struct tls *tls = NULL;

    if (text.data)
        key_text = load(key, why);
    if (key_text.data && check_certificate(certificate, &text, why) &&
        check_key(key, &key_text, why) &&
        check_pair(certificate, key, &text, &key_text, why))
        tls = keep(&text, &key_text, certificate, why);
    gnutls_free(text.data);
    wipe(&key_text);
    return tls;
}

/* ---- a certificate of our own ------------------------------------------- */

/* A name, or an address in digits, for which the certificate is good. */
static int add_name(gnutls_x509_crt_t certificate, const char *name)
{
    unsigned char address[16];

    if (inet_pton(AF_INET, name, address) == 1)
        return gnutls_x509_crt_set_subject_alt_name(
            certificate, GNUTLS_SAN_IPADDRESS, address, 4, GNUTLS_FSAN_APPEND);
    if (inet_pton(AF_INET6, name, address) == 1)
        return gnutls_x509_crt_set_subject_alt_name(
            certificate, GNUTLS_SAN_IPADDRESS, address, 16, GNUTLS_FSAN_APPEND);
    return gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME,
                                                name, (unsigned)strlen(name),
                                                GNUTLS_FSAN_APPEND);
}

static int add_names(gnutls_x509_crt_t certificate, const char *hosts)
{
    static const char *const loopback[] = {"localhost", "127.0.0.1", "::1"};
    int result = 0;

    for (size_t i = 0; result >= 0 && i < 3; i++)
        result = add_name(certificate, loopback[i]);
    for (const char *at = hosts ? hosts : ""; result >= 0 && *at;) {
        size_t length = strcspn(at, ",");
        char *name = strndup(at, length);

        result = name ? add_name(certificate, name) : GNUTLS_E_MEMORY_ERROR;
        free(name);
        at += length + (at[length] == ',');
    }
    return result;
}

/* Who it is and how long it is good. A client asks for the real time, so this
 * does too, whatever the host's clock says; a day back, for clocks that are
 * not quite right. */
static int describe(gnutls_x509_crt_t certificate)
{
    static const char name[] = "jobgate test double";
    unsigned char serial[16];
    struct vclock real = {.mode = VCLOCK_REAL};
    long long now = vclock_now(&real);
    int result = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));

    serial[0] = (unsigned char)((serial[0] & 0x3f) | 0x40); /* positive */
    if (result >= 0)
        result = gnutls_x509_crt_set_version(certificate, 3);
    if (result >= 0)
        result =
            gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial));
    if (result >= 0)
        result = gnutls_x509_crt_set_activation_time(certificate, now - 86400);
    if (result >= 0)
        result = gnutls_x509_crt_set_expiration_time(certificate,
                                                     now + TLS_DAYS * 86400LL);
    if (result >= 0)
        result = gnutls_x509_crt_set_dn_by_oid(certificate,
                                               GNUTLS_OID_X520_COMMON_NAME, 0,
                                               name, sizeof(name) - 1);
    return result;
}

/* What it may be used for: to be a server, not to vouch for others. */
static int restrict_use(gnutls_x509_crt_t certificate,
                        gnutls_x509_privkey_t key)
{
    unsigned char id[20];
    size_t size = sizeof(id);
    int result = gnutls_x509_crt_set_key(certificate, key);

    if (result >= 0)
        result = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1);
    if (result >= 0)
        result = gnutls_x509_crt_set_key_usage(certificate,
                                               GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (result >= 0)
        result = gnutls_x509_crt_set_key_purpose_oid(
            certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
    if (result >= 0)
        result = gnutls_x509_crt_get_key_id(certificate, 0, id, &size);
    if (result >= 0)
        result = gnutls_x509_crt_set_subject_key_id(certificate, id, size);
    if (result >= 0)
        result = gnutls_x509_crt_set_authority_key_id(certificate, id, size);
    return result;
}

static int make(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key,
                const char *hosts)
{
    int result = gnutls_x509_privkey_generate(
        key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
        0);

    if (result >= 0)
        result = describe(certificate);
    if (result >= 0)
        result = add_names(certificate, hosts);
    if (result >= 0)
        result = restrict_use(certificate, key);
    if (result >= 0)
        result = gnutls_x509_crt_sign2(certificate, certificate, key,
                                       GNUTLS_DIG_SHA256, 0);
    return result;
}

/* Both as PEM (gnutls_free). */
static bool make_texts(const char *hosts, gnutls_datum_t *ret_certificate,
                       gnutls_datum_t *ret_key, struct why *why)
{
    gnutls_x509_crt_t certificate = NULL;
    gnutls_x509_privkey_t key = NULL;
    int result = gnutls_x509_crt_init(&certificate);

    if (result >= 0)
        result = gnutls_x509_privkey_init(&key);
    if (result >= 0)
        result = make(certificate, key, hosts);
    if (result >= 0)
        result = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM,
                                         ret_certificate);
    if (result >= 0)
        result = gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, ret_key);
    if (certificate)
        gnutls_x509_crt_deinit(certificate);
    if (key)
        gnutls_x509_privkey_deinit(key);
    return result >= 0 || why_set(why, "no certificate could be made: %s",
                                  gnutls_strerror(result));
}

/* Write into a new file, for everybody to read. `path` becomes its name. */
static bool write_new(char *path, const gnutls_datum_t *text, struct why *why)
{
    int file = mkstemps(path, 4);
    bool fine = file >= 0 && fchmod(file, 0644) == 0 &&
                write(file, text->data, text->size) == (ssize_t)text->size;

    if (!fine)
        why_set(why, "%s: the certificate cannot be written: %s", path,
                strerror(errno));
    if (file >= 0 && close(file) != 0 && fine)
        fine = why_set(why, "%s: the certificate cannot be written: %s", path,
                       strerror(errno));
    if (!fine && file >= 0)
        unlink(path);
    return fine;
}

struct tls *tls_make(const char *hosts, struct why *why)
{
    const char *folder = getenv("TMPDIR");
    gnutls_datum_t certificate = {NULL, 0}, key = {NULL, 0};
    struct tls *tls = NULL;
    char *path = NULL;

    if (asprintf(&path, "%s/jobgate-XXXXXX.pem",
                 folder && *folder ? folder : "/tmp") < 0) {
        why_set(why, "out of memory");
        return NULL;
    }
    if (make_texts(hosts, &certificate, &key, why) &&
        write_new(path, &certificate, why)) {
        tls = keep(&certificate, &key, path, why);
        if (tls)
            tls->throwaway = true;
        else
            unlink(path);
    }
    gnutls_free(certificate.data);
    wipe(&key);
    free(path);
    return tls;
}

void tls_close(struct tls *tls)
{
    if (!tls)
        return;
    if (tls->throwaway)
        unlink(tls->path);
    if (tls->key)
        explicit_bzero(tls->key, strlen(tls->key));
    free(tls->certificate);
    free(tls->key);
    free(tls->path);
    free(tls);
}

void tls_send(void *session, const char *text, size_t size)
{
    gnutls_record_send(session, text, size);
}
