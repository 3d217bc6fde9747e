/*
 * parts: what a comment is made of besides words (server/sync/parts.h), as JSON.
 *
 * Purpose    Shapes as GeoJSON, drawings and readings as lists, photos with the addresses of their
 *            pictures. Each writes whole members of the object that is open.
 * Errors     Bytes that are none of these write what an empty one writes: the store checks them.
 */
#pragma once

#include "server/json/write.h"
#include "server/store/comments.h"

/* "shape" and "geometry": a LineString, a Polygon, or null for a point. */
void json_shape(struct json *json, uint8_t shape, struct span path);
/* "drawing" and "readings". */
void json_marks(struct json *json, struct span marks);
/* One photo; "url" and "thumb" are null until its bytes have come. */
void json_photo(struct json *json, const struct store_photo *photo);
