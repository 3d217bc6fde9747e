/*
 * mvt_tool: a vector tile as our decoder sees it, for tests that compare it with other readers.
 *
 *   mvt_tool decode FILE     JSON in the form of mapbox/mvt-fixtures' tile.json, and "skipped"
 *   mvt_tool validate FILE   {"layers":…,"features":…,"vertices":…}
 *
 * Exit 1 with {"code":…,"what":…,"at":…} when the tile is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiles/archive/metadata.h"
#include "tiles/base/varint.h"
#include "tiles/mvt/validate.h"

static void print_text(struct span text)
{
    struct buf json;
    char *copy = strndup((const char *)text.data, text.len);
    buf_init(&json);
    archive_json_string(&json, copy ? copy : "");
    printf("%.*s", (int)json.len, (const char *)json.data);
    buf_done(&json);
    free(copy);
}

static void print_value(const struct mvt_decoded_value *value)
{
    switch (value->type) {
    case MVT_IS_STRING:
        printf("{\"string_value\":");
        print_text(value->string);
        printf("}");
        break;
    case MVT_IS_FLOAT:
        printf("{\"float_value\":%.9g}", (double)value->real32);
        break;
    case MVT_IS_DOUBLE:
        printf("{\"double_value\":%.17g}", value->real64);
        break;
    case MVT_IS_INT:
        printf("{\"int_value\":%lld}", (long long)value->integer);
        break;
    case MVT_IS_UINT:
        printf("{\"uint_value\":%llu}", (unsigned long long)value->natural);
        break;
    case MVT_IS_SINT:
        printf("{\"sint_value\":%lld}", (long long)value->integer);
        break;
    case MVT_IS_BOOL:
        printf("{\"bool_value\":%s}", value->boolean ? "true" : "false");
        break;
    }
}

static void print_feature(const struct mvt_decoded_feature *feature)
{
    printf("{");
    if (feature->has_id)
        printf("\"id\":%llu,", (unsigned long long)feature->id);
    printf("\"type\":%d,\"tags\":[", (int)feature->geometry.type);
    for (uint32_t i = 0; i < 2 * feature->tag_count; i++)
        printf("%s%u", i ? "," : "", feature->tags[i]);
    printf("],\"geometry\":[");
    struct span rest = feature->commands;
    uint64_t integer;
    for (const char *comma = ""; varint_take(&rest, &integer); comma = ",")
        printf("%s%llu", comma, (unsigned long long)integer);
    printf("]}");
}

static void print_layer(const struct mvt_decoded_layer *layer)
{
    printf("{\"version\":%u,\"name\":", layer->version);
    print_text(layer->name);
    if (layer->has_extent)
        printf(",\"extent\":%u", layer->extent);
    printf(",\"keys\":[");
    for (uint32_t i = 0; i < layer->key_count; i++) {
        printf("%s", i ? "," : "");
        print_text(layer->keys[i]);
    }
    printf("],\"values\":[");
    for (uint32_t i = 0; i < layer->value_count; i++) {
        printf("%s", i ? "," : "");
        print_value(&layer->values[i]);
    }
    printf("],\"features\":[");
    for (uint32_t i = 0; i < layer->feature_count; i++) {
        printf("%s", i ? "," : "");
        print_feature(&layer->features[i]);
    }
    printf("]}");
}

static enum err_code decode(struct span bytes, struct arena *arena, struct err *err)
{
    struct mvt_decoded_tile tile;
    TRY(mvt_decode(bytes, arena, &tile, err));
    printf("{\"skipped\":%u,\"layers\":[", tile.skipped);
    for (uint32_t i = 0; i < tile.layer_count; i++) {
        printf("%s", i ? "," : "");
        print_layer(&tile.layers[i]);
    }
    printf("]}\n");
    return ERR_OK;
}

static enum err_code validate(struct span bytes, struct err *err)
{
    struct mvt_validate_counts counts;
    TRY(mvt_validate(bytes, true, &counts, err));
    printf("{\"layers\":%u,\"features\":%u,\"vertices\":%u}\n", counts.layers, counts.features,
           counts.vertices);
    return ERR_OK;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
    if (!file) {
        fputs("usage: mvt_tool decode|validate FILE\n", stderr);
        return 2;
    }
    struct buf bytes;
    struct arena arena;
    buf_init(&bytes);
    arena_init(&arena, 0);
    uint8_t *to;
    for (size_t got = 1; got && (to = buf_reserve(&bytes, 1 << 16)) != NULL; bytes.len += got)
        got = fread(to, 1, 1 << 16, file);
    fclose(file);
    struct err err = {0};
    const enum err_code code = strcmp(argv[1], "decode") == 0
                                   ? decode(buf_span(&bytes), &arena, &err)
                                   : validate(buf_span(&bytes), &err);
    if (code != ERR_OK)
        printf("{\"code\":\"%s\",\"what\":\"%s\",\"at\":%llu}\n", err_name(code), err.what,
               (unsigned long long)err.at);
    arena_done(&arena);
    buf_done(&bytes);
    return code == ERR_OK ? 0 : 1;
}
