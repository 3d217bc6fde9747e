#!/usr/bin/env python3
"""Every tile of a whole city, read by GDAL's MVT driver: no warning, no invalid polygon (GEOS), as
many features as were imported, and on both sides of a tile's border the same map.
Usage: city_gdal_test.py KAKIKOMAP SOURCE_ROOT. Prints TAP."""

import collections
import gzip
import pathlib
import sqlite3
import sys
import tempfile

sys.path.append(str(pathlib.Path(sys.argv[2]).resolve() / "tests/support"))
from city_archives import made, run  # noqa: E402
from tap import Tap  # noqa: E402

EXTENT = 4096
# Within this many units of the border both tiles have all there is: 64 units less what rounding of
# the cut's end moves (tiles/tiler/cut.h); buildings are whole and compared by city_test.mjs.
STRIP = 56


def read_tiles(program, city, folder):
    """(z, x, y) → the tile's plain bytes, by way of an MBTiles file; rows there count from the south."""
    path = folder / f"{city['name']}.mbtiles"
    run(program, "tiles", "--data", city["data"], "--out", path)
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles")
        return {(z, x, 2**z - 1 - row): gzip.decompress(data) for z, x, row, data in rows}


def decode(gdal, tile):
    """layer → id → geometry in units of the tile. Raises on anything GDAL says."""
    gdal.FileFromMemBuffer("/vsimem/city.mvt", tile)
    source = gdal.OpenEx("/vsimem/city.mvt", gdal.OF_VECTOR, allowed_drivers=["MVT"], open_options=["CLIP=NO"])
    layers = {}
    for n in range(source.GetLayerCount()):
        layer = source.GetLayer(n)
        found = layers.setdefault(layer.GetName(), {})
        for feature in layer:
            found[feature.GetFieldAsInteger64("mvt_id")] = feature.GetGeometryRef().Clone()
        if len(found) != layer.GetFeatureCount():
            raise ValueError(f"{layer.GetName()}: {layer.GetFeatureCount()} features, {len(found)} ids")
    return layers


def moved(geometry, dx, dy):
    """A copy, `dx` and `dy` units further."""
    copy = geometry.Clone()

    def shift(part):
        for i in range(part.GetGeometryCount()):
            shift(part.GetGeometryRef(i))
        for i in range(part.GetPointCount()):
            part.SetPoint_2D(i, part.GetX(i) + dx, part.GetY(i) + dy)

    shift(copy)
    return copy


def box(ogr, x0, y0, x1, y1):
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]:
        ring.AddPoint_2D(x, y)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon


def seam(here, there, strip, step, zoom):
    """What lies in `strip` of one of two neighbours and not in the other, by more than the rounding of
    two cuts (half a unit each, and on a slant). Returns (compared, wrong)."""
    compared, wrong = 0, []
    for name in set(here) | set(there):
        if name == "building":
            continue
        other_tile = {i: moved(g, *step) for i, g in there.get(name, {}).items()}
        for mine, theirs in ((here.get(name, {}), other_tile), (other_tile, here.get(name, {}))):
            for i, geometry in mine.items():
                part = geometry.Intersection(strip)
                if part.IsEmpty():
                    continue
                compared += 1
                if i in theirs and theirs[i].Buffer(1.5).Contains(part):
                    continue
                # A sliver thinner than a unit may vanish in one tile by snapping.
                if i in theirs or max(part.Area(), part.Length()) > 2:
                    wrong.append((zoom, name, i, part.ExportToWkt()[:300]))
    return compared, wrong


def city_checks(tap, gdal, ogr, program, city, folder):
    name = city["name"]
    tiles = read_tiles(program, city, folder)
    said = []
    gdal.PushErrorHandler(lambda level, number, text: said.append(text))
    decoded, invalid, ids = {}, [], collections.defaultdict(set)
    for (z, x, y), tile in sorted(tiles.items()):
        decoded[z, x, y] = decode(gdal, tile)
        for layer, features in decoded[z, x, y].items():
            for i, geometry in features.items():
                ids[z, layer].add(i)
                if geometry.IsEmpty() or not geometry.IsValid():
                    invalid.append((z, x, y, layer, i, geometry.ExportToWkt()[:300]))
    tap.equal(f"{name}: GDAL reads {len(tiles)} tiles without a warning", said, [])
    tap.check(f"{name}: and every geometry is valid", not invalid, len(invalid), *invalid[:3])
    for layer, count in city["layers"].items():
        tap.equal(f"{name}: {count} in layer {layer} at zoom 16", len(ids[16, layer]), count)
    for z in range(12, 16):
        tap.check(f"{name}: and the same buildings at zoom {z}", ids[z, "building"] == ids[16, "building"])
    compared, wrong = 0, []
    for (z, x, y), here in decoded.items():
        # Without a place GDAL turns y round: a tile's south is at 0, the next tile's north at 4096.
        for step, strip in [((1, 0), (EXTENT - STRIP, 0, EXTENT + STRIP, EXTENT)),
                            ((0, 1), (0, -STRIP, EXTENT, STRIP))]:
            there = decoded.get((z, x + step[0], y + step[1]), {})
            found = seam(here, there, box(ogr, *strip), (EXTENT * step[0], -EXTENT * step[1]), z)
            compared, wrong = compared + found[0], wrong + found[1]
    gdal.PopErrorHandler()
    tap.check(f"{name}: on both sides of a border the same ({compared} features)", compared > 0 and not wrong, len(wrong), *wrong[:5])


def body(tap):
    try:
        from osgeo import gdal, ogr
    except ImportError:
        tap.skip("GDAL reads the city", "python3-gdal is not installed")
        return
    gdal.UseExceptions()
    ogr.UseExceptions()
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="kakikomap-city-") as folder:
        for city in made(program, folder):
            city_checks(tap, gdal, ogr, program, city, pathlib.Path(folder))


sys.exit(Tap().run(body))
