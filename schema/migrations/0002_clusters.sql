-- Runs of the clustering. Derived from comments; not part of the rebuild from the change log.
CREATE TABLE cluster_run (
    municipality   INTEGER NOT NULL,
    id             INTEGER NOT NULL CHECK (id > 0),
    method_version INTEGER NOT NULL CHECK (method_version > 0),
    audience       INTEGER NOT NULL CHECK (audience BETWEEN 0 AND 2),
    space_id       BLOB    NOT NULL CHECK (length(space_id) = 16), -- zero: the city's open space
    epsg           INTEGER NOT NULL,
    radius_mm      INTEGER NOT NULL CHECK (radius_mm > 0),
    min_points     INTEGER NOT NULL CHECK (min_points > 0),
    change         INTEGER NOT NULL,
    made_ms        INTEGER NOT NULL,
    input_sha256   BLOB    NOT NULL CHECK (length(input_sha256) = 32),
    comment_count  INTEGER NOT NULL CHECK (comment_count >= 0),
    noise_count    INTEGER NOT NULL CHECK (noise_count BETWEEN 0 AND comment_count),
    PRIMARY KEY (municipality, id)
) STRICT;

CREATE UNIQUE INDEX cluster_run_by_input ON cluster_run
    (municipality, audience, space_id, method_version, epsg, radius_mm, min_points, input_sha256);

CREATE TABLE cluster (
    municipality INTEGER NOT NULL,
    run_id       INTEGER NOT NULL,
    number       INTEGER NOT NULL CHECK (number > 0),
    size         INTEGER NOT NULL CHECK (size > 0),
    core_count   INTEGER NOT NULL CHECK (core_count BETWEEN 1 AND size),
    lon_e7       INTEGER NOT NULL,
    lat_e7       INTEGER NOT NULL,
    reach_mm     INTEGER NOT NULL CHECK (reach_mm >= 0),
    area_mm2     INTEGER NOT NULL CHECK (area_mm2 >= 0), -- of the hull; up to 9 million km²
    agree        INTEGER NOT NULL,
    disagree     INTEGER NOT NULL,
    unsure       INTEGER NOT NULL,
    replies      INTEGER NOT NULL,
    hull         BLOB    NOT NULL CHECK (length(hull) % 8 = 0), -- lon_e7, lat_e7 as int32, big-endian
    PRIMARY KEY (municipality, run_id, number),
    FOREIGN KEY (municipality, run_id) REFERENCES cluster_run (municipality, id) ON DELETE CASCADE
) STRICT;

-- How many of its comments have this kind, channel or hat (word: its number) or card (nil: none).
CREATE TABLE cluster_count (
    municipality INTEGER NOT NULL,
    run_id       INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    dimension    INTEGER NOT NULL CHECK (dimension BETWEEN 1 AND 4), -- kind, channel, hat, card
    word         INTEGER NOT NULL CHECK (word >= 0),                 -- 0 for cards
    card_id      BLOB    NOT NULL CHECK (length(card_id) = 16),      -- nil but for cards
    count        INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (municipality, run_id, number, dimension, word, card_id),
    FOREIGN KEY (municipality, run_id, number)
        REFERENCES cluster (municipality, run_id, number) ON DELETE CASCADE
) STRICT;

-- position: 0 is the comment nearest to the centre.
CREATE TABLE cluster_member (
    municipality INTEGER NOT NULL,
    run_id       INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    position     INTEGER NOT NULL CHECK (position >= 0),
    comment_id   BLOB    NOT NULL CHECK (length(comment_id) = 16),
    PRIMARY KEY (municipality, run_id, number, position),
    FOREIGN KEY (municipality, run_id, number)
        REFERENCES cluster (municipality, run_id, number) ON DELETE CASCADE
) STRICT;
CREATE INDEX cluster_member_by_comment ON cluster_member (municipality, comment_id, run_id);
