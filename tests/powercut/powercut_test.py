#!/usr/bin/env python3
"""Power cuts, by recorded system calls: powercut_test.py KAKIKOMAP WRITER. Prints TAP.

strace records what the unmodified store writes and syncs. At a random point of the record the power
goes: of each file what was synced is there, and of what was written since each write is kept, lost
or torn at 512 bytes. The folder so made is opened; every comment acknowledged before the point must
be in it, and the database must be whole. kill -9 cannot show this: the kernel keeps unsynced writes.
"""

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

CUTS = 1100
# A thousand folders are made and opened: in memory, where there is some.
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
CHECKS = 16  # of the cuts: opened for writing again and given to `kakikomap check`
COMMENTS = 150
THREADS = 4
SECTOR = 512

CALLS = "openat,close,pwrite64,write,fdatasync,fsync,ftruncate,unlink,rename"
LINE = re.compile(r"^(\d+)\s+(.*)$", re.S)


def strings(text: str) -> list[bytes]:
    return [bytes.fromhex(s.replace("\\x", "")) for s in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', text)]


def calls_of(log: pathlib.Path):
    """(name, arguments as text, result) in the order in which the calls ended."""
    waiting = {}
    with log.open(encoding="ascii") as lines:
        for line in lines:
            pid, text = LINE.match(line.rstrip("\n")).groups()
            if text.startswith(("+++", "---")):
                continue
            if text.endswith("<unfinished ...>"):
                waiting[pid] = text[: -len("<unfinished ...>")]
                continue
            resumed = re.match(r"^<\.\.\. \w+ resumed>", text)
            if resumed:
                text = waiting.pop(pid) + text[resumed.end():]
            head, _, result = text.rpartition(" = ")
            name, _, arguments = head.partition("(")
            number = re.match(r"-?\d+", result)
            if number and int(number.group()) >= 0:
                yield name, arguments, int(number.group())


def record(log: pathlib.Path, folder: str):
    """Events: ("ack", n) · ("write", file, offset, bytes) · ("cut", file, length) · ("sync", file)
    · ("gone", file) · ("new", file)."""
    files, offsets, events = {}, {}, []
    for name, arguments, result in calls_of(log):
        number = re.match(r"\s*(-?\d+)", arguments)
        fd = int(number.group(1)) if number else -1
        if name == "openat":
            path = strings(arguments)[0].decode()
            if path.startswith(folder + "/"):
                files[result] = path[len(folder) + 1:]
                offsets[result] = 0
                if "O_CREAT" in arguments:
                    events.append(("new", files[result]))
            else:
                files.pop(result, None)
        elif name == "close":
            files.pop(fd, None)
        elif name == "write" and fd == 1:
            for n in re.findall(rb"ack (\d+)\n", strings(arguments)[0]):
                events.append(("ack", int(n)))
        elif name == "unlink":
            path = strings(arguments)[0].decode()
            if path.startswith(folder + "/"):
                events.append(("gone", path[len(folder) + 1:]))
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


def apply(content: bytearray, event, dice: random.Random | None):
    """One write or cut on a file's content; with dice it may be lost or torn."""
    fate = "kept" if dice is None else dice.choice(("kept", "lost", "torn"))
    if fate == "lost":
        return
    if event[0] == "cut":
        if len(content) < event[2]:
            content.extend(bytes(event[2] - len(content)))
        del content[event[2]:]
        return
    offset, data = event[2], event[3]
    for at in range(0, len(data), SECTOR):
        if fate == "torn" and dice.random() < 0.5:
            continue
        piece = data[at: at + SECTOR]
        if len(content) < offset + at:
            content.extend(bytes(offset + at - len(content)))
        content[offset + at: offset + at + len(piece)] = piece


class Disk:
    """What is synced, and what is not yet, file by file."""

    def __init__(self, folder: pathlib.Path):
        self.durable = {
            p.relative_to(folder).as_posix(): bytearray(p.read_bytes())
            for p in folder.rglob("*") if p.is_file() and p.name != "ballast"
        }
        self.waiting = {}

    def take(self, event):
        kind, name = event[0], event[1]
        if kind in ("write", "cut"):
            self.waiting.setdefault(name, []).append(event)
        elif kind == "sync":
            content = self.durable.setdefault(name, bytearray())
            for waiting in self.waiting.pop(name, ()):
                apply(content, waiting, None)
        elif kind == "new":
            self.waiting.setdefault(name, [])
        elif kind == "gone":
            self.durable.pop(name, None)
            self.waiting.pop(name, None)

    def cut(self, dice: random.Random) -> dict[str, bytes]:
        after = {}
        for name in set(self.durable) | set(self.waiting):
            if name.endswith("-shm"):
                continue  # memory shared by processes; gone with the power
            content = bytearray(self.durable.get(name, b""))
            for event in self.waiting.get(name, ()):
                apply(content, event, dice)
            if name in self.durable or content or dice.random() < 0.5:
                after[name] = bytes(content)
        return after


def comment_numbers(database: pathlib.Path) -> set[int]:
    connection = sqlite3.connect(database)
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if whole != "ok":
            raise AssertionError(f"database is damaged: {whole}")
        return {int.from_bytes(row[0][8:], "big") for row in connection.execute("SELECT id FROM comment_public")}
    finally:
        connection.close()


def cut_everywhere(events, folder, work, kakikomap, writer, cuts, checks, without_sync=False):
    """Returns (cuts that lost an acknowledged comment, worst loss, cuts checked in full)."""
    dice = random.Random(20260801)
    points = sorted(dice.sample(range(1, len(events)), min(cuts, len(events) - 1)))
    check_at = set(points[:: max(1, len(points) // checks)]) if checks else set()
    disk, acknowledged, at = Disk(folder), set(), 0
    losing, worst, checked = 0, 0, 0
    for point in points:
        for event in events[at:point]:
            if event[0] == "ack":
                acknowledged.add(event[1])
            elif not (without_sync and event[0] == "sync" and event[1].endswith("-wal")):
                disk.take(event)
        at = point
        shutil.rmtree(work, ignore_errors=True)
        for name, content in disk.cut(dice).items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            missing = acknowledged - comment_numbers(work / "kakikomap.db")
        except (sqlite3.DatabaseError, AssertionError):
            if not without_sync:
                raise
            missing = acknowledged  # a damaged database has lost everything
        losing += bool(missing)
        worst = max(worst, len(missing))
        if point in check_at:
            for name in ("city", "layers", "tmp"):
                (work / name).mkdir(exist_ok=True)
            done = subprocess.run([writer, work, "9001", "2", "1"], capture_output=True)
            whole = subprocess.run([kakikomap, "check", "--data", work], capture_output=True)
            if done.returncode or whole.returncode:
                raise AssertionError(f"cut {point}: {done.stderr.decode()}{whole.stdout.decode()}{whole.stderr.decode()}")
            checked += 1
    return losing, worst, checked


def can_trace(temp: pathlib.Path) -> bool:
    try:
        return subprocess.run(["strace", "-o", temp / "probe", "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def kill_nine(folder: pathlib.Path, writer: str) -> str | None:
    """The same comments are sent again after each kill: each must be there once."""
    dice = random.Random(9)
    seen = set()
    for _ in range(6):
        process = subprocess.Popen([writer, folder, "1", "4000", "8"], stdout=subprocess.PIPE)
        time.sleep(0.05 + 0.25 * dice.random())
        process.send_signal(signal.SIGKILL)
        out = process.communicate()[0]
        seen |= {int(n) for n in re.findall(rb"ack (\d+)\n", out)}
        missing = seen - comment_numbers(folder / "kakikomap.db")
        if missing:
            return f"{len(missing)} acknowledged comments are missing"
    connection = sqlite3.connect(folder / "kakikomap.db")
    twice = connection.execute("SELECT count(*) FROM (SELECT 1 FROM change GROUP BY object_id HAVING count(*) > 1)")
    count = twice.fetchone()[0]
    connection.close()
    return f"{count} comments are there twice" if count or not seen else None


def main() -> int:
    kakikomap, writer = map(os.path.abspath, sys.argv[1:3])
    temp = pathlib.Path(tempfile.mkdtemp(prefix="kakikomap-powercut-", dir=MEMORY))
    results = []

    def tell(ok: bool, sentence: str):
        results.append(ok)
        print(f"{'ok' if ok else 'not ok'} {len(results)} - {sentence}", flush=True)

    try:
        print("1..4")
        killed = temp / "killed"
        subprocess.run([kakikomap, "init", "--data", killed], check=True, capture_output=True)
        fault = kill_nine(killed, writer)
        if fault:
            print("#", fault)
        tell(fault is None, "after kill -9 and sending again each comment is there once")
        if not can_trace(temp):
            for sentence in ("power cuts", "whole after the cut", "the test can fail"):
                print(f"ok {len(results) + 1} - {sentence} # SKIP strace cannot trace here")
                results.append(True)
            return 0 if all(results) else 1
        live, base, log = temp / "live", temp / "base", temp / "log"
        subprocess.run([kakikomap, "init", "--data", live], check=True, capture_output=True)
        subprocess.run([writer, live, "8001", "1", "1"], check=True, capture_output=True)
        shutil.copytree(live, base)
        subprocess.run(
            ["strace", "-f", "-xx", "-s", "2000000", "-o", log, "-e", f"trace={CALLS}",
             writer, live, "1", str(COMMENTS), str(THREADS)],
            check=True, capture_output=True,
        )
        events = record(log, str(live))
        acks = sum(e[0] == "ack" for e in events)
        syncs = sum(e[0] == "sync" for e in events)
        print(f"# {len(events)} events, {acks} acknowledgements, {syncs} syncs")
        losing, worst, checked = cut_everywhere(events, base, temp / "cut", kakikomap, writer, CUTS, CHECKS)
        print(f"# {CUTS} power cuts: {losing} lost acknowledged comments, at worst {worst}; {checked} checked in full")
        tell(acks == COMMENTS and losing == 0, f"I3_no_acknowledged_comment_is_lost at {CUTS} power cuts")
        tell(checked >= CHECKS, "after the cut the store opens, takes more, and check finds it whole")
        losing, worst, _ = cut_everywhere(events, base, temp / "cut", kakikomap, writer, 60, 0, without_sync=True)
        print(f"# without the syncs of the log: {losing} of 60 cuts lost comments, at worst {worst}")
        tell(losing > 0, "had the log not been synced, the cuts would have shown it")
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
