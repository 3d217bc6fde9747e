#include "server/json/cluster.h"

enum { NEAREST = 5 }; /* comments named of each cluster */

static void write_place(struct json *json, struct store_place place)
{
    json_array(json);
    json_e7(json, place.lon_e7);
    json_e7(json, place.lat_e7);
    json_end(json);
}

static void write_hull(struct json *json, const struct store_place *hull, size_t count)
{
    json_array(json);
    for (size_t i = 0; i < count; i++)
        write_place(json, hull[i]);
    if (count > 2)
        write_place(json, hull[0]); /* RFC 7946: a ring ends where it began */
    json_end(json);
}

static void write_geometry(struct json *json, const struct store_cluster *cluster)
{
    json_object(json);
    json_key(json, "type");
    json_text(json, cluster->hull_count == 1   ? "Point"
                    : cluster->hull_count == 2 ? "LineString"
                                               : "Polygon");
    json_key(json, "coordinates");
    if (cluster->hull_count == 1) {
        write_place(json, cluster->hull[0]);
    } else if (cluster->hull_count == 2) {
        write_hull(json, cluster->hull, 2);
    } else {
        json_array(json);
        write_hull(json, cluster->hull, cluster->hull_count);
        json_end(json);
    }
    json_end(json);
}

static void write_counts(struct json *json, const char *key, const uint32_t *counts, unsigned end,
                         const char *(*name)(unsigned))
{
    json_key(json, key);
    json_object(json);
    for (unsigned word = 1; word < end; word++)
        if (counts[word]) {
            json_key(json, name(word));
            json_uint(json, counts[word]);
        }
    json_end(json);
}

static void write_cards(struct json *json, const struct store_cluster *cluster)
{
    json_key(json, "by_card");
    json_object(json);
    for (size_t i = 0; i < cluster->card_count; i++) {
        if (uuid_is_nil(cluster->cards[i].card_id)) /* comments without a card */
            continue;
        char text[UUID_TEXT + 1];
        uuid_text(cluster->cards[i].card_id, text);
        json_key_span(json, span_of(text, UUID_TEXT));
        json_uint(json, cluster->cards[i].count);
    }
    json_end(json);
}

static void write_cluster(struct json *json, const struct store_cluster *cluster)
{
    json_object(json);
    json_key(json, "type");
    json_text(json, "Feature");
    json_key(json, "id");
    json_uint(json, cluster->number);
    json_key(json, "geometry");
    write_geometry(json, cluster);
    json_key(json, "properties");
    json_object(json);
    json_key(json, "number");
    json_uint(json, cluster->number);
    json_key(json, "count");
    json_uint(json, cluster->size);
    json_key(json, "centre");
    write_place(json, cluster->centre);
    json_key(json, "reach_m");
    json_number(json, cluster->reach_mm / 1e3, 1);
    json_key(json, "area_m2");
    json_number(json, (double)cluster->area_mm2 / 1e6, 1);
    write_counts(json, "by_kind", cluster->by_kind, COMMENT_KIND_END, kind_name);
    write_counts(json, "by_channel", cluster->by_channel, CHANNEL_END, channel_name);
    write_counts(json, "by_hat", cluster->by_hat, HAT_END, hat_name);
    write_cards(json, cluster);
    json_key(json, "comments");
    json_array(json);
    for (size_t i = 0; i < cluster->member_count && i < NEAREST; i++)
        json_uuid(json, cluster->members[i]);
    json_end(json);
    json_end(json);
    json_end(json);
}

static void write_hash(struct json *json, const uint8_t hash[32])
{
    static const char digits[] = "0123456789abcdef";
    char text[64];
    for (size_t i = 0; i < 32; i++) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 15];
    }
    json_string(json, span_of(text, sizeof text));
}

static void write_run(struct json *json, const struct store_cluster_run *run)
{
    json_object(json);
    json_key(json, "id");
    json_uint(json, run->id);
    json_key(json, "created_at");
    json_time(json, run->made_ms);
    json_key(json, "radius_m");
    json_number(json, run->radius_mm / 1e3, 3);
    json_key(json, "min_points");
    json_uint(json, run->min_points);
    json_key(json, "comment_count");
    json_uint(json, run->comment_count);
    json_key(json, "noise_count");
    json_uint(json, run->noise_count);
    json_key(json, "change");
    json_uint(json, run->change);
    json_key(json, "input_hash");
    write_hash(json, run->input_sha256);
    json_end(json);
}

void json_clusters(struct json *json, const struct store_cluster_run *run)
{
    json_object(json);
    json_key(json, "type");
    json_text(json, "FeatureCollection");
    json_key(json, "numberReturned");
    json_uint(json, run ? run->cluster_count : 0);
    json_key(json, "run");
    if (run)
        write_run(json, run);
    else
        json_null(json);
    json_key(json, "features");
    json_array(json);
    for (size_t i = 0; run && i < run->cluster_count; i++)
        write_cluster(json, &run->clusters[i]);
    json_end(json);
    json_end(json);
}
