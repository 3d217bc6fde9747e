#!/usr/bin/env python3
"""The demo town as people get it: the same twice, labelled, consistent, and nothing held in sight.
Usage: demo_test.py KAKIKOMAP. Prints TAP."""

import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tap import Tap  # noqa: E402

program = str(pathlib.Path(sys.argv[1]).resolve())
tap = Tap()


def run(*arguments, locale="C"):
    environment = dict(os.environ, LC_ALL=locale, TZ="Asia/Tokyo" if locale == "C" else "America/Lima")
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, env=environment, check=False
    )


def rows(folder, sql):
    base = sqlite3.connect(f"file:{folder}/kakikomap.db?mode=ro", uri=True)
    try:
        return base.execute(sql).fetchall()
    finally:
        base.close()


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def main() -> int:
    with tempfile.TemporaryDirectory() as top:
        one, two = f"{top}/one", f"{top}/two"
        first = run("demo", "--data", one)
        summary = json.loads(first.stdout) if first.returncode == 0 else {}
        tap.check("the town is made", first.returncode == 0, first.stderr)
        tap.check("the summary adds up", summary.get("features") == summary.get("imported", 0) + summary.get("refused", 1), summary)
        tap.check("nothing of it is refused", summary.get("refused") == 0, summary)
        tap.check("it has 5,000 to 10,000 buildings", 5000 <= summary.get("buildings", 0) <= 10000, summary)
        tap.check("it says that it is invented", summary.get("demo") is True and "架空" in summary.get("name", ""), summary)
        stored = rows(one, "SELECT name, demo FROM store")
        tap.check("the store says so too", len(stored) == 1 and "架空" in stored[0][0] and stored[0][1] == 1, stored)

        second = run("demo", "--data", two, locale="C.UTF-8")
        tap.check("it can be made again elsewhere", second.returncode == 0, second.stderr)
        for name in ("city/demo.features", "layers/city-1.pmtiles"):
            tap.check(f"{name} has the same bytes", digest(f"{one}/{name}") == digest(f"{two}/{name}"))
        log = "SELECT change, op_id, object_id, kind, origin, received_ms, op FROM change ORDER BY change"
        tap.check("the log is the same", rows(one, log) == rows(two, log))

        before = digest(f"{one}/kakikomap.db")
        again = run("demo", "--data", one)
        tap.check("a folder with data is refused as bad input", again.returncode == 2, again.stderr)
        tap.check("it says what to do", "new" in again.stderr, again.stderr)
        tap.check("and leaves it as it was", digest(f"{one}/kakikomap.db") == before)

        checked = run("check", "--data", one)
        tap.check("check finds nothing wrong", checked.returncode == 0 and json.loads(checked.stdout)["ok"], checked.stdout)
        tap.check("no operation is quarantined", rows(one, "SELECT count(*) FROM quarantine") == [(0,)])
        held = rows(one, "SELECT count(*) FROM comment WHERE status = 1 AND meeting_id IS NULL")[0][0]
        tap.check("some comments of pupils wait for release", 3 <= held <= 8, held)
        lesson = rows(one, "SELECT count(*), sum(status = 1), sum(status_reason GLOB 'signal_*') FROM comment"
                           " WHERE meeting_id IS NOT NULL")[0]
        tap.check("an open lesson holds all of its own, two of them for a signal", lesson == (12, 12, 2), lesson)
        tap.check("an objection waits", rows(one, "SELECT status FROM appeal") == [(1,)])
        tap.check(
            "none of them is public",
            rows(one, "SELECT count(*) FROM comment_public p JOIN comment c USING (id) WHERE c.status = 1") == [(0,)],
        )
        tap.check(
            "every public comment of a pupil was released",
            rows(one, "SELECT count(*) FROM comment WHERE hat = 2 AND status = 2")[0][0] > 30,
        )
        size = pathlib.Path(f"{one}/layers/city-1.pmtiles").stat().st_size
        listed = rows(one, "SELECT file, bytes FROM layer WHERE name = 'city'")
        tap.check("the archive is in the list of layers", listed == [("city-1.pmtiles", size)], listed)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
