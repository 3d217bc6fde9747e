-- Accounts, sessions, members, persons, vault, audit. ?1 is the municipality in every statement.

-- name: account_list
SELECT id, name, display, organisation, role, disabled, totp, totp_next, totp_step, password, made_ms
FROM account WHERE municipality = ?1 ORDER BY name;

-- name: account_find
SELECT id, name, display, organisation, role, disabled, totp, totp_next, totp_step, password, made_ms
FROM account WHERE municipality = ?1 AND id = ?2;

-- name: account_find_name
SELECT id, name, display, organisation, role, disabled, totp, totp_next, totp_step, password, made_ms
FROM account WHERE municipality = ?1 AND name = ?2;

-- name: account_add
INSERT INTO account (municipality, id, name, display, organisation, role, password, made_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: account_change
UPDATE account SET role = ?3, disabled = ?4, display = ?5, organisation = ?6, password = ?7
WHERE municipality = ?1 AND id = ?2;

-- name: account_remove
DELETE FROM account WHERE municipality = ?1 AND id = ?2;

-- name: account_administrators
SELECT count(*) FROM account WHERE municipality = ?1 AND role = 5 AND disabled = 0 AND id <> ?2;

-- name: account_totp
UPDATE account SET totp = ?3, totp_next = ?4, totp_step = max(totp_step, ?5) WHERE municipality = ?1 AND id = ?2;

-- name: account_totp_step
UPDATE account SET totp_step = ?3 WHERE municipality = ?1 AND id = ?2 AND totp_step < ?3;

-- name: recovery_add
INSERT INTO recovery_code (municipality, account_id, sha256) VALUES (?1, ?2, ?3);

-- name: recovery_use
DELETE FROM recovery_code WHERE municipality = ?1 AND account_id = ?2 AND sha256 = ?3;

-- name: recovery_clear
DELETE FROM recovery_code WHERE municipality = ?1 AND account_id = ?2;

-- name: session_add
INSERT INTO session (municipality, token_sha256, id, account_id, made_ms, until_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: session_find
SELECT s.id, s.account_id, s.made_ms, s.until_ms
FROM session s JOIN account a ON a.municipality = s.municipality AND a.id = s.account_id
WHERE s.municipality = ?1 AND s.token_sha256 = ?2 AND s.until_ms > ?3 AND a.disabled = 0;

-- name: session_list
SELECT id, account_id, made_ms, until_ms FROM session
WHERE municipality = ?1 AND account_id = ?2 AND until_ms > ?3 ORDER BY made_ms, id;

-- name: session_close
DELETE FROM session WHERE municipality = ?1 AND account_id = ?2 AND id = ?3;

-- name: session_close_token
DELETE FROM session WHERE municipality = ?1 AND token_sha256 = ?2;

-- name: session_close_others
DELETE FROM session WHERE municipality = ?1 AND account_id = ?2 AND id <> ?3;

-- name: session_clear
DELETE FROM session WHERE municipality = ?1;

-- name: session_sweep
DELETE FROM session WHERE municipality = ?1 AND until_ms <= ?2;

-- name: member_scopes
SELECT scope_id FROM membership WHERE municipality = ?1 AND account_id = ?2 ORDER BY scope_id;

-- name: member_add
INSERT INTO membership (municipality, account_id, scope_id, since_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (municipality, account_id, scope_id) DO NOTHING;

-- name: member_remove
DELETE FROM membership WHERE municipality = ?1 AND account_id = ?2 AND scope_id = ?3;

-- name: member_closed
SELECT id FROM space WHERE municipality = ?1 AND tier = 3 ORDER BY id;

-- name: member_scopes_of_device
SELECT DISTINCT p.meeting_id
FROM person_device d JOIN person p ON p.municipality = d.municipality AND p.id = d.person_id
WHERE d.municipality = ?1 AND d.device_id = ?2 AND d.until_ms > ?3 ORDER BY p.meeting_id;

-- name: spaces_list
SELECT id, tier, name, organisation FROM space WHERE municipality = ?1 AND withdrawn = 0 ORDER BY seq;

-- name: spaces_find
SELECT id, tier, name, organisation FROM space WHERE municipality = ?1 AND id = ?2 AND withdrawn = 0;

-- name: invitation_add
INSERT INTO invitation (municipality, code_sha256, space_id, organisation, made_by, made_ms, until_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: invitation_find
SELECT space_id, organisation, made_by FROM invitation
WHERE municipality = ?1 AND code_sha256 = ?2 AND until_ms > ?3;

-- name: invitation_use
DELETE FROM invitation WHERE municipality = ?1 AND code_sha256 = ?2;

-- name: invitation_sweep
DELETE FROM invitation WHERE municipality = ?1 AND until_ms <= ?2;

-- name: person_find
SELECT id, meeting_id, author_id, pen_name, pin, words, made_ms FROM person
WHERE municipality = ?1 AND meeting_id = ?2 AND pen_name = ?3;

-- name: person_list
SELECT id, meeting_id, author_id, pen_name, pin, words, made_ms FROM person
WHERE municipality = ?1 AND meeting_id = ?2 ORDER BY pen_name;

-- name: person_of_device
SELECT p.id, p.meeting_id, p.author_id, p.pen_name, p.pin, p.words, p.made_ms
FROM person_device d JOIN person p ON p.municipality = d.municipality AND p.id = d.person_id
WHERE d.municipality = ?1 AND d.device_id = ?2 AND d.until_ms > ?3 ORDER BY d.since_ms DESC, p.id;

-- name: person_add
INSERT INTO person (municipality, id, meeting_id, pen_name, author_id, pin, words, made_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: person_bind
INSERT INTO person_device (municipality, device_id, person_id, since_ms, until_ms) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (municipality, device_id, person_id) DO UPDATE
SET since_ms = excluded.since_ms, until_ms = excluded.until_ms;

-- name: person_unbind
DELETE FROM person_device WHERE municipality = ?1 AND device_id = ?2 AND person_id IN
       (SELECT id FROM person WHERE municipality = ?1 AND (?3 IS NULL OR meeting_id = ?3));

-- name: person_set_pin
UPDATE person SET pin = ?3 WHERE municipality = ?1 AND id = ?2;

-- name: person_ids
SELECT id FROM person WHERE municipality = ?1 AND meeting_id = ?2;

-- name: person_remove
DELETE FROM person WHERE municipality = ?1 AND id = ?2;

-- name: vault_key_find
SELECT public_key FROM vault_key WHERE only_row = 1 AND ?1 = ?1;

-- name: vault_key_put
INSERT INTO vault_key (only_row, public_key) SELECT 1, ?2 WHERE ?1 = ?1;

-- name: vault_put
INSERT INTO vault (municipality, person_id, sealed, made_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (municipality, person_id) DO UPDATE SET sealed = excluded.sealed, made_ms = excluded.made_ms;

-- name: vault_find
SELECT sealed FROM vault WHERE municipality = ?1 AND person_id = ?2;

-- name: vault_remove
DELETE FROM vault WHERE municipality = ?1 AND person_id = ?2;

-- name: vault_request_remove
DELETE FROM vault_request WHERE municipality = ?1 AND person_id = ?2;

-- name: vault_ask
INSERT INTO vault_request (municipality, id, person_id, reason, asked_by, asked_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: vault_request_find
SELECT id, person_id, reason, asked_by, asked_ms, approved_by, approved_ms, opened_ms FROM vault_request
WHERE municipality = ?1 AND id = ?2;

-- name: vault_request_list
SELECT id, person_id, reason, asked_by, asked_ms, approved_by, approved_ms, opened_ms FROM vault_request
WHERE municipality = ?1 ORDER BY asked_ms DESC, id LIMIT 200;

-- name: vault_approve
UPDATE vault_request SET approved_by = ?3, approved_ms = ?4 WHERE municipality = ?1 AND id = ?2;

-- name: vault_opened
UPDATE vault_request SET opened_ms = ?3 WHERE municipality = ?1 AND id = ?2;

-- name: audit_last
SELECT seq, hash FROM audit WHERE ?1 = ?1 ORDER BY seq DESC LIMIT 1;

-- name: audit_add
INSERT INTO audit (seq, municipality, at_ms, actor_id, action, object_id, reason, hash)
VALUES (?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: audit_list
SELECT seq, at_ms, actor_id, object_id, action, reason, hash FROM audit
WHERE municipality = ?1 AND seq > ?2 AND at_ms >= ?3 AND at_ms < ?4 ORDER BY seq LIMIT ?5;
