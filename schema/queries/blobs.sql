-- Photos' bytes. ?1 is the municipality.

-- name: blob_find
SELECT sha256, width, height, display_sha256, display_bytes, thumb_sha256, thumb_bytes, made_ms
FROM blob WHERE municipality = ?1 AND sha256 = ?2;

-- name: blob_list
SELECT sha256, width, height, display_sha256, display_bytes, thumb_sha256, thumb_bytes, made_ms
FROM blob WHERE municipality = ?1 AND sha256 > ?2 ORDER BY sha256 LIMIT ?3;

-- name: blob_put
INSERT INTO blob (municipality, sha256, width, height, display_sha256, display_bytes, thumb_sha256, thumb_bytes, made_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (municipality, sha256) DO UPDATE SET
    width = excluded.width, height = excluded.height, display_sha256 = excluded.display_sha256,
    display_bytes = excluded.display_bytes, thumb_sha256 = excluded.thumb_sha256,
    thumb_bytes = excluded.thumb_bytes, made_ms = excluded.made_ms;

-- name: blob_remove
DELETE FROM blob WHERE municipality = ?1 AND sha256 = ?2;

-- name: blob_cover_put
INSERT INTO blob_cover (municipality, sha256, photo_id, redaction_op) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (municipality, sha256, photo_id) DO UPDATE SET redaction_op = excluded.redaction_op;

-- name: blob_cover_clear
DELETE FROM blob_cover WHERE municipality = ?1 AND sha256 = ?2;

-- name: blob_refuse
INSERT INTO blob_refused (municipality, sha256, reason, refused_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (municipality, sha256) DO NOTHING;

-- name: blob_refused
SELECT reason FROM blob_refused WHERE municipality = ?1 AND sha256 = ?2;

-- name: blob_wanted_bytes
SELECT max(bytes) FROM photo_wanted WHERE municipality = ?1 AND sha256 = ?2;

-- name: blob_redactions
SELECT id, redaction_rev, redaction_op, boxes FROM photo_wanted
WHERE municipality = ?1 AND sha256 = ?2 ORDER BY id;

-- name: blob_next_unwanted
SELECT b.sha256 FROM blob b
WHERE b.municipality = ?1 AND b.sha256 > ?2
  AND NOT EXISTS (SELECT 1 FROM photo_wanted p WHERE p.municipality = b.municipality AND p.sha256 = b.sha256)
ORDER BY b.sha256 LIMIT 1;

-- name: blob_next_uncovered
SELECT b.sha256 FROM blob b
WHERE b.municipality = ?1 AND b.sha256 > ?2
  AND EXISTS (SELECT 1 FROM photo_uncovered p WHERE p.municipality = b.municipality AND p.sha256 = b.sha256)
ORDER BY b.sha256 LIMIT 1;

-- name: blob_shown
SELECT b.sha256, b.width, b.height, b.display_sha256, b.display_bytes, b.thumb_sha256, b.thumb_bytes, b.made_ms
FROM photo_{audience} p
JOIN blob b ON b.municipality = p.municipality AND b.sha256 = p.sha256
WHERE p.municipality = ?1 AND p.id = ?2 AND (p.scope IS NULL OR instr(?3, p.scope) % 16 = 1)
  AND NOT EXISTS (SELECT 1 FROM photo_uncovered u WHERE u.municipality = p.municipality AND u.sha256 = p.sha256);

-- name: photo_place
SELECT c.meeting_id, c.space_id
FROM photo p JOIN comment c ON c.municipality = p.municipality AND c.id = p.comment_id
WHERE p.municipality = ?1 AND p.id = ?2;

-- name: blob_uses
SELECT p.id, p.comment_id, c.meeting_id,
       EXISTS (SELECT 1 FROM photo_public s WHERE s.municipality = p.municipality AND s.id = p.id)
       AND NOT EXISTS (SELECT 1 FROM photo_uncovered u
                       WHERE u.municipality = p.municipality AND u.sha256 = w.sha256)
FROM photo_wanted w
JOIN photo p ON p.municipality = w.municipality AND p.id = w.id
JOIN comment c ON c.municipality = p.municipality AND c.id = p.comment_id
WHERE w.municipality = ?1 AND w.sha256 = ?2 ORDER BY p.id LIMIT 64;

-- name: blob_counts
SELECT (SELECT count(*) FROM blob WHERE municipality = ?1),
       (SELECT total(display_bytes + thumb_bytes) FROM blob WHERE municipality = ?1),
       (SELECT count(DISTINCT p.sha256) FROM photo_wanted p
        WHERE p.municipality = ?1
          AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.municipality = p.municipality AND b.sha256 = p.sha256)
          AND NOT EXISTS (SELECT 1 FROM blob_refused r WHERE r.municipality = p.municipality AND r.sha256 = p.sha256));
