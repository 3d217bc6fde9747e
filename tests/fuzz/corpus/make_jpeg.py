#!/usr/bin/env python3
"""Makes the corpus of jpeg_fuzz: make_jpeg.py FOLDER. Markers as they are, pixels as they are not:
the scanner never decodes."""

import pathlib
import struct
import sys


def segment(marker, data):
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def frame(marker, width, height, components=3, bits=8):
    parts = b"".join(bytes((i + 1, 0x22 if i == 0 else 0x11, i > 0)) for i in range(components))
    return segment(marker, struct.pack(">BHHB", bits, height, width, components) + parts)


def exif(orientation, order=">"):
    mark = b"MM" if order == ">" else b"II"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    gps = struct.pack(order + "HHII", 0x8825, 4, 1, 38)
    return segment(0xE1, b"Exif\0\0" + mark + struct.pack(order + "HIH", 42, 8, 2) + gps + entry + bytes(4))


START, END = b"\xff\xd8", b"\xff\xd9"
JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
TABLES = segment(0xDB, bytes(65)) + segment(0xC4, bytes(17))
SCAN = segment(0xDA, b"\3\1\0\2\x11\3\x11\0\x3f\0") + b"\x12\x34\xff\x00\x56\xff\xd0\x78"

INPUTS = {
    "bare": START + JFIF + TABLES + frame(0xC0, 1600, 1200) + SCAN + END,
    "turned": START + exif(6) + JFIF + TABLES + frame(0xC0, 4032, 3024) + SCAN + END,
    "turned_little": START + exif(8, "<") + TABLES + frame(0xC0, 4032, 3024) + SCAN + END,
    "grey": START + JFIF + TABLES + frame(0xC1, 100, 100, 1) + SCAN + END,
    "progressive": START + JFIF + TABLES + frame(0xC2, 3000, 4000) + SCAN * 4 + END,
    "bomb": START + frame(0xC2, 20000, 20000) + SCAN + END,
    "cmyk": START + TABLES + frame(0xC0, 100, 100, 4) + SCAN + END,
    "twelve_bits": START + TABLES + frame(0xC1, 100, 100, 3, 12) + SCAN + END,
    "two_frames": START + frame(0xC0, 10, 10) + frame(0xC0, 10, 10) + SCAN + END,
    "tail": START + JFIF + TABLES + frame(0xC0, 16, 16) + SCAN + END + b"PK\3\4<script>",
    "comment": START + JFIF + segment(0xFE, b"hello") + frame(0xC0, 16, 16) + SCAN + END,
    "fill": START + b"\xff\xff" + frame(0xC0, 16, 16) + SCAN + b"\xff" + END,
    "cut": START + JFIF + TABLES + frame(0xC0, 16, 16) + SCAN,
    "loop": START + segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff"),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
}

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name, data in INPUTS.items():
    (folder / name).write_bytes(data)
