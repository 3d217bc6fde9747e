/*
 * parts_wire: parts.h to and from the messages of sync.proto. For server/sync, and for whoever
 * writes views.
 *
 * Ownership  Messages and parts live in the arena and borrow each other's texts. A text made here
 * is closed by a zero byte. Errors     ERR_NOMEM; to the wire also ERR_INVALID for a text with a
 * zero byte. From the wire: *ret_ok is false for what is too much, is no coordinate, or has half a
 * corner; whether a value is allowed is op.c's business.
 */
#pragma once

#include "schema/sync.pb-c.h"
#include "server/sync/parts.h"

/* Memory of messages from the arena; freeing does nothing. */
ProtobufCAllocator parts_allocator(struct arena *arena);

MUST_CHECK enum err_code path_from_wire(struct arena *arena, int32_t lon_e7, int32_t lat_e7,
                                        size_t count, const int32_t *steps, struct path *ret,
                                        bool *ret_ok, struct err *err);
/* Steps from corner to corner, the first from (lon_e7, lat_e7); two numbers a corner. */
MUST_CHECK enum err_code path_to_wire(struct arena *arena, int32_t lon_e7, int32_t lat_e7,
                                      const struct path *path, size_t *ret_count,
                                      int32_t **ret_steps, struct err *err);

MUST_CHECK enum err_code marks_from_wire(struct arena *arena,
                                         const Kakikomap__Sync__Comment *comment, struct marks *ret,
                                         bool *ret_ok, struct err *err);
/* Fills drawing and reading of the comment. */
MUST_CHECK enum err_code marks_to_wire(struct arena *arena, const struct marks *marks,
                                       Kakikomap__Sync__Comment *comment, struct err *err);

MUST_CHECK enum err_code boxes_from_wire(struct arena *arena,
                                         const Kakikomap__Sync__Redaction *redaction,
                                         struct boxes *ret, bool *ret_ok, struct err *err);
MUST_CHECK enum err_code boxes_to_wire(struct arena *arena, const struct boxes *boxes,
                                       Kakikomap__Sync__Redaction *redaction, struct err *err);

MUST_CHECK enum err_code meeting_from_wire(struct arena *arena,
                                           const Kakikomap__Sync__Meeting *meeting,
                                           struct meeting *ret, bool *ret_ok, struct err *err);
MUST_CHECK enum err_code meeting_to_wire(struct arena *arena, const struct meeting *meeting,
                                         Kakikomap__Sync__Meeting *wire, struct err *err);

/* Empty is "none", the nil id; false for any other length but 16. */
MUST_CHECK bool parts_id_from_wire(ProtobufCBinaryData data, struct uuid *ret);
/* Borrows; empty for the nil id. */
ProtobufCBinaryData parts_id_to_wire(const struct uuid *id);
MUST_CHECK enum err_code parts_text_to_wire(struct arena *arena, struct span text, char **ret,
                                            struct err *err);
struct span parts_text_from_wire(const char *text);
