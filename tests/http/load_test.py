#!/usr/bin/env python3
"""Many connections at once. 127 to 300: single-threaded epoll of libmicrohttpd 0.9.75 stalls when
exactly a multiple of 128 sockets are ready; ours must not."""

import resource
import sys
import time

from harness import Ended, Reader, Server, get, main, test

REQUEST = b"GET /show/x HTTP/1.1\r\nHost: a\r\n\r\n"


def together(count):
    def run(server):
        connections = [server.connect() for _ in range(count)]
        readers = [Reader(c) for c in connections]
        slowest = 0
        for _ in range(3):
            begin = time.monotonic()
            for connection in connections:
                connection.sendall(REQUEST)
            for reader in readers:
                assert reader.answer().body == b"x|\n"
            slowest = max(slowest, time.monotonic() - begin)
        for connection in connections:
            connection.close()
        assert slowest < 5, slowest

    return run


for number in (127, 128, 129, 256, 300):
    test(f"{number} keep-alive connections ask at the same moment")(together(number))


@test("connections beyond the limit wait and are served when others leave")
def beyond(server):
    connections = []
    for _ in range(460):
        connection = server.connect()
        connection.sendall(REQUEST)
        connections.append(connection)
    answered = 0
    for connection in connections:
        connection.settimeout(3)
        try:
            answered += Reader(connection).answer().status == 200
        except (Ended, TimeoutError):
            pass
        connection.close()
    assert answered >= 400, answered
    time.sleep(0.3)
    assert get(server, "/page").status == 200


@test("a thousand short connections leave none behind")
def short(server):
    for _ in range(1000):
        assert get(server, "/show/x", "Connection: close").status == 200
    time.sleep(0.3)
    lines = get(server, "/metrics").body.decode().splitlines()
    assert "kakikomap_http_connections 1" in lines, [l for l in lines if "connections" in l]


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    main(Server(sys.argv[1], "connections=400"))
