#!/usr/bin/env python3
"""The archive of a town of 100,000 buildings, z12 to z16, every building kept, beside GDAL's MVT
driver and, where they are installed, tippecanoe and tilemaker: wall and processor seconds, peak
memory, bytes, and the ratios of ours to each. All get the same buildings and attributes, with the id
as the feature's id alone; peers read the fastest form that they read, ours its spool.

Usage: archive.py ARCHIVE_BENCH [COUNT [ROUNDS]]"""

import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

bench = pathlib.Path(sys.argv[1]).resolve()
COUNT = sys.argv[2] if len(sys.argv) > 2 else "100000"
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3


def measure(command: list[str], out: pathlib.Path, cwd: pathlib.Path) -> dict | str:
    """One run in a child of its own, so that processor time and memory are its alone."""
    out.unlink(missing_ok=True)
    log = cwd / "log"
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        with log.open("wb") as to:
            os.dup2(to.fileno(), 1)
            os.dup2(to.fileno(), 2)
        os.chdir(cwd)
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - start
    if status != 0 or not out.is_file():
        tail = log.read_text(errors="replace").strip().splitlines()[-1:] or ["no message"]
        return f"failed: {tail[0]}"
    return {
        "wall_s": wall,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
        "mb": out.stat().st_size / 1e6,
    }


def tilemaker_files(folder: pathlib.Path) -> list[str]:
    """tilemaker 2.2 reads shapefiles as a layer of its own; it cannot give their features ids."""
    columns = ["render_heig", "storeys", "use", "year", "name"]
    layer = {
        "minzoom": 12, "maxzoom": 16, "source": str(folder / "town.shp"),
        "source_columns": [c[:10] for c in columns],
    }
    settings = {
        "minzoom": 12, "maxzoom": 16, "basezoom": 16, "include_ids": False, "compress": "gzip",
        "name": "town", "version": "1", "description": "", "bounding_box": [139.28, 36.07, 139.5, 36.23],
    }
    (folder / "tilemaker.json").write_text(json.dumps({"layers": {"building": layer}, "settings": settings}))
    (folder / "tilemaker.lua").write_text(
        "node_keys = {}\nfunction node_function(node) end\nfunction way_function(way) end\n"
    )
    return ["tilemaker", "--config", "tilemaker.json", "--process", "tilemaker.lua", "--output", "tilemaker.mbtiles"]


def peers(folder: pathlib.Path) -> dict[str, tuple[list[str], str]]:
    """name → (command, its file)"""
    return {
        "GDAL MVT, limits raised": (
            ["ogr2ogr", "-f", "MVT", "gdal.mbtiles", "town.fgb", "-dsco", "MINZOOM=12", "-dsco", "MAXZOOM=16",
             "-dsco", "MAX_SIZE=100000000", "-dsco", "MAX_FEATURES=10000000"],
            "gdal.mbtiles",
        ),
        "tippecanoe, keep all, -x bid": (
            ["tippecanoe", "-q", "-o", "tippecanoe.mbtiles", "-Z12", "-z16", "-r1", "--no-feature-limit",
             "--no-tile-size-limit", "-P", "--use-attribute-for-id=bid", "-x", "bid", "-l", "building", "town.geojson"],
            "tippecanoe.mbtiles",
        ),
        "tilemaker, from a shapefile": (tilemaker_files(folder), "tilemaker.mbtiles"),
    }


def show(name: str, one: dict, ours: dict | None) -> None:
    line = f"{name:34} {one['wall_s']:7.2f} s {one['cpu_s']:7.2f} CPU s {one['peak_mb']:6.0f} MB {one['mb']:6.2f} MB file"
    if ours:
        line += f"   ours: {ours['wall_s'] / one['wall_s']:.3f} × wall, {ours['cpu_s'] / one['cpu_s']:.3f} × CPU, {ours['mb'] / one['mb']:.2f} × bytes"
    print(line, flush=True)


def median_of(runs: list[dict]) -> dict:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def main() -> int:
    # On /tmp's own disk, with all files of one run together.
    with tempfile.TemporaryDirectory(prefix="kakikomap-archive-") as name:
        folder = pathlib.Path(name)
        subprocess.run([bench, "spool", folder / "town.spool", COUNT], check=True)
        subprocess.run([bench, "geojson", folder / "town.geojson", COUNT], check=True)
        print(f"# {COUNT} buildings, z12-16, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        cut = [str(bench), "cut", str(folder / "town.spool"), str(folder / "ours.pmtiles")]
        variants = {
            "ours, all attributes at all zooms": ["no-id", "all-keys"],
            "ours, attributes by zoom": ["no-id"],
            "ours, with building_id at z16": [],
            "ours, one thread": ["no-id", "all-keys", "threads=1"],
            "ours, pieces in 8 MB, rest on disk": ["no-id", "all-keys", "limit=8388608"],
        }
        ours = None
        for label, options in variants.items():
            runs = [measure(cut + options, folder / "ours.pmtiles", folder) for _ in range(ROUNDS)]
            broken = [run for run in runs if isinstance(run, str)]
            if broken:
                print(f"{label}: {broken[0]}")
                return 1
            one = median_of(runs)
            ours = ours or one
            show(label, one, None)
        if shutil.which("ogr2ogr"):
            for driver, out in (("FlatGeobuf", "town.fgb"), ("ESRI Shapefile", "town.shp")):
                subprocess.run(["ogr2ogr", "-f", driver, folder / out, folder / "town.geojson"], check=True,
                               stderr=subprocess.DEVNULL)
        for label, (command, out) in peers(folder).items():
            if not shutil.which(command[0]):
                print(f"{label:34} {command[0]} is not installed")
                continue
            one = measure(command, folder / out, folder)
            if isinstance(one, str):
                print(f"{label:34} {one}")
            else:
                show(label, one, ours)
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
