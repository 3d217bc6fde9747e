-- The log, what is known of objects, and what is new. ?1 is the municipality in every statement.

-- name: change_find_op
SELECT change, sha256, erased, standing, received_ms, first_server FROM change WHERE municipality = ?1 AND op_id = ?2;

-- name: change_newest
SELECT max(change) FROM change WHERE municipality = ?1;

-- name: change_append
INSERT INTO change (municipality, change, op_id, object_id, kind, origin, standing, first_server, received_ms,
                    sent_ms, sha256, erased, op)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);

-- S18: the same operation was taken earlier elsewhere, or with more right.
-- name: change_set_receipt
UPDATE change SET first_server = ?3, received_ms = ?4, sent_ms = ?5 WHERE municipality = ?1 AND change = ?2;

-- name: change_raise
UPDATE change SET standing = ?3 WHERE municipality = ?1 AND change = ?2;

-- name: change_receipt
SELECT received_ms, sent_ms FROM change WHERE municipality = ?1 AND op_id = ?2;

-- name: change_of_object
SELECT change, standing, op, received_ms, sent_ms FROM change INDEXED BY change_object
WHERE municipality = ?1 AND object_id = ?2 AND kind <> 4 AND change < ?3 AND erased < 2 ORDER BY change;

-- name: change_to_erase
SELECT change, op FROM change INDEXED BY change_object
WHERE municipality = ?1 AND object_id = ?2 AND kind <> 4 AND kind <> 6 AND erased = 0 ORDER BY change;

-- name: change_blank
UPDATE change SET op = ?3, erased = 1 WHERE municipality = ?1 AND change = ?2;

-- name: change_log
SELECT change, standing, received_ms, sent_ms, op, erased, sha256, op_id, object_id, kind FROM change
WHERE municipality = ?1 AND change > ?2 ORDER BY change;

-- name: object_find
SELECT type, change, seen FROM object WHERE municipality = ?1 AND id = ?2;

-- name: object_touch
INSERT INTO object (municipality, id, type, change, seen) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (municipality, id) DO UPDATE
SET type = excluded.type, change = excluded.change, seen = max(seen, excluded.seen);

-- name: object_since
SELECT id, type, change FROM object
WHERE municipality = ?1 AND change > ?2 AND (seen = 1 OR ?3 = 1) ORDER BY change, id;

-- name: device_find
SELECT token_sha256 FROM device WHERE municipality = ?1 AND device_id = ?2;

-- name: device_add
INSERT INTO device (municipality, device_id, token_sha256, first_ms) VALUES (?1, ?2, ?3, ?4);

-- name: quarantine_put
INSERT INTO quarantine (municipality, sha256, op_id, object_id, device_id, standing, first_server, received_ms,
                        sent_ms, reason, op)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (municipality, sha256) DO UPDATE SET reason = excluded.reason;

-- name: quarantine_remove
DELETE FROM quarantine WHERE municipality = ?1 AND sha256 = ?2;

-- name: quarantine_forget_object
DELETE FROM quarantine WHERE municipality = ?1 AND object_id = ?2;

-- name: quarantine_of_device
SELECT count(*) FROM quarantine WHERE municipality = ?1 AND device_id = ?2;

-- name: erased_add
INSERT INTO erased (municipality, object_id, op_id, change, received_ms, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (municipality, object_id) DO NOTHING;

-- name: store_read
SELECT municipality, name, demo, server_id, epoch, made_ms, min_lon_e7, min_lat_e7, max_lon_e7, max_lat_e7
FROM store WHERE ?1 = ?1 AND only_row = 1;

-- name: store_insert
INSERT INTO store (only_row, municipality, name, demo, server_id, epoch, made_ms,
                   min_lon_e7, min_lat_e7, max_lon_e7, max_lat_e7)
VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- Tables that a migration has emptied: a log and no object.
-- name: store_is_bare
SELECT EXISTS (SELECT 1 FROM change WHERE municipality = ?1)
   AND NOT EXISTS (SELECT 1 FROM object WHERE municipality = ?1);

-- name: store_set_epoch
UPDATE store SET epoch = ?2 WHERE municipality = ?1;

-- name: store_counts
SELECT (SELECT max(change) FROM change WHERE municipality = ?1),
       (SELECT count(*) FROM comment WHERE municipality = ?1),
       (SELECT total(count) FROM comment_count WHERE municipality = ?1 AND level = 8),
       (SELECT count(*) FROM reply WHERE municipality = ?1),
       (SELECT count(*) FROM reaction WHERE municipality = ?1 AND value > 0),
       (SELECT count(*) FROM card WHERE municipality = ?1 AND withdrawn = 0),
       (SELECT count(*) FROM quarantine WHERE municipality = ?1),
       (SELECT count(*) FROM erased WHERE municipality = ?1);
