-- What the writer does to the tables made from the log. ?1 is the municipality.

-- name: comment_load
SELECT seq, author_id, kind, text, lon_e7, lat_e7, building_id, card_id, space_id, channel, hat, pen_name,
       status, withdrawn, made_ms, received_ms, text_rev, text_op, place_rev, place_op, kind_rev, kind_op,
       card_rev, card_op, status_rev, status_op, agree, disagree, unsure, reply_count
FROM comment WHERE municipality = ?1 AND id = ?2;

-- name: comment_insert
INSERT INTO comment (municipality, seq, id, author_id, kind, text, lon_e7, lat_e7, building_id,
                     public_lon_e7, public_lat_e7, card_id, space_id, channel, hat, pen_name, status,
                     withdrawn, made_ms, received_ms, text_rev, text_op, place_rev, place_op, kind_rev,
                     kind_op, card_rev, card_op, status_rev, status_op, agree, disagree, unsure,
                     reply_count, geom)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?7, ?8, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
        ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33);

-- name: comment_update
UPDATE comment SET kind = ?3, text = ?4, lon_e7 = ?5, lat_e7 = ?6, public_lon_e7 = ?5, public_lat_e7 = ?6,
       building_id = ?7, card_id = ?8, status = ?9, withdrawn = ?10, text_rev = ?11, text_op = ?12,
       place_rev = ?13, place_op = ?14, kind_rev = ?15, kind_op = ?16, card_rev = ?17, card_op = ?18,
       status_rev = ?19, status_op = ?20, geom = ?21
WHERE municipality = ?1 AND seq = ?2;

-- name: comment_remove
DELETE FROM comment WHERE municipality = ?1 AND seq = ?2;

-- name: comment_set_reactions
UPDATE comment SET agree = ?3, disagree = ?4, unsure = ?5 WHERE municipality = ?1 AND seq = ?2;

-- name: comment_count_replies
UPDATE comment SET reply_count = (SELECT count(*) FROM reply r
       WHERE r.municipality = ?1 AND r.comment_id = ?3 AND r.withdrawn = 0 AND r.status IN (2, 3))
WHERE municipality = ?1 AND seq = ?2;

-- name: geom_put
INSERT INTO idx_comment_geom (pkid, xmin, xmax, ymin, ymax) SELECT ?2, ?3, ?3, ?4, ?4 WHERE ?1 = ?1;

-- name: geom_remove
DELETE FROM idx_comment_geom WHERE pkid = ?2 AND ?1 = ?1;

-- name: reply_load
SELECT seq, comment_id, author_id, text, channel, hat, pen_name, status, withdrawn, made_ms, received_ms,
       text_rev, text_op, status_rev, status_op
FROM reply WHERE municipality = ?1 AND id = ?2;

-- name: reply_insert
INSERT INTO reply (municipality, seq, id, comment_id, author_id, text, channel, hat, pen_name, status,
                   withdrawn, made_ms, received_ms, text_rev, text_op, status_rev, status_op)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17);

-- name: reply_update
UPDATE reply SET text = ?3, status = ?4, withdrawn = ?5, text_rev = ?6, text_op = ?7, status_rev = ?8,
       status_op = ?9
WHERE municipality = ?1 AND seq = ?2;

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

-- name: reaction_sums
SELECT total(value = 1), total(value = 2), total(value = 3) FROM reaction
WHERE municipality = ?1 AND object_id = ?2;

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
INSERT INTO space (municipality, seq, id, tier, name, withdrawn) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: space_tier
SELECT tier FROM space WHERE municipality = ?1 AND id = ?2;

-- name: public_view
SELECT kind, channel, hat, status, card_id, text, building_id, lon_e7, lat_e7, agree, reply_count, id
FROM comment_public WHERE municipality = ?1 AND seq = ?2;

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
