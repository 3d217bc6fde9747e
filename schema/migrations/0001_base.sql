-- The base: who this server is, the log of changes, and the tables made from the log.
-- Append-only: after a release this file is never edited; what comes later is 0002_….sql.
--
-- Truth: store, change, quarantine, device, erased, source, layer.
-- Made from `change` by the rules of schema/sync.md, and compared with it by `kakikomap check`:
-- object, space, card, comment, reply, reaction, comment_point, comment_count, comment_text,
-- idx_comment_geom.
--
-- Places are integers of 1e-7 degree; `geom` is the same place for SpatiaLite and QGIS.
-- Numbers of kind, channel, hat, status, tier: schema/proto/sync.proto.

SELECT InitSpatialMetaData(0, 'NONE');
SELECT InsertEpsgSrid(4326);
SELECT InsertEpsgSrid(6668);

CREATE TABLE store (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    municipality INTEGER NOT NULL CHECK (municipality BETWEEN 1 AND 999999),
    name         TEXT    NOT NULL CHECK (length(name) > 0),
    demo         INTEGER NOT NULL CHECK (demo IN (0, 1)),
    server_id    BLOB    NOT NULL CHECK (length(server_id) = 16),
    epoch        BLOB    NOT NULL CHECK (length(epoch) = 16),
    made_ms      INTEGER NOT NULL,
    min_lon_e7   INTEGER NOT NULL,
    min_lat_e7   INTEGER NOT NULL,
    max_lon_e7   INTEGER NOT NULL CHECK (max_lon_e7 > min_lon_e7),
    max_lat_e7   INTEGER NOT NULL CHECK (max_lat_e7 > min_lat_e7)
) STRICT;

-- The log. `op` holds the exact bytes received; erasure puts a stub there and keeps sha256.
CREATE TABLE change (
    municipality INTEGER NOT NULL,
    change       INTEGER NOT NULL CHECK (change > 0),
    op_id        BLOB    NOT NULL CHECK (length(op_id) = 16),
    object_id    BLOB    NOT NULL CHECK (length(object_id) = 16),
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),
    origin       INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 2),
    received_ms  INTEGER NOT NULL,
    sent_ms      INTEGER NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    erased       INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1)),
    op           BLOB    NOT NULL,
    PRIMARY KEY (municipality, change)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX change_op ON change (municipality, op_id);
CREATE INDEX change_object ON change (municipality, object_id, change) WHERE kind <> 4;

-- Operations that were refused, with their bytes; judged again when they are sent again.
CREATE TABLE quarantine (
    municipality INTEGER NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    device_id    BLOB    NOT NULL CHECK (length(device_id) = 16),
    received_ms  INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    op           BLOB    NOT NULL,
    PRIMARY KEY (municipality, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX quarantine_device ON quarantine (municipality, device_id);

-- Trust on first use: the token first seen is the device's.
CREATE TABLE device (
    municipality INTEGER NOT NULL,
    device_id    BLOB    NOT NULL CHECK (length(device_id) = 16),
    token_sha256 BLOB    NOT NULL CHECK (length(token_sha256) = 32),
    first_ms     INTEGER NOT NULL,
    PRIMARY KEY (municipality, device_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE erased (
    municipality INTEGER NOT NULL,
    object_id    BLOB    NOT NULL CHECK (length(object_id) = 16),
    op_id        BLOB    NOT NULL CHECK (length(op_id) = 16),
    change       INTEGER NOT NULL,
    received_ms  INTEGER NOT NULL,
    reason       TEXT    NOT NULL,
    PRIMARY KEY (municipality, object_id)
) STRICT, WITHOUT ROWID;

-- Every object, its type (0 erased, 1 comment, 2 reply, 3 card, 4 space), the newest change that
-- touched it, and whether the public has ever been able to see it.
CREATE TABLE object (
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    type         INTEGER NOT NULL CHECK (type BETWEEN 0 AND 4),
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
    withdrawn    INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    UNIQUE (municipality, id)
) STRICT;

CREATE TABLE card (
    seq          INTEGER PRIMARY KEY,
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    title        TEXT    NOT NULL,
    title_easy   TEXT    NOT NULL,
    title_en     TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    icon         TEXT    NOT NULL,
    colour       INTEGER NOT NULL CHECK (colour BETWEEN 0 AND 16777215),
    position     INTEGER NOT NULL,
    withdrawn    INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    rev          INTEGER NOT NULL,
    op           BLOB    NOT NULL,
    UNIQUE (municipality, id)
) STRICT;

-- seq is the change number of the creation: the order of lists, and the row's number elsewhere.
-- (x_rev, x_op) say which operation holds register x: the highest revision, then the highest id.
CREATE TABLE comment (
    seq            INTEGER PRIMARY KEY,
    municipality   INTEGER NOT NULL,
    id             BLOB    NOT NULL CHECK (length(id) = 16),
    author_id      BLOB    NOT NULL CHECK (length(author_id) = 16),
    kind           INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),
    text           TEXT    NOT NULL,
    lon_e7         INTEGER NOT NULL CHECK (lon_e7 BETWEEN -1800000000 AND 1800000000),
    lat_e7         INTEGER NOT NULL CHECK (lat_e7 BETWEEN -900000000 AND 900000000),
    building_id    TEXT    NOT NULL,
    public_lon_e7  INTEGER NOT NULL,
    public_lat_e7  INTEGER NOT NULL,
    card_id        BLOB    CHECK (length(card_id) = 16),
    space_id       BLOB    CHECK (length(space_id) = 16),
    channel        INTEGER NOT NULL CHECK (channel BETWEEN 1 AND 8),
    hat            INTEGER NOT NULL CHECK (hat BETWEEN 1 AND 5),
    pen_name       TEXT    NOT NULL,
    status         INTEGER NOT NULL CHECK (status BETWEEN 1 AND 4),
    withdrawn      INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    made_ms        INTEGER NOT NULL,
    received_ms    INTEGER NOT NULL,
    text_rev       INTEGER NOT NULL,
    text_op        BLOB    NOT NULL,
    place_rev      INTEGER NOT NULL,
    place_op       BLOB    NOT NULL,
    kind_rev       INTEGER NOT NULL,
    kind_op        BLOB    NOT NULL,
    card_rev       INTEGER NOT NULL,
    card_op        BLOB    NOT NULL,
    status_rev     INTEGER NOT NULL,
    status_op      BLOB    NOT NULL,
    agree          INTEGER NOT NULL,
    disagree       INTEGER NOT NULL,
    unsure         INTEGER NOT NULL,
    reply_count    INTEGER NOT NULL,
    geom           BLOB    NOT NULL,
    UNIQUE (municipality, id)
) STRICT;

-- No foreign key to comment: a reply may come before what it answers (sync.md S6).
CREATE TABLE reply (
    seq          INTEGER PRIMARY KEY,
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    comment_id   BLOB    NOT NULL CHECK (length(comment_id) = 16),
    author_id    BLOB    NOT NULL CHECK (length(author_id) = 16),
    text         TEXT    NOT NULL,
    channel      INTEGER NOT NULL CHECK (channel BETWEEN 1 AND 8),
    hat          INTEGER NOT NULL CHECK (hat BETWEEN 1 AND 5),
    pen_name     TEXT    NOT NULL,
    status       INTEGER NOT NULL CHECK (status BETWEEN 1 AND 4),
    withdrawn    INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    made_ms      INTEGER NOT NULL,
    received_ms  INTEGER NOT NULL,
    text_rev     INTEGER NOT NULL,
    text_op      BLOB    NOT NULL,
    status_rev   INTEGER NOT NULL,
    status_op    BLOB    NOT NULL,
    UNIQUE (municipality, id)
) STRICT;
CREATE INDEX reply_comment ON reply (municipality, comment_id, seq);

CREATE TABLE reaction (
    municipality INTEGER NOT NULL,
    object_id    BLOB    NOT NULL CHECK (length(object_id) = 16),
    author_id    BLOB    NOT NULL CHECK (length(author_id) = 16),
    value        INTEGER NOT NULL CHECK (value BETWEEN 0 AND 3),
    rev          INTEGER NOT NULL,
    op           BLOB    NOT NULL,
    PRIMARY KEY (municipality, object_id, author_id)
) STRICT, WITHOUT ROWID;

-- SpatiaLite knows the column and QGIS finds its index; the triggers that SpatiaLite makes go again:
-- they call functions that trusted_schema=OFF forbids. The writer fills geom and idx_comment_geom.
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

-- CROSS JOIN: the comment first, then its object; SQLite keeps that order and lists need no sorting.
-- What each audience may see. Nothing else is read by tiles, sync, search, exports and the API.
-- Open to all: state public or masked (place and kind, no words), in an open space that is known.
CREATE VIEW comment_public AS
SELECT c.municipality, c.seq, c.id, o.change, c.kind, c.channel, c.hat, c.status,
       (c.text_rev + c.place_rev + c.kind_rev + c.card_rev) > 0 AS edited,
       c.card_id, k.title AS card_title, c.space_id, s.name AS space_name,
       CASE c.status WHEN 3 THEN '' ELSE c.text END AS text,
       CASE c.status WHEN 3 THEN '' ELSE c.pen_name END AS pen_name,
       c.building_id, c.public_lon_e7 AS lon_e7, c.public_lat_e7 AS lat_e7, c.made_ms,
       c.agree, c.disagree, c.unsure, c.reply_count,
       c.text_rev, c.place_rev, c.kind_rev, c.card_rev
FROM comment c
CROSS JOIN object o ON o.municipality = c.municipality AND o.id = c.id
LEFT JOIN card k ON k.municipality = c.municipality AND k.id = c.card_id AND k.withdrawn = 0
LEFT JOIN space s ON s.municipality = c.municipality AND s.id = c.space_id AND s.withdrawn = 0
WHERE c.withdrawn = 0 AND c.status IN (2, 3) AND (c.space_id IS NULL OR s.tier = 1);

-- Members see spaces of tier B as well.
CREATE VIEW comment_member AS
SELECT c.municipality, c.seq, c.id, o.change, c.kind, c.channel, c.hat, c.status,
       (c.text_rev + c.place_rev + c.kind_rev + c.card_rev) > 0 AS edited,
       c.card_id, k.title AS card_title, c.space_id, s.name AS space_name,
       CASE c.status WHEN 3 THEN '' ELSE c.text END AS text,
       CASE c.status WHEN 3 THEN '' ELSE c.pen_name END AS pen_name,
       c.building_id, c.public_lon_e7 AS lon_e7, c.public_lat_e7 AS lat_e7, c.made_ms,
       c.agree, c.disagree, c.unsure, c.reply_count,
       c.text_rev, c.place_rev, c.kind_rev, c.card_rev
FROM comment c
CROSS JOIN object o ON o.municipality = c.municipality AND o.id = c.id
LEFT JOIN card k ON k.municipality = c.municipality AND k.id = c.card_id AND k.withdrawn = 0
LEFT JOIN space s ON s.municipality = c.municipality AND s.id = c.space_id AND s.withdrawn = 0
WHERE c.withdrawn = 0 AND c.status IN (2, 3) AND (c.space_id IS NULL OR s.tier IN (1, 2));

-- Staff see every state, at the exact place.
CREATE VIEW comment_staff AS
SELECT c.municipality, c.seq, c.id, o.change, c.kind, c.channel, c.hat,
       CASE c.withdrawn WHEN 1 THEN 5 ELSE c.status END AS status,
       (c.text_rev + c.place_rev + c.kind_rev + c.card_rev) > 0 AS edited,
       c.card_id, k.title AS card_title, c.space_id, s.name AS space_name,
       c.text, c.pen_name,
       c.building_id, c.lon_e7, c.lat_e7, c.made_ms,
       c.agree, c.disagree, c.unsure, c.reply_count,
       c.text_rev, c.place_rev, c.kind_rev, c.card_rev
FROM comment c
CROSS JOIN object o ON o.municipality = c.municipality AND o.id = c.id
LEFT JOIN card k ON k.municipality = c.municipality AND k.id = c.card_id AND k.withdrawn = 0
LEFT JOIN space s ON s.municipality = c.municipality AND s.id = c.space_id AND s.withdrawn = 0;

-- A reply is seen where its comment is.
CREATE VIEW reply_public AS
SELECT r.municipality, r.seq, r.id, r.comment_id, o.change, r.channel, r.hat, r.status,
       r.text_rev > 0 AS edited,
       CASE r.status WHEN 3 THEN '' ELSE r.text END AS text,
       CASE r.status WHEN 3 THEN '' ELSE r.pen_name END AS pen_name, r.made_ms, r.text_rev
FROM reply r
JOIN object o ON o.municipality = r.municipality AND o.id = r.id
JOIN comment_public c ON c.municipality = r.municipality AND c.id = r.comment_id
WHERE r.withdrawn = 0 AND r.status IN (2, 3);

CREATE VIEW reply_member AS
SELECT r.municipality, r.seq, r.id, r.comment_id, o.change, r.channel, r.hat, r.status,
       r.text_rev > 0 AS edited,
       CASE r.status WHEN 3 THEN '' ELSE r.text END AS text,
       CASE r.status WHEN 3 THEN '' ELSE r.pen_name END AS pen_name, r.made_ms, r.text_rev
FROM reply r
JOIN object o ON o.municipality = r.municipality AND o.id = r.id
JOIN comment_member c ON c.municipality = r.municipality AND c.id = r.comment_id
WHERE r.withdrawn = 0 AND r.status IN (2, 3);

CREATE VIEW reply_staff AS
SELECT r.municipality, r.seq, r.id, r.comment_id, o.change, r.channel, r.hat,
       CASE r.withdrawn WHEN 1 THEN 5 ELSE r.status END AS status,
       r.text_rev > 0 AS edited, r.text, r.pen_name, r.made_ms, r.text_rev
FROM reply r
JOIN object o ON o.municipality = r.municipality AND o.id = r.id;

-- The points of comment_public in the order of the Z curve over the Web Mercator square: the points
-- of any tile are one range of keys. key = interleaved bits of x and y, minus 2^63. `point` is one record (server/store/point.h): a tile of
-- 50,000 points is read in a third of the time that columns take.
CREATE TABLE comment_point (
    municipality INTEGER NOT NULL,
    key          INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    point        BLOB    NOT NULL CHECK (length(point) >= 52),
    card_id      BLOB,
    PRIMARY KEY (municipality, key, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_point_card ON comment_point (municipality, card_id) WHERE card_id IS NOT NULL;

-- How many of comment_public lie in each cell of the levels 8, 11, 14 and 17 (zoom of a tile as large
-- as the cell); cell = interleaved bits of the tile's x and y.
CREATE TABLE comment_count (
    municipality INTEGER NOT NULL,
    level        INTEGER NOT NULL,
    cell         INTEGER NOT NULL,
    count        INTEGER NOT NULL CHECK (count >= 0),
    lon_sum      INTEGER NOT NULL,
    lat_sum      INTEGER NOT NULL,
    kind_1       INTEGER NOT NULL,
    kind_2       INTEGER NOT NULL,
    kind_3       INTEGER NOT NULL,
    kind_4       INTEGER NOT NULL,
    kind_5       INTEGER NOT NULL,
    kind_6       INTEGER NOT NULL,
    PRIMARY KEY (municipality, level, cell)
) STRICT, WITHOUT ROWID;

-- Full text of comment_public: character bigrams made by server/store/bigram.c; rowid is seq.
CREATE VIRTUAL TABLE comment_text USING fts5(grams, content='', columnsize=0, tokenize='ascii');

CREATE TABLE source (
    municipality INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    origin       TEXT    NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    bytes        INTEGER NOT NULL,
    features     INTEGER NOT NULL,
    imported     INTEGER NOT NULL,
    repaired     INTEGER NOT NULL,
    refused      INTEGER NOT NULL,
    imported_ms  INTEGER NOT NULL,
    attribution  TEXT    NOT NULL,
    PRIMARY KEY (municipality, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE layer (
    municipality INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    file         TEXT    NOT NULL,
    edition      TEXT    NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    bytes        INTEGER NOT NULL,
    made_ms      INTEGER NOT NULL,
    PRIMARY KEY (municipality, name)
) STRICT, WITHOUT ROWID;
