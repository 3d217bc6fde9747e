#!/usr/bin/env python3
"""The table of rights, walked completely: every right that an endpoint stands for is tried by every role and
by nobody over the real program, inside a space of one's own, another's and an organisation's, and the
answer must be what server/people/rights.def says. Usage: rights_test.py KAKIKOMAP. Prints TAP."""

import json
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from service import Service, make_town, new_id  # noqa: E402
from people import PASSWORD, Browser, account, command  # noqa: E402
from tap import Tap  # noqa: E402

PROGRAM = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ROLES = ["member", "teacher", "moderator", "planner", "administrator"]
ROW = re.compile(r'^RIGHT\((\w+),\s*"(\w+)",' + r"\s*(NO|IN|ALL)," * 5 + r"\s*(NO|IN|ALL)\)", re.M)
RIGHTS = {row[1]: dict(zip(["person", *ROLES], row[2:]))
          for row in ROW.findall((ROOT / "server/people/rights.def").read_text(encoding="utf-8"))}

# Of these the endpoints are those of lessons and moderation, walked by their own tests.
ELSEWHERE = {"read", "read_held", "read_exact", "meeting", "lead", "release", "moderate", "erase", "move",
             "quote", "card"}


def comment(**more):
    return {"id": str(new_id()), "lon": 139.388, "lat": 36.147, "kind": "idea", "text": "木かげ", **more}


def tries(spaces):
    """right: [(scope or None, what is asked)]: allowed when it is neither 401 nor 403; a comment is then made."""
    hat = lambda name: ("POST", "/api/comments", lambda: comment(hat=name, source="市報"))  # noqa: E731
    found = {
        "staff": [(None, ("POST", "/api/comments", lambda: comment(hat="staff")))],
        "moderator": [(None, ("POST", "/api/comments", lambda: comment(hat="moderator")))],
        "official": [(None, hat("official"))],
        "accounts": [(None, ("GET", "/api/accounts", None)),
                     (None, ("POST", "/api/accounts", dict)),
                     (None, ("PATCH", f"/api/accounts/{new_id()}", dict))],
        "audit": [(None, ("GET", "/api/audit", None))],
        "vault": [(None, ("GET", "/api/vault/requests", None)), (None, ("POST", "/api/vault/requests", dict)),
                  (None, ("POST", f"/api/vault/requests/{new_id()}/approval", None)),
                  (None, ("POST", f"/api/vault/requests/{new_id()}/opening", None))],
        "space": [(None, ("POST", "/api/spaces", dict))],
        "invite": [(space, ("POST", "/api/invitations", lambda space=space: {"space": spaces[space]}))
                   for space in spaces],
        "write": [(space, ("POST", "/api/comments", lambda space=space: comment(space=spaces[space])))
                  for space in spaces],
    }
    return found


def is_allowed(reach, scope):
    """`own` and `own_c` are where everybody belongs; `other_c` is closed even to ALL."""
    if reach == "ALL":
        return scope != "other_c"
    return reach == "IN" and scope in ("own", "own_c")


def run(tap):
    tap.check("the table is read", len(RIGHTS) > 15, RIGHTS)
    with tempfile.TemporaryDirectory() as parent:
        data = make_town(PROGRAM, parent)
        spaces = {}
        for name, tier in (("own", "B"), ("other", "B"), ("own_c", "C"), ("other_c", "C")):
            listed = command(PROGRAM, data, "space", "add", name, "--tier", tier)["spaces"]
            spaces[name] = [s["id"] for s in listed if s["name"] == name][0]
        for role in ROLES:
            account(PROGRAM, data, f"add a-{role}", "--role", role, password=PASSWORD)
            for name in ("own", "own_c"):
                command(PROGRAM, data, "space", "join", "--space", spaces[name], "--account", f"a-{role}")
        service = Service(PROGRAM, data)
        try:
            walk(tap, service, spaces)
        finally:
            tap.equal("the service ends well", service.end(), 0)


def walk(tap, service, spaces):
    asked = tries(spaces)
    tap.equal("every right is walked, here or by its own tests", set(asked) | ELSEWHERE, set(RIGHTS))
    browsers = {None: Browser(service)}
    for role in ROLES:
        browsers[role] = Browser(service)
        tap.equal(f"a {role} signs in", browsers[role].sign_in(f"a-{role}")[0], 200)
    for right, rows in asked.items():
        for scope, (method, path, body) in rows:
            for role, browser in browsers.items():
                status, told = browser.ask(method, path, body() if body else None)
                wanted = role is not None and is_allowed(RIGHTS[right][role], scope)
                fits = status == 201 if wanted and path == "/api/comments" else (
                    (status not in (401, 403)) == wanted and status < 500)
                tap.check(f"{right}: {role or 'nobody'} {'may' if wanted else 'may not'} {method} "
                          f"{re.sub('[0-9a-f-]{36}', 'ID', path)}{' in ' + scope if scope else ''}",
                          fits, status, told)
    for role, browser in browsers.items():
        listed = {s["name"] for s in browser.ask("GET", "/api/spaces")[1]["spaces"]}
        knows = {name for name in spaces if role and (
            is_allowed(RIGHTS["read"][role], name) or RIGHTS["space"][role] == "ALL")}
        tap.equal(f"{role or 'nobody'} knows of these spaces only", listed, knows)
    for role in ROLES:
        rights = set(browsers[role].ask("GET", "/api/session")[1]["account"]["rights"])
        tap.equal(f"a {role} is told its rights", rights, {r for r in RIGHTS if RIGHTS[r][role] != "NO"})


sys.exit(Tap().run(run))
