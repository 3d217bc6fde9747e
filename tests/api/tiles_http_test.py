#!/usr/bin/env python3
"""Tiles, packs and TileJSON over a real port: what RFC 9110 says of validators, ranges, encodings
and methods, in tables. Usage: tiles_http_test.py TILE_SERVER ARCHIVE_TOOL. Prints TAP."""

import gzip
import hashlib
import http.client
import json
import pathlib
import subprocess
import sys
import tempfile

server_program, archive_tool = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:3])

SEA = "/tiles/made/0/0/0.mvt"  # archive_tool: id 0 is "sea"
TYPE = "application/vnd.mapbox-vector-tile"


def is_missing(tile_id):
    """archive_tool's rule: no tile has this id."""
    number = (tile_id * 2654435761 & 0xFFFFFFFF) >> 8
    return tile_id % 100 >= 10 and number % 3 == 0


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __getitem__(self, name):
        return self.headers.get(name.lower())


def ask(path, headers=None, method="GET"):
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request(method, path, headers=headers or {})
    response = connection.getresponse()
    body = response.read()
    answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, body)
    connection.close()
    return answer


tests = []


def test(function):
    tests.append((function.__name__.replace("_", " "), function))
    return function


def rows(name, table):
    """Each row of a table is a test of its own."""

    def add(function):
        for label, *row in table:
            tests.append((f"{name}: {label}", lambda row=row: function(*row)))
        return function

    return add


@test
def a_tile_goes_out_as_it_is_stored():
    answer = ask(SEA, {"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Content-Type"] == TYPE
    assert "accept-encoding" in answer["Vary"].lower()
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["ETag"].startswith('"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert gzip.decompress(answer.body) == b"sea"


@rows("encoding", [
    ("none named", {}, None),
    ("gzip", {"Accept-Encoding": "gzip"}, "gzip"),
    ("gzip among others", {"Accept-Encoding": "deflate, gzip;q=0.5, br"}, "gzip"),
    ("anything", {"Accept-Encoding": "*"}, "gzip"),
    ("identity alone", {"Accept-Encoding": "identity"}, None),
    ("gzip refused", {"Accept-Encoding": "gzip;q=0, identity"}, None),
    ("everything else refused", {"Accept-Encoding": "gzip;q=0, *"}, None),
    ("brotli alone", {"Accept-Encoding": "br"}, None),
])
def encoding(headers, wanted):
    answer = ask(SEA, headers)
    assert answer.status == 200, answer.status
    assert answer["Content-Encoding"] == wanted, answer["Content-Encoding"]
    assert (gzip.decompress(answer.body) if wanted else answer.body) == b"sea"
    assert "accept-encoding" in answer["Vary"].lower()


@test
def each_encoding_has_a_strong_tag_of_its_own():
    packed = ask(SEA, {"Accept-Encoding": "gzip"})["ETag"]
    plain = ask(SEA)["ETag"]
    assert packed != plain and not packed.startswith("W/") and not plain.startswith("W/")


@rows("If-None-Match", [
    ("the tag", lambda tag: tag, 304),
    ("a list with the tag", lambda tag: f'"x", {tag} , "y"', 304),
    ("the tag as a weak one", lambda tag: f"W/{tag}", 304),
    ("anything", lambda tag: "*", 304),
    ("another tag", lambda tag: '"x"', 200),
    ("the tag without quotes", lambda tag: tag.strip('"'), 200),
    ("an empty list", lambda tag: "", 200),
])
def if_none_match(made_from, status):
    tag = ask(SEA, {"Accept-Encoding": "gzip"})["ETag"]
    answer = ask(SEA, {"Accept-Encoding": "gzip", "If-None-Match": made_from(tag)})
    assert answer.status == status, answer.status
    assert answer["ETag"] == tag
    assert (answer.body == b"") == (status == 304)
    assert answer["Cache-Control"] == "no-cache"


@rows("status", [
    ("a tile set that is not there", "/tiles/town/0/0/0.mvt", 404, "not_found"),
    ("a zoom the archive does not have", "/tiles/made/8/0/0.mvt", 404, "not_found"),
    ("a column outside", "/tiles/made/1/2/0.mvt", 404, "not_found"),
    ("a word for a zoom", "/tiles/made/z/0/0.mvt", 400, "param"),
    ("a negative row", "/tiles/made/1/0/-1.mvt", 400, "param"),
    ("an unknown parameter", SEA + "?x=1", 400, "param"),
    ("another suffix", "/tiles/made/0/0/0.png", 404, "not_found"),
    ("a pack that is not there", "/packs/town.pmtiles", 404, "not_found"),
    ("a way out of the folder", "/packs/..%2fmade.pmtiles", 400, "format"),
    ("a style of another theme", "/api/style.json?theme=purple", 400, "param"),
])
def status(path, wanted, code):
    answer = ask(path)
    assert answer.status == wanted, answer.status
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.body)
    assert problem["status"] == wanted and problem["code"] == code, problem


@rows("method", [("POST", "POST"), ("PUT", "PUT"), ("DELETE", "DELETE")])
def method(name):
    answer = ask(SEA, {"Content-Length": "0"}, name)
    assert answer.status == 405, answer.status
    assert "GET" in answer["Allow"]


@test
def a_tile_without_content_is_204():
    tile_id = next(i for i in range(21, 85) if is_missing(i))  # of zoom 3
    for x in range(8):
        for y in range(8):
            answer = ask(f"/tiles/made/3/{x}/{y}.mvt")
            if answer.status == 204:
                assert answer.body == b""
                return
    assert False, f"tile {tile_id} should be missing"


@test
def HEAD_is_GET_without_the_body():
    for path in (SEA, "/packs/made.pmtiles", "/tiles/made.json", "/api/layers"):
        got, head = ask(path), ask(path, method="HEAD")
        assert head.status == 200 and head.body == b""
        for name in ("Content-Length", "Content-Type", "ETag"):
            assert head[name] == got[name], (path, name, head[name], got[name])


pack = None


@rows("range", [
    ("the header", "bytes=0-126", 206, lambda n: (0, 126)),
    ("one byte", "bytes=5-5", 206, lambda n: (5, 5)),
    ("open to the end", "bytes=1000-", 206, lambda n: (1000, n - 1)),
    ("a suffix", "bytes=-10", 206, lambda n: (n - 10, n - 1)),
    ("a suffix longer than the archive", "bytes=-99999999", 206, lambda n: (0, n - 1)),
    ("an end behind the archive's", "bytes=100-99999999", 206, lambda n: (100, n - 1)),
    ("behind the end", "bytes=99999999-", 416, None),
    ("an empty suffix", "bytes=-0", 416, None),
    ("the wrong way round is no range", "bytes=9-5", 200, None),
    ("another unit is no range", "tiles=0-5", 200, None),
    ("words are no range", "bytes=a-b", 200, None),
])
def range_of(value, wanted, bounds):
    answer = ask("/packs/made.pmtiles", {"Range": value})
    assert answer.status == wanted, answer.status
    if wanted == 206:
        first, last = bounds(len(pack))
        assert answer["Content-Range"] == f"bytes {first}-{last}/{len(pack)}"
        assert answer.body == pack[first:last + 1]
    elif wanted == 416:
        assert answer["Content-Range"] == f"bytes */{len(pack)}"
    else:
        assert answer.body == pack


@rows("If-Range", [
    ("the tag", lambda tag: tag, 206),
    ("another tag", lambda tag: '"x"', 200),
    ("the tag as a weak one", lambda tag: "W/" + tag, 200),
])
def if_range(made_from, wanted):
    tag = ask("/packs/made.pmtiles", method="HEAD")["ETag"]
    answer = ask("/packs/made.pmtiles", {"Range": "bytes=0-9", "If-Range": made_from(tag)})
    assert answer.status == wanted, answer.status


@test
def the_pieces_of_a_pack_have_the_hashes_that_are_listed():
    about = json.loads(ask("/packs/made.json").body)
    size = about["piece_bytes"]
    pieces = [pack[at:at + size] for at in range(0, len(pack), size)]
    assert about["bytes"] == len(pack)
    assert about["sha256"] == [hashlib.sha256(piece).hexdigest() for piece in pieces]
    assert f'"{about["version"]}"' == ask("/packs/made.pmtiles", method="HEAD")["ETag"]
    assert ask("/packs/town.json").status == 404


@test
def a_pack_is_sent_whole_and_not_compressed():
    answer = ask("/packs/made.pmtiles", {"Accept-Encoding": "gzip"})
    assert answer.status == 200 and answer.body == pack
    assert answer["Content-Encoding"] is None
    assert answer["Content-Type"] == "application/vnd.pmtiles"
    assert answer["Accept-Ranges"] == "bytes"


@test
def the_address_of_an_edition_is_immutable():
    tiles = json.loads(ask("/tiles/made.json").body)["tiles"][0]
    path = tiles.replace("{z}/{x}/{y}", "0/0/0").split("/", 3)[3]
    answer = ask("/" + path)
    assert answer.status == 200
    assert "immutable" in answer["Cache-Control"] and "max-age=31536000" in answer["Cache-Control"]


@test
def a_tilejson_has_what_the_standard_asks_for():
    answer = ask("/tiles/made.json")
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    made = json.loads(answer.body)
    assert made["tilejson"] == "3.0.0"
    assert made["tiles"][0].startswith(f"http://{host}/tiles/made/{{z}}/{{x}}/{{y}}.mvt")
    assert (made["minzoom"], made["maxzoom"]) == (0, 7)
    assert made["bounds"] == [-180, -85.0511288, 180, 85.0511288]
    assert made["vector_layers"] == [{"id": "land", "description": "made up", "minzoom": 0,
                                      "maxzoom": 7, "fields": {"name": "String"}}]
    again = ask("/tiles/made.json", {"If-None-Match": answer["ETag"]})
    assert again.status == 304


@test
def tiles_equal_the_archive_one_by_one():
    lines = subprocess.run([archive_tool, "dump", archive], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    import zlib
    for line in lines[::97]:
        z, x, y, size, crc = map(int, line.split())
        answer = ask(f"/tiles/made/{z}/{x}/{y}.mvt")
        assert answer.status == 200
        assert (len(answer.body), zlib.crc32(answer.body)) == (size, crc), line


def main():
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, run) in enumerate(tests, 1):
        try:
            run()
            print(f"ok {number} - {name}")
        except Exception as error:  # a test that fails must not stop the others
            failed += 1
            print(f"not ok {number} - {name}\n# {type(error).__name__}: {error}")
    return 1 if failed else 0


with tempfile.TemporaryDirectory() as folder:
    archive = f"{folder}/made.pmtiles"
    subprocess.run([archive_tool, "make", archive], check=True)
    pack = pathlib.Path(archive).read_bytes()
    with subprocess.Popen([server_program, "2", "made=made.pmtiles"], cwd=folder,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        host = server.stdout.readline().strip().removeprefix("http://")
        result = main()
        server.stdin.close()
        if server.wait(timeout=10) != 0:
            print("Bail out! the server ended badly")
            result = 1
sys.exit(result)
