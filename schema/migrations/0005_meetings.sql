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
