#!/usr/bin/env python3
"""Accounts, spaces with their members, the vault and the audit log over the real program: who comes in, what
stays sealed, what two moderators may open once, and what is left of somebody who leaves.
Usage: members_test.py KAKIKOMAP. Prints TAP."""

import datetime
import hashlib
import json
import os
import pathlib
import sqlite3
import stat
import struct
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from people import PASSWORD, Browser, account, command  # noqa: E402
from service import Device, Service, fields, make_town, new_id, text  # noqa: E402
from tap import Tap  # noqa: E402

PROGRAM = sys.argv[1]
REAL_NAME, CONTACT = "熊谷 あつ子の本名", "048-000-1234 ひみつ"


def everything(data):
    """All bytes of the folder but the key."""
    return b"".join(path.read_bytes() for path in sorted(pathlib.Path(data).rglob("*"))
                    if path.is_file() and path.name != "vault.key")


def accounts(tap, admin):
    made = admin.ask("POST", "/api/accounts", {"name": "saburo", "display": "三郎", "role": "teacher",
                                               "organisation": "", "password": PASSWORD})
    tap.check("an administrator makes an account", made[0] == 201 and made[1]["display"] == "三郎"
              and "password" not in made[1], made)
    taken = admin.ask("POST", "/api/accounts", {"name": "saburo", "display": "三郎", "role": "teacher",
                                                "password": PASSWORD})
    tap.equal("a name is given once", (taken[0], taken[1]["code"]), (409, "conflict"))
    for field, value in (("name", "Saburo X"), ("password", "kurz"), ("display", "長" * 41),
                         ("display", "a\u202eb"), ("organisation", "長" * 61)):
        status, told = admin.ask("POST", "/api/accounts", {
            "name": "shiro", "display": "四郎", "role": "teacher", "password": PASSWORD, field: value})
        tap.check(f"{field} {value[:9]!r} is refused at its place",
                  status == 422 and told.get("pointer") == f"/{field}", status, told)
    ident = made[1]["id"]
    saburo = Browser(admin.service)
    saburo.sign_in("saburo")
    status, told = admin.ask("PATCH", f"/api/accounts/{ident}", {"role": "planner"})
    tap.check("a role is changed", status == 200 and told["role"] == "planner", told)
    tap.check("which ends the sessions of the old role",
              saburo.ask("GET", "/api/session")[1]["account"] is None)
    me = admin.ask("GET", "/api/session")[1]["account"]["id"]
    for what in ({"role": "teacher"}, {"disabled": True}):
        tap.equal(f"the last administrator cannot be changed by {what}",
                  admin.ask("PATCH", f"/api/accounts/{me}", what)[0], 409)
    tap.equal("nor removed", admin.ask("DELETE", f"/api/accounts/{me}")[0], 409)
    tap.equal("codes cannot be switched on for somebody",
              admin.ask("PATCH", f"/api/accounts/{ident}", {"totp": True})[0], 422)
    tap.equal("what is not there is not changed", admin.ask("PATCH", f"/api/accounts/{new_id()}", {"disabled": True})[0], 404)


def members(tap, data, service, admin, planner):
    space = str(new_id())
    status, told = planner.ask("POST", "/api/spaces", {"id": space, "tier": "B", "name": "自治会", "organisation": "石原自治会"})
    tap.check("a planner makes a space for members", status == 201 and told["tier"] == "B", status, told)
    tap.equal("asked again it is the same", planner.ask("POST", "/api/spaces", {
        "id": space, "tier": "B", "name": "自治会", "organisation": "石原自治会"})[0], 200)
    tap.equal("another under the same id is in conflict", planner.ask("POST", "/api/spaces", {
        "id": space, "tier": "C", "name": "べつ"})[0], 409)
    nobody = Browser(service)
    tap.equal("nobody from outside sees it", nobody.ask("GET", "/api/spaces")[1]["spaces"], [])
    status, told = planner.ask("POST", "/api/invitations", {"space": space, "days": 7})
    tap.check("an invitation is a code of 50 bits", status == 201 and len(told["code"]) == 10, told)
    code = told["code"]
    newcomer = Browser(service)
    person = {"name": "atsuko", "password": PASSWORD, "display": "熊谷あつ子", "real_name": REAL_NAME, "contact": CONTACT}
    tap.equal("a wrong code opens nothing", newcomer.ask("POST", "/api/invitations/0000000000", person)[0], 404)
    tap.equal("a weak password uses nothing up", newcomer.ask("POST", f"/api/invitations/{code}", {**person, "password": "a"})[0], 422)
    tap.equal("with the code one comes in",
              newcomer.ask("POST", f"/api/invitations/{code[:5].lower()}-{code[5:]}", person)[0], 201)
    tap.equal("once", Browser(service).ask("POST", f"/api/invitations/{code}", {**person, "name": "second"})[0], 404)
    tap.equal("and signs in", newcomer.sign_in("atsuko")[0], 200)
    account_of = newcomer.ask("GET", "/api/session")[1]["account"]
    tap.check("as a member of that space and organisation", account_of["role"] == "member"
              and account_of["spaces"] == [space] and account_of["organisation"] == "石原自治会", account_of)
    code = planner.ask("POST", "/api/invitations", {"space": space})[1]["code"]
    tap.equal("who has an account takes an invitation with nothing more",
              planner.ask("POST", f"/api/invitations/{code}", {})[0], 201)
    tap.check("and belongs there", space in planner.ask("GET", "/api/session")[1]["account"]["spaces"])
    raw = everything(data)
    tap.check("neither code nor identity lies on the disk in the clear",
              not any(word.encode() in raw for word in (code, REAL_NAME, CONTACT, "本名")))
    key = pathlib.Path(data, "vault.key")
    tap.check("the key is a file of its own, for its owner alone",
              key.exists() and stat.S_IMODE(key.stat().st_mode) == 0o600, key)
    out = pathlib.Path(data).parent / "all.backup"
    subprocess.run([PROGRAM, "backup", "--data", data, "--out", str(out)], check=True, capture_output=True)
    tap.check("and in no backup", key.read_bytes().strip() not in out.read_bytes()
              and bytes.fromhex(key.read_text().strip()) not in out.read_bytes())
    return account_of["id"], newcomer, space


def names(tap, service, planner, space):
    """A tablet's operations carry the name in bytes that nobody changes: it is compared."""
    device, member = Device(), Browser(service)
    code = planner.ask("POST", "/api/invitations", {"space": space})[1]["code"]
    member.ask("POST", f"/api/invitations/{code}", {"name": "natsuo", "password": PASSWORD, "display": "石原夏男",
                                                    "real_name": "石原 夏男", "contact": "048-000-5678"})
    member.sign_in("natsuo")
    ids = [new_id() for _ in range(4)]
    of_space = text(5, uuid.UUID(space).bytes)
    for ident, words, more in zip(ids, ("本人", "ほかの人", "まちの声", "通りすがり"),
                                  (of_space + text(8, "石原夏男"), of_space + text(8, "石原会長"), b"",
                                   of_space + text(8, "石原夏男"))):
        headers = dict(device.bearer())
        if words != "通りすがり":
            headers["Cookie"] = member.cookie
        body = device.push(device.comment(words, ident.bytes, more=more))
        status, _, answer = service.ask("/sync/v1/ops", "POST", body, headers)
        assert status == 200 and fields(fields(answer)[4][0])[2] == [1], (status, answer)
    tap.equal("a member writes under the own name, and in the open under any; what is under another's, and what "
              "a stranger says, waits for somebody to look",
              [member.ask("GET", f"/api/comments/{i}")[0] for i in ids], [200, 404, 200, 404])


def vault(tap, data, service, person, one, two, admin):
    told = one.ask("POST", "/api/vault/requests", {"person": str(new_id()), "reason": "人ちがい"})
    tap.equal("of whom nothing is kept, nothing can be asked", told[0], 404)
    tap.equal("a reason is needed", one.ask("POST", "/api/vault/requests", {"person": person, "reason": " "})[0], 422)
    tap.equal("an administrator may not ask", admin.ask("POST", "/api/vault/requests", {"person": person, "reason": "見たい"})[0], 403)
    status, request = one.ask("POST", "/api/vault/requests", {"person": person, "reason": "警察からの照会 第3号"})
    path = f"/api/vault/requests/{request['id']}"
    tap.equal("a moderator asks", status, 201)
    tap.equal("before another agrees nothing opens", one.ask("POST", path + "/opening")[0], 403)
    tap.equal("one cannot agree to one's own", one.ask("POST", path + "/approval")[0], 403)
    tap.equal("another moderator agrees", two.ask("POST", path + "/approval")[0], 204)
    tap.equal("once", two.ask("POST", path + "/approval")[0], 409)
    tap.equal("who agreed does not read", two.ask("POST", path + "/opening")[0], 403)
    key = pathlib.Path(data, "vault.key")
    key.chmod(0o644)
    tap.equal("a key that others may read is not used", one.ask("POST", path + "/opening")[0], 403)
    key.chmod(0o600)
    away = key.with_name("away")
    key.rename(away)
    tap.equal("without the key nothing opens, and nothing is used up", one.ask("POST", path + "/opening")[0], 404)
    away.rename(key)
    tap.check("looking at the request shows who and why, not the person",
              one.ask("GET", path)[1]["approved_by"] and REAL_NAME not in str(one.ask("GET", path)))
    status, told = one.ask("POST", path + "/opening")
    tap.check("who asked reads it", (status, told) == (200, {"identity": {"name": REAL_NAME, "contact": CONTACT}}), told)
    tap.equal("once", one.ask("POST", path + "/opening")[0], 409)
    # The hour: the clock of the request is turned back in the table.
    second = one.ask("POST", "/api/vault/requests", {"person": person, "reason": "もう一度"})[1]["id"]
    two.ask("POST", f"/api/vault/requests/{second}/approval")
    connection = sqlite3.connect(f"{data}/kakikomap.db", timeout=10)
    connection.execute("UPDATE vault_request SET approved_ms = approved_ms - 3600001 WHERE id = ?", (uuid.UUID(second).bytes,))
    connection.commit()
    connection.close()
    tap.equal("after an hour it is too late", one.ask("POST", f"/api/vault/requests/{second}/opening")[0], 410)
    rows = one.ask("GET", "/api/audit")[1]["rows"]
    steps = [row["action"] for row in rows if row["object"] == person and row["action"].startswith("vault")]
    tap.equal("each step is in the audit log", steps,
              ["vault_keep", "vault_ask", "vault_approve", "vault_open", "vault_ask", "vault_approve"])


def audit(tap, data, service, one):
    status, told = one.ask("GET", "/api/audit?limit=10000&after=0")
    rows = told["rows"]
    head = b"\0" * 32
    for row in rows:  # the chain, made anew from what is told
        at = datetime.datetime.fromisoformat(row["at"].replace("Z", "+00:00"))
        at_ms = (at - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(milliseconds=1)
        ids = b"".join(uuid.UUID(row[k]).bytes if row[k] else b"\0" * 16 for k in ("actor", "object"))
        words = b"".join(bytes([len(w)]) + w for w in ((row["action"] or "").encode(), (row["reason"] or "").encode()))
        head = hashlib.sha256(head + struct.pack(">qq", row["seq"], at_ms) + ids + words).digest()
        if head.hex() != row["hash"]:
            break
    tap.check(f"the chain of {len(rows)} rows can be followed by whoever has the export",
              rows and head.hex() == rows[-1]["hash"], row)
    today = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=9)).strftime("%Y-%m-%d")
    day = one.ask("GET", f"/api/audit?day={today}&limit=10000")[1]["rows"]
    other = one.ask("GET", "/api/audit?day=2020-02-29")[1]["rows"]
    tap.check("a day is exported by itself", len(day) == len(one.ask("GET", "/api/audit?limit=10000&after=0")[1]["rows"])
              and other == [], len(day), len(rows))
    for bad in ("2026-13-01", "2026-1-1", "today", "2026-07-011"):
        tap.equal(f"{bad} is no day", one.ask("GET", f"/api/audit?day={bad}")[0], 400)
    words = json.dumps(rows, ensure_ascii=False)
    tap.check("no text and no address is in it", not any(w in words for w in (REAL_NAME, "熊谷", "127.0.0.1", "警察")))


def leaving(tap, data, admin, person, newcomer):
    tap.equal("somebody leaves for good", admin.ask("DELETE", f"/api/accounts/{person}")[0], 204)
    tap.check("and is signed in nowhere", newcomer.ask("GET", "/api/session")[1]["account"] is None)
    tap.equal("nor can sign in", newcomer.sign_in("atsuko")[0], 401)
    deadline = time.monotonic() + 20
    while "atsuko".encode() in everything(data) and time.monotonic() < deadline:
        time.sleep(0.2)
    raw = everything(data)
    tap.check("no byte of the account is left in the folder", b"atsuko" not in raw and "熊谷あつ子".encode() not in raw)


def coming_back(tap, data, person, sealed):
    """An older backup, made while the account was there, brings nothing of it back."""
    marks = (b"atsuko", "熊谷あつ子".encode(), sealed)
    parent, gone = pathlib.Path(data).parent, pathlib.Path(data, "erased")
    tap.check("the list beside the database holds the id and no name",
              uuid.UUID(person).bytes in gone.read_bytes() and not any(m in gone.read_bytes() for m in marks))

    def names(folder):
        return [a["name"] for a in account(PROGRAM, str(folder), "list")["accounts"]]

    def restore(name, *more):
        subprocess.run([PROGRAM, "restore", "--data", str(parent / name), "--in", str(parent / "all.backup"), *more],
                       check=True, capture_output=True)
        return parent / name

    old = restore("old")
    tap.check("the backup is from before", "atsuko" in names(old) and all(m in everything(old) for m in marks))
    image = (old / "kakikomap.db").read_bytes()
    with gone.open("ab") as torn:  # a power cut in the middle of an entry
        torn.write(b"\x10\0\0\0half")
    for label, folder in (("the old folder's list", restore("again", "--erased", data)),
                          ("the list alone", restore("alone", "--erased", str(gone)))):
        left = [m for m in marks if m in everything(folder)]
        tap.check(f"restored with {label} no byte of the account is left", not left, left)
        tap.check("the others are there", {"adminx", "onex", "saburo"} <= set(names(folder)), names(folder))
    out = parent / "again.backup"
    subprocess.run([PROGRAM, "backup", "--data", str(parent / "again"), "--out", str(out)], check=True,
                   capture_output=True)
    subprocess.run(["unzip", "-q", str(out), "erased", "-d", str(parent / "list")], check=True)
    tap.check("the list went over and is in the next backup",
              uuid.UUID(person).bytes in (parent / "list" / "erased").read_bytes())
    for path in pathlib.Path(data).glob("kakikomap.db*"):
        path.unlink()
    pathlib.Path(data, "kakikomap.db").write_bytes(image)
    tap.equal("an old image put into the folder serves", Service(PROGRAM, data).end(), 0)
    left = [m for m in marks if m in everything(data)]
    tap.check("and no byte of the account is left in it", not left and "atsuko" not in names(data), left)


def chain(tap, data):
    def check():
        done = subprocess.run([PROGRAM, "check", "--data", data], capture_output=True, text=True)
        return done.returncode, json.loads(done.stdout)

    status, told = check()
    tap.check("kakikomap check follows the chain", status == 0 and told["audit"]["rows"] > 20
              and len(told["audit"]["head"]) == 64, told)
    connection = sqlite3.connect(f"{data}/kakikomap.db")
    connection.executescript("DROP TRIGGER audit_is_not_changed; UPDATE audit SET action = 'totp_off' WHERE seq = 7;")
    connection.close()
    status, told = check()
    tap.check("and says where it was broken", status == 1 and any("row 7" in f for f in told["faults"]), told["faults"])


def run(tap):
    with tempfile.TemporaryDirectory() as parent:
        data = make_town(PROGRAM, parent)
        for name, role in (("admin", "administrator"), ("one", "moderator"), ("two", "moderator"), ("plan", "planner")):
            account(PROGRAM, data, f"add {name}x", "--role", role, password=PASSWORD)
        service = Service(PROGRAM, data)
        try:
            admin, one, two, planner = (Browser(service) for _ in range(4))
            for browser, name in ((admin, "adminx"), (one, "onex"), (two, "twox"), (planner, "planx")):
                tap.equal(f"{name} signs in", browser.sign_in(name)[0], 200)
            accounts(tap, admin)
            person, newcomer, space = members(tap, data, service, admin, planner)
            names(tap, service, planner, space)
            vault(tap, data, service, person, one, two, admin)
            audit(tap, data, service, one)
            connection = sqlite3.connect(f"file:{data}/kakikomap.db?mode=ro", uri=True)
            (sealed,), = connection.execute("SELECT sealed FROM vault WHERE person_id = ?", (uuid.UUID(person).bytes,))
            connection.close()
            leaving(tap, data, admin, person, newcomer)
        finally:
            tap.equal("the service ends well", service.end(), 0)
        chain(tap, data)
        coming_back(tap, data, person, sealed)


sys.exit(Tap().run(run))
