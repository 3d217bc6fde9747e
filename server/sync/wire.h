/*
 * wire: what protobuf-c does not look at.
 *
 * Standard   Protocol Buffers, "Encoding": tags, wire types, length-delimited fields.
 */
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "tiles/base/span.h"

/* Are all strings of this message, and of the messages inside, without zero bytes? False also for
 * bytes that are no message. */
bool wire_strings_are_whole(const ProtobufCMessageDescriptor *descriptor, struct span bytes);
