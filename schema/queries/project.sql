-- What the writer does to the tables made from the log. ?1 is the municipality.

-- name: comment_load
SELECT seq, id, author_id, standing, kind, mood, title, text, marks, lon_e7, lat_e7, building_id, shape, path,
       place_source, accuracy_m, precision_m, public_lon_e7, public_lat_e7, public_shape, public_path, card_id,
       space_id, meeting_id, quoted_id, receipt, channel, hat, pen_name, strip_name, source, status, status_reason,
       status_note, withdrawn, made_ms, received_ms, text_rev, text_op, title_rev, title_op, place_rev, place_op,
       kind_rev, kind_op, card_rev, card_op, status_rev, status_op, precision_rev, precision_op, space_rev, space_op,
       agree, disagree, unsure, reply_count, photo_count
FROM comment WHERE municipality = ?1 AND id = ?2;

-- The columns in the order of comment_load, from ?2 on.
-- name: comment_put
INSERT OR REPLACE INTO comment
      (municipality, seq, id, author_id, standing, kind, mood, title, text, marks, lon_e7, lat_e7, building_id, shape, path,
       place_source, accuracy_m, precision_m, public_lon_e7, public_lat_e7, public_shape, public_path, card_id,
       space_id, meeting_id, quoted_id, receipt, channel, hat, pen_name, strip_name, source, status, status_reason,
       status_note, withdrawn, made_ms, received_ms, text_rev, text_op, title_rev, title_op, place_rev, place_op,
       kind_rev, kind_op, card_rev, card_op, status_rev, status_op, precision_rev, precision_op, space_rev, space_op,
       agree, disagree, unsure, reply_count, photo_count, geom)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, ?48, ?49, ?50, ?51, ?52, ?53, ?54, ?55, ?56, ?57, ?58, ?59, ?60);

-- name: comment_remove
DELETE FROM comment WHERE municipality = ?1 AND seq = ?2;

-- name: comment_set_reactions
UPDATE comment SET agree = ?3, disagree = ?4, unsure = ?5 WHERE municipality = ?1 AND seq = ?2;

-- name: comment_count_replies
UPDATE comment SET reply_count = (SELECT count(*) FROM reply r
       WHERE r.municipality = ?1 AND r.comment_id = ?3 AND r.withdrawn = 0 AND r.status IN (2, 3))
WHERE municipality = ?1 AND seq = ?2;

-- name: comment_count_photos
UPDATE comment SET photo_count = (SELECT count(*) FROM photo p
       WHERE p.municipality = ?1 AND p.comment_id = ?3 AND p.withdrawn = 0)
WHERE municipality = ?1 AND seq = ?2;

-- What came before its comment.
-- name: comment_early
SELECT (SELECT total(value = 1) FROM reaction WHERE municipality = ?1 AND object_id = ?2),
       (SELECT total(value = 2) FROM reaction WHERE municipality = ?1 AND object_id = ?2),
       (SELECT total(value = 3) FROM reaction WHERE municipality = ?1 AND object_id = ?2),
       (SELECT count(*) FROM reply WHERE municipality = ?1 AND comment_id = ?2),
       (SELECT count(*) FROM photo WHERE municipality = ?1 AND comment_id = ?2 AND withdrawn = 0);

-- name: comment_author
SELECT author_id, space_id FROM comment WHERE municipality = ?1 AND id = ?2;

-- name: comments_of_space
SELECT id FROM comment WHERE municipality = ?1 AND space_id = ?2 ORDER BY seq;

-- name: comments_of_meeting
SELECT id FROM comment WHERE municipality = ?1 AND meeting_id = ?2 ORDER BY seq;

-- What an erased object takes along: its photos, appeals about it, and where it is quoted.
-- name: object_dependents
SELECT id, 6 FROM photo WHERE municipality = ?1 AND comment_id = ?2
UNION ALL SELECT id, 7 FROM appeal WHERE municipality = ?1 AND target_id = ?2
UNION ALL SELECT id, 1 FROM comment WHERE municipality = ?1 AND quoted_id = ?2 ORDER BY 2, 1;

-- name: comment_set_receipt
UPDATE comment SET received_ms = ?3, made_ms = ?4 WHERE municipality = ?1 AND id = ?2;

-- name: reply_set_receipt
UPDATE reply SET received_ms = ?3, made_ms = ?4 WHERE municipality = ?1 AND id = ?2;

-- name: photo_set_receipt
UPDATE photo SET received_ms = ?3, made_ms = ?4 WHERE municipality = ?1 AND id = ?2;

-- name: appeal_set_receipt
UPDATE appeal SET received_ms = ?3, made_ms = ?4 WHERE municipality = ?1 AND id = ?2;

-- name: geom_put
INSERT OR REPLACE INTO idx_comment_geom (pkid, xmin, xmax, ymin, ymax) SELECT ?2, ?3, ?3, ?4, ?4 WHERE ?1 = ?1;

-- name: geom_remove
DELETE FROM idx_comment_geom WHERE pkid = ?2 AND ?1 = ?1;

-- name: reply_load
SELECT seq, id, comment_id, author_id, standing, text, channel, hat, pen_name, source, status, status_reason,
       status_note, withdrawn, made_ms, received_ms, text_rev, text_op, status_rev, status_op
FROM reply WHERE municipality = ?1 AND id = ?2;

-- name: reply_put
INSERT OR REPLACE INTO reply
      (municipality, seq, id, comment_id, author_id, standing, text, channel, hat, pen_name, source, status,
       status_reason, status_note, withdrawn, made_ms, received_ms, text_rev, text_op, status_rev, status_op)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21);

-- name: reply_author
SELECT author_id FROM reply WHERE municipality = ?1 AND id = ?2;

-- name: replies_all_of
SELECT id FROM reply WHERE municipality = ?1 AND comment_id = ?2 ORDER BY seq;

-- name: photo_load
SELECT seq, id, comment_id, author_id, standing, sha256, bytes, width, height, position, alt, boxes, status,
       status_reason, status_note, withdrawn, made_ms, received_ms, text_rev, text_op, status_rev, status_op,
       redaction_rev, redaction_op
FROM photo WHERE municipality = ?1 AND id = ?2;

-- name: photo_put
INSERT OR REPLACE INTO photo
      (municipality, seq, id, comment_id, author_id, standing, sha256, bytes, width, height, position, alt, boxes,
       status, status_reason, status_note, withdrawn, made_ms, received_ms, text_rev, text_op, status_rev,
       status_op, redaction_rev, redaction_op)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
        ?24, ?25);

-- name: photo_author
SELECT author_id FROM photo WHERE municipality = ?1 AND id = ?2;

-- name: photo_remove
DELETE FROM photo WHERE municipality = ?1 AND seq = ?2;

-- name: appeal_load
SELECT seq, id, target_id, author_id, standing, text, status, status_reason, status_note, withdrawn, made_ms,
       received_ms, status_rev, status_op
FROM appeal WHERE municipality = ?1 AND id = ?2;

-- name: appeal_put
INSERT OR REPLACE INTO appeal
      (municipality, seq, id, target_id, author_id, standing, text, status, status_reason, status_note, withdrawn,
       made_ms, received_ms, status_rev, status_op)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15);

-- name: appeal_author
SELECT author_id FROM appeal WHERE municipality = ?1 AND id = ?2;

-- name: appeal_remove
DELETE FROM appeal WHERE municipality = ?1 AND seq = ?2;

-- name: reply_remove
DELETE FROM reply WHERE municipality = ?1 AND seq = ?2;

-- name: reply_is_public
SELECT count(*) FROM reply_public WHERE municipality = ?1 AND seq = ?2;

-- name: replies_touch
UPDATE object SET change = ?3, seen = max(seen, ?4)
WHERE municipality = ?1
  AND id IN (SELECT id FROM reply WHERE municipality = ?1 AND comment_id = ?2
                                    AND withdrawn = 0 AND status IN (2, 3));

-- name: reaction_find
SELECT value, rev, op FROM reaction WHERE municipality = ?1 AND object_id = ?2 AND author_id = ?3;

-- name: reaction_put
INSERT INTO reaction (municipality, object_id, author_id, value, rev, op) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (municipality, object_id, author_id) DO UPDATE
SET value = excluded.value, rev = excluded.rev, op = excluded.op;

-- name: card_load
SELECT seq, rev, op, withdrawn FROM card WHERE municipality = ?1 AND id = ?2;

-- name: card_put
INSERT INTO card (municipality, seq, id, title, title_easy, title_en, description, icon, colour, position,
                  withdrawn, rev, op)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (municipality, id) DO UPDATE
SET title = excluded.title, title_easy = excluded.title_easy, title_en = excluded.title_en,
    description = excluded.description, icon = excluded.icon, colour = excluded.colour,
    position = excluded.position, rev = excluded.rev, op = excluded.op;

-- name: card_withdraw
UPDATE card SET withdrawn = 1 WHERE municipality = ?1 AND id = ?2;

-- name: card_remove
DELETE FROM card WHERE municipality = ?1 AND id = ?2;

-- name: space_insert
INSERT INTO space (municipality, seq, id, tier, name, organisation, withdrawn) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0);

-- name: space_tier
SELECT tier FROM space WHERE municipality = ?1 AND id = ?2;

-- name: meeting_load
SELECT rev, op, hold, withdrawn, meeting FROM meeting WHERE municipality = ?1 AND id = ?2;

-- name: meeting_put
INSERT INTO meeting (municipality, seq, id, kind, state, title, space_id, starts_ms, ends_ms, hold, withdrawn, rev,
                     op, meeting)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13)
ON CONFLICT (municipality, id) DO UPDATE
SET kind = excluded.kind, state = excluded.state, title = excluded.title, space_id = excluded.space_id,
    starts_ms = excluded.starts_ms, ends_ms = excluded.ends_ms, hold = excluded.hold, rev = excluded.rev,
    op = excluded.op, meeting = excluded.meeting;

-- name: meeting_withdraw
UPDATE meeting SET withdrawn = 1 WHERE municipality = ?1 AND id = ?2;

-- name: meeting_remove
DELETE FROM meeting WHERE municipality = ?1 AND id = ?2;

-- name: public_view
SELECT kind, channel, hat, status, card_id, CASE title WHEN '' THEN text ELSE title || char(10) || text END,
       building_id, lon_e7, lat_e7, agree, reply_count, id, shape, path, meeting_id
FROM comment_public WHERE municipality = ?1 AND seq = ?2;

-- name: shape_put
INSERT OR REPLACE INTO comment_shape (seq, min_lon_e7, max_lon_e7, min_lat_e7, max_lat_e7)
SELECT ?2, ?3, ?4, ?5, ?6 WHERE ?1 = ?1;

-- name: shape_remove
DELETE FROM comment_shape WHERE seq = ?2 AND ?1 = ?1;

-- For signals.
-- name: comment_words
SELECT text, author_id FROM comment WHERE municipality = ?1 AND seq = ?2;

-- name: point_put
INSERT INTO comment_point (municipality, key, seq, point, card_id) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (municipality, key, seq) DO UPDATE SET point = excluded.point, card_id = excluded.card_id;

-- name: point_remove
DELETE FROM comment_point WHERE municipality = ?1 AND key = ?2 AND seq = ?3;

-- name: count_add
INSERT INTO comment_count (municipality, level, cell, count, lon_sum, lat_sum,
                           kind_1, kind_2, kind_3, kind_4, kind_5, kind_6)
VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6 = 1, ?6 = 2, ?6 = 3, ?6 = 4, ?6 = 5, ?6 = 6)
ON CONFLICT (municipality, level, cell) DO UPDATE
SET count = count + 1, lon_sum = lon_sum + ?4, lat_sum = lat_sum + ?5,
    kind_1 = kind_1 + (?6 = 1), kind_2 = kind_2 + (?6 = 2), kind_3 = kind_3 + (?6 = 3),
    kind_4 = kind_4 + (?6 = 4), kind_5 = kind_5 + (?6 = 5), kind_6 = kind_6 + (?6 = 6);

-- name: count_take
UPDATE comment_count
SET count = count - 1, lon_sum = lon_sum - ?4, lat_sum = lat_sum - ?5,
    kind_1 = kind_1 - (?6 = 1), kind_2 = kind_2 - (?6 = 2), kind_3 = kind_3 - (?6 = 3),
    kind_4 = kind_4 - (?6 = 4), kind_5 = kind_5 - (?6 = 5), kind_6 = kind_6 - (?6 = 6)
WHERE municipality = ?1 AND level = ?2 AND cell = ?3;

-- name: count_drop_empty
DELETE FROM comment_count WHERE municipality = ?1 AND level = ?2 AND cell = ?3 AND count = 0;

-- name: text_add
INSERT INTO comment_text (rowid, grams) SELECT ?2, ?3 WHERE ?1 = ?1;

-- name: text_remove
INSERT INTO comment_text (comment_text, rowid, grams) SELECT 'delete', ?2, ?3 WHERE ?1 = ?1;

-- name: text_optimise
INSERT INTO comment_text (comment_text) SELECT 'optimize' WHERE ?1 = ?1;
