// harness: one seed, one history; a failing one is told with its trace, and made shorter.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { load } from "./client.mjs";
import { NAME, PASSWORD, signIn } from "./desk.mjs";
import { makeTemplate, remove } from "./folder.mjs";
import { History, Violation } from "./history.mjs";
import { describe, plan } from "./plan.mjs";
import { Program, Server } from "./server.mjs";
import { WORLDS } from "./worlds.mjs";

/** look.py, kept open: what is in a store. */
class Inspector {
    #process = spawn("/usr/bin/python3", [path.join(import.meta.dirname, "look.py")], { stdio: ["pipe", "pipe", "inherit"] });
    #waiting = [];

    constructor() {
        readline.createInterface({ input: this.#process.stdout }).on("line", (line) => this.#waiting.shift()(JSON.parse(line)));
    }

    async look(folder, only) {
        const answer = await new Promise((resolve) => {
            this.#waiting.push(resolve);
            this.#process.stdin.write(`${JSON.stringify({ folder, only })}\n`);
        });
        if (answer.error) throw new Error(`${folder}: ${answer.error}`);
        return answer;
    }

    end() {
        this.#process.stdin.end();
    }
}

const BEGIN_MS = 1_785_542_400_000;

/** An empty city, and where it is wanted a venue of it; copies of them live through the histories. */
async function makeTemplates(kit, withVenue) {
    const serverOf = (name, seed) => {
        const server = new Server(kit.program, {
            name: `template-${name}`, folder: path.join(kit.work, "templates", name), work: kit.work, seed,
        });
        server.page.set("now", BEGIN_MS);
        return server;
    };
    const city = serverOf("city", 1);
    await makeTemplate(city, city.folder);
    const servers = [city];
    if (withVenue) {
        const { said } = await city.command(["space", "--data", city.folder, "add", "町内会", "--tier", "B"]);
        kit.space = said.spaces[0].id;
        servers.push(await makeVenue(city, serverOf("venue", 2)));
        for (const server of servers) await employ(kit, server);
    }
    for (const server of servers) {
        fs.writeFileSync(path.join(server.folder, "ballast"), ""); // what it would fill is not what is tested
        kit.templates.set(server.name.slice("template-".length), server.folder);
        server.close();
    }
}

/** An account for the moderator, made by the program itself, for it reads the password; and she signs in. */
async function employ(kit, server) {
    const words = ["account", "--data", server.folder, "add", NAME, "--role", "moderator"];
    const done = spawnSync(kit.programFile, words, { input: `${PASSWORD}\n`, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`account: ${done.stderr}`);
    await server.start(BEGIN_MS);
    kit.cookies.set(server.name.slice("template-".length), await signIn(server));
    await server.kill();
    for (const [opId] of (await kit.look(server.folder)).log) kit.given.add(opId);
}

async function makeVenue(city, venue) {
    const { said: peer } = await city.command(["peer", "--data", city.folder, "add", "venue"]);
    await city.start(BEGIN_MS);
    const { status } = await venue.command(["venue", "--data", venue.folder, "--with", city.url, "--key", peer.key]);
    if (status !== 0) throw new Error(`venue: ${venue.lastWords()}`);
    await city.kill();
    // When they exchange is the histories' to say: by itself the venue finds nobody there.
    const nobody = "UPDATE upstream SET url = 'http://127.0.0.1:1'";
    const done = spawnSync("sqlite3", [path.join(venue.folder, "kakikomap.db"), nobody], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`sqlite3: ${done.stderr}`);
    return venue;
}

/** What histories share: the program, the client, templates of folders. Memory, where there is some. */
export async function makeKit({ program, shim, client, withVenue = false }) {
    const memory = fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
    const work = fs.mkdtempSync(path.join(memory, "kakikomap-faults-"));
    const inspector = new Inspector();
    const kit = {
        work,
        programFile: program,
        program: new Program(program, shim),
        client: await load(client),
        templates: new Map(),
        template: (name) => kit.templates.get(name),
        look: (folder, only) => inspector.look(folder, only),
        cookies: new Map(),
        /** A space of members, and the operations that every template begins with. */
        space: "",
        given: new Set(),
        end() {
            kit.program.end();
            inspector.end();
            remove(work);
        },
    };
    await makeTemplates(kit, withVenue);
    return kit;
}

/** { error, trace } of one history; error null when every invariant holds. */
export async function runSteps(kit, world, seed, steps) {
    const history = new History(kit, world, seed);
    try {
        await history.run(steps);
        return { error: null, trace: history.trace };
    } catch (error) {
        return { error, trace: history.trace };
    }
}

export const runSeed = (kit, name, seed) => runSteps(kit, WORLDS[name], seed, plan(seed, WORLDS[name]));

const sentenceOf = (error) => (error instanceof Violation ? error.message.split(":")[0] : error.message.slice(0, 40));

/** Leaves out steps as long as the same thing still goes wrong; at most so many tries. */
export async function shrink(kit, name, seed, steps, error, tries = 120) {
    const wanted = sentenceOf(error);
    let best = steps;
    for (let size = Math.ceil(best.length / 2); size >= 1 && tries > 0;) {
        let shorter = false;
        for (let at = 0; at < best.length && tries > 0;) {
            const without = [...best.slice(0, at), ...best.slice(at + size)];
            tries -= 1;
            const again = await runSteps(kit, WORLDS[name], seed, without);
            if (again.error && sentenceOf(again.error) === wanted) {
                best = without;
                shorter = true;
            } else at += size;
        }
        size = shorter && size > 1 ? size : Math.floor(size / 2);
    }
    return best;
}

/** A failure as text: how to run it again, the shortest history found, and its trace. */
export async function report(kit, name, seed, error, again) {
    const steps = plan(seed, WORLDS[name]);
    const shortest = await shrink(kit, name, seed, steps, error);
    const { error: last, trace } = await runSteps(kit, WORLDS[name], seed, shortest);
    return [
        `seed ${seed} of the world “${name}”: ${error.stack ?? error}`,
        `once more: ${again}`,
        `${steps.length} steps, of which these ${shortest.length} are enough:`,
        ...shortest.map((step) => `  ${describe(step)}`),
        "what happened in them:",
        ...trace.map((line) => `  ${line}`),
        `  → ${last?.message ?? "not seen again: it depends on the machine's timing"}`,
    ].join("\n");
}
