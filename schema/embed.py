#!/usr/bin/env python3
"""Makes sql.h and sql.c from the migrations and the queries: embed.py OUT.h OUT.c FILE.sql…

A file NNNN_name.sql is a migration; any other is a list of statements, each under a line
"-- name: comments_find". {audience} in a statement makes three of it, one for each audience.
"""

import pathlib
import re
import sys

AUDIENCES = ("public", "member", "staff")
NAME = re.compile(r"^-- name: ([a-z0-9_]+)\s*$", re.M)


def c_string(text: str) -> str:
    """One literal a line, so that the generated file can be read."""
    lines = []
    for line in text.strip("\n").split("\n"):
        quoted = line.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'    "{quoted}\\n"')
    return "\n".join(lines)


def without_comments(sql: str) -> str:
    return "\n".join(l for l in sql.split("\n") if l.strip() and not l.strip().startswith("--"))


def statements_of(path: pathlib.Path):
    parts = NAME.split(path.read_text(encoding="utf-8"))
    for name, body in zip(parts[1::2], parts[2::2]):
        body = without_comments(body).strip()
        if not body.endswith(";") or body.count(";") != 1:
            raise SystemExit(f"{path}: {name} is not one statement closed by a semicolon")
        if "{audience}" not in body:
            yield name, body
            continue
        for audience in AUDIENCES:
            yield f"{name}_{audience}", body.replace("{audience}", audience)


def main() -> None:
    out_h, out_c, *files = map(pathlib.Path, sys.argv[1:])
    migrations, statements = [], {}
    for path in sorted(files, key=lambda p: p.name):
        if re.match(r"^\d{4}_", path.name):
            number = int(path.name[:4])
            if number != len(migrations) + 1:
                raise SystemExit(f"{path}: migration {len(migrations) + 1} is missing")
            migrations.append((path.name, without_comments(path.read_text(encoding="utf-8"))))
            continue
        for name, sql in statements_of(path):
            if name in statements:
                raise SystemExit(f"{path}: {name} is there twice")
            statements[name] = sql
    origin = "/* Made by schema/embed.py from schema/migrations and schema/queries. */\n"
    with out_h.open("w", encoding="utf-8") as out:
        out.write(origin + "#pragma once\n\nenum sql {\n")
        for name in statements:
            out.write(f"    SQL_{name.upper()},\n")
        out.write("    SQL_COUNT,\n};\n\nextern const char *const sql_text[SQL_COUNT];\n")
        out.write(f"enum {{ SQL_MIGRATIONS = {len(migrations)} }};\n")
        out.write("extern const char *const sql_migrations[SQL_MIGRATIONS];\n")
    with out_c.open("w", encoding="utf-8") as out:
        out.write(origin + f'#include "{out_h.name}"\n\n')
        out.write("const char *const sql_text[SQL_COUNT] = {\n")
        for name, sql in statements.items():
            out.write(f"    [SQL_{name.upper()}] =\n{c_string(sql)},\n")
        out.write("};\n\nconst char *const sql_migrations[SQL_MIGRATIONS] = {\n")
        for name, sql in migrations:
            out.write(f"    /* {name} */\n{c_string(sql)},\n")
        out.write("};\n")


if __name__ == "__main__":
    main()
