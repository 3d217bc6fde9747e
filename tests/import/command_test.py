#!/usr/bin/env python3
"""kakikomap import from outside: summary, exit status, replacement, and that a failure changes
nothing. Prints TAP."""

import hashlib
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import zipfile

import fixtures as fx
from tap import Tap, published, shared_data

PROGRAM = sys.argv[1]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="kakikomap-import-"))
DATA = FOLDER / "data"
tap = Tap()

SQUARE = fx.surface(fx.polygon(fx.square(0, 0, 10)))


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    try:
        return done.returncode, json.loads(done.stdout), done.stderr
    except json.JSONDecodeError:
        return done.returncode, {}, done.stderr + done.stdout


def city(*arguments, data=DATA):
    return run("import", "--data", data, "city", *arguments)


def houses(name, count, height="6.5"):
    path = FOLDER / name
    path.write_text(fx.model(*[fx.building(f"{name}-{i}", height=height, lod0=fx.surface(fx.polygon(fx.square(20 * i, 0, 10)))) for i in range(count)]), encoding="utf-8")
    return path


def state():
    """Everything of the data folder that an import may touch: files with their hashes, rows."""
    files = {str(p.relative_to(DATA)): hashlib.sha256(p.read_bytes()).hexdigest()
             for sub in ("city", "layers", "tmp") for p in sorted((DATA / sub).glob("*")) if p.is_file()}
    files.pop("tmp/import.lock", None)
    with sqlite3.connect(f"file:{DATA}/kakikomap.db?mode=ro", uri=True) as db:
        rows = [db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in ("source", "layer")]
    return files, rows


def adds_up(report):
    return report["features"] == report["imported"] + report["refused"] and report["repaired"] <= report["imported"]


status, _, words = city(houses("early.gml", 1))
tap.ok(status == 2 and "init" in words, "without a data folder: exit 2, and what to do", (status, words))
run("init", "--data", DATA)
status, report, _ = city(houses("a.gml", 3))
tap.equal((status, report.get("features"), report.get("imported"), report.get("height_sum_m")), (0, 3, 3, 19.5), "three houses")
tap.ok(adds_up(report), "features = imported + refused")
tap.equal((report["archive"]["edition"], report["archive"]["features"]), ("1", 3), "the first edition")
tap.ok((DATA / "city/a.features").is_file() and (DATA / "layers/city-1.pmtiles").is_file(), "spool and archive are in place")
status, report, _ = city(houses("b.gml", 2))
tap.equal((report["archive"]["edition"], report["archive"]["features"], report["archive"]["sources"]), ("2", 5, 2), "a second file adds to the first")
status, report, _ = city(houses("a.gml", 4))
tap.equal((report["archive"]["edition"], report["archive"]["features"], report["archive"]["sources"]), ("3", 6, 2), "the same file again replaces itself")
tap.equal(sorted(p.name for p in (DATA / "layers").iterdir()), ["city-2.pmtiles", "city-3.pmtiles"], "the archive before last is gone")
with zipfile.ZipFile(FOLDER / "a.zip", "w") as out:
    out.write(FOLDER / "a.gml", "udx/bldg/a.gml")
status, report, _ = city(FOLDER / "a.zip")
tap.equal((status, report["archive"]["features"], report["archive"]["sources"]), (0, 6, 2), "from a zip, too")
with sqlite3.connect(f"file:{DATA}/kakikomap.db?mode=ro", uri=True) as db:
    for name, sha in db.execute("SELECT name, hex(sha256) FROM source"):
        tap.equal(hashlib.sha256((DATA / f"city/{name}.features").read_bytes()).hexdigest().upper(), sha, f"the store's row knows the spool of {name}")

before = state()
bad = FOLDER / "a.gml"
bad.write_text(bad.read_text()[:-30], encoding="utf-8")
status, report, words = city(bad)
tap.equal((status, report["imported"], len(report["refused_files"])), (2, 0, 1), "a broken file: exit 2, refused")
tap.ok(report["refused_files"][0]["line"] > 1 and "line" in words, "with the line, also for people", (report["refused_files"], words))
tap.equal(state(), before, "and everything is as it was")
status, report, _ = city(bad, houses("c.gml", 2))
tap.equal((status, report["imported"], report["archive"]["features"], report["files"]), (2, 2, 8, 1), "beside a good one: the good one is imported, the old version of the broken one stays, exit 2")
before = state()
for arguments, words in [((FOLDER / "nowhere.gml",), "no such file"), ((FOLDER,), ""), ((), "say what")]:
    status, report, said = city(*arguments) if arguments != (FOLDER,) else (2, {}, "")
    tap.ok(status == 2 and words in said + json.dumps(report), f"{words or 'a folder'}: exit 2", (status, said))
empty = FOLDER / "empty.gml"
empty.write_text(fx.model('<wtr:WaterBody gml:id="fld_1"/>'), encoding="utf-8")
status, report, said = city(empty)
tap.equal((status, report["refused"], report["reasons"]), (0, 1, {"hazard_zone": 1}), "a flood map is read, its zones refused")
tap.equal(state(), before, "and nothing is changed")
status, _, said = run("import", "--data", DATA, "--map", "colour=X", "city", houses("d.gml", 1))
tap.ok(status == 2 and "colour" in said, "--map with an unknown name: exit 2", said)
status, _, said = run("import", "--data", DATA, "--name", "Bad Name", "city", houses("d.gml", 1))
tap.ok(status == 2, "--name with blanks: exit 2", said)
tap.equal(state(), before, "and nothing is changed")
status, report, _ = run("import", "--data", DATA, "--name", "town-hall", "--attribution", "熊谷市", "city", houses("d.gml", 1))
tap.equal(report.get("sources"), ["town-hall"], "--name names the source")

# A disk that cannot be written: the folder of the archives becomes a file.
before = state()
(DATA / "layers").rename(DATA / "kept")
(DATA / "layers").write_text("")
status, _, said = city(houses("e.gml", 1))
tap.ok(status == 1, "no place for the archive: exit 1", (status, said))
(DATA / "layers").unlink()
(DATA / "kept").rename(DATA / "layers")
tap.equal(state(), before, "and everything is as it was")

# What a crash between moving spools and writing rows leaves behind is mended by the next import.
place = DATA / "city/b.features"
good = place.read_bytes()
(DATA / "tmp/b.features.before").write_bytes(good)
place.write_bytes((DATA / "city/a.features").read_bytes())
(DATA / "tmp/half.features").write_bytes(b"KAKI")
status, report, _ = city(houses("f.gml", 1))
tap.ok(place.read_bytes() == good and not list((DATA / "tmp").glob("*.features*")), "a crash in the middle is mended", list((DATA / "tmp").iterdir()))

results = []
paths = [houses(f"p{i}.gml", 400) for i in range(4)]
threads = [threading.Thread(target=lambda p=p: results.append(city(p))) for p in paths]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
tap.ok(all(r[0] == 0 or "another import" in r[2] for r in results) and any(r[0] == 0 for r in results), "of imports at once, one goes and the others say so", [r[2] for r in results])

data = shared_data()
if data:
    rows = [row for row in published(data).values() if row]
    status, report, words = city(data / "plateau")
    tap.ok(status == 2 and adds_up(report), "the whole folder of real files: features = imported + refused, exit 2 for the malformed one", report)
    tap.equal((report["files"], report["features"]), (len(rows), sum(row["features"] for row in rows)), "as many files and features as its README lists")
    bridges = sum(row["objects"].get("brid:Bridge", 0) for row in rows)
    tap.equal(report["layers"]["building"], sum(row["buildings"] for row in rows) + bridges, "as many buildings, and the bridge")
    tap.equal(report["height_sources"]["measured"], sum(row["heights"] for row in rows), "as many measured heights")
    # Each of the README's sums is rounded to 0.1 m.
    tap.near(report["height_sum_m"], sum(row["height_sum_m"] for row in rows), 0.05 * len(rows), "and their sum")
    bad = report["refused_files"]
    tap.ok(len(bad) == 1 and "malformed" in bad[0]["file"] and bad[0]["line"] == 202 and f"line {bad[0]['line']}" in words, "the malformed file with its place", bad)
    tap.equal(sum(report["reasons"].values()), report["refused"], "each refusal has its reason")
    packed = FOLDER / "plateau.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted((data / "plateau").rglob("*")):
            if path.is_file():
                out.write(path, path.relative_to(data))
    status, again, _ = city(packed)
    same = ("features", "imported", "repaired", "refused", "layers", "height_sources", "height_sum_m", "files")
    tap.equal({k: again[k] for k in same}, {k: report[k] for k in same}, "the same from a zip")
    tap.equal(again["archive"]["features"], report["archive"]["features"], "and nothing is there twice")
    tap.equal((again["archive"]["duplicates"], again["archive"]["undrawable"]), (0, 0), "every feature is drawn")
else:
    tap.skip("real files", "no ../shared/data")
tap.end()
