#!/usr/bin/env python3
"""The sheet with which a class joins, read back by zbar and poppler.
Usage: card_test.py KAKIKOMAP. Prints TAP."""

import collections
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
from desk import Asker, Staff, new_meeting, staff  # noqa: E402
from service import Service, make_town  # noqa: E402
from tap import Tap  # noqa: E402

program = str(pathlib.Path(sys.argv[1]).resolve())
URL = "https://v01.map.example/j/7K2MQ4XP"
SECRET = 'two; words: "and," {a|b} \\ back'


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def codes(pdf, folder):
    """Every code on the sheet, as often as it is there. zbar misses one of sixteen like ones now and then, at
    another resolution another one: as a hand moves its telephone, it is shown the sheet three times."""
    found = collections.Counter()
    for dpi in (150, 200, 300):
        run("pdftoppm", "-r", str(dpi), "-png", pdf, f"{folder}/page")
        pages = sorted(str(page) for page in pathlib.Path(folder).glob("page*.png"))
        found |= collections.Counter(run("zbarimg", "-q", "--raw", *pages).stdout.splitlines())
        for page in pages:
            pathlib.Path(page).unlink()
    return sorted(found.elements()), len(pages)


def served(tap, data, folder):
    """The same sheet from the service: for who leads the meeting, while its code opens something."""
    staff(program, data, "teacher", "teacher2")
    service = Service(program, data, "--public-url", "https://v01.map.example", "--wifi-name", "kakiko",
                      "--staff-over-http", "true")
    teacher = Staff(service, "teacher")
    told = teacher.post("/api/meetings", new_meeting(time.time()))[1]
    path = f"/api/meetings/{told['meeting']['id']}/card.pdf"
    out = f"{folder}/served.pdf"
    for query, count in (("", 1), ("?layout=eight", 8)):
        status, headers, body = service.ask(path + query, headers={"Cookie": teacher.cookie})
        pathlib.Path(out).write_bytes(body)
        tap.equal(f"card.pdf{query} leads to the meeting", (status, codes(out, folder)),
                  (200, (sorted(["WIFI:T:nopass;S:kakiko;;", f"https://v01.map.example/j/{told['code']}"] * count), 1)))
    tap.check("it is the caller's alone", "no-store" in headers["cache-control"], headers)
    tap.equal("another layout is refused", service.ask(path + "?layout=nine", headers={"Cookie": teacher.cookie})[0], 400)
    tap.equal("nobody else gets it", Asker(service).get(path)[0], 401)
    tap.equal("nor another teacher", Staff(service, "teacher2").get(path)[0], 404)
    teacher.post(f"/api/meetings/{told['meeting']['id']}/finish")
    tap.equal("a finished meeting has none", service.ask(path, headers={"Cookie": teacher.cookie})[0], 404)
    service.end()


def main(tap):
    if not all(shutil.which(tool) for tool in ("pdftoppm", "pdftotext", "pdffonts", "zbarimg")):
        tap.skip("the sheet is read back", "poppler-utils or zbar-tools are missing")
        return
    with tempfile.TemporaryDirectory() as folder:
        data, out, secret = make_town(program, folder), f"{folder}/card.pdf", f"{folder}/secret"
        pathlib.Path(secret).write_text(SECRET + "\n")

        def card(*arguments, url=URL):
            return run(program, "card", "--data", data, "--url", url, "--out", out, *arguments)

        # ZXing, "Barcode Contents": \ ; , " and : are escaped by a backslash.
        wifi = r'WIFI:T:WPA;S:かいじょう\;1;P:two\; words\: \"and\,\" {a|b} \\ back;;'
        done = card("--title", "4年1組 まちたんけん", "--wifi", "かいじょう;1", "--wifi-password", secret)
        tap.equal("a sheet is made", done.returncode, 0)
        tap.equal("both codes are read from one page", codes(out, folder), (sorted([wifi, URL]), 1))
        text = run("pdftotext", "-layout", out, "-").stdout
        for words in ("熊谷市", "4年1組 まちたんけん", "7K2M-Q4XP", "v01.map.example/j/7K2MQ4XP", SECRET, "なまえ"):
            tap.check(f"{words!r} stands there to be read, and copied", words.split()[0] in text, text)
        fonts = run("pdffonts", out).stdout
        tap.check("every font is embedded", " no " not in "".join(line[60:70] for line in fonts.splitlines()[2:]), fonts)
        tap.check("and the file is small", pathlib.Path(out).stat().st_size < 200_000)
        done = card("--wifi", "open", "--eight")
        tap.equal("eight cards on a sheet are read", codes(out, folder), (sorted(["WIFI:T:nopass;S:open;;", URL] * 8), 1))
        done = card()
        tap.equal("without Wi-Fi there is the address alone", codes(out, folder), ([URL], 1))

        before = pathlib.Path(out).read_bytes()
        for what, url in (("no code", "https://v01.map.example/"), ("a short code", "https://v01.map.example/j/7K2"),
                          ("a code that is too long for a QR", "https://v01.map.example/" + "a" * 4000 + "/j/7K2MQ4XP")):
            done = card(url=url)
            tap.check(f"{what} is refused", done.returncode == 2 or "too long" in done.stderr, done.stderr)
        done = card("--wifi", "x", "--wifi-password", f"{folder}/none")
        tap.check("a missing password file is refused", done.returncode == 2, done.stderr)
        tap.check("and the sheet of before stays", pathlib.Path(out).read_bytes() == before)
        served(tap, data, folder)


sys.exit(Tap().run(main))
