#!/usr/bin/env python3
"""Photos between servers, with the real program: photos_test.py KAKIKOMAP MAKE_PHOTO. By line, both
ways, with words first; by stick; what a peer may not hand in as one."""

import hashlib
import os
import subprocess
import sys

from exchange_test import run_all, same, town_of
from stick_test import Peer
from town import Device

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "api"))
from photo_device import PhotoDevice  # noqa: E402

MAKE_PHOTO = os.path.abspath(sys.argv[2])


def make_photo():
    """A file of its own each time: what stands behind a picture's end is no part of it."""
    return subprocess.run([MAKE_PHOTO, "400", "300"], check=True, capture_output=True).stdout + os.urandom(16)


def file_of(town, name, photo):
    hex_name = hashlib.sha256(photo).hexdigest()
    path = os.path.join(town.path(name), "photos", hex_name[:2], hex_name + ".display.jpg")
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return file.read()


def take(town, name, count=1):
    device, photos = PhotoDevice(town.servers[name]), []
    for _ in range(count):
        photos.append(make_photo())
        device.name_photo(photos[-1])
        assert device.send(photos[-1]) == 204
    return photos


def s20_photos_follow_their_words(parent):
    town = town_of(parent, "one", "two")
    photos = take(town, "one", 3) + take(town, "city", 2)
    assert same(town, "city", "one", "two")
    for photo in photos:
        for name in ("city", "one", "two"):
            assert town.until(lambda: file_of(town, name, photo) is not None, 30) is not None, name
        assert len({file_of(town, name, photo) for name in ("city", "one", "two")}) == 1
    town.stop_all()
    for name in ("city", "one", "two"):
        town.check(name)


def s20_a_photo_that_came_while_the_line_was_down(parent):
    town = town_of(parent, "one")
    town.stop("city")
    photos = take(town, "one", 2)
    town.kill("one")
    town.start("city")
    town.start("one")
    for photo in photos:
        assert town.until(lambda: file_of(town, "city", photo) is not None, 30) is not None
    town.stop_all()


def s24_photos_go_by_stick(parent):
    town = town_of(parent, "one")
    stick = town.path("stick.cmsync")
    town.stop("city")
    there = take(town, "one", 2)
    town.stop("one")
    town.start("city")
    here = take(town, "city", 1)
    town.stop("city")
    assert town.sync("one", stick)["sent"]["photos"] == 2
    out = town.sync("city", stick)
    assert out["received"]["photos"] == 2 and out["sent"]["photos"] >= 1, out
    assert town.sync("one", stick)["received"]["photos"] == 1
    for photo in there + here:
        assert file_of(town, "one", photo) == file_of(town, "city", photo) is not None


def s19_what_is_no_photo_of_ours_is_refused(parent):
    town = town_of(parent)
    peer, device = Peer(town, town.key("py")), Device()
    photo, display = make_photo(), make_photo()
    name = hashlib.sha256(photo).hexdigest()
    target = "/sync/v1/peer/blobs/" + name

    def send(body):
        headers = {**peer.header("PATCH", target, body), "Upload-Offset": "0",
                   "Content-Type": "application/offset+octet-stream"}
        return town.servers["city"].ask(target, "PATCH", body, headers)[0]

    unnamed = send(display)
    assert unnamed in (404, 422), unnamed
    _, op = PhotoDevice(town.servers["city"]).photo_op(os.urandom(16), photo)
    peer.push(peer.envelope(op))
    for bad in (b"GIF89a" + b"\0" * 100, b"<svg onload=alert(1)>", display[:200], b"\xff\xd8" + os.urandom(5000)):
        assert send(bad) in (400, 415, 422), bad[:10]
    assert file_of(town, "city", photo) is None
    assert town.health("city")["status"] == "ok"
    town.stop_all()


TESTS = [value for name, value in list(globals().items()) if name[0] == "s" and name[1:3].isdigit()]

if __name__ == "__main__":
    sys.exit(run_all(TESTS))
