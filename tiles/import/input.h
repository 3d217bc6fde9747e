/*
 * input: the files behind the arguments FILE, ZIP and DIR.
 *
 * Purpose    One list of what will be read, found and checked before anything is read.
 * Folders    Searched with all below them, by name order; links are not followed; skipped are
 *            hidden names, *_appearance (textures), codelists, schemas, metadata, specification.
 * Zips       Refused as a whole: absolute names, "..", backslashes, links, encryption, too many
 *            entries, too large, packed too tightly. What an entry really unpacks to is counted
 *            while it is read. Zips in zips are not opened.
 * Names      Each input has a source name: lower case of the file's name without its ending, made
 *            of [a-z0-9._-]; the same file from a folder and from a zip has the same name, so
 *            that importing it again replaces it. Equal names in one run are told apart by a
 *            number (name, name.2 …) in order of their paths.
 * Ownership  Everything in the list lives in the arena handed in.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles/base/arena.h"
#include "tiles/base/err.h"
#include "tiles/import/stream.h"

struct input_limits {
    uint32_t zip_entries;
    uint32_t zip_ratio;      /* unpacked : packed, of entries above 1 MiB */
    uint64_t unpacked_bytes; /* of one zip */
};

extern const struct input_limits input_default_limits;

enum input_format { INPUT_CITYGML, INPUT_OGR };

struct input {
    const char *path;  /* of the file, or of the zip it is in */
    const char *entry; /* inside the zip; NULL for a file */
    const char *label; /* for people: the path, with the entry behind a colon */
    const char *name;  /* of the source */
    uint64_t entry_index;
    uint64_t bytes; /* unpacked, as declared */
    enum input_format format;
};

struct input_fault {
    const char *label;
    struct err err;
};

struct input_list {
    struct input *inputs;
    size_t count, room;
    struct input_fault *faults; /* arguments that cannot be read at all */
    size_t fault_count, fault_room;
    uint64_t bytes;
    uint64_t skipped; /* files that are no map data: textures, code lists … */
};

/* Fails only when memory is gone; what is wrong with an argument goes to faults. */
MUST_CHECK enum err_code input_find(const char *const *paths, size_t count,
                                    const struct input_limits *limits, struct arena *arena,
                                    struct input_list *ret, struct err *err);

/* An open input; `progress` is called with the bytes read so far. */
struct input_reader;
typedef void input_progress_fn(void *context, uint64_t bytes);

MUST_CHECK enum err_code input_open(const struct input *input, input_progress_fn *progress,
                                    void *context, struct input_reader **ret, struct err *err);
struct import_stream input_stream(struct input_reader *reader); /* borrows the reader */
void input_close(struct input_reader *reader);
DEFINE_CLEANUP(struct input_reader, input_close)
