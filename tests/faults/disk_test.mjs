// A full disk, and one that turns read-only, under the running service: a clear message, readers go on,
// nothing acknowledged is lost, and it goes on by itself when there is room again.
// disk_test.mjs PROGRAM SHIM CLIENT; prints TAP.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { run, test } from "../spec/tap.mjs";
import { bundle } from "./client.mjs";
import { copyTemplate } from "./folder.mjs";
import { makeKit } from "./harness.mjs";
import { ACK, Maker } from "./maker.mjs";
import { Server } from "./server.mjs";

const NOW_MS = 1_785_542_400_000;
const [EIO, ENOSPC, EROFS] = [5, 28, 30];
const TEXT = "駅前の歩道に日陰とベンチがほしいです。夏は暑くて待てません。".repeat(20);

const [program, shim, client] = process.argv.slice(2);
if (!(await bundle(client))) {
    console.log("1..0 # SKIP the app's packages are not installed");
    process.exit(0);
}
const kit = await makeKit({ program, shim, client });
let count = 0;

/** A served folder, and what it has acknowledged. */
class Case {
    acknowledged = new Set();

    constructor(folder) {
        this.server = new Server(kit.program, { name: `disk-${++count}`, folder, work: kit.work, seed: count });
        this.maker = new Maker(kit.client.wire, count);
        copyTemplate(kit.template("city"), folder);
    }

    start() {
        return this.server.start(NOW_MS);
    }

    /** The answer to one comment; what it acknowledges is remembered. */
    async write(text = TEXT) {
        const answer = await this.maker.push(this.server, [this.maker.comment(this.maker.id(), text)]);
        for (const ack of answer.acks) if (ack.status === ACK.stored) this.acknowledged.add(ack.opId);
        return answer;
    }

    async read() {
        for (const target of ["/api/comments?limit=5", "/sync/v1/hello", "/sync/v1/changes?since=0&limit=5"])
            assert.equal((await this.server.ask("GET", target)).status, 200, `reading ${target}`);
    }

    async nothingIsLost() {
        const { log } = await kit.look(this.server.folder);
        const there = new Set(log.map(([opId]) => opId));
        for (const opId of this.acknowledged) assert.ok(there.has(opId), `${opId} was acknowledged and is not there`);
    }

    async end() {
        await this.server.kill("SIGTERM");
        const { status, said } = await this.server.command(["check", "--data", this.server.folder]);
        assert.ok(status === 0 && said.ok, JSON.stringify(said));
        await this.nothingIsLost();
        this.server.close();
    }
}

/** A clear message: what happened, that nothing was saved, and a code that programs know. */
function assertTold(answer, code, words) {
    assert.ok(answer.status >= 500, `status ${answer.status}`);
    assert.equal(answer.problem.code, code, JSON.stringify(answer.problem));
    assert.match(answer.problem.detail, words);
}

const small = path.join(kit.work, "small");
fs.mkdirSync(small);
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", small]).status === 0;
const remount = (options) => spawnSync("mount", ["-o", `remount,${options}`, small]).status === 0;

test("full_disk_a_real_one: words are refused, readers go on, room heals it by itself", async () => {
    if (!mounted) return { skip: "only root may mount a small disk" };
    const disk = new Case(path.join(small, "data"));
    await disk.start();
    await disk.write();
    const filler = fs.openSync(path.join(small, "filler"), "w");
    let refused = null;
    for (let i = 0; i < 400 && refused === null; i++) {
        try {
            fs.writeSync(filler, Buffer.alloc(256 * 1024));
        } catch {
            // Full: from here on only the server's own refusal counts.
        }
        const answer = await disk.write();
        if (answer.status !== 200) refused = answer;
    }
    assert.ok(refused !== null, "the disk never got full");
    assertTold(refused, "full", /full.*(nothing|not)/i);
    for (let i = 0; i < 20; i++) {
        await disk.read();
        await disk.write();
    }
    await disk.nothingIsLost();
    fs.closeSync(filler);
    fs.rmSync(path.join(small, "filler"));
    assert.equal((await disk.write()).acks[0]?.status, ACK.stored, "with room again it goes on without a restart");
    await disk.server.kill();
    await disk.start();
    assert.equal((await disk.write()).acks[0]?.status, ACK.stored);
    await disk.end();
    fs.rmSync(path.join(small, "data"), { recursive: true });
});

test("full_disk_at_the_start: the server starts and serves readers", async () => {
    if (!mounted) return { skip: "only root may mount a small disk" };
    const disk = new Case(path.join(small, "data"));
    await disk.start();
    await disk.write();
    await disk.server.kill();
    const filler = fs.openSync(path.join(small, "filler"), "w");
    try {
        for (;;) fs.writeSync(filler, Buffer.alloc(4096));
    } catch {
        fs.closeSync(filler);
    }
    await disk.start();
    await disk.read();
    const answer = await disk.write();
    assertTold(answer, "full", /full/i);
    fs.rmSync(path.join(small, "filler"));
    assert.equal((await disk.write()).acks[0]?.status, ACK.stored);
    await disk.end();
    fs.rmSync(path.join(small, "data"), { recursive: true });
});

test("read_only_disk_at_the_start: a sentence that says so", async () => {
    if (!mounted) return { skip: "only root may mount a small disk" };
    const disk = new Case(path.join(small, "data"));
    await disk.start();
    await disk.write();
    await disk.server.kill();
    assert.ok(remount("ro"));
    try {
        await assert.rejects(() => disk.start(), /not writable|read-only/);
        assert.equal(disk.server.lastStatus, 1);
    } finally {
        remount("rw");
    }
    await disk.start();
    assert.equal((await disk.write()).acks[0]?.status, ACK.stored, "writable again, it starts as if nothing had been");
    await disk.end();
});

/** Every call from the n-th on fails so, for a while; then the disk is well again. */
async function failing(errno, code, words) {
    const disk = new Case(path.join(kit.work, `failing-${errno}`));
    await disk.start();
    await disk.write();
    const { page } = disk.server;
    for (let call = 1; call <= 40; call++) {
        page.set("calls", 0);
        page.set("failFrom", call);
        page.set("failErrno", errno);
        const answer = await disk.write(`${call} 暑い`);
        const failed = page.get("calls") >= call;
        if (answer.status !== 200) assertTold(answer, code, words);
        await disk.read();
        page.set("failErrno", 0);
        const after = await disk.write(`${call} あとで`);
        assert.equal(after.acks[0]?.status, ACK.stored, `after call ${call}: ${JSON.stringify(after.problem)}`);
        await disk.nothingIsLost();
        if (!failed) break;
    }
    await disk.server.rest();
    await disk.end();
}

test("full_disk_at_every_call: refused or kept, never in between", () => failing(ENOSPC, "full", /full/i));
test("read_only_disk_at_every_call: refused or kept, readers go on", () =>
    failing(EROFS, "io", /read-only|cannot|failed/i));
test("broken_disk_at_every_call: refused or kept, readers go on", () => failing(EIO, "io", /cannot|failed/i));

await run();
if (mounted) spawnSync("umount", ["-l", small]);
kit.end();
