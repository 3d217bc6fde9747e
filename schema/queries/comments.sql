-- What an audience may read: {audience} is public, member and staff in turn. ?1 is the municipality.
-- The columns of a comment are the same in all of these and are read by server/store/view.c.

-- name: comments_find
SELECT seq, id, change, kind, channel, hat, status, edited, card_id, card_title, space_id, space_name, text,
       pen_name, building_id, lon_e7, lat_e7, made_ms, agree, disagree, unsure, reply_count,
       text_rev, place_rev, kind_rev, card_rev, title_rev, title, mood, shape, path, marks, meeting_id, quoted_id,
       source, photo_count, precision_m, status_reason, status_note
FROM comment_{audience} WHERE municipality = ?1 AND id = ?2 AND (scope IS NULL OR id_in_list(?3, scope));

-- name: comments_by_seq
SELECT seq, id, change, kind, channel, hat, status, edited, card_id, card_title, space_id, space_name, text,
       pen_name, building_id, lon_e7, lat_e7, made_ms, agree, disagree, unsure, reply_count,
       text_rev, place_rev, kind_rev, card_rev, title_rev, title, mood, shape, path, marks, meeting_id, quoted_id,
       source, photo_count, precision_m, status_reason, status_note
FROM comment_{audience} WHERE municipality = ?1 AND seq = ?2 AND (scope IS NULL OR id_in_list(?3, scope));

-- From the newest creation down: ?2 below this seq, ?3…?6 box, ?7 kinds, ?8 channels, ?9 hats, ?10 cards or
-- NULL, ?11 since, ?12 words or NULL, ?13 limit, ?14 scopes, ?15 meeting or NULL, ?16 space or NULL.
-- name: comments_down
SELECT seq, id, change, kind, channel, hat, status, edited, card_id, card_title, space_id, space_name, text,
       pen_name, building_id, lon_e7, lat_e7, made_ms, agree, disagree, unsure, reply_count,
       text_rev, place_rev, kind_rev, card_rev, title_rev, title, mood, shape, path, marks, meeting_id, quoted_id,
       source, photo_count, precision_m, status_reason, status_note
FROM comment_{audience}
WHERE +municipality = ?1 AND seq < ?2
  AND lon_e7 BETWEEN ?3 AND ?5 AND lat_e7 BETWEEN ?4 AND ?6
  AND (?7 = 0 OR (1 << kind) & ?7) AND (?8 = 0 OR (1 << channel) & ?8) AND (?9 = 0 OR (1 << hat) & ?9)
  AND (?10 IS NULL OR id_in_list(?10, card_id)) AND change > ?11
  AND (?12 IS NULL OR text_has(title || ' ' || text, ?12)) AND (scope IS NULL OR id_in_list(?14, scope))
  AND (?15 IS NULL OR meeting_id = ?15) AND (?16 IS NULL OR space_id = ?16)
ORDER BY seq DESC LIMIT ?13;

-- (+municipality: walk by seq; the index that begins with the municipality would want sorting.)
-- The same by id, which is about the order of writing and the same on every server; ?2 is not used.
-- name: comments_by_id
SELECT seq, id, change, kind, channel, hat, status, edited, card_id, card_title, space_id, space_name, text,
       pen_name, building_id, lon_e7, lat_e7, made_ms, agree, disagree, unsure, reply_count,
       text_rev, place_rev, kind_rev, card_rev, title_rev, title, mood, shape, path, marks, meeting_id, quoted_id,
       source, photo_count, precision_m, status_reason, status_note
FROM comment_{audience}
WHERE municipality = ?1 AND ?2 = 0
  AND lon_e7 BETWEEN ?3 AND ?5 AND lat_e7 BETWEEN ?4 AND ?6
  AND (?7 = 0 OR (1 << kind) & ?7) AND (?8 = 0 OR (1 << channel) & ?8) AND (?9 = 0 OR (1 << hat) & ?9)
  AND (?10 IS NULL OR id_in_list(?10, card_id)) AND change > ?11
  AND (?12 IS NULL OR text_has(title || ' ' || text, ?12)) AND (scope IS NULL OR id_in_list(?14, scope))
  AND (?15 IS NULL OR meeting_id = ?15) AND (?16 IS NULL OR space_id = ?16)
ORDER BY id LIMIT ?13;

-- Full text first: ?12 is the FTS5 query.
-- name: comments_search
SELECT c.seq, c.id, c.change, c.kind, c.channel, c.hat, c.status, c.edited, c.card_id, c.card_title, c.space_id,
       c.space_name, c.text, c.pen_name, c.building_id, c.lon_e7, c.lat_e7, c.made_ms, c.agree, c.disagree,
       c.unsure, c.reply_count, c.text_rev, c.place_rev, c.kind_rev, c.card_rev, c.title_rev, c.title, c.mood,
       c.shape, c.path, c.marks, c.meeting_id, c.quoted_id, c.source, c.photo_count, c.precision_m,
       c.status_reason, c.status_note
FROM comment_text t CROSS JOIN comment_public c ON c.seq = t.rowid
WHERE comment_text MATCH ?12 AND t.rowid < ?2 AND c.municipality = ?1
  AND c.lon_e7 BETWEEN ?3 AND ?5 AND c.lat_e7 BETWEEN ?4 AND ?6
  AND (?7 = 0 OR (1 << c.kind) & ?7) AND (?8 = 0 OR (1 << c.channel) & ?8) AND (?9 = 0 OR (1 << c.hat) & ?9)
  AND (?10 IS NULL OR id_in_list(?10, c.card_id)) AND c.change > ?11
  AND (?15 IS NULL OR c.meeting_id = ?15) AND (?16 IS NULL OR c.space_id = ?16)
ORDER BY t.rowid DESC LIMIT ?13;

-- What changed first.
-- name: comments_since
SELECT c.seq, c.id, c.change, c.kind, c.channel, c.hat, c.status, c.edited, c.card_id, c.card_title, c.space_id,
       c.space_name, c.text, c.pen_name, c.building_id, c.lon_e7, c.lat_e7, c.made_ms, c.agree, c.disagree,
       c.unsure, c.reply_count, c.text_rev, c.place_rev, c.kind_rev, c.card_rev, c.title_rev, c.title, c.mood,
       c.shape, c.path, c.marks, c.meeting_id, c.quoted_id, c.source, c.photo_count, c.precision_m,
       c.status_reason, c.status_note
FROM object o CROSS JOIN comment_{audience} c ON c.municipality = o.municipality AND c.id = o.id
WHERE o.municipality = ?1 AND o.change > ?11 AND o.type = 1 AND c.seq < ?2
  AND c.lon_e7 BETWEEN ?3 AND ?5 AND c.lat_e7 BETWEEN ?4 AND ?6
  AND (?7 = 0 OR (1 << c.kind) & ?7) AND (?8 = 0 OR (1 << c.channel) & ?8) AND (?9 = 0 OR (1 << c.hat) & ?9)
  AND (?10 IS NULL OR id_in_list(?10, c.card_id))
  AND (?12 IS NULL OR text_has(c.title || ' ' || c.text, ?12)) AND (c.scope IS NULL OR id_in_list(?14, c.scope))
  AND (?15 IS NULL OR c.meeting_id = ?15) AND (?16 IS NULL OR c.space_id = ?16)
ORDER BY c.seq DESC LIMIT ?13;

-- name: replies_of
SELECT seq, id, comment_id, change, channel, hat, status, edited, text, pen_name, made_ms, text_rev, source,
       status_reason, status_note
FROM reply_{audience} WHERE municipality = ?1 AND comment_id = ?2 AND (scope IS NULL OR id_in_list(?3, scope))
ORDER BY made_ms, id;

-- name: replies_find
SELECT seq, id, comment_id, change, channel, hat, status, edited, text, pen_name, made_ms, text_rev, source,
       status_reason, status_note
FROM reply_{audience} WHERE municipality = ?1 AND id = ?2 AND (scope IS NULL OR id_in_list(?3, scope));

-- name: cards_list
SELECT k.id, o.change, k.title, k.title_easy, k.title_en, k.description, k.icon, k.colour, k.position,
       (SELECT count(*) FROM comment_point p WHERE p.municipality = ?1 AND p.card_id = k.id)
FROM card k JOIN object o ON o.municipality = k.municipality AND o.id = k.id
WHERE k.municipality = ?1 AND k.withdrawn = 0 ORDER BY k.position, k.id;

-- name: cards_find
SELECT k.id, o.change, k.title, k.title_easy, k.title_en, k.description, k.icon, k.colour, k.position,
       (SELECT count(*) FROM comment_point p WHERE p.municipality = ?1 AND p.card_id = k.id)
FROM card k JOIN object o ON o.municipality = k.municipality AND o.id = k.id
WHERE k.municipality = ?1 AND k.withdrawn = 0 AND k.id = ?2;

-- name: points_in_range
SELECT key, seq, point FROM comment_point WHERE municipality = ?1 AND key BETWEEN ?2 AND ?3;

-- ?4 kinds, ?5 channels, ?6 hats, ?7 cards or NULL.
-- name: points_search
SELECT c.seq, c.id, c.lon_e7, c.lat_e7, c.kind, c.channel, c.hat, c.status, c.card_id, c.agree, c.reply_count,
       c.building_id
FROM comment_text t CROSS JOIN comment_public c ON c.seq = t.rowid
WHERE comment_text MATCH ?2 AND c.municipality = ?1
  AND (?4 = 0 OR (1 << c.kind) & ?4) AND (?5 = 0 OR (1 << c.channel) & ?5) AND (?6 = 0 OR (1 << c.hat) & ?6)
  AND (?7 IS NULL OR id_in_list(?7, c.card_id))
ORDER BY t.rowid;

-- Whether there may be any in a box: ?2…?5 its least longitude and latitude, then its greatest. Most tiles have none,
-- and the join below costs them more to open than this does to answer.
-- name: shape_is_in_box
SELECT 1 FROM comment_shape
WHERE ?1 = ?1 AND max_lon_e7 >= ?2 AND max_lat_e7 >= ?3 AND min_lon_e7 <= ?4 AND min_lat_e7 <= ?5 LIMIT 1;

-- Lines and areas that reach into a box, the newest first: ?3 and ?8 its least longitude and latitude, ?9 and ?10
-- its greatest; ?2 words or NULL, ?4…?7 as above.
-- name: shapes_in_box
SELECT c.seq, c.id, c.kind, c.hat, c.shape, c.path
FROM comment_shape s CROSS JOIN comment_public c ON c.seq = s.seq
WHERE s.max_lon_e7 >= ?3 AND s.max_lat_e7 >= ?8 AND s.min_lon_e7 <= ?9 AND s.min_lat_e7 <= ?10
  AND c.municipality = ?1 AND c.shape > 0
  AND (?4 = 0 OR (1 << c.kind) & ?4) AND (?5 = 0 OR (1 << c.channel) & ?5) AND (?6 = 0 OR (1 << c.hat) & ?6)
  AND (?7 IS NULL OR id_in_list(?7, c.card_id))
  AND (?2 IS NULL OR text_has(c.title || ' ' || c.text, ?2))
ORDER BY c.seq DESC;

-- name: counts_in_range
SELECT cell, count, lon_sum, lat_sum, kind_1, kind_2, kind_3, kind_4, kind_5, kind_6
FROM comment_count WHERE municipality = ?1 AND level = ?2 AND cell BETWEEN ?3 AND ?4 ORDER BY cell;

-- name: photos_of
SELECT p.id, p.width, p.height, p.version, p.status,
       EXISTS (SELECT 1 FROM blob b WHERE b.municipality = p.municipality AND b.sha256 = p.sha256)
       AND NOT EXISTS (SELECT 1 FROM photo_uncovered u
                       WHERE u.municipality = p.municipality AND u.sha256 = p.sha256), p.alt
FROM photo_{audience} p
WHERE p.municipality = ?1 AND p.comment_id = ?2 AND (p.scope IS NULL OR id_in_list(?3, p.scope))
ORDER BY p.position, p.id;
