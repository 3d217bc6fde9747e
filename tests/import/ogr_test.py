#!/usr/bin/env python3
"""Files of other kinds through OGR: attributes, layers, coordinate systems, damage. Prints TAP."""

import json
import pathlib
import sys
import tempfile

import fixtures as fx
from tap import Tap, list_features, shared_data

PROGRAM = sys.argv[1]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="kakikomap-import-"))
tap = Tap()


def corner(x, y):
    return [fx.LON + x * fx.M_LON, fx.LAT + y * fx.M_LAT]


def square(size, closed=True):
    points = [corner(0, 0), corner(size, 0), corner(size, size), corner(0, size)]
    return {"type": "Polygon", "coordinates": [points + points[:1] if closed else points]}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": p, "geometry": g} for p, g in features]})


def read(text, *arguments, name="town.geojson"):
    path = FOLDER / name
    path.write_text(text, encoding="utf-8")
    return list_features(PROGRAM, *arguments, path)[0]


point = {"type": "Point", "coordinates": corner(0, 0)}
line = {"type": "LineString", "coordinates": [corner(0, 0), corner(20, 5)]}


def layers():
    for properties, geometry, layer, kind in [
        ({"kind": "building"}, square(10), "building", None),
        ({}, square(10), "building", None),
        ({"kind": "roof"}, square(10), "building", "roof"),
        ({"kind": "bridge"}, square(10), "building", "bridge"),
        ({"kind": "bridge"}, line, "road", "bridge"),
        ({"kind": "tree"}, point, "tree", None),
        ({"kind": "park"}, square(10), "green", "park"),
        ({"kind": "park", "name": "荒川公園"}, point, "place", "park"),
        ({"kind": "pond"}, square(10), "water", "pond"),
        ({"kind": "sidewalk"}, line, "road", "sidewalk"),
        ({}, line, "road", "street"),
        ({"kind": "bench"}, point, "place", "bench"),
        ({"kind": "residential"}, square(10), "landuse", "residential"),
        ({"kind": "クールシェア"}, point, "place", "クールシェア"),
    ]:
        features, report = read(collection((properties, geometry)))
        found = features[0] if features else {"layer": None, "tags": {}}
        tap.ok(found["layer"] == layer and found["tags"].get("kind") == kind,
               f"{properties} as {geometry['type']} goes to {layer}", (found, report))
    features, report = read(collection(({"kind": "tree"}, square(10)), ({}, None)))
    tap.equal([r["reason"] for r in report["refusals"]], ["layer", "no_geometry"], "a tree cannot be a polygon, a feature needs geometry")
    tap.equal((report["features"], report["imported"], report["refused"]), (2, 0, 2), "features = imported + refused")


def attributes():
    features, report = read(collection(({"H_MAX": 12.5, "id": "b7", "storeys": 4, "min_height": 3, "use": "商業施設", "year": 1990, "name": "市民ホール"}, square(10))), "--map=height=H_MAX")
    tags = features[0]["tags"]
    tap.equal(tags, {"building_id": "b7", "render_height": 12.5, "render_min_height": 3, "height_source": "measured", "storeys": 4,
                     "use": "商業施設", "year": 1990, "name": "市民ホール"}, "attributes by name and by --map")
    tap.equal(report["height_sum_um"], 12500000, "the height counts as measured")
    features, _ = read(collection(({"高さ": "-9999", "階数": 3}, square(10))))
    tap.equal((features[0]["tags"]["render_height"], features[0]["tags"]["height_source"], features[0]["tags"]["height_unknown"]),
              (9, "storeys", "sentinel"), "an unknown height comes from storeys and says why")
    _, report = read(collection(({}, square(10))), "--map=height=NOSUCH")
    tap.ok(report.get("code") == "param", "--map to a field that is not there is an error", report)
    features, _ = read(collection(({}, point)), "--kind=tree")
    tap.equal(features[0]["layer"], "tree", "--kind serves where a feature does not say")
    a = read(collection(({"id": 1}, square(10))), name="one.geojson")[0][0]["id"]
    b = read(collection(({"id": 1}, square(10))), name="two.geojson")[0][0]["id"]
    tap.ok(a != b and 0 < a < 2**53, "the same id in two sources gives two numbers", (a, b))


def shapes():
    features, report = read(collection(({}, square(10, closed=False))))
    tap.ok(report.get("imported", 0) + report.get("refused", 0) == 1 and (features == [] or report["closed"] == 1), "an unclosed ring is closed and counted, or refused", report)
    tap.ok(features and abs(fx.area_m2(features[0]["parts"]) - 100) < 0.3, "here it is closed", report)
    both = {"type": "GeometryCollection", "geometries": [point, square(10)]}
    features, _ = read(collection(({}, both)))
    tap.equal(features[0]["type"], 3, "of a collection the polygons count")
    far = {"type": "Point", "coordinates": [200, 95]}
    _, report = read(collection(({}, far)))
    tap.equal(report["refusals"][0]["reason"], "outside", "places beyond the earth are refused")
    text = collection(({}, square(10)), ({}, square(12)))
    _, report = read(text[: len(text) - 60])
    tap.ok(report.get("code") == "format" and report["detail"], "a GeoJSON cut off is refused, with GDAL's words", report)
    _, report = read("not a map", name="notes.geojson")
    tap.equal(report.get("code"), "format", "what GDAL does not know is refused")


def gdal_formats():
    try:
        from osgeo import ogr, osr
    except ImportError:
        tap.skip("GeoPackage, Shapefile, FlatGeobuf", "python3-gdal is not installed")
        return
    ogr.UseExceptions()
    plane = osr.SpatialReference()
    plane.ImportFromEPSG(6677)
    for driver, name in [("GPKG", "houses.gpkg"), ("ESRI Shapefile", "houses.shp"), ("FlatGeobuf", "houses.fgb")]:
        path = FOLDER / name
        source = ogr.GetDriverByName(driver).CreateDataSource(str(path))
        layer = source.CreateLayer("houses", plane, ogr.wkbPolygon, options=["ENCODING=CP932"] if "Shape" in driver else [])
        layer.CreateField(ogr.FieldDefn("height", ogr.OFTReal))
        layer.CreateField(ogr.FieldDefn("name", ogr.OFTString))
        for i in range(3):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature["height"] = 6.5 + i
            feature["name"] = "公民館"
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON((-40000 {16000 + 20 * i},-39990 {16000 + 20 * i},-39990 {16010 + 20 * i},-40000 {16010 + 20 * i},-40000 {16000 + 20 * i}))"))
            layer.CreateFeature(feature)
        layer = source = None
        features, report = list_features(PROGRAM, path)[0]
        tap.equal((report.get("imported"), report.get("height_sum_um")), (3, 22500000), f"{driver}: three houses and their heights")
        tap.equal(features[0]["tags"].get("name") if features else None, "公民館", f"{driver}: Japanese text")
        degrees = osr.SpatialReference()
        degrees.ImportFromEPSG(6668)
        degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        plane.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        lon, lat, _ = osr.CoordinateTransformation(plane, degrees).TransformPoint(-40000, 16000)
        near = min(abs(p[0] - lon) + abs(p[1] - lat) for f in features for p in f["parts"][0]) if features else 1
        tap.ok(near < 2e-7, f"{driver}: plane coordinates become degrees", near)
    for end in ("prj",):
        (FOLDER / f"houses.{end}").unlink()
    _, report = list_features(PROGRAM, FOLDER / "houses.shp")[0]
    tap.ok(report.get("code") == "unsupported" and "--crs" in report["error"], "without a coordinate system: refused with advice", report)
    _, report = list_features(PROGRAM, "--crs=EPSG:6677", FOLDER / "houses.shp")[0]
    tap.equal(report.get("imported"), 3, "--crs says which it is")
    (FOLDER / "houses.dbf").unlink()
    _, report = list_features(PROGRAM, "--crs=EPSG:6677", FOLDER / "houses.shp")[0]
    tap.equal(report.get("imported"), 3, "a Shapefile without .dbf is read")
    _, report = list_features(PROGRAM, "--crs=EPSG:nonsense", FOLDER / "houses.shp")[0]
    tap.equal(report.get("code"), "param", "a coordinate system nobody knows is an error")


def real():
    data = shared_data()
    if not data:
        tap.skip("cherry trees", "no ../shared/data")
        return
    shp = data / "opendata/yaizu/sakura_trees/桜位置.shp"
    features, report = list_features(PROGRAM, "--kind=tree", "--crs=EPSG:6668", shp)[0]
    tap.equal((report.get("imported"), {f["layer"] for f in features}), (5690, {"tree"}), "5690 cherry trees of Yaizu, without .dbf")
    features, report = list_features(PROGRAM, data / "opendata/kumagaya/gsi_evacuation_shelter_112020.geojson")[0]
    tap.equal(report.get("imported"), 146, "146 shelters of Kumagaya")


layers()
attributes()
shapes()
gdal_formats()
real()
tap.end()
