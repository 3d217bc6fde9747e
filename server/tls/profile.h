/*
 * profile: the root as a configuration profile for iPads (.mobileconfig).
 *
 * Purpose    Schools without device management install the root by opening this file. Afterwards
 *            Settings › General › About › Certificate Trust Settings has to be switched on.
 * Standard   Apple, "Configuration Profile Reference": payload com.apple.security.root; XML
 *            property list. Unsigned, so the device says "not signed".
 */
#pragma once

#include "server/tls/certificate.h"
#include "tiles/base/buf.h"

/* `root` is the PEM text, `read` what it says. The payload's ids are made from its fingerprint, so
 * that the same root replaces its older profile. */
void tls_profile_write(struct buf *to, const char *root, const struct tls_certificate *read,
                       const char *municipality);
