#!/usr/bin/env python3
"""What goes by USB stick, what strangers and bad peers try, HTTPS with a private root: with the real
program."""

import hashlib
import hmac
import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from exchange_test import PROGRAM, all_at_the_city, same, town_of
from town import PROTOBUF, Device, Town, fields, number, signed, text

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


# --- By stick -----------------------------------------------------------------------------------

def apart(parent, *venues):
    """Venues that were set up over a line that is gone since."""
    town = town_of(parent, *venues, start=False)
    town.stop("city")
    return town, town.path("stick.cmsync")


def say(town, name, device, words):
    town.start(name)
    town.push(name, device, op := device.comment(words))
    town.stop(name)
    return op


def s24_a_stick_goes_both_ways(parent):
    town, stick = apart(parent, "one")
    a, b = Device(), Device()
    say(town, "one", a, "会場から")
    say(town, "city", b, "市役所から")
    out = town.sync("one", stick)
    assert not out["read"] and out["sent"]["operations"] == 1 and out["city_change"] == 0, out
    with open(stick, "rb") as file:
        assert "会場".encode() not in file.read()
    at_city = town.sync("city", stick)
    assert at_city["read"] and at_city["received"]["new"] == 1, at_city
    back = town.sync("one", stick)
    assert back["read"] and back["received"]["new"] == 1 and back["city_change"] == back["change"] == 2, back
    assert back["sent"]["operations"] == 0, back
    assert town.export("one") == town.export("city")
    # And once more, with nothing new: nothing is sent twice.
    again = town.sync("city", stick)
    assert again["received"]["operations"] == 0 and again["sent"]["operations"] == 0, again


def s24_its_own_file_is_written_anew(parent):
    town, stick = apart(parent, "one")
    device = Device()
    say(town, "one", device, "一")
    town.sync("one", stick)
    say(town, "one", device, "二")
    out = town.sync("one", stick)
    assert not out["read"] and out["sent"]["operations"] == 2
    assert town.sync("city", stick)["received"]["new"] == 2


def s24_cut_changed_or_foreign_gives_nothing(parent):
    town, stick = apart(parent, "one", "two")
    device = Device()
    say(town, "one", device, "大切な声")
    town.sync("one", stick)
    with open(stick, "rb") as file:
        whole = file.read()
    for spoiled in (whole[:-1], whole[:len(whole) // 2], whole[:40], b"", whole + b"x", b"KAKIKO1\n" + b"\0" * 500,
                    whole[:60] + bytes([whole[60] ^ 1]) + whole[61:], whole[:-20] + bytes(20)):
        with open(stick, "wb") as file:
            file.write(spoiled)
        out = town.sync("city", stick, ok=False)
        assert out["exit"] != 0 and out["error"] in ("checksum", "format", "too_large"), (len(spoiled), out)
        with open(stick, "rb") as file:
            assert file.read() == spoiled, "it must be left as it was"
    # Another venue's key reads nothing of it.
    with open(stick, "wb") as file:
        file.write(whole)
    assert town.sync("two", stick, ok=False)["exit"] != 0
    assert town.check("city")["changes"] == 0
    assert town.sync("city", stick)["received"]["new"] == 1


def s24_an_answer_from_before_a_restore_moves_no_cursor(parent):
    town, stick = apart(parent, "one")
    device = Device()
    say(town, "one", device, "一")
    town.sync("one", stick)
    town.run("backup", "--data", town.path("city"), "--out", town.path("empty"))
    town.sync("city", stick)
    shutil.copy(stick, town.path("old"))
    assert town.sync("one", stick)["city_change"] == 1
    # The city is put back to before it had anything, and hears of it again.
    shutil.rmtree(town.path("city"))
    town.run("restore", "--data", town.path("city"), "--in", town.path("empty"))
    town.sync("city", stick)
    out = town.sync("one", stick)
    assert out["from_the_start"] and out["city_change"] == 0, out
    # The answer of the city that is no more says "I have it": that is not believed.
    shutil.copy(town.path("old"), town.path("late.cmsync"))
    assert town.sync("one", town.path("late.cmsync"))["city_change"] == 0
    town.sync("one", stick)
    town.sync("city", stick)
    out = town.sync("one", stick)
    assert out["city_change"] == out["change"] == 1, out
    assert town.export("one") == town.export("city")


def s24_read_again_changes_nothing(parent):
    """I4"""
    town, stick = apart(parent, "one")
    device = Device()
    say(town, "one", device, "一")
    town.sync("one", stick)
    shutil.copy(stick, town.path("kept"))
    town.sync("city", stick)
    before = town.export("city")
    for _ in range(3):
        shutil.copy(town.path("kept"), stick)
        out = town.sync("city", stick)
        assert out["received"]["new"] == 0, out
    assert town.export("city") == before and town.check("city")["changes"] == 1


# --- Bad peers ----------------------------------------------------------------------------------

class Peer:
    """A server in Python, written from server/peer/sign.h and sync.proto."""

    def __init__(self, town, key, server_id=None):
        value = 0
        for letter in key[7:]:
            value = value << 5 | ALPHABET.index(letter)
        raw = (value >> 4).to_bytes(52, "big")
        assert hashlib.sha256(raw[:48]).digest()[:4] == raw[48:]
        self.town, self.id, self.secret = town, raw[:16], raw[16:48]
        self.sign_key = hmac.digest(self.secret, b"kakikomap peer sign\0", "sha256")
        self.server_id, self.epoch = server_id or os.urandom(16), os.urandom(16)
        self.at = b""  # the operation of the last change that was pushed

    def header(self, method, target, body=b"", when=None, nonce=None):
        when, nonce = when or int(time.time() * 1000), nonce or os.urandom(16)
        line = f"{method}\n{target}\n{when}\n{nonce.hex()}\n{hashlib.sha256(body).hexdigest()}\n"
        self.mac = hmac.digest(self.sign_key, line.encode(), "sha256")
        return {"Authorization": f"Kakiko id={self.id.hex()}, time={when}, nonce={nonce.hex()}, mac={self.mac.hex()}",
                **({"Content-Type": PROTOBUF} if body else {})}

    def ask(self, method, target, body=b"", headers=None):
        headers = headers or self.header(method, target, body)
        status, got, answer = self.town.servers["city"].ask(target, method, body or None, headers)
        if status == 200:
            expected = hmac.digest(self.sign_key, b"answer\n" + self.mac + answer[:-32], "sha256")
            assert answer[-32:] == expected, "the answer must be signed for this request"
            answer = answer[:-32]
        return status, got, answer

    def envelope(self, op, standing=0, received=None, **more):
        return (text(1, op) + text(2, hashlib.sha256(op).digest()) + text(3, self.server_id)
                + signed(4, received or int(time.time() * 1000)) + number(6, standing) + more.get("tail", b""))

    def push(self, *envelopes, through=None, since=0):
        body = (text(1, self.server_id) + text(2, self.epoch) + number(3, through or len(envelopes))
                + b"".join(text(4, e) for e in envelopes) + number(5, since) + text(6, self.at))
        self.at = os.urandom(16)
        body += text(8, self.at)
        return self.ask("POST", "/sync/v1/peer/ops", body)


def s19_a_peer_written_from_the_words_alone(parent):
    town = town_of(parent)
    peer, device = Peer(town, town.key("py")), Device()
    status, _, answer = peer.push(peer.envelope(device.comment("外の実装から")))
    assert status == 200 and fields(answer)[3] == [1]
    assert [p["text"] for p in town.comments("city").values()] == ["外の実装から"]
    status, _, answer = peer.ask("GET", "/sync/v1/peer/changes?epoch=" + "0" * 32 + "&since=0")
    page = fields(answer)
    assert status == 200 and page[3] == [1] and len(page[6]) == 1
    assert fields(page[6][0])[3] == [peer.server_id], "who took it first is handed on"
    town.stop_all()


def s19_what_is_not_signed_right_is_refused(parent):
    town = town_of(parent)
    peer, target = Peer(town, town.key("py")), "/sync/v1/peer/changes?since=0"
    good = peer.header("GET", target)
    for spoil in (lambda h: h.replace("mac=", "mac=0"), lambda h: h[:-1] + ("0" if h[-1] != "0" else "1"),
                  lambda h: h.replace("Kakiko", "Bearer"), lambda h: "", lambda h: h[:60],
                  lambda h: h.replace("id=" + peer.id.hex(), "id=" + os.urandom(16).hex())):
        headers = {"Authorization": spoil(good["Authorization"])}
        assert town.servers["city"].ask(target, headers=headers)[0] == 401, headers
    # Signed for another path.
    assert town.servers["city"].ask(target + "0", headers=good)[0] == 401
    # Nobody without a key learns anything.
    for path in ("/sync/v1/peer/changes", "/sync/v1/peer/folder", "/sync/v1/peer/blobs/" + "0" * 64):
        assert town.servers["city"].ask(path)[0] == 401, path
    town.run("peer", "--data", town.path("city"), "remove", "py")
    assert peer.ask("GET", target)[0] == 401
    town.stop_all()


def s19_a_request_comes_once(parent):
    """I4: recorded and sent again."""
    town = town_of(parent)
    peer, device = Peer(town, town.key("py")), Device()
    body = (text(1, peer.server_id) + text(2, peer.epoch) + number(3, 1)
            + text(4, peer.envelope(device.comment("一度だけ"))) + text(8, os.urandom(16)))
    headers = peer.header("POST", "/sync/v1/peer/ops", body)
    assert peer.ask("POST", "/sync/v1/peer/ops", body, headers)[0] == 200
    for _ in range(3):
        assert town.servers["city"].ask("/sync/v1/peer/ops", "POST", body, headers)[0] == 401
    # After a restart, too, and then nothing has changed either.
    town.stop("city")
    town.start("city")
    assert town.servers["city"].ask("/sync/v1/peer/ops", "POST", body, headers)[0] == 401
    assert town.digest("city")[0] == 1
    town.stop_all()


def s19_a_wrong_clock_is_told_the_right_time(parent):
    town = town_of(parent)
    peer, target = Peer(town, town.key("py")), "/sync/v1/peer/folder"
    for years in (-10, 10):
        when = int(time.time() * 1000) + years * 365 * 86400000
        status, got, _ = peer.ask("GET", target, headers=peer.header("GET", target, when=when))
        assert status == 401
        told = int(got["kakiko-time"])
        assert abs(told - time.time() * 1000) < 5000
        assert peer.ask("GET", target, headers=peer.header("GET", target, when=told))[0] == 200
    town.stop_all()


def s19_no_right_above_the_keys_own(parent):
    town = town_of(parent)
    member, device = Peer(town, town.key("py", "--role", "member")), Device()
    member.push(member.envelope(comment := device.comment("ふつうの声")))
    object_id = fields(comment)[5][0]
    hide = device.op(5, object_id, 5, 1, text(9, number(1, 4) + text(2, "abuse")))
    official = device.comment("市の公式見解", hat=5)
    status, _, answer = member.push(member.envelope(hide, standing=5), member.envelope(official, standing=6),
                                    through=3, since=1)
    assert status == 200, answer
    assert len(town.comments("city")) == 1
    counts = town.servers["city"].ask("/api/metrics")[2].decode()
    assert "kakikomap_store_quarantined 2" in counts, [l for l in counts.splitlines() if "quarantined" in l]
    # The same operation later, with the right to it, is taken.
    moderator = Peer(town, town.key("mod", "--role", "administrator"))
    moderator.push(moderator.envelope(hide, standing=5))
    assert len(town.comments("city")) == 0
    town.stop_all()


def s19_what_is_erased_is_erased_everywhere(parent):
    """I9: also where the operation comes later, and in a venue that is made afterwards."""
    town = town_of(parent, "one")
    device, canary = Device(), "カナリアの電話番号"
    town.push("one", device, comment := device.comment(canary))
    assert same(town, "city", "one")
    desk = Peer(town, town.key("desk", "--role", "administrator"))
    erase = device.op(6, fields(comment)[5][0], 0, 0, text(11, "personal_information"))
    assert desk.push(desk.envelope(erase, standing=5))[0] == 200
    assert same(town, "city", "one")
    assert town.comments("city") == town.comments("one") == {}
    town.venue("two", town.key("two"))
    # The device offers it once more, to each.
    town.start("two")
    for name in ("city", "one", "two"):
        assert town.push(name, device, comment)[0][0][0] == 5, name
    assert same(town, "city", "one", "two")
    town.stop_all()
    for name in ("city", "one", "two"):
        town.check(name)
        for folder, _, files in os.walk(town.path(name)):
            for file in files:
                with open(os.path.join(folder, file), "rb") as bytes_of:
                    assert canary.encode() not in bytes_of.read(), (name, file)


def s19_hostile_pages_are_refused_and_others_served(parent):
    town = town_of(parent)
    peer, device = Peer(town, town.key("py")), Device()
    for body in (b"\xff" * 100, text(1, b"x"), text(1, peer.server_id) + text(2, b"short") + number(3, 1),
                 text(1, peer.server_id) + text(2, peer.epoch) + number(3, 1)
                 + text(4, peer.envelope(device.comment("x"), standing=9)),
                 text(1, peer.server_id) + text(2, peer.epoch) + number(3, 1) + number(5, 2)):
        status = peer.ask("POST", "/sync/v1/peer/ops", body)[0]
        assert status == 400, (status, body[:40])
    many = [peer.envelope(device.comment("x")) for _ in range(513)]
    assert peer.push(*many)[0] == 413
    huge = text(1, peer.server_id) + text(2, peer.epoch) + text(4, os.urandom(3 << 20))
    try:
        assert peer.ask("POST", "/sync/v1/peer/ops", huge)[0] == 413
    except OSError:
        pass  # hung up on while it was still sending
    # Rubbish in good envelopes: kept out one by one, neighbours taken.
    status, _, answer = peer.push(peer.envelope(os.urandom(200)), peer.envelope(device.comment("よい声")),
                                  peer.envelope(device.comment("長い" * 2000)), through=3)
    assert status == 200 and fields(answer)[3] == [3], (status, fields(answer))
    assert [p["text"] for p in town.comments("city").values()] == ["よい声"]
    # It says to be this city itself.
    me = Peer(town, town.key("me"), server_id=town.hello("city")[1][0])
    assert me.push(me.envelope(device.comment("x")))[0] == 409
    assert town.health("city")["status"] == "ok"
    town.stop_all()


def s19_an_answer_that_is_not_the_citys_is_not_believed(parent):
    """Someone on the line says: I have everything."""
    town = town_of(parent, "one")
    town.stop("city")
    device = Device()
    town.push("one", device, device.comment("届いていない"))

    class Liar(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            body = text(1, os.urandom(16)) + text(2, os.urandom(16)) + number(3, 1) + b"\0" * 32
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    liar = http.server.ThreadingHTTPServer(("127.0.0.1", town.ports["city"]), Liar)
    threading.Thread(target=liar.serve_forever, daemon=True).start()
    try:
        assert town.until(lambda: town.health("one")["city"]["line"] == "refused") is not None
        assert town.hello("one").get(14, [0]) == [0]
    finally:
        liar.shutdown()
        liar.server_close()
    town.start("city")
    assert town.until(lambda: all_at_the_city(town, "one"), 30) is not None
    town.stop_all()


# --- HTTPS --------------------------------------------------------------------------------------

def s19_https_with_a_private_root(parent):
    town = Town(PROGRAM, parent)
    town.run("tls", "--data", town.path("city"), "--names", "localhost,127.0.0.1")
    town.start("city")
    assert town.servers["city"].first.find("https://") > 0
    key = town.key("one")
    address = f"https://127.0.0.1:{town.ports['city']}"
    root = town.path("city") + "/tls/root.pem"
    flags = ["venue", "--data", town.path("one"), "--with", address, "--key", key]
    refused = town.run(*flags, ok=False)
    assert refused["exit"] != 0 and not os.path.exists(town.path("one")), refused
    assert town.run(*flags, "--ca", root)["exit"] == 0
    assert town.sync("one")["exit"] == 0
    town.stop_all()


TESTS = [value for name, value in list(globals().items())
         if name[0] in "si" and name[1:3].isdigit() and os.environ.get("ONLY", "") in name]

if __name__ == "__main__":
    from exchange_test import run_all
    sys.exit(run_all(TESTS))
