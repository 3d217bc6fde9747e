// harness: one seed, one history; a failing one is told with its trace, and made shorter.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { load } from "./client.mjs";
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

    async look(folder) {
        const answer = await new Promise((resolve) => {
            this.#waiting.push(resolve);
            this.#process.stdin.write(`${JSON.stringify({ folder })}\n`);
        });
        if (answer.error) throw new Error(`${folder}: ${answer.error}`);
        return answer;
    }

    end() {
        this.#process.stdin.end();
    }
}

/** What histories share: the program, the client, templates of folders. Memory, where there is some. */
export async function makeKit({ program, shim, client }) {
    const memory = fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
    const work = fs.mkdtempSync(path.join(memory, "kakikomap-faults-"));
    const inspector = new Inspector();
    const kit = {
        work,
        program: new Program(program, shim),
        client: await load(client),
        templates: new Map(),
        template: (name) => kit.templates.get(name),
        look: (folder) => inspector.look(folder),
        end() {
            kit.program.end();
            inspector.end();
            remove(work);
        },
    };
    for (const [i, name] of ["city", "venue"].entries()) {
        const maker = new Server(kit.program, { name: `template-${name}`, folder: "", work, seed: 0 });
        maker.page.set("random", 1000 + i);
        const folder = path.join(work, "templates", name);
        await makeTemplate(maker, folder);
        maker.close();
        kit.templates.set(name, folder);
    }
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
