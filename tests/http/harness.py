"""Raw sockets against the HTTP test server, and results in TAP. Sentences are names of tests."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import tempfile
import traceback

TESTS = []


def test(sentence):
    def keep(function):
        TESTS.append((sentence, function))
        return function

    return keep


class Server:
    def __init__(self, program, *settings):
        """`program` is a path, or a list of a command and its first arguments."""
        program = [program] if isinstance(program, str) else program
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [*program, "listen=127.0.0.1:0", *settings],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(self.logged())
        self.url = json.loads(line)["url"]
        host, port = self.url.split("//")[1].rsplit(":", 1)
        self.address = (host, int(port))

    def connect(self, timeout=10):
        connection = socket.create_connection(self.address, timeout=timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def logged(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        """Ends it as an operator would; its last line and what it logged."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=60)
        err = self.logged()
        if self.process.returncode != 0:
            raise AssertionError(f"server ended with {self.process.returncode}: {err[-3000:]}")
        return json.loads(out.strip().splitlines()[-1]), err


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:200]!r}"


class Ended(Exception):
    """The other side closed before an answer was whole."""


class Reader:
    """Answers off one connection, one after the other, strictly read."""

    def __init__(self, connection):
        self.connection, self.kept = connection, b""

    def more(self):
        try:
            piece = self.connection.recv(65536)
        except ConnectionResetError as fault:
            raise Ended("reset") from fault
        if not piece:
            raise Ended(f"closed after {self.kept[:200]!r}")
        self.kept += piece

    def until(self, mark):
        while mark not in self.kept:
            self.more()
        part, self.kept = self.kept.split(mark, 1)
        return part

    def exactly(self, size):
        while len(self.kept) < size:
            self.more()
        part, self.kept = self.kept[:size], self.kept[size:]
        return part

    def answer(self, is_head=False):
        lines = self.until(b"\r\n\r\n").decode().split("\r\n")
        status = int(lines[0].split(" ")[1])
        assert lines[0].startswith("HTTP/1.1 "), lines[0]
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            assert name.lower() not in headers, f"{name} twice"
            headers[name.lower()] = value
        if status == 100 or is_head or status in (204, 304):
            return Answer(status, headers, b"")
        return Answer(status, headers, self.exactly(int(headers["content-length"])))

    def rest(self):
        """What still comes until the other side hangs up; a TimeoutError when it does not."""
        try:
            while True:
                self.more()
        except Ended:
            return self.kept


def ask(server, raw, is_head=False):
    with contextlib.closing(server.connect()) as connection:
        connection.sendall(raw)
        return Reader(connection).answer(is_head)


def get(server, target, *headers, method="GET"):
    lines = "".join(f"{h}\r\n" for h in headers)
    raw = f"{method} {target} HTTP/1.1\r\nHost: a\r\n{lines}\r\n".encode()
    return ask(server, raw, method == "HEAD")


def is_problem(answer, status, code):
    """A whole problem document of RFC 9457, with the headers every answer has."""
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json", answer
    problem = json.loads(answer.body)
    assert problem["status"] == status and problem["code"] == code, problem
    assert problem["type"] == "about:blank" and problem["title"] and problem["detail"], problem
    assert answer.headers["x-content-type-options"] == "nosniff", answer
    return problem


def main(server):
    """Runs all tests against one server; stops it at the end, which is a test too."""
    print(f"1..{len(TESTS) + 1}")
    failed = 0
    for number, (sentence, function) in enumerate(TESTS, 1):
        try:
            function(server)
            print(f"ok {number} - {sentence}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {sentence}")
            for line in traceback.format_exc().splitlines():
                print("#", line)
            sys.stdout.flush()
    number = len(TESTS) + 1
    try:
        last, log = server.stop()
        assert "ERROR: " not in log and "runtime error" not in log, log[-3000:]
        assert last["clean"] is True, last
        print(f"ok {number} - the server stops cleanly")
    except Exception:
        failed += 1
        print(f"not ok {number} - the server stops cleanly")
        for line in traceback.format_exc().splitlines():
            print("#", line)
    sys.exit(1 if failed else 0)
