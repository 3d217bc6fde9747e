#!/usr/bin/env python3
"""tus-js-client, an implementation that is not ours, against the real service:
photos_tus_test.py KAKIKOMAP MAKE_PHOTO NODE TUS_CLIENT. Prints TAP."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from photo_device import PhotoDevice
from service import Service, make_town
from tap import Tap

KAKIKOMAP, MAKE_PHOTO, NODE, CLIENT = (os.path.abspath(p) for p in sys.argv[1:5])
CHUNK = 30000


def upload(device, folder, data, chunk, pauses):
    path = os.path.join(folder, "photo.jpg")
    with open(path, "wb") as file:
        file.write(data)
    headers = {k: v for k, v in device.headers().items() if k != "Tus-Resumable"}
    done = subprocess.run(
        [NODE, CLIENT, f"http://{device.service.address}/sync/v1/blobs", path, hashlib.sha256(data).hexdigest(),
         json.dumps(headers), str(chunk), str(pauses)], capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout) if done.stdout else {"ok": False, "error": done.stderr}


def body(tap):
    with tempfile.TemporaryDirectory(prefix="kakikomap-tus-") as folder:
        service = Service(KAKIKOMAP, make_town(KAKIKOMAP, folder))
        try:
            device = PhotoDevice(service)
            photo = subprocess.run([MAKE_PHOTO, "4000", "3000"], check=True, capture_output=True).stdout
            whole, paused, unnamed = (photo + name for name in (b"whole", b"paused", b"unnamed"))
            device.name_photo(whole)
            told = upload(device, folder, whole, len(whole), 0)
            if "skip" in told:
                tap.skip("tus-js-client uploads, pauses and resumes", told["skip"])
                return
            tap.check("tus-js-client uploads in one piece", told.get("ok") and device.head(whole) == (200, len(whole)), told)
            device.name_photo(paused)
            told = upload(device, folder, paused, CHUNK, 3)
            tap.check("it uploads in pieces, pauses three times and resumes where it was",
                      told.get("ok") and device.head(paused) == (200, len(paused))
                      and told["offsets"] == sorted(set(told["offsets"])) and told["requests"].count("HEAD") == 3, told)
            told = upload(device, folder, unnamed, CHUNK, 0)
            tap.check("a photo that no words name is refused to it", not told["ok"] and told["status"] == 409, told)
            svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
            device.name_photo(svg)
            told = upload(device, folder, svg, CHUNK, 0)
            tap.check("an SVG is refused to it, without trying again",
                      not told["ok"] and told["status"] == 415 and told["requests"].count("PATCH") == 1, told)
        finally:
            tap.equal("the service ends well", service.end(), 0)


if __name__ == "__main__":
    sys.exit(Tap().run(body))
