#!/usr/bin/env python3
"""Looks into stores for the harness: a line of JSON in, a line of JSON out, until the input ends.

{"folder": DIR} → {"log": [[op id, sha256, erased, object id] …], "refused": [[sha256, reason, op hex] …],
"state": {table: [row as an object …]}, "late": n, "epoch": hex, "decisions": [[op id, object id, kind, op hex, erased] …],
"blobs": [[sha256, width, height, display sha256, bytes, thumb sha256, bytes] …], "uncovered": n}: `state` is everything that
is made from the log, without the numbers that belong to one server alone; `late` counts rows shown as made after their
receipt; `decisions` is what moderators made. With "only": "decisions" that alone."""

import json
import sqlite3
import sys

# A server's own: in what order it learned of things.
OWN = {"seq", "change", "seen", "geom", "received_ms", "made_ms"}
TABLES = ("object", "space", "card", "comment", "reply", "reaction", "photo")
DECISIONS = "SELECT op_id, object_id, kind, op, erased FROM change WHERE kind IN (5, 6) ORDER BY change"
BLOBS = ("SELECT sha256, width, height, display_sha256, display_bytes, thumb_sha256, thumb_bytes FROM blob "
         "ORDER BY sha256")


def plain(value):
    return value.hex() if isinstance(value, bytes) else value


def table(connection, name: str) -> list[dict]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})") if row[1] not in OWN]
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()
    return sorted(({column: plain(value) for column, value in zip(columns, row)} for row in rows), key=json.dumps)


def plain_rows(connection, statement: str) -> list[list]:
    return [[plain(value) for value in row] for row in connection.execute(statement)]


def look(folder: str, only: str | None = None) -> dict:
    connection = sqlite3.connect(f"file:{folder}/kakikomap.db?mode=ro", uri=True)
    try:
        connection.execute("BEGIN")
        if only == "decisions":
            return {"decisions": plain_rows(connection, DECISIONS)}
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        late = sum(
            connection.execute(f"SELECT count(*) FROM {name} WHERE made_ms > received_ms").fetchone()[0]
            for name in ("comment", "reply"))
        return {
            "log": plain_rows(connection, "SELECT op_id, sha256, erased, object_id FROM change ORDER BY change"),
            "refused": plain_rows(connection, "SELECT sha256, reason, op FROM quarantine ORDER BY sha256"),
            "state": {name: table(connection, name) for name in TABLES if name in there},
            "late": late,
            "decisions": plain_rows(connection, DECISIONS),
            "blobs": plain_rows(connection, BLOBS),
            "uncovered": connection.execute("SELECT count(*) FROM photo_uncovered").fetchone()[0],
            "epoch": connection.execute("SELECT epoch FROM store").fetchone()[0].hex(),
        }
    finally:
        connection.close()


def main() -> None:
    for line in sys.stdin:
        try:
            answer = look(**json.loads(line))
        except sqlite3.Error as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
