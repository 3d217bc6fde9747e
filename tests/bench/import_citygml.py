#!/usr/bin/env python3
"""Import of a large CityGML file beside ogr2ogr (with a schema template) to FlatGeobuf: seconds, CPU
seconds and peak memory, and how memory grows with the file. The file is a real one (or a small town
of our own where there is none) repeated with ids of its own until it has the size asked for, then
removed again.

Usage: import_citygml.py KAKIKOMAP [MEGABYTES]"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "import"))
import fixtures as fx  # noqa: E402
from tap import shared_data  # noqa: E402

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
MEGABYTES = int(sys.argv[2]) if len(sys.argv) > 2 else 500

GFS = """<GMLFeatureClassList><GMLFeatureClass><Name>Building</Name><ElementPath>Building</ElementPath>
<GeomPropertyDefn><Name>lod0FootPrint</Name><ElementPath>lod0FootPrint</ElementPath><Type>1006</Type></GeomPropertyDefn>
<SRSName>http://www.opengis.net/def/crs/EPSG/0/6697</SRSName>
<PropertyDefn><Name>measuredHeight</Name><ElementPath>measuredHeight</ElementPath><Type>String</Type></PropertyDefn>
<PropertyDefn><Name>usage</Name><ElementPath>usage</ElementPath><Type>String</Type></PropertyDefn>
</GMLFeatureClass></GMLFeatureClassList>"""


def model():
    """Head, members and tail of the file to repeat."""
    data = shared_data()
    if data:
        text = (data / "plateau/bldg/niiza_53395404_bldg_6697_op.gml").read_text(encoding="utf-8")
    else:
        text = fx.model(*[fx.building(f"b{i}", height="6.5", lod0=fx.surface(fx.polygon(fx.square(20 * (i % 40), 20 * (i // 40), 10))),
                                      lod1=fx.box(20 * (i % 40), 20 * (i // 40), 10, 20, 26.5)) for i in range(600)])
    first = text.index("<core:cityObjectMember>")
    last = text.rindex("</core:CityModel>")
    return text[:first], text[first:last], text[last:]


def moved(members, copy):
    """The members with ids of their own, in a place of their own (0.01 degree apart)."""
    text = re.sub(r'(gml:id="|xlink:href="#)', rf"\g<1>c{copy}-", members)
    east, north = copy % 60 * 0.01, copy // 60 * 0.01

    def shift(match):
        numbers = match.group(2).split()
        for i in range(0, len(numbers), 3):
            numbers[i] = f"{float(numbers[i]) + north:.14f}"
            numbers[i + 1] = f"{float(numbers[i + 1]) + east:.14f}"
        return match.group(1) + " ".join(numbers)

    return re.sub(r"(<gml:posList[^>]*>)([^<]*)", shift, text)


def write(path, megabytes):
    head, members, tail = model()
    with open(path, "w", encoding="utf-8") as out:
        out.write(head)
        copy = 0
        while out.tell() < megabytes * 1e6:
            out.write(moved(members, copy))
            copy += 1
        out.write(tail)
    return copy * members.count("<core:cityObjectMember>")


def measure(command, **options):
    """Seconds, CPU seconds, peak memory in MB, standard output."""
    report = pathlib.Path(tempfile.mkstemp()[1])
    begun = time.monotonic()
    with open(report, "wb") as out:
        child = subprocess.Popen([str(c) for c in command], stdout=out, stderr=subprocess.DEVNULL, **options)
        _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begun
    text = report.read_text()
    report.unlink()
    if status:
        raise SystemExit(f"{command[0]} failed: {text}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def show(name, seconds, cpu, memory):
    print(f"{name:34} {seconds:8.2f} s {cpu:8.2f} CPU s {memory:8.0f} MB", flush=True)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kakikomap-bench-"))
    try:
        for megabytes in sorted({max(MEGABYTES // 10, 1), MEGABYTES}):
            source = folder / "town.gml"
            count = write(source, megabytes)
            print(f"{megabytes} MB, {count} buildings")
            data = folder / "data"
            subprocess.run([PROGRAM, "init", "--data", data], check=True, capture_output=True)
            seconds, cpu, memory, text = measure([PROGRAM, "import", "--data", data, "city", source])
            report = json.loads(text)
            assert report["imported"] == count, report
            show("import (read, spool and all tiles)", seconds, cpu, memory)
            reader = PROGRAM.parent / "tests/bench/read_features"
            if reader.exists():
                read = measure([reader, source])
                show("  of it reading and spooling", *read[:3])
            if shutil.which("ogr2ogr"):
                (folder / "bldg.gfs").write_text(GFS)
                peer = measure(["ogr2ogr", "-f", "FlatGeobuf", folder / "town.fgb", source, "Building", "-nlt", "MULTIPOLYGON25D",
                                "-select", "measuredHeight,usage", "-oo", f"GFS_TEMPLATE={folder}/bldg.gfs", "-oo", "WRITE_GFS=NO"])
                show("ogr2ogr to FlatGeobuf", *peer[:3])
                mine = read if reader.exists() else (seconds, cpu, memory)
                print(f"reading beside ogr2ogr: {mine[0] / peer[0]:.2f} of its time, {mine[1] / peer[1]:.2f} of its CPU, {mine[2] / peer[2]:.2f} of its memory")
                (folder / "town.fgb").unlink()
            else:
                print("ogr2ogr is not installed")
            shutil.rmtree(data)
    finally:
        shutil.rmtree(folder)


main()
