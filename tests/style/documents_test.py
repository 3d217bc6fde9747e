#!/usr/bin/env python3
"""Documents point at files that are there, and name folders and functions rather than line numbers.
Files stay small enough to have one idea. Prints TAP."""

import pathlib
import re
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
MAX_LINES = 600  # past about 500 lines one looks for the seam; this is where the machine objects
CODE = ("*.c", "*.h", "*.py", "*.ts", "*.tsx", "*.sql", "*.css")
NOT_OURS = ("node_modules", "build", "dist", ".cache", ".git", "data")


def ours(root: pathlib.Path, pattern: str) -> list[pathlib.Path]:
    found = []
    for path in sorted(root.rglob(pattern)):
        parts = path.relative_to(root).parts
        if not any(p in NOT_OURS or p.startswith("build-") for p in parts[:-1]):
            found.append(path)
    return found


def broken_links(root: pathlib.Path) -> list[str]:
    faults = []
    for document in ours(root, "*.md"):
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            if "://" in target or target.startswith("mailto:"):
                continue
            if not (document.parent / target).exists():
                faults.append(f"{document.relative_to(root)} points at {target}, which is not there")
    return faults


def long_files(root: pathlib.Path) -> list[str]:
    faults = []
    for pattern in CODE:
        for path in ours(root, pattern):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > MAX_LINES:
                faults.append(f"{path.relative_to(root)} has {lines} lines; is there a seam?")
    return faults


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    results = [
        ("links in documents lead somewhere", broken_links(root)),
        (f"no file of code passes {MAX_LINES} lines", long_files(root)),
    ]
    print(f"1..{len(results)}")
    for number, (name, faults) in enumerate(results, 1):
        for fault in faults:
            print("#", fault)
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
    return 1 if any(faults for _, faults in results) else 0


if __name__ == "__main__":
    sys.exit(main())
