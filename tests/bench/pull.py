#!/usr/bin/env python3
"""Everything of a city, and the last day of it: pulled by a device (what the public may see) and by a
venue's server (every operation, judged and stored), beside SQLite's own dump and load of the log.

    pull.py KAKIKOMAP        CHANGES=1000000 pull.py KAKIKOMAP for the full size
"""

import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(ROOT, "peer"), os.path.join(ROOT, "api")]
sys.argv, PROGRAM = sys.argv[:1] + sys.argv[1:2], os.path.abspath(sys.argv[1])
CHANGES = int(os.environ.get("CHANGES", 20000))
DAY = max(100, CHANGES // 100)

from stick_test import Peer  # noqa: E402
from town import Device, Town, fields  # noqa: E402


def fill(peer, device, count, begun):
    """Pages of 512, as a venue sends them."""
    for at in range(0, count, 512):
        many = [peer.envelope(device.comment(f"日陰がほしい {begun + at + i}", lon_e7=1393880000 + (at + i) % 90000))
                for i in range(min(512, count - at))]
        status, _, answer = peer.push(*many, through=begun + at + len(many), since=begun + at)
        assert status == 200, answer


def pull_device(town, since):
    """All pages of /sync/v1/changes; objects, bytes, next."""
    objects = size = 0
    while True:
        body = town.servers["city"].ask(f"/sync/v1/changes?since={since}&limit=1000")[2]
        page = fields(body)
        objects, size, since = objects + len(page.get(6, [])), size + len(body), page.get(4, [since])[0]
        if not page.get(5, [0])[0]:
            return objects, size, since


def timed(what, work, count):
    start = time.monotonic()
    value = work()
    took = time.monotonic() - start
    print(f"{what:52} {took:8.2f} s {count / took:10,.0f} a second", flush=True)
    return value, took


def main():
    with tempfile.TemporaryDirectory() as parent:
        town = Town(PROGRAM, parent)
        town.start("city")
        peer, device = Peer(town, town.key("load")), Device()
        timed("a venue brings them to the city", lambda: fill(peer, device, CHANGES, 0), CHANGES)
        (objects, size, since), _ = timed("a new device pulls everything", lambda: pull_device(town, 0), CHANGES)
        print(f"  {objects:,} objects, {size / 1e6:.1f} MB before gzip")
        key = town.key("venue")
        _, first = timed("a new venue: folder, everything", lambda: town.venue("venue", key), CHANGES)
        fill(peer, device, DAY, CHANGES)
        timed(f"a device a day ({DAY}) behind", lambda: pull_device(town, since), DAY)
        timed(f"a venue a day ({DAY}) behind", lambda: town.sync("venue"), DAY)
        database = town.path("city") + "/kakikomap.db"
        dump = f"sqlite3 '{database}' '.dump change' | sqlite3 '{town.path('copy.db')}'"
        _, plain = timed("sqlite3 .dump of the log into an empty file",
                         lambda: subprocess.run(["bash", "-c", dump], check=True), CHANGES)
        print(f"a new venue, beside the plain copy of the log: {first / plain:.1f} times the time")
        print("  (the copy checks no signature, judges nothing and makes no table for map, list and search)")
        assert town.digest("city")[0] == CHANGES + DAY
        town.stop_all()


if __name__ == "__main__":
    main()
