// The n-th allocation finds no memory, n = 1, 2, 3 … until none is asked for any more: the server never
// falls over, and what it acknowledges is there. memory_test.mjs PROGRAM SHIM CLIENT; prints TAP.
import assert from "node:assert/strict";
import path from "node:path";
import { run, test } from "../spec/tap.mjs";
import { bundle } from "./client.mjs";
import { copyTemplate } from "./folder.mjs";
import { makeKit } from "./harness.mjs";
import { ACK, hexOf, Maker } from "./maker.mjs";
import { Lost, Server } from "./server.mjs";

const NOW_MS = 1_785_542_400_000;
const ALLOCATIONS_MAX = 3000;

const [program, shim, client] = process.argv.slice(2);
if (!(await bundle(client))) {
    console.log("1..0 # SKIP the app's packages are not installed");
    process.exit(0);
}
const kit = await makeKit({ program, shim, client });
let count = 0;

/** A server over a folder of its own. */
function newServer(flags = []) {
    const name = `memory-${++count}`;
    const server = new Server(kit.program, { name, folder: path.join(kit.work, name), work: kit.work, seed: count, flags });
    copyTemplate(kit.template("city"), server.folder);
    return server;
}

/**
 * For each n: `ask` while the n-th allocation fails, then `after` with memory enough. Returns how many
 * allocations there were to fail.
 */
async function eachAllocation(server, ask, after) {
    for (let n = 1; n < ALLOCATIONS_MAX; n++) {
        server.page.set("allocations", 0);
        server.page.set("failAllocation", n);
        // Where libmicrohttpd finds no memory to wait in, an answer waits for the next request.
        server.mayBeSilent = true;
        let answer = null;
        try {
            answer = await ask(n);
        } catch (error) {
            if (!(error instanceof Lost)) throw error; // the connection was closed: no answer is no lie
        }
        const asked = server.page.get("allocations");
        server.page.set("failAllocation", 0);
        assert.ok(server.up, `the server fell over at allocation ${n}: ${server.lastWords()}`);
        await after(n, answer);
        if (asked < n) return n - 1;
    }
    throw new Error(`no end after ${ALLOCATIONS_MAX} allocations`);
}

/** As a tablet does: what is not answered is asked again. */
async function patiently(ask, times = 3) {
    for (;;) {
        try {
            return await ask();
        } catch (error) {
            if (!(error instanceof Lost) || --times === 0) throw error;
        }
    }
}

async function writing(make) {
    const server = newServer();
    await server.start(NOW_MS);
    const maker = new Maker(kit.client.wire, 1);
    const comment = maker.id();
    assert.equal((await maker.push(server, [maker.comment(comment, "はじめ")])).acks[0].status, ACK.stored);
    let op = null;
    const told = new Set();
    const failures = await eachAllocation(
        server,
        (n) => {
            op = make(maker, comment, n);
            return maker.push(server, [op]);
        },
        async (n, answer) => {
            if (answer?.status === 200) {
                assert.ok([ACK.stored, ACK.retryLater].includes(answer.acks[0]?.status),
                    `allocation ${n}: ${JSON.stringify(answer.acks)}`);
                if (answer.acks[0].status === ACK.stored) told.add(answer.acks[0].opId);
            } else if (answer) assert.ok(answer.status >= 500, `allocation ${n}: ${answer.status} ${JSON.stringify(answer.problem)}`);
            const again = await patiently(() => maker.push(server, [op]));
            assert.equal(again.status, 200, `after allocation ${n}: ${JSON.stringify(again.problem)}`);
            const status = again.acks[0].status;
            assert.ok(status === ACK.stored || status === ACK.duplicate, `after allocation ${n}: ${JSON.stringify(again.acks)}`);
            if (answer?.acks[0]?.status === ACK.stored) assert.equal(status, ACK.duplicate);
        },
    );
    server.mayBeSilent = false;
    const { log, refused } = await kit.look(server.folder);
    const there = new Set(log.map(([opId]) => opId));
    for (const opId of told) assert.ok(there.has(opId), `${opId} was acknowledged and is not there`);
    assert.equal(refused.length, 0);
    await server.kill();
    const { status, said } = await server.command(["check", "--data", server.folder]);
    assert.ok(status === 0 && said.ok, JSON.stringify(said));
    server.close();
    console.log(`# ${failures} allocations failed, one at a time`);
    assert.ok(failures > 20, "the shim did not reach the server's memory");
}

test("no memory for a comment: never a crash, never a lie in an acknowledgement", () =>
    writing((maker, comment, n) => maker.comment(maker.id(), `${n} 暑い`)));
test("nor for a reply", () => writing((maker, comment, n) => maker.reply(maker.id(), comment, `${n} はい`)));
test("nor for an edit", () => writing((maker, comment, n) => maker.edit(comment, n, `${n} なおした`)));
test("nor for a reaction", () => writing((maker, comment, n) => maker.react(comment, n, 1 + (n % 3))));

test("no memory for a reader: an answer or none, and the next one is whole", async () => {
    const server = newServer();
    await server.start(NOW_MS);
    const maker = new Maker(kit.client.wire, 2);
    for (let i = 0; i < 20; i++) await maker.push(server, [maker.comment(maker.id(), `${i} 日かげ`)]);
    for (const target of ["/api/comments", "/sync/v1/changes?since=0", "/tiles/comments/14/14535/6425.mvt"]) {
        const whole = await server.ask("GET", target);
        assert.equal(whole.status, 200, target);
        await eachAllocation(server, () => server.ask("GET", target), async (n, answer) => {
            if (answer?.status === 200) assert.equal(hexOf(answer.body), hexOf(whole.body), `${target}, allocation ${n}`);
        });
        assert.equal(hexOf((await server.ask("GET", target)).body), hexOf(whole.body), target);
    }
    await server.kill();
    server.close();
});

test("no memory to start: a sentence, not a crash", async () => {
    const server = newServer();
    let refused = 0;
    for (let n = 1; n < 4000; n += n < 40 ? 1 : 61) {
        try {
            await server.start(NOW_MS, { failAllocation: n });
        } catch {
            refused += 1;
            assert.match(server.lastWords(), /memory|sqlite|cannot|could not|not /i, `allocation ${n}: ${server.lastWords()}`);
            assert.ok(server.lastStatus > 0, `allocation ${n} ended the start by signal ${-server.lastStatus}`);
            continue;
        }
        server.page.set("failAllocation", 0);
        assert.equal((await server.ask("GET", "/sync/v1/hello")).status, 200);
        await server.kill();
    }
    console.log(`# ${refused} starts refused`);
    server.close();
});

await run();
kit.end();
