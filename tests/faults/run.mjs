// run.mjs: seeds of a world, shared among the machine's cores.
//
//   run.mjs PROGRAM SHIM CLIENT [--world NAME] [--seeds N] [--from SEED] [--workers N] [--trace]
//
// The seeds are shared among the worlds that are asked for; all are, when none is named.
// Prints TAP: a line a world. A failing seed is told with how to run it again.
import { fork } from "node:child_process";
import os from "node:os";
import { parseArgs } from "node:util";
import { bundle } from "./client.mjs";
import { Killed } from "./device.mjs";
import { makeKit, report, runSeed } from "./harness.mjs";
import { WORLDS } from "./worlds.mjs";

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        world: { type: "string", multiple: true },
        seeds: { type: "string", default: "300" },
        from: { type: "string", default: "1" },
        workers: { type: "string", default: String(Math.max(1, Math.min(8, os.cpus().length))) },
        trace: { type: "boolean", default: false },
        first: { type: "boolean", default: false }, // stops at the first failure and does not shorten it
    },
});
const [program, shim, client] = positionals;
const FAILURES_TOLD = values.first ? 1 : 3;

/** A worker takes seeds until it is told that there are no more. */
async function work() {
    // In a tablet that died nobody is left to hear of its transactions.
    process.on("unhandledRejection", (error) => {
        if (!(error instanceof Killed) && error?.name !== "AbortError") throw error;
    });
    const worlds = values.world ?? Object.keys(WORLDS);
    const withVenue = worlds.some((name) => WORLDS[name].servers.includes("venue"));
    const kit = await makeKit({ program, shim, client, withVenue });
    process.on("disconnect", () => {
        kit.end();
        process.exit();
    });
    process.on("message", async ({ world, seed, shorten }) => {
        if (seed === undefined) {
            process.disconnect();
            return;
        }
        const { error, trace } = await runSeed(kit, world, seed);
        if (values.trace) console.log(trace.map((line) => `# ${line}`).join("\n"));
        const again = `tests/faults/run --world ${world} --from ${seed} --seeds 1 --trace`;
        const text = error && shorten ? await report(kit, world, seed, error, again) : error && `seed ${seed} of the world “${world}”: ${error}`;
        process.send({ seed, text });
    });
    process.send({});
}

/** Returns the failures of a world's seeds: [{ seed, text }]. */
function runWorld(world, seeds) {
    const first = Number(values.from);
    const last = first + seeds - 1;
    let next = first;
    const failures = [];
    return new Promise((resolve, reject) => {
        let alive = 0;
        for (let i = 0; i < Math.min(Number(values.workers), last - first + 1); i++) {
            const worker = fork(import.meta.filename, process.argv.slice(2), { env: { ...process.env, FAULTS_WORKER: "1" } });
            alive += 1;
            worker.on("error", reject);
            worker.on("message", ({ seed, text }) => {
                if (text) failures.push({ seed, text });
                const enough = failures.length >= FAILURES_TOLD;
                worker.send(next <= last && !enough ? { world, seed: next++, shorten: !values.first } : {});
            });
            worker.on("exit", (code) => {
                if (code !== 0) reject(new Error(`a worker ended with ${code}`));
                alive -= 1;
                if (alive === 0) resolve({ failures, ran: next - first });
            });
        }
    });
}

async function main() {
    if (!(await bundle(client))) {
        console.log("1..0 # SKIP the app's packages are not installed");
        return 0;
    }
    let count = 0;
    let failed = 0;
    const tell = (holds, sentence) => {
        failed += !holds;
        console.log(`${holds ? "ok" : "not ok"} ${++count} - ${sentence}`);
    };
    const worlds = values.world ?? Object.keys(WORLDS);
    for (const world of worlds) {
        const begun = performance.now();
        const { failures, ran } = await runWorld(world, Math.ceil(Number(values.seeds) / worlds.length));
        const seconds = (performance.now() - begun) / 1000;
        console.log(`# ${world}: ${ran} seeds in ${seconds.toFixed(1)} s, ${(ran / seconds).toFixed(1)} a second`);
        for (const { text } of failures) console.log(text.split("\n").map((line) => `# ${line}`).join("\n"));
        const broken = new Set(failures.map(({ text }) => /Violation: (I\d+b?):/.exec(text)?.[1] ?? "other"));
        for (const name of WORLDS[world].holds) {
            const id = name.split("_")[0];
            tell(!broken.delete(id), `${world} ${name}`);
        }
        tell(broken.size === 0, `${world}: every history ran to its end`);
    }
    console.log(`1..${count}`);
    return failed > 0 ? 1 : 0;
}

if (process.env.FAULTS_WORKER) await work();
else process.exitCode = await main();
