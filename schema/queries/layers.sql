-- name: data_version
SELECT data_version FROM pragma_data_version WHERE ?1 = ?1;

-- name: layers_stamp
SELECT group_concat(name || '/' || file || '/' || hex(sha256)) FROM
       (SELECT name, file, sha256 FROM layer WHERE municipality = ?1 ORDER BY name);

-- name: layers_list
SELECT name, file, edition, sha256, bytes, made_ms FROM layer WHERE municipality = ?1 ORDER BY name;

-- name: layers_find
SELECT name, file, edition, sha256, bytes, made_ms FROM layer WHERE municipality = ?1 AND name = ?2;

-- name: layers_put
INSERT INTO layer (municipality, name, file, edition, sha256, bytes, made_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (municipality, name) DO UPDATE
SET file = excluded.file, edition = excluded.edition, sha256 = excluded.sha256, bytes = excluded.bytes,
    made_ms = excluded.made_ms;

-- name: sources_list
SELECT name, kind, origin, sha256, bytes, features, imported, repaired, refused, imported_ms, attribution
FROM source WHERE municipality = ?1 ORDER BY name;

-- name: sources_put
INSERT INTO source (municipality, name, kind, origin, sha256, bytes, features, imported, repaired, refused,
                    imported_ms, attribution)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (municipality, name) DO UPDATE
SET kind = excluded.kind, origin = excluded.origin, sha256 = excluded.sha256, bytes = excluded.bytes,
    features = excluded.features, imported = excluded.imported, repaired = excluded.repaired,
    refused = excluded.refused, imported_ms = excluded.imported_ms, attribution = excluded.attribution;

-- name: sources_remove
DELETE FROM source WHERE municipality = ?1 AND name = ?2;
