// The system's libcrypto (OpenSSL 3), as Swift sees it; libssh2 links it already.
#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include "keys.h"
