// judge_desk: the invariants of what moderators decide, and of photos (README.md).
import fs from "node:fs";
import path from "node:path";
import { CANARY, sha256Of, sizeOf } from "./album.mjs";
import { registersOf } from "./desk.mjs";
import { bare, dashed, isShown, STATUS } from "./judge.mjs";

/** How long a server is given for what it does when nobody asks for anything. */
const IDLE_TRIES = 60;
const IDLE_MS = 25;

/** I1: what a moderator was told is done is in every log; I2, I8: the newest decision holds, at every outlet. */
export async function decisionsHold(history, server, found) {
    const there = new Set(found.log.map(([opId]) => opId));
    for (const [opId, { objectId, holders }] of history.desk.decisions)
        if (holders.size > 0 && !there.has(opId))
            history.violate(`I1: the decision ${opId} about ${objectId} is not on ${server.name}`);
    const decided = registersOf(history.kit.client.wire, found.decisions);
    const about = new Set(found.decisions.map(([, objectId]) => objectId));
    const rows = new Map([...found.state.comment, ...found.state.reply].map((row) => [row.id, row]));
    for (const id of about) {
        const row = rows.get(id);
        if (found.gone.has(id) || !row) continue;
        for (const [register, column, otherwise] of [
            ["status", row.status, STATUS.public], ["precision", row.precision_m ?? 0, 0], ["space", row.space_id ?? "", ""]])
            if (!row.withdrawn && column !== (decided(id, register) ?? otherwise))
                history.violate(`I2: ${id} has ${register} ${column} on ${server.name}, decided was ${decided(id, register)}`);
    }
    for (const row of found.state.comment) if (about.has(row.id)) await outletsAgree(history, server, row.id, isShown(row), row);
    for (const id of found.gone) await outletsAgree(history, server, id, false, null);
}

async function outletsAgree(history, server, id, shown, row) {
    const { status, body } = await server.ask("GET", `/api/comments/${dashed(id)}`);
    if ((status === 200) !== shown)
        history.violate(`I2: ${server.name} answers ${status} for ${id}, which is ${shown ? "" : "not "}for everybody to see`);
    if (shown && row.status === STATUS.masked && row.text !== "" && Buffer.from(body).includes(row.text))
        history.violate(`I2: ${server.name} shows the masked words of ${id}`);
}

/** Until the server has done what it does when nobody asks for anything; the last fault otherwise. */
async function whenIdle(server, fault) {
    let said = null;
    for (let time = 0; time < IDLE_TRIES; time++) {
        said = await fault();
        if (said === null) return null;
        await server.rest();
        await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    }
    return said;
}

function filesOf(folder) {
    return fs.readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** I9: of what was erased no file of a server and no tablet keeps a byte. */
export async function erasedIsNowhere(history, server, found) {
    const words = [...history.wishes.values()].filter(({ id }) => found.gone.has(bare(id)))
        .flatMap(({ id, said }) => [...said].map((text) => ({ id, bytes: Buffer.from(text) })));
    if (words.length === 0) return;
    const fault = await whenIdle(server, () => {
        for (const file of [...filesOf(server.folder), server.log].filter(fs.existsSync)) {
            const bytes = fs.readFileSync(file);
            const one = words.find((word) => bytes.includes(word.bytes));
            if (one) return `I9: ${path.relative(server.folder, file)} of ${server.name} has words of ${one.id}, which was erased`;
        }
        return null;
    });
    if (fault) history.violate(fault);
    for (const device of history.devices) {
        const bytes = await device.bytes();
        const one = words.find((word) => bytes.includes(word.bytes));
        if (one) history.violate(`I9: ${device.name} has words of ${one.id}, which was erased`);
    }
}

/** I11: a photo whose bytes left the tablet is on the server once, to the byte; what nobody names is not there. */
export async function photosAreThere(history, server, found) {
    const wanted = new Map();
    for (const photo of history.album.list) {
        const wish = history.wishes.get(photo.commentId);
        const gone = [photo.id, photo.commentId].some((id) => found.gone.has(bare(id)));
        if (gone || wish?.withdrawn || wish?.refused) continue;
        wanted.set(photo.sha256, photo);
        const row = (await history.devices[photo.device].rows()).photos.find(({ id }) => id === photo.id);
        if (row?.state !== "city") history.violate(`I11: tablet ${photo.device} says of photo ${photo.id} “${row?.state}”, not that the city has it`);
    }
    const look = async () => photosFault(server, await history.kit.look(server.folder), wanted);
    if ((await look()) === null) return;
    // What is not wanted any more goes within a second, or at a start: that is sooner.
    await server.kill();
    await history.up(server);
    const fault = await whenIdle(server, look);
    if (fault) history.violate(fault);
}

function photosFault(server, found, wanted) {
    const folder = path.join(server.folder, "photos");
    const left = new Set(fs.existsSync(folder) ? filesOf(folder) : []);
    const blobs = new Map(found.blobs.map((row) => [row[0], row]));
    for (const [sha256, { id, width, height }] of wanted) {
        if (!blobs.has(sha256)) return `I11: photo ${id} is not on ${server.name}`;
        const [, w, h, ...files] = blobs.get(sha256);
        if (w !== width || h !== height) return `I11: photo ${id} is ${w} × ${h} on ${server.name}, it was taken ${width} × ${height}`;
        for (const [i, variant] of ["display", "thumb"].entries()) {
            const file = path.join(folder, sha256.slice(0, 2), `${sha256}.${variant}.jpg`);
            if (!left.delete(file)) return `I11: the ${variant} of photo ${id} is not on ${server.name}`;
            const bytes = fs.readFileSync(file);
            if (sha256Of(bytes) !== files[2 * i] || bytes.length !== files[2 * i + 1] || sizeOf(bytes) === null)
                return `I11: the ${variant} of photo ${id} on ${server.name} is not what was put there`;
            if (bytes.includes(CANARY)) return `I11: the ${variant} of photo ${id} on ${server.name} has the camera's words`;
        }
    }
    if (blobs.size > wanted.size) return `I11: ${server.name} keeps ${blobs.size} photos, ${wanted.size} are wanted`;
    if (left.size > 0) return `I11: ${server.name} keeps ${path.relative(folder, [...left][0])}, which nobody names`;
    return found.uncovered > 0 ? `I2: ${found.uncovered} photos on ${server.name} are not covered yet` : null;
}

/** I2: two servers have the same picture, but for boxes that one covered before it handed it on. */
export function picturesAreAlike(history, first, other, found) {
    const covered = new Set(found[0].state.photo.filter((row) => row.redaction_rev > 0).map((row) => row.sha256));
    const there = new Map(found[1].blobs.map((row) => [row[0], row[3]]));
    for (const [sha256, , , display] of found[0].blobs)
        if (!covered.has(sha256) && there.get(sha256) !== display)
            history.violate(`I2: the picture ${sha256} of ${first} is another one on ${other}`);
}
