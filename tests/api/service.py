"""The real program on a real port, and just enough protobuf to speak /sync/v1 with it."""

import http.client
import json
import os
import signal
import subprocess
import tempfile
import time
import uuid


class Service:
    """kakikomap serve over a folder; its first line of output is its address."""

    def __init__(self, program, data, *flags, listen="127.0.0.1:0"):
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [program, "serve", "--data", data, "--listen", listen, *flags],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line:
            self.log.seek(0)
            raise RuntimeError("serve did not start: " + self.log.read())
        self.first = line
        self.address = json.loads(line)["url"].split("//")[1]

    def ask(self, path, method="GET", body=None, headers=None, timeout=40):
        """(status, headers in lower case, body)."""
        connection = http.client.HTTPConnection(self.address, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def post(self, path, value, method="POST", kind="application/json"):
        body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
        return self.ask(path, method, body, {"Content-Type": kind})

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def end(self):
        """The exit status; what it wrote to standard error goes out as a comment when it is not 0."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        if self.process.returncode:
            self.log.seek(0)
            for line in self.log.read().splitlines()[-60:]:
                print("#", line)
        return self.process.returncode


def is_sanitized(program):
    """Its allocator keeps what was freed: what is measured of memory says nothing then."""
    with open(program, "rb") as file:
        return b"__asan_init" in file.read()


def make_town(program, parent):
    data = os.path.join(parent, "town")
    subprocess.run([program, "init", "--data", data], check=True, capture_output=True)
    return data


def new_id():
    """UUIDv7."""
    value = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


# --- Protocol Buffers, written from the encoding's own description ------------------------------

def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def signed(field, value):
    return number(field, value << 1 if value >= 0 else (-value << 1) - 1)


def text(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value if value else b""


def fields(data):
    """{field: [values]}; messages and strings stay bytes."""
    found, at = {}, 0

    def take():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = take()
        if tag & 7 == 0:
            value = take()
        else:
            assert tag & 7 == 2, tag
            length = take()
            value = data[at:at + length]
            at += length
        found.setdefault(tag >> 3, []).append(value)
    return found


class Device:
    """A tablet: its id, token and author; makes operations of sync.proto."""

    def __init__(self):
        self.id, self.author = new_id().bytes, new_id().bytes
        self.token = os.urandom(16)
        self.count = 0

    def op(self, kind, object_id, register, rev, body, made_ms=None):
        self.count += 1
        return (text(1, new_id().bytes) + text(2, self.id) + number(3, self.count) + number(4, kind)
                + text(5, object_id) + number(6, register) + number(7, rev) + text(8, self.author)
                + number(9, 11202) + signed(10, made_ms or int(time.time() * 1000))
                + text(15, body))

    def comment(self, words, object_id=None, lon_e7=1393880000, lat_e7=361470000, hat=1, kind=1,
                more=b"", made_ms=None):
        place = signed(1, lon_e7) + signed(2, lat_e7)
        comment = (number(1, kind) + text(2, words) + text(3, place) + number(6, 2)
                   + number(7, hat) + text(8, "たぬき") + more)
        return self.op(1, object_id or new_id().bytes, 0, 0, text(1, comment), made_ms)

    def push(self, *ops):
        return text(1, self.id) + number(3, 1) + b"".join(text(4, op) for op in ops)

    def bearer(self):
        import base64
        return {"Authorization": "Bearer " + base64.urlsafe_b64encode(self.token).decode().rstrip("="),
                "Content-Type": "application/x-protobuf"}
