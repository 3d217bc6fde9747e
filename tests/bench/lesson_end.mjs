// I15_a_class_comes_back_at_once: forty tablets, fifteen photos each, at the end of a lesson, over a network
// of 100 Mbit/s and 4 ms there and back. lesson_end.mjs PROGRAM [TABLETS] [PHOTOS]; prints TAP.
//
// The tablets are the app's own sync code over fake-indexeddb, in a network namespace whose line tc shapes; so
// it needs root, and says so where it may not. All must be done in 5 minutes, without one answer of 5xx, and 99
// of 100 pushes of words answered within 2 s.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { bundle, load } from "../faults/client.mjs";

const [DONE_S, WORDS_S] = [300, 2];
const LINE = { here: "10.77.15.1", there: "10.77.15.2", mbit: 100, delay: "2ms" };
const PER_COMMENT = 4;

function run(words, input) {
    const done = spawnSync(words[0], words.slice(1), { encoding: "utf8", input });
    if (done.status !== 0) throw new Error(`${words.join(" ")}: ${done.stderr}`);
    return done.stdout;
}

// --- The class, inside of the namespace ----------------------------------------------------------------

/** A JPEG of its own: the picture, with a number in a segment that says nothing of the maker. */
function photoOf(picture, number) {
    const segment = Buffer.from([0xff, 0xe7, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0]);
    segment.writeUInt32BE(number, 4);
    const whole = Buffer.concat([picture.subarray(0, 2), segment, picture.subarray(2)]);
    return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length);
}

async function prepare(client, number, picture, photos) {
    globalThis.indexedDB = new client.indexedDb.IDBFactory();
    const db = await client.db.dbOpen();
    await client.outbox.identityGet(db);
    const clock = { now: () => Date.now() };
    for (let taken = 0; taken < photos; taken += PER_COMMENT) {
        const refs = [];
        for (let i = taken; i < Math.min(photos, taken + PER_COMMENT); i++) {
            const jpeg = photoOf(picture, number * 1000 + i);
            const kept = await client.photos.photoKeep(db, { jpeg, thumb: new ArrayBuffer(8), width: 1600, height: 1200 }, clock);
            refs.push({ id: kept.id, width: 1600, height: 1200, alt: "" });
        }
        await client.outbox.commentWrite(db, {
            kind: "trouble", title: "", text: `${number} 番のタブレット: 日かげがない`, mood: "hot", cardId: null,
            place: {
                lonE7: 1_393_880_000 + number * 500, latE7: 361_470_000 + taken * 500, buildingId: "", shape: "point",
                corners: [], source: "tap", accuracyM: 0,
            },
            drawing: [], readings: [], photos: refs, receipt: "",
            speaker: { authorId: "", penName: "", hat: "pupil", channel: "tablet", meetingId: null, spaceId: null },
        }, clock);
    }
    return db;
}

/** Prints { seconds, words: [ms …], statuses, refused } when every tablet has sent everything. */
async function classOf(url, bundled, pictureFile, tablets, photos) {
    const client = await load(bundled);
    const picture = fs.readFileSync(pictureFile);
    const words = [];
    const statuses = {};
    const dbs = [];
    for (let i = 0; i < tablets; i++) dbs.push(await prepare(client, i, picture, photos));
    const watched = async (target, init) => {
        const begun = performance.now();
        const answer = await fetch(new URL(target, url), init);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        if (target === "/sync/v1/ops") words.push(performance.now() - begun);
        return answer;
    };
    const begun = performance.now();
    const late = () => performance.now() - begun > DONE_S * 1000;
    await Promise.all(dbs.map(async (db) => {
        for (;;) {
            const { waiting } = await client.syncer.syncRound({
                db, fetch: watched, now: Date.now, limits: () => ({ ops: 64, bytes: 250_000, municipality: 11202 }),
            });
            if (waiting.count === 0 || late()) return;
            await new Promise((resolve) => setTimeout(resolve, 1000 + 1000 * Math.random()));
        }
    }));
    const left = await Promise.all(dbs.map((db) => client.outbox.outboxWaiting(db)));
    const rows = await Promise.all(dbs.map((db) => client.db.dbRead(db, ["photo"], (tx) => tx.photos())));
    console.log(JSON.stringify({
        seconds: (performance.now() - begun) / 1000, words, statuses,
        left: left.reduce((sum, { count }) => sum + count, 0),
        refused: rows.flat().filter((row) => row.state === "refused").map((row) => row.reason),
    }));
}

// --- The line, and the server behind it ----------------------------------------------------------------

function shape(space) {
    const [here, there] = [`${space}h`, `${space}t`];
    run(["ip", "netns", "add", space]);
    run(["ip", "link", "add", here, "type", "veth", "peer", "name", there]);
    run(["ip", "link", "set", there, "netns", space]);
    run(["ip", "addr", "add", `${LINE.here}/24`, "dev", here]);
    run(["ip", "link", "set", here, "up"]);
    const inside = ["ip", "netns", "exec", space];
    run([...inside, "ip", "addr", "add", `${LINE.there}/24`, "dev", there]);
    run([...inside, "ip", "link", "set", there, "up"]);
    run([...inside, "ip", "link", "set", "lo", "up"]);
    // Kernels without netem have tbf: the same rate, without the way there and back.
    const ways = [
        ["netem", "rate", `${LINE.mbit}mbit`, "delay", LINE.delay, "limit", "10000"],
        ["tbf", "rate", `${LINE.mbit}mbit`, "burst", "64kb", "latency", "100ms"],
    ];
    for (const way of ways) {
        try {
            run(["tc", "qdisc", "add", "dev", here, "root", ...way]);
            run([...inside, "tc", "qdisc", "add", "dev", there, "root", ...way]);
            return way[0];
        } catch (error) {
            if (way === ways.at(-1)) throw error;
        }
    }
    return "";
}

/** 1600 × 1200, about 350 KB: as the app makes photos small. */
function makePicture(file) {
    run(["/usr/bin/python3", "-c", `
import sys
import numpy
from osgeo import gdal
gdal.UseExceptions()
dice = numpy.random.default_rng(15)
rough = dice.integers(0, 255, (3, 75, 100)).repeat(16, 1).repeat(16, 2)
fine = dice.integers(-17, 18, (3, 1200, 1600))
made = gdal.GetDriverByName("MEM").Create("", 1600, 1200, 3)
made.WriteArray(numpy.clip(rough + fine, 0, 255).astype("uint8"))
gdal.GetDriverByName("JPEG").CreateCopy(sys.argv[1], made, options=["QUALITY=84"])
`, file]);
    return fs.statSync(file).size;
}

async function main(program, tablets, photos) {
    const space = `kk${process.pid}`;
    const folder = fs.mkdtempSync(path.join("/var/tmp", "kakikomap-lesson-"));
    let server = null;
    try {
        const bundled = await bundle(path.join(folder, "client.mjs"));
        if (bundled === null) return console.log("1..0 # SKIP the app's packages are not installed");
        const size = makePicture(path.join(folder, "picture.jpg"));
        let shaper = "";
        try {
            shaper = shape(space);
        } catch (error) {
            return console.log(`1..0 # SKIP only root may shape a network: ${error.message.split("\n")[0]}`);
        }
        const data = path.join(folder, "city");
        run([program, "init", "--data", data]);
        server = spawn(program, ["serve", "--data", data, "--listen", `${LINE.here}:0`, "--log_level", "warn"],
            { stdio: ["ignore", "pipe", fs.openSync(path.join(folder, "log"), "w")] });
        const url = await new Promise((resolve) => server.stdout.once("data", (line) => resolve(JSON.parse(line).url)));
        const said = run(["ip", "netns", "exec", space, process.execPath, import.meta.filename, "--class", url, bundled,
            path.join(folder, "picture.jpg"), String(tablets), String(photos)]);
        const { seconds, words, statuses, left, refused } = JSON.parse(said.trim().split("\n").at(-1));
        words.sort((a, b) => a - b);
        const p99 = words[Math.floor(words.length * 0.99)] / 1000;
        const peak = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) / 1024;
        const megabytes = (tablets * photos * size) / 1e6;
        console.log(`# ${tablets} tablets, ${photos} photos of ${Math.round(size / 1024)} KB each: ${megabytes.toFixed(0)} MB in ` +
            `${seconds.toFixed(0)} s (the line alone: ${((megabytes * 8) / LINE.mbit).toFixed(0)} s); words p99 ${p99.toFixed(2)} s; ` +
            `answers ${JSON.stringify(statuses)}; server's peak ${peak.toFixed(0)} MiB; load ${os.loadavg()[0].toFixed(1)}; shaped by ${shaper}`);
        const display = fs.existsSync(path.join(data, "photos"))
            ? run(["find", path.join(data, "photos"), "-name", "*.display.jpg"]).split("\n").length - 1 : 0;
        const tests = [
            [`all ${tablets * photos} photos are there within ${DONE_S} s`, display === tablets * photos && left === 0 && seconds < DONE_S,
                `${display} there, ${left} left, refused: ${[...new Set(refused)]}`],
            ["no answer of 5xx", !Object.keys(statuses).some((status) => status >= 500), JSON.stringify(statuses)],
            [`99 of 100 pushes of words take less than ${WORDS_S} s`, p99 < WORDS_S, `${p99} s`],
        ];
        console.log(`1..${tests.length}`);
        for (const [i, [sentence, holds, note]] of tests.entries()) {
            if (!holds) console.log(`# ${note}`);
            console.log(`${holds ? "ok" : "not ok"} ${i + 1} - I15_a_class_comes_back_at_once: ${sentence}`);
            if (!holds) process.exitCode = 1;
        }
    } finally {
        server?.kill();
        spawnSync("ip", ["netns", "del", space]);
        spawnSync("ip", ["link", "del", `${space}h`]);
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--class") await classOf(rest[0], rest[1], rest[2], Number(rest[3]), Number(rest[4]));
else await main(first, Number(rest[0] ?? 40), Number(rest[1] ?? 15));
