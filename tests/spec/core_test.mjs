// core.wasm imports nothing and says what the native core says.
// Usage: node core_test.mjs CORE_WASM CORE_NATIVE CORPUS_FOLDER
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { run, test } from "./tap.mjs";

const [wasm, native, corpus] = process.argv.slice(2);
const module = await WebAssembly.compile(readFileSync(wasm));
const tiles = readdirSync(corpus).sort().map((name) => path.join(corpus, name));

/** SplitMix64, as in tests/support/random.h. */
class Random {
    constructor(seed) {
        this.state = BigInt(seed);
    }
    next() {
        const wrap = (n) => BigInt.asUintN(64, n);
        this.state = wrap(this.state + 0x9e3779b97f4a7c15n);
        let z = this.state;
        z = wrap((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
        z = wrap((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
        return Number((z ^ (z >> 31n)) >> 32n);
    }
    between(min, max) {
        return min + (this.next() % (max - min + 1));
    }
}

class Core {
    constructor(exports) {
        this.call = exports;
    }
    words(at, count) {
        return new Int32Array(this.call.memory.buffer, at, count);
    }
    give(bytes) {
        const at = this.call.core_alloc(bytes.byteLength);
        new Uint8Array(this.call.memory.buffer, at).set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        return at;
    }
    text(at) {
        const bytes = new Uint8Array(this.call.memory.buffer, at);
        return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
    }
    geometry(at) {
        if (!at) return "nothing";
        const [type, parts, vertices, sizesAt, verticesAt] = this.words(at, 5);
        const sizes = [...this.words(sizesAt, parts)].map((size) => ` ${size}`).join("");
        const flat = this.words(verticesAt, 2 * vertices);
        let line = `${type} ${parts}${sizes}`;
        for (let i = 0; i < vertices; i++) line += ` ${flat[2 * i]},${flat[2 * i + 1]}`;
        return line;
    }
}

async function open() {
    const instance = await WebAssembly.instantiate(module, {});
    instance.exports._initialize?.();
    return new Core(instance.exports);
}

function* places(core) {
    const random = new Random(1);
    const at = core.call.core_alloc(8);
    for (let i = 0; i < 2000; i++) {
        const lon = random.between(-1800000, 1800000) / 1e4;
        const lat = random.between(-890000, 890000) / 1e4;
        const ok = core.call.core_world_from_degrees(lon, lat, at);
        const [x, y] = core.words(at, 2);
        yield `${ok} ${x} ${y}`;
    }
}

function* shapes(core) {
    const random = new Random(2);
    for (let i = 0; i < 500; i++) {
        const count = random.between(3, 10);
        const flat = new Int32Array(2 * count);
        for (let j = 0; j < flat.length; j++) flat[j] = random.between(-3000, 7000);
        const sizes = core.give(new Uint32Array([count]));
        const vertices = core.give(flat);
        const clipped = core.call.core_clip(2 + (i % 2), 1, sizes, vertices, -64, -64, 4160, 4160);
        yield core.geometry(clipped);
        const length = clipped ? core.call.core_length_m(clipped) : 0;
        const area = clipped ? core.call.core_area_m2(clipped) : 0;
        yield `${length.toFixed(3)} ${area.toFixed(3)}`;
        for (const piece of [clipped, vertices, sizes]) core.call.core_free(piece);
    }
}

function* decoded(core, file) {
    const data = readFileSync(file);
    const bytes = core.give(data);
    const tile = core.call.core_mvt_open(bytes, data.length);
    if (!tile) {
        yield `refused: ${core.text(core.call.core_last_error())}`;
        return;
    }
    const key = core.give(new TextEncoder().encode("height"));
    for (let layer = 0; layer < core.call.core_mvt_layer_count(tile); layer++)
        for (let i = 0; i < core.call.core_mvt_feature_count(tile, layer); i++) {
            const number = core.call.core_mvt_number(tile, layer, i, key, 6);
            yield `${core.call.core_mvt_id(tile, layer, i)} ${Number.isNaN(number) ? "nan" : number}`;
            yield core.geometry(core.call.core_mvt_geometry(tile, layer, i));
        }
    core.call.core_mvt_close(tile);
    for (const piece of [key, bytes]) core.call.core_free(piece);
}

test("core.wasm imports nothing", () => {
    assert.deepEqual(WebAssembly.Module.imports(module), []);
});

test("core.wasm says what the native core says", async () => {
    const core = await open();
    const lines = [...places(core), ...shapes(core), ...tiles.flatMap((tile) => [...decoded(core, tile)])];
    const wanted = execFileSync(native, tiles, { encoding: "utf8", maxBuffer: 1 << 26 }).trimEnd().split("\n");
    assert.ok(wanted.length > 3000);
    assert.equal(lines.length, wanted.length);
    for (const [i, line] of lines.entries()) assert.equal(line, wanted[i].replace(/^-nan|-nan$/, "nan"), `line ${i}`);
});

test("what is no tile is refused with a reason", async () => {
    const core = await open();
    const bytes = core.give(new Uint8Array([1, 2, 3]));
    assert.equal(core.call.core_mvt_open(bytes, 3), 0);
    assert.match(core.text(core.call.core_last_error()), /tile/);
});

test("a place beyond the poles is refused", async () => {
    const core = await open();
    assert.equal(core.call.core_world_from_degrees(0, 91, core.call.core_alloc(8)), 0);
    assert.match(core.text(core.call.core_last_error()), /place/);
});

await run();
