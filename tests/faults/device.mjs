// device: a tablet. The client's own code over an IndexedDB of its own, a clock that may be wrong,
// and a network that the history decides about. Killing it drops its memory and keeps its database.

/** What a dead tablet's code still waits for never comes. */
const never = () => new Promise(() => {});

const SPEAKER = { authorId: "", penName: "", hat: "citizen", channel: "tablet", meetingId: null, spaceId: null };

export class Killed extends Error {}

/** The texts and bytes in a value, however deep. */
function gather(value, pieces) {
    if (typeof value === "string") pieces.push(Buffer.from(value));
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) pieces.push(Buffer.from(value.buffer ?? value));
    else if (value !== null && typeof value === "object") for (const one of Object.values(value)) gather(one, pieces);
}

/** The random numbers of all clients: the history puts them to where a step begins. */
export function seedRandom(dice) {
    Object.defineProperty(globalThis.crypto, "getRandomValues", {
        configurable: true,
        value: (array) => {
            array.set(dice.bytes(array.length));
            return array;
        },
    });
}

export class Device {
    #client;
    #factory;
    #life = null;

    /** world: { now(), send(device, request), dice } of the history. */
    constructor(client, number, world) {
        this.#client = client;
        this.#factory = new client.indexedDb.IDBFactory();
        this.number = number;
        this.name = `tablet ${number}`;
        this.world = world;
        this.offsetMs = 0;
        this.home = null;
    }

    get clock() {
        return { now: () => this.world.now() + this.offsetMs };
    }

    get alive() {
        return this.#life !== null;
    }

    async boot() {
        if (this.#life) return;
        const life = { dead: null, db: null, dieIn: 0 };
        life.killed = new Promise((resolve) => {
            life.kill = () => {
                life.dead = new Killed(this.name);
                resolve(life.dead);
            };
        });
        globalThis.indexedDB = this.#factory;
        life.db = this.#guard(await this.#client.db.dbOpen(), life);
        life.cache = this.#guard(await this.#client.cache.cacheOpen(), life);
        this.#life = life;
        await this.#client.outbox.identityGet(life.db);
    }

    /** The database as this life sees it: when the tablet dies, what is not committed is gone. */
    #guard(db, life) {
        const open = db.transaction.bind(db);
        db.transaction = (stores, mode, options) => {
            if (life.dead) throw life.dead;
            const transaction = open(stores, mode, options);
            if (mode === "readwrite" && life.dieIn > 0 && --life.dieIn === 0) {
                if (life.dieBefore) {
                    life.kill();
                    transaction.abort();
                } else {
                    transaction.addEventListener("complete", () => life.kill());
                }
            }
            return transaction;
        };
        return db;
    }

    /** In the n-th writing transaction from now: before it is committed, or just after. */
    dieIn(n, before) {
        this.#life.dieIn = n;
        this.#life.dieBefore = before;
    }

    kill() {
        if (!this.#life) return;
        this.#life.kill();
        this.#life.db.close();
        this.#life.cache.close();
        this.#life = null;
    }

    /** Runs the client's code; Killed when the tablet dies in it. */
    async run(work) {
        await this.boot();
        const life = this.#life;
        const done = work(life.db).then((value) => ({ value }), (error) => ({ error }));
        const first = await Promise.race([done, life.killed.then((error) => ({ error }))]);
        life.dieIn = 0;
        if (life.dead) {
            this.kill();
            throw life.dead;
        }
        if (first.error) throw first.error;
        return first.value;
    }

    /** What a person does on it; { text, kind, lon, lat, penName, photos: as album.mjs makes them } of a comment. */
    comment({ text, kind, lon, lat, penName, photos = [] }) {
        const place = {
            lonE7: Math.round(lon * 1e7), latE7: Math.round(lat * 1e7), buildingId: "", shape: "point", corners: [],
            source: "tap", accuracyM: 0,
        };
        const comment = {
            kind, title: "", text, mood: "none", cardId: null, place, drawing: [], readings: [],
            speaker: { ...SPEAKER, penName }, receipt: "",
        };
        return this.run(async (db) => {
            const refs = [];
            for (const photo of photos) {
                const { id, width, height } = await this.#client.photos.photoKeep(db, photo, this.clock);
                refs.push({ id, width, height, alt: "" });
            }
            return this.#client.outbox.commentWrite(db, { ...comment, photos: refs }, this.clock);
        });
    }

    reply({ commentId, text }) {
        return this.run((db) => this.#client.outbox.replyWrite(db, { commentId, text, speaker: SPEAKER }, this.clock));
    }

    edit(id, text) {
        return this.run((db) => this.#client.outbox.textEdit(db, id, text, this.clock));
    }

    withdraw(id) {
        return this.run((db) => this.#client.outbox.withdraw(db, id, this.clock));
    }

    react(id, value) {
        return this.run((db) => this.#client.outbox.react(db, id, value, SPEAKER, this.clock));
    }

    /** The network as this life sees it. */
    #fetch(life) {
        return async (target, init) => {
            const answer = await this.world.send(this, target, init);
            if (answer === "kill") life.kill();
            if (life.dead) return never();
            const { status, headers, body } = answer;
            return new Response(status === 204 ? null : body, { status, headers });
        };
    }

    /** One round of sending, as the timer would start it. */
    push() {
        return this.run(async (db) => {
            const { reached, waiting, done } = await this.#client.syncer.syncRound({
                db, fetch: this.#fetch(this.#life), now: this.clock.now,
                limits: () => ({ ops: 8, bytes: 60_000, municipality: 11202 }),
            });
            return { reached, left: waiting.count, done };
        });
    }

    /** Reads what everybody wrote. */
    pull() {
        return this.run(() => {
            const life = this.#life;
            return this.#client.pull.pullRound({ cache: life.cache, fetch: this.#fetch(life) });
        });
    }

    /** What became of what was written here, as the app asks when it starts and when something has gone through. */
    hear() {
        return this.run(async (db) => {
            const headers = this.#client.own.headersOf(await this.#client.outbox.identityGet(db));
            const answer = await this.#fetch(this.#life)("/api/mine", { headers }).catch(() => null);
            const mine = answer?.ok ? this.#client.own.mineFromJson(await answer.json()) : null;
            if (mine) await this.#client.outbox.ownErased(db, mine.erased);
        });
    }

    known() {
        return this.run(() => this.#client.cache.knownComments(this.#life.cache));
    }

    /** What lies in the tablet's database: { ops, owns, reactions, identity, photos }. */
    rows() {
        return this.run((db) =>
            this.#client.db.dbRead(db, ["meta", "ops", "own", "reaction", "photo"], async (tx) => {
                const [ops, owns, reactions, identity, photos] = await Promise.all([
                    tx.allOps(), tx.owns(), tx.reactions(), tx.identity(), tx.photos(),
                ]);
                return { ops, owns, reactions, identity, photos };
            }),
        );
    }

    /** Every byte of its two databases, one after the other. */
    bytes() {
        return this.run(async (db) => {
            const pieces = [];
            for (const one of [db, this.#life.cache])
                for (const name of one.objectStoreNames)
                    await new Promise((resolve, reject) => {
                        const request = one.transaction(name, "readonly").objectStore(name).getAll();
                        request.onsuccess = () => resolve(gather(request.result, pieces));
                        request.onerror = () => reject(request.error);
                    });
            return Buffer.concat(pieces);
        });
    }
}
