// mail: what lies in a push, and the same in other orders.
import { Dice } from "./dice.mjs";

const OP = 4;

/** [{ opId, bytes }] of a PushRequest. */
export function opsOf({ wire, uuid }, body) {
    return [...wire.wireFields(body)].filter(({ field }) => field === OP).map(({ bytes }) => ({
        opId: uuid.uuidFromBytes([...wire.wireFields(bytes)].find(({ field }) => field === 1).bytes), bytes,
    }));
}

function withOps(wire, fields, ops) {
    const writer = new wire.WireWriter();
    for (const { field, number, bytes } of fields)
        if (field !== OP) bytes.length > 0 ? writer.bytes(field, bytes) : writer.uint(field, number);
    for (const { bytes } of ops) writer.message(OP, bytes);
    return writer.done();
}

/** The request's operations in another order: networks of several ways do that. */
export function shuffled({ wire }, body, seed) {
    const fields = [...wire.wireFields(body)];
    return withOps(wire, fields, new Dice(seed).shuffled(fields.filter(({ field }) => field === OP)));
}

/** Each operation in a request of its own, in another order. */
export function scattered({ wire }, body, seed) {
    const fields = [...wire.wireFields(body)];
    return new Dice(seed).shuffled(fields.filter(({ field }) => field === OP)).map((op) => withOps(wire, fields, [op]));
}
