// PMTiles 3 beside its authors' own reader (npm pmtiles): they read what we write, and we read what
// they publish. Usage: node pmtiles_test.mjs ARCHIVE_TOOL
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { FileSource } from "./file_source.mjs";
import { load, sharedData } from "./modules.mjs";
import { run, skipAll, test } from "./tap.mjs";

const tool = process.argv[2];
const pmtiles = await load("pmtiles");
if (!pmtiles) skipAll("npm packages are not installed: npm ci in tests/node");

const table = new Uint32Array(256).map((_, i) => {
    let crc = i;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
});

function crc32(bytes) {
    let crc = -1;
    for (const byte of bytes) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
    return (crc ^ -1) >>> 0;
}

function dump(file) {
    return execFileSync(tool, ["dump", file], { encoding: "utf8", maxBuffer: 1 << 28 });
}

/** Every tile the other reader finds between the zooms of the header, as our tool prints it. */
async function theirDump(file) {
    const archive = new pmtiles.PMTiles(new FileSource(file));
    const header = await archive.getHeader();
    const lines = [];
    for (let z = header.minZoom; z <= header.maxZoom; z++) {
        const first = pmtiles.zxyToTileId(z, 0, 0);
        for (let id = first; id < first + 4 ** z; id++) {
            const [, x, y] = pmtiles.tileIdToZxy(id);
            const tile = await archive.getZxy(z, x, y);
            if (!tile) continue;
            const bytes = new Uint8Array(tile.data);
            lines.push(`${z} ${x} ${y} ${bytes.length} ${crc32(bytes)}\n`);
        }
    }
    return lines.join("");
}

// The rule by which archive_tool makes its tiles: text, or undefined where there is none.
function madeTile(id, z, x, y) {
    if (id % 100 < 10) return "sea";
    const number = Math.imul(id, 2654435761) >>> 8;
    if (number % 3 === 0) return undefined;
    let text = `${z}/${x}/${y} `;
    for (let i = 0; i < number % 997; i++) text += String.fromCharCode(33 + ((Math.imul(number, i + 1) >>> 8) % 90));
    return text;
}

const folder = mkdtempSync(path.join(os.tmpdir(), "kakikomap-pmtiles-"));
const made = path.join(folder, "made.pmtiles");
execFileSync(tool, ["make", made]);
const ours = new pmtiles.PMTiles(new FileSource(made));

test("their reader finds every tile of our archive, and no other", async () => {
    for (let id = 0; id < (4 ** 8 - 1) / 3; id++) {
        const [z, x, y] = pmtiles.tileIdToZxy(id);
        const tile = await ours.getZxy(z, x, y);
        const text = tile && Buffer.from(tile.data).toString();
        assert.equal(text, madeTile(id, z, x, y), `tile ${id}`);
    }
});

test("their reader agrees with the header of our archive", async () => {
    const header = await ours.getHeader();
    let addressed = 0;
    let contents = 1;
    for (let id = 0; id < (4 ** 8 - 1) / 3; id++) {
        const text = madeTile(id, ...pmtiles.tileIdToZxy(id));
        if (text) addressed++;
        if (text && text !== "sea") contents++;
    }
    assert.equal(header.specVersion, 3);
    assert.equal(header.numAddressedTiles, addressed);
    assert.equal(header.numTileContents, contents);
    assert.equal(header.clustered, true);
    assert.equal(header.tileType, pmtiles.TileType.Mvt);
    assert.equal(header.tileCompression, pmtiles.Compression.Gzip);
    assert.equal(header.internalCompression, pmtiles.Compression.Gzip);
    assert.deepEqual([header.minZoom, header.maxZoom, header.centerZoom], [0, 7, 3]);
    assert.deepEqual([header.minLon, header.maxLon], [-180, 180]);
    assert.equal(header.centerLon, 139.388);
    assert.ok(header.leafDirectoryLength > 0, "large enough for leaf directories");
    assert.ok(header.rootDirectoryOffset + header.rootDirectoryLength <= 16384);
    const end = header.tileDataOffset + header.tileDataLength;
    assert.equal(end, Number(execFileSync("stat", ["-c", "%s", made], { encoding: "utf8" })));
});

test("their reader finds the layers in our metadata", async () => {
    const metadata = await ours.getMetadata();
    assert.deepEqual(metadata.vector_layers, [
        { id: "land", description: "made up", minzoom: 0, maxzoom: 7, fields: { name: "String" } },
    ]);
    assert.equal(metadata.name, "made up");
});

// Counts as told in the README of the real data.
const shared = sharedData();
for (const [name, tiles] of [
    ["test_fixture_1", 1],
    ["test_fixture_2", 1],
    ["stamen_toner_raster_z3", 85],
    ["webp2", 5],
]) {
    test(`${name}: both readers see the same ${tiles} tiles`, async () => {
        const file = shared && path.join(shared, "tiles/pmtiles", `${name}.pmtiles`);
        if (!file || !existsSync(file)) return { skip: "no shared data" };
        const lines = dump(file);
        assert.equal(lines.trim().split("\n").length, tiles);
        assert.equal(lines, await theirDump(file));
    });
}

for (const [name, what] of [
    ["invalid", /^format at 0: this is not a PMTiles archive/],
    ["invalid_v4", /^version at 7: archive is not of PMTiles version 3/],
]) {
    test(`${name}: refused with the place`, () => {
        const file = shared && path.join(shared, "tiles/pmtiles", `${name}.pmtiles`);
        if (!file || !existsSync(file)) return { skip: "no shared data" };
        const result = spawnSync(tool, ["dump", file], { encoding: "utf8" });
        assert.equal(result.status, 2);
        assert.match(result.stderr, what);
    });
}

await run();
rmSync(folder, { recursive: true });
