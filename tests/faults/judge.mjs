// judge: the invariants of schema/sync.md's research (I1 …), looked at when everything has healed.
import { createHash } from "node:crypto";
import { KIND } from "./desk.mjs";
import { Dice } from "./dice.mjs";

const sha256 = (hex) => createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
export const bare = (id) => id.replaceAll("-", "");
export const dashed = (id) => [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join("-");
/** Of schema/proto/sync.proto. */
export const STATUS = { held: 1, public: 2, masked: 3, hidden: 4 };

/** Is a comment there for everybody? */
export const isShown = (row) =>
    !row.withdrawn && row.space_id === null && (row.status === STATUS.public || row.status === STATUS.masked);

/** I1: what was shown as saved is on the server once, as it was sent, or visibly refused. */
export async function everySavedOnce(history, server, found) {
    const log = new Map();
    for (const [opId, sum, erased] of found.log) {
        if (log.has(opId)) history.violate(`I1: ${server.name} has operation ${opId} twice`);
        log.set(opId, { sum, erased });
    }
    const refused = new Set(found.refused.map(([sum]) => sum));
    for (const [opId, { device, objectId }] of history.saved) {
        const bytes = history.sent.get(opId);
        if (bytes === undefined) history.violate(`I1: tablet ${device} never sent operation ${opId} that it shows as saved`);
        const stored = log.get(bare(opId));
        // Answered as gone, and forgotten: so are photos and replies that come after an erasure.
        const wish = history.wishOf(objectId);
        if (!stored && [objectId, wish?.id, wish?.parent].some((id) => id && found.gone.has(bare(id)))) continue;
        if (stored && !stored.erased && stored.sum !== sha256(bytes))
            history.violate(`I1: ${server.name} has other bytes of ${opId}`);
        // What a server refused that is gone: its tablet still shows it, with the reason.
        if (!stored && history.forgot && history.wishes.get(objectId)?.refused) {
            const { ops } = await history.devices[device].rows();
            if (ops.some((op) => op.opId === opId && op.state === "refused" && op.reason)) continue;
        }
        if (!stored && !refused.has(sha256(bytes)))
            history.violate(`I1: operation ${opId} of tablet ${device} is not on ${server.name}`);
    }
}

/** I13: nothing is there that nobody made. */
export function nothingElse(history, server, found) {
    const erasing = new Set(found.decisions.filter(([, id, kind]) => kind === KIND.erase && history.desk.wasCondemned(dashed(id)))
        .map(([opId]) => opId));
    for (const [opId, , erased] of found.log) {
        const id = dashed(opId);
        if (!history.sent.has(id) && !erased && !history.kit.given.has(opId) && !history.desk.decisions.has(opId) &&
            !erasing.has(opId))
            history.violate(`I13: ${server.name} has an operation ${id} that nobody made`);
    }
    if (found.refused.length > history.sent.size) history.violate("I13: more is in quarantine than was sent");
}

/** I8: what an author wrote last is what stands, on the tablet as on the server. */
export async function wishesHold(history, server, found) {
    const byId = (rows) => new Map(rows.map((row) => [row.id, row]));
    const objects = { comment: byId(found.state.comment), reply: byId(found.state.reply) };
    for (const wish of history.wishes.values()) {
        const row = objects[wish.type].get(bare(wish.id));
        if (found.gone.has(bare(wish.id))) {
            if (row) history.violate(`I9: ${wish.type} ${wish.id} was erased and is on ${server.name}`);
            continue;
        }
        if (wish.refused) {
            if (row) history.violate(`${server.name} shows ${wish.id}, which it had to refuse`);
            continue;
        }
        if (!row) {
            // Taken back before it was ever sent, or gone for ever: both leave no row behind.
            if (!wish.withdrawn && !(wish.parent && found.gone.has(bare(wish.parent)))) history.violate(`I8: ${wish.type} ${wish.id} is not on ${server.name}`);
            continue;
        }
        if (Boolean(row.withdrawn) !== wish.withdrawn)
            history.violate(`I9: ${wish.id} is ${row.withdrawn ? "" : "not "}withdrawn on ${server.name}`);
        if (!wish.withdrawn && row.text !== wish.text)
            history.violate(`I8: ${wish.id} says “${row.text}” on ${server.name}, its author wrote “${wish.text}”`);
    }
    const VALUE = { none: 0, agree: 1, disagree: 2, unsure: 3 };
    for (const [number, of] of history.reactions) {
        const author = bare((await history.devices[number].rows()).identity.authorId);
        for (const [id, value] of of) {
            // A reaction may go with its comment.
            if (history.wishes.get(id)?.withdrawn || found.gone.has(bare(id))) continue;
            const row = found.state.reaction.find((one) => one.object_id === bare(id) && one.author_id === author);
            if ((row?.value ?? 0) !== VALUE[value])
                history.violate(`I8: tablet ${number}'s reaction to ${id} is ${row?.value} on ${server.name}, not ${value}`);
        }
    }
}

/** I6: nothing is refused for its clock, and nothing is shown as made after it came. */
export function clocksDecideNothing(history, server, found) {
    if (found.late > 0) history.violate(`I6: ${found.late} rows on ${server.name} are shown as made after their receipt`);
    const expected = new Set(["outside", "text_too_long"]);
    for (const [, reason] of found.refused)
        if (!expected.has(reason)) history.violate(`I6: ${server.name} refused something as ${reason}`);
}

/** I1, on the tablet: nothing waits any more, and what was refused says why. */
export async function tabletsAreQuiet(history) {
    for (const device of history.devices) {
        const { ops } = await device.rows();
        const left = ops.filter((op) => op.state === "waiting" || op.state === "frozen");
        if (left.length > 0) history.violate(`I1: ${device.name} still holds ${left.length} operations`);
        for (const op of ops)
            if (op.state === "refused" && !op.reason) history.violate(`I1: ${device.name} does not say why ${op.opId} was refused`);
    }
}

/** I2, on the tablet: it shows what the server shows. */
export async function tabletsShowTheSame(history) {
    for (const device of history.devices) {
        if (!(await device.pull())) history.violate(`I2: ${device.name} cannot read what is there`);
        const known = new Map((await device.known()).map((view) => [bare(view.id), view.text]));
        const { state } = await history.kit.look(device.home.folder);
        const shown = state.comment.filter(isShown);
        for (const row of shown) {
            const text = row.status === STATUS.masked ? "" : row.text;
            if (known.get(row.id) !== text)
                history.violate(`I2: ${device.name} shows “${known.get(row.id)}” where ${device.home.name} has “${text}”`);
        }
        if (known.size !== shown.length)
            history.violate(`I2: ${device.name} shows ${known.size} comments, ${device.home.name} ${shown.length}`);
    }
}

async function replayAll(history, dice) {
    for (const request of dice.shuffled(history.requests)) {
        if (!request.server.up) continue;
        const answer = await request.server.ask(request.method, request.target, request.headers, request.body);
        if (answer.status >= 500) history.violate(`I4: a replayed ${request.target} was answered ${answer.status}`);
    }
}

/** I4: every request of the past again, in any order, twice: nothing changes. */
export async function replaysChangeNothing(history, look, same) {
    const dice = new Dice(history.seed + 1);
    let before = await look();
    if (history.forgot) {
        // Who was put back keeps again what it had refused; what everybody sees stays as it is.
        await replayAll(history, dice);
        const again = await look();
        if (JSON.stringify(again.state) !== JSON.stringify(before.state) || again.log.length !== before.log.length)
            history.violate("I4: what a server had forgotten changed more than what it keeps of refused operations");
        before = again;
    }
    for (let time = 0; time < 2; time++) await replayAll(history, dice);
    const after = await look();
    if (!same(before, after)) history.violate("I4: replayed requests changed something");
}

/** The log of a server makes the tables it serves: kakikomap check. */
export async function rebuiltIsLive(history, server) {
    const { status, said } = await server.command(["check", "--data", server.folder]);
    if (status !== 0 || said.ok !== true)
        history.violate(`I2: check of ${server.name} says ${JSON.stringify(said.faults ?? said)}`);
}
