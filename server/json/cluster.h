/*
 * cluster: a run of the clustering as GeoJSON; the shape is ClusterCollection of
 * schema/openapi.yaml.
 */
#pragma once

#include "server/json/write.h"
#include "server/store/clusters.h"

/* `run` NULL: none was made yet, an empty collection. */
void json_clusters(struct json *json, const struct store_cluster_run *run);
