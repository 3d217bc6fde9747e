#include "tiles/mvt/commands.h"

#include "tiles/base/varint.h"
#include "tiles/mvt/message.h"

struct reader {
    struct span rest;
    struct geo_xy pen;
    struct geo_xy *vertices;
    uint32_t *sizes;
    uint32_t vertex_count, part_count;
};

static bool take_u32(struct span *rest, uint32_t *ret)
{
    uint64_t value;
    if (!varint_take(rest, &value) || value > UINT32_MAX)
        return false;
    *ret = (uint32_t)value;
    return true;
}

/* Steps add up modulo 2^32, as in every decoder with 32-bit integers. */
static int32_t stepped(int32_t from, uint32_t zigzag)
{
    return (int32_t)((uint32_t)from + (zigzag >> 1 ^ (0 - (zigzag & 1))));
}

static bool take_steps(struct reader *reader, uint32_t count)
{
    /* Two bytes or more each: a gigantic count is refused before anything is written. */
    if (count > reader->rest.len / 2)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t dx, dy;
        if (!take_u32(&reader->rest, &dx) || !take_u32(&reader->rest, &dy))
            return false;
        reader->pen = (struct geo_xy){stepped(reader->pen.x, dx), stepped(reader->pen.y, dy)};
        reader->vertices[reader->vertex_count++] = reader->pen;
    }
    return true;
}

static bool take_command(struct reader *reader, enum mvt_command *command, uint32_t *count)
{
    uint32_t integer;
    if (!take_u32(&reader->rest, &integer))
        return false;
    *command = (enum mvt_command)(integer & 7);
    *count = integer >> 3;
    return true;
}

static enum mvt_commands_result read_points(struct reader *reader)
{
    enum mvt_command command;
    uint32_t count;
    if (!take_command(reader, &command, &count) || command != MVT_MOVE_TO || count == 0 ||
        !take_steps(reader, count) || reader->rest.len)
        return MVT_COMMANDS_BROKEN;
    reader->sizes[reader->part_count++] = count;
    return MVT_COMMANDS_OK;
}

static bool has_length(const struct geo_xy *vertices, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (vertices[i].x == vertices[i - 1].x && vertices[i].y == vertices[i - 1].y)
            return false;
    return count >= 2;
}

static enum mvt_commands_result read_path(struct reader *reader, enum geo_type type)
{
    enum mvt_command command;
    uint32_t count;
    const struct geo_xy *start = reader->vertices + reader->vertex_count;
    if (!take_command(reader, &command, &count) || command != MVT_MOVE_TO || count != 1 ||
        !take_steps(reader, 1) || !take_command(reader, &command, &count) ||
        command != MVT_LINE_TO || !take_steps(reader, count))
        return MVT_COMMANDS_BROKEN;
    reader->sizes[reader->part_count++] = count + 1;
    if (type == GEO_POLYGON) {
        uint32_t times;
        if (!take_command(reader, &command, &times) || command != MVT_CLOSE_PATH || times != 1)
            return MVT_COMMANDS_BROKEN;
        return count >= 2 ? MVT_COMMANDS_OK : MVT_COMMANDS_EMPTY;
    }
    return has_length(start, count + 1) ? MVT_COMMANDS_OK : MVT_COMMANDS_EMPTY;
}

enum mvt_commands_result mvt_commands_read(struct span commands, enum geo_type type,
                                           struct arena *arena, struct geometry *ret)
{
    /* A vertex takes two bytes; a part of a line or ring at least four more. */
    struct reader reader = {.rest = commands};
    reader.vertices = ARENA_ARRAY(arena, struct geo_xy, commands.len / 2 + 1);
    reader.sizes = ARENA_ARRAY(arena, uint32_t, commands.len / 4 + 1);
    if (!reader.vertices || !reader.sizes)
        return MVT_COMMANDS_NOMEM;
    enum mvt_commands_result worst = MVT_COMMANDS_OK;
    if (type == GEO_POINT)
        worst = read_points(&reader);
    else
        while (reader.rest.len) {
            const enum mvt_commands_result result = read_path(&reader, type);
            if (result == MVT_COMMANDS_BROKEN)
                return result;
            if (result != MVT_COMMANDS_OK)
                worst = result;
        }
    if (worst != MVT_COMMANDS_OK)
        return worst;
    *ret = (struct geometry){
        .type = type,
        .part_count = reader.part_count,
        .vertex_count = reader.vertex_count,
        .part_sizes = reader.sizes,
        .vertices = reader.vertices,
    };
    return MVT_COMMANDS_OK;
}
