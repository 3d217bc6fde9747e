// desk: a moderator at every server. What she decides is an operation that the server makes; which of them must be
// there in the end follows from where it was, and from what was put back to an older image since.
import { Lost } from "./server.mjs";

export const NAME = "shinko";
export const PASSWORD = "ひつじ雲が三つ ならんだ朝";
const JSON_TYPE = "application/json";
export const KIND = { moderate: 5, erase: 6 };
const REASON = { hide: "off_topic", mask: "abuse", blur: "unsafe_place", erase: "personal_information" };
/** Of schema/proto/sync.proto: the register of a decision, and where its body says the value. */
const REGISTERS = { 5: { field: 9, name: "status" }, 8: { field: 16, name: "precision" }, 10: { field: 18, name: "space" } };

/** Signs in and returns the cookie; the server is up. */
export async function signIn(server) {
    const body = Buffer.from(JSON.stringify({ name: NAME, password: PASSWORD }));
    const { status, headers } = await server.ask("POST", "/api/session", { "Content-Type": JSON_TYPE }, body);
    if (status !== 200) throw new Error(`${server.name} does not let the moderator in: ${status}`);
    return headers["set-cookie"][0].split(";")[0];
}

const hexOf = (bytes) => Buffer.from(bytes).toString("hex");

/** What an operation of a desk decides: { register, rev, value }. */
function meaningOf(wire, hex) {
    let [register, rev, body] = [0, 0, new Uint8Array(0)];
    for (const { field, number, bytes } of wire.wireFields(Uint8Array.from(Buffer.from(hex, "hex")))) {
        if (field === 6) register = number;
        else if (field === 7) rev = number;
        else if (field === 15) body = bytes;
    }
    const about = REGISTERS[register];
    const inside = [...wire.wireFields(body)].find(({ field }) => field === about?.field);
    const first = inside && [...wire.wireFields(inside.bytes)].find(({ field }) => field === 1);
    const value = about?.name === "space" ? hexOf(first?.bytes ?? []) : (first?.number ?? 0);
    return { register: about?.name ?? "other", rev, value };
}

/** The highest revision holds a register, equal ones go to the higher operation (sync.md S10). */
export function registersOf(wire, decisions) {
    const held = new Map();
    for (const [opId, objectId, kind, hex, erased] of decisions) {
        if (kind !== KIND.moderate || erased) continue;
        const { register, rev, value } = meaningOf(wire, hex);
        const key = `${objectId} ${register}`;
        const now = held.get(key);
        if (!now || rev > now.rev || (rev === now.rev && opId > now.opId)) held.set(key, { rev, opId, value });
    }
    return (objectId, register) => held.get(`${objectId} ${register}`)?.value;
}

export const erasedOf = (decisions) => new Set(decisions.filter(([, , kind]) => kind === KIND.erase).map(([, id]) => id));

export class Desk {
    /** Operation id → { objectId, kind, holders: Set of server names } */
    decisions = new Map();
    #cookies;
    #images = new Map();
    #condemned = new Set();

    constructor(history) {
        this.history = history;
        this.#cookies = new Map(history.kit.cookies);
    }

    /** One decision, with its fate on the way. */
    async decide(step, server) {
        const id = this.#target(step);
        if (id === null || !server.up) return;
        if (step.action === "erase") this.#condemned.add(id);
        const before = this.decisions.size;
        let status = 0;
        try {
            status = await this.#ask(server, id, step);
            if (status === 401) {
                // Put back to an image, or hours ahead by its clock: she signs in once more.
                this.#cookies.set(server.name, await signIn(server));
                status = await this.#ask(server, id, step);
            }
        } catch (error) {
            if (!(error instanceof Lost || error instanceof TypeError)) throw error;
        }
        this.history.tell(`${step.action} of ${id} at ${server.name}: ${status}`);
        await this.learn(server);
        if ((status === 200 || status === 204) && this.decisions.size === before)
            this.history.violate(`I1: ${server.name} answered ${status} to ${step.action} of ${id} and has nothing of it in its log`);
    }

    /** Was it to be erased? The list beside the database is written first: what was answered with a fault may yet be done at a start. */
    wasCondemned(id) {
        return this.#condemned.has(id) || this.#condemned.has(this.history.album.photos.get(id)?.commentId);
    }

    #target(step) {
        const wishes = [...this.history.wishes.values()].filter((wish) => !wish.refused);
        const list = [...wishes, ...this.history.album.list].map(({ id }) => id);
        return (step.target % 3 === 0 ? list.at(-1) : list[step.target % list.length]) ?? null;
    }

    async #ask(server, id, { action, value, fate }) {
        const more = { blur: { precision_m: [10, 50, 200][value % 3] }, redact: {
            boxes: [{ left: 100 * (value % 5), top: 200, right: 100 * (value % 5) + 300, bottom: 700 }],
        }, move: { space: value % 2 === 0 ? this.history.kit.space : null } };
        const words = { action, reason: REASON[action] ?? "other", ...more[action] };
        const answer = await this.history.carry({
            server, method: "POST", target: `/api/moderation/${id}`, once: true,
            headers: { "Content-Type": JSON_TYPE, Cookie: this.#cookies.get(server.name) ?? "" },
            body: new TextEncoder().encode(JSON.stringify(words)),
        }, fate);
        return answer.status;
    }

    /** What a server's log has that no tablet sent. */
    async learn(server) {
        const { decisions } = await this.history.kit.look(server.folder, "decisions");
        for (const [opId, objectId, kind] of decisions) {
            if (!this.decisions.has(opId)) this.decisions.set(opId, { objectId, kind, holders: new Set() });
            this.decisions.get(opId).holders.add(server.name);
        }
    }

    /** Two servers have exchanged all they had. */
    exchanged(servers) {
        const names = servers.map(({ name }) => name);
        for (const { holders } of this.decisions.values())
            if (names.some((name) => holders.has(name))) for (const name of names) holders.add(name);
    }

    imageTaken(server, image) {
        this.#images.set(image, new Set([...this.decisions].filter(([, { holders }]) => holders.has(server.name)).map(([id]) => id)));
    }

    /** Erasures lie beside the database too, and are applied to what was put back (sync.md S13). */
    restored(server, image, beside) {
        for (const [opId, { kind, holders }] of this.decisions)
            if (!this.#images.get(image).has(opId) && !(kind === KIND.erase && beside === "kept")) holders.delete(server.name);
    }

    gone(server) {
        for (const { holders } of this.decisions.values()) holders.delete(server.name);
    }
}
