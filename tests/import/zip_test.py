#!/usr/bin/env python3
"""Zips and folders: what is found in them, and which are refused. Prints TAP."""

import pathlib
import stat
import sys
import tempfile
import zipfile

import fixtures as fx
from tap import Tap, list_features

PROGRAM = sys.argv[1]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="kakikomap-import-"))
tap = Tap()

SQUARE = fx.surface(fx.polygon(fx.square(0, 0, 10)))
ONE = fx.model(fx.building("a", lod0=SQUARE))
TWO = fx.model(fx.building("b", lod0=SQUARE), fx.building("c", lod0=SQUARE))


def make(name, entries):
    path = FOLDER / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for entry, content in entries:
            out.writestr(entry, content)
    return path


def read(path, *arguments):
    return [report for _, report in list_features(PROGRAM, *arguments, path)]


CITY = [
    ("11202_kumagaya/udx/bldg/54391371_bldg_6697_op.gml", ONE),
    ("11202_kumagaya/udx/bldg/54391372_bldg_6697_op.gml", TWO),
    ("11202_kumagaya/udx/bldg/54391371_bldg_6697_appearance/hnap0001.jpg", b"\xff\xd8"),
    ("11202_kumagaya/codelists/Building_class.xml", "<gml:Dictionary/>"),
    ("11202_kumagaya/metadata/udx_meta.xml", "<x/>"),
    ("11202_kumagaya/specification/spec.pdf", b"%PDF"),
]


def found():
    reports = read(make("city.zip", CITY))
    tap.equal([(r["name"], r["imported"]) for r in reports],
              [("54391371_bldg_6697_op", 1), ("54391372_bldg_6697_op", 2)], "a zip's city files are read, the rest is left alone")
    folder = FOLDER / "unpacked"
    with zipfile.ZipFile(FOLDER / "city.zip") as packed:
        packed.extractall(folder)
    tap.equal([(r["name"], r["imported"]) for r in read(folder)], [(r["name"], r["imported"]) for r in reports], "a folder gives the same, with the same names")
    reports = read(make("twins.zip", [("a/x.gml", ONE), ("b/x.gml", TWO), ("c/町.gml", ONE)]))
    tap.equal([r["name"] for r in reports][:2], ["x", "x.2"], "equal names are told apart")
    tap.ok(all(c in "abcdefghijklmnopqrstuvwxyz0123456789._-" for c in reports[2]["name"]), "a Japanese name becomes a plain one", reports[2])
    (folder / "11202_kumagaya/udx/link.gml").symlink_to("/etc/passwd")
    tap.equal(len(read(folder)), 2, "links in a folder are not followed")
    broken = TWO[: len(TWO) // 2]
    reports = read(make("half.zip", [("a.gml", ONE), ("b.gml", broken), ("c.gml", TWO)]))
    tap.equal([r.get("imported", r.get("code")) for r in reports], [1, "format", 2], "one broken file does not stop the others")
    geo = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[139.388,36.147]}}]}'
    tap.equal([r.get("imported") for r in read(make("points.zip", [("points.geojson", geo)]))], [1], "other formats are read from a zip, too")


def refused():
    for name, entries, word in [
        ("absolute", [("/etc/x.gml", ONE)], "unsafe"),
        ("up", [("../x.gml", ONE)], "unsafe"),
        ("deep", [("a/../../x.gml", ONE)], "unsafe"),
        ("windows", [("a\\x.gml", ONE)], "unsafe"),
        ("drive", [("C:x.gml", ONE)], "unsafe"),
        ("bomb", [("x.gml", "0" * 3000000)], "tightly"),
    ]:
        reports = read(make(f"{name}.zip", [("good.gml", ONE), *entries]))
        tap.ok(len(reports) == 1 and word in reports[0].get("error", ""), f"a zip is refused whole: {name}", reports)
    link = zipfile.ZipInfo("x.gml")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    reports = read(make("link.zip", [(link, "/etc/passwd")]))
    tap.ok("link" in reports[0].get("error", ""), "a zip with a link is refused", reports)
    reports = read(make("many.zip", [(f"{i}.txt", "") for i in range(11)]), "--entries=10")
    tap.ok("entries" in reports[0].get("error", ""), "a zip with too many entries is refused", reports)
    reports = read(FOLDER / "city.zip", "--unpacked=500")
    tap.ok("--max-unpacked" in reports[0].get("error", ""), "a zip that unpacks to too much is refused, with advice", reports)
    whole = (FOLDER / "city.zip").read_bytes()
    (FOLDER / "cut.zip").write_bytes(whole[: len(whole) // 2])
    tap.ok("damaged" in read(FOLDER / "cut.zip")[0].get("error", ""), "a zip cut off is refused")
    # The size in the directory is made smaller than what is packed.
    raw = bytearray((FOLDER / "twins.zip").read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (100).to_bytes(4, "little")
    (FOLDER / "liar.zip").write_bytes(raw)
    reports = read(FOLDER / "liar.zip")
    tap.ok(reports[0].get("code") in ("too_large", "format"), "an entry larger than it says is refused", reports[0])
    tap.ok("no such file" in read(FOLDER / "absent.zip")[0]["error"], "a file that is not there is named")


found()
refused()
tap.end()
