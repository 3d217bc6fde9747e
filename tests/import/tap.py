"""TAP, the calling of list_features, and where real data is."""

import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def shared_data():
    """The folder of real data, or None."""
    named = os.environ.get("KAKIKOMAP_SHARED_DATA")
    folder = pathlib.Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if (folder / "plateau").is_dir() else None


def published(data):
    """The table of the data's README: file under plateau/ → what it says is in it. Not well-formed: None."""
    files = {}
    text = (data / "README.md").read_text(encoding="utf-8")
    for name, counts in re.findall(r"^\| (\w+/\S+\.gml) \|(?:[^|]*\|){4} ([^|]*) \|", text, re.M):
        if counts == "not well-formed":
            files[name] = None
            continue
        found = re.match(r"(\d+) buildings; heights (\d+), sum ([\d.]+) m", counts)
        objects = {kind: int(count) for kind, count in re.findall(r"(\w+:\w+) (\d+)", counts)}
        objects.pop("app:Appearance", None)  # textures are no object of the city
        files[name] = {
            "features": int(found[1]) if found else sum(objects.values()),
            "buildings": int(found[1]) if found else 0,
            "heights": int(found[2]) if found else 0,
            "height_sum_m": float(found[3]) if found else 0.0,
            "objects": objects,
        }
    return files


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, good, name, found=None):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        if not good and found is not None:
            print(f"# found: {found!r}")

    def equal(self, found, expected, name):
        self.ok(found == expected, name, (found, "instead of", expected))

    def near(self, found, expected, within, name):
        self.ok(abs(found - expected) <= within, name, (found, "instead of", expected))

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}")

    def end(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


def list_features(program, *arguments):
    """[(features, report)] of each file."""
    run = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=True)
    files, features = [], []
    for line in run.stdout.splitlines():
        row = json.loads(line)
        if "file" in row:
            files.append((features, row))
            features = []
        else:
            features.append(row)
    return files
