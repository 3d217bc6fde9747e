#!/usr/bin/env python3
"""A data folder as people handle it: folder_test.py KAKIKOMAP WRITER SUPPORT. Prints TAP.

Backup while others write, restore, damage, a full disk, a read-only file, and SpatiaLite's own look
at the geometry column.
"""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

kakikomap, writer = map(os.path.abspath, sys.argv[1:3])
sys.path.insert(0, sys.argv[3])
from tap import Tap  # noqa: E402


def run(*words) -> tuple[int, dict]:
    done = subprocess.run([kakikomap, *map(str, words)], capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}


def write(folder, first: int, count: int, threads: int = 4) -> set[int]:
    out = subprocess.run([writer, folder, str(first), str(count), str(threads)], capture_output=True, text=True)
    return {int(line.split()[1]) for line in out.stdout.splitlines()}


def numbers(folder) -> set[int]:
    connection = sqlite3.connect(f"file:{folder}/kakikomap.db?mode=ro", uri=True)
    rows = connection.execute("SELECT id FROM comment_public").fetchall()
    connection.close()
    return {int.from_bytes(row[0][8:], "big") for row in rows}


def backups(tap: Tap, temp: pathlib.Path) -> None:
    live, out, back = temp / "live", temp / "live.zip", temp / "back"
    run("init", "--data", live)
    before = write(live, 1, 100)
    busy = subprocess.Popen([writer, live, "1001", "400", "4"], stdout=subprocess.DEVNULL)
    code, said = run("backup", "--data", live, "--out", out)
    busy.wait()
    tap.equal("a backup is made while others write", code, 0)
    code, _ = run("restore", "--data", back, "--in", out)
    tap.equal("it is restored into a new folder", code, 0)
    tap.check("what was acknowledged before the backup is in it", before <= numbers(back))
    code, checked = run("check", "--data", back)
    tap.check("the restored folder is whole", code == 0 and checked["ok"] and checked["changes"] == said["change"], checked)
    tap.check("and lives in another epoch", epoch_of(live) != epoch_of(back))
    tap.equal("a folder in use is not restored over", run("restore", "--data", live, "--in", out)[0], 2)
    listed = subprocess.run(["unzip", "-o", "-q", out, "-d", temp / "zip"]).returncode == 0
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "manifest.sha256"], cwd=temp / "zip", capture_output=True)
    tap.check("any unzip opens the backup, and sha256sum agrees with it", listed and sums.returncode == 0)
    broken = bytearray(out.read_bytes())
    broken[len(broken) // 2] ^= 1
    (temp / "broken.zip").write_bytes(broken)
    code, said = run("restore", "--data", temp / "none", "--in", temp / "broken.zip")
    tap.check("a damaged backup is refused", code != 0 and said["error"] == "checksum", said)
    tap.check("and leaves nothing that looks like a store", not (temp / "none" / "kakikomap.db").exists())
    code, said = run("restore", "--data", temp / "none", "--in", __file__)
    tap.check("a file that is no backup is refused", code == 2 and said["error"] == "format", said)


def epoch_of(folder) -> bytes:
    connection = sqlite3.connect(f"file:{folder}/kakikomap.db?mode=ro", uri=True)
    epoch = connection.execute("SELECT epoch FROM store").fetchone()[0]
    connection.close()
    return epoch


def spatialite(database, statement: str) -> list[str]:
    """By the sqlite3 shell: not every Python may load extensions."""
    done = subprocess.run(["sqlite3", "-cmd", ".load mod_spatialite", database, statement], capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr)
    return done.stdout.split("\n")[:-1]


def geometry(tap: Tap, folder) -> None:
    copy = pathlib.Path(folder) / "tmp" / "copy.db"
    shutil.copy(pathlib.Path(folder) / "kakikomap.db", copy)  # CheckSpatialIndex wants to write
    try:
        spatialite(copy, "SELECT 1")
    except (AssertionError, FileNotFoundError):
        tap.skip("SpatiaLite reads the places", "sqlite3 or mod_spatialite is not installed")
        return
    places = spatialite(
        copy,
        "SELECT count(*), sum(ST_SRID(geom) = 4326 AND GeometryType(geom) = 'POINT'"
        " AND round(ST_X(geom) * 1e7) = lon_e7 AND round(ST_Y(geom) * 1e7) = lat_e7) FROM comment",
    )[0].split("|")
    tap.check("SpatiaLite reads every place as the integers say", int(places[0]) >= 100 and places[0] == places[1], places)
    registered = spatialite(
        copy, "SELECT f_table_name, f_geometry_column, geometry_type, srid, spatial_index_enabled FROM geometry_columns"
    )
    tap.equal("the column is registered with its index", registered, ["comment|geom|1|4326|1"])
    tap.equal("the spatial index is whole in SpatiaLite's eyes",
              spatialite(copy, "SELECT CheckSpatialIndex('comment', 'geom')"), ["1"])
    if shutil.which("ogrinfo"):
        seen = subprocess.run(["ogrinfo", "-ro", "-so", copy, "comment"], capture_output=True, text=True)
        tap.check("GDAL opens the layer as points in WGS 84",
                  "Geometry: Point" in seen.stdout and "WGS 84" in seen.stdout, seen.stdout, seen.stderr)
    copy.unlink()


def full_disk(tap: Tap, temp: pathlib.Path) -> None:
    disk = temp / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        tap.skip("a full disk", "only root may mount a small disk")
        return
    try:
        folder = disk / "data"
        run("init", "--data", folder)
        acknowledged = write(folder, 1, 20000)
        tap.check("a full disk stops the writing", 0 < len(acknowledged) < 20000, len(acknowledged))
        tap.check("what was acknowledged is there, and can be read", acknowledged <= numbers(folder))
        os.environ["SQLITE_TMPDIR"] = str(temp)
        connection = sqlite3.connect(folder / "kakikomap.db")
        tap.equal("the database is whole", connection.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        connection.close()
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        tap.check("with room again the writing goes on", len(write(folder, 30001, 50)) == 50)
        code, said = run("check", "--data", folder)
        tap.check("and the store is whole", code == 0 and said["ok"], said)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        refused = subprocess.run([writer, folder, "40001", "1", "1"], capture_output=True, text=True)
        tap.check("a read-only disk is told", refused.returncode == 1 and "writable" in refused.stderr, refused.stderr)
    finally:
        subprocess.run(["umount", disk], capture_output=True)


def body(tap: Tap) -> None:
    temp = pathlib.Path(tempfile.mkdtemp(prefix="kakikomap-folder-"))
    try:
        backups(tap, temp)
        geometry(tap, temp / "back")
        full_disk(tap, temp)
    finally:
        shutil.rmtree(temp, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(Tap().run(body))
