#!/usr/bin/env python3
"""The program on a real port: what a broken or hostile client sends gets a clear 4xx and leaves the
store as it was; what is acknowledged outlives kill -9; no outlet shows what is not public.
Usage: service_test.py KAKIKOMAP. Prints TAP."""

import json
import pathlib
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from service import Device, Service, fields, make_town, new_id, number, text  # noqa: E402
from tap import Tap  # noqa: E402

PROGRAM = sys.argv[1]
PROTOBUF = {"Content-Type": "application/x-protobuf"}
COMMENT = {"lon": 139.388, "lat": 36.147, "kind": "idea", "text": "木かげがほしい"}


def dump(data):
    """Every row of every table of the log and of what is made from it."""
    connection = sqlite3.connect(f"file:{data}/kakikomap.db?mode=ro", uri=True)
    tables = [name for name, in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'idx_%' AND name NOT"
        " LIKE 'comment_text%' AND name NOT LIKE '%virts%' AND name NOT LIKE 'spatial%'"
        " AND name NOT LIKE 'sqlite%' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")]
    rows = {table: connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}
    connection.close()
    return rows


def problem(answer):
    status, headers, body = answer
    if headers.get("content-type") != "application/problem+json":
        return {"status": status, "body": body[:200]}
    return json.loads(body)


def comment(**changes):
    value = {"id": str(new_id()), **COMMENT, **changes}
    return {key: what for key, what in value.items() if what is not None}


def refusals(tap, service, data):
    device = Device()
    good = device.comment("こんにちは")
    rows = [
        ("a body of 10 MB", 413, lambda: service.post("/api/comments", b"x" * 10_000_000)),
        ("a push of 10 MB", 413, lambda: service.ask("/sync/v1/ops", "POST", b"\x0a" * 10_000_000,
                                                     device.bearer())),
        ("a broken protobuf", 400, lambda: service.ask("/sync/v1/ops", "POST", b"\xff" * 99,
                                                       device.bearer())),
        ("a protobuf cut off", 400, lambda: service.ask(
            "/sync/v1/ops", "POST", device.push(good)[:-3], device.bearer())),
        ("JSON where protobuf is wanted", 415, lambda: service.ask(
            "/sync/v1/ops", "POST", b"{}", {**device.bearer(), "Content-Type": "application/json"})),
        ("65 operations", 413, lambda: service.ask(
            "/sync/v1/ops", "POST", device.push(*[good] * 65), device.bearer())),
        ("no token", 401, lambda: service.ask("/sync/v1/ops", "POST", device.push(good), PROTOBUF)),
        ("broken JSON", 400, lambda: service.post("/api/comments", b'{"id":')),
        ("JSON that is not UTF-8", 400, lambda: service.post(
            "/api/comments", json.dumps(comment(text="?")).encode().replace(b"?", b"\xe6\xad"))),
        ("a NUL byte", 400, lambda: service.post(
            "/api/comments", json.dumps(comment(text="?")).encode().replace(b"?", b"a\x00b"))),
        ("an escaped NUL", 400, lambda: service.post("/api/comments", comment(text="a\0b"))),
        ("100,000 characters", 413, lambda: service.post("/api/comments", comment(text="長" * 100000))),
        ("2,001 characters", 422, lambda: service.post("/api/comments", comment(text="長" * 2001))),
        ("a comment as a form", 415, lambda: service.post(
            "/api/comments", b"text=a", kind="application/x-www-form-urlencoded")),
        ("a latitude of 360", 400, lambda: service.post("/api/comments", comment(lat=360))),
        ("a longitude of 1e308", 400, lambda: service.post("/api/comments", comment(lon=1e308))),
        ("a place in London", 400, lambda: service.post("/api/comments", comment(lon=-0.1, lat=51.5))),
        ("a number for text", 400, lambda: service.post("/api/comments", comment(text=7))),
        ("a list for kind", 400, lambda: service.post("/api/comments", comment(kind=["idea"]))),
        ("no place", 400, lambda: service.post("/api/comments", comment(lon=None))),
        ("an unknown field", 400, lambda: service.post("/api/comments", comment(admin=True))),
        ("an official's hat", 403, lambda: service.post("/api/comments", comment(hat="official"))),
        ("an unknown parameter", 400, lambda: service.ask("/api/comments?x=1")),
        ("a parameter twice", 400, lambda: service.ask("/api/comments?limit=1&limit=2")),
        ("a NUL in a parameter", 400, lambda: service.ask("/api/comments?q=a%00b")),
        ("overlong UTF-8 in a parameter", 400, lambda: service.ask("/api/comments?q=%C0%AF")),
        ("a search of 64 kB", 4, lambda: service.ask("/api/comments?q=" + "a" * 65536)),
        ("a tile beyond the pyramid", 404, lambda: service.ask("/tiles/comments/3/8/0.mvt")),
        ("a post from another site's page", 403, lambda: service.ask(
            "/api/comments", "POST", json.dumps(comment()).encode(),
            {"Content-Type": "application/json", "Origin": "https://evil.example"})),
    ]
    empty = service.ask("/tiles/city.json")
    tap.check("the city before its first import is an empty map, not a fault",
              empty[0] == 200 and json.loads(empty[2])["vector_layers"] == []
              and service.ask("/tiles/city/14/14535/6425.mvt")[0] == 204
              and service.ask("/tiles/town.json")[0] == 404)
    before = dump(data)
    for label, wanted, act in rows:
        answer = act()
        told = problem(answer)
        if wanted == 4:  # the socket library's own words, before any of ours
            tap.check(f"{label} is refused", 400 <= answer[0] < 500, answer[0])
            continue
        tap.check(f"{label} is refused in words",
                  answer[0] == wanted and told.get("status") == answer[0] and told.get("code") and told.get("detail"),
                  answer[0], told)
    tap.equal("none of them left a trace in the store", dump(data), before)


def repetition(tap, program, parent):
    data = make_town(program, parent + "/again")
    device = Device()
    op = device.comment("一度だけ")
    statuses = []
    for batch in range(2):
        service = Service(program, data)
        status, _, body = service.ask("/sync/v1/ops", "POST", device.push(*[op] * 50), device.bearer())
        tap.equal(f"batch {batch + 1} of 50 is answered", status, 200)
        statuses += [fields(ack).get(2, [0])[0] for ack in fields(body)[4]]
        posted = service.post("/api/comments", {"id": "0192f3a0-7c00-7000-8000-00000000c0de", **COMMENT})
        tap.equal("so is the same comment of a simple client", posted[0], 200 if batch else 201)
        service.kill()
    tap.equal("the first is stored, 99 are known already", statuses, [1] + [2] * 99)
    service = Service(program, data)
    listed = json.loads(service.ask("/api/comments")[2])
    tap.equal("after two kill -9 there are two comments", listed["numberReturned"], 2)
    service.end()


def secrets(tap, service, data):
    """Held words and all ids of people, looked for in every outlet."""
    device = Device()
    held, shown = "ひみつの基地はここ", "公園にベンチを"
    ops = [device.comment(held, hat=2), device.comment(shown)]
    status, _, body = service.ask("/sync/v1/ops", "POST", device.push(*ops), device.bearer())
    tap.equal("a pupil's and a citizen's comment are taken", status, 200)
    author = str(new_id())
    public = [f["id"] for f in json.loads(service.ask("/api/comments")[2])["features"]
              if f["properties"]["text"] == shown]
    tap.equal("only the citizen's is on the list", len(public), 1)
    service.post(f"/api/comments/{public[0]}/reaction", {"author": author, "value": "agree"}, "PUT")
    outlets = ["/api/comments", "/api/comments?limit=1000&q=" + urllib.parse.quote("基地"),
               f"/api/comments/{public[0]}", "/api/cards", "/api/clusters", "/api/metrics",
               "/api/health", "/api/layers", "/sync/v1/hello", "/sync/v1/changes",
               "/tiles/comments/0/0/0.mvt", "/tiles/comments/10/908/401.mvt",
               "/tiles/comments/14/14535/6425.mvt", "/tiles/comments/22/3721083/1645035.mvt"]
    words = [held.encode(), "基地".encode(), device.id, device.author, device.id.hex().encode(),
             device.author.hex().encode(), author.encode(), bytes.fromhex(author.replace("-", ""))]
    for outlet in outlets:
        status, headers, body = service.ask(outlet)
        tap.check(f"{outlet.split('?')[0]} answers and keeps what is not public",
                  status in (200, 204) and not any(word in body for word in words), status, body[:300])
    change = json.loads(service.ask("/api/comments")[2])["change"]
    connection = __import__("http.client").client.HTTPConnection(service.address, timeout=10)
    connection.request("GET", "/api/live", headers={"Last-Event-ID": "0"})
    stream = connection.getresponse()
    service.post("/api/comments", comment())
    seen = b""
    while b"event: change" not in seen or f"id: {change + 1}".encode() not in seen:
        line = stream.readline()
        if not line:
            break
        seen += line
    connection.close()
    tap.check("/api/live tells changes and keeps what is not public",
              b"event: change" in seen and not any(word in seen for word in words), seen)


def search(tap, service):
    for words in ("歩道がせまい", "横断歩道の信号", "道に木かげ", "ベンチ"):
        service.post("/api/comments", comment(text=words))
    for query, wanted in (("歩道", 2), ("道", 3), ("信号", 1), ("ベ", None), ("歩道 信号", 1), ("道歩", 0)):
        found = json.loads(service.ask("/api/comments?q=" + urllib.parse.quote(query))[2])
        texts = [f["properties"]["text"] for f in found["features"]]
        if wanted is None:
            tap.check(f"「{query}」 finds what has it", texts and all(query in t for t in texts), texts)
        else:
            tap.equal(f"「{query}」 finds {wanted}", len(texts), wanted)


def waiting(tap, service):
    newest = json.loads(service.ask("/api/comments")[2])["change"]
    found = {}

    def wait():
        began = time.monotonic()
        found["answer"] = service.ask(f"/sync/v1/changes?since={newest}&wait=20")
        found["took"] = time.monotonic() - began

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.5)
    service.post("/api/comments", comment(text="まっていた"))
    thread.join()
    tap.check("a waiting request hears of the change at once",
              found["took"] < 5 and "まっていた".encode() in found["answer"][2], found)
    newest += 1
    began = time.monotonic()
    status, _, body = service.ask(f"/sync/v1/changes?since={newest}&wait=1")
    took = time.monotonic() - began
    tap.check("with nothing to tell it answers when its time is over",
              status == 200 and 0.9 <= took < 5 and fields(body)[4] == [newest], status, took, body)


def contract_of_etag(tap, service):
    tile = "/tiles/comments/16/58142/25701.mvt"
    service.post("/api/comments", comment())
    _, headers, _ = service.ask(tile)
    tag = headers.get("etag")
    status = service.ask(tile, headers={"If-None-Match": tag})[0]
    tap.equal("a tile that nothing touched is 304", status, 304)
    service.post("/api/comments", comment(lon=139.42))
    tap.equal("a comment elsewhere leaves it 304", service.ask(tile, headers={"If-None-Match": tag})[0],
              304)
    service.post("/api/comments", comment())
    status, headers, _ = service.ask(tile, headers={"If-None-Match": tag})
    tap.check("a comment in it makes it new", status == 200 and headers["etag"] != tag, status)


def run(tap):
    with tempfile.TemporaryDirectory() as parent:
        pathlib.Path(parent, "again").mkdir()
        data = make_town(PROGRAM, parent)
        service = Service(PROGRAM, data)
        try:
            refusals(tap, service, data)
            secrets(tap, service, data)
            search(tap, service)
            waiting(tap, service)
            contract_of_etag(tap, service)
        finally:
            tap.equal("the service ends well", service.end(), 0)
        repetition(tap, PROGRAM, parent)


sys.exit(Tap().run(run))
