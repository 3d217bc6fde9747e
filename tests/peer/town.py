"""A city and its venues: real programs over folders of their own, and what can be asked of them."""

import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "api"))
from service import Device, Service, fields, number, signed, text  # noqa: E402, F401

PROTOBUF = "application/x-protobuf"


class Town:
    """Folders below `parent`; servers run only between start() and stop()."""

    def __init__(self, program, parent):
        self.program, self.parent, self.servers = program, parent, {}
        self.run("init", "--data", self.path("city"))
        self.ports = {}

    def path(self, name):
        return os.path.join(self.parent, name)

    def run(self, *words, ok=True):
        done = subprocess.run([self.program, *words], capture_output=True, text=True, timeout=120)
        if ok and done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        value = json.loads(done.stdout) if done.stdout.strip() else {}
        value["exit"], value["said"] = done.returncode, done.stderr
        return value

    def start(self, name, *flags):
        """On the port it had before, if it had one: others know it by that."""
        self.servers[name] = server = Service(self.program, self.path(name), *flags,
                                              listen=f"127.0.0.1:{self.ports.get(name, 0)}")
        self.ports[name] = int(server.address.rsplit(":", 1)[1])
        return server

    def stop(self, name):
        assert self.servers.pop(name).end() == 0

    def kill(self, name):
        self.servers.pop(name).kill()

    def stop_all(self):
        for name in list(self.servers):
            self.stop(name)

    def url(self, name):
        return f"http://127.0.0.1:{self.ports[name]}"

    def key(self, peer, *flags, of="city"):
        return self.run("peer", "--data", self.path(of), "add", peer, *flags)["key"]

    def venue(self, name, key, *flags, of="city"):
        return self.run("venue", "--data", self.path(name), "--with", self.url(of), "--key", key, *flags)

    def sync(self, name, way=None, *flags, ok=True):
        words = ["sync", "--data", self.path(name), *(["--with", way] if way else []), *flags]
        return self.run(*words, ok=ok)

    def export(self, name):
        out = self.path(name + ".geojson")
        self.run("export", "--data", self.path(name), "--format", "geojson", "--out", out)
        with open(out, "rb") as file:
            return file.read()

    def check(self, name):
        return self.run("check", "--data", self.path(name))

    def copy(self, name, to):
        shutil.rmtree(self.path(to), ignore_errors=True)
        shutil.copytree(self.path(name), self.path(to))

    # --- Of a running server ---

    def push(self, name, device, *ops):
        """{op_id: (status, change)}, and the response."""
        status, _, body = self.servers[name].ask("/sync/v1/ops", "POST", device.push(*ops), device.bearer())
        assert status == 200, (status, body)
        answer = fields(body)
        acks = [fields(a) for a in answer.get(4, [])]
        return [(a.get(2, [0])[0], a.get(3, [0])[0]) for a in acks], answer

    def digest(self, name, day=""):
        status, _, body = self.servers[name].ask("/sync/v1/digest" + (f"?day={day}" if day else ""))
        assert status == 200, body
        value = json.loads(body)
        return value["count"], value["xor_sha256"]

    def hello(self, name):
        return fields(self.servers[name].ask("/sync/v1/hello")[2])

    def have(self, name, device, ids):
        body = b"".join(text(1, i) for i in ids)
        status, _, answer = self.servers[name].ask("/sync/v1/have", "POST", body, device.bearer())
        assert status == 200, answer
        found = fields(answer)
        return found.get(3, []), found.get(4, [])

    def comments(self, name):
        body = self.servers[name].ask("/api/comments?limit=1000")[2]
        return {f["id"]: f["properties"] for f in json.loads(body)["features"]}

    def health(self, name):
        return json.loads(self.servers[name].ask("/api/health")[2])

    def until(self, what, seconds=20):
        """Waits until what() is true; says how long it took."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if what():
                return time.monotonic() - start
            time.sleep(0.02)
        return None


def op_id(op):
    return fields(op)[1][0]
