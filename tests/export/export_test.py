#!/usr/bin/env python3
"""The demo town's comments go out as GeoPackage, GeoJSON and CSV, and other people's programs read
them; its clusters are those of scikit-learn. export_test.py PROGRAM"""

import csv
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tap import Tap  # noqa: E402

STAFF = "職員個人の意見であり、市を代表するものではありません"
SKLEARN = """
import json, sys
from sklearn.cluster import DBSCAN
points, eps, least = json.load(sys.stdin)
print(json.dumps([int(label) for label in DBSCAN(eps=eps, min_samples=least).fit(points).labels_]))
"""


def run(*command: object, text_in: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run([str(c) for c in command], input=text_in, capture_output=True, text=True)


def python_with(module: str) -> str | None:
    for candidate in (sys.executable, "/usr/bin/python3"):
        if run(candidate, "-c", f"import {module}").returncode == 0:
            return candidate
    return None


def in_plane_mm(places: list[list[float]]) -> list[list[int]]:
    """Millimetres in EPSG:6677 by GDAL's own program."""
    lines = "".join(f"{lon:.7f} {lat:.7f}\n" for lon, lat in places)
    out = run("gdaltransform", "-s_srs", "EPSG:4326", "-t_srs", "EPSG:6677", "-output_xy", text_in=lines)
    return [[round(float(value) * 1000) for value in line.split()] for line in out.stdout.splitlines()]


def by_size(labels: list[int]) -> list[int | None]:
    """Cluster numbers as a planner sees them: 1 is the largest, ties by the first comment."""
    groups: dict[int, list[int]] = {}
    for index, label in enumerate(labels):
        if label >= 0:
            groups.setdefault(label, []).append(index)
    order = sorted(groups, key=lambda label: (-len(groups[label]), groups[label][0]))
    number = {label: i + 1 for i, label in enumerate(order)}
    return [number.get(label) for label in labels]


def check_clusters(tap: Tap, program: str, data: pathlib.Path, folder: pathlib.Path) -> None:
    again = json.loads(run(program, "cluster", "--data", data).stdout)
    tap.equal("the same comments give the run that is there", again["new"], False)
    python = python_with("sklearn")
    if not python or not shutil.which("gdaltransform"):
        tap.skip("clusters equal scikit-learn's DBSCAN", "python3-sklearn or gdal-bin is not installed")
        return
    for radius, least in ((30, 3), (12.5, 2), (60, 6), (150, 10)):
        run(program, "cluster", "--data", data, "--radius", radius, "--min", least)
        out = folder / "c.geojson"
        run(program, "export", "--data", data, "--format", "geojson", "--out", out)
        features = sorted(json.loads(out.read_text())["features"], key=lambda f: f["properties"]["id"])
        points = in_plane_mm([f["geometry"]["coordinates"] for f in features])
        labels = run(python, "-c", SKLEARN, text_in=json.dumps([points, radius * 1000, least]))
        wanted = by_size(json.loads(labels.stdout))
        found = [f["properties"]["cluster"] for f in features]
        tap.check(
            f"clusters of {radius} m and {least} comments equal scikit-learn's "
            f"({len(set(wanted)) - 1} clusters of {len(wanted)} comments)",
            found == wanted and len(wanted) > 100,
            [(i, a, b) for i, (a, b) in enumerate(zip(found, wanted)) if a != b][:10],
        )


def check_csv(tap: Tap, program: str, data: pathlib.Path, folder: pathlib.Path, count: int) -> None:
    out = folder / "c.csv"
    summary = json.loads(run(program, "export", "--data", data, "--format", "csv", "--out", out).stdout)
    raw = out.read_bytes()
    tap.check("the CSV starts with a byte order mark, for Excel", raw.startswith(b"\xef\xbb\xbf"))
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    tap.equal("the CSV has a row a comment", (len(rows), summary["comments"]), (count, count))
    tap.check(
        "no cell of the CSV starts a formula",
        not any(v and v[0] in "=+-@\t\r" and not v.lstrip("-").replace(".", "").isdigit() for r in rows for v in r.values()),
    )
    staff = [r for r in rows if r["立場（記号）"] == "staff"]
    tap.check(
        "a staff member's post says that it is a personal opinion",
        bool(staff) and all(r["立場についての注意"] == STAFF for r in staff),
    )
    tap.check("lines end as Excel wants them", b"\r\n" in raw and raw.endswith(b"\r\n"))
    if not shutil.which("soffice"):
        tap.skip("LibreOffice reads the CSV", "LibreOffice is not installed")
        return
    run(
        "soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
        "--infilter=CSV:44,34,76,1", "--outdir", folder / "lo", out,
    )
    run(
        "soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", folder / "lo", folder / "lo" / "c.xlsx",
    )
    back = folder / "lo" / "c.csv"
    read = list(csv.DictReader(io.StringIO(back.read_text("utf-8-sig"), newline=""))) if back.exists() else []
    tap.equal("LibreOffice reads every row of the CSV", len(read), count)
    tap.check(
        "and every word of it",
        all(a["本文"].replace("\r\n", "\n") == b["本文"].replace("\r\n", "\n") for a, b in zip(rows, read)),
        [(a["本文"], b["本文"]) for a, b in zip(rows, read) if a["本文"] != b["本文"]][:3],
    )


def check_geopackage(tap: Tap, program: str, data: pathlib.Path, folder: pathlib.Path, count: int) -> None:
    out = folder / "c.gpkg"
    done = run(program, "export", "--data", data, "--format", "gpkg", "--out", out)
    tap.equal("the GeoPackage is written without a word on standard error", (done.returncode, done.stderr), (0, ""))
    if not shutil.which("ogrinfo"):
        tap.skip("ogrinfo reads the GeoPackage", "gdal-bin is not installed")
        return
    info = run("ogrinfo", "-ro", "-so", "-al", out).stdout
    for part in (
        "Layer name: comments", "Layer name: replies", "Layer name: clusters", "Layer name: cluster_centres",
        f"Feature Count: {count}", "Geometry: Point", "Geometry: Polygon", 'ID["EPSG",4326]',
        "made_at: DateTime", "agree: Integer64", "text: String", "lon: Real",
    ):
        tap.check(f"ogrinfo sees “{part}”", part in info, info[-2000:])
    back = folder / "back.geojson"
    run("ogr2ogr", "-f", "GeoJSON", back, out, "comments")
    ours = folder / "ours.geojson"
    run(program, "export", "--data", data, "--format", "geojson", "--out", ours)
    key = lambda f: f["properties"]["id"]  # noqa: E731
    a = {key(f): f for f in json.loads(back.read_text())["features"]}
    b = {key(f): f for f in json.loads(ours.read_text())["features"]}
    tap.check(
        "GeoPackage and GeoJSON hold the same comments, words and places",
        a.keys() == b.keys()
        and all(
            a[i]["properties"]["text"] == b[i]["properties"]["text"]
            and a[i]["geometry"]["coordinates"] == b[i]["geometry"]["coordinates"]
            for i in a
        ),
    )
    tap.check(
        "times keep their instant",
        all(str(a[i]["properties"]["made_at"])[:19].replace("/", "-").replace(" ", "T") == b[i]["properties"]["made_at"][:19] for i in a),
        [(a[i]["properties"]["made_at"], b[i]["properties"]["made_at"]) for i in list(a)[:2]],
    )


def check_faults(tap: Tap, program: str, data: pathlib.Path, folder: pathlib.Path) -> None:
    rows = [
        ("an unknown format is refused", ["--format", "docx", "--out", folder / "x"], 2),
        ("a missing folder is said", ["--format", "csv", "--out", folder / "no" / "x.csv"], 2),
        ("a broken box is refused", ["--format", "csv", "--out", folder / "x.csv", "--bbox", "1,2,3"], 2),
        ("a box upside down is refused", ["--format", "csv", "--out", folder / "x.csv", "--bbox", "139,37,140,36"], 2),
        ("a space that is no id is refused", ["--format", "csv", "--out", folder / "x.csv", "--space", "park"], 2),
    ]
    for sentence, arguments, wanted in rows:
        done = run(program, "export", "--data", data, *arguments)
        tap.check(
            sentence,
            done.returncode == wanted and len(done.stderr.splitlines()) == 1 and not (folder / "x.csv").exists(),
            done.returncode, done.stderr,
        )
    none = run(program, "export", "--data", folder / "nothing", "--format", "csv", "--out", folder / "x.csv")
    tap.check("a folder without a store is said", none.returncode == 2 and none.stderr != "", none.stderr)
    for path in folder.iterdir():
        tap.check("no temporary file is left behind", ".tmp" not in path.name, path.name) if ".tmp" in path.name else None


def body(tap: Tap) -> None:
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        data = folder / "data"
        tap.equal("the demo town is made", run(program, "demo", "--data", data).returncode, 0)
        first = run(program, "cluster", "--data", data)
        tap.check("clusters are made", first.returncode == 0 and json.loads(first.stdout)["clusters"] > 3, first.stderr)
        count = json.loads(first.stdout)["comments"]
        check_geopackage(tap, program, data, folder, count)
        check_csv(tap, program, data, folder, count)
        check_clusters(tap, program, data, folder)
        check_faults(tap, program, data, folder)


if __name__ == "__main__":
    sys.exit(Tap().run(body))
