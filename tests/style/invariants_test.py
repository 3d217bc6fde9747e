#!/usr/bin/env python3
"""Each invariant of tests/faults/README.md has a test named after it, where the table says. Prints TAP."""

import pathlib
import re
import sys

WANTED = {f"I{n}" for n in range(1, 17)} | {"I7b"}
ROW = re.compile(r"^\| (I\d+b?) \| [^|]+ \| ([^|\s]+) \| ([^|]+) \|$", re.M)


def faults_of(root: pathlib.Path, table: str) -> list[str]:
    rows = ROW.findall(table)
    faults = [f"{missing} is in no row of the table" for missing in sorted(WANTED - {number for number, _, _ in rows})]
    for number, where, names in rows:
        path = root / where
        if not path.is_file():
            faults.append(f"{number}: {where} is not there")
            continue
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"`([^`]+)`", names):
            if not name.startswith(f"{number}_"):
                faults.append(f"{number}: {name} does not begin with the invariant's number")
            elif name not in text:
                faults.append(f"{number}: no test {name} in {where}")
    return faults


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    faults = faults_of(root, (root / "tests/faults/README.md").read_text(encoding="utf-8"))
    for fault in faults:
        print("#", fault)
    bites = faults_of(root, "| I1 | x | tests/faults/README.md | `I1_no_such_test_anywhere` |\n".replace("anywhere", "any" + "where"))
    print("1..2")
    print(f"{'not ok' if faults else 'ok'} 1 - every invariant has its test")
    finds = len(bites) >= len(WANTED) - 1
    print(f"{'ok' if finds else 'not ok'} 2 - a table that lacks them is found")
    return 1 if faults or not finds else 0


if __name__ == "__main__":
    sys.exit(main())
