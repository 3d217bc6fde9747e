// Invariants that need no dice: every order of a small history, a number that never came, an operation
// that is poison, clients of other versions. invariants_test.mjs PROGRAM SHIM CLIENT; prints TAP.
import assert from "node:assert/strict";
import path from "node:path";
import { run, test } from "../spec/tap.mjs";
import { bundle } from "./client.mjs";
import { copyTemplate } from "./folder.mjs";
import { makeKit } from "./harness.mjs";
import { ACK, hexOf, KIND, Maker } from "./maker.mjs";
import { Server } from "./server.mjs";

const NOW_MS = 1_785_542_400_000;
const [program, shim, client] = process.argv.slice(2);
if (!(await bundle(client))) {
    console.log("1..0 # SKIP the app's packages are not installed");
    process.exit(0);
}
const kit = await makeKit({ program, shim, client });
let count = 0;

async function withServer(work) {
    const name = `server-${++count}`;
    const server = new Server(kit.program, { name, folder: path.join(kit.work, name), work: kit.work, seed: count });
    copyTemplate(kit.template("city"), server.folder);
    await server.start(NOW_MS);
    await work(server, new Maker(kit.client.wire, count));
    await server.kill();
    const { status, said } = await server.command(["check", "--data", server.folder]);
    assert.ok(status === 0 && said.ok, JSON.stringify(said));
    server.close();
}

function* permutations(list) {
    if (list.length === 0) yield [];
    for (let i = 0; i < list.length; i++)
        for (const rest of permutations([...list.slice(0, i), ...list.slice(i + 1)])) yield [list[i], ...rest];
}

/** A comment, two edits of it, a reply, a reaction taken back: six operations that hang together. */
function history(maker, withdrawn) {
    const [comment, reply] = [maker.id(), maker.id()];
    const ops = [
        maker.comment(comment, "はじめ"), maker.edit(comment, 1, "つぎ"),
        withdrawn ? maker.remove(comment) : maker.edit(comment, 2, "おわり"),
        maker.reply(reply, comment, "はい"), maker.react(comment, 1, 1), maker.react(comment, 2, 2),
    ];
    return { comment, reply, ops };
}

async function everyOrder(withdrawn) {
    await withServer(async (server) => {
        const histories = [];
        for (const order of permutations([0, 1, 2, 3, 4, 5])) {
            const maker = new Maker(kit.client.wire, 10_000 + histories.length);
            const made = history(maker, withdrawn);
            // A request each: no order inside of a batch is a help.
            for (const i of order) {
                const { acks } = await maker.push(server, [made.ops[i]]);
                assert.equal(acks[0].status, ACK.stored, `order ${order}: ${acks[0].reason}`);
            }
            histories.push({ ...made, order });
        }
        assert.equal(histories.length, 720);
        const { state } = await kit.look(server.folder);
        const by = (rows, key) => new Map(rows.map((row) => [row[key], row]));
        const [comments, replies] = [by(state.comment, "id"), by(state.reply, "id")];
        const reactions = by(state.reaction, "object_id");
        for (const { comment, reply, order } of histories) {
            const row = comments.get(hexOf(comment));
            const found = [
                row?.text, row?.withdrawn, row?.disagree, row?.agree, row?.reply_count,
                replies.get(hexOf(reply))?.text, reactions.get(hexOf(comment))?.value,
            ];
            const text = withdrawn ? row?.text : "おわり"; // of a withdrawn one nobody sees the words
            assert.deepEqual(found, [text, withdrawn ? 1 : 0, 1, 0, 1, "はい", 2], `order ${order}`);
        }
    });
}

test("I5_every_order_of_six_operations_ends_alike: 720 orders, an edit last", () => everyOrder(false));
test("I5_every_order_of_six_operations_ends_alike: 720 orders, with a withdrawal", () => everyOrder(true));

test("I10_a_number_that_never_came_is_told_at_the_next_sync", () =>
    withServer(async (server, maker) => {
        const ops = Array.from({ length: 5 }, (_, i) => maker.comment(maker.id(), `${i} 暑い`));
        const first = await maker.push(server, [ops[0], ops[1], ops[3]]);
        assert.deepEqual(first.missing, [3]);
        const second = await maker.push(server, [ops[4]]);
        assert.deepEqual(second.missing, [3]);
        assert.deepEqual((await maker.push(server, [ops[2]])).missing, []);
    }));

/** Bytes that no operation is, and operations that nobody may have. */
function poisons(maker) {
    return [
        new Uint8Array([0xff, 0xff, 0xff]), new Uint8Array(0), maker.dice.bytes(300),
        maker.comment(maker.id(), "い".repeat(3000)), maker.comment(maker.id(), ""),
        maker.comment(maker.id(), "他人の", { kind: KIND.moderate }),
        maker.op({ kind: 99, objectId: maker.id(), body: maker.body("text", maker.text("未来")) }),
        maker.op({ kind: KIND.edit, objectId: maker.id(), register: 77, rev: 1, body: maker.body("text", maker.text("x")) }),
        maker.comment(maker.dice.bytes(15), "短い番号"),
    ];
}

test("I12_a_poisoned_operation_delays_no_other_and_blocks_no_download", () =>
    withServer(async (server, maker) => {
        for (const [i, poison] of poisons(maker).entries()) {
            const good = [maker.comment(maker.id(), `${i} 前`), maker.comment(maker.id(), `${i} 後`)];
            const answer = await maker.push(server, [good[0], poison, good[1]]);
            assert.equal(answer.status, 200, `poison ${i}: ${JSON.stringify(answer.problem)}`);
            assert.equal(answer.acks.length, 3, `poison ${i}`);
            assert.deepEqual([answer.acks[0].status, answer.acks[2].status], [ACK.stored, ACK.stored], `poison ${i}`);
            assert.equal(answer.acks[1].status, ACK.quarantined, `poison ${i}`);
            assert.notEqual(answer.acks[1].reason, "", `poison ${i} is refused without a word`);
        }
        const { refused } = await kit.look(server.folder);
        assert.ok(refused.length >= poisons(maker).length - 1, "what was refused is kept with its bytes");
        const page = await server.ask("GET", "/sync/v1/changes?since=0&limit=1000");
        const changes = [...kit.client.wire.wireFields(page.body)].filter(({ field }) => field === 6);
        assert.equal(changes.length, 2 * poisons(maker).length);
    }));

test("I14_other_versions: an unknown kind is kept byte for byte, an unknown field does no harm", () =>
    withServer(async (server, maker) => {
        const { wire } = kit.client;
        const future = maker.op({ kind: 31, objectId: maker.id(), body: maker.body("text", maker.text("来年の言葉")) });
        const answer = await maker.push(server, [future]);
        assert.equal(answer.acks[0].status, ACK.quarantined);
        const { refused } = await kit.look(server.folder);
        assert.deepEqual(refused.map(([, , op]) => op), [hexOf(future)]);
        // A field of tomorrow inside an operation of today: kept in the bytes, ignored in the tables.
        const plain = maker.comment(maker.id(), "今日の言葉");
        const more = new wire.WireWriter().string(99, "明日").done();
        const both = Uint8Array.from([...plain, ...more]);
        assert.equal((await maker.push(server, [both])).acks[0].status, ACK.stored);
        const { log } = await kit.look(server.folder);
        assert.equal(log.length, 1);
    }));

test("I14_other_versions: a client of another schema is told so, and nothing of its is refused for good", () =>
    withServer(async (server, maker) => {
        const op = maker.comment(maker.id(), "暑い");
        for (const schema of [2, 7]) {
            const answer = await maker.push(server, [op], { schema });
            assert.ok(![400, 413, 415, 422].includes(answer.status),
                `status ${answer.status} makes a tablet put the operation aside (web/src/sync/push.ts)`);
        }
        assert.equal((await maker.push(server, [op])).acks[0].status, ACK.duplicate);
    }));

await run();
kit.end();
