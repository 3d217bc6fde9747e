#!/usr/bin/env python3
"""Photos through the real service: photos_test.py KAKIKOMAP MAKE_PHOTO SUBMIT. Prints TAP."""

import base64
import glob
import hashlib
import http.client
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from photo_device import (DELETE, HELD, HIDDEN, MASKED, PUBLIC, PhotoDevice, Town, segment,
                          with_segments)
from service import Service, is_sanitized, make_town, text
from tap import Tap

KAKIKOMAP, MAKE_PHOTO, SUBMIT = (os.path.abspath(p) for p in sys.argv[1:4])
CUTS = int(os.environ.get("CUTS", 500))
CANARY = b"CANARY-36.1472N-139.3886E"


def make_photo(width, height, *more):
    return subprocess.run([MAKE_PHOTO, str(width), str(height), *more], check=True,
                          capture_output=True).stdout


PHOTO = make_photo(4000, 3000)
SMALL = make_photo(400, 300)


def another(photo=SMALL):
    """The same picture in a file of its own: what stands behind the end is no part of it."""
    return photo + os.urandom(16)


def eventually(holds, seconds=15):
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


class Ground:
    """A town, its service, a device, its authority."""

    def __init__(self, parent):
        self.data = make_town(KAKIKOMAP, tempfile.mkdtemp(dir=parent))
        self.start()

    def start(self, *flags):
        self.service = Service(KAKIKOMAP, self.data, *flags)
        self.device = PhotoDevice(self.service)
        self.town = Town(SUBMIT, self.data)

    def files(self, pattern="*"):
        return sorted(glob.glob(os.path.join(self.data, "photos", "*", pattern)))

    def variants(self, data):
        return self.files(hashlib.sha256(data).hexdigest() + "*.jpg")

    def holds_bytes(self, needle):
        """Files of the data folder with these bytes in them."""
        found = []
        for path in glob.glob(os.path.join(self.data, "**"), recursive=True):
            if os.path.isfile(path) and needle in open(path, "rb").read():
                found.append(path)
        return found

    def check(self):
        return subprocess.run([KAKIKOMAP, "check", "--data", self.data], capture_output=True, text=True)


# --- tus --------------------------------------------------------------------------------------------

def speaks_tus(tap, ground):
    device, service = ground.device, ground.service
    status, headers, _ = service.ask("/sync/v1/blobs", "OPTIONS")
    tap.check("OPTIONS says which tus this is",
              status == 204 and headers.get("tus-version") == "1.0.0" and "tus-resumable" in headers
              and headers.get("tus-extension") == "creation" and int(headers["tus-max-size"]) > 10**7, headers)
    photo = another()
    tap.equal("a device that never spoke sends no photos", device.head(photo)[0], 401)
    device.say(device.comment("はじめまして"))
    tap.equal("words come first: a photo nobody named is not there", device.head(photo)[0], 404)
    tap.equal("and is not taken", device.send(photo), 409)
    device.name_photo(photo)
    stranger = device.headers(Authorization="Bearer " + "A" * 22)
    tap.equal("another token is refused", service.ask(device.path(photo), "HEAD", None, stranger)[0], 401)
    other = device.headers(**{"Tus-Resumable": "0.2.2"})
    status, headers, _ = service.ask(device.path(photo), "HEAD", None, other)
    tap.check("another tus is refused with 412 and ours named",
              status == 412 and headers.get("tus-version") == "1.0.0", status, headers)
    tap.equal("another kind of body is refused",
              service.ask(device.path(photo), "PATCH", b"x", device.headers(**{
                  "Upload-Offset": "0", "Content-Type": "application/octet-stream"}))[0], 415)
    hexadecimal = hashlib.sha256(photo).hexdigest()
    create = device.headers(**{"Upload-Length": str(len(photo)), "Upload-Metadata":
                               "filename eC5qcGc=,sha256 " + base64.b64encode(hexadecimal.encode()).decode()})
    status, headers, _ = service.ask("/sync/v1/blobs", "POST", None, create)
    tap.check("creation answers with the place",
              status == 201 and headers.get("location") == "/sync/v1/blobs/" + hexadecimal, status, headers)
    tap.equal("nothing has come yet", device.head(photo), (200, 0))
    status, headers, _ = device.patch(photo, 0, 100)
    tap.check("a piece is taken", status == 204 and headers["upload-offset"] == "100", status, headers)
    status, headers, _ = device.patch(photo, 50, 60)
    tap.check("another offset is 409, with the right one",
              status == 409 and headers.get("upload-offset") == "100" and headers.get("tus-resumable") == "1.0.0",
              status, headers)
    tap.equal("the last piece is taken", device.patch(photo, 100)[0], 204)
    tap.equal("all of it is here", device.head(photo), (200, len(photo)))
    tap.equal("asked once more with nothing to send, it is still right", device.patch(photo, len(photo))[0], 204)
    tap.equal("sent once more from the start, it is 409", device.send(photo), 409)
    tap.check("two variants lie there and nothing of what was sent",
              len(ground.variants(photo)) == 2 and not ground.files("*.part"), ground.files())


def takes_only_what_was_named(tap, ground):
    device = ground.device
    photo, wrong = another(), another()
    device.name_photo(photo)
    path = device.path(photo)
    status, _, body = ground.service.ask(path, "PATCH", wrong, device.headers(**{
        "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}))
    tap.check("I11_wrong_hash: other bytes under this name are refused", status == 409 and b"not those that were named" in body, body)
    tap.equal("I11_wrong_hash: and nothing of them stays", (device.head(photo), ground.files("*.part")),
              ((200, 0), []))
    tap.equal("I11_wrong_length: another length is refused", device.patch(photo, 0, **{"Upload-Length": "5"})[0], 409)
    status, _, _ = ground.service.ask(path, "PATCH", photo + b"more", device.headers(**{
        "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}))
    tap.equal("I11_wrong_length: more bytes than named are refused", status, 413)
    tap.equal("what fitted is kept, and the rest of it ends well",
              device.patch(photo, device.head(photo)[1])[0], 204)
    short = another()
    device.name_photo(short, length=len(short) - 3)
    tap.check("a length told too short never ends in a picture",
              device.patch(short, 0, len(short) - 3)[0] == 409 and not ground.variants(short))


def two_tabs(tap, ground):
    device = ground.device
    photo = another(PHOTO)
    device.name_photo(photo)
    ends = []

    def tab(seed):
        dice = random.Random(seed)
        while True:
            _, offset = device.head(photo)
            if offset == len(photo):
                ends.append(seed)
                return
            device.patch(photo, max(offset, 0), max(offset, 0) + dice.randrange(1, 30000))

    tabs = [threading.Thread(target=tab, args=(seed,), daemon=True) for seed in range(2)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join(60)
    tap.check("I11_two_tabs: both at once end with the one photo",
              len(ends) == 2 and len(ground.variants(photo)) == 2 and not ground.files("*.part"), ends)


def cut_anywhere(tap, ground):
    """300 KB, of which few are pixels, so that 500 of them are made in little time."""
    device, dice = ground.device, random.Random(11)
    filler = b"".join(segment(0xE7, dice.randbytes(65000)) for _ in range(4)) + segment(0xE7, bytes(40000))
    exact = absent = 0
    faults = []
    for number in range(CUTS):
        photo = with_segments(SMALL, filler) + number.to_bytes(4, "big")
        device.name_photo(photo)
        cut = dice.randrange(len(photo)) if number else 0
        device.patch_cut(photo, 0, cut)
        eventually(lambda: device.head(photo)[1] >= cut - 70000, 5)
        if number % 5 == 4:  # this one is given up
            absent += not ground.variants(photo)
            continue
        for _ in range(20):
            status, offset = device.head(photo)
            if offset > cut:
                faults.append((cut, offset))
            if device.patch(photo, offset)[0] == 204:
                break
        exact += len(ground.variants(photo)) == 2 and device.head(photo) == (200, len(photo))
    tap.equal(f"I11_cut: an upload cut at {CUTS} places ends exact", (exact, faults), (CUTS - CUTS // 5, []))
    tap.equal("I11_cut: or absent, when it is given up", absent, CUTS // 5)
    tap.equal("what was given up waits in parts, and nowhere else", len(ground.files("*.part")), CUTS // 5)


# --- What is shown, and to whom ------------------------------------------------------------------------

def is_shown_as_decided(tap, ground):
    device, town = ground.device, ground.town
    photo = another(PHOTO)
    comment_id, photo_id = device.name_photo(photo)
    tap.equal("a photo that has not come is not there", device.picture(photo_id)[0], 404)
    device.send(photo)
    tap.equal("a new photo is held, though its words are public", device.picture(photo_id)[0], 404)
    town.set_status(photo_id, PUBLIC)
    status, headers, body = device.picture(photo_id)
    tap.check("released, it is a JPEG of 1600 pixels",
              status == 200 and headers["content-type"] == "image/jpeg" and body[:3] == b"\xff\xd8\xff", status)
    tap.check("nothing on it can run or be sniffed",
              headers["x-content-type-options"] == "nosniff" and "sandbox" in headers["content-security-policy"],
              headers)
    tap.equal("it is asked for anew each time", headers["cache-control"], "private, no-cache")
    tap.equal("and not sent again when it is the same",
              device.picture(photo_id, headers={"If-None-Match": headers["etag"]})[0], 304)
    thumb = device.picture(photo_id, "thumb")
    tap.check("the small one is small", thumb[0] == 200 and 500 < len(thumb[2]) < len(body) // 4, len(thumb[2]))
    tap.equal("there is no other variant", device.picture(photo_id, "original")[0], 404)
    for status, name in ((MASKED, "masked"), (HIDDEN, "hidden"), (HELD, "held")):
        town.set_status(photo_id, status)
        tap.equal(f"a photo that is {name} is not shown", device.picture(photo_id)[0], 404)
    town.set_status(photo_id, PUBLIC)
    tap.equal("it comes back", device.picture(photo_id)[0], 200)
    town.set_status(comment_id, HIDDEN)
    tap.equal("with its comment hidden it is not shown", device.picture(photo_id)[0], 404)


def is_covered_for_good(tap, ground):
    device, town = ground.device, ground.town
    photo = another(PHOTO)
    _, photo_id = device.name_photo(photo)
    device.send(photo)
    town.set_status(photo_id, PUBLIC)
    before = device.picture(photo_id)
    old = [open(path, "rb").read() for path in ground.variants(photo)]
    shown = []
    town.cover(photo_id, (0, 0, 500, 500))

    def is_new():
        status, _, body = device.picture(photo_id)
        shown.append((status, body == before[2]))
        return status == 200 and body != before[2]

    tap.check("what is covered is made anew", eventually(is_new))
    tap.check("meanwhile the uncovered one is not shown", all(s != 200 or not same for s, same in shown), shown[:5])
    tap.equal("the ETag is another one",
              device.picture(photo_id, headers={"If-None-Match": before[1]["etag"]})[0], 200)
    tap.check("the uncovered one is in no file", not any(ground.holds_bytes(one[600:1400]) for one in old))
    ground.service.end()
    now = open(ground.variants(photo)[0], "rb").read()
    town.cover(photo_id, (0, 0, 1000, 1000))
    ground.start()
    tap.check("a redaction that came while nothing ran is carried out at the start",
              eventually(lambda: ground.variants(photo) and open(ground.variants(photo)[0], "rb").read() != now))


def is_erased(tap, ground):
    device, town = ground.device, ground.town
    photos = [another() for _ in range(4)]
    named = [device.name_photo(photo) for photo in photos]
    for photo in photos[:3]:
        device.send(photo)
    device.patch(photos[3], 0, 200)
    town.erase(named[0][1])
    tap.check("an erased photo's files are gone", eventually(lambda: not ground.variants(photos[0])))
    tap.equal("and it is not taken again", device.send(photos[0]), 409)
    town.erase(named[1][0])
    tap.check("an erased comment takes its photo along", eventually(lambda: not ground.variants(photos[1])))
    device.say(device.op(DELETE, named[2][0], 0, 1, text(11, "author")))
    tap.check("a withdrawn comment as well", eventually(lambda: not ground.variants(photos[2])))
    town.erase(named[3][1])
    tap.equal("of an erased one that was under way nothing more is taken", device.patch(photos[3], 200)[0], 409)
    two = another()
    first, second = device.name_photo(two)[1], device.name_photo(two)[1]
    device.send(two)
    town.erase(first)
    time.sleep(1.5)
    tap.check("what another photo still shows stays", len(ground.variants(two)) == 2)
    town.erase(second)
    tap.check("and goes with the last of them", eventually(lambda: not ground.variants(two)))


# --- Hostile files ---------------------------------------------------------------------------------------

def keeps_nothing_but_the_picture(tap, ground):
    device, town = ground.device, ground.town
    tiff = (b"MM\0*\0\0\0\x08\0\2" b"\x01\x12\0\3\0\0\0\1\0\6\0\0" b"\x88\x25\0\4\0\0\0\1\0\0\0\x26" + bytes(4)
            + b"GPS " + CANARY)
    thumbnail = make_photo(160, 120)
    photo = with_segments(
        PHOTO,
        segment(0xE1, b"Exif\0\0" + tiff + thumbnail + CANARY),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"),
        segment(0xE2, b"MPF\0" + CANARY), segment(0xE2, b"ICC_PROFILE\0\1\1" + CANARY),
        segment(0xED, b"Photoshop 3.0\0" + CANARY), segment(0xEF, b"MakerNote" + CANARY),
        segment(0xFE, CANARY)) + b"<html><script>alert(1)</script>" + CANARY
    _, photo_id = device.name_photo(photo)
    device.patch(photo, 0, 5000)
    tap.check("while it comes, it lies in its part alone", all(p.endswith(".part") for p in ground.holds_bytes(CANARY)))
    tap.equal("a photo with everything in it is taken", device.patch(photo, 5000)[0], 204)
    town.set_status(photo_id, PUBLIC)
    tap.equal("EXIF, thumbnail, XMP, MPF, ICC, maker notes, comment and tail are in no file",
              ground.holds_bytes(CANARY), [])
    answers = [device.picture(photo_id, variant) for variant in ("display", "thumb")]
    tap.check("nor in an answer", all(s == 200 and CANARY not in b and b"script" not in b and b"Exif" not in b
                                      for s, _, b in answers))
    frame = answers[0][2].index(b"\xff\xc0")
    size = answers[0][2][frame + 5:frame + 9]
    tap.equal("but it stands upright", (int.from_bytes(size[2:], "big"), int.from_bytes(size[:2], "big")), (1200, 1600))


def peak_kib(service):
    """The largest memory of the server and its workshops so far."""
    pids = [service.process.pid]
    tasks = f"/proc/{service.process.pid}/task/*/children"
    for path in glob.glob(tasks):
        pids += [int(pid) for pid in open(path).read().split()]
    peaks = []
    for pid in pids:
        for line in open(f"/proc/{pid}/status"):
            if line.startswith("VmHWM"):
                peaks.append(int(line.split()[1]))
    return max(peaks)


def refuses(tap, ground):
    device = ground.device
    bomb = bytearray(make_photo(64, 64, "progressive"))
    frame = bomb.index(b"\xff\xc2")
    bomb[frame + 5:frame + 9] = (20000).to_bytes(2, "big") * 2
    twelve = bytearray(bomb)
    twelve[frame + 5:frame + 9] = (3000).to_bytes(2, "big") + (4000).to_bytes(2, "big")
    broken = bytearray(SMALL)
    table = broken.index(b"\xff\xc4")
    broken[table + 5:table + 21] = b"\xee" * 16
    hostile = [
        ("a progressive photo of 20,000 × 20,000 pixels", bytes(bomb), 422, b"16,384"),
        ("an SVG", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 415, b"SVG"),
        ("a page", b"<!doctype html><script>alert(1)</script>", 415, b"HTML"),
        ("a ZIP archive", b"PK\3\4" + bytes(4000), 415, b"ZIP"),
        ("a bomb of zeros", b"\x1f\x8b\x08" + bytes(4000), 415, b"compressed"),
        ("a HEIC picture", b"\0\0\0\x18ftypheic" + bytes(100), 415, b"HEIC"),
        ("a photo that is cut off", SMALL[:-100], 400, b"cut off"),
        ("a photo with broken tables", bytes(broken), 400, b"no picture"),
        ("nothing but zeros", bytes(1000), 415, b"no JPEG"),
    ]
    served = []
    stop = threading.Event()

    def others():
        while not stop.is_set():
            start = time.monotonic()
            assert ground.service.ask("/api/health")[0] == 200
            served.append(time.monotonic() - start)

    watch = threading.Thread(target=others, daemon=True)
    watch.start()
    for name, data, wanted, word in hostile:
        _, photo_id = device.name_photo(data)
        status, _, body = device.patch(data, 0)
        tap.check(f"{name} is refused with a reason", status == wanted and word in body, status, body)
        tap.check("and is not asked for again",
                  device.head(data)[0] == 422 and not ground.variants(data) and device.picture(photo_id)[0] == 404,
                  device.head(data))
    many = [bytes(twelve[:frame + 9]) + bytes([n]) + bytes(twelve[frame + 10:]) + bytes([n]) for n in range(4)]
    for data in many:
        device.name_photo(data)
        device.send(data)
    stop.set()
    watch.join()
    peak = peak_kib(ground.service)
    if not is_sanitized(sys.argv[1]):
        tap.check(f"the server stays small ({peak // 1024} MiB at most)", peak < 128 * 1024)
    tap.check(f"others were served meanwhile ({len(served)} answers, {1000 * max(served):.0f} ms at most)",
              len(served) > 20 and max(served) < 2)
    tap.check("what was refused is kept nowhere", not ground.files("*.part"), ground.files("*.part"))


# --- Kills, disks, copies ------------------------------------------------------------------------------------

def survives_kills(tap, ground):
    dice = random.Random(3)
    photos = [another(PHOTO) for _ in range(10)]
    device = ground.device
    for photo in photos:
        device.name_photo(photo)
    lost = 0
    for photo in photos:
        device.patch(photo, 0, 100000)
        last = threading.Thread(target=lambda: device.patch_cut(photo, 100000, len(photo)), daemon=True)
        last.start()
        time.sleep(dice.random() * 0.3)
        ground.service.kill()
        last.join()
        ground.service = Service(KAKIKOMAP, ground.data)
        device.service = ground.service
        _, offset = device.head(photo)
        lost += offset < 100000
        if offset < len(photo):
            device.patch(photo, offset)
        if not eventually(lambda: device.head(photo) == (200, len(photo)) and len(ground.variants(photo)) == 2):
            lost += 1
    tap.equal("killed in the middle of making them, each photo is there once, none lost", lost, 0)
    tap.check("and nothing else", eventually(lambda: len(ground.files("*.jpg")) == 20 and not ground.files("*.part")),
              ground.files("*.part"))
    ground.service.end()
    check = ground.check()
    tap.check("check finds files and rows whole", check.returncode == 0, check.stdout, check.stderr)
    with open(ground.variants(photos[1])[0], "ab") as file:
        file.write(b"x")
    check = ground.check()
    tap.check("and a file that is another one", check.returncode == 1 and "photo" in check.stdout, check.stdout)
    os.unlink(ground.variants(photos[1])[0])
    backup = os.path.join(ground.data, "..", "town.backup")
    restored = os.path.join(ground.data, "..", "restored")
    ground.start()
    tap.check("a row whose file is gone is given up, and the photo taken again",
              eventually(lambda: device_of(ground, device).head(photos[1]) == (200, 0))
              and device.send(photos[1]) == 204)
    done = subprocess.run([KAKIKOMAP, "backup", "--data", ground.data, "--out", backup], capture_output=True, text=True)
    tap.check("a backup is made while serving", done.returncode == 0, done.stderr)
    done = subprocess.run([KAKIKOMAP, "restore", "--in", backup, "--data", restored], capture_output=True, text=True)
    same = [os.path.join(restored, os.path.relpath(path, ground.data)) for path in ground.files("*.jpg")]
    tap.check("and photos come back from it", done.returncode == 0 and same and all(
        open(a, "rb").read() == open(b, "rb").read() for a, b in zip(same, ground.files("*.jpg"))), done.stderr)


def device_of(ground, device):
    device.service = ground.service
    return device


def takes_up_what_was_lost(tap, ground):
    """Files that the database does not know: it was put back. They are the only copy."""
    device = ground.device
    photo = another()
    device.name_photo(photo)
    device.send(photo)
    ground.service.end()
    connection = sqlite3.connect(os.path.join(ground.data, "kakikomap.db"))
    connection.execute("DELETE FROM blob")
    connection.commit()
    connection.close()
    ground.start()
    tap.check("files without a row are taken in",
              eventually(lambda: device_of(ground, device).head(photo) == (200, len(photo))))


class Page:
    """An open page: hears what is told of photos."""

    def __init__(self, service):
        self.heard, self.connection = [], http.client.HTTPConnection(service.address, timeout=60)
        self.connection.request("GET", "/api/live")
        self.answer = self.connection.getresponse()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        event = ""
        try:
            for line in self.answer:
                if line.startswith(b"event: "):
                    event = line[7:].strip()
                if line.startswith(b"data: ") and event == b"photo":
                    told = json.loads(line[6:])
                    self.heard.append((uuid.UUID(told["id"]).bytes, uuid.UUID(told["comment"]).bytes))
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            return  # the service has ended


def is_told_and_counted(tap, ground):
    device, town, service = ground.device, ground.town, ground.service

    def counts():
        lines = service.ask("/api/metrics")[2].decode().splitlines()
        values = dict(line.split(" ") for line in lines if line.startswith("kakikomap_photo"))
        return {name[len("kakikomap_photo"):]: int(value) for name, value in values.items()}

    page = Page(service)
    early, held, wrong = another(), another(), b"GIF89a, no photo that is taken" * 20
    comment_id, photo_id = device.name_photo(early)
    town.set_status(photo_id, PUBLIC)
    device.name_photo(held)
    device.name_photo(wrong)
    tap.equal("three are awaited", counts()["s_awaited"], 3)
    for data in (held, wrong, early):
        device.send(data)
    tap.check("open pages hear that a photo can be shown that came after it was released, and of no other",
              eventually(lambda: page.heard) and page.heard == [(photo_id, comment_id)], page.heard)
    tap.equal("and it is shown", device.picture(photo_id)[0], 200)
    town.cover(photo_id, (0, 0, 100, 100))
    tap.check("they hear again when more of it is covered",
              eventually(lambda: page.heard == [(photo_id, comment_id)] * 2), page.heard)
    town.erase(comment_id)
    tap.check("what is erased is counted", eventually(lambda: counts()["s_erased_total"] == 1), counts())
    size = sum(os.path.getsize(path) for path in ground.files("*.jpg"))
    tap.equal("all that came, was made, refused and lies there is counted", counts(), {
        "_received_bytes_total": len(early) + len(held) + len(wrong), "s_received_total": 3, "s_made_total": 2,
        "s_refused_total": 1, "s_covered_total": 1, "s_erased_total": 1, "s_queued": 0, "s_awaited": 0, "s": 1,
        "_bytes": size})


def leaves_room(tap, parent):
    """A small disk of its own, where one may be mounted."""
    disk = tempfile.mkdtemp(dir=parent)
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk],
                                      capture_output=True).returncode:
        tap.skip("on a disk that is nearly full photos wait and words go on", "no disk can be mounted here")
        return
    try:
        ground = Ground(disk)
        device, photo = ground.device, another(PHOTO)
        device.name_photo(photo)
        device.patch(photo, 0, 50000)
        free = os.statvfs(disk)
        filler = os.path.join(disk, "filler")
        with open(filler, "wb") as file:
            file.write(bytes(free.f_bavail * free.f_frsize - 3 * 1024 * 1024))
        status, _, body = device.patch(photo, 50000)
        tap.check("on a disk that is nearly full photos wait", status == 507 and b"words are still taken" in body, body)
        device.say(device.comment("まだ書ける"))
        tap.equal("words go on, and what had come is kept", device.head(photo), (200, 50000))
        os.unlink(filler)
        tap.equal("with room again the photo ends as if nothing had been", device.patch(photo, 50000)[0], 204)
        ground.service.end()
    finally:
        subprocess.run(["umount", disk], capture_output=True)


def body(tap):
    parent = tempfile.mkdtemp(prefix="kakikomap-photos-")
    try:
        for part in (speaks_tus, takes_only_what_was_named, two_tabs, cut_anywhere, is_shown_as_decided,
                     is_covered_for_good, is_erased, keeps_nothing_but_the_picture, refuses, survives_kills,
                     takes_up_what_was_lost, is_told_and_counted):
            ground = Ground(parent)
            start = time.monotonic()
            try:
                part(tap, ground)
            finally:
                ended = ground.service.end() if ground.service.process.poll() is None else 0
            print(f"# {part.__name__}: {time.monotonic() - start:.1f} s", flush=True)
            tap.equal("the service ends well", ended, 0)
        leaves_room(tap, parent)
    finally:
        shutil.rmtree(parent, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(Tap().run(body))
