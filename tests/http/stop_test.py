#!/usr/bin/env python3
"""The stop: what was taken is finished, streams end, idle connections do not hold it up; and starts
that cannot succeed say why."""

import signal
import socket
import subprocess
import sys
import threading
import time

from harness import Ended, Reader, Server

PROGRAM = sys.argv[1]
TESTS = []


def test(sentence):
    return lambda function: TESTS.append((sentence, function))


@test("requests that wait are answered before the end, with Connection: close")
def waits():
    server = Server(PROGRAM)
    connections = [server.connect() for _ in range(20)]
    for connection in connections:
        connection.sendall(b"POST /wait?ms=800 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
    time.sleep(0.2)
    server.process.send_signal(signal.SIGTERM)
    for connection in connections:
        answer = Reader(connection).answer()
        assert answer.body == b"late\n" and answer.headers["connection"] == "close", answer
    last, _ = server.stop()
    assert last["clean"] is True


@test("a body that is on its way when the stop begins is taken and answered")
def on_its_way():
    server = Server(PROGRAM)
    connection = server.connect()
    connection.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc")
    time.sleep(0.2)
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    connection.sendall(b"def")
    assert Reader(connection).answer().body == b"abcdef"
    assert server.stop()[0]["clean"] is True


@test("idle connections and streams do not hold up the stop; no new ones are taken")
def idle():
    server = Server(PROGRAM)
    connections = [server.connect() for _ in range(50)]
    for connection in connections[:25]:
        connection.sendall(b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n")
        Reader(connection).until(b"retry")
    begin = time.monotonic()
    last, _ = server.stop()
    assert last["clean"] is True and time.monotonic() - begin < 3, last
    try:
        server.connect().close()
        raise AssertionError("it still listens")
    except OSError:
        pass


@test("what comes too slowly is cut when the time for stopping is over")
def too_slow():
    server = Server(PROGRAM, "stop_timeout=1")
    connection = server.connect()
    connection.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc")
    time.sleep(0.2)
    begin = time.monotonic()
    last, _ = server.stop()
    assert last["clean"] is False and 0.8 < time.monotonic() - begin < 5


@test("under load the stop loses no answer that was begun")
def under_load():
    server = Server(PROGRAM)
    cut = []

    def ask_on():
        try:
            connection = server.connect()
            reader = Reader(connection)
            while True:
                connection.sendall(b"GET /show/x?fill=100000 HTTP/1.1\r\nHost: a\r\n\r\n")
                reader.answer()
        except Ended:
            if reader.kept:
                cut.append(len(reader.kept))
        except OSError:
            pass

    threads = [threading.Thread(target=ask_on) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(0.7)
    assert server.stop()[0]["clean"] is True
    for thread in threads:
        thread.join()
    assert cut == [], cut


@test("a port in use, a wrong address, a wrong setting: one sentence, and the right status")
def starts():
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    for setting, status, word in ((f"listen=127.0.0.1:{port}", 1, "in use"),
                                  ("listen=nonsense", 2, "is no address"),
                                  ("listen=192.0.2.1:8080", 2, "no address of this machine"),
                                  ("listen=127.0.0.1:70000", 2, "is no address"),
                                  ("threads=1", 2, "from 2 to 64"),
                                  ("colour=red", 2, "no setting"),
                                  ("tls_certificate=/nowhere.pem", 2, "PEM")):
        done = subprocess.run([PROGRAM, setting], capture_output=True, text=True, timeout=20)
        assert done.returncode == status and word in done.stderr, (setting, done)
    taken.close()


@test("with few files allowed, many connections do not stop the service")
def few_files():
    server = Server(["sh", "-c", 'ulimit -n 300; exec "$0" "$@"', PROGRAM])
    connections = [server.connect() for _ in range(400)]
    time.sleep(0.3)
    for connection in connections:
        connection.close()
    time.sleep(0.3)
    connection = server.connect()
    connection.sendall(b"GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
    assert Reader(connection).answer().status == 200
    connection.close()
    assert server.stop()[0]["clean"] is True


def run():
    print(f"1..{len(TESTS)}")
    failed = 0
    import traceback

    for number, (sentence, function) in enumerate(TESTS, 1):
        try:
            function()
            print(f"ok {number} - {sentence}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {sentence}")
            for line in traceback.format_exc().splitlines():
                print("#", line[:400])
            sys.stdout.flush()
    sys.exit(1 if failed else 0)


run()
