#!/usr/bin/env python3
"""Makes the list of recovery words: words.py OUT.c kana_words.txt

Words are taken in the file's order. One is left out when it is too near to a word before it: the two are
folded (voiced marks off, small letters large, は = ば = ぱ, っ = つ) and must differ by two edits or more,
so that neither a slip of the finger nor of the ear makes another word of the list. The first 512 count:
five of them are 45 bits.
"""

import pathlib
import sys
import unicodedata

COUNT = 512
SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
YOUON = set("ぁぃぅぇぉゃゅょゎ")


def fold(word: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if c not in "\u3099\u309A")
    return bare.translate(SMALL).replace("ー", "")


def morae(word: str) -> int:
    return sum(c not in YOUON for c in word)


def near(a: str, b: str) -> bool:
    """One edit apart, or none."""
    if abs(len(a) - len(b)) > 1:
        return False
    if len(a) > len(b):
        a, b = b, a
    i = next((k for k in range(len(a)) if a[k] != b[k]), len(a))
    return a[i:] == b[i + 1:] or (len(a) == len(b) and a[i + 1:] == b[i + 1:])


def chosen(text: str) -> list[str]:
    words, folds = [], []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        for word in line.split():
            if "ー" in word or not 2 <= morae(word) <= 4:
                continue
            folded = fold(word)
            if not any(near(folded, other) for other in folds):
                words.append(word)
                folds.append(folded)
    return words


def main() -> None:
    out, source = map(pathlib.Path, sys.argv[1:])
    words = chosen(source.read_text(encoding="utf-8"))
    if len(words) < COUNT:
        raise SystemExit(f"{source}: {len(words)} words can be told apart; {COUNT} are wanted")
    with out.open("w", encoding="utf-8") as file:
        file.write('/* Made by server/people/words.py. */\n#include "server/people/words.h"\n\n')
        file.write("const char *const kana_words[KANA_WORDS] = {\n")
        file.writelines(f'    "{word}",\n' for word in words[:COUNT])
        file.write("};\n")


if __name__ == "__main__":
    main()
