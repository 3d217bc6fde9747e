#!/usr/bin/env python3
"""Moderation on the real program: the queue, every decision and its undoing, signals, appeals,
receipts, what authors are told, quotations and moves; and those who may not. Usage:
moderation_test.py KAKIKOMAP. Prints TAP."""

import json
import pathlib
import sys
import tempfile
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from desk import Asker, Staff, Tablet, new_meeting, staff  # noqa: E402
from people import command  # noqa: E402
from service import Service, make_town, new_id, text  # noqa: E402
from tap import Tap  # noqa: E402

PROGRAM = sys.argv[1]
ROLES = ("teacher", "teacher2", "moderator", "planner", "member", "administrator")


def refused(tap, sentence, answer, status, code):
    tap.check(sentence, answer[0] == status and answer[1]["code"] == code, answer)


def shown(service, object_id):
    """The comment's properties as anyone sees them, or None."""
    status, _, body = service.ask(f"/api/comments/{object_id}")
    return json.loads(body) if status == 200 else None


def decide(asker, object_id, action, reason="other", **more):
    return asker.post(f"/api/moderation/{object_id}", {"action": action, "reason": reason, **more})


def queue(asker, query=""):
    return [item["id"] for item in asker.get("/api/moderation?limit=200" + query)[1]["items"]]


def signals(tap, service, moderator, tablet):
    hurtful = tablet.write("あの店の人はﾊﾞｶだ", lon_e7=1393700000)
    tap.check("a word of the list holds a comment, whatever its script", shown(service, hurtful) is None)
    harmless = tablet.write("暑い日ばかりでつらいです", lon_e7=1393710000)
    tap.check("a harmless longer word does not", shown(service, harmless) is not None)
    first = tablet.write("バス停にひさしがないので夏はとても暑いです", lon_e7=1393720000)
    other = Tablet(service)
    second = other.write("バス停にひさしがないので、夏は、とても暑いです！", lon_e7=1393720300)
    tap.check("nearly the same close by is held, the first stays", shown(service, first) is not None
              and shown(service, second) is None)
    far = other.write("バス停にひさしがないので夏はとても暑いです", lon_e7=1393990000)
    tap.check("the same far away is not", shown(service, far) is not None)
    flood = Tablet(service)
    ids = [flood.write(f"{n}番目の書き込み", lon_e7=1393000000 + n * 20000) for n in range(12)]
    tap.equal("more than ten in a minute are held from the eleventh on",
              [shown(service, i) is not None for i in ids], [True] * 10 + [False] * 2)
    found = {i["id"]: i["reason"] for i in moderator.get("/api/moderation?state=signals")[1]["items"]}
    tap.check("the desk sees each with its reason", found.get(str(hurtful)) == "signal_word"
              and found.get(str(second)) == "signal_duplicate" and found.get(str(ids[11])) == "signal_rate",
              found)
    status, _, body = service.post("/api/comments", {"id": str(new_id()), "lon": 139.385, "lat": 36.14,
                                                     "kind": "idea", "text": "しねばいいのに"})
    tap.check("what comes by a plain form is looked at as well",
              status == 201 and json.loads(body)["properties"]["status"] == "held", status, body)
    answer = moderator.ask("PUT", "/api/moderation/words", {"words": ["ひみつのき", "-ひみつのきち"]})
    tap.check("the city has words of its own", answer[0] == 200 and answer[1]["words"][0] == "ひみつのき"
              and "ばか" in answer[1]["own"], answer)
    tap.check("they count at once", shown(service, tablet.write("ヒミツノキがある", lon_e7=1393130000)) is None)
    tap.check("and so do its exceptions",
              shown(service, tablet.write("ヒミツノキチがある", lon_e7=1393140000)) is not None)
    edited = tablet.write("ここは静かです", lon_e7=1393150000)
    tablet.push(tablet.device.op(2, edited.bytes, 1, 1, text(5, "ここのやつはばか")))
    tap.check("words that are put in later are looked at, too", shown(service, edited) is None)
    return hurtful, second


def batches(tap, service):
    """What comes at once from a tablet that was away, and from a script that says so."""
    minute, now = 60_000, int(time.time() * 1000)

    def passing(made):
        """How many of comments made at these times are shown, sent together."""
        device, ids, ops = Tablet(service), [], []
        for n, made_ms in enumerate(made):
            ids.append(new_id())
            ops.append(device.device.comment(f"{n}番目の場所", ids[-1].bytes, made_ms=made_ms,
                                             lon_e7=1393000000 + n * 15000, lat_e7=361700000))
        for at in range(0, len(ops), 50):
            assert {ack[0] for ack in device.push(*ops[at:at + 50])} == {1}
        return sum(shown(service, i) is not None for i in ids)

    away = [now - 120 * minute + n * 6 * minute for n in range(20)]
    tap.equal("twenty comments of two hours without a network pass when they come at once",
              passing(away), 20)
    tap.equal("so they do by a clock that is eight years fast", passing([t + 8 * 525_960 * minute for t in away]), 20)
    tap.equal("a script that claims one time for all is held", passing([now - 60 * minute] * 20), 10)
    tap.equal("and one that claims an hour for each, after as many as a tablet brings from a day",
              passing([now - n * 60 * minute for n in range(210)]), 200)


def access(tap, service, people, held):
    for label, asker, status in (("anyone", Asker(service), 401), ("a tablet", Tablet(service), 401),
                                 ("a member", people["member"], 403), ("a planner", people["planner"], 403),
                                 ("an administrator", people["administrator"], 403)):
        tap.equal(f"the queue is not for {label}", asker.get("/api/moderation")[0], status)
        tap.check(f"nor is deciding for {label}", decide(asker, held, "publish")[0] in (401, 403, 404))
    tap.equal("a teacher's queue is empty without a class", queue(people["teacher"]), [])
    refused(tap, "a teacher decides nothing in the open city", decide(people["teacher"], held, "publish"),
            404, "not_found")
    refused(tap, "nor do the words of the city belong to a teacher",
            people["teacher"].ask("PUT", "/api/moderation/words", {"words": []}), 403, "forbidden")
    tap.check("it is still held", shown(service, held) is None)


def pages(tap, moderator):
    whole, cursor = queue(moderator), ""
    walked = []
    while cursor is not None:
        page = moderator.get("/api/moderation?limit=2" + (f"&cursor={cursor}" if cursor else ""))[1]
        walked += [i["id"] for i in page["items"]]
        cursor = page["next"]
    tap.check("pages neither skip nor repeat", walked == whole and len(whole) > 4, walked, whole)
    for query in ("state=some", "limit=0", "cursor=x", "meeting=1"):
        tap.equal(f"{query} is refused", moderator.get("/api/moderation?" + query)[0], 400)


def decisions(tap, service, moderator, tablet):
    here = tablet.write("えきまえの広場は日かげがない", lon_e7=1393200000)
    for label, value in (("without a reason", {"action": "hide"}),
                         ("with a signal's reason", {"action": "hide", "reason": "signal_word"}),
                         ("with an action that is none", {"action": "burn", "reason": "other"}),
                         ("with a field of another action", {"action": "hide", "reason": "other", "precision_m": 50}),
                         ("with a cell of one metre", {"action": "blur", "reason": "other", "precision_m": 1}),
                         ("with half a box", {"action": "redact", "reason": "other", "boxes": [{"left": 1}]})):
        answer = moderator.post(f"/api/moderation/{here}", value)
        tap.check(f"a decision {label} is refused", answer[0] in (400, 422), answer)
    refused(tap, "a comment has nothing to redact", decide(
        moderator, here, "redact", boxes=[{"left": 0, "top": 0, "right": 9, "bottom": 9}]), 422, "invalid")
    refused(tap, "what is not there cannot be decided", decide(moderator, new_id(), "hide"), 404, "not_found")
    refused(tap, "there is nothing to undo at first", decide(moderator, here, "restore"), 409, "conflict")
    status, told = decide(moderator, here, "mask", "abuse", note="言葉をなおしてね")
    tap.check("masking is answered with the object as it is", status == 200 and told["status"] == "masked"
              and told["reason"] == "abuse" and told["note"] == "言葉をなおしてね"
              and told["text"] == "えきまえの広場は日かげがない", told)
    seen = shown(service, here)
    tap.check("masked: the place is shown, the words are not", seen["properties"]["status"] == "masked"
              and seen["properties"]["text"] == "" and "えきまえ" not in json.dumps(seen), seen)
    decide(moderator, here, "hide", "illegal")
    tap.check("hidden: it is not there", shown(service, here) is None)
    decide(moderator, here, "blur", "unsafe_place", precision_m=200)
    tap.equal("restoring undoes the newest decision first: the blur",
              decide(moderator, here, "restore")[1]["precision_m"], 0)
    tap.check("it is still hidden", shown(service, here) is None)
    status, told = decide(moderator, here, "restore")
    tap.check("then the hiding: masked, for the reason it was masked for",
              (told["status"], told["reason"]) == ("masked", "abuse"), told)
    status, told = decide(moderator, here, "restore", note="ごめんなさい、まちがいでした")
    tap.check("then the masking", told["status"] == "public" and shown(
        service, here)["properties"]["text"] == "えきまえの広場は日かげがない", told)
    refused(tap, "then there is nothing left to undo", decide(moderator, here, "restore"), 409, "conflict")
    decide(moderator, here, "hold", "test")
    tap.check("holding takes it back", shown(service, here) is None and str(here) in queue(moderator))
    decide(moderator, here, "publish")
    tap.check("publishing shows it", shown(service, here) is not None)
    exact = shown(service, here)["geometry"]
    decide(moderator, here, "blur", "unsafe_place", precision_m=500)
    seen = shown(service, here)
    tap.check("blurred: another place, for all", seen["geometry"] != exact, exact, seen)
    decide(moderator, here, "restore")
    tap.equal("the place is exact again", shown(service, here)["geometry"], exact)
    return here


def history(tap, people, tablet, here):
    tablet.push(tablet.device.op(2, here.bytes, 1, 1, text(5, "えきまえの広場に木を")))
    status, told = people["moderator"].get(f"/api/moderation/{here}")
    steps = [(s["action"], s["by"]) for s in told["history"]]
    tap.check("the history has every step with its right", status == 200 and steps[0] == ("create", "none")
              and steps[1] == ("status", "moderator") and steps[-1] == ("edit", "none"), steps)
    tap.check("and the words as they were written",
              told["history"][0]["text"] == "えきまえの広場は日かげがない"
              and told["item"]["text"] == "えきまえの広場に木を", told["history"][0])
    refused(tap, "it is not for a planner", people["planner"].get(f"/api/moderation/{here}"), 404, "not_found")
    refused(tap, "nor for a teacher", people["teacher"].get(f"/api/moderation/{here}"), 404, "not_found")


def lists(tap, service, moderator, tablet):
    some = [tablet.write(f"まとめて見る書き込み、その{n}", lon_e7=1393300000 + n * 30000) for n in range(3)]
    missing = new_id()
    status, told = moderator.post("/api/moderation", {
        "ids": [str(i) for i in (*some, missing)], "action": "hide", "reason": "test"})
    tap.check("a list is decided at once; what is not there is told", status == 200 and told == {
        "done": 3, "refused": [{"id": str(missing), "code": "not_found"}]}, told)
    tap.check("all are hidden", not any(shown(service, i) for i in some))
    status, told = moderator.post("/api/moderation", {
        "ids": [str(i) for i in some], "action": "restore", "reason": "other"})
    tap.check("and restored", told["done"] == 3 and all(shown(service, i) for i in some), told)
    status, told = moderator.post("/api/moderation", {
        "ids": [str(i) for i in some], "action": "restore", "reason": "other"})
    tap.equal("a second time there is nothing to do", [r["code"] for r in told["refused"]], ["conflict"] * 3)
    refused(tap, "nobody erases by list", moderator.post("/api/moderation", {
        "ids": [str(some[0])], "action": "erase", "reason": "other"}), 400, "param")


def appeals(tap, service, people, tablet):
    moderator = people["moderator"]
    mine = tablet.write("この道は夜も暑い", code="7K3M9XQZ45", lon_e7=1393400000)
    decide(moderator, mine, "hide", "off_topic", note="話題とちがいます")
    asked = {"id": str(new_id()), "target": str(mine), "text": "まちの暑さのことです"}
    refused(tap, "nobody appeals for another", Tablet(service).post("/api/appeals", asked), 404, "not_found")
    refused(tap, "nor without a device or a receipt", Asker(service).post("/api/appeals", asked), 401,
            "unauthorized")
    refused(tap, "nor with another receipt", Asker(service).post(
        "/api/appeals", {**asked, "receipt": "0000000000"}), 404, "not_found")
    status, told = tablet.post("/api/appeals", asked)
    tap.check("the author objects", status == 201 and told["state"] == "open", told)
    tap.equal("once", tablet.post("/api/appeals", asked)[0], 200)
    refused(tap, "another text under the id is refused",
            tablet.post("/api/appeals", {**asked, "text": "べつの文"}), 409, "conflict")
    item = [i for i in moderator.get("/api/moderation?state=appeals")[1]["items"] if i["id"] == str(mine)]
    tap.check("the desk sees what is objected to, and why", item and item[0]["appeals"][0]["text"]
              == "まちの暑さのことです", item)
    refused(tap, "a teacher does not answer it", decide(people["teacher"], asked["id"], "publish"), 404,
            "not_found")
    refused(tap, "it is not answered by masking", decide(moderator, asked["id"], "mask"), 422, "invalid")
    status, told = decide(moderator, asked["id"], "hide", note="やはり出せません")
    tap.check("declined: it stays hidden", status == 200 and told["appeals"][0]["state"] == "declined"
              and shown(service, mine) is None, told)
    tap.check("and waits no more", str(mine) not in queue(moderator, "&state=appeals"))
    again = {"id": str(new_id()), "target": str(mine), "text": "もう一度見てください",
             "receipt": "7k3m9-xqz45"}
    status, told = Asker(service).post("/api/appeals", again)
    tap.check("with the receipt one objects from anywhere", status == 201, told)
    status, told = decide(moderator, again["id"], "publish", note="出します")
    tap.check("upheld: it is shown again", told["status"] == "public" and shown(service, mine) is not None, told)
    told = tablet.get("/api/mine")[1]
    own = next(o for o in told["objects"] if o["id"] == str(mine))
    tap.equal("the author is told both answers", [(a["state"], a["note"]) for a in own["appeals"]],
              [("declined", "やはり出せません"), ("upheld", "出します")])


def receipts(tap, service, moderator):
    tablet, anyone = Tablet(service), Asker(service)
    mine = tablet.write("公園の水飲み場がこわれている", code="ABCDEFGH12", lon_e7=1393500000)
    for label, code in (("a wrong code", "ABCDEFGH13"), ("no code", "あいうえおかきくけこ")):
        refused(tap, f"{label} finds nothing", anyone.post("/api/receipts", {"code": code}), 404, "not_found")
    status, told = anyone.post("/api/receipts", {"code": "abcde-fgh1 2"})
    tap.check("the code finds the comment on any device", status == 200
              and told["comment"]["id"] == str(mine) and told["comment"]["status"] == "public", told)
    service.post(f"/api/comments/{mine}/replies", {"id": str(new_id()), "text": "直しました"})
    decide(moderator, mine, "hide", "duplicate", note="同じものがあります")
    told = anyone.post("/api/receipts", {"code": "ABCDEFGH12"})[1]
    tap.check("its author reads what was done and why, in words", told["comment"]["status"] == "hidden"
              and told["comment"]["reason"] == "duplicate"
              and told["comment"]["reason_text"] == "同じ書き込みがもうあります"
              and told["comment"]["note"] == "同じものがあります", told)
    decide(moderator, mine, "restore")
    told = anyone.post("/api/receipts", {"code": "ABCDEFGH12"})[1]
    tap.check("and the answers", [r["text"] for r in told["replies"]] == ["直しました"], told)
    refused(tap, "nobody withdraws with a wrong code",
            anyone.post("/api/receipts/withdraw", {"code": "ABCDEFGH13"}), 404, "not_found")
    status, told = anyone.post("/api/receipts/withdraw", {"code": "ABCDEFGH12"})
    tap.check("the author withdraws", status == 200 and told["comment"]["status"] == "withdrawn"
              and shown(service, mine) is None, told)
    tap.equal("twice is no fault", anyone.post("/api/receipts/withdraw", {"code": "ABCDEFGH12"})[0], 200)
    refused(tap, "what is withdrawn is not decided about", decide(moderator, mine, "publish"), 409, "conflict")


def tries(tap, service):
    answers = [Asker(service).post("/api/receipts", {"code": f"{n:010d}"}) for n in range(300)]
    codes = [a[0] for a in answers]
    tap.check("who tries one code after another is slowed down", 429 in codes and codes[0] == 404, codes[-1])
    tap.check("and told when to come again", answers[codes.index(429)][1]["code"] == "limit", answers[-1])


def mine(tap, service, moderator):
    tablet = Tablet(service)
    refused(tap, "nobody's things are told to nobody", Asker(service).get("/api/mine"), 401, "unauthorized")
    tap.equal("a new device has nothing", tablet.get("/api/mine")[1],
              {"objects": [], "quarantined": [], "missing_seq": []})
    kept = tablet.write("ここにベンチがほしい", lon_e7=1393600000)
    gone = tablet.write("まちがえて名前を書いた", lon_e7=1393610000)
    acks = tablet.push(tablet.device.comment("外国から", lon_e7=10, lat_e7=10))
    tap.equal("an operation from elsewhere is refused", acks, [(4, "outside")])
    decide(moderator, kept, "mask", "third_person_name")
    decide(moderator, gone, "erase", "personal_information")
    told = tablet.get("/api/mine")[1]
    found = {o["id"]: (o["type"], o["status"], o["reason"]) for o in told["objects"]}
    tap.equal("the device hears what became of each", found, {
        str(kept): ("comment", "masked", "third_person_name"), str(gone): ("erased", None, None)})
    tap.check("and what was refused, and why", [q["reason"] for q in told["quarantined"]] == ["outside"], told)
    tablet.device.count += 2  # two operations that are lost on the way
    tablet.write("そのあとで書いた", lon_e7=1393615000)
    told = tablet.get("/api/mine")[1]
    tap.equal("and which of its numbers never came", told["missing_seq"], [4, 5])
    tap.equal("another device hears nothing of it", Tablet(service).get("/api/mine")[1]["objects"], [])


def erasing(tap, service, people, data):
    moderator, canary = people["moderator"], "カナリア" + uuid.uuid4().hex
    tablet = Tablet(service)
    there = tablet.write(canary, code="ZZZZZZZZZZ", lon_e7=1393620000)
    decide(moderator, there, "hide", "personal_information", note=canary)
    tablet.post("/api/appeals", {"id": str(new_id()), "target": str(there), "text": canary})
    refused(tap, "a teacher erases nothing", decide(people["teacher"], there, "erase"), 404, "not_found")
    tap.equal("a moderator erases it", decide(moderator, there, "erase", "personal_information")[0], 204)
    refused(tap, "there is nothing left to decide about", decide(moderator, there, "restore"), 404, "not_found")
    refused(tap, "nor to read", moderator.get(f"/api/moderation/{there}"), 404, "not_found")
    refused(tap, "the receipt opens nothing", Asker(service).post("/api/receipts", {"code": "ZZZZZZZZZZ"}),
            404, "not_found")
    time.sleep(1.5)  # the writer's rest empties the log of the database
    found = [p.name for p in pathlib.Path(data).rglob("*") if p.is_file() and canary.encode() in p.read_bytes()]
    tap.equal("I9_canary: no file of the folder holds its words, note or appeal", found, [])


def spaces(tap, service, people, data):
    moderator, planner = people["moderator"], people["planner"]
    for name, tier in (("町内会", "b"), ("庁内", "c")):
        listed = command(PROGRAM, data, "space", "add", name, "--tier", tier)["spaces"]
    ids = {space["name"]: space["id"] for space in listed}
    members, closed = ids["町内会"], ids["庁内"]
    tablet = Tablet(service)
    there = tablet.write("通学路の木かげ", lon_e7=1393630000)
    refused(tap, "a planner moves nothing", decide(planner, there, "move", space=members), 404, "not_found")
    refused(tap, "nobody moves into a space one does not belong to",
            decide(moderator, there, "move", space=closed), 403, "forbidden")
    refused(tap, "nor into one that is not there", decide(moderator, there, "move", space=str(new_id())),
            404, "not_found")
    status, told = decide(moderator, there, "move", space=members)
    tap.check("a moderator moves it to the members", told["space"] == members
              and shown(service, there) is None, told)
    refused(tap, "it lies there already", decide(moderator, there, "move", space=members), 409, "conflict")
    status, told = decide(moderator, there, "restore")
    tap.check("restoring brings it back", told["space"] is None and shown(service, there) is not None, told)
    decide(moderator, there, "move", space=members)
    status, told = decide(moderator, there, "move", space=None)
    tap.check("what comes out of a space with names leaves the name behind", status == 200
              and shown(service, there)["properties"]["pen_name"] is None, shown(service, there))
    first = tablet.write("橋の上は風があってすずしい", lon_e7=1393640000)
    asked = {"id": str(new_id()), "comment": str(first), "space": members}
    for label, asker, status in (("anyone", Asker(service), 401), ("a teacher", people["teacher"], 403),
                                 ("a member", people["member"], 403)):
        tap.equal(f"{label} quotes nothing", asker.post("/api/quotations", asked)[0], status)
    status, told = planner.post("/api/quotations", asked)
    tap.check("a planner quotes it for the members, without the name", status == 201
              and told["space"] == members and told["pen_name"] is None
              and told["text"] == "橋の上は風があってすずしい" and told["status"] == "public", told)
    tap.equal("once", planner.post("/api/quotations", asked)[0], 200)
    tap.check("the first stays where it was", shown(service, first) is not None
              and shown(service, asked["id"]) is None)
    refused(tap, "not into its own space", planner.post(
        "/api/quotations", {**asked, "id": str(new_id()), "space": None}), 409, "conflict")
    decide(moderator, first, "hide", "off_topic")
    answer = planner.post("/api/quotations", {**asked, "id": str(new_id())})
    tap.check("what is hidden is not quoted", answer[0] in (404, 409), answer)
    tap.equal("erasing the first", decide(moderator, first, "erase", "personal_information")[0], 204)
    refused(tap, "erases its quotation as well", moderator.get("/api/moderation/" + asked["id"]), 404,
            "not_found")


def classes(tap, service, people):
    """A teacher's desk is that of the own class."""
    teacher, other = people["teacher"], people["teacher2"]
    told = teacher.post("/api/meetings", new_meeting(time.time()))[1]
    meeting = told["meeting"]["id"]
    tablet = Tablet(service)
    tablet.post("/api/join", {"code": told["code"]})
    inside = tablet.write("校庭のすみがすずしい", uuid.UUID(meeting), hat=2, lon_e7=1393650000)
    tap.equal("the own class is in the queue", queue(teacher), [str(inside)])
    tap.equal("another's is not", queue(other), [])
    tap.equal("asked for by its id it is not there", other.get(f"/api/moderation?meeting={meeting}")[1],
              {"items": [], "next": None})
    refused(tap, "another teacher decides nothing in it", decide(other, inside, "publish"), 404, "not_found")
    status, told = decide(teacher, inside, "hide", "third_person_name")
    tap.check("the teacher hides one", status == 200 and told["status"] == "hidden", told)
    status, told = decide(teacher, inside, "restore")
    tap.check("and restores it: it waits inside again", (told["status"], told["reason"]) == ("held", "class"), told)
    refused(tap, "but erases nothing", decide(teacher, inside, "erase"), 403, "forbidden")
    refused(tap, "and moves nothing", decide(teacher, inside, "move", space=None), 403, "forbidden")
    tap.check("a moderator sees all classes", str(inside) in queue(people["moderator"], f"&meeting={meeting}"))


def audit(tap, people):
    status, told = people["moderator"].get("/api/audit?limit=1000")
    rows = told["entries"] if "entries" in told else told["rows"]
    actions = {row["action"] for row in rows}
    wanted = {"mask", "hide", "restore", "hold", "publish", "blur", "erase", "move", "quote", "meeting_open"}
    tap.check("every decision stands in the audit log", status == 200 and wanted <= actions, wanted - actions)
    tap.check("with ids and codes, without words", not any(
        w in json.dumps(told, ensure_ascii=False) for w in ("えきまえ", "話題とちがいます")), status)


def run(tap):
    with tempfile.TemporaryDirectory() as parent:
        data = make_town(PROGRAM, parent)
        staff(PROGRAM, data, *ROLES)
        service = Service(PROGRAM, data, "--staff_over_http", "true")
        try:
            people = {role: Staff(service, role) for role in ROLES}
            moderator, tablet = people["moderator"], Tablet(service)
            held, _ = signals(tap, service, moderator, tablet)
            access(tap, service, people, held)
            pages(tap, moderator)
            tablet = Tablet(service)
            here = decisions(tap, service, moderator, tablet)
            history(tap, people, tablet, here)
            lists(tap, service, moderator, tablet)
            appeals(tap, service, people, Tablet(service))
            receipts(tap, service, moderator)
            mine(tap, service, moderator)
            classes(tap, service, people)
            spaces(tap, service, people, data)
            erasing(tap, service, people, data)
            audit(tap, people)
            batches(tap, service)
            tries(tap, service)
        finally:
            tap.equal("the service ends well", service.end(), 0)


sys.exit(Tap().run(run))
