#!/usr/bin/env python3
"""Requests and answers by the standard: HEAD, conditions, ranges, encodings, CORS, keep-alive,
pipelining, bodies and their limits, requests that wait. Numbers of sections are RFC 9110's."""

import gzip
import sys
import time

from harness import Reader, Server, ask, get, is_problem, main, test

PAGE = b"0123456789" * 1000


def post(server, target, body, *headers, method="POST"):
    lines = "".join(f"{h}\r\n" for h in headers)
    raw = f"{method} {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
    return ask(server, raw.encode() + body)


@test("a page arrives whole, with its headers and the strictest policy")
def whole(server):
    answer = get(server, "/page")
    assert answer.status == 200 and answer.body == PAGE
    headers = answer.headers
    assert headers["etag"] == '"e1"' and headers["vary"] == "Accept-Encoding"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["access-control-allow-origin"] == "*"


@test("HEAD has the headers of GET and no body (9.3.2)")
def head(server):
    connection = server.connect()
    connection.sendall(b"HEAD /page HTTP/1.1\r\nHost: a\r\n\r\nGET /show/x HTTP/1.1\r\nHost: a\r\n\r\n")
    reader = Reader(connection)
    first = reader.answer(is_head=True)
    assert first.status == 200 and first.headers["content-length"] == "10000"
    assert reader.answer().body == b"x|\n"


@test("the encoding is the one the client likes best, each with a tag of its own (12.5.3)")
def encodings(server):
    packed = get(server, "/page", "Accept-Encoding: gzip")
    assert packed.headers["content-encoding"] == "gzip" and packed.headers["etag"] == '"e1-gz"'
    assert gzip.decompress(packed.body) == PAGE
    brotli = get(server, "/page", "Accept-Encoding: gzip, deflate, br")
    assert brotli.headers["content-encoding"] == "br" and brotli.headers["etag"] == '"e1-br"'
    assert "content-encoding" not in get(server, "/page", "Accept-Encoding: gzip;q=0").headers


@test("what is kept only packed is unpacked for who does not read gzip")
def inflated(server):
    plain = get(server, "/packed")
    assert plain.body == PAGE and "content-encoding" not in plain.headers, plain
    packed = get(server, "/packed", "Accept-Encoding: gzip")
    assert gzip.decompress(packed.body) == PAGE


@test("what is made for the request is packed on its way when it is long")
def on_the_way(server):
    answer = get(server, "/show/x?fill=5000", "Accept-Encoding: gzip")
    assert answer.headers["content-encoding"] == "gzip" and answer.headers["etag"] == '"c5-gz"'
    assert gzip.decompress(answer.body) == b"x|\n" + b"x" * 5000
    assert "content-encoding" not in get(server, "/show/x?fill=100", "Accept-Encoding: gzip").headers


@test("304 when the tag is current, and only for the same encoding (13.1.2)")
def conditions(server):
    for target, tag in (("/page", '"e1"'), ("/show/x", '"c5"')):
        answer = get(server, target, f"If-None-Match: {tag}")
        assert answer.status == 304 and answer.headers["etag"] == tag, answer
        assert answer.headers.get("content-length", "0") in ("0", "10000"), answer
        assert get(server, target, f'If-None-Match: "old", W/{tag}').status == 304
        assert get(server, target, "If-None-Match: *").status == 304
        assert get(server, target, 'If-None-Match: "old"').status == 200
    assert get(server, "/page", 'If-None-Match: "e1"', "Accept-Encoding: br").status == 200
    assert get(server, "/page", 'If-None-Match: "e1-br"', "Accept-Encoding: br").status == 304
    assert get(server, "/page", 'If-None-Match: "e1"', method="HEAD").status == 304


@test("ranges: 206, 416, If-Range (14)")
def ranges(server):
    part = get(server, "/page", "Range: bytes=10-19", "Accept-Encoding: gzip, br")
    assert part.status == 206 and part.body == b"0123456789", part
    assert part.headers["content-range"] == "bytes 10-19/10000"
    assert "content-encoding" not in part.headers
    assert get(server, "/page", "Range: bytes=-5").body == b"56789"
    unmet = get(server, "/page", "Range: bytes=10000-")
    assert unmet.status == 416 and unmet.headers["content-range"] == "bytes */10000", unmet
    assert get(server, "/page", "Range: bytes=0-9", 'If-Range: "e1"').status == 206
    assert get(server, "/page", "Range: bytes=0-9", 'If-Range: "old"').status == 200
    assert get(server, "/page", "Range: bytes=0-9", 'If-None-Match: "e1"').status == 304
    assert get(server, "/page", "Range: bytes=0-0,-1").status == 200


@test("OPTIONS tells the methods; a preflight allows reading, never writing")
def options(server):
    answer = get(server, "/page", "Origin: http://b", "Access-Control-Request-Method: GET",
                 method="OPTIONS")
    assert answer.status == 204 and answer.headers["allow"] == "GET, HEAD, OPTIONS", answer
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD"
    answer = get(server, "/secret", "Origin: http://b", "Access-Control-Request-Method: POST",
                 method="OPTIONS")
    assert answer.status == 204 and "access-control-allow-methods" not in answer.headers, answer


@test("405 names the methods there are (15.5.6)")
def wrong_method(server):
    for method in ("DELETE", "BREW"):
        answer = get(server, "/page", method=method)
        is_problem(answer, 405, "method")
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@test("failures are problem documents with a code")
def problems(server):
    is_problem(get(server, "/nothing"), 404, "not_found")
    is_problem(get(server, "/show/x?nope=1"), 400, "param")
    is_problem(get(server, "/show/%ff"), 400, "format")
    problem = is_problem(post(server, "/wait?fails=1", b""), 409, "conflict")
    assert problem["detail"] == "it was decided otherwise" and problem["at"] == 3
    is_problem(post(server, "/secret", b"x"), 401, "unauthorized")
    answer = post(server, "/echo", b"x", "Content-Type: text/plain")
    is_problem(answer, 415, "media_type")
    is_problem(post(server, "/echo", b"{}", "Content-Type: text/json", method="PUT"), 415,
               "media_type")


@test("what other sites' pages write is refused")
def origins(server):
    def put(*headers):
        return post(server, "/echo", b"{}", "Content-Type: application/json", *headers, method="PUT")

    assert put().status == 200
    assert put("Origin: http://a").status == 200
    assert put("Sec-Fetch-Site: same-origin", "Origin: http://a").status == 200
    is_problem(put("Origin: http://evil.example"), 403, "forbidden")
    is_problem(put("Sec-Fetch-Site: cross-site"), 403, "forbidden")
    is_problem(put("Origin: null"), 403, "forbidden")


@test("ten requests in one packet get ten answers in order (pipelining)")
def pipelining(server):
    connection = server.connect()
    raw = b"".join(f"GET /show/n{i} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for i in range(10))
    raw += b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    raw += b"POST /wait?ms=30 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxy"
    raw += b"GET /show/last HTTP/1.1\r\nHost: a\r\n\r\n"
    connection.sendall(raw)
    reader = Reader(connection)
    for i in range(10):
        assert reader.answer().body == f"n{i}|\n".encode()
    assert reader.answer().body == b"abc"
    assert reader.answer().body == b"late\n"
    assert reader.answer().body == b"last|\n"


@test("a request byte by byte is understood like one in a piece")
def bytewise(server):
    connection = server.connect()
    for byte in b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello":
        connection.sendall(bytes([byte]))
        time.sleep(0.002)
    assert Reader(connection).answer().body == b"hello"


@test("a chunked body arrives; its trailer is harmless")
def chunked(server):
    raw = b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = ask(server, raw + b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-T: 1\r\n\r\n")
    assert answer.body == b"hello world", answer


@test("HTTP/1.0 gets an answer and the end of the connection")
def old(server):
    connection = server.connect()
    connection.sendall(b"GET /show/x HTTP/1.0\r\n\r\n")
    reader = Reader(connection)
    assert reader.answer().body == b"x|\n"
    assert reader.rest() == b""


@test("the absolute form of the target is understood (RFC 9112, 3.2.2)")
def absolute(server):
    answer = ask(server, b"GET http://a/show/x?q=1 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.body == b"x|1\n", answer


@test("Expect: 100-continue is answered before the body")
def expects(server):
    connection = server.connect()
    connection.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    reader = Reader(connection)
    assert reader.answer().status == 100
    connection.sendall(b"ab")
    assert reader.answer().body == b"ab"


LIMIT = 65536


@test("a body as large as allowed passes, one byte more does not, and the connection stays")
def limits(server):
    assert post(server, "/echo", b"x" * LIMIT).body == b"x" * LIMIT
    connection = server.connect()
    reader = Reader(connection)
    for _ in range(2):
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n" +
                           b"x" * (LIMIT + 1))
        is_problem(reader.answer(), 413, "too_large")
    connection.sendall(b"GET /show/x HTTP/1.1\r\nHost: a\r\n\r\n")
    assert reader.answer().body == b"x|\n"


@test("a body told as 10 MB is refused before it is sent")
def early(server):
    for expect in (b"", b"Expect: 100-continue\r\n"):
        begin = time.monotonic()
        answer = ask(server, b"POST /echo HTTP/1.1\r\nHost: a\r\n" + expect +
                     b"Content-Length: 10000000\r\n\r\n")
        is_problem(answer, 413, "too_large")
        assert time.monotonic() - begin < 1


@test("who sends 10 MB and 100 MB before reading sees the 413, not a reset")
def late(server):
    answer = post(server, "/echo", b"x" * 10_000_000)
    is_problem(answer, 413, "too_large")
    connection = server.connect()
    connection.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
    is_problem(Reader(connection).answer(), 413, "too_large")


@test("chunks without end stop at the limit")
def endless(server):
    connection = server.connect()
    connection.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    try:
        for _ in range(40):
            connection.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
    except OSError:
        pass
    is_problem(Reader(connection).answer(), 413, "too_large")


@test("a body where none belongs is refused")
def unwanted(server):
    is_problem(ask(server, b"GET /page HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"), 413,
               "too_large")


@test("bodies under way share a limited memory; what does not fit is asked to come again")
def budget(server):
    waiting = []
    refused = 0
    for _ in range(4):  # 8 MiB each are set aside, 16 MiB are allowed
        connection = server.connect()
        connection.sendall(b"POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 8388608\r\n\r\nab")
        waiting.append(connection)
    time.sleep(0.3)
    for connection in waiting:
        connection.settimeout(0.2)
        try:
            answer = Reader(connection).answer()
            is_problem(answer, 503, "busy")
            refused += 1
        except TimeoutError:
            pass
        connection.close()
    assert refused == 2, refused
    time.sleep(0.2)
    assert len(post(server, "/large", b"x" * 8388608).body) == 8388608


@test("requests that wait do not hold a thread")
def waiting(server):
    begin = time.monotonic()
    connections = [server.connect() for _ in range(40)]
    for connection in connections:
        connection.sendall(b"GET /wait?ms=500 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert get(server, "/page").status == 200
    for connection in connections:
        assert Reader(connection).answer().body == b"late\n"
        connection.close()
    assert time.monotonic() - begin < 3


@test("the counts of /metrics add up")
def metrics(server):
    def count():
        lines = get(server, "/metrics").body.decode().splitlines()
        name = 'kakikomap_http_requests_total{endpoint="/show/{word}",method="GET",status="200"}'
        return [int(line.split()[-1]) for line in lines if line.startswith(name)][0], lines

    before, _ = count()
    for _ in range(5):
        get(server, "/show/x")
    after, lines = count()
    assert after - before == 5
    buckets = [l for l in lines if l.startswith("kakikomap_http_request_duration_seconds_bucket"
                                                '{endpoint="/show/{word}"')]
    values = [int(l.split()[-1]) for l in buckets]
    assert values == sorted(values) and 'le="+Inf"' in buckets[-1]
    totals = [int(l.split()[-1]) for l in lines
              if l.startswith('kakikomap_http_requests_total{endpoint="/show/{word}"')]
    assert values[-1] == sum(totals)


if __name__ == "__main__":
    main(Server(sys.argv[1], "body_memory=17"))
