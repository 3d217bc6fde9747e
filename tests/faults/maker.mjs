// maker: operations made by hand, for tests that need one exactly so. The numbers are those of
// schema/proto/sync.proto.
import { Dice } from "./dice.mjs";

export const KIND = { create: 1, edit: 2, delete: 3, react: 4, moderate: 5, erase: 6 };
export const REGISTER = { none: 0, text: 1, reaction: 6 };
export const ACK = { stored: 1, duplicate: 2, conflict: 3, quarantined: 4, gone: 5, retryLater: 6 };

const BODY = { comment: 1, reply: 2, text: 5, reaction: 10, reason: 11 };

export const bytesOf = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
export const hexOf = (bytes) => Buffer.from(bytes).toString("hex");

/** A device with its token, as sync.md S5 knows one; everything about it comes from the dice. */
export class Maker {
    #seq = 0;

    constructor(wire, seed) {
        this.wire = wire;
        this.dice = new Dice(seed);
        this.deviceId = this.id();
        this.authorId = this.id();
        this.token = this.dice.bytes(32);
    }

    id(nowMs = 1_785_542_400_000) {
        const id = this.dice.bytes(16);
        for (let i = 5, time = nowMs; i >= 0; i--, time = Math.floor(time / 256)) id[i] = time % 256;
        id[6] = (id[6] & 0x0f) | 0x70;
        id[8] = (id[8] & 0x3f) | 0x80;
        return id;
    }

    #writer() {
        return new this.wire.WireWriter();
    }

    /** { kind, objectId, register, rev, body: bytes, opId, seq } → bytes */
    op({ kind, objectId, register = 0, rev = 0, body, opId = this.id(), seq = ++this.#seq, madeMs = 0 }) {
        return this.#writer().bytes(1, opId).bytes(2, this.deviceId).uint(3, seq).uint(4, kind).bytes(5, objectId)
            .uint(6, register).uint(7, rev).bytes(8, this.authorId).uint(9, 11202).sint(10, madeMs).bytes(15, body).done();
    }

    body(name, value) {
        const writer = this.#writer();
        return (typeof value === "number" ? writer.present(BODY[name], value) : writer.message(BODY[name], value)).done();
    }

    text(value) {
        return new TextEncoder().encode(value);
    }

    comment(objectId, text, more = {}) {
        const place = this.#writer().sint(1, 1_393_880_000).sint(2, 361_470_000).done();
        const comment = this.#writer().uint(1, 1).string(2, text).message(3, place).uint(6, 2).uint(7, 1).done();
        return this.op({ kind: KIND.create, objectId, body: this.body("comment", comment), ...more });
    }

    reply(objectId, commentId, text, more = {}) {
        const reply = this.#writer().bytes(1, commentId).string(2, text).uint(3, 2).uint(4, 1).done();
        return this.op({ kind: KIND.create, objectId, body: this.body("reply", reply), ...more });
    }

    edit(objectId, rev, text, more = {}) {
        return this.op({
            kind: KIND.edit, objectId, register: REGISTER.text, rev, body: this.body("text", this.text(text)), ...more,
        });
    }

    react(objectId, rev, value, more = {}) {
        return this.op({
            kind: KIND.react, objectId, register: REGISTER.reaction, rev, body: this.body("reaction", value), ...more,
        });
    }

    remove(objectId, more = {}) {
        return this.op({ kind: KIND.delete, objectId, body: this.body("reason", this.text("author")), ...more });
    }

    get headers() {
        return {
            Authorization: `Bearer ${Buffer.from(this.token).toString("base64url")}`,
            "Content-Type": "application/x-protobuf",
        };
    }

    request(ops, { schema = 1 } = {}) {
        const writer = this.#writer().bytes(1, this.deviceId).uint(3, schema);
        for (const op of ops) writer.message(4, op);
        return writer.done();
    }

    /** { status, acks: [{ opId, status, change, reason }], missing: [seq …], problem } */
    async push(server, ops, options = {}) {
        const answer = await server.ask("POST", "/sync/v1/ops", this.headers, this.request(ops, options));
        if (answer.status !== 200) {
            const text = Buffer.from(answer.body).toString();
            return { status: answer.status, acks: [], missing: [], problem: text.startsWith("{") ? JSON.parse(text) : { detail: text } };
        }
        const fields = [...this.wire.wireFields(answer.body)];
        const acks = fields.filter(({ field }) => field === 4).map(({ bytes }) => {
            const ack = { opId: "", status: 0, change: 0, reason: "" };
            for (const { field, number, bytes: value } of this.wire.wireFields(bytes)) {
                if (field === 1) ack.opId = hexOf(value);
                else if (field === 2) ack.status = number;
                else if (field === 3) ack.change = number;
                else if (field === 4) ack.reason = Buffer.from(value).toString();
            }
            return ack;
        });
        const missing = fields.filter(({ field }) => field === 6).flatMap(({ number, bytes }) =>
            bytes.length > 0 ? [...varints(bytes)] : [number]);
        return { status: 200, acks, missing, problem: null };
    }
}

function* varints(bytes) {
    for (let at = 0; at < bytes.length;) {
        let value = 0;
        let scale = 1;
        for (;; scale *= 0x80) {
            const byte = bytes[at++];
            value += (byte & 0x7f) * scale;
            if (byte < 0x80) break;
        }
        yield value;
    }
}
