// Operations a second over the real protocol, at 1, 8, 64 and 256 tablets, with the longest wait of 99 in
// 100; beside them PostgreSQL taking one plain row a transaction by pgbench, on the same disk in the same
// minute. protocol_ops.mjs PROGRAM [SECONDS]
//
// A tablet pushes one comment, waits for its acknowledgement, and pushes the next. Ours is HTTP, protobuf,
// the log, tables, search and index, acknowledged when it is on disk; pgbench speaks PostgreSQL's own
// protocol over a socket and writes a row with the same bytes: what a plain service would have to do at least.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";

const CLIENTS = [1, 8, 64, 256];

// --- Ours, by wrk: the load generator must cost less than what it measures ---------------------------

/** A tablet a thread of wrk; each request is a new operation with ids of its own. */
const SCRIPT = `
local function varint(n)
  local out = ""
  while n >= 128 do out = out .. string.char(n % 128 + 128); n = math.floor(n / 128) end
  return out .. string.char(n)
end
local function number(field, n) return varint(field * 8) .. varint(n) end
local function text(field, s) return varint(field * 8 + 2) .. varint(#s) .. s end
local function random(n)
  local out = {}
  for i = 1, n do out[i] = string.char(math.random(0, 255)) end
  return table.concat(out)
end
local function id() return "\\1\\159\\186" .. random(3) .. "\\112" .. random(1) .. "\\128" .. random(7) end
local threads = 0
function setup(thread) thread:set("seed", os.time() * 100 + threads); threads = threads + 1 end
function init()
  math.randomseed(seed)
  device, count = id(), 0
  local token = ""
  for i = 1, 22 do token = token .. string.sub("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef", math.random(1, 32), -1):sub(1, 1) end
  token = string.sub(token, 1, 21) .. "A"
  headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/x-protobuf" }
  words = number(1, 1) .. text(2, "駅前の歩道に日陰とベンチがほしいです。")
end
function request()
  count = count + 1
  local place = number(1, 2 * (1393880000 + math.random(0, 100000))) .. number(2, 2 * (361470000 + math.random(0, 100000)))
  local comment = words .. text(3, place) .. number(6, 2) .. number(7, 1)
  local op = text(1, id()) .. text(2, device) .. number(3, count) .. number(4, 1) .. text(5, id()) .. text(8, device)
    .. number(9, 11202) .. number(10, 2 * 1785542400000) .. text(15, text(1, comment))
  return wrk.format("POST", "/sync/v1/ops", headers, text(1, device) .. number(3, 1) .. text(4, op))
end
function done(summary, latency)
  local e = summary.errors
  print("RESULT " .. summary.requests / (summary.duration / 1e6) .. " " .. latency:percentile(99) / 1000 .. " "
    .. e.status + e.connect + e.read + e.write + e.timeout)
end
`;

/** { rate, p99 } */
function loadOurs(url, folder, clients, seconds) {
    const script = path.join(folder, "push.lua");
    fs.writeFileSync(script, SCRIPT);
    const said = run(["wrk", "-t", "1", "-c", String(clients), "-d", String(seconds), "--timeout", "10", "-s", script, url]);
    const [, rate, p99, errors] = /RESULT (\S+) (\S+) (\S+)/.exec(said).map(Number);
    if (errors > 0) throw new Error(`${errors} pushes were not taken:\n${said}`);
    return { rate, p99 };
}

/** { rate, p99 } of waits in milliseconds. */
function summary(waits, seconds) {
    waits.sort((a, b) => a - b);
    return { rate: waits.length / seconds, p99: waits[Math.floor(waits.length * 0.99)] ?? Number.NaN };
}

// --- The peer ---------------------------------------------------------------------------------------

function run(words, options = {}) {
    const done = spawnSync(words[0], words.slice(1), { encoding: "utf8", ...options });
    if (done.status !== 0) throw new Error(`${words.join(" ")}: ${done.stderr}`);
    return done.stdout;
}

/** A cluster of its own in `folder`; null where PostgreSQL is not installed. */
function startPostgres(folder) {
    const bins = fs.existsSync("/usr/lib/postgresql") ? fs.readdirSync("/usr/lib/postgresql").sort() : [];
    const bin = bins.length > 0 ? `/usr/lib/postgresql/${bins.at(-1)}/bin` : "";
    if (!fs.existsSync(`${bin}/pgbench`) || !fs.existsSync(`${bin}/postgres`)) return null;
    const data = path.join(folder, "postgres");
    fs.mkdirSync(data);
    let options = {};
    if (process.getuid() === 0) {
        // It does not run as root.
        const [uid, gid] = ["-u", "-g"].map((flag) => Number(run(["id", flag, "postgres"])));
        for (const one of [folder, data]) fs.chownSync(one, uid, gid);
        options = { uid, gid };
    }
    run([`${bin}/initdb`, "-D", data, "-A", "trust"], options);
    run([`${bin}/pg_ctl`, "-D", data, "-w", "-l", path.join(data, "log"), "-o",
        `-k ${data} -c listen_addresses= -c max_connections=300`, "start"], options);
    const psql = (sql) => run([`${bin}/psql`, "-q", "-h", data, "-d", "postgres", "-c", sql], options);
    psql("CREATE TABLE comment (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), lon int, lat int, made timestamptz DEFAULT now(), op bytea)");
    const script = path.join(folder, "insert.sql");
    fs.writeFileSync(script, "\\set lon random(1393800000, 1393900000)\n\\set lat random(361400000, 361500000)\n" +
        `INSERT INTO comment (lon, lat, op) VALUES (:lon, :lat, '\\x${"ab".repeat(230)}');\n`);
    return {
        /** { rate, p99 } */
        load(clients, seconds) {
            const log = path.join(folder, `pgbench-${clients}`);
            const said = run([`${bin}/pgbench`, "-h", data, "-n", "-M", "prepared", "-c", String(clients), "-j", "1",
                "-T", String(seconds), "-f", script, "--log", `--log-prefix=${log}`, "postgres"], { ...options, cwd: folder });
            const waits = fs.readdirSync(folder).filter((name) => name.startsWith(`pgbench-${clients}.`))
                .flatMap((name) => fs.readFileSync(path.join(folder, name), "utf8").trim().split("\n"))
                .map((line) => Number(line.split(" ")[2]) / 1000);
            return { ...summary(waits, seconds), rate: Number(/tps = ([\d.]+)/.exec(said)[1]) };
        },
        stop: () => spawnSync(`${bin}/pg_ctl`, ["-D", data, "-m", "immediate", "stop"], options),
    };
}

// --- Memory -----------------------------------------------------------------------------------------

/** Bytes that the process holds, in MiB, with so many connections open that have asked once. */
async function memoryAt(url, pid, connections) {
    const agents = [];
    await Promise.all(Array.from({ length: connections }, () => new Promise((resolve, reject) => {
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        agents.push(agent);
        http.get(new URL("/sync/v1/hello", url), { agent }, (answer) => {
            answer.resume();
            answer.on("end", resolve);
        }).on("error", reject);
    })));
    const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
    for (const agent of agents) agent.destroy();
    return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
}

async function main() {
    const [program, seconds = 5] = process.argv.slice(2);
    const folder = fs.mkdtempSync(path.join("/var/tmp", "kakikomap-bench-"));
    const data = path.join(folder, "city");
    run([program, "init", "--data", data]);
    const server = spawn(program, [
        "serve", "--data", data, "--listen", "127.0.0.1:0", "--log_level", "error", "--connections_per_address", "1024",
    ], { stdio: ["ignore", "pipe", "inherit"] });
    const url = await new Promise((resolve) => server.stdout.once("data", (line) => resolve(JSON.parse(line).url)));
    const postgres = startPostgres(folder);
    try {
        console.log(`${os.cpus().length} processors, load ${os.loadavg()[0].toFixed(1)}, ${seconds} s each`);
        console.log("what\tclients\tper second\tp99 ms\tratio (more is better)");
        let total = 0;
        for (const clients of CLIENTS) {
            const ours = loadOurs(url, folder, clients, Number(seconds));
            const peer = postgres?.load(clients, Number(seconds));
            total += Math.floor(ours.rate * Number(seconds) * 0.98);
            if (peer) console.log(`PostgreSQL, a row each\t${clients}\t${peer.rate.toFixed(0)}\t${peer.p99.toFixed(1)}\t1.00`);
            const ratio = peer ? (ours.rate / peer.rate).toFixed(2) : "no peer: PostgreSQL is not installed";
            console.log(`kakikomap, a comment each\t${clients}\t${ours.rate.toFixed(0)}\t${ours.p99.toFixed(1)}\t${ratio}`);
        }
        const stored = Number(run(["sqlite3", path.join(data, "kakikomap.db"), "SELECT count(*) FROM change"]));
        if (stored < total) throw new Error(`of ${total} acknowledged operations ${stored} are in the log`);
        console.log(`memory with 900 connections\t\t${(await memoryAt(url, server.pid, 900)).toFixed(0)} MiB`);
    } finally {
        postgres?.stop();
        server.kill();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

if (spawnSync("wrk", ["-v"]).error) console.log("wrk is not installed: not measured");
else await main();
