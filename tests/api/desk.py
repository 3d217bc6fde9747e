"""Staff in their browsers and tablets in their class, for tests that drive the real program."""

import datetime
import hashlib
import uuid

from people import PASSWORD, Browser, account
from service import Device, fields, new_id, text


def staff(program, data, *roles):
    """Accounts, each named after its role."""
    for role in roles:
        account(program, data, f"add {role}", "--role", role.rstrip("0123456789"), password=PASSWORD)


class Asker(Browser):
    """Anyone."""

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, value=None):
        return self.ask("POST", path, value)


class Staff(Asker):
    """Somebody signed in."""

    def __init__(self, service, name):
        super().__init__(service)
        status, told = self.sign_in(name)
        assert status == 200, told
        self.id = told["account"]["id"]


class Tablet(Asker):
    """A device that joins meetings and pushes operations."""

    def __init__(self, service):
        super().__init__(service)
        self.device = Device()
        self.headers["Authorization"] = self.device.bearer()["Authorization"]
        self.headers["X-Device-Id"] = str(uuid.UUID(bytes=self.device.id))

    def push(self, *ops, sent_ms=None):
        """[(status, reason)] of the acks."""
        body = self.device.push(*ops)
        status, _, answer = self.service.ask("/sync/v1/ops", "POST", body, self.device.bearer())
        assert status == 200, (status, answer)
        return [(fields(ack)[2][0], fields(ack).get(4, [b""])[0].decode())
                for ack in fields(answer)[4]]

    def write(self, words, meeting=None, hat=1, code=None, object_id=None, **place):
        """The new comment's id."""
        object_id = object_id or new_id()
        more = text(13, meeting.bytes) if meeting else b""
        if code:
            more += text(14, hashlib.sha256(b"kakikomap receipt\0" + code.encode()).digest())
        acks = self.push(self.device.comment(words, object_id.bytes, hat=hat, more=more, **place))
        assert acks[0][0] == 1, acks
        return object_id


def new_meeting(now, **more):
    """A class from an hour ago until in an hour, by the server's clock."""
    return {"id": str(new_id()), "kind": "class", "title": "5年2組 まちの暑さ調べ",
            "starts": iso(now - 3600), "ends": iso(now + 3600), **more}


def iso(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat()

