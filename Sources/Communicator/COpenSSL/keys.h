// Private keys of libcrypto, in the few calls that SSH needs: what is a macro, a callback or a
// list of parameters in C has no good form in Swift. Every call gives 0 or null when it fails.
#pragma once
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <string.h>

/// What libcrypto asks for while it reads a file, and whether it did; a count of -1 is none.
struct packer_swift_passphrase {
    const char *bytes;
    int count;
    int was_asked;
};

static inline int packer_swift_give_passphrase(char *buffer, int size, int writing, void *context) {
    struct packer_swift_passphrase *passphrase = context;
    (void)writing;
    passphrase->was_asked = 1;
    if (passphrase->count < 0 || passphrase->count > size) return -1;
    memcpy(buffer, passphrase->bytes, (size_t)passphrase->count);
    return passphrase->count;
}

/// Reads a private key in PEM: PKCS#8, or the older form of its algorithm.
static inline EVP_PKEY *packer_swift_read_pem(
    const uint8_t *text, int count, const char *passphrase, int passphrase_count, int *was_asked
) {
    struct packer_swift_passphrase context = {passphrase, passphrase_count, 0};
    BIO *source = BIO_new_mem_buf(text, count);
    EVP_PKEY *key =
        source ? PEM_read_bio_PrivateKey(source, NULL, packer_swift_give_passphrase, &context) : NULL;
    BIO_free(source);
    ERR_clear_error();
    *was_asked = context.was_asked;
    return key;
}

/// How often an encrypted PKCS#8 file wants its passphrase to be hashed; 0 when it cannot be told.
static inline int64_t packer_swift_pem_iterations(const uint8_t *text, int count) {
    int64_t iterations = 0;
    BIO *source = BIO_new_mem_buf(text, count);
    X509_SIG *file = source ? PEM_read_bio_PKCS8(source, NULL, NULL, NULL) : NULL;
    const X509_ALGOR *algorithm = NULL;
    const ASN1_OBJECT *name = NULL;
    const void *value = NULL;
    int type = 0;
    if (file) {
        X509_SIG_get0(file, &algorithm, NULL);
        X509_ALGOR_get0(&name, &type, &value, algorithm);
    }
    if (file && type == V_ASN1_SEQUENCE && OBJ_obj2nid(name) == NID_pbes2) {
        PBE2PARAM *scheme = ASN1_item_unpack(value, ASN1_ITEM_rptr(PBE2PARAM));
        const void *hashing = NULL;
        if (scheme) X509_ALGOR_get0(&name, &type, &hashing, scheme->keyfunc);
        if (scheme && type == V_ASN1_SEQUENCE && OBJ_obj2nid(name) == NID_id_pbkdf2) {
            PBKDF2PARAM *numbers = ASN1_item_unpack(hashing, ASN1_ITEM_rptr(PBKDF2PARAM));
            if (numbers && !ASN1_INTEGER_get_int64(&iterations, numbers->iter))
                iterations = INT64_MAX;
            PBKDF2PARAM_free(numbers);
        }
        PBE2PARAM_free(scheme);
    } else if (file && type == V_ASN1_SEQUENCE) {
        PBEPARAM *numbers = ASN1_item_unpack(value, ASN1_ITEM_rptr(PBEPARAM));
        if (numbers && !ASN1_INTEGER_get_int64(&iterations, numbers->iter)) iterations = INT64_MAX;
        PBEPARAM_free(numbers);
    }
    X509_SIG_free(file);
    BIO_free(source);
    ERR_clear_error();
    return iterations;
}

static inline EVP_PKEY *packer_swift_build_key(const char *algorithm, OSSL_PARAM_BLD *values) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(values);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
    if (parameters && context && EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    ERR_clear_error();
    return key;
}

/// An RSA key from its numbers, most significant byte first.
static inline EVP_PKEY *packer_swift_rsa_key(
    const uint8_t *n, int n_count, const uint8_t *e, int e_count, const uint8_t *d, int d_count
) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *values = OSSL_PARAM_BLD_new();
    BIGNUM *modulus = BN_bin2bn(n, n_count, NULL);
    BIGNUM *exponent = BN_bin2bn(e, e_count, NULL);
    BIGNUM *secret = BN_secure_new();
    if (values && modulus && exponent && secret && BN_bin2bn(d, d_count, secret)
        && OSSL_PARAM_BLD_push_BN(values, OSSL_PKEY_PARAM_RSA_N, modulus)
        && OSSL_PARAM_BLD_push_BN(values, OSSL_PKEY_PARAM_RSA_E, exponent)
        && OSSL_PARAM_BLD_push_BN(values, OSSL_PKEY_PARAM_RSA_D, secret))
        key = packer_swift_build_key("RSA", values);
    BN_clear_free(secret);
    BN_free(exponent);
    BN_free(modulus);
    OSSL_PARAM_BLD_free(values);
    return key;
}

/// A key on one of NIST's curves, under libcrypto's name for the curve.
static inline EVP_PKEY *packer_swift_ec_key(
    const char *curve, const uint8_t *point, int point_count, const uint8_t *d, int d_count
) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *values = OSSL_PARAM_BLD_new();
    BIGNUM *secret = BN_secure_new();
    if (values && secret && BN_bin2bn(d, d_count, secret)
        && OSSL_PARAM_BLD_push_utf8_string(values, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0)
        && OSSL_PARAM_BLD_push_octet_string(
            values, OSSL_PKEY_PARAM_PUB_KEY, point, (size_t)point_count)
        && OSSL_PARAM_BLD_push_BN(values, OSSL_PKEY_PARAM_PRIV_KEY, secret))
        key = packer_swift_build_key("EC", values);
    BN_clear_free(secret);
    OSSL_PARAM_BLD_free(values);
    return key;
}

/// One of a key's public numbers ("n", "e", "qx", "qy"), most significant byte first; its size.
static inline int packer_swift_key_number(
    const EVP_PKEY *key, const char *name, uint8_t *number, int capacity
) {
    BIGNUM *value = NULL;
    int count = 0;
    if (EVP_PKEY_get_bn_param(key, name, &value) == 1 && BN_num_bytes(value) <= capacity)
        count = BN_bn2bin(value, number);
    BN_free(value);
    ERR_clear_error();
    return count;
}

/// Signs; `digest` is null for an algorithm that has its own. The signature's size.
static inline size_t packer_swift_sign(
    EVP_PKEY *key, const char *digest, const uint8_t *data, size_t count,
    uint8_t *signature, size_t capacity
) {
    size_t size = capacity;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int is_done = context
        && EVP_DigestSignInit_ex(context, NULL, digest, NULL, NULL, key, NULL) == 1
        && EVP_DigestSign(context, signature, &size, data, count) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return is_done ? size : 0;
}

/// Whether a signature is one of this key's.
static inline int packer_swift_verify(
    EVP_PKEY *key, const char *digest, const uint8_t *data, size_t count,
    const uint8_t *signature, size_t signature_count
) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int is_right = context
        && EVP_DigestVerifyInit_ex(context, NULL, digest, NULL, NULL, key, NULL) == 1
        && EVP_DigestVerify(context, signature, signature_count, data, count) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return is_right;
}

/// The two numbers of an ECDSA signature, each in `width` bytes.
static inline int packer_swift_ecdsa_numbers(
    const uint8_t *signature, long count, uint8_t *r, uint8_t *s, int width
) {
    ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &signature, count);
    int is_done = numbers && BN_bn2binpad(ECDSA_SIG_get0_r(numbers), r, width) == width
        && BN_bn2binpad(ECDSA_SIG_get0_s(numbers), s, width) == width;
    ECDSA_SIG_free(numbers);
    ERR_clear_error();
    return is_done;
}

/// Decrypts whole blocks or, with a tag of 16 bytes, an AEAD message; 1 when it worked.
static inline int packer_swift_decrypt(
    const char *cipher, const uint8_t *key, const uint8_t *iv, uint8_t *data, int count,
    uint8_t *tag
) {
    int written = 0, rest = 0;
    EVP_CIPHER *algorithm = EVP_CIPHER_fetch(NULL, cipher, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int is_done = algorithm && context
        && EVP_DecryptInit_ex2(context, algorithm, key, iv, NULL) == 1
        && EVP_CIPHER_CTX_set_padding(context, 0) == 1
        && (!tag || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1)
        && EVP_DecryptUpdate(context, data, &written, data, count) == 1
        && EVP_DecryptFinal_ex(context, data + written, &rest) == 1 && written + rest == count;
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(algorithm);
    ERR_clear_error();
    return is_done;
}
