-- Other servers: who may come to us, whom we go to, and how far each has come (sync.md S17 to S23).
-- Local truth: nothing of it is in the log or goes to another server.

-- Who may come. Its key is not here: it is derived from the id and the folder's file peers.key.
CREATE TABLE peer (
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    name         TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    role         INTEGER NOT NULL CHECK (role BETWEEN 0 AND 5), -- the highest standing it may hand on
    added_ms     INTEGER NOT NULL,
    PRIMARY KEY (municipality, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX peer_name ON peer (municipality, name);

-- How much of a peer's server we have: a key may serve one folder after another, and one folder
-- several epochs. op_id: of its change `change`, so that two copies of one folder are told apart.
CREATE TABLE peer_progress (
    municipality INTEGER NOT NULL,
    peer_id      BLOB    NOT NULL CHECK (length(peer_id) = 16),
    server_id    BLOB    NOT NULL CHECK (length(server_id) = 16),
    epoch        BLOB    NOT NULL CHECK (length(epoch) = 16),
    change       INTEGER NOT NULL,
    news         INTEGER NOT NULL,
    op_id        BLOB    NOT NULL CHECK (length(op_id) = 16),
    contact_ms   INTEGER NOT NULL,
    PRIMARY KEY (municipality, peer_id, server_id, epoch)
) STRICT, WITHOUT ROWID;

-- Whom we go to. `sealed` is the key, encrypted with one derived from peers.key.
CREATE TABLE upstream (
    municipality INTEGER NOT NULL PRIMARY KEY,
    url          TEXT    NOT NULL,
    ca_file      TEXT    NOT NULL,
    sealed       BLOB    NOT NULL,
    -- Its server and epoch, and how much of it we have.
    server_id    BLOB    NOT NULL CHECK (length(server_id) = 16),
    epoch        BLOB    NOT NULL CHECK (length(epoch) = 16),
    change       INTEGER NOT NULL,
    news         INTEGER NOT NULL,
    op_id        BLOB    NOT NULL CHECK (length(op_id) = 16),
    -- How much of this epoch of ours it has.
    own_epoch    BLOB    NOT NULL CHECK (length(own_epoch) = 16),
    pushed       INTEGER NOT NULL,
    pushed_news  INTEGER NOT NULL,
    contact_ms   INTEGER NOT NULL,
    file_id      BLOB    NOT NULL CHECK (length(file_id) = 16) -- of the last file written for it
) STRICT;

-- Changes of ours that came from the upstream, as runs without overlap: it has them already.
CREATE TABLE upstream_run (
    municipality INTEGER NOT NULL,
    first        INTEGER NOT NULL,
    last         INTEGER NOT NULL CHECK (last >= first),
    PRIMARY KEY (municipality, first)
) STRICT, WITHOUT ROWID;

-- What other servers must hear of and what has no change number of its own: 1 a refused operation
-- (its hash); 2 a receipt that turned out to be earlier, or a right higher (op_id); 3 a photo that is ready (its hash);
-- 4 one that is gone again: its number stays taken.
CREATE TABLE news (
    municipality INTEGER NOT NULL,
    news         INTEGER NOT NULL CHECK (news > 0),
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
    ref          BLOB    NOT NULL,
    PRIMARY KEY (municipality, news)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX news_ref ON news (municipality, kind, ref);
-- The greatest number is read before REPLACE takes a row away, so none is given twice.
CREATE TRIGGER news_refused AFTER INSERT ON quarantine BEGIN
    INSERT OR REPLACE INTO news (municipality, news, kind, ref)
    SELECT NEW.municipality, 1 + coalesce(max(news), 0), 1, NEW.sha256
    FROM news WHERE municipality = NEW.municipality;
END;
INSERT INTO news (municipality, news, kind, ref)
SELECT municipality, row_number() OVER (PARTITION BY municipality ORDER BY received_ms, sha256), 1, sha256 FROM quarantine;
CREATE TRIGGER news_receipt AFTER UPDATE OF standing, first_server, received_ms ON change BEGIN
    INSERT OR REPLACE INTO news (municipality, news, kind, ref)
    SELECT NEW.municipality, 1 + coalesce(max(news), 0), 2, NEW.op_id
    FROM news WHERE municipality = NEW.municipality;
END;

CREATE TRIGGER news_photo AFTER INSERT ON blob BEGIN
    INSERT OR REPLACE INTO news (municipality, news, kind, ref)
    SELECT NEW.municipality, 1 + coalesce(max(news), 0), 3, NEW.sha256
    FROM news WHERE municipality = NEW.municipality;
END;
CREATE TRIGGER news_photo_gone AFTER DELETE ON blob BEGIN
    UPDATE OR REPLACE news SET kind = 4
    WHERE municipality = OLD.municipality AND kind = 3 AND ref = OLD.sha256;
END;

-- Which operations of a device have come: runs of its dev_seq. One row while nothing is missing.
CREATE TABLE device_seq (
    municipality INTEGER NOT NULL,
    device_id    BLOB    NOT NULL CHECK (length(device_id) = 16),
    first        INTEGER NOT NULL CHECK (first > 0),
    last         INTEGER NOT NULL CHECK (last >= first),
    PRIMARY KEY (municipality, device_id, first)
) STRICT, WITHOUT ROWID;

-- This folder was copied or put back as an image, so another one has its identity: the next start
-- gives it a new one.
CREATE TABLE renewal (
    municipality INTEGER NOT NULL PRIMARY KEY,
    found_ms     INTEGER NOT NULL
) STRICT;
