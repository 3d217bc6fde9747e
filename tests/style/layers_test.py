#!/usr/bin/env python3
"""The direction of dependency, held by machine: #include lines against the list below (README,
Architecture). Prints TAP: one line a rule."""

import pathlib
import re
import sys

# folder: folders it may include from (itself is always allowed). The longest match counts.
MAY_INCLUDE = {
    "tiles/base": [],
    "tiles/geo": ["tiles/base"],
    "tiles/archive": ["tiles/base", "tiles/geo"],
    "tiles/cluster": ["tiles/base", "tiles/geo"],
    "tiles/shade": ["tiles/base", "tiles/geo"],
    "tiles/route": ["tiles/base", "tiles/geo"],
    "tiles/mvt": ["tiles/base", "tiles/geo"],
    "tiles/wasm": ["tiles"],
    "tiles/plane": ["tiles/base", "tiles/geo"],
    "tiles/import": ["tiles"],
    "tiles/tiler": ["tiles"],
    "tiles/pack": ["tiles/base", "tiles/archive"],
    "tiles/mbtiles": ["tiles"],
    "server/store": ["tiles/base", "tiles/geo", "server/sync", "server/log.h"],
    "server/photo": ["tiles/base", "server/store", "server/sync", "server/clock.h", "server/log.h"],
    "server/sync": ["tiles", "server/store"],
    "server/json": ["tiles/base", "server/store", "server/sync", "server/moderation", "server/http/message.h"],
    "server/peer": ["tiles/base", "server/store", "server/sync", "server/photo", "server/clock.h", "server/log.h"],
    "server/live": ["tiles", "server/store", "server/sync", "server/http/message.h"],
    "server/cluster": ["tiles", "server/store"],
    "server/class": ["tiles/base"],
    "server/moderation": ["tiles/base", "server/class", "server/store", "server/sync"],
    "server/export": ["tiles", "server/store", "server/sync", "server/json"],
    "server/people": ["tiles/base", "server/class", "server/sync", "server/store", "server/http/message.h", "server/app.h", "server/config.h", "server/clock.h", "server/log.h"],
    "server/api": ["tiles", "server"],
    "server/http": ["tiles/base", "server"],
    "server/demo": ["tiles", "server"],
    "server/city": ["tiles", "server/store"],
    "server/command": ["tiles", "server"],
    "server": ["tiles", "server"],
    "tests": ["tiles", "server", "tests"],
}

# A system header only these folders or files may include.
ONLY_IN = {
    "microhttpd.h": ["server/http/mhd"],
    "sqlite3.h": ["server/store/", "tiles/mbtiles/", "tests/"],
    "spatialite.h": ["server/store/"],
    "jansson.h": ["server/json/"],
    "curl.h": ["server/peer/client.c"],
    "turbojpeg.h": ["server/photo/", "tests/"],
    "seccomp.h": ["server/photo/"],
    "expat.h": ["tiles/import/"],
}

# What the core must not know, so that it also runs in the browser.
CORE = ["tiles/base", "tiles/geo", "tiles/mvt", "tiles/archive", "tiles/cluster", "tiles/shade", "tiles/route", "tiles/wasm"]
NOT_IN_CORE = {"stdio.h", "time.h", "locale.h", "pthread.h", "unistd.h", "fcntl.h", "threads.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def home_of(path: str) -> str | None:
    fits = [folder for folder in MAY_INCLUDE if path.startswith(folder + "/")]
    return max(fits, key=len) if fits else None


def faults_of(path: str, text: str) -> list[str]:
    faults = []
    home = home_of(path)
    for kind, name in INCLUDE.findall(text):
        if kind == '"' and "/" in name and home:
            allowed = [home, *MAY_INCLUDE[home], "schema"]
            if not any(name == a or name.startswith(a + "/") for a in allowed):
                faults.append(f"{path} includes {name}, which {home} may not use")
        base = name.rsplit("/", 1)[-1]
        if base in ONLY_IN and not any(path.startswith(p) for p in ONLY_IN[base]):
            faults.append(f"{path} includes <{base}>, which only {ONLY_IN[base]} may")
        if kind == "<" and name in NOT_IN_CORE and any(path.startswith(c + "/") for c in CORE):
            faults.append(f"{path} includes <{name}>, which the core may not use")
    return faults


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    files = [
        p
        for top in ("tiles", "server", "tests")
        for p in sorted((root / top).rglob("*.[ch]"))
        if "node_modules" not in p.parts
    ]
    faults = []
    for p in files:
        faults += faults_of(p.relative_to(root).as_posix(), p.read_text(encoding="utf-8"))
    for fault in faults:
        print("#", fault)
    ok = not faults and bool(files)
    print("1..2")
    print("ok 1 - includes follow the direction of dependency" if ok else "not ok 1 - includes follow the direction of dependency")
    bites = faults_of("tiles/geo/x.c", '#include <stdio.h>\n#include "server/log.h"\n')
    print(("ok" if len(bites) == 2 else "not ok") + " 2 - a wrong include is found")
    return 0 if ok and len(bites) == 2 else 1


if __name__ == "__main__":
    sys.exit(main())
