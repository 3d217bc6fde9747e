/*
 * join_card: the sheet with which a class comes in: Wi-Fi, address, code.
 *
 * Purpose    Two QR codes and, for tablets that cannot read them, everything in large print; in
 *            やさしい日本語 with ruby, and English. One sheet for the blackboard, or eight small
 * cards to cut and hand out. Standard   "WIFI:" texts as the readers of Android and iOS take them
 * (ZXing, "Barcode Contents"). Ownership  *to grows by a PDF. Errors     ERR_RANGE a text is too
 * long for a QR code; ERR_NOT_FOUND no Japanese font; ERR_NOMEM.
 */
#pragma once

#include "tiles/base/buf.h"
#include "tiles/base/err.h"

struct join_card {
    const char *city, *title;              /* of the meeting; "" allowed */
    const char *wifi_name, *wifi_password; /* "": the tablets are in the network already; open */
    const char *url;                       /* https://v01.map.example/j/AB12CD34 */
    const char *code;                      /* AB12CD34; printed as people type it, AB12-CD34 */
};

enum join_card_layout { JOIN_CARD_SHEET, JOIN_CARD_EIGHT };

MUST_CHECK enum err_code join_card_print(const struct join_card *card, enum join_card_layout layout,
                                         struct buf *to, struct err *err);

/* "WIFI:T:WPA;S:…;P:…;;" with what has to be escaped escaped. */
void join_card_wifi(const struct join_card *card, struct buf *to);
