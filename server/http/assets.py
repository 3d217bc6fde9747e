#!/usr/bin/env python3
"""The built web app becomes a table in C: path, type, tag, and the bytes plain, gzip and brotli.

assets.py DIST NODE OUT.c OUT.bin DEPFILE

The bytes go into one file that the assembler includes: a compiler would need minutes for them as
numbers. Without DIST the table is empty, and the program says how to build the app.
"""

import gzip
import hashlib
import pathlib
import re
import subprocess
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
}
PACKED_ALREADY = {".png", ".jpg", ".webp", ".woff2", ".ico"}
# Vite puts a hash of the content into these names: they never change.
HASHED = re.compile(r"^/assets/.*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$")

BROTLI = """
const z = require("zlib"), fs = require("fs"), raw = fs.readFileSync(0);
process.stdout.write(z.brotliCompressSync(raw, {params: {
  [z.constants.BROTLI_PARAM_QUALITY]: 11, [z.constants.BROTLI_PARAM_SIZE_HINT]: raw.length}}));
"""


def brotli(node: str, raw: bytes) -> bytes:
    done = subprocess.run([node, "-e", BROTLI], input=raw, stdout=subprocess.PIPE, check=True)
    return done.stdout


def versions(node: str, name: str, raw: bytes) -> list[bytes]:
    """Plain, gzip, brotli; empty where packing gains less than a twentieth."""
    if pathlib.PurePath(name).suffix in PACKED_ALREADY or len(raw) < 200:
        return [raw, b"", b""]
    packed = [gzip.compress(raw, 9, mtime=0), brotli(node, raw) if node else b""]
    return [raw] + [p if len(p) < 0.95 * len(raw) else b"" for p in packed]


def main() -> None:
    dist, node, out_c, out_bin, depfile = sys.argv[1:6]
    root = pathlib.Path(dist) if dist else None
    files = sorted(p for p in root.rglob("*") if p.is_file()) if root and root.is_dir() else []
    files = [p for p in files if p.suffix != ".map"]
    files.sort(key=lambda p: ("/" + p.relative_to(root).as_posix()).encode())
    blob, rows = bytearray(), []
    for file in files:
        path = "/" + file.relative_to(root).as_posix()
        if file.suffix not in TYPES:
            sys.exit(f"assets.py: no media type is known for {path}; add {file.suffix} to TYPES")
        raw = file.read_bytes()
        spans = []
        for bytes_ in versions(node, path, raw):
            spans.append(f"{{{len(blob)}, {len(bytes_)}}}")
            blob += bytes_
        tag = hashlib.sha256(raw).hexdigest()[:16]
        immutable = "true" if HASHED.match(path) else "false"
        rows.append(f'    {{"{path}", "{TYPES[file.suffix]}", "{tag}", {immutable}, '
                    f'{{{", ".join(spans)}}}}},\n')
    pathlib.Path(out_bin).write_bytes(bytes(blob) + b"\0")
    bin_path = pathlib.Path(out_bin).resolve().as_posix()
    text = f"""/* Made by server/http/assets.py from the built web app; {len(rows)} files,
 * content {hashlib.sha256(blob).hexdigest()}. */
#include "server/http/assets_table.h"

const struct http_asset_row http_asset_rows[] = {{
{"".join(rows)}    {{0}},
}};
const size_t http_asset_count = {len(rows)};

__asm__(".section .rodata\\n"
        ".balign 16\\n"
        ".global http_asset_bytes\\n"
        "http_asset_bytes:\\n"
        ".incbin \\"{bin_path}\\"\\n"
        ".previous\\n");
"""
    pathlib.Path(out_c).write_text(text, encoding="utf-8")
    names = [str(p).replace(" ", "\\ ") for p in files]
    pathlib.Path(depfile).write_text(f"{out_c}: {' '.join(names)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
