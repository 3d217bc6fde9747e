#!/usr/bin/env python3
"""Exports and the app call the same thing by the same Japanese word: server/sync/words.def against
web/src/i18n/ja/. Prints TAP."""

import pathlib
import re
import sys

ROW = re.compile(r'^(KIND|CHANNEL|HAT|REACTION)\(\w+,\s*\d+,\s*"(\w+)",\s*"([^"]*)"\)', re.M)


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    rows = ROW.findall((root / "server/sync/words.def").read_text(encoding="utf-8"))
    catalogue = "".join(path.read_text(encoding="utf-8") for path in sorted((root / "web/src/i18n/ja").glob("*.ts")))
    app = dict(re.findall(r"^\s*'([\w.]+)':\s*'([^']*)'", catalogue, re.M))
    faults = []
    for group, name, word in rows:
        if not word:
            continue
        key = f"{group.lower()}.{name}" if group != "REACTION" else f"react.{name}"
        if app.get(key) != word:
            faults.append(f"{key}: exports say {word}, the app says {app.get(key)}")
    print("1..1")
    for fault in faults:
        print("#", fault)
    ok = len(rows) > 20 and not faults
    print(f"{'ok' if ok else 'not ok'} 1 - {len(rows)} words are the same in exports and in the app")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
