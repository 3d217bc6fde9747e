#!/usr/bin/env python3
"""schema/openapi.yaml, held against the running service: every operation is asked with values its
schemas allow and with values they do not; there is never a 5xx, every body fits the schema of its
status, what is invalid gets 4xx, and the same question gets the same answer twice.
Usage: contract_test.py KAKIKOMAP [SEED [ROUNDS]]. Prints TAP."""

import json
import pathlib
import random
import re
import sys
import tempfile
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
from service import Service, make_town, new_id  # noqa: E402
from tap import Tap  # noqa: E402

try:
    import jsonschema
    import yaml
except ImportError:
    print("1..0 # SKIP python3-yaml and python3-jsonschema are not installed")
    sys.exit(0)

PROGRAM = sys.argv[1]
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 40
CONTRACT = yaml.safe_load((ROOT / "schema" / "openapi.yaml").read_text(encoding="utf-8"))
MISSING = object()

# Answers that never end, or speak protobuf: only their status and type are looked at.
STREAMS = {"/api/live"}


def resolve(node):
    while isinstance(node, dict) and "$ref" in node:
        target = CONTRACT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = {**target, **{k: v for k, v in node.items() if k != "$ref"}}
    return node


def validator(schema):
    whole = {**schema, "components": CONTRACT["components"]}
    return jsonschema.Draft202012Validator(whole)


def operations():
    for path, item in CONTRACT["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put"):
                yield path, method.upper(), operation


# --- Values that fit a schema -------------------------------------------------------------------

class Maker:
    def __init__(self, chance, known):
        self.chance, self.known = chance, known

    def fitting(self, schema):
        schema = resolve(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        if "anyOf" in schema:
            return self.fitting(self.chance.choice(schema["anyOf"]))
        kind = schema.get("type", "string")
        if isinstance(kind, list):
            kind = self.chance.choice(kind)
        return getattr(self, "make_" + kind)(schema)

    def make_null(self, _):
        return None

    def make_boolean(self, _):
        return self.chance.random() < 0.5

    def make_integer(self, schema):
        low, high = schema.get("minimum", 0), schema.get("maximum", 2**31)
        return self.chance.choice([low, high, self.chance.randint(low, high), schema.get("example", low)])

    def make_number(self, schema):
        low, high = schema.get("minimum", -1e6), schema.get("maximum", 1e6)
        return self.chance.choice([low, high, self.chance.uniform(low, high)])

    def make_string(self, schema):
        pattern = schema.get("pattern", "")
        if pattern.startswith("^[0-9a-f]{8}-"):
            fresh = str(new_id())
            return fresh if "-7[" in pattern or not self.known else self.chance.choice([fresh, *self.known])
        if "example" in schema:
            return schema["example"]
        if pattern == "^[0-9a-f]{32}$":
            return "%032x" % self.chance.getrandbits(128)
        if pattern == "^[A-Za-z0-9_-]+$":
            return str(self.chance.randint(1, 1000))
        letters = "歩道とベンチabc123 −🌳ー\n"
        length = self.chance.choice([max(1, schema.get("minLength", 1)), 5, min(40, schema.get("maxLength", 40))])
        made = "木" + "".join(self.chance.choice(letters) for _ in range(length - 1))
        return made.replace("\n", "") if schema.get("maxLength", 0) <= 200 else made

    def make_array(self, schema):
        count = self.chance.randint(1, min(3, schema.get("maxItems", 3)))
        return [self.fitting(schema["items"]) for _ in range(count)]

    def make_object(self, schema):
        required = schema.get("required", [])
        made = {name: self.fitting(part) for name, part in schema.get("properties", {}).items()
                if name in required or self.chance.random() < 0.5}
        if "lon" in made:  # a place in the town, most of the time
            if self.chance.random() < 0.8:
                made["lon"], made["lat"] = 139.388, 36.147
        return made


# --- Values that do not -------------------------------------------------------------------------

WRONG_TEXT = ["", "%00", "\u0000", "nan", "-1", "1e999", "0x10", "99999999999999999999", "'", "\"",
              "..%2f..%2fetc", "%C0%AF", "%ED%A0%80", "a" * 4000, "🌳", "null", "[]", "1,2", "%", "%zz",
              "١٢", " 1", "+1", "true"]
WRONG_VALUE = [None, True, -1, 0, 1e308, 2**70, "", "a" * 5000, [], {}, [[]], {"a": 1}, "\u0000", "\u202e",
               "\ud7ff\ue000", "00000000-0000-0000-0000-000000000000"]


def is_allowed(schema, value):
    return validator(resolve(schema)).is_valid(value)


def read_text(schema, value):
    """The value that a parameter's text stands for, or MISSING when it stands for none."""
    schema = resolve(schema)
    value = urllib.parse.unquote(value)
    if schema.get("type") == "array":
        return value.split(",")
    if schema.get("type") == "integer":
        return int(value) if re.fullmatch(r"[0-9]+", value) else MISSING
    return value


# --- Asking -------------------------------------------------------------------------------------

class Asker:
    def __init__(self, tap, service, chance):
        self.tap, self.service, self.chance = tap, service, chance
        self.known = []
        self.faults = []
        self.asked = {}

    def write_query(self, parameters):
        parts = []
        for parameter, value in parameters:
            values = value if isinstance(value, list) else [value]
            for one in values:
                parts.append(f"{parameter}={escape(one)}")
        return "?" + "&".join(parts) if parts else ""

    def ask(self, path, method, operation, target, body, headers, must_refuse, repeat):
        answer = self.service.ask(target, method, body, headers)
        status, got, content = answer
        where = f"{method} {target[:200]} {body[:200] if body else ''} → {status} {content[:300]}"
        self.asked[(path, method)] = self.asked.get((path, method), 0) + 1
        if status >= 500:
            self.faults.append("5xx: " + where)
        if must_refuse and not 400 <= status < 500:
            self.faults.append("not refused: " + where)
        self.check_body(operation, status, got, content, where)
        if repeat and method == "GET":
            again = self.service.ask(target, method, body, headers)
            if (again[0], again[2]) != (status, content) and status < 400:
                self.faults.append("another answer the second time: " + where)
        return answer

    def check_body(self, operation, status, headers, content, where):
        responses = operation["responses"]
        response = resolve(responses.get(str(status), responses.get("default", {})))
        kind = headers.get("content-type", "").split(";")[0]
        described = response.get("content", {})
        if not content:
            if described and status not in (204, 304):
                self.faults.append("an empty body: " + where)
            return
        if kind not in described:
            self.faults.append(f"the type {kind} is not in the contract: " + where)
        elif kind.endswith("json"):
            errors = list(validator(described[kind]["schema"]).iter_errors(json.loads(content)))
            if errors:
                self.faults.append(f"{errors[0].message[:200]} at {list(errors[0].path)}: " + where)

    def round(self, path, method, operation, wrong):
        maker = Maker(self.chance, self.known)
        target, query, headers, must_refuse = path, [], {}, False
        parameters = [resolve(p) for p in operation.get("parameters", [])]
        spoiled = self.chance.choice(parameters + [None]) if wrong else None
        for parameter in parameters:
            name, schema = parameter["name"], parameter.get("schema", {})
            value = maker.fitting(schema)
            if parameter is spoiled:
                value = Raw(self.chance.choice(WRONG_TEXT))
                meant = read_text(schema, value)
                must_refuse = meant is MISSING or not is_allowed(schema, meant)
            if parameter["in"] == "path":
                # Maximum of x and y depends on z, which no schema can say.
                target = target.replace("{" + name + "}", escape(value))
            elif parameter["in"] == "query" and (parameter is spoiled or self.chance.random() < 0.4):
                query.append((name, value))
        if wrong and spoiled is None:
            query.append(self.chance.choice([("unknown", 1), ("__proto__", 1)]))
            must_refuse = True
        body = None
        content = operation.get("requestBody", {}).get("content", {})
        for kind, described in content.items():
            headers["Content-Type"] = kind
            if kind == "application/json":
                value = maker.fitting(described["schema"])
                if wrong:
                    value, spoils = self.spoil(value, described["schema"])
                    must_refuse = must_refuse or spoils
                body = json.dumps(value).encode()
            else:
                headers["Authorization"] = "Bearer AAECAwQFBgcICQoLDA0ODw"
                body = self.chance.randbytes(self.chance.randint(0, 300))
        answer = self.ask(path, method, operation, target + self.write_query(query), body, headers,
                          must_refuse, repeat=path != "/sync/v1/hello" and path != "/api/health"
                          and path != "/api/metrics")
        if answer[0] == 201 and path == "/api/comments":
            self.known.append(json.loads(answer[2])["id"])

    def spoil(self, value, schema):
        value = dict(value)
        name = self.chance.choice(list(resolve(schema)["properties"]) + ["surprise"])
        if self.chance.random() < 0.3 and name in value:
            del value[name]
        else:
            value[name] = self.chance.choice(WRONG_VALUE)
        return value, not is_allowed(schema, value)


class Raw(str):
    """Text for the address as it is, escapes and all; the rest is escaped."""


def escape(value):
    return urllib.parse.quote(str(value), safe="%" if isinstance(value, Raw) else "")


def run(tap):
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as parent:
        service = Service(PROGRAM, make_town(PROGRAM, parent))
        asker = Asker(tap, service, chance)
        try:
            for path, method, operation in sorted(operations(), key=lambda o: o[1] != "POST"):
                if path in STREAMS:
                    continue
                before = len(asker.faults)
                for number in range(ROUNDS):
                    asker.round(path, method, operation, wrong=number % 2 == 1)
                tap.check(f"{method} {path} keeps the contract", len(asker.faults) == before,
                          *asker.faults[before:before + 3])
        finally:
            tap.equal("the service ends well", service.end(), 0)
        tap.check("every operation was asked", len(asker.asked) == sum(
            path not in STREAMS for path, _, _ in operations()))
        tap.check("comments were stored on the way", len(asker.known) > 3, asker.known)


sys.exit(Tap().run(run))
