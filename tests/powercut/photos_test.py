#!/usr/bin/env python3
"""Power cuts over database and photo files: photos_test.py KAKIKOMAP MAKE_PHOTO API SUPPORT. Prints TAP.

As powercut_test.py, with the whole service: tablets name photos and send them, strace records what the server does to its
folder. Here names count as well: a new, moved or removed file is only certain once its folder was synced, a new folder once
its parent was. At a cut each folder has had a part of what happened to its names, in order. A photo that was acknowledged
must be there to the byte; one that was not may be missing, but never be there torn."""

import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

KAKIKOMAP, MAKE_PHOTO = map(os.path.abspath, sys.argv[1:3])
sys.path[:0] = [*sys.argv[3:5], os.path.dirname(os.path.abspath(__file__))]
from photo_device import PhotoDevice  # noqa: E402
from powercut_test import LINE, MEMORY, apply, can_trace, comment_numbers, strings  # noqa: E402
from service import Service, make_town  # noqa: E402
from tap import Tap  # noqa: E402

CUTS = int(os.environ.get("CUTS", 1000))
CHECKS = 12  # of the cuts: given to `kakikomap check`
PHOTOS = 24
CALLS = ("openat,close,pwrite64,write,fdatasync,fsync,ftruncate,unlink,rename,mkdir,sendto,sendmsg,writev,"
         "clone,clone3,vfork,fork")


def ended_calls(log: pathlib.Path):
    """(thread, name, arguments as text, result) in the order in which the calls ended."""
    waiting = {}
    with log.open(encoding="ascii") as lines:
        for line in lines:
            thread, words = LINE.match(line.rstrip("\n")).groups()
            if words.startswith(("+++", "---")):
                continue
            if words.endswith("<unfinished ...>"):
                waiting[thread] = words[: -len("<unfinished ...>")]
                continue
            resumed = re.match(r"^<\.\.\. \w+ resumed>", words)
            if resumed:
                words = waiting.pop(thread, "") + words[resumed.end():]
            head, _, result = words.rpartition(" = ")
            name, _, arguments = head.partition("(")
            number = re.match(r"-?\d+", result)
            if number and int(number.group()) >= 0:
                yield thread, name, arguments, int(number.group())


def threads_of_server(log: pathlib.Path) -> set[str]:
    """The process that makes photos anew has files of its own, with the same numbers."""
    own = set()
    for thread, name, arguments, result in ended_calls(log):
        own = own or {thread}
        if name in ("clone", "clone3") and thread in own and "CLONE_THREAD" in arguments:
            own.add(str(result))
    return own


def record(log: pathlib.Path, folder: str):
    """Events: ("ack",) · ("write", file, offset, bytes) · ("cut", file, length) · ("sync", file or folder) · ("new", file)
    · ("move", from, to) · ("gone", file) · ("folder", path)."""
    own, files, offsets, events = threads_of_server(log), {}, {}, []

    def inside(path: bytes) -> str | None:
        path = path.decode()
        return os.path.relpath(path, folder) if path == folder or path.startswith(folder + "/") else None

    for thread, name, arguments, result in ended_calls(log):
        if thread not in own:
            continue
        number = re.match(r"\s*(-?\d+)", arguments)
        fd = int(number.group(1)) if number else -1
        if name == "openat":
            path = inside(strings(arguments)[0])
            files.pop(result, None)
            if path is not None:
                files[result], offsets[result] = path, 0
                if "O_CREAT" in arguments:
                    events.append(("new", path))
        elif name == "close":
            files.pop(fd, None)
        elif name in ("sendto", "sendmsg", "writev") or (name == "write" and fd not in files):
            events += [("ack",)] * b"".join(strings(arguments)).count(b"HTTP/1.1 204")
        elif name in ("unlink", "mkdir"):
            path = inside(strings(arguments)[0])
            if path is not None:
                events.append(("gone" if name == "unlink" else "folder", path))
        elif name == "rename":
            events.append(("move", *map(inside, strings(arguments)[:2])))
        elif fd not in files:
            continue
        elif name in ("pwrite64", "write"):
            at = int(re.search(r",\s*(\d+)\s*\)?\s*$", arguments).group(1)) if name == "pwrite64" else offsets[fd]
            offsets[fd] += result if name == "write" else 0
            events.append(("write", files[fd], at, strings(arguments)[0][:result]))
        elif name == "ftruncate":
            events.append(("cut", files[fd], int(re.search(r",\s*(\d+)", arguments).group(1))))
        elif name in ("fdatasync", "fsync"):
            events.append(("sync", files[fd]))
    return events


class File:
    def __init__(self, content: bytes = b""):
        self.durable, self.waiting = bytearray(content), []

    def sync(self) -> None:
        for event in self.waiting:
            apply(self.durable, event, None)
        self.waiting = []

    def after(self, dice: random.Random) -> bytes:
        content = bytearray(self.durable)
        for event in self.waiting:
            apply(content, event, dice)
        return bytes(content)


class Disk:
    """Files, their names, and what has happened to names since their folder was synced."""

    def __init__(self, folder: pathlib.Path):
        self.folders = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_dir()} | {"."}
        self.names = {p.relative_to(folder).as_posix(): File(p.read_bytes())
                      for p in folder.rglob("*") if p.is_file() and p.name != "ballast"}
        self.live, self.left = dict(self.names), {}
        self.seen_folders = set(self.folders)
        self.pending = {}

    def wait(self, path: str, *event) -> None:
        self.pending.setdefault(os.path.dirname(path) or ".", []).append(event)

    @staticmethod
    def rename(names: dict, folders: set, event) -> None:
        kind, path = event[0], event[1]
        if kind == "new":
            names[path] = event[2]
        elif kind == "move":
            names.pop(path, None)
            names[event[2]] = event[3]
        elif kind == "gone":
            names.pop(path, None)
        else:
            folders.add(path)

    def take(self, event) -> None:
        kind, path = event[0], event[1]
        if kind == "new":
            if path not in self.live:
                self.live[path] = File()
                self.wait(path, "new", path, self.live[path])
        elif kind == "move":
            moved = self.live.pop(path)
            self.live[event[2]] = self.left[path] = moved
            self.wait(event[2], "move", path, event[2], moved)
        elif kind == "gone":
            self.left[path] = self.live.pop(path, None)
            self.wait(path, "gone", path)
        elif kind == "folder":
            if path not in self.seen_folders:
                self.seen_folders.add(path)
                self.wait(path, "folder", path)
        elif kind == "sync" and path in self.seen_folders:
            for waiting in self.pending.pop(path, ()):
                self.rename(self.names, self.folders, waiting)
        else:
            file = self.live.get(path) or self.left.get(path)
            if file and kind == "sync":
                file.sync()
            elif file:
                file.waiting.append(event)

    def cut(self, dice: random.Random) -> dict[str, bytes]:
        names, folders = dict(self.names), set(self.folders)
        for folder, events in self.pending.items():
            # SQLite looks after the names of its own files; powercut_test.py is about them.
            happened = len(events) if folder == "." else dice.randint(0, len(events))
            for event in events[:happened]:
                self.rename(names, folders, event)
        kept = {}
        for name, file in names.items():
            parents = list(pathlib.PurePosixPath(name).parents)
            if name.endswith("-shm") or any(parent.as_posix() not in folders for parent in parents):
                continue
            kept[name] = file.after(dice)
        return kept


def send_all(data: pathlib.Path, log: pathlib.Path, folder: pathlib.Path) -> int:
    """Records the server while a tablet sends its photos, one after the other; how many were acknowledged."""
    traced = folder / "traced"
    traced.write_text(f"#!/bin/sh\nexec strace -f -xx -s 2000000 -o '{log}' -e trace={CALLS} '{KAKIKOMAP}' \"$@\"\n")
    traced.chmod(0o755)
    service = Service(str(traced), str(data))
    device = PhotoDevice(service)
    picture = subprocess.run([MAKE_PHOTO, "400", "300"], check=True, capture_output=True).stdout
    sent = 0
    for number in range(PHOTOS):
        photo = picture + number.to_bytes(4, "big")
        device.name_photo(photo)
        half = len(photo) // 2
        if number % 3 == 0:  # in two pieces, some of them
            assert device.patch(photo, 0, half, **{"Upload-Length": str(len(photo))})[0] == 204
        sent += device.patch(photo, half if number % 3 == 0 else 0)[0] == 204
    time.sleep(1)  # the writer rests once
    with log.open() as lines:
        os.kill(int(lines.readline().split()[0]), signal.SIGTERM)
    service.process.wait(timeout=60)
    return sent


def acks_of_photos(events) -> dict[int, int]:
    """Which acknowledgement (counted from 1) is the one of the whole photo number n."""
    at, which = 0, {}
    for number in range(PHOTOS):
        at += 2 if number % 3 == 0 else 1
        which[at] = number
    return which


def sha_of(files: dict[str, bytes]) -> str:
    return pathlib.PurePosixPath(next(iter(files))).name.split(".")[0]


def known_photos(database: pathlib.Path) -> set[str]:
    connection = sqlite3.connect(database)
    try:
        return {row[0].hex() for row in connection.execute("SELECT sha256 FROM blob")}
    finally:
        connection.close()


def cut_everywhere(events, base: pathlib.Path, work: pathlib.Path, final: dict[int, dict[str, bytes]], cuts: int,
                   checks: int, without_sync: bool = False):
    """(cuts that lost or tore a photo, the first such, cuts checked in full)"""
    dice = random.Random(20260802)
    points = sorted(dice.sample(range(1, len(events)), min(cuts, len(events) - 1)))
    check_at = set(points[:: max(1, len(points) // checks)]) if checks else set()
    disk, which, acks, at = Disk(base), acks_of_photos(events), 0, 0
    wanted = {name: content for files in final.values() for name, content in files.items()}
    bad, first, checked, acknowledged = 0, None, 0, set()
    for point in points:
        for event in events[at:point]:
            if event[0] == "ack":
                acks += 1
                acknowledged |= {which[acks]} if acks in which else set()
            elif not (without_sync and event[0] == "sync" and event[1].startswith("photos")):
                disk.take(event)
        at = point
        after = disk.cut(dice)
        missing = [name for n in acknowledged for name in final[n] if name not in after]
        torn = [name for name, content in wanted.items() if after.get(name, content) != content]
        if missing or torn:
            bad += 1
            first = first or f"cut {point}: missing {missing[:2]}, torn {torn[:2]}"
            continue
        shutil.rmtree(work, ignore_errors=True)
        for name, content in after.items():
            if point in check_at or "/" not in name:
                (work / name).parent.mkdir(parents=True, exist_ok=True)
                (work / name).write_bytes(content)
        if without_sync:
            continue
        comment_numbers(work / "kakikomap.db")  # the database is whole
        unknown = {sha_of(final[n]) for n in acknowledged} - known_photos(work / "kakikomap.db")
        if unknown:
            bad += 1
            first = first or f"cut {point}: the database does not know {sorted(unknown)[:2]}"
        if point in check_at:
            for name in ("city", "layers", "tmp", "photos"):
                (work / name).mkdir(exist_ok=True)
            # Opened for writing once, as a server would: it goes on where it stood.
            whole = subprocess.run([KAKIKOMAP, "check", "--data", work], capture_output=True, text=True)
            if whole.returncode != 0:
                bad += 1
                first = first or f"cut {point}: {whole.stdout}{whole.stderr}"
            checked += 1
    return bad, first, checked


def body(tap: Tap) -> None:
    temp = pathlib.Path(tempfile.mkdtemp(prefix="kakikomap-powercut-", dir=MEMORY))
    try:
        if not can_trace(temp):
            tap.skip("I3_no_acknowledged_photo_is_lost", "strace cannot trace here")
            return
        data, base, log = pathlib.Path(make_town(KAKIKOMAP, str(temp))), temp / "base", temp / "log"
        shutil.copytree(data, base)
        before = {p for p in (data / "photos").rglob("*.jpg")} if (data / "photos").exists() else set()
        sent = send_all(data, log, temp)
        events = record(log, str(data))
        made = sorted(set((data / "photos").rglob("*.jpg")) - before)
        final = finals(events, made, data)
        acks = sum(event[0] == "ack" for event in events)
        print(f"# {len(events)} events, {acks} acknowledgements, {len(made)} files of photos")
        tap.equal("every photo was sent and made", (sent, sum(map(len, final.values()))), (PHOTOS, 2 * PHOTOS))
        bad, first, checked = cut_everywhere(events, base, temp / "cut", final, CUTS, CHECKS)
        tap.check(f"I3_no_acknowledged_photo_is_lost at {CUTS} power cuts, nor one torn", bad == 0, f"{bad} cuts", first)
        tap.check("after the cut the store is whole", checked >= CHECKS, checked)
        bad, first, _ = cut_everywhere(events, base, temp / "cut", final, 200, 0, without_sync=True)
        print(f"# without the syncs of photos: {bad} of 200 cuts; {first}")
        tap.check("had photos not been synced, the cuts would have shown it", bad > 0)
    finally:
        shutil.rmtree(temp, ignore_errors=True)


def finals(events, made, data: pathlib.Path) -> dict[int, dict[str, bytes]]:
    """The files of each photo, in the order in which they were moved to their names."""
    order = [event[2] for event in events if event[0] == "move" and event[2] and event[2].endswith(".jpg")]
    shas = list(dict.fromkeys(pathlib.PurePosixPath(name).name.split(".")[0] for name in order))
    files = {sha: {} for sha in shas}
    for path in made:
        files.setdefault(path.name.split(".")[0], {})[path.relative_to(data).as_posix()] = path.read_bytes()
    return dict(enumerate(files.values()))


if __name__ == "__main__":
    sys.exit(Tap().run(body))
