#!/usr/bin/env python3
"""I3 over photos: power cuts by recorded system calls: photos_powercut_test.py KAKIKOMAP PHOTO_WRITER.

As powercut_test.py, and names are taken as strictly as bytes: a file made, renamed or removed is so
on disk only once its folder was synced; of the changes of names since then each folder keeps the
first few. After each cut: every acknowledged byte of an upload is known to be there, every photo
acknowledged is whole under its row, and what was erased or covered is so. Prints TAP.
"""

import hashlib
import os
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from powercut_test import LINE, apply, can_trace, strings

PHOTOS = 18
CUTS = 1000
CHECKS = 16  # of the cuts: gone on with, and given to `kakikomap check`
HEAD = 16    # of a part: server/photo/incoming.h
CALLS = "openat,close,pwrite64,write,fdatasync,fsync,ftruncate,unlink,rename,clone,clone3"
IGNORED = re.compile(r"-shm$|^tmp/|^ballast$")


def calls_of(log):
    """(name, arguments, result) of the program's own threads: its workshops touch no file, and their
    numbers of files are others."""
    waiting, calls, own = {}, [], set()
    with log.open(encoding="ascii") as lines:
        for line in lines:
            pid, text = LINE.match(line.rstrip("\n")).groups()
            if not calls and not own:
                own.add(pid)
            if text.startswith(("+++", "---")):
                continue
            if text.endswith("<unfinished ...>"):
                waiting[pid] = text[: -len("<unfinished ...>")]
                continue
            resumed = re.match(r"^<\.\.\. \w+ resumed>", text)
            if resumed:
                text = waiting.pop(pid, "") + text[resumed.end():]
            head, _, result = text.rpartition(" = ")
            name, _, arguments = head.partition("(")
            number = re.match(r"-?\d+", result)
            if not number or int(number.group()) < 0:
                continue
            if "CLONE_THREAD" in arguments:
                own.add(number.group())
            calls.append((pid, name, arguments, int(number.group())))
    return [call[1:] for call in calls if call[0] in own]


def record(log, folder, base):
    """Events: ("ack", words) · ("new", name, file) · ("gone", name) · ("move", from, to) · ("write",
    file, offset, bytes) · ("cut", file, length) · ("sync", file). A file keeps the name it was made
    under for its own, whatever it is called later; what was there before is called as it is."""
    files, offsets, events, called, made = {}, {}, [], {}, 0
    before = {path.relative_to(base).as_posix() for path in base.rglob("*")}

    def inside(text):
        path = text.decode()
        return path[len(folder) + 1:] if path.startswith(folder + "/") else "" if path == folder else None

    for name, arguments, result in calls_of(log):
        number = re.match(r"\s*(-?\d+)", arguments)
        fd = int(number.group(1)) if number else -1
        if name == "openat":
            path = inside(strings(arguments)[0])
            files.pop(result, None)
            if path is not None:
                if "O_CREAT" in arguments and path not in called and path not in before:
                    made += 1
                    called[path] = f"{path}#{made}"
                    events.append(("new", path, called[path]))
                files[result], offsets[result] = called.get(path, path), 0
        elif name == "close":
            files.pop(fd, None)
        elif name == "write" and fd == 1:
            for line in strings(arguments)[0].decode().splitlines():
                events.append(("ack", line.split()))
        elif name == "unlink":
            path = inside(strings(arguments)[0])
            if path:
                called.pop(path, None)
                before.discard(path)
                events.append(("gone", path))
        elif name == "rename":
            old, new = map(inside, strings(arguments)[:2])
            if old and new:
                events.append(("move", old, new))
                called[new] = called.pop(old, old)
        elif fd not in files:
            continue
        elif name == "pwrite64":
            offset = int(re.search(r",\s*(\d+)\s*\)?\s*$", arguments).group(1))
            events.append(("write", files[fd], offset, strings(arguments)[0][:result]))
        elif name == "write":
            events.append(("write", files[fd], offsets[fd], strings(arguments)[0][:result]))
            offsets[fd] += result
        elif name == "ftruncate":
            events.append(("cut", files[fd], int(re.search(r",\s*(\d+)", arguments).group(1))))
        elif name in ("fdatasync", "fsync"):
            events.append(("sync", files[fd]))
    return events


class File:
    def __init__(self, content=b""):
        self.durable, self.waiting = bytearray(content), []


def above(name):
    return name.rpartition("/")[0]


class Disk:
    """Names as they are now, and of each folder as they are on disk with what waits since."""

    def __init__(self, folder):
        self.now, self.durable, self.waiting, self.files = {}, {}, {}, {}
        for path in folder.rglob("*"):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not IGNORED.search(name):
                self.now[name] = self.durable[name] = self.files[name] = File(path.read_bytes())

    def take(self, event):
        kind, name = event[0], event[1]
        if kind in ("write", "cut"):
            if name in self.files:
                self.files[name].waiting.append(event)
        elif kind == "sync" and name in self.files:
            file = self.files[name]
            for waiting in file.waiting:
                apply(file.durable, waiting, None)
            file.waiting.clear()
        elif kind == "sync":  # a folder
            for change in self.waiting.pop(name, ()):
                self.rename(self.durable, change)
        elif kind == "new":
            self.files[event[2]] = File()
            self.change(name, ("put", name, self.files[event[2]]))
        elif kind == "gone" and name in self.now:
            self.change(name, ("drop", name))
        elif kind == "move":
            self.change(name, ("move", name, event[2], self.now[name]))

    def change(self, name, change):
        self.waiting.setdefault(above(name), []).append(change)
        self.rename(self.now, change)

    @staticmethod
    def rename(names, change):
        if change[0] == "put":
            names[change[1]] = change[2]
        elif change[0] == "drop":
            names.pop(change[1], None)
        else:
            names.pop(change[1], None)
            names[change[2]] = change[3]

    def cut(self, dice):
        names = dict(self.durable)
        for changes in self.waiting.values():
            for change in changes[: dice.randrange(len(changes) + 1)]:
                self.rename(names, change)
        after = {}
        for name, file in names.items():
            if IGNORED.search(name):
                continue
            content = bytearray(file.durable)
            for event in file.waiting:
                apply(content, event, dice)
            after[name] = bytes(content)
        return after


def known_offset(content):
    head = content[:HEAD]
    if len(head) < HEAD or any(a ^ b != 255 for a, b in zip(head[:8], head[8:])):
        return 0
    return int.from_bytes(head[:8], "little")


def faults_of(acks, after, work, shas):
    """What was acknowledged and is not so."""
    connection = sqlite3.connect(work / "kakikomap.db")
    try:
        rows = {row[0].hex(): (row[1].hex(), row[2].hex())
                for row in connection.execute("SELECT sha256, display_sha256, thumb_sha256 FROM blob")}
    finally:
        connection.close()
    faults = []
    for number, said in acks.items():
        sha = shas.get(number)
        files = [after.get(f"photos/{sha[:2]}/{sha}.{variant}.jpg") for variant in ("display", "thumb")]
        if "erased" in said:
            if sha in rows or any(file is not None for file in files):
                faults.append(f"photo {number} was erased and is here")
        elif "done" in said:
            if sha not in rows or None in files or any(
                    file[:2] != b"\xff\xd8" or file[-2:] != b"\xff\xd9" for file in files):
                # an erasure on its way takes the files before the row
                if int(number) % 3 != 2:
                    faults.append(f"photo {number} was acknowledged and is not whole")
            elif "covered" in said or int(number) % 3 == 0:
                if tuple(hashlib.sha256(file).hexdigest() for file in files) != rows[sha]:
                    faults.append(f"photo {number} is not what its row says")
        elif "piece" in said and sha not in rows:
            part = [content for name, content in after.items()
                    if name.startswith("photos/incoming/") and sha in name]
            if not part or known_offset(part[0]) < said["piece"]:
                faults.append(f"of photo {number} {said['piece']} bytes were acknowledged")
    return faults


def cut_everywhere(events, base, work, programs, shas, cuts, checks, without_sync=False):
    kakikomap, writer = programs
    dice = random.Random(20260901)
    points = sorted(dice.sample(range(1, len(events)), min(cuts, len(events) - 1)))
    check_at = set(points[:: max(1, len(points) // checks)]) if checks else set()
    disk, acks, at, losing, checked = Disk(base), {}, 0, [], 0
    for point in points:
        for event in events[at:point]:
            if event[0] == "ack":
                words = event[1]
                acks.setdefault(words[1], {})[words[0]] = int(words[2]) if len(words) > 2 else True
            elif not (without_sync and event[0] == "sync" and event[1].startswith("photos")):
                disk.take(event)
        at = point
        shutil.rmtree(work, ignore_errors=True)
        after = disk.cut(dice)
        for name, content in after.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        losing += [f"cut {point}: {fault}" for fault in faults_of(acks, after, work, shas)[:1]]
        if point in check_at:
            for name in ("city", "layers", "tmp"):
                (work / name).mkdir(exist_ok=True)
            done = subprocess.run([writer, work, str(PHOTOS)], capture_output=True, timeout=60)
            whole = subprocess.run([kakikomap, "check", "--data", work], capture_output=True)
            names = sorted(p.name for p in work.glob("photos/*/*"))
            wanted = sorted(f"{sha}.{v}.jpg" for n, sha in shas.items() if int(n) % 3 != 2 for v in ("display", "thumb"))
            if done.returncode or whole.returncode or names != wanted:
                raise AssertionError(f"cut {point}: {done.stderr.decode()}{whole.stdout.decode()}{set(names) ^ set(wanted)}")
            checked += 1
    return losing, checked


def body(tell):
    kakikomap, writer = map(os.path.abspath, sys.argv[1:3])
    temp = pathlib.Path(tempfile.mkdtemp(prefix="kakikomap-photo-cuts-"))
    try:
        live, base, log = temp / "live", temp / "base", temp / "log"
        if not can_trace(temp):
            for sentence in ("power cuts", "whole after the cut", "the test can fail"):
                tell(True, sentence + " # SKIP strace cannot trace here")
            return
        subprocess.run([kakikomap, "init", "--data", live], check=True, capture_output=True)
        shutil.copytree(live, base)
        done = subprocess.run(
            ["strace", "-f", "-xx", "-s", "2000000", "-o", log, "-e", f"trace={CALLS}", writer, live, str(PHOTOS)],
            capture_output=True)
        if done.returncode:
            raise AssertionError(done.stderr.decode()[-2000:])
        events = record(log, str(live), base)
        words = [event[1] for event in events if event[0] == "ack"]
        shas = {}
        for event in events:  # parts are named by device, photo and length, in the order of the photos
            name = event[1] if event[0] == "new" else ""
            if name.startswith("photos/incoming/"):
                sha = name.split("-")[1]
                if sha not in shas.values():
                    shas[str(len(shas))] = sha
        print(f"# {len(events)} events, {len(words)} acknowledgements, "
              f"{sum(e[0] == 'sync' for e in events)} syncs, {sum(e[0] == 'move' for e in events)} renames")
        losing, checked = cut_everywhere(events, base, temp / "cut", (kakikomap, writer), shas, CUTS, CHECKS)
        for fault in losing[:5]:
            print("#", fault)
        tell(len(shas) == PHOTOS and not losing, f"I3_photos: nothing acknowledged is lost at {CUTS} power cuts")
        tell(checked >= CHECKS, "I3_photos: after a cut all goes on by itself, and check finds it whole")
        losing, _ = cut_everywhere(events, base, temp / "cut", (kakikomap, writer), shas, 80, 0, without_sync=True)
        print(f"# without the syncs of photos: {len(losing)} of 80 cuts lost something")
        tell(len(losing) > 0, "had photos not been synced, the cuts would have shown it")
    finally:
        shutil.rmtree(temp, ignore_errors=True)


def main():
    results = []

    def tell(ok, sentence):
        results.append(ok)
        print(f"{'ok' if ok else 'not ok'} {len(results)} - {sentence}", flush=True)

    print("1..3")
    try:
        body(tell)
    except AssertionError as fault:
        for line in str(fault).splitlines():
            print("#", line)
        tell(False, "the test ran to its end")
    return 0 if len(results) == 3 and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
