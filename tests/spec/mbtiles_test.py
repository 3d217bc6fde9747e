#!/usr/bin/env python3
"""MBTiles files that others published, through our reader and writer and back: every tile and the
metadata stay; broken files are refused with a reason. Python's own sqlite3 and GDAL judge.
Usage: mbtiles_test.py KAKIKOMAP SOURCE_ROOT. Prints TAP."""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

kakikomap = str(pathlib.Path(sys.argv[1]).resolve())
root = pathlib.Path(sys.argv[2]).resolve()
shared = pathlib.Path(os.environ.get("KAKIKOMAP_SHARED_DATA", root.parent / "shared/data"))
fixtures = shared / "tiles/mbtiles"

# Counts and formats as the README of the data tells them.
SOUND = [("bostonbuildings", 3, "pbf"), ("jakartabuildings", 1, "pbf"), ("world_cities", 196, "pbf"),
         ("geography-class-png", 5, "png")]
BROKEN = [("invalid-tile-format", "unsupported"), ("invalid", "format")]


def tiles_of(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return set(db.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"))


def metadata_of(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return dict(db.execute("SELECT name, value FROM metadata"))


def convert(source, target):
    return subprocess.run([kakikomap, "tiles", source, "--out", target], capture_output=True, text=True)


def there_and_back(folder, name, count, kind):
    source = fixtures / f"{name}.mbtiles"
    pmtiles, again = folder / f"{name}.pmtiles", folder / f"{name}.mbtiles"
    for a, b in ((source, pmtiles), (pmtiles, again)):
        run = convert(a, b)
        assert run.returncode == 0, run.stderr
        assert json.loads(run.stdout)["tiles"] == count, run.stdout
    assert tiles_of(again) == tiles_of(source), "tiles differ"
    before, after = metadata_of(source), metadata_of(again)
    assert after["format"] == kind
    for key in ("name", "description", "attribution", "version", "type"):
        assert after.get(key) == before.get(key), key
    bounds = [[round(float(n), 5) for n in m["bounds"].split(",")] for m in (before, after)]
    assert bounds[0] == bounds[1], bounds
    if kind == "pbf":
        layers = [json.loads(m["json"])["vector_layers"] for m in (before, after)]
        assert layers[0] == layers[1]


def gdal_reads(folder, name, *_):
    if not shutil.which("ogrinfo"):
        return "ogrinfo is not installed"
    run = subprocess.run(["ogrinfo", "-ro", "-so", "-al", str(folder / f"{name}.mbtiles")],
                         capture_output=True, text=True)
    assert run.returncode == 0 and "Feature Count" in run.stdout, run.stderr
    counts = [line for line in run.stdout.splitlines() if line.startswith("Feature Count")]
    other = subprocess.run(["ogrinfo", "-ro", "-so", "-al", str(fixtures / f"{name}.mbtiles")],
                           capture_output=True, text=True)
    wanted = [line for line in other.stdout.splitlines() if line.startswith("Feature Count")]
    # Two of the files declare a maxzoom at which they have no tile, and GDAL finds nothing in them;
    # ours declares what is there.
    declared_right = any(not line.endswith(" 0") for line in wanted)
    assert counts == wanted if declared_right else not counts[0].endswith(" 0"), (counts, wanted)


def is_refused(folder, name, code):
    target = folder / "refused.pmtiles"
    run = convert(fixtures / f"{name}.mbtiles", target)
    assert run.returncode == 2, run.returncode
    assert json.loads(run.stdout)["error"] == code, run.stdout
    assert not list(folder.glob("refused*")), "something was left behind"


def main():
    if not fixtures.is_dir():
        print("1..0 # SKIP no shared data")
        return 0
    tests = [(f"{name}: there and back", there_and_back, (name, count, kind)) for name, count, kind in SOUND]
    tests += [(f"{name}: GDAL reads ours as theirs", gdal_reads, (name,))
              for name, _, kind in SOUND if kind == "pbf"]
    tests += [(f"{name}: refused with {code}", is_refused, (name, code)) for name, code in BROKEN]
    print(f"1..{len(tests)}")
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        for number, (label, run, arguments) in enumerate(tests, 1):
            try:
                skip = run(pathlib.Path(name), *arguments)
                print(f"ok {number} - {label}" + (f" # SKIP {skip}" if skip else ""))
            except Exception as error:
                failed += 1
                print(f"not ok {number} - {label}\n# {type(error).__name__}: {error}")
    return 1 if failed else 0


sys.exit(main())
