#!/usr/bin/env python3
"""Live streams: order, heartbeat, slow readers, many idle ones."""

import re
import sys
import time

from harness import Reader, Server, get, is_problem, main, test


class Stream:
    def __init__(self, server):
        self.connection = server.connect()
        self.connection.sendall(b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n")
        self.reader = Reader(self.connection)
        head = self.reader.until(b"\r\n\r\n").decode()
        assert " 200 OK" in head and "text/event-stream" in head, head
        self.text = b""

    def until(self, mark):
        """Undoes the chunks until `mark` has been seen; what came."""
        while mark not in self.text:
            size = int(self.reader.until(b"\r\n"), 16)
            assert size, "the stream ended"
            self.text += self.reader.exactly(size + 2)[:-2]
        return self.text

    def close(self):
        self.connection.close()


def publish(server, count, of):
    answer = get(server, f"/publish?n={count}&of={of}", "Content-Length: 0", method="POST")
    assert answer.status == 204, answer


@test("every listener gets every event once and in order")
def order(server):
    streams = [Stream(server) for _ in range(10)]
    publish(server, 300, 1)
    publish(server, 200, 301)
    for stream in streams:
        text = stream.until(b"id: 500\n").decode()
        assert text.startswith("retry: 3000\n\n"), text[:50]
        assert [int(n) for n in re.findall(r"^id: (\d+)$", text, re.M)] == list(range(1, 501))
        stream.close()


@test("an idle stream gets heartbeats")
def heartbeat(server):
    stream = Stream(server)
    stream.until(b"\n:\n\n:\n\n")
    stream.close()


@test("a stream is a GET like others: HEAD ends at once")
def head(server):
    answer = get(server, "/live", method="HEAD")
    assert answer.status == 200


@test("300 idle listeners cost little, and hear at once")
def many(server):
    def memory():
        with open(f"/proc/{server.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    time.sleep(1)  # the streams of the tests before are noticed by their heartbeat
    before = memory()
    streams = [Stream(server) for _ in range(300)]
    grown = memory() - before
    begin = time.monotonic()
    publish(server, 1, 1000)
    for stream in streams:
        stream.until(b"id: 1000\n")
    took = time.monotonic() - begin
    print(f"# 300 listeners: {grown} KiB more, heard within {took * 1000:.0f} ms")
    assert took < 3
    assert is_problem(get(server, "/live"), 503, "busy")
    for stream in streams:
        stream.close()


@test("who does not read is hung up on and holds nobody up")
def slow(server):
    time.sleep(1)  # the streams of the test before are noticed by their heartbeat
    lazy, quick = Stream(server), Stream(server)
    begin = time.monotonic()
    for i in range(50):
        publish(server, 1000, 10000 + i * 1000)
        quick.until(f"id: {10000 + i * 1000 + 999}\n".encode())
        quick.text = b""
    print(f"# 50,000 events in {(time.monotonic() - begin) * 1000:.0f} ms")
    ended = False
    try:
        while lazy.reader.more() is None:
            ended = lazy.reader.kept.endswith(b"0\r\n\r\n")
            lazy.reader.kept = lazy.reader.kept[-5:]
            if ended:
                break
    except Exception:
        ended = True
    assert ended, "the lazy one lives on"
    quick.close()


if __name__ == "__main__":
    main(Server(sys.argv[1], "live_listeners=300"))
