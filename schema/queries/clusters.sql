-- Cluster runs: written once, read whole. ?1 is the municipality, ?2 the run where there is one.

-- name: clusters_find_same
SELECT id FROM cluster_run
WHERE municipality = ?1 AND audience = ?2 AND space_id = ?3 AND method_version = ?4 AND epsg = ?5
  AND radius_mm = ?6 AND min_points = ?7 AND input_sha256 = ?8;

-- name: clusters_next_id
SELECT coalesce(max(id), 0) + 1 FROM cluster_run WHERE municipality = ?1;

-- name: clusters_insert_run
INSERT INTO cluster_run (municipality, id, method_version, audience, space_id, epsg, radius_mm,
                         min_points, change, made_ms, input_sha256, comment_count, noise_count)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);

-- name: clusters_insert_cluster
INSERT INTO cluster (municipality, run_id, number, size, core_count, lon_e7, lat_e7, reach_mm,
                     area_mm2, agree, disagree, unsure, replies, hull)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: clusters_insert_count
INSERT INTO cluster_count (municipality, run_id, number, dimension, word, card_id, count)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: clusters_insert_member
INSERT INTO cluster_member (municipality, run_id, number, position, comment_id)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: clusters_newest_run
SELECT id, method_version, epsg, radius_mm, min_points, change, made_ms, input_sha256,
       comment_count, noise_count,
       (SELECT count(*) FROM cluster c WHERE c.municipality = ?1 AND c.run_id = cluster_run.id)
FROM cluster_run
WHERE municipality = ?1 AND audience = ?2 AND space_id = ?3
ORDER BY id DESC LIMIT 1;

-- name: clusters_of_run
SELECT number, size, core_count, lon_e7, lat_e7, reach_mm, area_mm2, agree, disagree, unsure,
       replies, hull
FROM cluster WHERE municipality = ?1 AND run_id = ?2 ORDER BY number;

-- name: clusters_counts
SELECT dimension, word, card_id, count FROM cluster_count
WHERE municipality = ?1 AND run_id = ?2 AND number = ?3
ORDER BY dimension, count DESC, word, card_id;

-- What was hidden or withdrawn since the run is not named any more.
-- name: clusters_members
SELECT m.comment_id FROM cluster_member m
WHERE m.municipality = ?1 AND m.run_id = ?2 AND m.number = ?3
  AND EXISTS (SELECT 1 FROM comment_{audience} v WHERE v.municipality = ?1 AND v.id = m.comment_id AND v.scope IS NULL)
ORDER BY m.position;
