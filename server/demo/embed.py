#!/usr/bin/env python3
"""Makes the table of the town's words: embed.py OUT.c cards.tsv comments.tsv replies.tsv

Times are Japan's (UTC+9). A place is a mode, a name of the town, and metres from it:

  @name+east,north   just there                 ~name   on the nearest sidewalk, path or kerb
  #name              on the building so named   %name   on the nearest building

A name may begin with its kind ("bus_stop:堤団地") where two places share it. A row that breaks a
rule stops the build, with file and line.
"""

import datetime
import pathlib
import re
import sys

JAPAN = datetime.timezone(datetime.timedelta(hours=9))
KINDS = ("idea", "trouble", "good", "question", "action", "reading")
CHANNELS = ("web", "tablet", "kiosk", "paper", "phone", "workshop", "lounge")
HATS = ("citizen", "pupil", "staff", "moderator", "official")
PLACE = re.compile(r"([@~#%])(?:([a-z_]+):)?([^+]+)(?:\+(-?\d+),(-?\d+))?$")


class Bad(Exception):
    pass


def rows(path: str, columns: int):
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("#"):
            cells = line.split("\t")
            try:
                if len(cells) != columns:
                    raise Bad(f"{len(cells)} columns, not {columns}")
                yield cells, (path, number)
            except Bad as bad:
                raise SystemExit(f"{path}:{number}: {bad}") from bad


def text(value: str) -> str:
    if value == "-":
        value = ""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?") + '"'


def milliseconds(value: str) -> int:
    at = datetime.datetime.strptime(value, "%Y-%m-%d %H:%M").replace(tzinfo=JAPAN)
    return int(at.timestamp()) * 1000


def one_of(value: str, allowed, where) -> str:
    if value not in allowed:
        raise SystemExit(f"{where[0]}:{where[1]}: {value!r} is not one of {', '.join(allowed)}")
    return text(value)


def place(value: str, where) -> str:
    match = PLACE.match(value)
    if not match:
        raise SystemExit(f"{where[0]}:{where[1]}: {value!r} is no place")
    mode, kind, name, east, north = match.groups()
    return f"{{'{mode}', {text(kind or '')}, {text(name)}, {east or 0}, {north or 0}}}"


def main() -> None:
    out, cards_path, comments_path, replies_path = sys.argv[1:5]
    cards, comments = {}, {}
    lines = ['#include "server/demo/words.h"', "", "const struct demo_card demo_cards[] = {"]
    for (key, title, easy, english, icon, colour, description), _ in rows(cards_path, 7):
        cards[key] = len(cards)
        lines.append(f"    {{{text(key)}, {text(title)}, {text(easy)}, {text(english)}, "
                     f"{text(description)}, {text(icon)}, 0x{colour}}},")
    lines += ["};", "", "const struct demo_comment demo_comments[] = {"]
    for cells, where in rows(comments_path, 11):
        key, time, kind, card, channel, hat, pen, at, reactions, held, words = cells
        if key in comments:
            raise SystemExit(f"{where[0]}:{where[1]}: {key} is there twice")
        comments[key] = len(comments)
        one_of(card, tuple(cards), where)
        agree, disagree, unsure = (int(n) for n in reactions.split())
        lines.append(
            f"    {{{text(key)}, {milliseconds(time)}, {one_of(kind, KINDS, where)}, {cards[card]}, "
            f"{one_of(channel, CHANNELS, where)}, {one_of(hat, HATS, where)}, {text(pen)}, "
            f"{place(at, where)}, {{0, {agree}, {disagree}, {unsure}}}, "
            f"{'true' if held == 'held' else 'false'},\n     {text(words)}}},")
    lines += ["};", "", "const struct demo_reply demo_replies[] = {"]
    replies = 0
    for (key, time, channel, hat, pen, words), where in rows(replies_path, 6):
        if key not in comments:
            raise SystemExit(f"{where[0]}:{where[1]}: there is no comment {key}")
        replies += 1
        lines.append(
            f"    {{{comments[key]}, {milliseconds(time)}, {one_of(channel, CHANNELS, where)}, "
            f"{one_of(hat, HATS, where)}, {text(pen)},\n     {text(words)}}},")
    lines += ["};", "", f"const int demo_card_count = {len(cards)};",
              f"const int demo_comment_count = {len(comments)};",
              f"const int demo_reply_count = {replies};", ""]
    pathlib.Path(out).write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
