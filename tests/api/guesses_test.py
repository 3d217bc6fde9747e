#!/usr/bin/env python3
"""10,000 guesses at PINs and passwords from many addresses at once: few are compared at all, nobody gets in,
memory stays under its ceiling, and everybody else is served meanwhile.
Usage: guesses_test.py KAKIKOMAP. Prints TAP."""

import http.client
import json
import pathlib
import random
import statistics
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from desk import PASSWORD, Staff, Tablet, new_meeting, staff  # noqa: E402
from service import Service, is_sanitized, make_town  # noqa: E402
from tap import Tap  # noqa: E402

PROGRAM = sys.argv[1]
GUESSES, ATTACKERS = 10_000, 8
PIN = "482913"
CEILING_MIB = 256  # the service at rest, 128 waiting requests, and 64 MiB for the one hash


def join(service, code, pin=PIN):
    tablet = Tablet(service)
    name = tablet.post("/api/join", {"code": code})[1]["pen_names"][0]["name"]
    status, told = tablet.post("/api/join/name", {"code": code, "pen_name": name, "pin": pin})
    assert status == 201, told
    return name, told


def attack(service, path, bodies, tablet, seed, statuses, slowest):
    """One connection, another address each time, as a botnet would."""
    chance = random.Random(seed)
    connection = http.client.HTTPConnection(service.address, timeout=60)
    for body in bodies:
        address = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
        began = time.monotonic()
        connection.request("POST", path, json.dumps(body), {
            **tablet.headers, "Content-Type": "application/json", "X-Forwarded-For": address})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        if answer.status == 429:
            assert int(answer.headers["Retry-After"]) >= 1, told
        statuses.append(answer.status)
        slowest.append(time.monotonic() - began)
    connection.close()


def storm(service, path, bodies, meanwhile):
    """Runs all guesses, and `meanwhile` again and again beside them: statuses, and how long those took."""
    statuses, took, slowest = [], [], []
    threads = [threading.Thread(target=attack, args=(service, path, bodies[n::ATTACKERS], Tablet(service), n,
                                                     statuses, slowest)) for n in range(ATTACKERS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        began = time.monotonic()
        meanwhile()
        took.append(time.monotonic() - began)
    for thread in threads:
        thread.join()
    return statuses, took


def peak_mib(service):
    lines = pathlib.Path(f"/proc/{service.process.pid}/status").read_text().splitlines()
    return int([line for line in lines if line.startswith("VmHWM")][0].split()[1]) // 1024


def run(tap):
    with tempfile.TemporaryDirectory() as parent:
        data = make_town(PROGRAM, parent)
        staff(PROGRAM, data, "teacher", "moderator")
        # A front on this machine, so that each guess comes from an address of its own.
        service = Service(PROGRAM, data, "--public_url", "https://kakiko.example")
        try:
            pins(tap, service)
            passwords(tap, service)
            if not is_sanitized(PROGRAM):
                tap.check(f"memory stayed below {CEILING_MIB} MiB", peak_mib(service) < CEILING_MIB, peak_mib(service))
            print(f"# peak {peak_mib(service)} MiB")
        finally:
            tap.equal("the service ends well", service.end(), 0)


def pins(tap, service):
    teacher = Staff(service, "teacher")
    attacked = teacher.post("/api/meetings", new_meeting(time.time()))[1]["code"]
    quiet = teacher.post("/api/meetings", new_meeting(time.time()))[1]["code"]
    victims = [join(service, attacked)[0] for _ in range(6)]
    friend, told = join(service, quiet)
    came_back = []

    def meanwhile():
        """Somebody reads the map, and a pupil of another class comes back."""
        assert service.ask("/api/comments")[0] == 200
        if len(came_back) < 20:
            came_back.append(Tablet(service).post(
                "/api/join/return", {"code": quiet, "pen_name": friend, "pin": PIN})[0])

    chance = random.Random(7)
    bodies = [{"code": attacked, "pen_name": chance.choice(victims), "pin": f"{chance.randrange(10**6):06}"}
              for _ in range(GUESSES)]
    bodies = [b for b in bodies if b["pin"] != PIN]
    statuses, took = storm(service, "/api/join/return", bodies, meanwhile)
    compared = statuses.count(401)
    tap.equal("each guess is answered", len(statuses), len(bodies))
    tap.check(f"of {len(bodies)} PINs {compared} were compared: five a person and what a minute gives back",
              5 * len(victims) <= compared <= 8 * len(victims), statuses[:50])
    tap.equal("the rest had to wait, and nobody got in", set(statuses), {401, 429})
    tap.check("a pupil of another class came back meanwhile", came_back and set(came_back) == {200}, came_back)
    # How quickly is for the note below: each was answered, while the guesses went on.
    tap.check("and readers were served all the while", len(took) >= 2, took)
    print(f"# readers: median {statistics.median(took) * 1000:.0f} ms, slowest {max(took) * 1000:.0f} ms")

    # The breaker: whoever walks through all names of a meeting, five tries each, is stopped as well.
    strangers = [f"{c}{a}" for c in ("あかい", "あおい", "しろい", "くろい") for a in
                 ("うさぎ", "きつね", "たぬき", "ねこ", "いぬ", "くま", "りす", "しか", "うま", "うし", "ひつじ", "やぎ")]
    bodies = [{"code": attacked, "pen_name": name, "pin": f"{n}47291"} for name in strangers for n in range(5)]
    statuses, _ = storm(service, "/api/join/return", bodies, meanwhile)
    tap.check(f"of {len(bodies)} tries at all names {statuses.count(401)} were compared: the meeting's own limit",
              statuses.count(401) <= 120, statuses.count(401))
    tap.equal("names that are there and names that are not are told alike", set(statuses), {401, 429})


def passwords(tap, service):
    bodies = [{"name": "moderator", "password": f"guess number {n:06}"} for n in range(2000)]
    statuses, took = storm(service, "/api/session", bodies, lambda: service.ask("/api/comments"))
    tap.check(f"of 2,000 passwords from 2,000 addresses {statuses.count(401)} were compared",
              statuses.count(401) <= 60, statuses.count(401))
    tap.equal("and none was right", set(statuses), {401, 429})
    tap.check("readers were served meanwhile", len(took) >= 2, took)
    tap.equal("another account signs in all the while",
              Staff(service, "teacher").ask("GET", "/api/session")[1]["account"]["name"], "teacher")


sys.exit(Tap().run(run))
