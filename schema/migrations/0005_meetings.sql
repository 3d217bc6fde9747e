-- Meetings, as far as they are of this server alone: join codes, tablets that are there, the city's
-- words. What a meeting is lies in the log.

-- One code a meeting; a new one takes the old one's place. Eight characters of Crockford's base 32,
-- 40 random bits; it opens the meeting until expires_ms and is told to those who lead it.
CREATE TABLE join_code (
    municipality INTEGER NOT NULL,
    meeting_id   BLOB    NOT NULL CHECK (length(meeting_id) = 16),
    code         TEXT    NOT NULL CHECK (length(code) = 8),
    made_ms      INTEGER NOT NULL,
    expires_ms   INTEGER NOT NULL,
    PRIMARY KEY (municipality, meeting_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX join_code_code ON join_code (municipality, code);

-- Tablets of a meeting, numbered as they joined, with what they said they still hold.
CREATE TABLE presence (
    municipality INTEGER NOT NULL,
    meeting_id   BLOB    NOT NULL CHECK (length(meeting_id) = 16),
    device_id    BLOB    NOT NULL CHECK (length(device_id) = 16),
    tablet       INTEGER NOT NULL CHECK (tablet > 0),
    joined_ms    INTEGER NOT NULL,
    seen_ms      INTEGER NOT NULL,
    waiting      INTEGER NOT NULL DEFAULT 0 CHECK (waiting >= 0),
    oldest_s     INTEGER NOT NULL DEFAULT 0 CHECK (oldest_s >= 0),
    PRIMARY KEY (municipality, meeting_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX presence_tablet ON presence (municipality, meeting_id, tablet);

-- Words that this city looks at first, besides those that come with the program.
CREATE TABLE watch_word (
    municipality INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    word         TEXT    NOT NULL CHECK (length(word) BETWEEN 1 AND 40),
    PRIMARY KEY (municipality, position)
) STRICT, WITHOUT ROWID;

-- --- Made from the log ---------------------------------------------------------------------------

-- What a device made, so that it can be told what became of it.
CREATE TABLE device_object (
    municipality INTEGER NOT NULL,
    device_id    BLOB    NOT NULL CHECK (length(device_id) = 16),
    object_id    BLOB    NOT NULL CHECK (length(object_id) = 16),
    PRIMARY KEY (municipality, device_id, object_id)
) STRICT, WITHOUT ROWID;

-- What is decided about, whatever its state, to be asked for by id: for staff who may (server/store/review.h).
-- type as in object; comment_id: of replies and photos what they belong to, whose space, meeting and place
-- are theirs.
CREATE VIEW review AS
SELECT c.municipality, c.seq, c.id, 1 AS type, NULL AS comment_id, c.author_id, c.meeting_id, c.space_id,
       CASE c.withdrawn WHEN 1 THEN 5 ELSE c.status END AS status, c.status_reason, c.status_note,
       c.kind, c.channel, c.hat, c.standing, c.title, c.text, c.pen_name, c.lon_e7, c.lat_e7, c.precision_m,
       c.made_ms, c.received_ms, c.text_rev, c.status_rev, c.precision_rev, c.space_rev, 0 AS redaction_rev, c.reply_count
FROM comment c
UNION ALL
SELECT r.municipality, r.seq, r.id, 2, r.comment_id, r.author_id, c.meeting_id, c.space_id,
       CASE r.withdrawn WHEN 1 THEN 5 ELSE r.status END, r.status_reason, r.status_note,
       0, r.channel, r.hat, r.standing, '', r.text, r.pen_name, c.lon_e7, c.lat_e7, coalesce(c.precision_m, 0),
       r.made_ms, r.received_ms, r.text_rev, r.status_rev, 0, 0, 0, 0
FROM reply r LEFT JOIN comment c ON c.municipality = r.municipality AND c.id = r.comment_id
UNION ALL
SELECT p.municipality, p.seq, p.id, 6, p.comment_id, p.author_id, c.meeting_id, c.space_id,
       CASE p.withdrawn WHEN 1 THEN 5 ELSE p.status END, p.status_reason, p.status_note,
       0, coalesce(c.channel, 1), coalesce(c.hat, 1), p.standing, '', p.alt, coalesce(c.pen_name, ''), c.lon_e7, c.lat_e7,
       coalesce(c.precision_m, 0), p.made_ms, p.received_ms, p.text_rev, p.status_rev, 0, 0, p.redaction_rev, 0
FROM photo p LEFT JOIN comment c ON c.municipality = p.municipality AND c.id = p.comment_id;
