-- Thirty tablets without a network: with what right each operation came in and who took it first,
-- meetings, photos, appeals, and all that a comment can say now.
-- The log and the quarantine are kept row by row; every table made from the log is made anew, empty, and
-- filled again from the log when the store is opened (server/store/store.c).

-- The log. standing, first_server, received_ms and sent_ms are those of the server that took the operation
-- first; between servers the highest standing and the earliest receipt win (sync.md S18).
-- erased: 1 what it said was erased here; 2 it came without, and changes nothing.
CREATE TABLE change_new (
    municipality INTEGER NOT NULL,
    change       INTEGER NOT NULL CHECK (change > 0),
    op_id        BLOB    NOT NULL CHECK (length(op_id) = 16),
    object_id    BLOB    NOT NULL CHECK (length(object_id) = 16),
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),
    origin       INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 4),
    standing     INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 6),
    first_server BLOB    NOT NULL CHECK (length(first_server) = 16),
    received_ms  INTEGER NOT NULL,
    sent_ms      INTEGER NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    erased       INTEGER NOT NULL DEFAULT 0 CHECK (erased BETWEEN 0 AND 2),
    op           BLOB    NOT NULL,
    PRIMARY KEY (municipality, change)
) STRICT, WITHOUT ROWID;
INSERT INTO change_new
SELECT c.municipality, c.change, c.op_id, c.object_id, c.kind, c.origin, CASE c.origin WHEN 2 THEN 6 ELSE 0 END,
       s.server_id, c.received_ms, c.sent_ms, c.sha256, c.erased, c.op
FROM change c JOIN store s ON s.only_row = 1;
DROP TABLE change;
ALTER TABLE change_new RENAME TO change;
CREATE UNIQUE INDEX change_op ON change (municipality, op_id);
CREATE INDEX change_object ON change (municipality, object_id, change) WHERE kind <> 4;

-- Refused operations, numbered in the order of their coming so that they can be handed on.
CREATE TABLE quarantine_new (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    municipality INTEGER NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    op_id        BLOB    CHECK (length(op_id) = 16),     -- as far as they could be read
    object_id    BLOB    CHECK (length(object_id) = 16),
    device_id    BLOB    NOT NULL CHECK (length(device_id) = 16),
    standing     INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 6),
    first_server BLOB    NOT NULL CHECK (length(first_server) = 16),
    received_ms  INTEGER NOT NULL,
    sent_ms      INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    op           BLOB    NOT NULL,
    UNIQUE (municipality, sha256)
) STRICT;
INSERT INTO quarantine_new (municipality, sha256, device_id, standing, first_server, received_ms, sent_ms, reason, op)
SELECT q.municipality, q.sha256, q.device_id, 0, s.server_id, q.received_ms, 0, q.reason, q.op
FROM quarantine q JOIN store s ON s.only_row = 1 ORDER BY q.received_ms, q.sha256;
DROP TABLE quarantine;
ALTER TABLE quarantine_new RENAME TO quarantine;
CREATE INDEX quarantine_device ON quarantine (municipality, device_id);
CREATE INDEX quarantine_op ON quarantine (municipality, op_id);
CREATE INDEX quarantine_object ON quarantine (municipality, object_id);

-- --- Made from the log ---------------------------------------------------------------------------

DROP VIEW reply_staff;
DROP VIEW reply_member;
DROP VIEW reply_public;
DROP VIEW comment_staff;
DROP VIEW comment_member;
DROP VIEW comment_public;
DROP TABLE comment_text;
DROP TABLE reply;
DROP TABLE space;
DROP TABLE object;
SELECT DisableSpatialIndex('comment', 'geom');
DROP TABLE idx_comment_geom;
SELECT DiscardGeometryColumn('comment', 'geom');
DROP TABLE comment;
DELETE FROM card;
DELETE FROM reaction;
DELETE FROM erased;
DELETE FROM comment_point;
DELETE FROM comment_count;

-- type: 0 erased, 1 comment, 2 reply, 3 card, 4 space, 5 meeting, 6 photo, 7 appeal.
CREATE TABLE object (
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    type         INTEGER NOT NULL CHECK (type BETWEEN 0 AND 7),
    change       INTEGER NOT NULL,
    seen         INTEGER NOT NULL CHECK (seen IN (0, 1)),
    PRIMARY KEY (municipality, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX object_change ON object (municipality, change);

CREATE TABLE space (
    seq          INTEGER PRIMARY KEY,
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    tier         INTEGER NOT NULL CHECK (tier BETWEEN 1 AND 3),
    name         TEXT    NOT NULL,
    organisation TEXT    NOT NULL,
    withdrawn    INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    UNIQUE (municipality, id)
) STRICT;

-- meeting: the message Meeting of sync.proto; the columns before it are what statements ask for.
CREATE TABLE meeting (
    seq          INTEGER PRIMARY KEY,
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
    state        INTEGER NOT NULL CHECK (state BETWEEN 1 AND 2),
    title        TEXT    NOT NULL,
    space_id     BLOB    CHECK (length(space_id) = 16),
    starts_ms    INTEGER NOT NULL,
    ends_ms      INTEGER NOT NULL,
    hold         INTEGER NOT NULL CHECK (hold IN (0, 1)),
    withdrawn    INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    rev          INTEGER NOT NULL,
    op           BLOB    NOT NULL,
    meeting      BLOB    NOT NULL,
    UNIQUE (municipality, id)
) STRICT;

-- status, status_reason and precision_m are settled: what was decided, else what the rules say (sync.md S17).
-- public_…: the place as the public is shown it. path: corners as int32 pairs, big-endian; marks: drawing and
-- readings as the message Comment (server/sync/parts.h). standing: of the creation.
CREATE TABLE comment (
    seq            INTEGER PRIMARY KEY,
    municipality   INTEGER NOT NULL,
    id             BLOB    NOT NULL CHECK (length(id) = 16),
    author_id      BLOB    NOT NULL CHECK (length(author_id) = 16),
    standing       INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 6),
    kind           INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),
    mood           INTEGER NOT NULL CHECK (mood BETWEEN 0 AND 5),
    title          TEXT    NOT NULL,
    text           TEXT    NOT NULL,
    marks          BLOB    NOT NULL,
    lon_e7         INTEGER NOT NULL CHECK (lon_e7 BETWEEN -1800000000 AND 1800000000),
    lat_e7         INTEGER NOT NULL CHECK (lat_e7 BETWEEN -900000000 AND 900000000),
    building_id    TEXT    NOT NULL,
    shape          INTEGER NOT NULL CHECK (shape BETWEEN 0 AND 2),
    path           BLOB    NOT NULL CHECK (length(path) % 8 = 0),
    place_source   INTEGER NOT NULL CHECK (place_source BETWEEN 0 AND 5),
    accuracy_m     INTEGER NOT NULL,
    precision_m    INTEGER NOT NULL,
    public_lon_e7  INTEGER NOT NULL,
    public_lat_e7  INTEGER NOT NULL,
    public_shape   INTEGER NOT NULL CHECK (public_shape BETWEEN 0 AND 2),
    public_path    BLOB    NOT NULL CHECK (length(public_path) % 8 = 0),
    card_id        BLOB    CHECK (length(card_id) = 16),
    space_id       BLOB    CHECK (length(space_id) = 16),
    meeting_id     BLOB    CHECK (length(meeting_id) = 16),
    quoted_id      BLOB    CHECK (length(quoted_id) = 16),
    receipt        BLOB    CHECK (length(receipt) = 32),
    channel        INTEGER NOT NULL CHECK (channel BETWEEN 1 AND 8),
    hat            INTEGER NOT NULL CHECK (hat BETWEEN 1 AND 5),
    pen_name       TEXT    NOT NULL,
    strip_name     INTEGER NOT NULL CHECK (strip_name IN (0, 1)),
    source         TEXT    NOT NULL,
    status         INTEGER NOT NULL CHECK (status BETWEEN 1 AND 4),
    status_reason  TEXT    NOT NULL,
    status_note    TEXT    NOT NULL,
    withdrawn      INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    made_ms        INTEGER NOT NULL,
    received_ms    INTEGER NOT NULL,
    text_rev       INTEGER NOT NULL,
    text_op        BLOB    NOT NULL,
    title_rev      INTEGER NOT NULL,
    title_op       BLOB    NOT NULL,
    place_rev      INTEGER NOT NULL,
    place_op       BLOB    NOT NULL,
    kind_rev       INTEGER NOT NULL,
    kind_op        BLOB    NOT NULL,
    card_rev       INTEGER NOT NULL,
    card_op        BLOB    NOT NULL,
    status_rev     INTEGER NOT NULL,
    status_op      BLOB    NOT NULL,
    precision_rev  INTEGER NOT NULL,
    precision_op   BLOB    NOT NULL,
    space_rev      INTEGER NOT NULL,
    space_op       BLOB    NOT NULL,
    agree          INTEGER NOT NULL,
    disagree       INTEGER NOT NULL,
    unsure         INTEGER NOT NULL,
    reply_count    INTEGER NOT NULL,
    photo_count    INTEGER NOT NULL, -- whatever their state
    geom           BLOB    NOT NULL,
    UNIQUE (municipality, id)
) STRICT;
CREATE INDEX comment_space ON comment (municipality, space_id) WHERE space_id IS NOT NULL;
CREATE INDEX comment_meeting ON comment (municipality, meeting_id, seq) WHERE meeting_id IS NOT NULL;
CREATE INDEX comment_receipt ON comment (municipality, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX comment_quoted ON comment (municipality, quoted_id) WHERE quoted_id IS NOT NULL;
-- What waits for someone: the moderators' queue.
CREATE INDEX comment_held ON comment (municipality, seq) WHERE status = 1 AND withdrawn = 0;

-- No foreign key to comment: a reply, a photo or an appeal may come before what it belongs to (sync.md S6).
CREATE TABLE reply (
    seq           INTEGER PRIMARY KEY,
    municipality  INTEGER NOT NULL,
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    comment_id    BLOB    NOT NULL CHECK (length(comment_id) = 16),
    author_id     BLOB    NOT NULL CHECK (length(author_id) = 16),
    standing      INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 6),
    text          TEXT    NOT NULL,
    channel       INTEGER NOT NULL CHECK (channel BETWEEN 1 AND 8),
    hat           INTEGER NOT NULL CHECK (hat BETWEEN 1 AND 5),
    pen_name      TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    status        INTEGER NOT NULL CHECK (status BETWEEN 1 AND 4),
    status_reason TEXT    NOT NULL,
    status_note   TEXT    NOT NULL,
    withdrawn     INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    made_ms       INTEGER NOT NULL,
    received_ms   INTEGER NOT NULL,
    text_rev      INTEGER NOT NULL,
    text_op       BLOB    NOT NULL,
    status_rev    INTEGER NOT NULL,
    status_op     BLOB    NOT NULL,
    UNIQUE (municipality, id)
) STRICT;
CREATE INDEX reply_comment ON reply (municipality, comment_id, seq);
CREATE INDEX reply_held ON reply (municipality, seq) WHERE status = 1 AND withdrawn = 0;

-- boxes: what is covered, as the message Redaction; redaction_rev is the photo's version.
CREATE TABLE photo (
    seq           INTEGER PRIMARY KEY,
    municipality  INTEGER NOT NULL,
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    comment_id    BLOB    NOT NULL CHECK (length(comment_id) = 16),
    author_id     BLOB    NOT NULL CHECK (length(author_id) = 16),
    standing      INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 6),
    sha256        BLOB    NOT NULL CHECK (length(sha256) IN (0, 32)), -- 0: of an erased one, on the way
    bytes         INTEGER NOT NULL,
    width         INTEGER NOT NULL,
    height        INTEGER NOT NULL,
    position      INTEGER NOT NULL,
    alt           TEXT    NOT NULL,
    boxes         BLOB    NOT NULL,
    status        INTEGER NOT NULL CHECK (status BETWEEN 1 AND 4),
    status_reason TEXT    NOT NULL,
    status_note   TEXT    NOT NULL,
    withdrawn     INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    made_ms       INTEGER NOT NULL,
    received_ms   INTEGER NOT NULL,
    text_rev      INTEGER NOT NULL,
    text_op       BLOB    NOT NULL,
    status_rev    INTEGER NOT NULL,
    status_op     BLOB    NOT NULL,
    redaction_rev INTEGER NOT NULL,
    redaction_op  BLOB    NOT NULL,
    UNIQUE (municipality, id)
) STRICT;
CREATE INDEX photo_comment ON photo (municipality, comment_id, position, id);
CREATE INDEX photo_sha256 ON photo (municipality, sha256);
CREATE INDEX photo_held ON photo (municipality, seq) WHERE status = 1 AND withdrawn = 0;

-- status: 1 waits, 2 accepted, 4 declined; the reason and note are the answer.
CREATE TABLE appeal (
    seq           INTEGER PRIMARY KEY,
    municipality  INTEGER NOT NULL,
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    target_id     BLOB    NOT NULL CHECK (length(target_id) = 16),
    author_id     BLOB    NOT NULL CHECK (length(author_id) = 16),
    standing      INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 6),
    text          TEXT    NOT NULL,
    status        INTEGER NOT NULL CHECK (status BETWEEN 1 AND 4),
    status_reason TEXT    NOT NULL,
    status_note   TEXT    NOT NULL,
    withdrawn     INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    made_ms       INTEGER NOT NULL,
    received_ms   INTEGER NOT NULL,
    status_rev    INTEGER NOT NULL,
    status_op     BLOB    NOT NULL,
    UNIQUE (municipality, id)
) STRICT;
CREATE INDEX appeal_target ON appeal (municipality, target_id, seq);
CREATE INDEX appeal_held ON appeal (municipality, seq) WHERE status = 1 AND withdrawn = 0;

SELECT RecoverGeometryColumn('comment', 'geom', 4326, 'POINT', 'XY');
SELECT CreateSpatialIndex('comment', 'geom');
DROP TRIGGER ggi_comment_geom;
DROP TRIGGER ggu_comment_geom;
DROP TRIGGER gii_comment_geom;
DROP TRIGGER giu_comment_geom;
DROP TRIGGER gid_comment_geom;
DROP TRIGGER tmi_comment_geom;
DROP TRIGGER tmu_comment_geom;
DROP TRIGGER tmd_comment_geom;

-- Bounds of the lines and areas of comment_public, in 1e-7 degrees; for tiles.
CREATE VIRTUAL TABLE comment_shape USING rtree_i32(seq, min_lon_e7, max_lon_e7, min_lat_e7, max_lat_e7);

-- Full text of comment_public, title and text.
CREATE VIRTUAL TABLE comment_text USING fts5(grams, content='', columnsize=0, tokenize='ascii');

-- --- What each audience may see: nothing else is read by tiles, sync, search, exports and the API --------

-- CROSS JOIN: the comment first, then its object; SQLite keeps that order and lists need no sorting.
-- Not for any audience: what the three below have in common. tier: NULL in the open space and in one that has
-- not come yet.
CREATE VIEW comment_known AS
SELECT c.*, o.change, k.title AS card_title, s.name AS space_name, s.tier,
       (c.text_rev + c.title_rev + c.place_rev + c.kind_rev + c.card_rev) > 0 AS edited
FROM comment c
CROSS JOIN object o ON o.municipality = c.municipality AND o.id = c.id
LEFT JOIN card k ON k.municipality = c.municipality AND k.id = c.card_id AND k.withdrawn = 0
LEFT JOIN space s ON s.municipality = c.municipality AND s.id = c.space_id AND s.withdrawn = 0;

-- Open to all: state public or masked (place and kind, no words), in an open space that is known. A place that
-- is blurred names no building, and beyond a few metres shows no drawing.
CREATE VIEW comment_public AS
SELECT municipality, seq, id, change, kind, channel, hat, status, edited, card_id, card_title, space_id, space_name,
       CASE status WHEN 3 THEN '' ELSE text END AS text,
       CASE WHEN status = 3 OR strip_name = 1 THEN '' ELSE pen_name END AS pen_name,
       CASE precision_m WHEN 0 THEN building_id ELSE '' END AS building_id,
       public_lon_e7 AS lon_e7, public_lat_e7 AS lat_e7, made_ms,
       agree, disagree, unsure, reply_count, text_rev, place_rev, kind_rev, card_rev, title_rev,
       CASE status WHEN 3 THEN '' ELSE title END AS title,
       CASE status WHEN 3 THEN 0 ELSE mood END AS mood,
       public_shape AS shape, public_path AS path,
       CASE WHEN status = 3 OR precision_m > 5 THEN x'' ELSE marks END AS marks,
       meeting_id, quoted_id, CASE status WHEN 3 THEN '' ELSE source END AS source,
       CASE status WHEN 3 THEN 0 ELSE photo_count END AS photo_count,
       precision_m, '' AS status_reason, '' AS status_note, NULL AS scope
FROM comment_known
WHERE withdrawn = 0 AND status IN (2, 3) AND (space_id IS NULL OR tier = 1);

-- Members: what is open to all; what lies in closed spaces; what a class holds back. scope: NULL, or the space or
-- meeting one must belong to. Every statement on it asks for that.
CREATE VIEW comment_member AS
SELECT municipality, seq, id, change, kind, channel, hat, status, edited, card_id, card_title, space_id, space_name,
       CASE status WHEN 3 THEN '' ELSE text END AS text,
       CASE WHEN status = 3 OR strip_name = 1 THEN '' ELSE pen_name END AS pen_name,
       CASE precision_m WHEN 0 THEN building_id ELSE '' END AS building_id,
       public_lon_e7 AS lon_e7, public_lat_e7 AS lat_e7, made_ms,
       agree, disagree, unsure, reply_count, text_rev, place_rev, kind_rev, card_rev, title_rev,
       CASE status WHEN 3 THEN '' ELSE title END AS title,
       CASE status WHEN 3 THEN 0 ELSE mood END AS mood,
       public_shape AS shape, public_path AS path,
       CASE WHEN status = 3 OR precision_m > 5 THEN x'' ELSE marks END AS marks,
       meeting_id, quoted_id, CASE status WHEN 3 THEN '' ELSE source END AS source,
       CASE status WHEN 3 THEN 0 ELSE photo_count END AS photo_count,
       precision_m, '' AS status_reason, '' AS status_note,
       CASE WHEN status = 1 THEN meeting_id WHEN tier > 1 THEN space_id END AS scope
FROM comment_known
WHERE withdrawn = 0 AND (space_id IS NULL OR tier IS NOT NULL)
  AND (status IN (2, 3) OR (status = 1 AND status_reason = 'class' AND meeting_id IS NOT NULL));

-- Staff see every state, at the exact place.
CREATE VIEW comment_staff AS
SELECT municipality, seq, id, change, kind, channel, hat,
       CASE withdrawn WHEN 1 THEN 5 ELSE status END AS status, edited, card_id, card_title, space_id, space_name,
       text, pen_name, building_id, lon_e7, lat_e7, made_ms,
       agree, disagree, unsure, reply_count, text_rev, place_rev, kind_rev, card_rev, title_rev,
       title, mood, shape, path, marks, meeting_id, quoted_id, source, photo_count,
       precision_m, status_reason, status_note, NULL AS scope
FROM comment_known;

-- A reply is seen where its comment is.
CREATE VIEW reply_public AS
SELECT r.municipality, r.seq, r.id, r.comment_id, o.change, r.channel, r.hat, r.status, r.text_rev > 0 AS edited,
       CASE r.status WHEN 3 THEN '' ELSE r.text END AS text,
       CASE r.status WHEN 3 THEN '' ELSE r.pen_name END AS pen_name, r.made_ms, r.text_rev,
       CASE r.status WHEN 3 THEN '' ELSE r.source END AS source,
       '' AS status_reason, '' AS status_note, NULL AS scope
FROM reply r
JOIN object o ON o.municipality = r.municipality AND o.id = r.id
JOIN comment_public c ON c.municipality = r.municipality AND c.id = r.comment_id
WHERE r.withdrawn = 0 AND r.status IN (2, 3);

CREATE VIEW reply_member AS
SELECT r.municipality, r.seq, r.id, r.comment_id, o.change, r.channel, r.hat, r.status, r.text_rev > 0 AS edited,
       CASE r.status WHEN 3 THEN '' ELSE r.text END AS text,
       CASE r.status WHEN 3 THEN '' ELSE r.pen_name END AS pen_name, r.made_ms, r.text_rev,
       CASE r.status WHEN 3 THEN '' ELSE r.source END AS source,
       '' AS status_reason, '' AS status_note,
       CASE r.status WHEN 1 THEN c.meeting_id ELSE c.scope END AS scope
FROM reply r
JOIN object o ON o.municipality = r.municipality AND o.id = r.id
JOIN comment_member c ON c.municipality = r.municipality AND c.id = r.comment_id
WHERE r.withdrawn = 0
  AND (r.status IN (2, 3) OR (r.status = 1 AND r.status_reason = 'class' AND c.meeting_id IS NOT NULL));

CREATE VIEW reply_staff AS
SELECT r.municipality, r.seq, r.id, r.comment_id, o.change, r.channel, r.hat,
       CASE r.withdrawn WHEN 1 THEN 5 ELSE r.status END AS status, r.text_rev > 0 AS edited, r.text, r.pen_name,
       r.made_ms, r.text_rev, r.source, r.status_reason, r.status_note, NULL AS scope
FROM reply r
JOIN object o ON o.municipality = r.municipality AND o.id = r.id;

-- A photo is its comment's when the same author or a moderator put it there; it is seen where the words of the
-- comment are, once it is released itself.
CREATE VIEW photo_public AS
SELECT p.municipality, p.seq, p.id, p.comment_id, p.sha256, p.bytes, p.width, p.height, p.position, p.alt, p.boxes,
       p.redaction_rev AS version, p.status, '' AS status_reason, '' AS status_note, p.made_ms, NULL AS scope
FROM photo p
JOIN comment_public c ON c.municipality = p.municipality AND c.id = p.comment_id
WHERE p.withdrawn = 0 AND p.status = 2 AND c.status = 2
  AND (p.standing >= 3 OR p.author_id = (SELECT author_id FROM comment a WHERE a.seq = c.seq));

CREATE VIEW photo_member AS
SELECT p.municipality, p.seq, p.id, p.comment_id, p.sha256, p.bytes, p.width, p.height, p.position, p.alt, p.boxes,
       p.redaction_rev AS version, p.status, '' AS status_reason, '' AS status_note, p.made_ms, c.scope
FROM photo p
JOIN comment_member c ON c.municipality = p.municipality AND c.id = p.comment_id
WHERE p.withdrawn = 0 AND p.status = 2 AND c.status IN (1, 2)
  AND (p.standing >= 3 OR p.author_id = (SELECT author_id FROM comment a WHERE a.seq = c.seq));

CREATE VIEW photo_staff AS
SELECT p.municipality, p.seq, p.id, p.comment_id, p.sha256, p.bytes, p.width, p.height, p.position, p.alt, p.boxes,
       p.redaction_rev AS version, CASE p.withdrawn WHEN 1 THEN 5 ELSE p.status END AS status, p.status_reason,
       p.status_note, p.made_ms, NULL AS scope
FROM photo p;
