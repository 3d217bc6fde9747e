#!/usr/bin/env python3
"""Photos made anew per second, beside libvips: photos.py PHOTO_BENCH MAKE_PHOTO.

A camera's 12 megapixels and a tablet's 1,600 pixels, each to a display and a small variant. Ours in a
limited child for each photo, the answer checked; vipsthumbnail without any of this, all photos in one
process, with one thread as ours."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

PHOTO_BENCH, MAKE_PHOTO = (os.path.abspath(p) for p in sys.argv[1:3])
COUNT = 8
ROUNDS = 3


def median(values):
    return sorted(values)[len(values) // 2]


def ours(paths):
    """(wall, CPU) seconds a photo, KiB."""
    count, wall, cpu, memory = map(float, subprocess.run(
        [PHOTO_BENCH, "1", *paths], check=True, capture_output=True, text=True).stdout.split())
    return wall / count, cpu / count, memory


def vips(paths, folder):
    environment = {**os.environ, "VIPS_CONCURRENCY": "1"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for size, quality, sources, ending in ((1600, 82, paths, "display"), (320, 75, None, "thumb")):
        if sources is None:
            sources = [os.path.join(folder, os.path.basename(p)[:-4] + ".display.jpg") for p in paths]
        subprocess.run(["vipsthumbnail", *sources, "--size", f"{size}x{size}>",
                        "-o", f"{folder}/%s.{ending}.jpg[Q={quality},strip]"], check=True, env=environment,
                       capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (time.monotonic() - start) / len(paths), cpu / len(paths)


def main():
    if not shutil.which("vipsthumbnail"):
        print("vipsthumbnail is not installed (libvips-tools): no peer to compare with")
    with tempfile.TemporaryDirectory() as folder:
        for name, size in (("12 megapixels", ("4032", "3024")), ("1600 × 1200, from a tablet", ("1600", "1200"))):
            photo = subprocess.run([MAKE_PHOTO, *size, "camera"], check=True, capture_output=True).stdout
            paths = []
            for number in range(COUNT):
                paths.append(os.path.join(folder, f"photo{number}.jpg"))
                with open(paths[-1], "wb") as file:
                    file.write(photo)
            own = [ours(paths) for _ in range(ROUNDS)]
            wall, cpu = median([o[0] for o in own]), median([o[1] for o in own])
            line = f"{name} ({len(photo) // 1024} KiB): ours {1 / wall:.1f} photos/s, {cpu * 1000:.0f} ms CPU, {own[0][2] / 1024:.0f} MiB"
            if shutil.which("vipsthumbnail"):
                peer = [vips(paths, folder) for _ in range(ROUNDS)]
                peer_wall, peer_cpu = median([p[0] for p in peer]), median([p[1] for p in peer])
                line += (f"; vipsthumbnail {1 / peer_wall:.1f} photos/s, {peer_cpu * 1000:.0f} ms CPU; "
                         f"ratio {peer_wall / wall:.2f} (more is better), CPU {cpu / peer_cpu:.2f} (less is better)")
            print(line, flush=True)


main()
