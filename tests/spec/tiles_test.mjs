// The tiler's archive read whole by independent readers: npm pmtiles, pbf and @mapbox/vector-tile, and
// GDAL's MVT driver for some tiles. Usage: node tiles_test.mjs ARCHIVE_BENCH
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { load } from "./modules.mjs";
import { run, skipAll, test } from "./tap.mjs";

const bench = process.argv[2];
const pmtiles = await load("pmtiles");
const vectorTile = await load("@mapbox/vector-tile");
const pbf = await load("pbf");
if (!pmtiles || !vectorTile || !pbf) skipAll("npm packages are not installed: npm ci in tests/node");

const COUNT = 2000;
const folder = mkdtempSync(path.join(os.tmpdir(), "kakikomap-tiles-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const file = (name) => path.join(folder, name);
execFileSync(bench, ["spool", file("town.spool"), String(COUNT)]);
const summary = JSON.parse(execFileSync(bench, ["cut", file("town.spool"), file("town.pmtiles")], { encoding: "utf8" }));

const fd = openSync(file("town.pmtiles"), "r");
const source = {
    getKey: () => "town",
    getBytes: async (offset, length) => {
        const bytes = Buffer.alloc(length);
        const got = readSync(fd, bytes, 0, length, offset);
        return { data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + got) };
    },
};
const archive = new pmtiles.PMTiles(source);
const header = await archive.getHeader();

const column = (lon, z) => Math.floor(((lon + 180) / 360) * 2 ** z);
const row = (lat, z) => Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);

/** Every tile of a zoom within the archive's bounds, and one around them. */
async function* tilesOf(z) {
    for (let x = column(header.minLon, z) - 1; x <= column(header.maxLon, z) + 1; x++)
        for (let y = row(header.maxLat, z) - 1; y <= row(header.minLat, z) + 1; y++) {
            const found = await archive.getZxy(z, x, y);
            if (found) yield { z, x, y, bytes: new Uint8Array(found.data) };
        }
}

const seen = new Map();
const sample = [];
for (let z = 12; z <= 16; z++) {
    const ids = new Map();
    let tiles = 0;
    for await (const tile of tilesOf(z)) {
        tiles++;
        if (tiles % 40 === 1) sample.push(tile);
        const layer = new vectorTile.VectorTile(new (pbf.default ?? pbf.PbfReader)(tile.bytes)).layers.building;
        for (let i = 0; i < layer.length; i++) {
            const feature = layer.feature(i);
            const rings = feature.loadGeometry();
            const shapes = vectorTile.classifyRings ? vectorTile.classifyRings(rings) : [rings];
            ids.set(feature.id, { ...feature.properties, shapes: shapes.length, rings: rings.length, times: (ids.get(feature.id)?.times ?? 0) + 1 });
        }
    }
    seen.set(z, { ids, tiles });
}

test("no building is missing at any zoom, and all tiles are found", () => {
    for (const [z, { ids, tiles }] of seen) {
        assert.equal(ids.size, COUNT, `zoom ${z}`);
        assert.equal(tiles, summary.zooms[z].tiles, `zoom ${z}`);
        let pieces = 0;
        for (const { times } of ids.values()) pieces += times;
        assert.equal(pieces, summary.zooms[z].features, `zoom ${z}`);
    }
});

test("each building is one polygon with one ring", () => {
    for (const { ids } of seen.values())
        for (const { shapes, rings } of ids.values()) assert.deepEqual([shapes, rings], [1, 1]);
});

test("attributes are those of the town", () => {
    for (const [id, properties] of seen.get(16).ids) {
        assert.equal(properties.building_id, `bldg-${String(id).padStart(8, "0")}`);
        assert.ok(properties.render_height >= 3 && properties.storeys >= 1 && properties.use.length > 1);
    }
    for (const properties of seen.get(12).ids.values()) assert.equal(properties.building_id, undefined);
});

test("the metadata names the layer, its zooms and its fields", async () => {
    const { vector_layers: layers } = await archive.getMetadata();
    assert.equal(layers.length, 1);
    assert.deepEqual([layers[0].id, layers[0].minzoom, layers[0].maxzoom], ["building", 12, 16]);
    assert.equal(layers[0].fields.render_height, "Number");
    assert.equal(layers[0].fields.building_id, "String");
});

test("GDAL's MVT driver reads tiles without a warning", () => {
    if (spawnSync("ogrinfo", ["--version"]).status !== 0) return { skip: "ogrinfo is not installed" };
    for (const { z, x, y, bytes } of sample) {
        const name = file(`${z}-${x}-${y}.mvt`);
        writeFileSync(name, bytes);
        const { status, stdout, stderr } = spawnSync("ogrinfo", ["-al", "-so", name], { encoding: "utf8" });
        assert.equal(status, 0, stderr);
        assert.equal(stderr, "");
        assert.match(stdout, /Layer name: building/);
    }
    assert.ok(sample.length >= 5);
});

await run();
