#!/usr/bin/env python3
"""kakikomap serve over a real data folder: from init to stop, a comment seen live by another, files of
the web app with their policy, sentences for what cannot start."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import traceback

from harness import Reader, Server, get, is_problem

PROGRAM = sys.argv[1]
TESTS = []


def test(sentence):
    return lambda function: TESTS.append((sentence, function))


class Service(Server):
    """The program itself; its address comes as the first line."""

    def __init__(self, data, *flags):
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", data, "--listen", "127.0.0.1:0", *flags],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(self.logged())
        self.ready = json.loads(line)
        host, port = self.ready["url"].split("//")[1].rsplit(":", 1)
        self.address = (host, int(port))

    def end(self, is_told=False):
        if not is_told:  # a second signal ends at once
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0, self.logged()[-3000:]
        return self.logged()


def post(service, identity, text="木陰がほしい"):
    body = json.dumps({"id": identity, "lon": 139.388, "lat": 36.147, "kind": "idea", "text": text}).encode()
    return ask_raw(service, b"POST /api/comments HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                   b"Content-Length: %d\r\n\r\n" % len(body) + body)


def ask_raw(service, raw):
    connection = service.connect()
    connection.sendall(raw)
    answer = Reader(connection).answer()
    connection.close()
    return answer


ONE, TWO = "01890a5d-ac96-7b7c-8f6e-1b2c3d4e5f60", "01890a5d-ac96-7b7c-8f6e-1b2c3d4e5f61"
folder = tempfile.TemporaryDirectory()
DATA = folder.name + "/town"


@test("init makes a folder that serve serves; health and metrics answer")
def health():
    subprocess.run([PROGRAM, "init", "--data", DATA], check=True, capture_output=True)
    service = Service(DATA)
    answer = get(service, "/api/health")
    health = json.loads(answer.body)
    assert answer.status == 200 and health["status"] == "ok" and health["change"] == 0, health
    # A request is counted when its last byte has left: perhaps after the next one came.
    for _ in range(100):
        text = get(service, "/api/metrics").body.decode()
        if "kakikomap_http_requests_total{" in text:
            break
    for name in ("kakikomap_http_requests_total{", "kakikomap_writer_commits_total ",
                 "kakikomap_comment_tile_hits_total ", "kakikomap_resident_bytes "):
        assert name in text, name
    resident = [int(l.split()[1]) for l in text.splitlines() if l.startswith("kakikomap_resident_bytes ")]
    print(f"# resident: {resident[0] // 1024} KiB")
    assert "signal=15" in service.end()


@test("a comment is heard live by who listens, and by who comes back with Last-Event-ID")
def live():
    service = Service(DATA)
    listener = service.connect()
    listener.sendall(b"GET /api/live HTTP/1.1\r\nHost: a\r\n\r\n")
    reader = Reader(listener)
    reader.until(b"event: hello")
    assert post(service, ONE).status == 201
    reader.until(ONE.encode())
    assert post(service, TWO).status == 201
    reader.until(TWO.encode())
    again = service.connect()
    again.sendall(b"GET /api/live HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 1\r\n\r\n")
    text = Reader(again).until(b"event: hello")
    assert TWO.encode() in text and ONE.encode() not in text, text
    far = service.connect()
    far.sendall(b"GET /api/live?since=1000 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"event: reset" in Reader(far).until(b"event: hello")
    is_problem(get(service, "/api/live?since=x"), 400, "param")
    is_problem(get(service, "/api/live", "Last-Event-ID: x"), 400, "param")
    service.end()


@test("what was acknowledged is there after kill -9 and after a stop in the middle of writing")
def killed():
    service = Service(DATA)
    third = ONE[:-2] + "77"
    assert post(service, third).status == 201
    service.process.kill()
    service.process.wait()
    service = Service(DATA)
    assert get(service, f"/api/comments/{third}").status == 200
    assert post(service, third).status == 200
    connections = []
    for i in range(20):
        body = json.dumps({"id": ONE[:-4] + f"{i:04x}", "lon": 139.388, "lat": 36.147, "kind": "idea",
                           "text": "あ"}).encode()
        connection = service.connect()
        connection.sendall(b"POST /api/comments HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body) + body)
        connections.append(connection)
    service.process.send_signal(signal.SIGTERM)
    acknowledged = []
    for i, connection in enumerate(connections):
        try:
            if Reader(connection).answer().status == 201:
                acknowledged.append(i)
        except Exception:
            pass
    service.end(is_told=True)
    service = Service(DATA)
    for i in acknowledged:
        assert get(service, f"/api/comments/{ONE[:-4]}{i:04x}").status == 200
    print(f"# {len(acknowledged)} of 20 were acknowledged")
    service.end()


@test("the page has the strict policy; hashed files are kept for good; addresses of the app are the page")
def app():
    service = Service(DATA)
    page = get(service, "/")
    assert page.status == 200 and page.headers["content-type"].startswith("text/html"), page
    if service.ready["web"]:
        policy = page.headers["content-security-policy"]
        for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                     "require-trusted-types-for 'script'"):
            assert part in policy, policy
        assert page.headers["permissions-policy"].startswith("geolocation=(self)")
        assert page.headers["cache-control"] == "no-cache" and page.headers["etag"]
        script = page.body.decode().split('src="')[1].split('"')[0]
        packed = get(service, script, "Accept-Encoding: br")
        assert packed.status == 200 and "immutable" in packed.headers["cache-control"], packed
        assert packed.headers["content-encoding"] == "br"
        assert packed.headers["content-type"].startswith("text/javascript")
        assert get(service, "/comments/x", "Accept: text/html,*/*").body == page.body
    assert get(service, "/comments/x").status == 404
    assert get(service, "/favicon.ico", "Accept: text/html").status == 404
    assert get(service, "/api/nothing", "Accept: text/html").status == 404
    service.end()


@test("TLS: 1.2 and 1.3 are spoken, 1.1 is not")
def tls():
    import shutil
    import ssl

    if not shutil.which("openssl"):
        print("# openssl is not installed: not tried")
        return
    key, certificate = folder.name + "/key.pem", folder.name + "/cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    service = Service(DATA, "--tls-certificate", certificate, "--tls-key", key)
    assert service.ready["url"].startswith("https://")
    for version, works in ((ssl.TLSVersion.TLSv1_3, True), (ssl.TLSVersion.TLSv1_2, True),
                           (ssl.TLSVersion.TLSv1_1, False)):
        context = ssl.create_default_context(cafile=certificate)
        context.check_hostname = False
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        try:
            context.minimum_version = context.maximum_version = version
            with context.wrap_socket(service.connect()) as connection:
                connection.sendall(b"GET /api/health HTTP/1.1\r\nHost: a\r\n\r\n")
                assert Reader(connection).answer().status == 200 and works, version
        except (ssl.SSLError, OSError):
            assert not works, version
    service.end()


@test("what cannot start says what to do, with the right status")
def sentences():
    other = Service(DATA)
    url = other.ready["url"].split("//")[1]
    cases = (
        ([], 2, "--data DIR is missing"),
        (["--data", folder.name + "/nowhere"], None, "nowhere"),
        (["--data", DATA, "--listen", url], 1, "in use"),
        (["--data", DATA, "--colour", "red"], 2, "no setting"),
        (["--data", DATA, "--threads", "1"], 2, "from 2 to 64"),
        (["--data"], 2, "needs a value"),
        (["--data", DATA, "--config", folder.name + "/none.conf"], 2, "cannot be opened"),
        (["--data", DATA, "--tls-key", "x"], 2, "both"),
    )
    for flags, status, word in cases:
        done = subprocess.run([PROGRAM, "serve", *flags], capture_output=True, text=True, timeout=30)
        assert done.returncode in ((1, 2) if status is None else (status,)), (flags, done)
        assert word in done.stderr, (flags, done)
    other.end()


@test("settings come from file, environment and flags; --check and --help end at once")
def settings():
    config = pathlib.Path(folder.name, "kakikomap.conf")
    config.write_text(f"data = {DATA}\nthreads = 3\n", encoding="utf-8")
    environment = {**os.environ, "KAKIKOMAP_CONFIG": str(config)}
    run = lambda *flags: subprocess.run([PROGRAM, "serve", *flags], capture_output=True, text=True,
                                        env=environment, timeout=30)
    assert run("--check").returncode == 0
    assert run("--check", "--threads=99").returncode == 2
    environment["KAKIKOMAP_THREAD"] = "3"
    assert run("--check").returncode == 2
    assert "--listen" in run("--help").stdout
    del environment["KAKIKOMAP_THREAD"]
    assert "#listen = 127.0.0.1:8080" in run("--example").stdout


def main():
    print(f"1..{len(TESTS)}")
    failed = 0
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
    folder.cleanup()
    sys.exit(1 if failed else 0)


main()
