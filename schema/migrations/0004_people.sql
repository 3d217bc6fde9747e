-- People: who may do what here. Truth of this server alone: nothing of it is in the log of changes,
-- and nothing of it is handed to another server.
--
-- Roles are numbered as Standing in schema/proto/sync.proto: 1 member, 2 teacher, 3 moderator,
-- 4 planner, 5 administrator. Secrets are kept as hashes; times are Unix milliseconds.

-- password: Argon2id, libsodium's own text with its cost and salt.
-- totp: the secret that the app on the phone shares (RFC 6238); totp_next: one that waits for its
-- first code; totp_step: the newest time step that was used, so that a code is good once.
CREATE TABLE account (
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    name         TEXT    NOT NULL CHECK (length(name) BETWEEN 2 AND 40),
    display      TEXT    NOT NULL CHECK (length(display) BETWEEN 1 AND 40),
    organisation TEXT    NOT NULL,
    role         INTEGER NOT NULL CHECK (role BETWEEN 1 AND 5),
    password     TEXT    NOT NULL,
    totp         BLOB    CHECK (length(totp) = 20),
    totp_next    BLOB    CHECK (length(totp_next) = 20),
    totp_step    INTEGER NOT NULL DEFAULT 0,
    disabled     INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    made_ms      INTEGER NOT NULL,
    PRIMARY KEY (municipality, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_name ON account (municipality, name);

-- For who has lost the phone: each is good once.
CREATE TABLE recovery_code (
    municipality INTEGER NOT NULL,
    account_id   BLOB    NOT NULL,
    sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (municipality, account_id, sha256),
    FOREIGN KEY (municipality, account_id) REFERENCES account (municipality, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- A session is 128 random bits in a cookie; `id` names it in lists.
CREATE TABLE session (
    municipality INTEGER NOT NULL,
    token_sha256 BLOB    NOT NULL CHECK (length(token_sha256) = 32),
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    account_id   BLOB    NOT NULL,
    made_ms      INTEGER NOT NULL,
    until_ms     INTEGER NOT NULL,
    PRIMARY KEY (municipality, token_sha256),
    FOREIGN KEY (municipality, account_id) REFERENCES account (municipality, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (municipality, account_id);

-- Who belongs where: scope_id is a space of tier B or C, or a meeting that the account leads.
CREATE TABLE membership (
    municipality INTEGER NOT NULL,
    account_id   BLOB    NOT NULL,
    scope_id     BLOB    NOT NULL CHECK (length(scope_id) = 16),
    since_ms     INTEGER NOT NULL,
    PRIMARY KEY (municipality, account_id, scope_id),
    FOREIGN KEY (municipality, account_id) REFERENCES account (municipality, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_scope ON membership (municipality, scope_id);

CREATE TABLE invitation (
    municipality INTEGER NOT NULL,
    code_sha256  BLOB    NOT NULL CHECK (length(code_sha256) = 32),
    space_id     BLOB    NOT NULL CHECK (length(space_id) = 16),
    organisation TEXT    NOT NULL,
    made_by      BLOB    NOT NULL CHECK (length(made_by) = 16),
    made_ms      INTEGER NOT NULL,
    until_ms     INTEGER NOT NULL,
    PRIMARY KEY (municipality, code_sha256)
) STRICT, WITHOUT ROWID;

-- A pupil or visitor of one meeting: a pen name of the list, a PIN and recovery words (Argon2id), and
-- the pseudonym under which its operations stand in the log. No real name is asked for.
CREATE TABLE person (
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    meeting_id   BLOB    NOT NULL CHECK (length(meeting_id) = 16),
    pen_name     TEXT    NOT NULL CHECK (length(pen_name) BETWEEN 1 AND 40),
    author_id    BLOB    NOT NULL CHECK (length(author_id) = 16),
    pin          TEXT    NOT NULL,
    words        TEXT    NOT NULL,
    made_ms      INTEGER NOT NULL,
    PRIMARY KEY (municipality, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX person_pen_name ON person (municipality, meeting_id, pen_name);

-- The tablets on which a person is at work; what a tablet may see of meetings follows from it.
CREATE TABLE person_device (
    municipality INTEGER NOT NULL,
    device_id    BLOB    NOT NULL CHECK (length(device_id) = 16),
    person_id    BLOB    NOT NULL,
    since_ms     INTEGER NOT NULL,
    until_ms     INTEGER NOT NULL,
    PRIMARY KEY (municipality, device_id, person_id),
    FOREIGN KEY (municipality, person_id) REFERENCES person (municipality, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX person_device_person ON person_device (municipality, person_id);

-- Real identities, sealed for the key whose secret half lies in a file outside of the database
-- (crypto_box_seal): whoever has the database alone reads nothing.
CREATE TABLE vault_key (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    public_key BLOB    NOT NULL CHECK (length(public_key) = 32)
) STRICT;

CREATE TABLE vault (
    municipality INTEGER NOT NULL,
    person_id    BLOB    NOT NULL CHECK (length(person_id) = 16),
    sealed       BLOB    NOT NULL,
    made_ms      INTEGER NOT NULL,
    PRIMARY KEY (municipality, person_id)
) STRICT, WITHOUT ROWID;

-- Two different moderators and a reason open an entry, once.
CREATE TABLE vault_request (
    municipality INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    person_id    BLOB    NOT NULL CHECK (length(person_id) = 16),
    reason       TEXT    NOT NULL CHECK (length(reason) BETWEEN 1 AND 400),
    asked_by     BLOB    NOT NULL CHECK (length(asked_by) = 16),
    asked_ms     INTEGER NOT NULL,
    approved_by  BLOB    CHECK (length(approved_by) = 16 AND approved_by <> asked_by),
    approved_ms  INTEGER,
    opened_ms    INTEGER CHECK (opened_ms IS NULL OR approved_ms IS NOT NULL),
    PRIMARY KEY (municipality, id)
) STRICT, WITHOUT ROWID;

-- What was done with rights. hash = SHA-256 of the hash before it and of this row (server/store/
-- audit.h), so that a row changed, taken out or put in shows. Ids and codes only: no text, no address.
CREATE TABLE audit (
    seq          INTEGER PRIMARY KEY CHECK (seq > 0),
    municipality INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    actor_id     BLOB    NOT NULL CHECK (length(actor_id) = 16),
    action       TEXT    NOT NULL CHECK (length(action) BETWEEN 1 AND 40),
    object_id    BLOB    NOT NULL CHECK (length(object_id) = 16),
    reason       TEXT    NOT NULL CHECK (length(reason) <= 40),
    hash         BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
