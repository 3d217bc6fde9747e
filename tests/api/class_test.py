#!/usr/bin/env python3
"""A class on the real program: opening, joining, writing, the board, releasing, finishing; and those
who may not. Usage: class_test.py KAKIKOMAP. Prints TAP."""

import http.client
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from desk import Asker, Staff, Tablet, iso, new_meeting, staff  # noqa: E402
from people import command  # noqa: E402
from service import Service, make_town, new_id  # noqa: E402
from tap import Tap  # noqa: E402

PROGRAM = sys.argv[1]
PIN = "482913"
ROLES = ("teacher", "teacher2", "moderator", "planner", "member", "administrator")


def refused(tap, sentence, answer, status, code):
    tap.check(sentence, answer[0] == status and answer[1]["code"] == code, answer)


def opening(tap, service, teacher):
    now = time.time()
    asked = new_meeting(now, cards=[], questions=["どこが暑いですか"], words=["たなか"], grade=5,
                        area={"type": "Polygon", "coordinates": [
                            [[139.38, 36.14], [139.4, 36.14], [139.4, 36.15], [139.38, 36.14]]]})
    status, told = teacher.post("/api/meetings", asked)
    tap.check("a teacher opens a meeting and gets its code", status == 201 and len(told["code"]) == 8
              and told["join_url"] == "/j/" + told["code"], status, told)
    meeting = told["meeting"]
    tap.check("it is as it was asked for, and holds what is written",
              meeting["state"] == "open" and meeting["hold"] is True and meeting["grade"] == 5
              and meeting["questions"] == asked["questions"] and meeting["words"] == ["たなか"]
              and meeting["area"] == asked["area"], meeting)
    again = teacher.post("/api/meetings", asked)
    tap.check("asked for twice it is the same meeting with the same code",
              again[0] == 200 and again[1] == told, again)
    refused(tap, "another meeting under this id is refused",
            teacher.post("/api/meetings", {**asked, "title": "別の授業"}), 409, "conflict")
    for label, change, code in (
            ("an end before the start", {"ends": asked["starts"]}, "invalid"),
            ("an end that is over", {"starts": iso(now - 7200), "ends": iso(now - 3600)}, "invalid"),
            ("a year long", {"ends": iso(now + 365 * 86400)}, "invalid"),
            ("no title", {"title": " "}, "invalid"),
            ("a kind that is none", {"kind": "party"}, "param"),
            ("a grade that is none", {"grade": 1.5}, "param"),
            ("a field that is none", {"teacher": "x"}, "param"),
            ("an area of two corners", {"area": {"type": "Polygon", "coordinates": [
                [[139.38, 36.14], [139.4, 36.14], [139.38, 36.14]]]}}, "invalid"),
            ("an area outside of the town", {"area": {"type": "Polygon", "coordinates": [
                [[0.1, 0.1], [0.2, 0.1], [0.2, 0.2], [0.1, 0.1]]]}}, "range")):
        answer = teacher.post("/api/meetings", {**asked, "id": str(new_id()), **change})
        tap.check(f"{label} is refused", answer[0] in (400, 422) and answer[1]["code"] == code, answer)
    return meeting, told["code"]


def who_may_open(tap, service, people):
    now = time.time()
    refused(tap, "nobody opens a meeting without signing in",
            Asker(service).post("/api/meetings", new_meeting(now)), 401, "unauthorized")
    refused(tap, "a tablet opens none", Tablet(service).post("/api/meetings", new_meeting(now)),
            401, "unauthorized")
    for role in ("member", "administrator"):
        refused(tap, f"a {role} opens none", people[role].post("/api/meetings", new_meeting(now)),
                403, "forbidden")
    for role in ("moderator", "planner"):
        status, told = people[role].post("/api/meetings", new_meeting(now, kind="workshop"))
        tap.check(f"a {role} opens one", status == 201, told)


def changing(tap, teacher, other, meeting, code):
    path = "/api/meetings/" + meeting["id"]
    status, told = teacher.ask("PATCH", path, {"title": "5年2組 すずしい場所さがし", "area": None})
    tap.check("the teacher changes the title and takes the area away; the rest stays",
              status == 200 and told["meeting"]["title"] == "5年2組 すずしい場所さがし"
              and told["meeting"]["area"] is None and told["meeting"]["words"] == ["たなか"]
              and told["code"] == code, told)
    later = iso(time.time() + 7200)
    status, told = teacher.ask("PATCH", path, {"ends": later})
    tap.check("the code ends when the meeting ends", status == 200
              and told["expires"] == told["meeting"]["ends"], told)
    refused(tap, "nothing is no change", teacher.ask("PATCH", path, {}), 400, "param")
    refused(tap, "a kind cannot be changed", teacher.ask("PATCH", path, {"kind": "walk"}), 400, "param")
    for method, tail, value in (("GET", "", None), ("PATCH", "", {"title": "x"}), ("POST", "/code", None),
                                ("POST", "/finish", None), ("GET", "/board", None), ("GET", "/live", None),
                                ("POST", "/release", {"comments": "all"})):
        refused(tap, f"another teacher's class is not there: {method} {tail or 'itself'}",
                other.ask(method, path + tail, value), 404, "not_found")
    listed = [m["id"] for m in other.get("/api/meetings")[1]["meetings"]]
    tap.check("nor in another teacher's list", meeting["id"] not in listed, listed)
    listed = [m["id"] for m in teacher.get("/api/meetings")[1]["meetings"]]
    tap.check("but in the own", meeting["id"] in listed, listed)


def joining(tap, service, other, meeting, code):
    tablet = Tablet(service)
    refused(tap, "a device without token joins nothing", Asker(service).post("/api/join", {"code": code}),
            401, "unauthorized")
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    refused(tap, "a wrong code opens nothing", tablet.post("/api/join", {"code": wrong}), 404, "not_found")
    refused(tap, "what is no code opens nothing, in the same words",
            tablet.post("/api/join", {"code": "にじゅうごばん"}), 404, "not_found")
    typed = code[:4].lower() + "ー" + code[4:].replace("0", "O").replace("1", "l") + " "
    status, told = tablet.post("/api/join", {"code": typed})
    tap.check("a code is understood as people type it", status == 200
              and told["meeting"]["id"] == meeting["id"] and told["tablet"] == 1, status, told)
    tap.check("pupils are not told the list of words, nor the code",
              "words" not in told["meeting"] and "code" not in told, told)
    tap.check("names to choose from are offered", len(told["pen_names"]) == 24
              and len({n["name"] for n in told["pen_names"]}) == 24, told["pen_names"])
    name = told["pen_names"][0]["name"]
    refused(tap, "an own name is not accepted", tablet.post(
        "/api/join/name", {"code": code, "pen_name": "山田太郎", "pin": PIN}), 422, "invalid")
    refused(tap, "a PIN in a row is not accepted", tablet.post(
        "/api/join/name", {"code": code, "pen_name": name, "pin": "123456"}), 422, "invalid")
    refused(tap, "a name under a wrong code is not given", tablet.post(
        "/api/join/name", {"code": wrong, "pen_name": name, "pin": PIN}), 404, "not_found")
    status, taken = tablet.post("/api/join/name", {"code": code, "pen_name": name, "pin": PIN})
    tap.check("a name is taken, with words for the way back", status == 201
              and taken["pen_name"] == name and len(taken["words"]) == 5, taken)
    second = Tablet(service)
    refused(tap, "nobody else gets the name", second.post(
        "/api/join/name", {"code": code, "pen_name": name, "pin": PIN}), 409, "conflict")
    offered = [n["name"] for n in second.post("/api/join", {"code": code})[1]["pen_names"]]
    tap.check("nor is it offered", name not in offered, offered)
    refused(tap, "a wrong PIN does not bring one back", second.post(
        "/api/join/return", {"code": code, "pen_name": name, "pin": "731904"}), 401, "wrong_login")
    status, told = second.post("/api/join/return", {"code": code, "pen_name": name, "pin": PIN})
    tap.check("the PIN brings one back, on another tablet",
              status == 200 and told["author_id"] == taken["author_id"], told)
    status, told = second.post("/api/join/return",
                               {"code": code, "pen_name": name, "words": taken["words"]})
    tap.check("so do the words", status == 200 and told["author_id"] == taken["author_id"], told)
    refused(tap, "wrong words do not", second.post(
        "/api/join/return", {"code": code, "pen_name": name, "words": ["うみ"] * 5}), 401, "wrong_login")
    spy = Tablet(service)
    spy.post("/api/join/return", {"code": code, "pen_name": name, "pin": PIN})
    spy.cookie = other.cookie
    for method, tail, value in (("GET", "/board", None), ("POST", "/release", {"comments": "all"})):
        refused(tap, f"who joined under a pen name does not lead it by an account beside: {tail}",
                spy.ask(method, "/api/meetings/" + meeting["id"] + tail, value), 404, "not_found")
    tap.equal("nor is it in that account's queue", spy.get("/api/moderation")[1]["items"], [])
    tablet.device.author = uuid.UUID(taken["author_id"]).bytes
    own = tablet.get("/api/meetings/" + meeting["id"])
    tap.check("who joined sees the meeting, without its code", own[0] == 200 and "code" not in own[1], own)
    tap.equal("and has it in the list", [m["id"] for m in tablet.get("/api/meetings")[1]["meetings"]],
              [meeting["id"]])
    refused(tap, "who did not join sees no meeting",
            Tablet(service).get("/api/meetings/" + meeting["id"]), 404, "not_found")
    return tablet, name


def is_public(service, comment_id):
    return service.ask(f"/api/comments/{comment_id}")[0] == 200


def board(tap, teacher, tablet, name, meeting):
    path = "/api/meetings/" + meeting["id"]
    here = uuid.UUID(meeting["id"])
    status, told = tablet.ask("PUT", path + "/presence", {"waiting": 3, "oldest_s": 600})
    tap.check("a tablet tells what it still holds", (status, told) == (200, {"state": "open", "tablet": 1}),
              status, told)
    refused(tap, "one that has not joined is not heard",
            Tablet(tablet.service).ask("PUT", path + "/presence", {"waiting": 3}), 404, "not_found")
    refused(tap, "half an operation does not exist",
            tablet.ask("PUT", path + "/presence", {"waiting": 0.5}), 400, "param")
    first = tablet.write("木かげのベンチがすずしい", here, hat=2)
    second = tablet.write("信号まちが暑い", here, hat=2, lon_e7=1393900000)
    status, told = teacher.get(path + "/board")
    tap.check("the board shows who has sent what", status == 200 and told["counts"] == {
        "comments": 2, "held": 2, "public": 0, "tablets": 3, "holding": 1, "waiting": 3}, told)
    tap.check("and which tablet still holds something", told["tablets"][0]["waiting"] == 3
              and told["tablets"][0]["oldest_s"] == 600 and told["tablets"][0]["pen_names"] == [name]
              and told["tablets"][0]["comments"] == 2, told["tablets"])
    tap.check("by pen name", told["people"][0]["comments"] == 2, told["people"])
    for label, asker in (("the pupils", tablet), ("anyone", Asker(tablet.service))):
        answer = asker.get(path + "/board")
        tap.check(f"the board is not for {label}", answer[0] == 401, answer)
    return first, second


def live(tap, service, teacher, tablet, meeting):
    connection = http.client.HTTPConnection(service.address, timeout=20)
    path = "/api/meetings/" + meeting["id"]
    connection.request("GET", path + "/live", headers={"Cookie": teacher.cookie})
    answer = connection.getresponse()

    def next_event():
        while True:
            line = answer.readline().decode().strip()
            if line.startswith("event:"):
                return line

    tap.equal("the board's stream says at once that there is something", next_event(), "event: board")
    tablet.ask("PUT", path + "/presence", {"waiting": 1})
    tap.equal("and when a tablet tells of itself", next_event(), "event: board")
    held = tablet.write("かげがない交差点", uuid.UUID(meeting["id"]), hat=2)
    tap.equal("and when a comment comes that nobody else may see", next_event(), "event: board")
    connection.close()
    return held


def releasing(tap, service, people, tablet, meeting, first, second, third):
    teacher, path = people["teacher"], "/api/meetings/" + meeting["id"] + "/release"
    everyone = (("a pupil", tablet, 401), ("anyone", Asker(service), 401),
                ("a planner", people["planner"], 403), ("an administrator", people["administrator"], 404),
                ("another teacher", people["teacher2"], 404))
    for label, asker, status in everyone:
        answer = asker.post(path, {"comments": "all"})
        tap.check(f"{label} releases nothing", answer[0] == status, answer)
    tap.check("so all of it is still inside", not any(is_public(service, c) for c in (first, second)))
    status, told = teacher.post(path, {"comments": [str(first), str(new_id()), str(first)]})
    tap.check("the teacher releases one; what is not there is told", status == 200
              and told["released"] == 1 and [r["code"] for r in told["left"]] == ["not_found"] * 2, told)
    tap.check("it is public and the others are not", is_public(service, first)
              and not is_public(service, second))
    doubted = tablet.write("たなかさんの家の前が暑い", uuid.UUID(meeting["id"]), hat=2)
    status, told = teacher.post(path, {"comments": "all"})
    tap.check("all are released but what a signal holds", status == 200 and told == {
        "released": 2, "left": [{"id": str(doubted), "code": "signal_word"}]}, told)
    tap.check("they are public", is_public(service, second) and is_public(service, third)
              and not is_public(service, doubted))
    status, told = teacher.post(path, {"comments": [str(doubted)]})
    tap.check("that one after somebody has looked", told == {"released": 1, "left": []}
              and is_public(service, doubted), told)
    for label, value in (("an empty list", []), ("a word", "some"), ("a number", [1])):
        answer = teacher.post(path, {"comments": value})
        tap.check(f"{label} is no list of comments", answer[0] in (400, 422), answer)


def new_pin(tap, service, people, meeting, code, name):
    teacher, path = people["teacher"], "/api/meetings/" + meeting["id"]
    for label, asker, status in (("anyone", Asker(service), 401), ("another teacher", people["teacher2"], 404)):
        tap.equal(f"{label} sets no PIN", asker.post(path + "/pin", {"pen_name": name})[0], status)
    refused(tap, "for a name that nobody took there is none",
            teacher.post(path + "/pin", {"pen_name": "いない"}), 404, "not_found")
    status, told = teacher.post(path + "/pin", {"pen_name": name})
    tap.check("the teacher gets a new PIN of six digits", status == 200 and told["pen_name"] == name
              and len(told["pin"]) == 6 and told["pin"].isdigit(), told)
    comes = {"code": code, "pen_name": name}
    refused(tap, "the old PIN is good no more",
            Tablet(service).post("/api/join/return", {**comes, "pin": PIN}), 401, "wrong_login")
    tap.equal("the new one is", Tablet(service).post("/api/join/return", {**comes, "pin": told["pin"]})[0], 200)
    refused(tap, "nobody is forgotten while the meeting is open",
            teacher.ask("DELETE", path + "/persons"), 409, "conflict")


def forgetting(tap, people, data, meeting, name):
    """After it is over; what they wrote stays."""
    teacher, path = people["teacher"], "/api/meetings/" + meeting["id"]
    connection = sqlite3.connect(f"file:{data}/kakikomap.db?mode=ro", uri=True)
    rows = connection.execute("SELECT id, pin, words FROM person WHERE meeting_id = ?",
                              (uuid.UUID(meeting["id"]).bytes,)).fetchall()
    connection.close()
    marks = [secret.encode() for row in rows for secret in row[1:]]
    tap.check("their PINs and words lie in the database till then", marks)
    refused(tap, "there is no new PIN for what is over",
            teacher.post(path + "/pin", {"pen_name": name}), 409, "conflict")
    for _ in range(2):
        tap.equal("the teacher lets the persons be forgotten", teacher.ask("DELETE", path + "/persons")[0], 204)

    def left():
        raw = b"".join(p.read_bytes() for p in pathlib.Path(data).glob("kakikomap.db*"))
        return [mark for mark in marks if mark in raw]

    deadline = time.monotonic() + 20
    while left() and time.monotonic() < deadline:
        time.sleep(0.2)
    tap.equal("no byte of a PIN or of words is left", left(), [])
    gone = pathlib.Path(data, "erased").read_bytes()
    tap.check("each id is in the list of what stays away", all(row[0] in gone for row in rows))
    told = people["moderator"].get("/api/audit?limit=10000&after=0")[1]["rows"]
    tap.equal("the audit log says it once", [r["object"] for r in told if r["action"] == "person_remove"],
              [meeting["id"]])


def ending(tap, service, people, tablet, meeting, code, name):
    teacher, path = people["teacher"], "/api/meetings/" + meeting["id"]
    status, told = teacher.post(path + "/code")
    fresh = told["code"]
    tap.check("a new code takes the old one's place", status == 200 and fresh != code, told)
    refused(tap, "the old one opens nothing", Tablet(service).post("/api/join", {"code": code}), 404,
            "not_found")
    tap.equal("the new one does", Tablet(service).post("/api/join", {"code": fresh})[0], 200)
    late = Tablet(service)
    late.post("/api/join", {"code": fresh})
    object_id = new_id()
    waiting = late.device.comment("終わる前に書いた", object_id.bytes, hat=2,
                                  more=b"\x6a\x10" + uuid.UUID(meeting["id"]).bytes)
    status, told = teacher.post(path + "/finish")
    tap.check("the meeting is finished, its code is gone", status == 200
              and told["meeting"]["state"] == "finished" and told["code"] is None, told)
    tap.equal("finishing twice is no fault", teacher.post(path + "/finish")[0], 200)
    refused(tap, "nobody joins any more", Tablet(service).post("/api/join", {"code": fresh}), 404,
            "not_found")
    refused(tap, "nobody comes back either", tablet.post(
        "/api/join/return", {"code": fresh, "pen_name": name, "pin": PIN}), 404, "not_found")
    refused(tap, "there is no new code for what is over", teacher.post(path + "/code"), 409, "conflict")
    tap.equal("what a tablet wrote before is taken whenever it comes", late.push(waiting)[0][0], 1)
    tap.check("and waits inside the class", not is_public(service, object_id))
    status, told = late.ask("PUT", path + "/presence", {"waiting": 0})
    tap.check("and the tablet hears that it is over", (status, told["state"]) == (200, "finished"), told)
    status, told = teacher.post(path + "/release", {"comments": "all"})
    tap.check("the teacher can still release it", told["released"] == 1 and is_public(service, object_id), told)
    status, told = teacher.get(path + "/board")
    for label, asker, wanted in (("a pupil", tablet, 401), ("a member", people["member"], 404),
                                 ("another teacher", people["teacher2"], 404)):
        tap.equal(f"{label} makes nobody forgotten", asker.ask("DELETE", path + "/persons")[0], wanted)
    tap.check("the board can still be read", status == 200 and told["counts"]["comments"] == 5, told)


def short_code(tap, service, teacher):
    now = time.time()
    status, told = teacher.post("/api/meetings", new_meeting(now, ends=iso(now + 2)))
    tap.equal("a meeting of two seconds is opened", status, 201)
    time.sleep(2.1)
    refused(tap, "its code has run out with it", Tablet(service).post("/api/join", {"code": told["code"]}),
            404, "not_found")
    got = teacher.get("/api/meetings/" + told["meeting"]["id"])[1]
    tap.check("and the teacher is shown none", got["code"] is None and got["join_url"] is None, got)


def terminal(tap, service, teacher, data):
    """A venue without a desk: the same from the command line, while the service runs."""
    listed = command(PROGRAM, data, "meeting", "open", "公民館の夕べ", "--kind", "workshop", "--hours", "2",
                     "--account", "teacher", "--unheld")["meetings"]
    made = next(m for m in listed if m["title"] == "公民館の夕べ")
    tap.check("a meeting is opened from the terminal", made["state"] == "open" and len(made["code"]) == 8, made)
    tablet = Tablet(service)
    tap.equal("tablets join it", tablet.post("/api/join", {"code": made["code"]})[0], 200)
    tap.equal("its teacher leads it", teacher.get(f"/api/meetings/{made['id']}/board")[0], 200)
    here = uuid.UUID(made["id"])
    tap.check("a citizen's words in it are public at once, a pupil's are not",
              is_public(service, tablet.write("夕方は風がある", here, lon_e7=1393920000))
              and not is_public(service, tablet.write("こうえんがすき", here, hat=2, lon_e7=1393940000)))
    fresh = next(m for m in command(PROGRAM, data, "meeting", "code", made["id"])["meetings"]
                 if m["id"] == made["id"])
    tap.check("its code is renewed", fresh["code"] != made["code"] and fresh["comments"] == 2
              and fresh["held"] == 1 and fresh["tablets"] == 1, fresh)
    done = next(m for m in command(PROGRAM, data, "meeting", "finish", made["id"])["meetings"]
                if m["id"] == made["id"])
    tap.check("it is finished", done["state"] == "finished" and done["code"] is None, done)
    refused(tap, "and nobody joins it", Tablet(service).post("/api/join", {"code": fresh["code"]}), 404,
            "not_found")
    for label, words in (("nothing to do", ()), ("a word that is none", ("close",)),
                         ("no title", ("open",)), ("an id that is none", ("finish", "x")),
                         ("a kind that is none", ("open", "x", "--kind", "party")),
                         ("a teacher who is not there", ("open", "x", "--account", "nobody"))):
        done = subprocess.run([PROGRAM, "meeting", "--data", data, *words], capture_output=True, text=True)
        tap.check(f"{label} is refused in words", done.returncode == 2 and done.stderr, done)


def run(tap):
    with tempfile.TemporaryDirectory() as parent:
        data = make_town(PROGRAM, parent)
        staff(PROGRAM, data, *ROLES)
        service = Service(PROGRAM, data, "--staff_over_http", "true")
        try:
            people = {role: Staff(service, role) for role in ROLES}
            meeting, code = opening(tap, service, people["teacher"])
            who_may_open(tap, service, people)
            changing(tap, people["teacher"], people["teacher2"], meeting, code)
            tablet, name = joining(tap, service, people["teacher2"], meeting, code)
            first, second = board(tap, people["teacher"], tablet, name, meeting)
            third = live(tap, service, people["teacher"], tablet, meeting)
            releasing(tap, service, people, tablet, meeting, first, second, third)
            new_pin(tap, service, people, meeting, code, name)
            ending(tap, service, people, tablet, meeting, code, name)
            forgetting(tap, people, data, meeting, name)
            short_code(tap, service, people["teacher"])
            terminal(tap, service, people["teacher"], data)
        finally:
            tap.equal("the service ends well", service.end(), 0)


sys.exit(Tap().run(run))
