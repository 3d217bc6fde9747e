#!/usr/bin/env python3
"""Makes the small tiles of corpus/mvt, whole and broken, from scratch."""

import pathlib

HERE = pathlib.Path(__file__).parent / "mvt"


def varint(n: int) -> bytes:
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def field(number: int, payload: bytes | int) -> bytes:
    if isinstance(payload, int):
        return varint(number << 3) + varint(payload)
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def zigzag(n: int) -> int:
    return n << 1 if n >= 0 else (-n << 1) - 1


def path(rings: list[list[tuple[int, int]]], close: bool) -> bytes:
    out, pen = b"", (0, 0)
    for ring in rings:
        for i, at in enumerate(ring):
            if i == 0:
                out += varint(1 | 1 << 3)
            elif i == 1:
                out += varint(2 | (len(ring) - 1) << 3)
            out += varint(zigzag(at[0] - pen[0])) + varint(zigzag(at[1] - pen[1]))
            pen = at
        if close:
            out += varint(7 | 1 << 3)
    return out


def feature(kind: int, geometry: bytes, tags: bytes = b"", fid: int | None = 7) -> bytes:
    out = field(1, fid) if fid is not None else b""
    if tags:
        out += field(2, tags)
    return field(2, out + field(3, kind) + field(4, geometry))


def layer(name: str, features: bytes, tables: bytes = b"", version: int = 2) -> bytes:
    return field(3, field(15, version) + field(1, name.encode()) + features + tables + field(5, 4096))


TABLES = (
    field(3, b"name") + field(3, b"height") + field(4, field(1, "駅".encode())) + field(4, field(5, 12))
    + field(4, b"\x15\x00\x00\x48\x41") + field(4, field(6, 5)) + field(4, field(7, 1)) + field(4, b"\x19" + bytes(8))
)
SQUARE = [(0, 0), (900, 0), (900, 900), (0, 900)]
tiles = {
    "empty": b"",
    "points": layer("place", feature(1, varint(1 | 2 << 3) + bytes([50, 34, 4, 4]), bytes([0, 0, 1, 1]))
                    , TABLES),
    "lines": layer("road", feature(2, path([[(2, 2), (2, 5000), (-90, 10)], [(1, 1), (3, 5)]], False), bytes([0, 3])), TABLES),
    "hole": layer("green", feature(3, path([SQUARE, [(100, 100), (100, 200), (200, 200), (200, 100)]], True)), TABLES),
    "eight": layer("building", feature(3, path([[(0, 0), (900, 900), (900, 0), (0, 900)]], True))),
    "star": layer("building", feature(3, path([[(0, 300), (900, 310), (150, 900), (450, 0), (740, 900)]], True))),
    "far": layer("water", feature(3, path([[(-7000, 10), (9000, 20), (9000, 300), (50, 5000), (-300, 300)]], True))),
    "two_layers": layer("a", feature(3, path([SQUARE], True))) + layer("a", feature(3, path([SQUARE], True), fid=None)),
    "odd_tags": layer("a", feature(3, path([SQUARE], True), bytes([0])), TABLES),
    "wild_tag": layer("a", feature(3, path([SQUARE], True), bytes([9, 9])), TABLES),
    "version_1": layer("a", feature(3, path([SQUARE], True)), version=1),
    "giant_count": layer("a", feature(1, varint(1 | 536870911 << 3) + bytes([2, 2]))),
}
for name, data in tiles.items():
    (HERE / name).write_bytes(data)
(HERE / "cut_off").write_bytes(tiles["hole"][:-9])
