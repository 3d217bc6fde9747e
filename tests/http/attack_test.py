#!/usr/bin/env python3
"""Heads that two readers could understand in two ways: each gets 400, and the connection ends, so
that nothing behind it is taken for a second request (RFC 9112, 11.2)."""

import sys
import time

from harness import Ended, Reader, Server, ask, get, is_problem, main, test

# A second request hides in the body: whoever answers it has been smuggled to.
HIDDEN = b"GET /show/hidden HTTP/1.1\r\nHost: a\r\n\r\n"


def head(*lines, method=b"POST", target=b"/echo"):
    return method + b" " + target + b" HTTP/1.1\r\n" + b"".join(l + b"\r\n" for l in lines) + b"\r\n"


REFUSED = {
    "Content-Length and Transfer-Encoding together":
        head(b"Host: a", b"Content-Length: 4", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + HIDDEN,
    "two Content-Length that differ":
        head(b"Host: a", b"Content-Length: 0", b"Content-Length: 44") + HIDDEN,
    "two Content-Length that agree":
        head(b"Host: a", b"Content-Length: 2", b"Content-Length: 2") + b"ab",
    "a list in Content-Length": head(b"Host: a", b"Content-Length: 0, 44") + HIDDEN,
    "a signed Content-Length": head(b"Host: a", b"Content-Length: +0") + HIDDEN,
    "a negative Content-Length": head(b"Host: a", b"Content-Length: -1") + HIDDEN,
    "a Content-Length with a letter": head(b"Host: a", b"Content-Length: 0x2c") + HIDDEN,
    "a Content-Length beyond 64 bits":
        head(b"Host: a", b"Content-Length: 18446744073709551660") + HIDDEN,
    "a blank before the colon":
        head(b"Host: a", b"Transfer-Encoding : chunked") + b"0\r\n\r\n" + HIDDEN,
    "a tab before the colon":
        head(b"Host: a", b"Content-Length\t: 44") + HIDDEN,
    "an unknown transfer coding":
        head(b"Host: a", b"Transfer-Encoding: xchunked") + b"0\r\n\r\n" + HIDDEN,
    "chunked that is not alone":
        head(b"Host: a", b"Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n" + HIDDEN,
    "chunked twice":
        head(b"Host: a", b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "a folded Transfer-Encoding":
        head(b"Host: a", b"Transfer-Encoding:\r\n chunked") + b"0\r\n\r\n" + HIDDEN,
    "a folded header": head(b"Host: a", b"X-A: 1\r\n 2", method=b"GET", target=b"/page"),
    "bare line feeds around a body":
        b"POST /echo HTTP/1.1\nHost: a\nContent-Length: 2\n\nab",
    "a bare line feed between two headers of a body":
        b"POST /echo HTTP/1.1\r\nHost: a\r\nX: y\nContent-Length: 2\r\n\r\nab",
    "two Hosts": head(b"Host: a", b"Host: b", method=b"GET", target=b"/page"),
    "no Host": head(b"Accept: */*", method=b"GET", target=b"/page"),
    "an empty Host": head(b"Host: ", method=b"GET", target=b"/page"),
    "a Host with a path": head(b"Host: a/b", method=b"GET", target=b"/page"),
    "a zero byte in a value": head(b"Host: a", b"X: 1\0002", method=b"GET", target=b"/page"),
    "a zero byte in a name": head(b"Host: a", b"X\0Y: 1", method=b"GET", target=b"/page"),
    "a zero byte in the path": head(b"Host: a", method=b"GET", target=b"/pa\0ge"),
    "a control character in a value": head(b"Host: a", b"X: 1\x012", method=b"GET", target=b"/page"),
    "a header without a colon": head(b"Host: a", b"Nonsense", method=b"GET", target=b"/page"),
    "an empty header name": head(b"Host: a", b": x", method=b"GET", target=b"/page"),
    "odd white space before a body":
        head(b"Host: a", b"Content-Length:    2") + b"ab",
}


def refuses(raw):
    def run(server):
        connection = server.connect(timeout=5)
        connection.sendall(raw)
        reader = Reader(connection)
        try:
            answer = reader.answer()
        except Ended:
            return  # hung up without a word: refused as well
        # libmicrohttpd itself answers a length it cannot read, and sends its head twice.
        assert answer.status in (400, 413), answer
        assert b"hidden|" not in answer.body + reader.rest()
        connection.close()

    return run


for label, bytes_ in REFUSED.items():
    test(f"refused: {label}")(refuses(bytes_))


@test("chunked in HTTP/1.0 is refused")
def chunked_in_old(server):
    answer = ask(server, b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    assert answer.status == 400, answer


PATHS = {
    "/../../etc/passwd": 400, "/%2e%2e/%2e%2e/etc/passwd": 400, "/show/..%2f..%2fetc": 400,
    "/page%00.html": 400, "/show/%c0%ae%c0%ae": 400, "/show/a%ff": 400, "/show/%": 400,
    "/show/a%0d%0aX:y": 400, "//evil.example/": 400, "/show/x?q=%00": 400, "/nothing": 404,
    "/show/x?unknown=1": 400, "/show/x?q=1&q=2": 400, "/show/x?k=1&k=2": 200, "/show/": 404,
    "/show/x/y": 404, "/page/": 404, "/page?": 200, "/show/x?fill=-1": 400, "/show/x?fill=1e3": 400,
    "/show/x?" + "&".join(["k=1"] * 64): 200, "/show/x?" + "&".join(["k=1"] * 65): 400,
}


@test("addresses that mean mischief get 400 or 404, never a file")
def paths(server):
    for target, status in PATHS.items():
        answer = get(server, target)
        assert answer.status == status, (target, answer)
        assert b"root:" not in answer.body


@test("a head of 100 headers and one of 60,000 bytes are refused")
def large_heads(server):
    answer = get(server, "/page", *[f"X-{i}: y" for i in range(100)])
    is_problem(answer, 431, "headers")
    for target, headers in (("/page", ["X: " + "y" * 60000]), ("/show/" + "a" * 60000, [])):
        answer = get(server, target, *headers)
        assert answer.status in (400, 413, 414, 431), answer


# The cookie counts twice: the library keeps a parsed copy. 4,096 bytes: RFC 6265, 6.1; 8,000: what
# other servers read. What comes after the first answer has the same room.
LONG_HEADS = {
    "a cookie of 4,096 bytes beside 1,000 others": ["Cookie: c=" + "c" * 4094, "X: " + "y" * 1000],
    "one header of 8,000 bytes": ["X: " + "y" * 8000],
    "40 headers of 200 bytes": [f"X-{i}: " + "y" * 192 for i in range(40)],
}


@test("a long head is read, also when the connection is not new")
def long_heads(server):
    for name, headers in LONG_HEADS.items():
        reader = Reader(connection := server.connect())
        for _ in range(3):
            connection.sendall("\r\n".join(["GET /page HTTP/1.1", "Host: a", *headers, "", ""]).encode())
            answer = reader.answer()
            assert answer.status == 200, (name, answer)
        connection.close()


@test("nonsense instead of a request does no harm")
def nonsense(server):
    for raw in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\0" * 100, b"GET\r\n\r\n",
                b"GET /page\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /page HTTP/9.9\r\n\r\n",
                b"\r\n" * 20, b"GET  /page  HTTP/1.1\r\nHost: a\r\n\r\n"):
        connection = server.connect(timeout=5)
        connection.sendall(raw)
        try:
            answer = Reader(connection).answer()
            assert answer.status >= 400, (raw, answer)
        except (Ended, TimeoutError):
            pass
        connection.close()
    assert get(server, "/page").status == 200


@test("chunks that lie about their size end the connection")
def lying_chunks(server):
    for body in (b"zz\r\nab\r\n0\r\n\r\n", b"-1\r\nab\r\n0\r\n\r\n", b"2\r\nabcd\r\n0\r\n\r\n",
                 b"ffffffffffffffffff\r\nab\r\n0\r\n\r\n"):
        connection = server.connect(timeout=5)
        connection.sendall(head(b"Host: a", b"Transfer-Encoding: chunked") + body + HIDDEN)
        reader = Reader(connection)
        try:
            first = reader.answer()
            assert first.status in (400, 413), (body, first)
            assert b"hidden|" not in first.body + reader.rest()
        except Ended:
            pass
        connection.close()


@test("a head that comes a byte a second ends in 408 at the deadline")
def slow_head(server):
    connection = server.connect(timeout=10)
    begin = time.monotonic()
    status = 0
    try:
        for byte in b"GET /page HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 60:
            connection.sendall(bytes([byte]))
            time.sleep(0.1)
    except OSError:
        pass
    try:
        status = Reader(connection).answer().status
    except (Ended, OSError):
        pass
    assert 0.8 < time.monotonic() - begin < 4, time.monotonic() - begin
    assert status in (0, 408), status
    connection.close()


@test("a silent connection is closed, with 408 for who still listens")
def silent(server):
    connection = server.connect(timeout=10)
    begin = time.monotonic()
    answer = Reader(connection).answer()
    assert answer.status == 408, answer
    assert time.monotonic() - begin < 4
    connection.close()


@test("a body that comes too slowly ends in 408 at the deadline")
def slow_body(server):
    connection = server.connect(timeout=10)
    connection.sendall(head(b"Host: a", b"Content-Length: 1000"))
    begin = time.monotonic()
    status = 0
    try:
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.1)
    except OSError:
        pass
    try:
        status = Reader(connection).answer().status
    except (Ended, OSError):
        pass
    assert time.monotonic() - begin < 5
    assert status in (0, 408), status
    connection.close()


@test("the second request of a connection has a deadline of its own")
def slow_second(server):
    connection = server.connect(timeout=10)
    reader = Reader(connection)
    connection.sendall(b"GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
    assert reader.answer().status == 200
    begin = time.monotonic()
    try:
        while time.monotonic() - begin < 8:
            connection.sendall(b"G" if time.monotonic() - begin < 0.1 else b"E")
            time.sleep(0.2)
    except OSError:
        pass
    assert time.monotonic() - begin < 7, "it lived on"
    connection.close()


@test("half-closed and reset connections leave nothing behind")
def half_open(server):
    import socket
    import struct

    connection = server.connect()
    connection.sendall(b"GET /page HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    connection.shutdown(socket.SHUT_WR)
    assert Reader(connection).answer().status == 200
    connection.close()
    for raw in (b"", b"GET /pa", head(b"Host: a", b"Content-Length: 100") + b"abc",
                b"GET /wait?ms=300 HTTP/1.1\r\nHost: a\r\n\r\n"):
        connection = server.connect()
        connection.sendall(raw)
        time.sleep(0.05)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    time.sleep(0.6)
    text = get(server, "/metrics").body.decode()
    now = [l for l in text.splitlines() if l.startswith("kakikomap_http_connections ")]
    assert now == ["kakikomap_http_connections 1"], now


if __name__ == "__main__":
    main(Server(sys.argv[1], "header_timeout=1", "body_timeout=1", "idle_timeout=3"))
