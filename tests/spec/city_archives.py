"""The archives that the city tests read: the demo city, a small town of our own, and every PLATEAU
file of the real data. As a program: city_archives.py KAKIKOMAP FOLDER prints what `made` returns.

Each archive tells what must be in it, and not from our own reading of the files: the building_id of
every building is taken from the XML by Python's own parser."""

import json
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/import"))
import fixtures as fx  # noqa: E402

GML = "{http://www.opengis.net/gml}"


def run(program, *arguments, ok=(0,)):
    done = subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode not in ok:
        raise RuntimeError(f"{arguments}: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def text_of(element, name):
    for child in element.iter():
        if local(child) == name and child.text and child.text.strip():
            return child.text.strip()
    return None


def building_id(building):
    """The city's number for a building: buildingID with its branch, 建物ID in old editions, gml:id."""
    number = text_of(building, "buildingID")
    if number:
        branch = text_of(building, "branchID")
        return f"{number}-{branch}" if branch else number
    for attribute in building:
        if local(attribute) == "stringAttribute" and attribute.get("name") == "建物ID":
            return text_of(attribute, "value")
    return building.get(f"{GML}id")


def buildings_of(path):
    """Bridges stand in the layer of buildings, too."""
    members = ET.parse(path).getroot().iter()
    return [building_id(b) for b in members if local(b) in ("Building", "Bridge")]


def imported(program, folder, name, files):
    data = folder / name
    run(program, "init", "--data", data)
    report = run(program, "import", "--data", data, "city", *files)
    return {"name": name, "data": str(data), "layers": report["layers"], "features": report["imported"],
            "building_ids": sorted(i for f in files for i in buildings_of(f))}


def town(path):
    """Two by two tiles of zoom 16 full of houses: on all borders, round a courtyard, tiny, and a hall
    so long that it lies in several tiles."""
    def house(name, *polygons):
        return fx.building(name, height="6.5", lod0=fx.surface(*polygons))

    members = [house(f"h{x}-{y}", fx.polygon(fx.square(13.0 * x, 13.0 * y, 9))) for x in range(70) for y in range(20)]
    members.append(house("court", fx.polygon(fx.square(0, 300, 40), fx.square(10, 310, 20))))
    members += [house(f"hut{i}", fx.polygon(fx.square(60 + 3 * i, 300, 0.2))) for i in range(40)]
    members.append(house("hall", fx.polygon([(0, 400, 0), (1500, 400, 0), (1500, 420, 0), (0, 420, 0)])))
    members.append('<tran:Road gml:id="road"><tran:lod1MultiSurface>'
                   + fx.surface(fx.polygon([(-50, 280, 0), (1600, 280, 0), (1600, 290, 0), (-50, 290, 0)]))
                   + "</tran:lod1MultiSurface></tran:Road>")
    path.write_text(fx.model(*members), encoding="utf-8")
    return path


def made(program, folder):
    folder = pathlib.Path(folder)
    demo = folder / "demo"
    report = run(program, "demo", "--data", demo)
    archives = [{"name": "demo", "data": str(demo), "features": report["features"], "building_ids": None,
                 "layers": {"building": report["buildings"], "tree": report["trees"],
                            "road": report["roads"], "place": report["places"]}}]
    archives.append(imported(program, folder, "town", [town(folder / "town.gml")]))
    named = os.environ.get("KAKIKOMAP_SHARED_DATA")
    plateau = (pathlib.Path(named) if named else ROOT.parent / "shared/data") / "plateau"
    files = [p for p in sorted(plateau.rglob("*.gml")) if not p.name.startswith("malformed")]
    if files:
        archives.append(imported(program, folder, "plateau", files))
    for archive in archives:
        archive["archive"] = str(next(pathlib.Path(archive["data"], "layers").glob("city-*.pmtiles")))
    return archives


if __name__ == "__main__":
    json.dump(made(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]), sys.stdout)
