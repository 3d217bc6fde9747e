#!/usr/bin/env python3
"""Adds up all stages: summary.py FOLDER, with NAME.xml (JUnit: every single test) and NAME.json (how
each test program ended). The last line is the result of the whole run."""

import json
import pathlib
import sys
import xml.etree.ElementTree as ET

ENDED_WELL = {"OK", "SKIP", "EXPECTEDFAIL"}


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
        failed = []
        for case in ET.parse(file).getroot().iter("testcase"):
            result = outcome(case)
            total[result] += 1
            if result == "failed":
                failed.append(f"{case.get('classname', '')} {case.get('name', '')}")
        # A program that was stopped or fell over may have said nothing of a failure itself.
        for line in file.with_suffix(".json").read_text().splitlines():
            program = json.loads(line)
            if program["result"] not in ENDED_WELL and not any(program["name"] in one for one in failed):
                total["failed"] += 1
                failed.append(f"{program['name']}: {program['result'].lower()}")
        for one in failed:
            print(f"failed: {one} ({file.stem})")
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
