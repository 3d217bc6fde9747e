"""Signing in over the real program, and the commands that make accounts and spaces."""

import json
import subprocess

PASSWORD = "ひつじ雲が三つ ならんだ朝"


def command(program, data, *words, stdin="", wanted=0):
    """kakikomap WORD --data DATA …: its summary."""
    done = subprocess.run([program, words[0], "--data", data, *words[1:]], input=stdin,
                          capture_output=True, text=True)
    assert done.returncode == wanted, (words, done.returncode, done.stderr)
    return json.loads(done.stdout)


def account(program, data, action, *options, password=None, wanted=0):
    return command(program, data, "account", *action.split(), *options, stdin=(password or "") + "\n",
                   wanted=wanted)


class Browser:
    """Keeps its cookie, as a browser does."""

    def __init__(self, service, **headers):
        self.service, self.cookie, self.headers = service, None, headers

    def ask(self, method, path, value=None, **headers):
        sent = {**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if self.cookie:
            sent["Cookie"] = self.cookie
        body = None
        if value is not None:
            body = json.dumps(value, ensure_ascii=False).encode()
            sent["Content-Type"] = "application/json"
        status, found, body = self.service.ask(path, method, body, sent)
        self.set_cookie = found.get("set-cookie")
        if self.set_cookie:
            self.cookie = self.set_cookie.split(";")[0]
        self.found = found
        try:
            return status, json.loads(body) if body else None
        except json.JSONDecodeError:
            return status, body

    def sign_in(self, name, password=PASSWORD, code=None):
        value = {"name": name, "password": password, **({"code": code} if code else {})}
        return self.ask("POST", "/api/session", value)
