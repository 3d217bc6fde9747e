-- Join codes, presence and the city's words. ?1 is the municipality in every statement.

-- name: join_code_put
INSERT INTO join_code (municipality, meeting_id, code, made_ms, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (municipality, meeting_id) DO UPDATE
SET code = excluded.code, made_ms = excluded.made_ms, expires_ms = excluded.expires_ms;

-- name: join_code_until
UPDATE join_code SET expires_ms = ?3 WHERE municipality = ?1 AND meeting_id = ?2;

-- name: join_code_remove
DELETE FROM join_code WHERE municipality = ?1 AND meeting_id = ?2;

-- name: join_code_find
SELECT meeting_id, code, expires_ms FROM join_code WHERE municipality = ?1 AND code = ?2 AND expires_ms > ?3;

-- name: join_code_of
SELECT meeting_id, code, expires_ms FROM join_code WHERE municipality = ?1 AND meeting_id = ?2 AND expires_ms > ?3;

-- A tablet that comes again keeps its number.
-- name: presence_join
INSERT INTO presence (municipality, meeting_id, device_id, tablet, joined_ms, seen_ms)
VALUES (?1, ?2, ?3, 1 + (SELECT coalesce(max(tablet), 0) FROM presence WHERE municipality = ?1 AND meeting_id = ?2), ?4, ?4)
ON CONFLICT (municipality, meeting_id, device_id) DO UPDATE SET seen_ms = max(seen_ms, excluded.seen_ms);

-- name: presence_tell
UPDATE presence SET seen_ms = max(seen_ms, ?4), waiting = ?5, oldest_s = ?6
WHERE municipality = ?1 AND meeting_id = ?2 AND device_id = ?3;

-- name: presence_find
SELECT device_id, tablet, joined_ms, seen_ms, waiting, oldest_s FROM presence
WHERE municipality = ?1 AND meeting_id = ?2 AND device_id = ?3;

-- name: presence_list
SELECT device_id, tablet, joined_ms, seen_ms, waiting, oldest_s FROM presence
WHERE municipality = ?1 AND meeting_id = ?2 ORDER BY tablet;

-- name: watch_words_list
SELECT word FROM watch_word WHERE municipality = ?1 ORDER BY position;

-- name: watch_words_clear
DELETE FROM watch_word WHERE municipality = ?1;

-- name: watch_words_add
INSERT INTO watch_word (municipality, position, word) VALUES (?1, ?2, ?3);

-- name: meetings_find
SELECT id, rev, meeting FROM meeting WHERE municipality = ?1 AND id = ?2 AND withdrawn = 0;

-- Newest first: all that lie outside of the closed spaces ?4 when ?2 is 1, and those of ?3.
-- name: meetings_list
SELECT id, rev, meeting FROM meeting
WHERE municipality = ?1 AND withdrawn = 0
  AND ((?2 = 1 AND (space_id IS NULL OR NOT id_in_list(?4, space_id))) OR id_in_list(?3, id))
ORDER BY starts_ms DESC, id DESC LIMIT ?5;
