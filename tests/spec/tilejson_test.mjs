// TileJSON 3.0.0: what /tiles/*.json answers, by the standard's rules, judged by ajv.
// Usage: node tilejson_test.mjs TILE_SERVER ARCHIVE_TOOL
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { load } from "./modules.mjs";
import { run, skipAll, test } from "./tap.mjs";

const [server, tool] = process.argv.slice(2).map((file) => path.resolve(file));
const ajv = await load("ajv");
if (!ajv) skipAll("npm packages are not installed: npm ci in tests/node");

const schema = JSON.parse(readFileSync(new URL("tilejson.schema.json", import.meta.url), "utf8"));
const Ajv = ajv.default.default ?? ajv.default;
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);

const folder = mkdtempSync(path.join(os.tmpdir(), "kakikomap-tilejson-"));
execFileSync(tool, ["make", path.join(folder, "made.pmtiles")]);
execFileSync(tool, ["bench", path.join(folder, "bare.pmtiles")]); // without layers in its metadata
const process_ = spawn(server, ["2", "made=made.pmtiles", "bare=bare.pmtiles"], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
});
const url = await new Promise((found) => {
    process_.stdout.once("data", (line) => found(line.toString().trim()));
});

for (const name of ["made", "bare", "comments"]) {
    test(`${name}.json follows the standard`, async () => {
        const answer = await fetch(`${url}/tiles/${name}.json`);
        assert.equal(answer.status, 200);
        const json = await answer.json();
        assert.ok(validate(json), JSON.stringify(validate.errors));
        if (json.bounds && json.center) {
            const [west, south, east, north] = json.bounds;
            assert.ok(json.center[0] >= west && json.center[0] <= east);
            assert.ok(json.center[1] >= south && json.center[1] <= north);
        }
        assert.ok(json.minzoom <= json.maxzoom);
    });
}

test("the rules find a wrong one", () => {
    assert.ok(!validate({ tilejson: "2.2.0", tiles: [], vector_layers: [{ id: "a" }] }));
    assert.equal(validate.errors.length, 3);
});

await run();
process_.stdin.end();
rmSync(folder, { recursive: true });
