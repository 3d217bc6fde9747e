#!/usr/bin/env python3
"""Builds the web app: npm ci when the lock file changed, the API's types, then vite.

    build.py NODE NPM SOURCE OUT STAMP DEPFILE

SOURCE is web/, OUT receives index.html and assets/. The stamp is written last; the depfile names
everything the result was made from, so that ninja builds again exactly when something changed.
"""
import hashlib
import os
import subprocess
import sys
from pathlib import Path

WATCHED = ("src", "public")
SINGLE = ("index.html", "vite.config.ts", "shell.ts", "icons.ts", "tsconfig.json", "package.json", "package-lock.json", ".npmrc", "build.py")


def run(what, command, source):
    done = subprocess.run(command, cwd=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"web: {what} failed.\n{done.stdout}\nTo build without the web app: meson configure BUILD -Dweb=disabled")


def install(npm, source):
    """npm ci takes half a minute and the network; it is left out while the lock file is the same."""
    lock = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()
    mark = source / "node_modules" / ".kakikomap-lock"
    if mark.exists() and mark.read_text() == lock:
        return
    run("npm ci (it needs the network once)", [npm, "ci", "--no-audit", "--no-fund"], source)
    mark.write_text(lock)


def inputs(source, contract):
    files = [source / name for name in SINGLE] + [contract]
    for folder in WATCHED:
        files += [path for path in sorted((source / folder).rglob("*")) if path.is_file()]
    return files


def main():
    node, npm, source, out, stamp, depfile = sys.argv[1:]
    source, out = Path(source).resolve(), Path(out).resolve()
    # npm and its children start `node` by name: it is to be the one that meson found.
    os.environ["PATH"] = f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"
    contract = source.parent / "schema" / "openapi.yaml"
    install(npm, source)
    modules = source / "node_modules"
    made = source / "build" / "schema.d.ts"
    made.parent.mkdir(exist_ok=True)
    run("making the API's types",
        [node, modules / "openapi-typescript/bin/cli.js", contract, "--output", made], source)
    run("vite build",
        [node, modules / "vite/bin/vite.js", "build", "--outDir", out, "--emptyOutDir", "--logLevel", "warn"], source)
    made = made
    watched = [path for path in inputs(source, contract) if path != made]
    escaped = " ".join(str(path).replace(" ", "\\ ") for path in watched)
    Path(depfile).write_text(f"{stamp}: {escaped}\n", encoding="utf-8")
    names = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    Path(stamp).write_text("\n".join(names) + "\n", encoding="utf-8")


main()
