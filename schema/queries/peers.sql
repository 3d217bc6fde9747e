-- Other servers, and how far each has come (0007_peers.sql). ?1 is the municipality everywhere.

-- name: peer_add
INSERT INTO peer (municipality, id, name, role, added_ms) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: peer_remove
DELETE FROM peer WHERE municipality = ?1 AND name = ?2 RETURNING id;

-- name: peer_progress_remove
DELETE FROM peer_progress WHERE municipality = ?1 AND peer_id = ?2;

-- name: peer_find
SELECT id, name, role, added_ms,
       (SELECT max(contact_ms) FROM peer_progress g WHERE g.municipality = p.municipality AND g.peer_id = p.id)
FROM peer p WHERE municipality = ?1 AND id = ?2;

-- name: peer_list
SELECT id, name, role, added_ms,
       (SELECT max(contact_ms) FROM peer_progress g WHERE g.municipality = p.municipality AND g.peer_id = p.id)
FROM peer p WHERE municipality = ?1 ORDER BY name;

-- name: peer_progress_find
SELECT change, news, op_id FROM peer_progress
WHERE municipality = ?1 AND peer_id = ?2 AND server_id = ?3 AND epoch = ?4;

-- name: peer_progress_newest
SELECT server_id, epoch, change, news FROM peer_progress
WHERE municipality = ?1 AND peer_id = ?2 ORDER BY contact_ms DESC LIMIT 1;

-- name: peer_progress_put
INSERT INTO peer_progress (municipality, peer_id, server_id, epoch, change, news, op_id, contact_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (municipality, peer_id, server_id, epoch) DO UPDATE
SET op_id = CASE WHEN excluded.change > change THEN excluded.op_id ELSE op_id END,
    change = max(change, excluded.change), news = max(news, excluded.news), contact_ms = excluded.contact_ms;

-- A key that is used by ever new epochs fills nothing.
-- name: peer_progress_trim
DELETE FROM peer_progress WHERE municipality = ?1 AND peer_id = ?2 AND (server_id, epoch) NOT IN
(SELECT server_id, epoch FROM peer_progress WHERE municipality = ?1 AND peer_id = ?2
 ORDER BY contact_ms DESC LIMIT 16);

-- name: upstream_read
SELECT url, ca_file, sealed, server_id, epoch, change, news, op_id, own_epoch, pushed, pushed_news, contact_ms, file_id
FROM upstream WHERE municipality = ?1;

-- name: upstream_put
INSERT INTO upstream (municipality, url, ca_file, sealed, server_id, epoch, change, news, op_id,
                      own_epoch, pushed, pushed_news, contact_ms, file_id)
VALUES (?1, ?2, ?3, ?4, zeroblob(16), zeroblob(16), 0, 0, zeroblob(16), zeroblob(16), 0, 0, 0, zeroblob(16))
ON CONFLICT (municipality) DO UPDATE SET url = excluded.url, ca_file = excluded.ca_file, sealed = excluded.sealed;

-- name: upstream_remove
DELETE FROM upstream WHERE municipality = ?1;

-- name: upstream_taken
UPDATE upstream SET change = ?4, news = ?5, op_id = ?6, contact_ms = ?7
WHERE municipality = ?1 AND server_id = ?2 AND epoch = ?3;

-- name: upstream_pushed
UPDATE upstream SET own_epoch = ?4, pushed = ?5, pushed_news = ?6, contact_ms = ?7
WHERE municipality = ?1 AND server_id = ?2 AND epoch = ?3;

-- name: upstream_begin
UPDATE upstream SET server_id = ?2, epoch = ?3, own_epoch = ?4, change = ?5, news = ?6, op_id = ?7,
       pushed = 0, pushed_news = 0
WHERE municipality = ?1;

-- name: upstream_met
UPDATE upstream SET contact_ms = ?2 WHERE municipality = ?1;

-- name: upstream_file
UPDATE upstream SET file_id = ?2 WHERE municipality = ?1;

-- name: upstream_run_find
SELECT first, last FROM upstream_run WHERE municipality = ?1 AND last >= ?2 ORDER BY first LIMIT 1;

-- name: upstream_run_extend
UPDATE upstream_run SET last = ?3 WHERE municipality = ?1 AND last = ?2 - 1 RETURNING first;

-- name: upstream_run_add
INSERT OR REPLACE INTO upstream_run (municipality, first, last) VALUES (?1, ?2, ?3);

-- name: upstream_run_clear
DELETE FROM upstream_run WHERE municipality = ?1;

-- name: renewal_add
INSERT OR IGNORE INTO renewal (municipality, found_ms) VALUES (?1, ?2);

-- name: renewal_find
SELECT count(*) FROM renewal WHERE municipality = ?1;

-- name: renewal_remove
DELETE FROM renewal WHERE municipality = ?1;

-- name: store_set_identity
UPDATE store SET server_id = ?2, epoch = ?3 WHERE municipality = ?1;

-- name: news_newest
SELECT max(news) FROM news WHERE municipality = ?1;

-- name: news_add
INSERT OR REPLACE INTO news (municipality, news, kind, ref)
SELECT ?1, 1 + coalesce(max(news), 0), ?2, ?3 FROM news WHERE municipality = ?1;

-- name: news_since
SELECT news, kind, ref FROM news WHERE municipality = ?1 AND news > ?2 ORDER BY news;

-- name: change_op_at
SELECT op_id FROM change WHERE municipality = ?1 AND change = ?2;

-- name: device_seq_around
SELECT first, last FROM device_seq
WHERE municipality = ?1 AND device_id = ?2 AND first <= ?3 + 1 AND last >= ?3 - 1 ORDER BY first;

-- name: device_seq_put
INSERT INTO device_seq (municipality, device_id, first, last) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (municipality, device_id, first) DO UPDATE SET last = excluded.last;

-- name: device_seq_remove
DELETE FROM device_seq WHERE municipality = ?1 AND device_id = ?2 AND first = ?3;

-- name: device_seq_runs
SELECT first, last FROM device_seq WHERE municipality = ?1 AND device_id = ?2 ORDER BY first;

-- name: device_seq_count
SELECT count(*) FROM device_seq WHERE municipality = ?1 AND device_id = ?2;

-- name: change_envelopes
SELECT change, op_id, op, sha256, first_server, received_ms, sent_ms, standing, erased, '' FROM change
WHERE municipality = ?1 AND change >= ?2 AND change <= ?3 ORDER BY change;

-- name: change_envelope
SELECT op, sha256, first_server, received_ms, sent_ms, standing, erased, '' FROM change
WHERE municipality = ?1 AND op_id = ?2;

-- name: quarantine_envelope
SELECT op, sha256, first_server, received_ms, sent_ms, standing, 0, reason FROM quarantine
WHERE municipality = ?1 AND sha256 = ?2;

-- name: change_hashes
SELECT op_id, sha256 FROM change WHERE municipality = ?1 AND op_id >= ?2 AND op_id < ?3 ORDER BY op_id;

-- name: have_op
SELECT change FROM change WHERE municipality = ?1 AND op_id = ?2;

-- name: have_refused
SELECT n.news FROM quarantine q JOIN news n ON n.municipality = q.municipality AND n.kind = 1 AND n.ref = q.sha256
WHERE q.municipality = ?1 AND q.op_id = ?2;

-- name: have_photo
SELECT n.news FROM news n WHERE n.municipality = ?1 AND n.kind = 3 AND n.ref = ?2;
