// history: a plan carried out by real tablets and real servers. Everything happens one after the
// other; what is undecided in the world outside is decided by the plan.
import fs from "node:fs";
import path from "node:path";
import { Album, picture } from "./album.mjs";
import { Desk } from "./desk.mjs";
import { Device, Killed, seedRandom } from "./device.mjs";
import { Dice } from "./dice.mjs";
import { copyTemplate, putImage, takeImage } from "./folder.mjs";
import { opsOf, scattered, shuffled } from "./mail.mjs";
import { describe } from "./plan.mjs";
import { Lost, Server } from "./server.mjs";

const BEGIN_MS = 1_785_542_400_000; // 1 August 2026, 9:00 in Kumagaya
const ENOSPC = 28;

export class Violation extends Error {
    name = "Violation";
}

/** What one author wants an object to be; the truth that tables are compared with. */
class Wish {
    /** All it ever said. */
    said = new Set();
    /** Of a reply: its comment. */
    parent = null;

    constructor(fields) {
        Object.assign(this, { withdrawn: false, refused: false }, fields);
    }

    set text(words) {
        this.said.add(words);
        this.now = words;
    }

    get text() {
        return this.now;
    }
}

export class History {
    trace = [];
    requests = [];
    /** A server was put back, or is gone: what it alone had kept of refused operations may be gone as well. */
    forgot = false;
    wishes = new Map();
    /** device number → Map of comment id → value */
    reactions = new Map();
    /** Operation id → { device, objectId }: what a tablet has shown as saved. */
    saved = new Map();
    /** Operation id → SHA-256 of the bytes it was first sent with. */
    #images = [];
    #fates = [];
    #due = new Map();
    #nowMs = BEGIN_MS;

    /** kit: { program, client, template, work, inspector }; world: see worlds.mjs. */
    constructor(kit, world, seed) {
        this.kit = kit;
        this.world = world;
        this.seed = seed;
        this.servers = world.servers.map((name, i) => new Server(kit.program, {
            name, folder: path.join(kit.work, name), work: kit.work, seed: seed * 10 + i,
        }));
        this.devices = Array.from({ length: world.devices }, (_, i) => {
            const device = new Device(kit.client, i, this);
            device.home = this.servers[0];
            return device;
        });
        this.album = new Album();
        this.desk = new Desk(this);
    }

    now() {
        return this.#nowMs;
    }

    say(line) {
        this.trace.push(line);
    }

    tell(line) {
        this.trace.push(`    ${line}`);
    }

    violate(sentence) {
        throw new Violation(sentence);
    }

    async run(steps) {
        seedRandom(new Dice(this.seed));
        try {
            for (const server of this.servers) {
                copyTemplate(this.kit.template(server.name), server.folder);
                fs.rmSync(server.log, { force: true });
            }
            await this.world.setUp?.(this);
            for (const server of this.servers) await this.up(server);
            for (const device of this.devices) await device.boot();
            for (const [number, step] of steps.entries()) await this.#step(number, step);
            await this.#heal();
            await this.world.judge(this);
        } finally {
            for (const server of this.servers) {
                await server.kill();
                server.close();
            }
            for (const device of this.devices) device.kill();
            this.world.tearDown?.(this);
        }
    }

    /** What becomes of the next requests. */
    fate(fates) {
        this.#fates = [...fates];
    }

    nextFate() {
        return this.#fates.shift() ?? { what: "ok" };
    }

    /** The clocks of all servers, at this moment of the world. */
    #setClocks() {
        for (const server of this.servers) server.page.set("now", this.#nowMs + (server.offsetMs ?? 0));
    }

    async up(server) {
        if (server.lost || server.up) return;
        await server.start(this.#nowMs + (server.offsetMs ?? 0));
    }

    async #down(server, until) {
        await server.kill();
        this.#due.set(server, until);
    }

    async #step(number, step) {
        this.say(`${number}: ${describe(step)}`);
        this.#nowMs += 1 + step.waitMs;
        this.#number = number;
        seedRandom(new Dice(step.seed));
        for (const [server, until] of this.#due) {
            if (number < until) continue;
            this.#due.delete(server);
            await this.up(server);
        }
        this.#setClocks();
        const device = this.devices[step.device];
        const server = this.servers[(step.server ?? 0) % this.servers.length];
        switch (step.what) {
            case "comment":
            case "photo":
            case "refused":
                return this.#save(device, step, () => this.#comment(device, step));
            case "reply":
                return this.#save(device, step, () => this.#reply(device, step));
            case "edit":
                return this.#save(device, step, () => this.#edit(device, step));
            case "withdraw":
                return this.#save(device, step, () => this.#withdraw(device, step));
            case "react":
                return this.#save(device, step, () => this.#react(device, step));
            case "push":
            case "pull":
                return this.#online(device, step);
            case "tablet_dies":
                device.kill();
                return device.boot();
            case "tablet_clock":
                device.offsetMs = step.offsetMs;
                return undefined;
            case "server_clock":
                server.offsetMs = step.offsetMs;
                return undefined;
            case "server_dies":
                return server.lost ? undefined : this.#down(server, number + step.downFor);
            case "decide":
                return this.desk.decide(step, server);
            case "rest":
                return server.rest();
            case "replay":
                return this.replay(new Dice(step.seed));
            case "image":
                return this.#takeImage(server);
            case "restore":
                return this.#restore(server, step);
            default:
                return this.world.step(this, step, server);
        }
    }

    #number = 0;
    /** How many requests of tablets had something to say; with none left it is quiet. */
    #written = 0;

    // --- People ---------------------------------------------------------------------------------

    /** The user's own doing, and what the tablet shows after it. */
    async #save(device, step, work) {
        await device.boot();
        if (step.dies) device.dieIn(1, step.dies === "before");
        try {
            await work();
        } catch (error) {
            if (!(error instanceof Killed)) throw error;
            this.tell("the tablet died while saving");
            await device.boot();
            await this.#learn(device);
            return;
        }
        await this.#note(device);
    }

    #own(device, step, type = null) {
        const list = [...this.wishes.values()].filter(
            (wish) => wish.device === device.number && !wish.withdrawn && (type === null || wish.type === type));
        return (step.target % 2 === 0 ? list.at(-1) : list[step.target % list.length]) ?? null;
    }

    #any(step) {
        const list = [...this.wishes.values()].filter((wish) => wish.type === "comment");
        return list.length > 0 ? list[step.target % list.length] : null;
    }

    async #comment(device, step) {
        const dice = new Dice(step.seed);
        const text = step.why === "long" ? "あ".repeat(2001) : `${step.seed} 暑い`;
        const photos = Array.from({ length: step.photos ?? 0 }, () => picture(dice));
        const row = await device.comment({
            photos, kind: step.kind ?? "idea", text, penName: dice.pick(["", "けやき"]),
            lon: step.why === "outside" ? 10 : 139.38 + dice.below(1000) / 1e5, lat: 36.14 + dice.below(1000) / 1e5,
        });
        this.wishes.set(row.id, new Wish({
            id: row.id, type: "comment", device: device.number, text, refused: step.why !== undefined,
        }));
    }

    async #reply(device, step) {
        const comment = this.#any(step);
        if (!comment) return;
        const text = `${step.seed} そうですね`;
        const row = await device.reply({ commentId: comment.id, text });
        this.wishes.set(row.id, new Wish({ id: row.id, type: "reply", device: device.number, text, parent: comment.id }));
    }

    async #edit(device, step) {
        const wish = this.#own(device, step);
        if (!wish) return;
        for (let time = 1; time <= step.times; time++) {
            const text = `${step.seed} なおしました ${time}`;
            if ((await device.edit(wish.id, text)) !== null) wish.text = text;
        }
    }

    async #withdraw(device, step) {
        const wish = this.#own(device, step);
        if (!wish) return;
        await device.withdraw(wish.id);
        wish.withdrawn = true;
    }

    async #react(device, step) {
        const comment = this.#any(step);
        if (!comment) return;
        if (!this.reactions.has(device.number)) this.reactions.set(device.number, new Map());
        for (const value of [...["agree", "none"].slice(0, step.times - 1), step.value]) {
            await device.react(comment.id, value);
            this.reactions.get(device.number).set(comment.id, value);
        }
    }

    /** Of a photo the wish is its comment's. */
    wishOf(objectId) {
        return this.wishes.get(objectId) ?? this.wishes.get(this.album.photos.get(objectId)?.commentId);
    }

    /** After a save: what counts as saved now. What was taken back before it was sent counts no more. */
    async #note(device) {
        const { ops, photos } = await device.rows();
        const there = new Set(ops.map((op) => op.opId));
        this.album.note(device, photos);
        for (const op of ops) this.saved.set(op.opId, { device: device.number, objectId: op.objectId });
        for (const [opId, { device: number, objectId }] of this.saved)
            if (number === device.number && !there.has(opId) && !this.sent.has(opId))
                if (this.wishOf(objectId)?.withdrawn) this.saved.delete(opId);
                else this.violate(`I1: ${device.name} forgot operation ${opId} that it had not sent`);
    }

    /** After dying while saving: all of it is there, or nothing; the tablet shows which. */
    async #learn(device) {
        const { ops, owns, reactions, photos } = await device.rows();
        const shown = new Map(owns.map((row) => [row.id, row]));
        for (const op of ops) {
            if (op.kind === 1 && !shown.has(op.objectId) && !photos.some(({ id }) => id === op.objectId))
                this.violate(`I1: ${device.name} holds an operation for ${op.objectId} and does not show it`);
        }
        for (const row of owns) {
            const wish = this.wishes.get(row.id);
            const withdrawn = row.state === "withdrawn";
            if (!wish)
                this.wishes.set(row.id, new Wish({
                    id: row.id, type: row.type, device: device.number, text: row.text, withdrawn, parent: row.commentId,
                    refused: row.lonE7 === 100_000_000 || row.text.length > 2000,
                }));
            else Object.assign(wish, { text: row.text, withdrawn });
        }
        for (const wish of this.wishes.values())
            if (wish.device === device.number && !shown.has(wish.id)) wish.withdrawn = true;
        for (const row of reactions) {
            if (!this.reactions.has(device.number)) this.reactions.set(device.number, new Map());
            this.reactions.get(device.number).set(row.id, row.value);
        }
        await this.#note(device);
    }

    // --- The network ------------------------------------------------------------------------------

    /** Operation ids that have been on the wire, with their bytes as first sent. */
    sent = new Map();

    /** A tablet with a network: it sends, and reads. */
    async #online(device, step) {
        this.#fates = [...(step.fates ?? [])];
        await device.boot();
        if (step.dies) device.dieIn(step.dies.n, step.dies.before);
        try {
            if (step.what !== "pull") this.tell(JSON.stringify(await device.push()));
            if (step.what !== "push") await device.pull();
            if (step.what !== "push" && this.world.hears) await device.hear();
        } catch (error) {
            if (!(error instanceof Killed)) throw error;
            this.tell("the tablet died while it was online");
            await device.boot();
        }
        this.#fates = [];
        await this.#note(device);
    }

    /** What a tablet's fetch does: { status, headers, body } or "kill"; throws as a lost network does. */
    async send(device, target, init = {}) {
        const request = {
            server: device.home, method: init.method ?? "GET", target: String(target),
            headers: Object.fromEntries(new Headers(init.headers)), body: init.body ? new Uint8Array(init.body) : null,
        };
        this.#watch(device, request);
        if (request.method !== "GET") this.#written += 1;
        return this.carry(request, this.nextFate());
    }

    /** I1, I13: frozen at the first sending, the same bytes ever after. */
    #watch(device, request) {
        if (!request.target.startsWith("/sync/v1/ops") || !request.body) return;
        for (const { opId, bytes } of opsOf(this.kit.client, request.body)) {
            const hex = Buffer.from(bytes).toString("hex");
            const first = this.sent.get(opId);
            if (first !== undefined && first !== hex) this.violate(`S1: ${device.name} sends ${opId} with other bytes`);
            this.sent.set(opId, hex);
        }
    }

    /** Each operation by a request of its own, in another order, minutes apart; the answers are lost. */
    async #scatter(request, seed) {
        for (const body of scattered(this.kit.client, request.body, seed)) {
            this.#nowMs += 60_000;
            this.#setClocks();
            await this.#deliver({ ...request, body });
        }
        throw new Lost("the answers are lost");
    }

    async #deliver(request) {
        const answer = await request.server.ask(request.method, request.target, request.headers, request.body);
        if (answer.status >= 500 && !request.server.faulty)
            this.violate(`${request.method} ${request.target} was answered ${answer.status}: ${Buffer.from(answer.body)}`);
        return answer;
    }

    async #lost(work) {
        try {
            return await work();
        } catch (error) {
            if (error instanceof Lost) throw new TypeError("fetch failed");
            throw error;
        }
    }

    /** One request through the network, with its fate. */
    async carry(request, fate) {
        if (fate.what !== "ok") this.tell(`${request.method} ${request.target}: ${fate.what} ${fate.call ?? ""}`);
        if (fate.what === "lose_request") throw new TypeError("fetch failed");
        if (fate.what === "tablet_dies_first") return "kill";
        // What a desk asks for is asked once: a second time it is a second decision.
        if (!request.once) this.requests.push(request);
        if (fate.what === "cut" && request.body) {
            await request.server.cut(request, Math.floor(request.body.length * fate.part));
            throw new TypeError("fetch failed");
        }
        if (fate.what === "replay") await this.replay(new Dice(fate.seed));
        if (fate.what === "shuffle" && request.target.startsWith("/sync/v1/ops") && request.body)
            return this.#lost(() => this.#deliver({ ...request, body: shuffled(this.kit.client, request.body, fate.seed) }));
        if (fate.what === "scatter" && request.target.startsWith("/sync/v1/ops") && request.body)
            return this.#lost(() => this.#scatter(request, fate.seed));
        if (fate.what === "server_dies") return this.#lost(() => this.#dying(request, fate.call));
        if (fate.what === "disk_full") return this.#lost(() => this.#full(request, fate.call));
        const answer = await this.#lost(() => this.#deliver(request));
        if (fate.what === "lose_answer") throw new TypeError("fetch failed");
        if (fate.what === "tablet_dies") return "kill";
        if (fate.what === "twice") return this.#lost(() => this.#deliver(request));
        return answer;
    }

    /** kill -9 just before the server's n-th call to the disk. */
    async #dying(request, call) {
        const { server } = request;
        server.page.set("calls", 0);
        server.page.set("dieAt", call);
        try {
            return await this.#deliver(request);
        } finally {
            if (server.up && server.page.get("calls") < call) server.page.set("dieAt", 0);
            else {
                await server.kill();
                this.tell(`${server.name} died`);
                await this.up(server);
            }
        }
    }

    async #full(request, call) {
        const { server } = request;
        server.page.set("calls", 0);
        server.page.set("failFrom", call);
        server.page.set("failErrno", ENOSPC);
        server.faulty = true;
        try {
            return await this.#deliver(request);
        } finally {
            server.faulty = false;
            server.page.set("failErrno", 0);
        }
    }

    /** Any request of the past, once more; nobody reads the answer. */
    async replay(dice) {
        if (this.requests.length === 0) return;
        const request = dice.pick(this.requests);
        this.tell(`once more: ${request.method} ${request.target}`);
        try {
            await this.#deliver(request);
        } catch (error) {
            if (!(error instanceof Lost)) throw error;
        }
    }

    // --- Servers ----------------------------------------------------------------------------------

    #takeImage(server) {
        if (server.lost) return;
        const image = path.join(this.kit.work, `image-${this.#images.length}`);
        takeImage(server.folder, image);
        this.#images.push({ server, image });
        this.desk.imageTaken(server, image);
    }

    async #restore(server, step) {
        const images = this.#images.filter((one) => one.server === server);
        const may = this.world.restorable?.includes(server.name);
        if (!may || images.length === 0 || server.lost) return;
        const { image } = images[step.image % images.length];
        await server.kill();
        putImage(image, server.folder, step.beside);
        this.forgot = true;
        this.desk.restored(server, image, step.beside);
        await this.up(server);
    }

    /** No more faults: everything is up, and everybody sends until nothing is left. */
    async #heal() {
        this.say("healing");
        this.#fates = [];
        this.#nowMs += 3_600_000;
        for (const server of this.servers) {
            if (server.lost) continue;
            await server.kill();
            await this.up(server);
        }
        for (const device of this.devices) {
            device.kill();
            await device.boot();
        }
        for (let round = 0; round < 12; round++) {
            this.#nowMs += 120_000;
            this.#setClocks();
            const before = this.#written;
            for (const device of this.devices) await this.#online(device, {});
            await this.world.settle?.(this);
            if (this.#written === before) return;
        }
        this.violate("I13: it never gets quiet: requests go on when everything is sent");
    }
}
