#!/usr/bin/env python3
"""C files look as .clang-format says. Versions of the tool differ in small things, so only the one
the project is formatted with (Debian 12's, 14) judges. Prints TAP."""

import pathlib
import re
import shutil
import subprocess
import sys

JUDGE = 14


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    tool = shutil.which(f"clang-format-{JUDGE}") or shutil.which("clang-format")
    version = ""
    if tool:
        version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    match = re.search(r"version (\d+)", version)
    if not match or int(match.group(1)) != JUDGE:
        print(f"1..1\nok 1 - formatted # SKIP clang-format {JUDGE} is not installed")
        return 0
    files = [str(p) for top in ("tiles", "server", "tests") for p in sorted((root / top).rglob("*.[ch]"))
             if "node_modules" not in p.parts]
    run = subprocess.run(
        [tool, "--style=file", "--dry-run", *files], capture_output=True, text=True, cwd=root, check=True
    )
    wrong = sorted(set(re.findall(r"^(.*?):\d+:\d+: warning: code should be", run.stderr, re.M)))
    for file in wrong:
        print("# clang-format -i", pathlib.Path(file).relative_to(root))
    print("1..1")
    print(("ok" if not wrong else "not ok") + f" 1 - {len(files)} files are formatted")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
