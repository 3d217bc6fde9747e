#!/usr/bin/env python3
"""What the CityGML reader makes of small files whose right answer is known. Prints TAP."""

import pathlib
import sys
import tempfile

import fixtures as fx
from citygml_id import feature_id
from tap import Tap, list_features

PROGRAM = sys.argv[1]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="kakikomap-import-"))
tap = Tap()


def read(text, name="town_bldg_6697_op.gml"):
    path = FOLDER / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list_features(PROGRAM, path)[0]


SQUARE = fx.surface(fx.polygon(fx.square(0, 0, 10)))


def one(name="one", **options):
    features, report = read(fx.model(fx.building(name, **options)))
    return (features[0] if features else None), report


def heights():
    house, report = one(height="7.25", lod0=SQUARE, lod1=fx.box(0, 0, 10, 20, 26.4))
    tap.equal(house["tags"].get("render_height"), 7.25, "measuredHeight is the height")
    tap.equal(house["tags"].get("height_source"), "measured", "and says that it was measured")
    tap.equal(report["height_sum_um"], 7250000, "the sum of heights is exact")
    tap.equal(house["id"], feature_id("one"), "the id is made from gml:id as documented")
    tap.near(fx.area_m2(house["parts"]), 100, 0.2, "the footprint keeps its area")
    for text, why in [("-9999", "sentinel"), ("9999", "sentinel"), ("2.8（テスト）", "invalid"),
                      ("", "absent"), ("0", "invalid"), ("-3", "invalid"), ("1200", "invalid"),
                      ("nan", "invalid"), ("1e400", "invalid"), ("0x10", "invalid")]:
        house, report = one(height=text, lod0=SQUARE, lod1=fx.box(0, 0, 10, 20, 26.4))
        tags = house["tags"]
        tap.ok(tags.get("height_unknown") == why and tags["height_source"] == "lod1"
               and abs(tags["render_height"] - 6.4) < 1e-4,
               f"a height of {text!r} is {why}, and LOD1 gives 6.4 m", tags)
    house, _ = one(lod0=SQUARE, lod1=fx.box(0, 0, 10, 20, 23.0))
    tap.equal((house["tags"]["height_source"], house["tags"]["render_height"]), ("assumed", 3),
              "a LOD1 box of 3.000 m is a placeholder: assumed")
    storeys = "<bldg:storeysAboveGround>4</bldg:storeysAboveGround>"
    house, _ = one(lod0=SQUARE, lod1=fx.box(0, 0, 10, 20, 23.0), more=storeys)
    tap.equal((house["tags"]["height_source"], house["tags"]["render_height"], house["tags"]["storeys"]),
              ("storeys", 12, 4), "storeys say more than a placeholder: 3 m each")
    house, _ = one(lod0=SQUARE, more=storeys.replace("4", "9999"))
    tap.ok(house["tags"]["height_source"] == "assumed" and "storeys" not in house["tags"],
           "9999 storeys are unknown", house["tags"])
    house, _ = one(height="300", lod0=SQUARE, lod1=fx.box(0, 0, 10, 0, 8))
    tap.equal(house["tags"]["render_height"], 300, "a tower is as high as it says")
    text = fx.model(fx.building("cm", height="700", lod0=SQUARE)).replace('uom="m"', 'uom="cm"')
    house = read(text)[0][0]
    tap.equal(house["tags"].get("height_unknown"), "invalid", "a height in another unit is not taken for metres")


def attributes():
    more = ('<gen:stringAttribute name="建物ID"><gen:value>11202-bldg-7</gen:value></gen:stringAttribute>'
            '<gml:name>市役所</gml:name><bldg:class>3003</bldg:class><bldg:usage>421</bldg:usage>'
            "<bldg:yearOfConstruction>1976</bldg:yearOfConstruction>")
    tags = one(lod0=SQUARE, more=more)[0]["tags"]
    tap.equal(tags.get("use"), "官公庁施設", "the code of a use becomes its word")
    tap.equal(tags.get("year"), 1976, "the year is a number")
    tap.equal(tags.get("name"), "市役所", "gml:name is the name")
    tap.equal(tags.get("kind"), "roof", "class 3003 is a roof without walls")
    tap.equal(tags.get("building_id"), "11202-bldg-7", "建物ID of the editions of 2020 is the building's id")
    tags = one(lod0=SQUARE, more="<bldg:usage>461</bldg:usage><bldg:yearOfConstruction>0001</bldg:yearOfConstruction>")[0]["tags"]
    tap.ok("use" not in tags and "year" not in tags, "461 and 0001 are unknown", tags)
    ids = ("<uro:buildingIDAttribute><uro:BuildingIDAttribute><uro:buildingID>11202-bldg-9</uro:buildingID>"
           "<uro:branchID>2</uro:branchID></uro:BuildingIDAttribute></uro:buildingIDAttribute>")
    tags = one(lod0=SQUARE, tail=ids)[0]["tags"]
    tap.equal(tags.get("building_id"), "11202-bldg-9-2", "buildingID with its branch")
    tap.equal(one(lod0=SQUARE)[0]["tags"].get("building_id"), "one", "without one, gml:id")


def footprints():
    hole = fx.surface(fx.polygon(fx.square(0, 0, 10), fx.square(4, 4, 2)))
    tap.near(fx.area_m2(one(lod0=hole)[0]["parts"]), 96, 0.3, "a courtyard is a hole")
    far = fx.surface(fx.polygon(fx.square(0, 0, 10), fx.square(9000, 9000, 5)))
    house, report = one(lod0=far)
    tap.ok(len(house["parts"]) == 1 and report.get("dropped_hole") == 1 and report["repaired"] == 1,
           "a hole kilometres away is left out and counted", report)
    house, report = one(lod0=fx.surface(fx.polygon(fx.square(9000, 9000, 10))), lod1=fx.box(0, 0, 8, 1, 5))
    tap.near(fx.area_m2(house["parts"]), 64, 0.3, "a footprint far from its LOD1 is replaced by LOD1's floor")
    tap.equal(report.get("other_lod"), 1, "and counted")
    house, report = one(roof_edge=SQUARE)
    tap.near(fx.area_m2(house["parts"]), 100, 0.2, "the roof edge serves where there is no foot print")
    house, report = one(lod1=fx.box(0, 0, 8, 1, 5))
    tap.near(fx.area_m2(house["parts"]), 64, 0.3, "without LOD0, LOD1's floor is the footprint")
    tap.equal(report["repaired"], 0, "which is no repair")
    house, report = one(lod0=fx.surface(fx.polygon(fx.square(0, 0, 10), closed=False)))
    tap.ok(report.get("closed") == 1 and abs(fx.area_m2(house["parts"]) - 100) < 0.2, "an unclosed ring is closed and counted", report)
    twice = fx.square(0, 0, 10)
    house, report = one(lod0=fx.surface(fx.polygon([twice[0], *twice])))
    tap.ok(report.get("duplicate_points") == 1 and len(house["parts"][0]) == 4, "a repeated point is dropped and counted", report)
    bow = [(0, 0, 0), (10, 10, 0), (10, 0, 0), (0, 10, 0)]
    house, report = one(lod0=fx.surface(fx.polygon(bow)))
    tap.ok(report.get("made_valid") == 1 and abs(fx.area_m2(house["parts"]) - 50) < 0.3, "a bow tie becomes two triangles", report)
    line = [(0, 0, 0), (10, 0, 0), (20, 0, 0)]
    house, report = one(lod0=fx.surface(fx.polygon(line)))
    tap.equal((house, report["refused"], report["refusals"][0]["reason"]), (None, 1, "degenerate"), "a footprint without area is refused")
    house, report = one(lod0=fx.surface(fx.polygon(line), fx.polygon(fx.square(0, 0, 10))))
    tap.ok(house and report.get("dropped_polygon") == 1, "but not when there is a good one beside it", report)
    house, report = one(height="5")
    tap.equal(report["refusals"][0]["reason"], "no_geometry", "a building without geometry is refused")
    tap.equal(report["refusals"][0]["id"], "one", "with its gml:id")
    tap.ok(report["refusals"][0]["line"] > 5, "and its line", report)
    for bad, reason in [("35 139", "coordinate"), ("35 139 x 35 139 0", "coordinate"), ("51.5 0 0 51.6 0 0 51.6 0.1 0 51.5 0 0", "outside")]:
        text = fx.model(fx.building("bad", lod0=SQUARE)).replace(fx.ring(fx.square(0, 0, 10)), bad)
        features, report = read(text)
        tap.equal((len(features), report["refusals"][0]["reason"]), (0, reason), f"coordinates {bad!r} are refused: {reason}")


def parts_and_links():
    text = fx.model(fx.building("whole", lod0=SQUARE, tail=fx.part("a", height="5", lod0=fx.surface(fx.polygon(fx.square(10, 0, 10))))
                                + fx.part("b", height="9.5", lod1=fx.box(0, 10, 10, 0, 4))))
    features, report = read(text)
    tap.equal((report["features"], report["parts"]), (1, 2), "a building with parts is one feature")
    tap.near(fx.area_m2(features[0]["parts"]), 300, 0.6, "its footprint is the union of the parts'")
    tap.equal(len(features[0]["parts"]), 1, "without borders between them")
    tap.equal(features[0]["tags"]["render_height"], 9.5, "its height that of the highest part")
    link = ('<tran:Road gml:id="r"><tran:lod1MultiSurface><gml:MultiSurface><gml:surfaceMember xlink:href="#p"/></gml:MultiSurface></tran:lod1MultiSurface>'
            f"<tran:trafficArea><tran:TrafficArea><tran:lod2MultiSurface>{fx.surface(fx.polygon(fx.square(0, 0, 10), gml_id='p'))}</tran:lod2MultiSurface></tran:TrafficArea></tran:trafficArea></tran:Road>")
    features, report = read(fx.model(link))
    tap.ok(len(features) == 1 and abs(fx.area_m2(features[0]["parts"]) - 100) < 0.2, "a forward link is resolved at the member's end", report)
    features, report = read(fx.model(fx.building("x", lod0=SQUARE), link.replace("#p", "#nowhere").replace("lod2Multi", "lod3Multi")))
    tap.equal(report.get("dropped_link"), 1, "a link to nothing is counted")


def classes():
    def feature(body):
        features, report = read(fx.model(body))
        return (features[0] if features else None), report

    tree, _ = feature(f'<veg:SolitaryVegetationObject gml:id="t"><veg:height>8.5</veg:height><veg:lod1Geometry>{fx.box(0, 0, 6, 3, 11.5)}</veg:lod1Geometry></veg:SolitaryVegetationObject>')
    tap.ok(tree["layer"] == "tree" and tree["tags"]["height"] == 8.5 and abs(tree["tags"]["crown_radius"] - 3) < 0.02, "a tree has height and crown", tree)
    lon, lat = tree["parts"][0][0]
    tap.ok(abs(lon - fx.LON - 3 * fx.M_LON) < 2e-7 and abs(lat - fx.LAT - 3 * fx.M_LAT) < 2e-7, "and stands in the middle of its foot", (lon, lat))
    implicit = ('<veg:SolitaryVegetationObject gml:id="i"><veg:lod1ImplicitRepresentation><core:ImplicitGeometry><core:relativeGMLGeometry>'
                '<gml:Point><gml:pos>1 2 3</gml:pos></gml:Point></core:relativeGMLGeometry><core:referencePoint><gml:Point>'
                f"<gml:pos>{fx.LAT} {fx.LON} 30</gml:pos></gml:Point></core:referencePoint></core:ImplicitGeometry></veg:lod1ImplicitRepresentation></veg:SolitaryVegetationObject>")
    tree, _ = feature(implicit)
    tap.ok(tree and abs(tree["parts"][0][0][0] - fx.LON) < 2e-7, "a template stands at its reference point", tree)
    for body, layer, kind in [
        ('<tran:Road gml:id="a"><tran:function>2</tran:function><tran:lod1MultiSurface>%s</tran:lod1MultiSurface></tran:Road>', "road", "major"),
        ('<tran:Track gml:id="a"><tran:lod1MultiSurface>%s</tran:lod1MultiSurface></tran:Track>', "road", "path"),
        ('<wtr:WaterBody gml:id="a"><gml:name>星川</gml:name><wtr:lod1MultiSurface>%s</wtr:lod1MultiSurface></wtr:WaterBody>', "water", "river"),
        ('<luse:LandUse gml:id="a"><luse:class>211</luse:class><luse:lod1MultiSurface>%s</luse:lod1MultiSurface></luse:LandUse>', "landuse", "residential"),
        ('<veg:PlantCover gml:id="a"><veg:averageHeight>2</veg:averageHeight><veg:lod1MultiSurface>%s</veg:lod1MultiSurface></veg:PlantCover>', "green", "plant_cover"),
        ('<frn:CityFurniture gml:id="a"><frn:function>8160</frn:function><frn:lod1Geometry>%s</frn:lod1Geometry></frn:CityFurniture>', "place", "bench"),
    ]:
        found, report = feature(body % SQUARE)
        tap.ok(found and found["layer"] == layer and found["tags"]["kind"] == kind, f"{body[1:body.index(' ')]} goes to {layer} as {kind}", (found, report))
    for body, reason in [
        ('<wtr:WaterBody gml:id="a"><wtr:lod1MultiSurface>%s</wtr:lod1MultiSurface><uro:floodingRiskAttribute/></wtr:WaterBody>', "hazard_zone"),
        ('<tun:Tunnel gml:id="a"><tun:lod1MultiSurface>%s</tun:lod1MultiSurface></tun:Tunnel>', "underground"),
        ('<core:Unheard gml:id="a">%s</core:Unheard>', "class"),
    ]:
        found, report = feature(body % SQUARE)
        tap.ok(found is None and report["refusals"][0]["reason"] == reason, f"refused as {reason}", report)


def whole_files():
    good = fx.model(fx.building("a", lod0=SQUARE), fx.building("b", lod0=SQUARE))
    _, report = read("\ufeff" + good)
    tap.equal(report.get("features"), 2, "a byte order mark is accepted")
    _, report = read(good.replace("bldg:", "haus:").replace("xmlns:bldg", "xmlns:haus"))
    tap.equal(report.get("imported"), 2, "prefixes do not matter")
    _, report = read(good.replace("http://www.opengis.net/citygml/building/2.0", "http://example.org/other"))
    tap.equal(report.get("refused"), 2, "namespaces do")
    cut = good[: good.index("</core:CityModel>") - 40]
    _, report = read(cut)
    tap.ok(report.get("code") == "format" and report["line"] == len(cut.splitlines()), "a file cut off is refused with the line", report)
    lines = good.splitlines()
    lines[8] += "</bldg:Nobody>"
    _, report = read("\n".join(lines))
    tap.equal((report.get("code"), report.get("line")), ("format", 9), "a wrong tag is refused with the line")
    doctype = good.replace("<core:CityModel", '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>\n<core:CityModel', 1)
    _, report = read(doctype)
    tap.ok(report.get("code") == "unsupported" and "DOCTYPE" in report["error"] and report["line"] == 2, "a DOCTYPE is refused at once", report)
    _, report = read("<html/>", "page.gml")
    tap.equal(report.get("code"), "unsupported", "another kind of XML is refused")
    _, report = read(good.replace("<gml:MultiSurface>", '<gml:MultiSurface srsName="http://www.opengis.net/def/crs/EPSG/0/6677">', 1))
    tap.ok(report.get("code") == "unsupported" and "6697" in report["error"], "plane coordinates are refused with advice", report)
    deep = good.replace(SQUARE, "<gml:x>" * 300 + "</gml:x>" * 300, 1)
    _, report = read(deep)
    tap.equal(report.get("code"), "too_large", "300 nested elements are refused")
    _, report = read(fx.model())
    tap.equal(report.get("features"), 0, "a city without objects is empty, not wrong")
    _, report = read("", "nothing.gml")
    tap.equal(report.get("code"), "format", "an empty file is refused")
    utf16 = good.replace("UTF-8", "UTF-16").encode("utf-16")
    tap.equal(read(utf16)[1].get("imported"), 2, "UTF-16 is read")
    _, report = read(good.encode().replace(b'"a"', b'"\xff\xfe"'))
    tap.equal(report.get("code"), "format", "bytes that are no UTF-8 are refused")


heights()
attributes()
footprints()
parts_and_links()
classes()
whole_files()
tap.end()
