-- Photos' bytes, as far as they are here: this server's own affair, in no operation. The files lie in
-- DIR/photos (server/photo/photo.h).

-- Both variants are on disk. sha256 is that of the file the device sent, which is gone by then.
CREATE TABLE blob (
    municipality   INTEGER NOT NULL,
    sha256         BLOB    NOT NULL CHECK (length(sha256) = 32),
    width          INTEGER NOT NULL CHECK (width BETWEEN 1 AND 1600),
    height         INTEGER NOT NULL CHECK (height BETWEEN 1 AND 1600),
    display_sha256 BLOB    NOT NULL CHECK (length(display_sha256) = 32),
    display_bytes  INTEGER NOT NULL CHECK (display_bytes > 0),
    thumb_sha256   BLOB    NOT NULL CHECK (length(thumb_sha256) = 32),
    thumb_bytes    INTEGER NOT NULL CHECK (thumb_bytes > 0),
    made_ms        INTEGER NOT NULL,
    PRIMARY KEY (municipality, sha256)
) STRICT, WITHOUT ROWID;

-- Which redaction of which photo object its variants carry.
CREATE TABLE blob_cover (
    municipality INTEGER NOT NULL,
    sha256       BLOB    NOT NULL,
    photo_id     BLOB    NOT NULL CHECK (length(photo_id) = 16),
    redaction_op BLOB    NOT NULL CHECK (length(redaction_op) = 16),
    PRIMARY KEY (municipality, sha256, photo_id),
    FOREIGN KEY (municipality, sha256) REFERENCES blob (municipality, sha256) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- They came whole and are no photo we take; the device need not send them again.
CREATE TABLE blob_refused (
    municipality INTEGER NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    reason       TEXT    NOT NULL, -- a sentence in English
    refused_ms   INTEGER NOT NULL,
    PRIMARY KEY (municipality, sha256)
) STRICT, WITHOUT ROWID;

-- Photo objects whose bytes are wanted: not withdrawn or erased, nor their comment. The comment may
-- not have come yet.
CREATE VIEW photo_wanted AS
SELECT p.municipality, p.id, p.sha256, p.bytes, p.boxes, p.redaction_rev, p.redaction_op
FROM photo p
WHERE p.withdrawn = 0 AND length(p.sha256) = 32
  AND NOT EXISTS (SELECT 1 FROM comment c
                  WHERE c.municipality = p.municipality AND c.id = p.comment_id AND c.withdrawn = 1)
  AND NOT EXISTS (SELECT 1 FROM object o
                  WHERE o.municipality = p.municipality AND o.id = p.comment_id AND o.type = 0);

-- Of these, redactions that the variants here do not carry yet: until they do, nobody is shown them.
CREATE VIEW photo_uncovered AS
SELECT p.municipality, p.id, p.sha256
FROM photo_wanted p
WHERE p.redaction_rev > 0
  AND NOT EXISTS (SELECT 1 FROM blob_cover v
                  WHERE v.municipality = p.municipality AND v.sha256 = p.sha256
                    AND v.photo_id = p.id AND v.redaction_op = p.redaction_op);
