"""A tablet with photos: names them by operations and sends them by tus, over plain sockets so that a
line can be cut at any byte."""

import hashlib
import http.client
import socket
import subprocess
import uuid

from service import Device, new_id, number, text

TUS = {"Tus-Resumable": "1.0.0"}
HELD, PUBLIC, MASKED, HIDDEN = 1, 2, 3, 4
CREATE, DELETE, MODERATE, ERASE = 1, 3, 5, 6
STATUS, REDACTION = 5, 9


def segment(marker, data):
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


def with_segments(photo, *segments):
    """JPEG bytes with these segments right behind SOI."""
    return photo[:2] + b"".join(segments) + photo[2:]


class PhotoDevice(Device):
    def __init__(self, service):
        super().__init__()
        self.service = service

    def headers(self, **more):
        return {**TUS, "Authorization": self.bearer()["Authorization"],
                "X-Device-Id": str(uuid.UUID(bytes=self.id)), **more}

    def say(self, *ops):
        status, _, _ = self.service.ask("/sync/v1/ops", "POST", self.push(*ops), self.bearer())
        assert status == 200, status

    def photo_op(self, comment_id, data, length=None, sha256=None):
        photo = (text(1, comment_id) + text(2, sha256 or hashlib.sha256(data).digest())
                 + number(3, length or len(data)) + number(4, 400) + number(5, 300) + text(7, "木かげ"))
        photo_id = new_id().bytes
        return photo_id, self.op(CREATE, photo_id, 0, 0, text(13, photo))

    def name_photo(self, data, hat=1, **more):
        """Says a comment with this photo; (comment id, photo id)."""
        comment_id = new_id().bytes
        photo_id, op = self.photo_op(comment_id, data, **more)
        self.say(self.comment("ここは暑い", comment_id, hat=hat), op)
        return comment_id, photo_id

    @staticmethod
    def path(data):
        return "/sync/v1/blobs/" + hashlib.sha256(data).hexdigest()

    def head(self, data):
        """(status, offset)."""
        status, headers, _ = self.service.ask(self.path(data), "HEAD", None, self.headers())
        return status, int(headers.get("upload-offset", -1))

    def patch(self, data, offset, end=None, **more):
        """(status, headers, body) of sending data[offset:end]."""
        headers = self.headers(**{"Content-Type": "application/offset+octet-stream",
                                  "Upload-Offset": str(offset), **more})
        return self.service.ask(self.path(data), "PATCH", data[offset:end], headers)

    def send(self, data):
        return self.patch(data, 0)[0]

    def patch_cut(self, data, offset, cut):
        """Says it will send everything from `offset` on, sends up to `cut`, and hangs up."""
        host, port = self.service.address.split(":")
        lines = [f"PATCH {self.path(data)} HTTP/1.1", f"Host: {self.service.address}",
                 "Content-Type: application/offset+octet-stream", f"Upload-Offset: {offset}",
                 f"Content-Length: {len(data) - offset}"]
        lines += [f"{name}: {value}" for name, value in self.headers().items()]
        with socket.create_connection((host, int(port)), timeout=20) as line:
            line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data[offset:cut])

    def picture(self, photo_id, variant="display", headers=None):
        return self.service.ask(f"/photos/{uuid.UUID(bytes=photo_id)}/{variant}.jpg", headers=headers)


class Town(Device):
    """The server's own authority, by the program `submit`."""

    def __init__(self, submit, data):
        super().__init__()
        self.submit, self.data, self.revisions = submit, data, {}

    def decide(self, *ops):
        lines = "".join(op.hex() + "\n" for op in ops)
        done = subprocess.run([self.submit, self.data], input=lines, capture_output=True, text=True)
        assert done.returncode == 0 and all(l.startswith("1 ") for l in done.stdout.splitlines()), \
            (done.stdout, done.stderr)

    def moderate(self, object_id, register, body):
        revision = self.revisions[object_id, register] = self.revisions.get((object_id, register), 0) + 1
        self.decide(self.op(MODERATE, object_id, register, revision, body))

    def set_status(self, object_id, status):
        self.moderate(object_id, STATUS, text(9, number(1, status) + text(2, "other")))

    def cover(self, photo_id, *boxes):
        message = b"".join(
            text(1, number(1, left) + number(2, top) + number(3, right) + number(4, bottom))
            for left, top, right, bottom in boxes)
        self.moderate(photo_id, REDACTION, text(17, message + text(2, "person_in_photo")))

    def erase(self, object_id):
        self.decide(self.op(ERASE, object_id, 0, 0, text(11, "personal_information")))
