#!/usr/bin/env python3
"""Looks into stores for the harness: a line of JSON in, a line of JSON out, until the input ends.

{"folder": DIR} → {"log": [[op id, sha256, erased, device id] …], "refused": [[sha256, reason, op hex] …],
"state": {table: [row as an object …]}, "late": n, "epoch": hex}: `state` is everything that is made from the log, without the
numbers that belong to one server alone; `late` counts rows shown as made after their receipt."""

import json
import sqlite3
import sys

# A server's own: in what order it learned of things.
OWN = {"seq", "change", "seen", "geom", "received_ms", "made_ms"}
TABLES = ("object", "space", "card", "comment", "reply", "reaction")


def plain(value):
    return value.hex() if isinstance(value, bytes) else value


def table(connection, name: str) -> list[dict]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})") if row[1] not in OWN]
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()
    return sorted(({column: plain(value) for column, value in zip(columns, row)} for row in rows), key=json.dumps)


def look(folder: str) -> dict:
    connection = sqlite3.connect(f"file:{folder}/kakikomap.db?mode=ro", uri=True)
    try:
        connection.execute("BEGIN")
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        log = connection.execute("SELECT op_id, sha256, erased, object_id FROM change ORDER BY change").fetchall()
        refused = connection.execute("SELECT sha256, reason, op FROM quarantine ORDER BY sha256").fetchall()
        late = sum(
            connection.execute(f"SELECT count(*) FROM {name} WHERE made_ms > received_ms").fetchone()[0]
            for name in ("comment", "reply"))
        return {
            "log": [[plain(value) for value in row] for row in log],
            "refused": [[plain(value) for value in row] for row in refused],
            "state": {name: table(connection, name) for name in TABLES if name in there},
            "late": late,
            "epoch": connection.execute("SELECT epoch FROM store").fetchone()[0].hex(),
        }
    finally:
        connection.close()


def main() -> None:
    for line in sys.stdin:
        try:
            answer = look(json.loads(line)["folder"])
        except sqlite3.Error as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
