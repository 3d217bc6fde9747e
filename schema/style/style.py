#!/usr/bin/env python3
"""Makes the MapLibre styles from one template and two palettes.

town.json says what is drawn and how; a string "@word" stands for a colour or number of
palette.json, "@name" for the name in the reader's language. Easy Japanese shows the same names
as Japanese. Output: a C table, one row a theme and language, for /api/style.json.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = {
    "ja": ["get", "name"],
    "en": ["coalesce", ["get", "name_en"], ["get", "name"]],
}
NAMES["easy"] = NAMES["ja"]


def filled(node, words):
    """The template with every "@word" replaced; an unknown word is a mistake of ours."""
    if isinstance(node, str) and node.startswith("@"):
        return words[node[1:]]
    if isinstance(node, list):
        return [filled(item, words) for item in node]
    if isinstance(node, dict):
        return {key: filled(value, words) for key, value in node.items()}
    return node


def style(theme, lang):
    template = json.loads((HERE / "town.json").read_text(encoding="utf-8"))
    palette = json.loads((HERE / "palette.json").read_text(encoding="utf-8"))
    assert palette["light"].keys() == palette["dark"].keys(), "the two palettes name the same words"
    made = filled(template, {**palette[theme], "name": NAMES[lang]})
    made["metadata"] = {"kakikomap:theme": theme, "kakikomap:lang": lang}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def c_bytes(text):
    rows = text.encode("utf-8")
    return "\n".join(
        "    " + ", ".join(str(byte) for byte in rows[at:at + 24]) + ","
        for at in range(0, len(rows), 24))


def main():
    if len(sys.argv) == 3:  # style.py THEME LANG: one style on standard output, for people and tests
        print(style(sys.argv[1], sys.argv[2]))
        return
    out_c = Path(sys.argv[1])
    kinds = [(theme, lang) for theme in ("light", "dark") for lang in ("ja", "easy", "en")]
    parts = ['/* Made by schema/style/style.py. */\n#include "schema/style/style.h"\n']
    for theme, lang in kinds:
        parts.append(f"static const unsigned char {theme}_{lang}[] = {{\n{c_bytes(style(theme, lang))}\n}};\n")
    parts.append("const struct style_file style_files[] = {")
    for theme, lang in kinds:
        parts.append(f'    {{"{theme}", "{lang}", {theme}_{lang}, sizeof({theme}_{lang})}},')
    parts.append("};\nconst size_t style_files_len = sizeof(style_files) / sizeof(style_files[0]);\n")
    out_c.write_text("\n".join(parts), encoding="utf-8")


main()
