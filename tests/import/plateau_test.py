#!/usr/bin/env python3
"""Real PLATEAU files: counts and sums as their README lists them, and GDAL's reading of the same
buildings as an independent check. Prints TAP; skipped where the files or GDAL are absent."""

import sys
import xml.etree.ElementTree as ET

from citygml_id import feature_id
from tap import Tap, list_features, published, shared_data

PROGRAM = sys.argv[1]
tap = Tap()

GFS = """<GMLFeatureClassList><GMLFeatureClass><Name>Building</Name><ElementPath>Building</ElementPath>
<GeomPropertyDefn><Name>lod0FootPrint</Name><ElementPath>lod0FootPrint</ElementPath><Type>1006</Type></GeomPropertyDefn>
<GeomPropertyDefn><Name>lod0RoofEdge</Name><ElementPath>lod0RoofEdge</ElementPath><Type>1006</Type></GeomPropertyDefn>
<GeomPropertyDefn><Name>lod1Solid</Name><ElementPath>lod1Solid</ElementPath><Type>1015</Type></GeomPropertyDefn>
<SRSName>http://www.opengis.net/def/crs/EPSG/0/6697</SRSName>
<PropertyDefn><Name>measuredHeight</Name><ElementPath>measuredHeight</ElementPath><Type>String</Type></PropertyDefn>
</GMLFeatureClass></GMLFeatureClassList>"""

# The LOD0 of this building has two test holes in Yokohama, 15 km away: left out by us, not by GDAL.
STRAY_HOLES = {"BLD_0772bfd9-fa36-4747-ad0f-1e57f883f745"}

# What has no place on the map: terrain, flood depths, plans (tiles/import/reasons.def).
NOT_SHOWN = {"dem:ReliefFeature", "wtr:WaterBody", "urf:UseDistrict", "urf:Zone"}


def counts(data):
    rows = published(data)
    tap.ok(len(rows) >= 22 and None in rows.values(), "the README lists the files, one of them malformed", rows)
    on_disk = {str(p.relative_to(data / "plateau")) for p in (data / "plateau").rglob("*.gml")}
    tap.equal(set(rows), on_disk, "and no file is there that it does not list")
    for name, row in rows.items():
        features, report = list_features(PROGRAM, data / "plateau" / name)[0]
        if row is None:
            tap.ok(report.get("code") == "format" and report.get("line") == mismatch(data / "plateau" / name),
                   f"{name}: refused with the line where Python's parser stops", report)
            continue
        refused = sum(n for kind, n in row["objects"].items() if kind in NOT_SHOWN)
        tap.equal((report["features"], report["imported"], report["refused"], len(features)),
                  (row["features"], row["features"] - refused, refused, row["features"] - refused),
                  f"{name}: {row['features'] - refused} imported, {refused} refused")
        if row["buildings"]:
            heights(name, row, features, report)


def heights(name, row, features, report):
    tap.equal(report["measured"], row["heights"], f"{name}: {row['heights']} measured heights")
    tap.near(report["height_sum_um"] / 1e6, row["height_sum_m"], 0.05, f"{name}: their sum")
    tap.ok(all(f["tags"]["height_source"] == "measured" or f["tags"]["height_unknown"] for f in features), f"{name}: unknown heights say why")
    tap.ok(all(f["tags"]["render_height"] > 0 for f in features), f"{name}: every building can be drawn")


def mismatch(path):
    """The line at which an independent parser gives up; here both stand on expat, by different ways."""
    try:
        ET.parse(path)
    except ET.ParseError as fault:
        return fault.position[0]
    return None


def plane(lon, lat, origin):
    import math

    return (lon - origin[0]) * 111320 * math.cos(math.radians(origin[1])), (lat - origin[1]) * 111000


def area_of_parts(parts, origin):
    total = 0.0
    for points in parts:
        xy = [plane(*p, origin) for p in points]
        total += sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(xy, xy[1:] + xy[:1])) / 2
    return abs(total)


def gdal_rings(geometry):
    if geometry.GetGeometryCount() == 0:
        return [[p[:2] for p in geometry.GetPoints()]] if geometry.GetPointCount() else []
    return [ring for i in range(geometry.GetGeometryCount()) for ring in gdal_rings(geometry.GetGeometryRef(i))]


def flat_polygons(ogr, geometry, origin, keep):
    """The polygons of a geometry that `keep` (by their heights) wants, in metres, united."""
    union = ogr.Geometry(ogr.wkbMultiPolygon)
    lowest = min(p[2] for i in range(geometry.GetGeometryCount()) for p in geometry.GetGeometryRef(i).GetGeometryRef(0).GetPoints())
    for i in range(geometry.GetGeometryCount()):
        face = geometry.GetGeometryRef(i)
        if not keep([p[2] for p in face.GetGeometryRef(0).GetPoints()], lowest):
            continue
        flat = ogr.Geometry(ogr.wkbPolygon)
        for r in range(face.GetGeometryCount()):
            ring = ogr.Geometry(ogr.wkbLinearRing)
            for p in face.GetGeometryRef(r).GetPoints():
                ring.AddPoint_2D(*plane(p[0], p[1], origin))
            flat.AddGeometry(ring)
        union.AddGeometry(flat)
    return union.UnionCascaded()


def perimeter(parts, origin):
    total = 0.0
    for points in parts:
        xy = [plane(*p, origin) for p in points]
        total += sum(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in zip(xy, xy[1:] + xy[:1]))
    return total


def gdal_area(ogr, feature, origin, stray):
    for name in ("lod0FootPrint", "lod0RoofEdge"):
        geometry = feature.GetGeomFieldRef(name)
        if geometry and not geometry.IsEmpty():
            if stray:
                while geometry.GetGeometryRef(0).GetGeometryCount() > 1:
                    geometry.GetGeometryRef(0).RemoveGeometry(1)
            return flat_polygons(ogr, geometry, origin, lambda z, low: True).GetArea()
    return flat_polygons(ogr, feature.GetGeomFieldRef("lod1Solid"), origin, lambda z, low: max(z) <= low + 0.05).GetArea()


def cross_check(data):
    from osgeo import gdal, ogr

    gdal.UseExceptions()
    ogr.UseExceptions()
    gdal.FileFromMemBuffer("/vsimem/bldg.gfs", GFS.encode())
    for name in (n for n, row in published(data).items() if row and row["buildings"]):
        source = gdal.OpenEx(str(data / "plateau" / name), gdal.OF_VECTOR,
                             open_options=["GFS_TEMPLATE=/vsimem/bldg.gfs", "WRITE_GFS=NO", "EXPOSE_GML_ID=YES"])
        layer = source.GetLayerByName("Building")
        ours = {f["id"]: f for f in list_features(PROGRAM, data / "plateau" / name)[0][0]}
        seen, wrong_height, wrong_area, sum_ours, sum_gdal = 0, [], [], 0.0, 0.0
        for feature in layer:
            seen += 1
            gml_id = feature.GetField("gml_id")
            found = ours.get(feature_id(gml_id))
            if not found:
                wrong_height.append((gml_id, "missing"))
                continue
            text = feature.GetField("measuredHeight")
            try:
                height = float(text)
            except (TypeError, ValueError):
                height = None
            tags = found["tags"]
            measured = tags["render_height"] if tags["height_source"] == "measured" else None
            expected = None if height in (None, -9999.0) else height
            if (measured is None) != (expected is None) or (expected and abs(measured - expected) > 1e-4 * expected):
                wrong_height.append((gml_id, text, tags))
            origin = found["parts"][0][0]
            theirs, mine = gdal_area(ogr, feature, origin, gml_id in STRAY_HOLES), area_of_parts(found["parts"], origin)
            sum_ours, sum_gdal = sum_ours + mine, sum_gdal + theirs
            # World units are 7.5 mm here: a vertex moves by at most half of that in x and in y.
            if abs(mine - theirs) > 0.001 * theirs + 0.0055 * perimeter(found["parts"], origin):
                wrong_area.append((gml_id, mine, theirs))
        tap.equal(seen, len(ours), f"{name}: GDAL finds as many buildings")
        tap.ok(not wrong_height, f"{name}: GDAL finds the same heights", wrong_height[:3])
        tap.ok(not wrong_area, f"{name}: GDAL finds the same footprint areas, each to its rounding", wrong_area[:3])
        tap.near(sum_ours / sum_gdal, 1, 0.001, f"{name}: and their sum within 0.1 %")


data = shared_data()
if not data:
    tap.skip("real files", "no ../shared/data")
else:
    counts(data)
    try:
        import osgeo  # noqa: F401
    except ImportError:
        tap.skip("GDAL's reading", "python3-gdal is not installed")
    else:
        cross_check(data)
tap.end()
