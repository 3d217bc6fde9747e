/* input_list: what input.c and input_zip.c share: how a found file gets into the list. */
#pragma once

#include "tiles/import/input.h"

/* Is this a name of map data; `sniff` its first bytes, empty when not known. */
bool input_format_of(const char *name, bool asked_for, struct span sniff, enum input_format *ret);
/* Must folders and entries of this name be left out? */
bool input_is_skipped_folder(const char *name, size_t len);

MUST_CHECK enum err_code input_list_add(struct input_list *list, struct arena *arena,
                                        const struct input *input, struct err *err);
MUST_CHECK enum err_code input_list_fault(struct input_list *list, struct arena *arena,
                                          const char *label, const struct err *fault,
                                          struct err *err);

/* Adds the entries of a zip, or one fault. */
MUST_CHECK enum err_code input_zip_find(const char *path, const struct input_limits *limits,
                                        struct input_list *list, struct arena *arena,
                                        struct err *err);

struct input_zip;
MUST_CHECK enum err_code input_zip_open(const struct input *input, struct input_zip **ret,
                                        struct err *err);
MUST_CHECK enum err_code input_zip_read(struct input_zip *zip, void *into, size_t room, size_t *ret,
                                        struct err *err);
void input_zip_close(struct input_zip *zip);
