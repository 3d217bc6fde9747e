// worlds: who there is, what may happen to them, and what must hold in the end.
import fs from "node:fs";
import path from "node:path";
import { erasedOf } from "./desk.mjs";
import { Gate } from "./gate.mjs";
import {
    clocksDecideNothing, everySavedOnce, nothingElse, rebuiltIsLive, replaysChangeNothing, tabletsAreQuiet, tabletsShowTheSame,
    wishesHold,
} from "./judge.mjs";
import { decisionsHold, erasedIsNowhere, photosAreThere, picturesAreAlike } from "./judge_desk.mjs";

const CHECK_EVERY = 4;

/** What every world's histories are judged by (README.md); a violation begins with the short name. */
const ALWAYS = [
    "I1_what_was_saved_is_on_every_server_once_or_visibly_refused",
    "I2_the_same_operations_make_the_same_tables_and_screens",
    "I4_replays_of_old_requests_change_nothing",
    "I6_wrong_clocks_refuse_nothing_and_show_no_future",
    "I8_what_an_author_wrote_last_stands",
    "I9_withdrawn_stays_withdrawn",
    "I13_nothing_grows_but_by_what_people_do",
];

/** What is in a server's store, and what of it was erased for good. */
async function lookInto(history, server) {
    const found = await history.kit.look(server.folder);
    return { ...found, gone: erasedOf(found.decisions) };
}

/** And where moderators decide. */
const DECIDED = [
    "I1_what_a_moderator_was_told_is_done_is_on_every_server", "I2_the_newest_decision_holds_at_every_outlet",
    "I9_what_was_erased_is_in_no_file_and_on_no_tablet",
];

async function judgeOne(history, server) {
    const look = () => history.kit.look(server.folder);
    const found = await lookInto(history, server);
    await everySavedOnce(history, server, found);
    nothingElse(history, server, found);
    await wishesHold(history, server, found);
    clocksDecideNothing(history, server, found);
    await decisionsHold(history, server, found);
    await photosAreThere(history, server, found);
    await erasedIsNowhere(history, server, found);
    await replaysChangeNothing(history, look, (a, b) => JSON.stringify(a) === JSON.stringify(b));
    if (history.seed % CHECK_EVERY === 0) await rebuiltIsLive(history, server);
}

const shared = { devices: 3, steps: [20, 60], weights: {}, fates: {} };

/** I2, I16: two servers with the same operations say the same, down to the bytes of their exports. */
async function judgeAlike(history) {
    const servers = history.servers.filter((server) => !server.lost);
    const found = await Promise.all(servers.map((server) => history.kit.look(server.folder)));
    const exports = [];
    const digests = [];
    for (const server of servers) {
        digests.push(await digestsOf(history, server));
        if (history.seed % CHECK_EVERY !== 0) continue;
        const out = path.join(history.kit.work, `${server.name}.geojson`);
        fs.rmSync(out, { force: true });
        await server.command(["export", "--data", server.folder, "--format", "geojson", "--out", out]);
        exports.push(fs.readFileSync(out, "utf8"));
    }
    for (let i = 1; i < servers.length; i++) {
        const [first, other] = [servers[0].name, servers[i].name];
        for (const [table, rows] of Object.entries(found[0].state))
            if (JSON.stringify(rows) !== JSON.stringify(found[i].state[table]))
                history.violate(`I2: ${table} differs: ${difference(rows, found[i].state[table], first, other)}`);
        if (digests[i] !== digests[0]) history.violate(`I16: the digests of ${first} and ${other} differ`);
        picturesAreAlike(history, first, other, [found[0], found[i]]);
        if (exports[i] !== exports[0]) history.violate(`I16: the exports of ${first} and ${other} differ`);
    }
}

/** The first row in which two tables differ. */
function difference(rows, others, first, other) {
    const lines = new Set(others.map((row) => JSON.stringify(row)));
    const mine = new Set(rows.map((row) => JSON.stringify(row)));
    const [here] = rows.filter((row) => !lines.has(JSON.stringify(row)));
    const [there] = others.filter((row) => !mine.has(JSON.stringify(row)));
    if (!here || !there) return `${here ? first : other} alone has ${JSON.stringify(here ?? there)}`;
    const columns = Object.keys(here).filter((key) => here[key] !== there[key]);
    return `${here.id ?? ""} ${columns.map((key) => `${key} ${here[key]} on ${first}, ${there[key]} on ${other}`).join("; ")}`;
}

/** Of every day on which a tablet's clock made an operation. */
async function digestsOf(history, server) {
    const days = new Set();
    for (const id of history.sent.keys())
        days.add(new Date(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toISOString().slice(0, 10));
    const answers = [];
    for (const day of [...days].sort()) {
        const { status, body } = await server.ask("GET", `/sync/v1/digest?day=${day}`);
        if (status !== 200) history.violate(`I16: the digest of ${server.name} was answered ${status}`);
        const { days: list } = JSON.parse(Buffer.from(body));
        answers.push(JSON.stringify(list));
    }
    return answers.join("\n");
}

/** One exchange between venue and city: by line through the gate, or by a stick carried to and fro. */
async function exchange(history, step = {}) {
    const [venue, city] = history.servers;
    if (venue.lost || (step.by !== "stick" && !city.up)) return undefined;
    // A folder that is being served takes in no photos of another process: then the service stands still meanwhile.
    const rests = venue.up && history.album.list.length > 0 && (step.seed ?? 0) % 2 === 0;
    if (rests) await venue.kill();
    const said = await exchangeBy(history, step, venue, city);
    if (rests) await history.up(venue);
    return said;
}

async function exchangeBy(history, step, venue, city) {
    const dies = step.dies ? { dieAt: step.dies } : {};
    if (step.by === "stick") {
        const stick = path.join(history.kit.work, "stick.cmsync");
        fs.rmSync(stick, { force: true });
        for (const server of [venue, city, venue]) {
            const { status } = await server.command(["sync", "--data", server.folder, "--with", stick], dies);
            history.tell(`sync of ${server.name} with the stick ended with ${status}`);
            if (status !== 0) return undefined;
        }
        history.desk.exchanged([venue, city]);
        return undefined;
    }
    history.fate(step.fates ?? []);
    history.gate.handler = (request) => history.carry({ server: city, ...request }, history.nextFate());
    const { status, said } = await venue.command(["sync", "--data", venue.folder, "--with", history.gate.url], dies);
    history.fate([]);
    history.tell(`sync ended with ${status} ${JSON.stringify(said)}`);
    if (status === 0) history.desk.exchanged([venue, city]);
    return said;
}

/** In the end somebody reads what is said, and starts a server again that has to be (sync.md S22). */
async function settle(history) {
    const said = await exchange(history);
    if (said?.error !== "conflict") return;
    const [venue] = history.servers;
    await venue.kill();
    await history.up(venue);
    await exchange(history);
}

const between = {
    ...shared,
    servers: ["venue", "city"],
    steps: [25, 60],
    holds: [...ALWAYS, "I16_the_same_digests_the_same_exports"],
    syncFates: {
        ok: 30, lose_request: 6, lose_answer: 8, twice: 4, server_dies: 6, replay: 4, disk_full: 2,
    },
    syncBy: { line: 6, stick: 1 },
    async setUp(history) {
        history.gate = new Gate();
        await history.gate.open();
    },
    tearDown: (history) => history.gate?.close(),
    async step(history, step) {
        const [venue, city] = history.servers;
        if (step.what === "sync") return exchange(history, step);
        if (step.what === "move" && !venue.lost) {
            history.devices[step.device].home = step.target % 4 === 0 ? city : venue;
        } else if (step.what === "lost" && !venue.lost) {
            await venue.kill();
            venue.lost = history.forgot = true;
            history.desk.gone(venue);
            for (const device of history.devices) device.home = city;
        }
        return undefined;
    },
    settle,
    async judge(history) {
        await tabletsAreQuiet(history);
        await tabletsShowTheSame(history);
        for (const server of history.servers) if (!server.lost) await judgeOne(history, server);
        await judgeAlike(history);
    },
};

export const WORLDS = {
    /** Three tablets and the city's own server, whose disk keeps what it said it had. */
    city: {
        ...shared,
        servers: ["city"],
        holds: ALWAYS,
        weights: { restore: 0, image: 0 },
        async judge(history) {
            await tabletsAreQuiet(history);
            await tabletsShowTheSame(history);
            await judgeOne(history, history.servers[0]);
        },
    },

    /** A venue hands on to the city; lines break, sticks travel, servers die. */
    venue: { ...between, weights: { sync: 12, move: 2, restore: 0, image: 0 } },

    /** The venue's box is put back to an old image, or lost for ever. */
    lost: {
        ...between,
        weights: { sync: 10, image: 4, restore: 3, lost: 1 },
        restorable: ["venue"],
        holds: [...between.holds, "I7_a_venue_put_back_to_any_image_loses_nothing", "I7b_a_venue_lost_for_ever_loses_nothing"],
    },

    /** Moderators at both; the venue's box is put back, with the list of erasures or without it. */
    desk: {
        ...between,
        hears: true,
        weights: { sync: 12, image: 4, restore: 2, decide: 16, photo: 2 },
        restorable: ["venue"],
        holds: [...between.holds, ...DECIDED],
    },

    /** Photos in pieces, and moderators who hide, cover and erase them; the city is put back to a backup. */
    photos: {
        ...between,
        hears: true,
        steps: [20, 45],
        weights: { sync: 10, image: 3, restore: 2, decide: 5, photo: 9, reply: 3, react: 3 },
        fates: { cut: 8 },
        restorable: ["city"],
        holds: [...between.holds, ...DECIDED, "I11_a_photo_is_at_every_server_once_to_the_byte"],
    },

    /** The city's server is put back to a backup: the venue brings it up to date again. */
    backup: {
        ...between,
        weights: { sync: 12, image: 4, restore: 3 },
        restorable: ["city"],
        holds: [...between.holds, "I7_a_city_put_back_to_a_backup_gets_everything_back"],
    },
};
