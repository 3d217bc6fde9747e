#!/usr/bin/env python3
"""mapbox/mvt-fixtures read by our decoder: valid tiles give the fixture's own JSON, fatal ones are
refused, of recoverable ones the bad feature or layer is left out. Usage: TOOL SOURCE_ROOT"""

import json
import os
import pathlib
import struct
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tap import Tap  # noqa: E402

tool, root = sys.argv[1], pathlib.Path(sys.argv[2])
shared = pathlib.Path(os.environ.get("KAKIKOMAP_SHARED_DATA", root.parent / "shared" / "data"))
fixtures = shared / "tiles" / "mvt-fixtures"

# Said to be valid, but its MoveTo counts 536,870,911 points and holds one. The suite calls the same
# fault fatal in 051 and 052; it is there to see that nobody allocates what it promises.
PROMISES_TOO_MUCH = {"057"}

# Its type 0 is the default, which the suite's writer leaves out: the same bytes as 003, which is said
# to be recoverable. Decoders may ignore such a feature (section 4.3.4.1); ours does.
TYPE_LEFT_OUT = {"016"}


def single(value: float) -> float:
    return struct.unpack("<f", struct.pack("<f", value))[0]


FORMS = {"float_value": single, "string_value": str}  # 076 writes a number where a text belongs


def plain(tile: dict) -> list:
    """The parts that a decoder must agree on, with floats as a tile holds them."""
    layers = []
    for layer in tile.get("layers", []):
        values = [
            {kind: FORMS.get(kind, lambda same: same)(v) for kind, v in value.items()}
            for value in layer["values"]
        ]
        features = [
            {
                "id": f.get("id"),
                "type": f.get("type", 0),
                "tags": f.get("tags", []),
                "geometry": f["geometry"],
            }
            for f in layer["features"]
        ]
        layers.append([layer["name"], layer["version"], layer.get("extent", 4096), layer["keys"], values, features])
    return layers


def read(tile: pathlib.Path) -> tuple[int, dict]:
    result = subprocess.run([tool, "decode", tile], capture_output=True, text=True, check=False)
    return result.returncode, json.loads(result.stdout)


def body(tap: Tap) -> None:
    if not fixtures.is_dir():
        tap.skip("mvt-fixtures are read as they say", f"no {fixtures}")
        return
    for folder in sorted(p for p in fixtures.iterdir() if (p / "info.json").is_file()):
        info = json.loads((folder / "info.json").read_text())
        code, ours = read(folder / "tile.mvt")
        valid, error = info["validity"]["v2"], info["validity"].get("error")
        if folder.name in PROMISES_TOO_MUCH:
            tap.check(f"{folder.name} promises too much and is refused", code == 1, ours)
        elif folder.name in TYPE_LEFT_OUT:
            tap.check(f"{folder.name} is read without the feature that has no type", code == 0 and ours["skipped"] == 1, ours)
        elif valid:
            wanted = json.loads((folder / "tile.json").read_text())
            same = code == 0 and ours["skipped"] == 0 and plain(ours) == plain(wanted)
            tap.check(f"{folder.name} is read as it was meant", same, ours, wanted)
        elif error == "recoverable":
            tap.check(f"{folder.name} is read without its bad part", code == 0 and ours["skipped"] == 1, ours)
        else:
            tap.check(f"{folder.name} is refused with a reason", code == 1 and bool(ours.get("what")), ours)


sys.exit(Tap().run(body))
