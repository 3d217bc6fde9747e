// tap: tests in a row, as TAP on standard output. A test that throws has failed.
const tests = [];

export function test(name, run) {
    tests.push({ name, run });
}

export function skipAll(why) {
    console.log(`1..0 # SKIP ${why}`);
    process.exit(0);
}

/** A test that returns { skip: "why" } counts as skipped. */
export async function run() {
    console.log(`1..${tests.length}`);
    let failed = 0;
    for (const [i, { name, run }] of tests.entries()) {
        try {
            const result = await run();
            console.log(`ok ${i + 1} - ${name}${result?.skip ? ` # SKIP ${result.skip}` : ""}`);
        } catch (error) {
            failed++;
            console.log(`not ok ${i + 1} - ${name}`);
            for (const line of String(error?.stack ?? error).split("\n")) console.log(`# ${line}`);
        }
    }
    process.exitCode = failed ? 1 : 0;
}
