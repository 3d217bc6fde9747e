#!/usr/bin/env python3
"""People on the real program: signing in and out, codes, sessions, cookies, and those who try to get
in without. Usage: people_test.py KAKIKOMAP. Prints TAP."""

import base64
import hashlib
import hmac
import json
import pathlib
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from people import PASSWORD, Browser  # noqa: E402
from people import account as make_account  # noqa: E402
from service import Service, make_town  # noqa: E402
from tap import Tap  # noqa: E402

PROGRAM = sys.argv[1]
ADMIN = "hanako"


def account(data, action, *options, **more):
    return make_account(PROGRAM, data, action, *options, **more)


def totp(secret, at=None):
    """RFC 6238, written anew from its text."""
    key = base64.b32decode(secret)
    mac = hmac.new(key, struct.pack(">Q", int((at or time.time()) // 30)), hashlib.sha1).digest()
    offset = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[offset:offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def commands(tap, data):
    made = account(data, f"add {ADMIN}", "--role", "administrator", "--display", "花子",
                   password=PASSWORD)
    tap.check("an account is made from the command line",
              made["account"]["role"] == "administrator" and "password" not in json.dumps(made), made)
    for label, action, options, password in (
            ("a name that is taken", f"add {ADMIN}", ("--role", "teacher"), PASSWORD),
            ("a short password", "add taro", ("--role", "teacher"), "みじかい"),
            ("a password with the name in it", "add tarotaro", ("--role", "teacher"), "xx-TaroTaro-yyyy"),
            ("a role that is none", "add taro", ("--role", "mayor"), PASSWORD),
            ("a name with a space", "add", ("ta ro", "--role", "teacher"), PASSWORD),
            ("no password", "add taro", ("--role", "teacher"), ""),
            ("taking the last administrator's role", f"role {ADMIN}", ("--role", "planner"), None),
            ("disabling the last administrator", f"disable {ADMIN}", (), None)):
        told = account(data, action, *options, password=password, wanted=2)
        tap.check(f"{label} is refused in words", told.get("error") and told.get("detail"), told)
    for name in ("teacher", "moderator", "planner", "member"):
        account(data, f"add {name}1", "--role", name, password=PASSWORD)
    tap.equal("the list has them all", [a["name"] for a in account(data, "list")["accounts"]],
              [ADMIN, "member1", "moderator1", "planner1", "teacher1"])


def sessions(tap, service, data):
    browser = Browser(service)
    status, told = browser.ask("GET", "/api/session")
    tap.check("nobody is signed in at first", status == 200 and told["account"] is None, told)
    status, told = browser.sign_in(ADMIN, password="falsch falsch falsch")
    tap.check("a wrong password is wrong", (status, told["code"]) == (401, "wrong_login"), told)
    unknown = browser.sign_in(name="nobody")
    tap.check("so is a name that is not there, in the same words",
              {**unknown[1], "request": 0} == {**told, "request": 0}, unknown)
    status, told = browser.sign_in(ADMIN)
    tap.check("the right one signs in", status == 200 and told["account"]["name"] == ADMIN, told)
    line = browser.set_cookie
    tap.check("the cookie is HttpOnly, SameSite=Strict, of the whole host and of 12 hours",
              line.startswith("kakiko=") and all(part in line for part in (
                  "; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=43200"))
              and "Domain" not in line, line)
    token = line.split(";")[0].split("=")[1]
    tap.check("the token has 128 bits", len(token) == 32 and int(token, 16) >= 0, token)
    tap.check("no cache keeps the answer",
              "no-store" in browser.found["cache-control"] and "Cookie" in browser.found["vary"],
              browser.found)
    raw = pathlib.Path(data, "kakikomap.db").read_bytes() + pathlib.Path(data, "kakikomap.db-wal").read_bytes()
    tap.check("neither token nor password lies on the disk",
              bytes.fromhex(token) not in raw and token.encode() not in raw
              and PASSWORD.encode() not in raw)
    tap.equal("the session is known", browser.ask("GET", "/api/session")[1]["account"]["name"], ADMIN)

    # Fixation: a token that somebody else has put there never becomes a session.
    victim = Browser(service)
    victim.cookie = "kakiko=" + "ab" * 16
    victim.sign_in(ADMIN)
    tap.check("a cookie set before signing in is replaced", victim.cookie != "kakiko=" + "ab" * 16)
    planted = Browser(service)
    planted.cookie = "kakiko=" + "ab" * 16
    tap.check("and is worth nothing", planted.ask("GET", "/api/session")[1]["account"] is None)
    before = victim.cookie
    victim.sign_in(ADMIN)
    old = Browser(service)
    old.cookie = before
    tap.check("signing in again ends the session before",
              victim.cookie != before and old.ask("GET", "/api/session")[1]["account"] is None)

    # Revoking.
    status, told = browser.ask("GET", "/api/sessions")
    tap.check("both sessions are listed, one of them as this", status == 200
              and [s["this"] for s in told["sessions"]].count(True) == 1
              and len(told["sessions"]) == 2, told)
    other = [s["id"] for s in told["sessions"] if not s["this"]][0]
    tap.equal("one of them is revoked", browser.ask("DELETE", f"/api/sessions/{other}")[0], 204)
    tap.check("and is over", victim.ask("GET", "/api/session")[1]["account"] is None)
    tap.equal("what is not there cannot be revoked", browser.ask("DELETE", f"/api/sessions/{other}")[0], 404)
    teacher = Browser(service)
    teacher.sign_in("teacher1")
    mine = browser.ask("GET", "/api/sessions")[1]["sessions"][0]["id"]
    tap.equal("nor can another's", teacher.ask("DELETE", f"/api/sessions/{mine}")[0], 404)
    tap.equal("signing out", browser.ask("DELETE", "/api/session")[0], 204)
    tap.check("takes the cookie away", "Max-Age=0" in browser.set_cookie, browser.set_cookie)
    old.cookie = line.split(";")[0]
    tap.check("and the session is over for who kept it", old.ask("GET", "/api/session")[1]["account"] is None)
    tap.equal("signing out twice is no fault", browser.ask("DELETE", "/api/session")[0], 204)


def foreign_pages(tap, service):
    browser = Browser(service)
    browser.sign_in(ADMIN)
    for label, headers in (("another origin", {"Origin": "https://evil.example"}),
                           ("a cross-site fetch", {"Sec_Fetch_Site": "cross-site"}),
                           ("a null origin", {"Origin": "null"})):
        for method, path, value in (("POST", "/api/session", {"name": ADMIN, "password": PASSWORD}),
                                    ("PUT", "/api/session/password", {}), ("DELETE", "/api/session", None),
                                    ("POST", "/api/session/totp", {}), ("POST", "/api/accounts", {})):
            status, told = browser.ask(method, path, value, **headers)
            tap.check(f"{method} {path} by {label} is refused", status == 403, status, told)
    tap.check("and the session is still there", browser.ask("GET", "/api/session")[1]["account"])
    status, _, _ = service.ask("/api/session", "POST", b"name=a&password=b",
                               {"Content-Type": "application/x-www-form-urlencoded"})
    tap.equal("a form is no way to sign in", status, 415)
    status, told = Browser(service).ask("GET", "/api/sessions")
    tap.equal("without a session there are no sessions to see", status, 401)
    tap.check("no other site may read a staff answer",
              "access-control-allow-origin" not in browser.ask("GET", "/api/sessions") and
              "access-control-allow-origin" not in browser.found, browser.found)


def codes(tap, service, data):
    account(data, "add coder", "--role", "moderator", password=PASSWORD)
    browser = Browser(service)
    browser.sign_in("coder")
    teacher = Browser(service)
    teacher.sign_in("teacher1")
    tap.equal("a secret is given for the password only",
              teacher.ask("POST", "/api/session/totp", {"password": "something else"})[1]["code"], "wrong_login")
    secret = browser.ask("POST", "/api/session/totp", {"password": PASSWORD})[1]["secret"]
    tap.equal("until the first code nothing is asked for", Browser(service).sign_in("coder")[0], 200)
    tap.equal("a wrong first code is refused", browser.ask("PUT", "/api/session/totp", {"code": "000000"})[0], 422)
    first = totp(secret)
    status, told = browser.ask("PUT", "/api/session/totp", {"code": first})
    tap.check("the right one gives ten recovery codes", status == 200 and len(set(told["recovery"])) == 10, told)
    recovery = told["recovery"]
    other = Browser(service)
    tap.equal("now a code is asked for", other.sign_in("coder")[1]["code"], "code_needed")
    tap.check("and nobody is signed in without", other.ask("GET", "/api/session")[1]["account"] is None)
    tap.equal("the code that was used is not good again", other.sign_in("coder", code=first)[1]["code"], "wrong_login")
    later = totp(secret, time.time() + 30)  # a clock that is 30 s ahead
    tap.equal("the next one is", other.sign_in("coder", code=later)[0], 200)
    tap.equal("but once", Browser(service).sign_in("coder", code=later)[1]["code"], "wrong_login")
    tap.equal("a recovery code signs in", Browser(service).sign_in("coder", code=recovery[0].lower())[0], 200)
    tap.equal("once", Browser(service).sign_in("coder", code=recovery[0])[1]["code"], "wrong_login")
    tap.equal("the codes go only for the password",
              other.ask("DELETE", "/api/session/totp", {"password": "wrong wrong wrong"})[0], 401)
    tap.equal("with it they go", other.ask("DELETE", "/api/session/totp", {"password": PASSWORD})[0], 204)
    tap.equal("and are not asked for", Browser(service).sign_in("coder")[0], 200)


def passwords(tap, service, data):
    account(data, "add changer", "--role", "planner", password=PASSWORD)
    one, two = Browser(service), Browser(service)
    one.sign_in("changer")
    two.sign_in("changer")
    tap.equal("a weak password is refused", one.ask("PUT", "/api/session/password", {
        "password": PASSWORD, "new_password": "aaaaaaaaaaaaaaaa"})[0], 422)
    tap.equal("a new password needs the old one", one.ask("PUT", "/api/session/password", {
        "password": "not the old one", "new_password": "あたらしい ことば です"})[0], 401)
    tap.equal("with it, it is set", one.ask("PUT", "/api/session/password", {
        "password": PASSWORD, "new_password": "あたらしい ことば です"})[0], 204)
    tap.check("this session goes on", one.ask("GET", "/api/session")[1]["account"])
    tap.check("the others end", two.ask("GET", "/api/session")[1]["account"] is None)
    tap.equal("the old password is none", two.sign_in("changer")[0], 401)
    account(data, "disable changer")
    tap.check("a disabled account's session is over at once", one.ask("GET", "/api/session")[1]["account"] is None)
    tap.equal("and it does not sign in", one.sign_in("changer", "あたらしい ことば です")[1]["code"], "wrong_login")


def guesses(tap, service, data):
    account(data, "add target", "--role", "teacher", password=PASSWORD)
    browser = Browser(service)
    answers = [browser.sign_in("target", f"guess number {n:06}") for n in range(8)]
    tap.equal("five wrong passwords, then a rest",
              [status for status, _ in answers], [401] * 5 + [429] * 3)
    tap.check("with the time to wait", 1 < int(browser.found["retry-after"]) <= 900, browser.found)
    tap.equal("the right one has to wait, too", browser.sign_in("target")[0], 429)
    tap.equal("another's account is not concerned", Browser(service).sign_in("teacher1")[0], 200)
    connection = sqlite3.connect(f"file:{data}/kakikomap.db?mode=ro", uri=True)
    refused = connection.execute("SELECT count(*) FROM audit WHERE action = 'session_refused'").fetchone()
    tap.check("wrong tries are in the audit log", refused[0] >= 5, refused)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(audit)")]
    tap.equal("which has no place for texts or addresses", columns,
              ["seq", "municipality", "at_ms", "actor_id", "action", "object_id", "reason", "hash"])
    connection.close()


def own_address():
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        probe.connect(("192.0.2.1", 9))  # sends nothing
        return probe.getsockname()[0]
    except OSError:
        return None
    finally:
        probe.close()


def plain_http(tap, data):
    address = own_address()
    if not address or address.startswith("127."):
        tap.skip("staff sign in over plain HTTP from this machine only", "there is no other address")
        return
    for flags, wanted in (((), 403), (("--staff_over_http", "true"), 200)):
        service = Service(PROGRAM, data, "--listen", f"{address}:0", *flags)
        browser = Browser(service)
        tap.equal(f"over plain HTTP from elsewhere, {' '.join(flags) or 'by default'}", browser.sign_in(ADMIN)[0], wanted)
        tap.equal("and the page can say so beforehand", browser.ask("GET", "/api/session")[1]["secure"], wanted == 200)
        service.end()


def restored(tap, parent, data):
    """What was revoked does not come back with a backup."""
    service = Service(PROGRAM, data)
    browser = Browser(service)
    browser.sign_in(ADMIN)
    backup, again = f"{parent}/people.backup", f"{parent}/restored"
    for words in (["backup", "--data", data, "--out", backup], ["restore", "--data", again, "--in", backup]):
        subprocess.run([PROGRAM, *words], check=True, capture_output=True)
    service.end()
    service = Service(PROGRAM, again)
    browser.service = service
    tap.check("after a restore everybody signs in anew", browser.ask("GET", "/api/session")[1]["account"] is None)
    tap.equal("with the same password", browser.sign_in(ADMIN)[0], 200)
    service.end()


def run(tap):
    with tempfile.TemporaryDirectory() as parent:
        data = make_town(PROGRAM, parent)
        commands(tap, data)
        service = Service(PROGRAM, data)
        try:
            for part in (sessions, codes, passwords, guesses):
                part(*(tap, service, data))
            foreign_pages(tap, service)
        finally:
            tap.equal("the service ends well", service.end(), 0)
        plain_http(tap, data)
        restored(tap, parent, data)


sys.exit(Tap().run(run))
