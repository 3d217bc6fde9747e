#!/usr/bin/env python3
"""Exports and the app call the same thing by the same word: server/sync/words.def against
web/src/i18n/ja/, server/moderation/reasons.def against all three languages. Prints TAP."""

import pathlib
import re
import sys

ROW = re.compile(r'^(KIND|CHANNEL|HAT|REACTION)\(\w+,\s*\d+,\s*"(\w+)",\s*"([^"]*)"\)', re.M)
REASON = re.compile(r'^REASON\(\w+,\s*\w+,\s*"(\w+)",\s*"([^"]*)",\s*"([^"]*)",\s*"([^"]*)"\)', re.M)


def catalogue_of(root: pathlib.Path, lang: str) -> dict[str, str]:
    files = sorted((root / "web/src/i18n" / lang).glob("*.ts"))
    catalogue = "".join(path.read_text(encoding="utf-8") for path in files)
    return dict(re.findall(r"^\s*'([\w.]+)':\s*'([^']*)'", catalogue, re.M))


def reason_faults(root: pathlib.Path) -> tuple[int, list[str]]:
    rows = REASON.findall((root / "server/moderation/reasons.def").read_text(encoding="utf-8"))
    faults = []
    for at, lang in enumerate(("ja", "easy", "en"), start=1):
        app = catalogue_of(root, lang)
        for row in rows:
            if app.get(f"reason.{row[0]}") != row[at]:
                faults.append(f"{lang} reason.{row[0]}: {row[at]!r} here, {app.get(f'reason.{row[0]}')!r} in the app")
    return len(rows), faults


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    rows = ROW.findall((root / "server/sync/words.def").read_text(encoding="utf-8"))
    app = catalogue_of(root, "ja")
    faults = []
    for group, name, word in rows:
        if not word:
            continue
        key = f"{group.lower()}.{name}" if group != "REACTION" else f"react.{name}"
        if app.get(key) != word:
            faults.append(f"{key}: exports say {word}, the app says {app.get(key)}")
    reasons, wrong = reason_faults(root)
    print("1..2")
    for fault in faults + wrong:
        print("#", fault)
    ok = len(rows) > 20 and not faults
    print(f"{'ok' if ok else 'not ok'} 1 - {len(rows)} words are the same in exports and in the app")
    same = reasons > 10 and not wrong
    print(f"{'ok' if same else 'not ok'} 2 - {reasons} reasons are the same on the server and in three languages")
    return 0 if ok and same else 1


if __name__ == "__main__":
    sys.exit(main())
