-- What is decided about, and what was. ?1 is the municipality in every statement.
-- Which rows: ?4 1 when the caller reaches the open city and every meeting, but not the spaces of ?6; ?5 the
-- spaces and meetings the caller belongs to; ?7 a meeting or NULL; ?8 a space or NULL.

-- Ids, oldest first, above the seq ?2; ?3 at most. Each kind by its own index, then merged: the queue of a
-- million comments is as quick as its first page.
-- name: review_held
SELECT seq, id FROM (
  SELECT * FROM (SELECT c.seq, c.id FROM comment c INDEXED BY comment_held
    WHERE c.municipality = ?1 AND c.seq > ?2 AND c.status = 1 AND c.withdrawn = 0 AND (?9 = 0 OR c.status_reason GLOB 'signal_*')
    AND ((?4 = 1 AND (c.space_id IS NULL OR NOT id_in_list(?6, c.space_id))) OR id_in_list(?5, c.meeting_id) OR id_in_list(?5, c.space_id))
    AND (?7 IS NULL OR c.meeting_id = ?7) AND (?8 IS NULL OR c.space_id = ?8)
    ORDER BY c.seq LIMIT ?3)
  UNION ALL
  SELECT * FROM (SELECT r.seq, r.id FROM reply r INDEXED BY reply_held
  LEFT JOIN comment c ON c.municipality = r.municipality AND c.id = r.comment_id
    WHERE r.municipality = ?1 AND r.seq > ?2 AND r.status = 1 AND r.withdrawn = 0 AND (?9 = 0 OR r.status_reason GLOB 'signal_*')
    AND ((?4 = 1 AND (c.space_id IS NULL OR NOT id_in_list(?6, c.space_id))) OR id_in_list(?5, c.meeting_id) OR id_in_list(?5, c.space_id))
    AND (?7 IS NULL OR c.meeting_id = ?7) AND (?8 IS NULL OR c.space_id = ?8)
    ORDER BY r.seq LIMIT ?3)
  UNION ALL
  SELECT * FROM (SELECT p.seq, p.id FROM photo p INDEXED BY photo_held
  LEFT JOIN comment c ON c.municipality = p.municipality AND c.id = p.comment_id
    WHERE p.municipality = ?1 AND p.seq > ?2 AND p.status = 1 AND p.withdrawn = 0 AND (?9 = 0 OR p.status_reason GLOB 'signal_*')
    AND ((?4 = 1 AND (c.space_id IS NULL OR NOT id_in_list(?6, c.space_id))) OR id_in_list(?5, c.meeting_id) OR id_in_list(?5, c.space_id))
    AND (?7 IS NULL OR c.meeting_id = ?7) AND (?8 IS NULL OR c.space_id = ?8)
    ORDER BY p.seq LIMIT ?3))
ORDER BY seq LIMIT ?3;

-- name: review_all
SELECT seq, id FROM (
  SELECT * FROM (SELECT c.seq, c.id FROM comment c
    WHERE +c.municipality = ?1 AND c.seq > ?2
    AND ((?4 = 1 AND (c.space_id IS NULL OR NOT id_in_list(?6, c.space_id))) OR id_in_list(?5, c.meeting_id) OR id_in_list(?5, c.space_id))
    AND (?7 IS NULL OR c.meeting_id = ?7) AND (?8 IS NULL OR c.space_id = ?8)
    ORDER BY c.seq LIMIT ?3)
  UNION ALL
  SELECT * FROM (SELECT r.seq, r.id FROM reply r
  LEFT JOIN comment c ON c.municipality = r.municipality AND c.id = r.comment_id
    WHERE +r.municipality = ?1 AND r.seq > ?2
    AND ((?4 = 1 AND (c.space_id IS NULL OR NOT id_in_list(?6, c.space_id))) OR id_in_list(?5, c.meeting_id) OR id_in_list(?5, c.space_id))
    AND (?7 IS NULL OR c.meeting_id = ?7) AND (?8 IS NULL OR c.space_id = ?8)
    ORDER BY r.seq LIMIT ?3)
  UNION ALL
  SELECT * FROM (SELECT p.seq, p.id FROM photo p
  LEFT JOIN comment c ON c.municipality = p.municipality AND c.id = p.comment_id
    WHERE +p.municipality = ?1 AND p.seq > ?2
    AND ((?4 = 1 AND (c.space_id IS NULL OR NOT id_in_list(?6, c.space_id))) OR id_in_list(?5, c.meeting_id) OR id_in_list(?5, c.space_id))
    AND (?7 IS NULL OR c.meeting_id = ?7) AND (?8 IS NULL OR c.space_id = ?8)
    ORDER BY p.seq LIMIT ?3))
ORDER BY seq LIMIT ?3;

-- What somebody objects to; the cursor is the appeal's.
-- name: review_appealed
SELECT a.seq, a.target_id
FROM appeal a INDEXED BY appeal_held
LEFT JOIN reply r ON r.municipality = a.municipality AND r.id = a.target_id
LEFT JOIN photo p ON p.municipality = a.municipality AND p.id = a.target_id
LEFT JOIN comment c ON c.municipality = a.municipality AND c.id = coalesce(r.comment_id, p.comment_id, a.target_id)
WHERE a.municipality = ?1 AND a.seq > ?2 AND a.status = 1 AND a.withdrawn = 0
    AND ((?4 = 1 AND (c.space_id IS NULL OR NOT id_in_list(?6, c.space_id))) OR id_in_list(?5, c.meeting_id) OR id_in_list(?5, c.space_id))
    AND (?7 IS NULL OR c.meeting_id = ?7) AND (?8 IS NULL OR c.space_id = ?8)
ORDER BY a.seq LIMIT ?3;

-- name: review_find
SELECT seq, id, type, comment_id, author_id, meeting_id, space_id, status, status_reason, status_note, kind, channel, hat,
       standing, title, text, pen_name, lon_e7, lat_e7, precision_m, made_ms, text_rev, status_rev, precision_rev, space_rev,
       redaction_rev, reply_count
FROM review WHERE municipality = ?1 AND id = ?2;

-- name: review_by_receipt
SELECT seq, id, 1, NULL, author_id, meeting_id, space_id, CASE withdrawn WHEN 1 THEN 5 ELSE status END, status_reason,
       status_note, kind, channel, hat, standing, title, text, pen_name, lon_e7, lat_e7, precision_m, made_ms, text_rev,
       status_rev, precision_rev, space_rev, 0, reply_count
FROM comment WHERE municipality = ?1 AND receipt = ?2 ORDER BY seq LIMIT 1;

-- name: review_photos_of
SELECT id FROM photo WHERE municipality = ?1 AND comment_id = ?2 AND withdrawn = 0 ORDER BY position, id;

-- name: review_quotations
SELECT id FROM comment WHERE municipality = ?1 AND quoted_id = ?2 ORDER BY seq;

-- Withdrawn ones, too.
-- name: review_appeal_ids
SELECT id FROM appeal WHERE municipality = ?1 AND target_id = ?2 ORDER BY seq;

-- name: appeals_of
SELECT id, target_id, author_id, text, status, status_note, status_rev, made_ms FROM appeal
WHERE municipality = ?1 AND target_id = ?2 AND withdrawn = 0 ORDER BY seq;

-- name: appeals_find
SELECT id, target_id, author_id, text, status, status_note, status_rev, made_ms FROM appeal
WHERE municipality = ?1 AND id = ?2 AND withdrawn = 0;

-- name: review_history
SELECT change, received_ms, standing, erased, op FROM change INDEXED BY change_object
WHERE municipality = ?1 AND object_id = ?2 AND kind <> 4 ORDER BY change;

-- Where an object lies: what the rules settle by (server/sync/apply.h).
-- name: review_around
SELECT s.tier, m.hold
FROM (SELECT 1) LEFT JOIN space s ON s.municipality = ?1 AND s.id = ?2 AND s.withdrawn = 0
LEFT JOIN meeting m ON m.municipality = ?1 AND m.id = ?3 AND m.withdrawn = 0;

-- name: device_objects
SELECT d.object_id, o.type FROM device_object d JOIN object o ON o.municipality = d.municipality AND o.id = d.object_id
WHERE d.municipality = ?1 AND d.device_id = ?2 ORDER BY d.object_id;

-- name: device_object_add
INSERT INTO device_object (municipality, device_id, object_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- name: quarantine_list_of_device
SELECT op_id, object_id, reason FROM quarantine WHERE municipality = ?1 AND device_id = ?2 ORDER BY seq LIMIT 1000;

-- In the newest run over what the public sees of the open space.
-- name: cluster_of_comment
SELECT m.number FROM cluster_member m
WHERE m.municipality = ?1 AND m.comment_id = ?2
  AND m.run_id = (SELECT max(id) FROM cluster_run WHERE municipality = ?1 AND audience = 0 AND space_id = zeroblob(16));

-- What a meeting's comments are, by who wrote them on which tablet.
-- name: board_people
SELECT c.pen_name, count(*), sum(c.status = 1), max(c.made_ms) FROM comment c
WHERE c.municipality = ?1 AND c.meeting_id = ?2 AND c.withdrawn = 0 GROUP BY c.author_id, c.pen_name ORDER BY c.pen_name;

-- name: board_tablets
SELECT d.device_id, count(*) FROM comment c JOIN device_object d ON d.municipality = c.municipality AND d.object_id = c.id
WHERE c.municipality = ?1 AND c.meeting_id = ?2 AND c.withdrawn = 0 GROUP BY d.device_id;

-- name: board_counts
SELECT count(*), coalesce(sum(status = 1), 0), coalesce(sum(status IN (2, 3)), 0) FROM comment
WHERE municipality = ?1 AND meeting_id = ?2 AND withdrawn = 0;

-- name: meeting_held
SELECT id, status_reason, status_rev FROM comment
WHERE municipality = ?1 AND meeting_id = ?2 AND status = 1 AND withdrawn = 0 ORDER BY seq LIMIT ?3;
