// Every tile of a whole city, read by npm pmtiles and @mapbox/vector-tile: the archive is whole,
// geometry is as MVT 2.1 wants it, attributes are those of city.def, and nobody's house is missing.
// Usage: node city_test.mjs KAKIKOMAP PYTHON CITY_ARCHIVES.PY CITY.DEF
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { FileSource } from "./file_source.mjs";
import { load } from "./modules.mjs";
import { run, skipAll, test } from "./tap.mjs";

const [program, python, maker, definition] = process.argv.slice(2);
const pmtiles = await load("pmtiles");
const { VectorTile } = (await load("@mapbox/vector-tile")) ?? {};
const { default: Pbf } = (await load("pbf")) ?? {};
if (!pmtiles || !VectorTile || !Pbf) skipAll("npm packages are not installed: npm ci in tests/node");

const EXTENT = 4096;
const BUFFER = 64; // tiles/tiler/cut.h
// Numbers of the fields of Tile.Value (MVT 2.1, 4.1), and of geometry types (4.3.4).
// A float that happens to be whole may be written as the shorter integer.
const VALUE_FIELD = { VALUE_STRING: [1], VALUE_FLOAT: [2, 4, 5, 6], VALUE_INT: [4, 5, 6], VALUE_BOOL: [7] };
const [POINT, LINE, POLYGON] = [1, 2, 3];
const GEOMETRY = { GEO_POINT: [POINT], GEO_LINE: [LINE], GEO_POLYGON: [POLYGON], GEO_NONE: [POINT, LINE, POLYGON] };
const FIELD_TYPE = { VALUE_STRING: "String", VALUE_FLOAT: "Number", VALUE_INT: "Number", VALUE_BOOL: "Boolean" };

/** city.def: layer → { geometry, keys: name → { type, zoom } }. */
function declared() {
    const text = readFileSync(definition, "utf8");
    const bySymbol = {};
    const layers = {};
    for (const [, symbol, name, geometry] of text.matchAll(/^LAYER\((\w+),\s*"(\w+)",\s*(\w+),\s*\d+\)/gm))
        layers[name] = bySymbol[symbol] = { geometry, keys: {} };
    for (const [, symbol, name, type, zoom] of text.matchAll(/^KEY\(\w+,\s*(\w+),\s*"(\w+)",\s*(\w+),\s*(\d+),/gm))
        bySymbol[symbol].keys[name] = { type, zoom: Number(zoom) };
    return layers;
}

/** Every tile that the directories address, as [z, x, y, bytes], ids ascending. */
async function tilesOf(archive) {
    const header = await archive.getHeader();
    const entries = [];
    const read = async (offset, length) => {
        for (const entry of await archive.cache.getDirectory(archive.source, offset, length, header)) {
            if (entry.runLength === 0) await read(header.leafDirectoryOffset + entry.offset, entry.length);
            else entries.push(entry);
        }
    };
    await read(header.rootDirectoryOffset, header.rootDirectoryLength);
    const tiles = [];
    for (const entry of entries) {
        for (let id = entry.tileId; id < entry.tileId + entry.runLength; id++) {
            const [z, x, y] = pmtiles.tileIdToZxy(id);
            tiles.push([z, x, y, new Uint8Array((await archive.getZxy(z, x, y)).data)]);
        }
    }
    return { header, entries, tiles };
}

/** What vector-tile does not tell: versions, and which field each value is. */
function rawLayers(bytes) {
    return new Pbf(bytes).readFields((tag, layers, pbf) => {
        assert.equal(tag, 3, "a tile has layers and nothing else");
        layers.push(pbf.readMessage((field, layer, inner) => {
            if (field === 1) layer.name = inner.readString();
            else if (field === 3) layer.keys.push(inner.readString());
            else if (field === 4) {
                const end = inner.readVarint() + inner.pos;
                const begin = inner.pos;
                layer.fields.push(inner.readVarint() >> 3);
                inner.pos = end;
                layer.values.push(Buffer.from(bytes.subarray(begin, end)).toString("hex"));
            } else if (field === 15) layer.version = inner.readVarint();
        }, { keys: [], values: [], fields: [] }));
    }, []);
}

/** Twice the area by the surveyor's formula, y downwards: an exterior ring is positive (4.3.3.3). */
function doubleArea(ring) {
    let sum = 0;
    for (let i = 0; i + 1 < ring.length; i++) sum += ring[i].x * ring[i + 1].y - ring[i + 1].x * ring[i].y;
    return sum;
}

function checkGeometry(type, parts, reach, where) {
    assert.ok(parts.length > 0, `${where}: no geometry`);
    for (const [n, part] of parts.entries()) {
        assert.ok(part.length >= (type === POLYGON ? 4 : type === LINE ? 2 : 1), `${where}: part ${n} too short`);
        for (const [i, { x, y }] of part.entries()) {
            assert.ok(Math.min(x, y) >= -reach && Math.max(x, y) <= EXTENT + reach, `${where}: ${x} ${y} is too far out`);
            if (type !== POINT && i > 0)
                assert.ok(x !== part[i - 1].x || y !== part[i - 1].y, `${where}: a step of length 0`);
        }
        if (type !== POLYGON) continue;
        const area = doubleArea(part);
        assert.notEqual(area, 0, `${where}: ring ${n} has no area`);
        assert.ok(n > 0 || area > 0, `${where}: the first ring is a hole`);
    }
}

function checkLayer(raw, layer, keys, z, where) {
    assert.equal(raw.version, 2, where);
    assert.equal(layer.extent, EXTENT, where);
    assert.ok(layer.length > 0, `${where}: empty`);
    assert.equal(new Set(raw.keys).size, raw.keys.length, `${where}: a key twice`);
    assert.equal(new Set(raw.values).size, raw.values.length, `${where}: a value twice`);
    assert.ok(!raw.fields.includes(3), `${where}: a double`);
    for (const key of raw.keys) assert.ok(keys[key] && z >= keys[key].zoom, `${where}: key ${key}`);
    // The values are shared by keys, so each feature's tags say which is whose.
    for (let i = 0; i < layer.length; i++) {
        const pbf = new Pbf(layer._pbf.buf);
        pbf.pos = layer._features[i];
        const tags = pbf.readMessage((field, found, inner) => {
            if (field === 2) inner.readPackedVarint(found);
        }, []);
        for (let t = 0; t < tags.length; t += 2) {
            const key = raw.keys[tags[t]];
            assert.ok(VALUE_FIELD[keys[key].type].includes(raw.fields[tags[t + 1]]), `${where}: type of ${key}`);
        }
    }
}

const layersDeclared = declared();

/** Decodes and checks one tile; adds its features to `seen`: z → layer → id → copies. */
function checkTile([z, x, y, bytes], seen) {
    const tile = new VectorTile(new Pbf(bytes));
    const raws = rawLayers(bytes);
    assert.deepEqual(raws.map((r) => r.name).sort(), Object.keys(tile.layers).sort(), "a layer's name twice");
    for (const raw of raws) {
        const where = `${z}/${x}/${y} ${raw.name}`;
        const about = layersDeclared[raw.name];
        assert.ok(about, `${where} is not declared`);
        const layer = tile.layers[raw.name];
        checkLayer(raw, layer, about.keys, z, where);
        seen[z] ??= {};
        seen[z][raw.name] ??= new Map();
        const here = new Set();
        for (let i = 0; i < layer.length; i++) {
            const feature = layer.feature(i);
            const id = feature.id;
            assert.ok(Number.isSafeInteger(id) && id > 0, `${where}: id ${id}`);
            assert.ok(!here.has(id), `${where}: id ${id} twice`);
            here.add(id);
            assert.ok(GEOMETRY[about.geometry].includes(feature.type), `${where}: type ${feature.type}`);
            const parts = feature.loadGeometry();
            checkGeometry(feature.type, parts, raw.name === "building" ? EXTENT : BUFFER, `${where} ${id}`);
            const copies = seen[z][raw.name].get(id) ?? [];
            copies.push({ x, y, parts, properties: feature.properties });
            seen[z][raw.name].set(id, copies);
        }
    }
}

/** Rings in units of the world, each begun at its least point; null where the tile cut the building. */
function wholeShape({ x, y, parts }) {
    const far = (p) => Math.min(p.x, p.y) <= -EXTENT || Math.max(p.x, p.y) >= 2 * EXTENT;
    if (parts.some((ring) => ring.some(far))) return null;
    return JSON.stringify(parts.map((ring) => ring.map((p) => [p.x + x * EXTENT, p.y + y * EXTENT])));
}

const folder = mkdtempSync(path.join(os.tmpdir(), "kakikomap-city-"));
const cities = JSON.parse(execFileSync(python, [maker, program, folder], { encoding: "utf8", maxBuffer: 1 << 26 }));

for (const city of cities) {
    const archive = new pmtiles.PMTiles(new FileSource(city.archive));
    const seen = {};
    let found;
    test(`${city.name}: their reader finds the whole archive`, async () => {
        found = await tilesOf(archive);
        const { header, entries, tiles } = found;
        assert.equal(header.specVersion, 3);
        assert.equal(header.clustered, true);
        assert.equal(header.tileType, pmtiles.TileType.Mvt);
        assert.deepEqual([header.minZoom, header.maxZoom], [Math.min(...tiles.map(([z]) => z)), 16]);
        assert.ok(header.minZoom >= 5);
        assert.equal(header.numAddressedTiles, tiles.length);
        assert.equal(header.numTileEntries, entries.length);
        assert.equal(header.numTileContents, new Set(entries.map((e) => e.offset)).size);
        assert.equal(header.tileDataOffset + header.tileDataLength, statSync(city.archive).size);
        assert.deepEqual(entries.map((e) => e.tileId), entries.map((e) => e.tileId).sort((a, b) => a - b));
        for (const [z, x, y] of tiles) {
            const lon = [x, x + 1].map((n) => (n / 2 ** z) * 360 - 180);
            const lat = [y + 1, y].map((n) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * n) / 2 ** z))) * 180) / Math.PI);
            // A tile beyond the bounds may still hold what reaches over its border.
            const [slackLon, slackLat] = [lon[1] - lon[0], lat[1] - lat[0]];
            assert.ok(lon[0] - slackLon <= header.maxLon && lon[1] + slackLon >= header.minLon, `${z}/${x}/${y}`);
            assert.ok(lat[0] - slackLat <= header.maxLat && lat[1] + slackLat >= header.minLat, `${z}/${x}/${y}`);
        }
    });
    test(`${city.name}: every tile decodes, with rings, steps and attributes as declared`, () => {
        for (const tile of found.tiles) checkTile(tile, seen);
    });
    test(`${city.name}: the archive's centre is where a house stands`, () => {
        const { header } = found;
        const n = 2 ** 14;
        const x = Math.floor(((header.centerLon + 180) / 360) * n);
        const y = Math.floor(((1 - Math.asinh(Math.tan((header.centerLat * Math.PI) / 180)) / Math.PI) / 2) * n);
        const houses = [...seen[14].building.values()].flat().filter((copy) => copy.x === x && copy.y === y);
        assert.ok(houses.length > 0, `${header.centerLon} ${header.centerLat}`);
    });
    test(`${city.name}: vector_layers says what there is`, async () => {
        const { vector_layers: listed } = await archive.getMetadata();
        const zooms = Object.keys(seen).map(Number);
        for (const { id, minzoom, maxzoom, fields } of listed) {
            const keys = Object.entries(layersDeclared[id].keys);
            assert.deepEqual(fields, Object.fromEntries(keys.map(([key, { type }]) => [key, FIELD_TYPE[type]])), id);
            assert.equal(maxzoom, 16, id);
            const drawn = zooms.filter((z) => seen[z][id]);
            if (drawn.length) assert.ok(Math.min(...drawn) >= minzoom && Math.max(...drawn) === maxzoom, id);
        }
        for (const z of zooms)
            for (const name of Object.keys(seen[z])) assert.ok(listed.some((l) => l.id === name), name);
    });
    test(`${city.name}: at zoom 16 nothing is missing, and from 12 on no building`, () => {
        const counts = Object.fromEntries(Object.entries(seen[16]).map(([name, ids]) => [name, ids.size]));
        for (const [name, count] of Object.entries(city.layers)) assert.equal(counts[name] ?? 0, count, name);
        assert.equal(Object.values(counts).reduce((a, b) => a + b), city.features);
        const all = [...seen[16].building.keys()].sort();
        for (const z of [12, 13, 14, 15]) assert.deepEqual([...seen[z].building.keys()].sort(), all, `zoom ${z}`);
        for (const z of [5, 6, 7, 8, 9, 10, 11]) assert.equal(seen[z]?.building, undefined, `zoom ${z}`);
    });
    test(`${city.name}: every building_id of the source is on the map`, () => {
        const ids = [...seen[16].building.values()].map(([copy]) => copy.properties.building_id);
        assert.ok(ids.every((id) => typeof id === "string" && id));
        if (city.building_ids) assert.deepEqual(ids.sort(), city.building_ids);
        else assert.equal(new Set(ids).size, ids.length);
    });
    test(`${city.name}: a building is the same in each tile that has it`, () => {
        let compared = 0;
        for (const z of [12, 13, 14, 15, 16]) {
            for (const [id, copies] of seen[z].building) {
                const shapes = copies.map(wholeShape).filter(Boolean);
                assert.ok(new Set(shapes).size <= 1, `zoom ${z}: ${id} differs from tile to tile`);
                for (const { properties } of copies) assert.deepEqual(properties, copies[0].properties, `zoom ${z}: ${id}`);
                compared += copies.length - 1;
            }
        }
        assert.ok(compared > 0, "some building stands on a border");
    });
    test(`${city.name}: a building is in every tile it touches`, () => {
        for (const z of [13, 16]) {
            for (const [id, copies] of seen[z].building) {
                const whole = copies.find(wholeShape);
                if (!whole) continue;
                const [xs, ys] = ["x", "y"].map((axis) => whole.parts.flat().map((p) => p[axis] / EXTENT + whole[axis]));
                // A box may touch a tile that the building itself does not: only convex ones are asked.
                if (whole.parts.length > 1 || whole.parts[0].length > 5) continue;
                if ((Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys)) * EXTENT ** 2 * 2
                    > 1.2 * doubleArea(whole.parts[0])) continue;
                const has = new Set(copies.map(({ x, y }) => `${x}/${y}`));
                const inside = 1 / EXTENT; // merely touching the border is not being in the tile
                for (let x = Math.floor(Math.min(...xs) + inside); x < Math.max(...xs) - inside; x++)
                    for (let y = Math.floor(Math.min(...ys) + inside); y < Math.max(...ys) - inside; y++)
                        assert.ok(has.has(`${x}/${y}`), `zoom ${z}: ${id} is missing in ${x}/${y}`);
            }
        }
    });
}

await run();
rmSync(folder, { recursive: true });
