// server: the real program, started from one parent that has loaded its libraries, with a page of
// faults in memory that both share (faults.h).
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import readline from "node:readline";

const FIELDS = ["now", "random", "calls", "dieAt", "failErrno", "failFrom", "allocations", "failAllocation",
    "rests", "waiting", "still"];
const WAIT_LIMIT_MS = 20_000;
const SILENCE_MS = 300;

/** The page of faults of one server. */
export class Page {
    #fd;

    constructor(file) {
        this.file = file;
        fs.writeFileSync(file, Buffer.alloc(4096));
        this.#fd = fs.openSync(file, "r+");
    }

    set(name, value) {
        const bytes = Buffer.alloc(8);
        bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)));
        fs.writeSync(this.#fd, bytes, 0, 8, 8 * FIELDS.indexOf(name));
    }

    get(name) {
        const bytes = Buffer.alloc(8);
        fs.readSync(this.#fd, bytes, 0, 8, 8 * FIELDS.indexOf(name));
        return Number(bytes.readBigInt64LE());
    }

    reset(nowMs, random, faults) {
        this.set("now", nowMs);
        this.set("random", random);
        this.set("still", 1);
        for (const field of ["calls", "dieAt", "failErrno", "failFrom", "allocations", "failAllocation"])
            this.set(field, faults[field] ?? 0);
    }

    close() {
        fs.closeSync(this.#fd);
    }
}

/** The parent of all servers, and of the program's other commands. */
export class Program {
    #process;
    #children = new Map();
    #count = 0;

    constructor(program, shim) {
        this.#process = spawn(program, ["serve"], {
            env: { ...process.env, LD_PRELOAD: shim, FAULTS_ZYGOTE: "1" },
            stdio: ["pipe", "pipe", "inherit"],
        });
        readline.createInterface({ input: this.#process.stdout }).on("line", (line) => this.#hear(line));
        this.#process.on("exit", () => {
            for (const child of this.#children.values()) child.end(-9);
        });
    }

    #hear(line) {
        const [id, what, ...rest] = line.split("\t");
        const child = this.#children.get(id);
        if (what === "pid") child.pid = Number(rest[0]);
        else if (what === "out") child.say(rest.join("\t"));
        else child.end(Number(rest[0]));
    }

    /** { pid, first: promise of its first line or null, ended: promise of { status, lines } } */
    start(page, log, words) {
        const id = String(++this.#count);
        const child = { pid: 0, lines: [] };
        child.first = new Promise((resolve) => {
            child.say = (line) => {
                child.lines.push(line);
                resolve(line);
            };
            child.ended = new Promise((end) => {
                child.end = (status) => {
                    this.#children.delete(id);
                    resolve(null);
                    end({ status, lines: child.lines });
                };
            });
        });
        this.#children.set(id, child);
        this.#process.stdin.write(`${[id, page.file, log, ...words].join("\t")}\n`);
        return child;
    }

    end() {
        this.#process.stdin.end();
    }
}

export class Lost extends TypeError {}

export class Server {
    #program;
    #agent = null;
    #child = null;
    #starts = 0;

    /** name: for traces; folder: its data; seed: of its random numbers. */
    constructor(program, { name, folder, work, seed, flags = [] }) {
        this.#program = program;
        this.name = name;
        this.folder = folder;
        this.seed = seed;
        this.flags = flags;
        this.log = path.join(work, `${name}.log`);
        this.page = new Page(path.join(work, `${name}.page`));
        this.commandPage = new Page(path.join(work, `${name}.command.page`));
        this.url = "";
        /** No answer within SILENCE_MS counts as a lost one, not as a fault. */
        this.mayBeSilent = false;
    }

    /** Each start draws other numbers: a second epoch must not be the first again. */
    #drawn() {
        return BigInt(this.seed) * 1_000_003n + BigInt(this.#starts) * 7_919n + 1n;
    }

    get up() {
        return this.#child !== null;
    }

    /** faults: of the page, from the first moment on. */
    async start(nowMs, faults = {}) {
        this.#starts += 1;
        this.page.reset(nowMs, this.#drawn(), faults);
        const child = this.#program.start(this.page, this.log, [
            "serve", "--data", this.folder, "--listen", "127.0.0.1:0", "--log_level", "warn", ...this.flags,
        ]);
        const line = await child.first;
        this.url = line === null ? undefined : JSON.parse(line).url;
        if (this.url === undefined) {
            this.lastStatus = (await child.ended).status;
            throw new Error(`${this.name} does not start: ${this.lastWords()}`);
        }
        this.#child = child;
        this.#agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
        // Whoever ends by itself is down from then on.
        child.ended.then(() => {
            if (this.#child === child) this.#forget();
        });
    }

    #forget() {
        this.#child = null;
        this.#agent?.destroy();
        this.#agent = null;
    }

    lastWords() {
        try {
            return fs.readFileSync(this.log, "utf8").trim().split("\n").slice(-4).join(" | ");
        } catch {
            return "";
        }
    }

    async kill(signal = "SIGKILL") {
        const child = this.#child;
        if (!child) return 0;
        try {
            process.kill(child.pid, signal);
        } catch {
            // It had ended already.
        }
        const { status } = await child.ended;
        this.#forget();
        return status;
    }

    /** { status, body }; throws Lost when no whole answer came. */
    ask(method, target, headers = {}, body = null) {
        const to = new URL(target, this.url);
        return new Promise((resolve, reject) => {
            if (!this.up) return reject(new Lost(`${this.name} is down`));
            const request = http.request(
                { agent: this.#agent, host: to.hostname, port: to.port, path: to.pathname + to.search, method,
                    headers: body === null ? headers : { ...headers, "Content-Length": body.length },
                    timeout: this.mayBeSilent ? SILENCE_MS : WAIT_LIMIT_MS },
                (answer) => {
                    const pieces = [];
                    answer.on("data", (piece) => pieces.push(piece));
                    answer.on("error", () => reject(new Lost("the answer broke off")));
                    answer.on("aborted", () => reject(new Lost("the answer broke off")));
                    answer.on("end", () => resolve({
                        status: answer.statusCode, headers: answer.headers, body: new Uint8Array(Buffer.concat(pieces)),
                    }));
                },
            );
            request.on("timeout", () => {
                const sentence = `${this.name} does not answer ${method} ${target}`;
                request.destroy(this.mayBeSilent ? new Lost(sentence) : new Error(sentence));
            });
            request.on("error", (error) => {
                const lost = ["ECONNRESET", "ECONNREFUSED", "EPIPE"].includes(error.code);
                reject(lost && !(error instanceof Lost) ? new Lost(error.message) : error);
            });
            request.end(body === null ? undefined : Buffer.from(body));
        });
    }

    /** A request whose line breaks when so many bytes of its body are on their way; nobody hears an answer. */
    cut({ method, target, headers, body }, bytes) {
        const to = new URL(target, this.url);
        return new Promise((resolve) => {
            if (!this.up) return resolve();
            const request = http.request({
                host: to.hostname, port: to.port, path: to.pathname + to.search, method,
                headers: { ...headers, "Content-Length": body.length },
            });
            request.on("error", () => {});
            request.on("close", resolve);
            request.write(Buffer.from(body.subarray(0, bytes)), () => setTimeout(() => request.destroy(), 2));
        });
    }

    /** Whoever waits for a time in the server wakes; returns when they wait again. */
    async rest() {
        if (!this.up) return;
        const before = this.page.get("waiting");
        this.page.set("rests", this.page.get("rests") + 1);
        const limit = Date.now() + WAIT_LIMIT_MS;
        while (this.up && this.page.get("waiting") === before && Date.now() < limit)
            await new Promise((resolve) => setTimeout(resolve, 1));
    }

    /** Another command of the program over this server's folder, with faults of its own: { status, said }. */
    async command(words, faults = {}) {
        this.#starts += 1;
        this.commandPage.reset(this.page.get("now"), this.#drawn(), faults);
        const child = this.#program.start(this.commandPage, this.log, words);
        const { status, lines } = await child.ended;
        return { status, said: lines.length > 0 ? JSON.parse(lines.at(-1)) : {} };
    }

    close() {
        this.#forget();
        this.page.close();
        this.commandPage.close();
    }
}
