// run.mjs: seeds of a world, shared among the machine's cores.
//
//   run.mjs PROGRAM SHIM CLIENT [--world NAME] [--seeds N] [--from SEED] [--workers N] [--progress SECONDS] [--trace]
//
// The seeds are shared among the worlds that are asked for; all are, when none is named.
// Prints TAP: a line a world and invariant, and every half minute how far it is. A failing seed is told with how
// to run it again.
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
        progress: { type: "string", default: "30" }, // seconds between two lines about it
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

/** "23 min", "40 s". */
const inWords = (seconds) => (seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);

/** Says every so often how many seeds are done, how many a second, and when all worlds will be; call `end`. */
function progressOf(world, seeds, later) {
    const begun = performance.now();
    let done = 0;
    const tell = () => {
        const rate = done / ((performance.now() - begun) / 1000);
        const left = rate > 0 ? `, about ${inWords((seeds - done + later) / rate)} left` : "";
        console.log(`# ${world}: ${done} of ${seeds} seeds, ${rate.toFixed(1)} a second${left}`);
    };
    const timer = setInterval(tell, Number(values.progress) * 1000);
    return { add: () => (done += 1), end: () => clearInterval(timer) };
}

/** The failures of a world's seeds: [{ seed, text }]; `later`: seeds of the worlds that come after it. */
function runWorld(world, seeds, later) {
    const first = Number(values.from);
    const last = first + seeds - 1;
    let next = first;
    const failures = [];
    const progress = progressOf(world, seeds, later);
    return new Promise((resolve, reject) => {
        let alive = 0;
        for (let i = 0; i < Math.min(Number(values.workers), last - first + 1); i++) {
            const worker = fork(import.meta.filename, process.argv.slice(2), { env: { ...process.env, FAULTS_WORKER: "1" } });
            alive += 1;
            worker.on("error", reject);
            worker.on("message", ({ seed, text }) => {
                if (seed !== undefined) progress.add();
                if (text) failures.push({ seed, text });
                const enough = failures.length >= FAILURES_TOLD;
                worker.send(next <= last && !enough ? { world, seed: next++, shorten: !values.first } : {});
            });
            worker.on("exit", (code) => {
                if (code !== 0) reject(new Error(`a worker ended with ${code}`));
                alive -= 1;
                if (alive === 0) progress.end();
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
    const share = Math.ceil(Number(values.seeds) / worlds.length);
    for (const [at, world] of worlds.entries()) {
        const begun = performance.now();
        const { failures, ran } = await runWorld(world, share, share * (worlds.length - 1 - at));
        const seconds = (performance.now() - begun) / 1000;
        console.log(`# ${world}: ${ran} seeds in ${seconds.toFixed(1)} s, ${(ran / seconds).toFixed(1)} a second`);
        for (const { text } of failures) console.log(text.split("\n").map((line) => `# ${line}`).join("\n"));
        const broken = new Set(failures.map(({ text }) => /Violation: (I\d+b?):/.exec(text)?.[1] ?? "other"));
        const named = new Set(WORLDS[world].holds.map((name) => name.split("_")[0]));
        for (const name of WORLDS[world].holds) tell(!broken.has(name.split("_")[0]), `${world} ${name}`);
        tell([...broken].every((id) => named.has(id)), `${world}: every history ran to its end`);
    }
    console.log(`1..${count}`);
    return failed > 0 ? 1 : 0;
}

if (process.env.FAULTS_WORKER) await work();
else process.exitCode = await main();
