#!/usr/bin/env python3
"""Adds up the JUnit files of all stages; the last line is the result of the whole run."""

import pathlib
import sys
import xml.etree.ElementTree as ET


def outcome(case: ET.Element) -> str:
    for child in case:
        if child.tag in ("failure", "error"):
            return "failed"
        if child.tag == "skipped":
            return "skipped"
    return "passed"


def main() -> int:
    logs = pathlib.Path(sys.argv[1])
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for file in sorted(logs.glob("*.xml")):
        for case in ET.parse(file).getroot().iter("testcase"):
            result = outcome(case)
            total[result] += 1
            if result == "failed":
                print(f"failed: {case.get('classname', '')} {case.get('name', '')} ({file.stem})")
    not_built = logs / "not_built"
    if not_built.exists():
        for name in not_built.read_text().splitlines():
            total["failed"] += 1
            print(f"failed: the build of the stage “{name}”")
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
