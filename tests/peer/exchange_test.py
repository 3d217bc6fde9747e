#!/usr/bin/env python3
"""A city, venues, and what may go wrong between them, with the real program: both ways, again from
the start, after restores of every age, with copies of a folder, over a line that is not there."""

import os
import shutil
import sqlite3
import sys
import tempfile
import time
import traceback

from town import Device, Town, fields, op_id

PROGRAM = os.path.abspath(sys.argv[1])
STORED, DUPLICATE = 1, 2


def town_of(parent, *venues, start=True):
    town = Town(PROGRAM, parent)
    town.start("city")
    for venue in venues:
        town.venue(venue, town.key(venue))
        if start:
            town.start(venue)
    return town


def same(town, *names, seconds=20):
    """Do all hold the same, within that time?"""
    return town.until(lambda: len({town.digest(n) for n in names}) == 1, seconds) is not None


def s19_both_ways(parent):
    town = town_of(parent, "one", "two")
    a, b, c = Device(), Device(), Device()
    town.push("one", a, a.comment("会場一から"))
    town.push("two", b, b.comment("会場二から"))
    town.push("city", c, c.comment("市役所から"))
    assert same(town, "city", "one", "two")
    assert town.digest("city")[0] == 3
    for name in ("city", "one", "two"):
        assert {p["text"] for p in town.comments(name).values()} == {"会場一から", "会場二から", "市役所から"}, name
    town.stop_all()
    exports = {town.export(name) for name in ("city", "one", "two")}
    assert len(exports) == 1, [len(e) for e in exports]
    for name in ("city", "one", "two"):
        town.check(name)


def s20_within_a_second_of_a_commit(parent):
    town = town_of(parent, "one")
    assert town.until(lambda: town.health("one")["city"]["line"] == "up") is not None
    device = Device()
    slowest = 0
    for i in range(8):
        op = device.comment(f"声 {i}")
        town.push("one", device, op)
        took = town.until(lambda: town.digest("city")[0] == i + 1, 5)
        assert took is not None, i
        slowest = max(slowest, took)
    assert slowest < 1, slowest
    # … and the other way, by the long poll.
    slowest = 0
    for i in range(4):
        town.push("city", device, device.comment(f"返事 {i}"))
        took = town.until(lambda: town.digest("one")[0] == 9 + i, 5)
        assert took is not None, i
        slowest = max(slowest, took)
    assert slowest < 1, slowest
    town.stop_all()


def s20_nothing_goes_round_in_circles(parent):
    town = town_of(parent, "one", "two")
    devices = [Device() for _ in range(3)]
    for i in range(10):
        for name, device in zip(("city", "one", "two"), devices):
            town.push(name, device, device.comment(f"{name} {i}"))
    assert same(town, "city", "one", "two")
    time.sleep(1.5)
    counts = {name: fields(town.servers[name].ask("/sync/v1/hello")[2])[11][0] for name in ("city", "one", "two")}
    assert set(counts.values()) == {30}, counts
    before = [town.servers[n].ask("/api/metrics")[2] for n in ("city", "one", "two")]
    time.sleep(1.5)
    asked = sum(b"peer" in line for m in before for line in m.splitlines())
    assert asked
    town.stop_all()


def s20_a_log_with_a_hole_hands_nothing_on(parent):
    """A cursor that went on behind a missing change would lose it for ever; a server that waited for it would never end."""
    town = town_of(parent, "one")
    assert same(town, "city", "one")
    town.stop("city")
    device = Device()
    town.push("one", device, *(device.comment(f"{i}") for i in range(1, 4)))
    town.stop("one")
    connection = sqlite3.connect(town.path("one") + "/kakikomap.db")
    connection.execute("DELETE FROM change WHERE change = 2")
    connection.commit()
    connection.close()
    town.start("city")
    done = town.sync("one", ok=False)
    assert done["exit"] != 0 and "log is damaged" in done["said"], done
    assert town.digest("city")[0] == 0
    town.stop_all()


def s21_durable_marks(parent):
    town = town_of(parent, "one")
    device = Device()
    town.stop("city")
    first = device.comment("まだ市役所にはない")
    acks, answer = town.push("one", device, first)
    assert acks == [(STORED, 1)]
    assert answer.get(5, [0])[0] == 0, "the city has nothing yet"
    missing, city = town.have("one", device, [op_id(first), os.urandom(16)])
    assert len(missing) == 1 and city == []
    hello = town.hello("one")
    assert hello.get(13) == [1] and hello.get(14, [0]) == [0]
    town.start("city")
    assert town.until(lambda: town.hello("one").get(14, [0])[0] == 1) is not None
    assert town.have("one", device, [op_id(first)]) == ([], [op_id(first)])
    assert town.have("city", device, [op_id(first)]) == ([], [op_id(first)])
    _, answer = town.push("one", device, first)
    assert answer[5] == [1]
    # The city itself: everything it has.
    acks, answer = town.push("city", device, device.comment("市役所で"))
    assert answer[5] == [acks[0][1]]
    town.stop_all()


def missing(answer):
    """PushResponse.missing_seq: packed."""
    return [n for part in answer.get(6, []) for n in (part if isinstance(part, bytes) else [part])]


def all_at_the_city(town, name):
    hello = town.hello(name)
    return hello.get(14, [0]) == hello[11]


def s22_a_gap_is_told_with_the_next_push(parent):
    """I10"""
    town = town_of(parent, "one")
    device = Device()
    ops = [device.comment(f"{i}") for i in range(1, 8)]
    _, answer = town.push("one", device, ops[0], ops[1], ops[3])
    assert missing(answer) == [3], answer
    _, answer = town.push("one", device, ops[6])
    assert missing(answer) == [3, 5, 6], answer
    _, answer = town.push("one", device, ops[4], ops[2])
    assert missing(answer) == [6], answer
    # What went another way counts where it arrives.
    town.push("city", device, ops[5])
    assert town.until(lambda: not missing(town.push("one", device)[1])) is not None
    town.stop_all()


def s22_restores_of_the_venue_of_any_age(parent):
    town = town_of(parent, "one")
    device, ops = Device(), []
    for age in range(3):
        town.push("one", device, op := device.comment(f"時代 {age}"))
        ops.append(op)
        assert same(town, "city", "one")
        town.run("backup", "--data", town.path("one"), "--out", town.path(f"age{age}"))
    epoch = town.hello("one")[2][0]
    town.stop("one")
    for age in range(3):
        shutil.rmtree(town.path("one"))
        town.run("restore", "--data", town.path("one"), "--in", town.path(f"age{age}"))
        town.start("one")
        assert town.hello("one")[2][0] != epoch
        late = device.comment(f"後 {age}")
        town.push("one", device, late)
        ops.append(late)
        assert same(town, "city", "one"), age
        assert town.digest("city")[0] == len(ops)
        assert town.until(lambda: all_at_the_city(town, "one")) is not None
        town.stop("one")
    town.stop_all()
    assert town.export("city") == town.export("one")
    town.check("one")
    town.check("city")


def s22_restores_of_the_city_of_any_age(parent):
    town = town_of(parent, "one", "two")
    devices = {"one": Device(), "two": Device(), "city": Device()}
    total = 0
    for age in range(3):
        for name, device in devices.items():
            town.push(name, device, device.comment(f"{name} {age}"))
            total += 1
        assert same(town, "city", "one", "two")
        town.run("backup", "--data", town.path("city"), "--out", town.path(f"age{age}"))
    for age in range(3):
        town.kill("city")
        shutil.rmtree(town.path("city"))
        town.run("restore", "--data", town.path("city"), "--in", town.path(f"age{age}"))
        town.start("city")
        assert same(town, "city", "one", "two", seconds=40), age
        assert town.digest("city")[0] == total
        assert town.until(lambda: all_at_the_city(town, "one")) is not None
    town.stop_all()
    assert town.export("city") == town.export("one") == town.export("two")


def s22_a_venue_that_is_lost_for_ever(parent):
    """I7b: what a tablet still holds reaches the city by another way."""
    town = town_of(parent, "one")
    device = Device()
    town.stop("city")
    lost = device.comment("箱は消えた")
    acks, _ = town.push("one", device, lost)
    assert acks[0][0] == STORED
    town.kill("one")
    shutil.rmtree(town.path("one"))
    town.start("city")
    assert town.have("city", device, [op_id(lost)])[0] == [op_id(lost)]
    town.push("city", device, lost)
    # A new box with the same key.
    town.ports.pop("one")
    town.venue("one", town.key("one-again"))
    town.start("one")
    assert same(town, "city", "one")
    assert town.digest("one")[0] == 1
    town.stop_all()


def s22_a_copy_of_a_folder_is_found_out(parent):
    town = town_of(parent, "one")
    device, other = Device(), Device()
    town.push("one", device, device.comment("元"))
    assert same(town, "city", "one")
    town.stop("one")
    town.copy("one", "copy")
    town.stop("city")
    town.start("one")
    town.start("copy")
    town.push("one", device, device.comment("元の続き"))
    town.push("copy", other, other.comment("写しの声"))
    identity = town.hello("one")[1]
    assert town.hello("copy")[1] == identity
    town.start("city")
    line = lambda name: town.health(name)["city"]["line"]
    assert town.until(lambda: "refused" in (line("one"), line("copy"))) is not None
    later = "one" if line("one") == "refused" else "copy"
    assert "copy" in town.health(later)["city"]["what"]
    town.stop(later)
    town.start(later)
    assert town.hello(later)[1] != identity
    assert same(town, "city", "one", "copy")
    assert town.digest("city")[0] == 3
    town.stop_all()


def s22_a_folder_put_back_as_an_image_is_found_out(parent):
    """Also the file `epoch` went back, so the folder itself cannot know."""
    town = town_of(parent, "one")
    device = Device()
    town.push("one", device, device.comment("一"))
    assert same(town, "city", "one")
    town.stop("one")
    town.copy("one", "image")
    town.start("one")
    town.push("one", device, device.comment("二"), device.comment("三"))
    assert same(town, "city", "one")
    town.stop("one")
    town.copy("image", "one")
    town.start("one")
    town.push("one", device, device.comment("四"))
    town.until(lambda: town.health("one")["city"]["line"] == "refused", 10)
    town.stop("one")
    town.start("one")
    assert same(town, "city", "one")
    assert town.digest("one")[0] == 4
    town.stop_all()


def s20_a_kill_anywhere(parent):
    town = town_of(parent, "one")
    device, sent = Device(), 0
    for turn in range(6):
        for _ in range(10):
            town.push("one", device, device.comment(f"声 {sent}"))
            sent += 1
            town.push("city", device, device.comment(f"声 {sent}"))
            sent += 1
        town.kill("one" if turn % 2 else "city")
        town.start("one" if turn % 2 else "city")
    assert same(town, "city", "one", seconds=40)
    town.stop_all()
    assert town.export("city") == town.export("one")
    # Not the digest: signals of a server add operations of their own.
    for name in ("city", "one"):
        created = sqlite3.connect(town.path(name) + "/kakikomap.db").execute(
            "SELECT count(*), count(DISTINCT op_id) FROM change WHERE kind = 1").fetchone()
        assert created == (sent, sent), (name, created)


def s18_the_earlier_receipt_wins_everywhere(parent):
    town = town_of(parent, "one", "two", start=False)
    town.start("one")
    town.start("two")
    device = Device()
    town.stop("city")
    op = device.comment("二つの会場で")
    town.push("two", device, op)
    time.sleep(0.05)
    town.push("one", device, op)
    # The later receipt reaches the city first, and from there nobody must keep it.
    town.stop("two")
    town.start("city")
    assert same(town, "city", "one")
    town.start("two")
    assert same(town, "city", "one", "two")
    made = lambda: {next(iter(town.comments(n).values()))["created_at"] for n in ("city", "one", "two")}
    assert town.until(lambda: len(made()) == 1) is not None, made()
    town.stop_all()
    assert len({town.export(n) for n in ("city", "one", "two")}) == 1


def s19_refused_is_handed_on_too(parent):
    town = town_of(parent, "one")
    device = Device()
    acks, _ = town.push("one", device, bad := device.comment("遠い", lon_e7=1400000000))
    assert acks[0][0] == 4
    # Kept at the city as well: nothing that was sent is missing anywhere.
    assert town.until(lambda: town.have("city", device, [op_id(bad)])[0] == []) is not None
    assert town.until(lambda: town.have("one", device, [op_id(bad)])[1] == [op_id(bad)]) is not None
    town.stop_all()


def i14_what_is_not_known_yet_is_kept_and_forwarded(parent):
    town = town_of(parent, "one")
    device = Device()
    future = device.op(17, os.urandom(16), 0, 0, b"\xaa\x06\x03new")
    acks, _ = town.push("one", device, future)
    assert acks[0][0] == 4
    assert town.until(lambda: town.have("city", device, [op_id(future)])[0] == []) is not None
    town.stop_all()
    kept = sqlite3.connect(town.path("city") + "/kakikomap.db").execute("SELECT reason, op FROM quarantine").fetchall()
    assert kept == [("unknown_kind", future)], kept


TESTS = [value for name, value in list(globals().items())
         if name[0] in "si" and name[1:3].isdigit() and os.environ.get("ONLY", "") in name]


def run_all(tests):
    print(f"1..{len(tests)}")
    failed = 0
    for at, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as parent:
            try:
                test(parent)
                print(f"ok {at} - {test.__name__}", flush=True)
            except Exception:  # noqa: BLE001 - whatever it is, it is told
                failed += 1
                for line in traceback.format_exc().splitlines()[-8:]:
                    print("#", line)
                print(f"not ok {at} - {test.__name__}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run_all(TESTS))
