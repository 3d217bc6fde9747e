#!/usr/bin/env python3
"""Live comment tiles beside PostGIS: the same comments, the same attributes, one tile cut again and
again without any cache and without gzip; milliseconds a tile and our share. Then how soon after an
acknowledged comment its tile is fresh. Aims: research T1, T3, T4, T6 in DESIGN.md section 9.

Usage: comment_tiles.py COMMENT_TILES [COUNT]
KAKIKOMAP_BENCH_STORE=DIR keeps the store and its rows between runs (a million comments take some
minutes to write)."""

import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import time

TOOL = str(pathlib.Path(sys.argv[1]).resolve())
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
REPEATS = 11

# Names instead of numbers, as ours has them: the row is what a web map wants to style by.
TABLE = """
CREATE EXTENSION postgis;
CREATE TABLE raw (seq bigint, id uuid, lon float8, lat float8, kind text, card uuid, hat text,
                  channel text, agree int, replies int, building_id text);
\\copy raw FROM '{rows}'
CREATE TABLE comment AS
    SELECT seq, id, kind, card, hat, channel, agree, replies, building_id,
           ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857) AS geom FROM raw;
DROP TABLE raw;
CREATE INDEX comment_geom ON comment USING gist (geom);
CLUSTER comment USING comment_geom;
ANALYZE comment;
"""

POINTS = """
SELECT ST_AsMVT(t, 'comment', 4096, 'geom', 'seq') INTO tile FROM (
    SELECT seq, id::text, kind, card::text, hat, channel, agree, replies, building_id,
           ST_AsMVTGeom(geom, ST_TileEnvelope({z}, {x}, {y}), 4096, 0, true) AS geom
    FROM comment WHERE geom && ST_TileEnvelope({z}, {x}, {y})) t
"""

# 16 × 16 cells a tile, as ours below z 14: counts and mean place from the points.
CELLS = """
SELECT ST_AsMVT(t, 'comment', 4096, 'geom') INTO tile FROM (
    SELECT count(*)::int AS count, {kinds},
           ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(avg(ST_X(geom)), avg(ST_Y(geom))), 3857),
                        ST_TileEnvelope({z}, {x}, {y}), 4096, 0, true) AS geom
    FROM comment WHERE geom && ST_TileEnvelope({z}, {x}, {y})
    GROUP BY floor((ST_X(geom) + 20037508.342789244) * 2 ^ ({z} + 4) / 40075016.68557849),
             floor((ST_Y(geom) + 20037508.342789244) * 2 ^ ({z} + 4) / 40075016.68557849)) t
"""
KINDS = ", ".join(f"(nullif(count(*) FILTER (WHERE kind = '{k}'), 0))::int AS {k}"
                  for k in ("idea", "trouble", "good", "question", "action", "reading"))

# The loop runs inside the server: no client, no connection, no transfer is counted against it.
LOOP = """
DO $$
DECLARE tile bytea; from_time timestamptz; times float8[] := '{{}}';
BEGIN
    FOR i IN 1..{repeats} LOOP
        from_time := clock_timestamp();
        {query};
        times := times || extract(epoch FROM clock_timestamp() - from_time) * 1000;
    END LOOP;
    RAISE NOTICE 'took % bytes %',
        (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(times) t), length(tile);
END $$;
"""


def skip(why):
    print(f"comment_tiles: skipped beside PostGIS: {why}")
    return None


class Cluster:
    """A PostgreSQL of our own in a temporary folder, run by somebody who is not root."""

    def __init__(self, folder):
        self.folder = folder
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self.bin = str(found[-1].parent) if found else None
        self.user = "postgres" if os.geteuid() == 0 else None

    def why_not(self):
        if not self.bin:
            return "PostgreSQL is not installed (apt-get install postgresql-15-postgis-3)"
        version = self.bin.split("/")[-2]
        if not pathlib.Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists():
            return f"PostGIS is not installed (apt-get install postgresql-{version}-postgis-3)"
        if self.user:
            try:
                pwd.getpwnam(self.user)
            except KeyError:
                return "there is no user postgres to run it as"
        return None

    def run(self, *command, **options):
        if self.user:
            command = ("setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups", *command)
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd="/", **options)

    def start(self):
        data = os.path.join(self.folder, "pg")
        os.mkdir(data)
        if self.user:
            shutil.chown(data, self.user)
            os.chmod(self.folder, 0o755)
        self.run(f"{self.bin}/initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C", "-U", "bench")
        self.run(f"{self.bin}/pg_ctl", "-D", data, "-w", "-l", f"{data}/log", "-o",
                 f"-c listen_addresses='' -c unix_socket_directories={data} -c shared_buffers=512MB "
                 "-c max_parallel_workers_per_gather=0 -c jit=off -c fsync=off -c work_mem=64MB", "start")
        self.data = data

    def sql(self, text):
        result = self.run(f"{self.bin}/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.data, "-U",
                          "bench", "-d", "postgres", input=text)
        return result.stdout + result.stderr

    def stop(self):
        self.run(f"{self.bin}/pg_ctl", "-D", self.data, "-m", "immediate", "stop")


def measure(cluster, query, z, x, y):
    """(median ms, bytes)."""
    text = query.format(z=z, x=x, y=y, kinds=KINDS)
    told = cluster.sql(LOOP.format(repeats=REPEATS, query=text)).split()
    return float(told[told.index("took") + 1]), int(told[told.index("bytes") + 1])


def main():
    kept = os.environ.get("KAKIKOMAP_BENCH_STORE")
    with tempfile.TemporaryDirectory() as folder:
        store = kept or os.path.join(folder, "store")
        rows = store + ".tsv"
        if not os.path.exists(store):
            began = time.monotonic()
            with open(rows, "w", encoding="utf-8") as out:
                subprocess.run([TOOL, "make", store, str(COUNT)], check=True, stdout=out)
            print(f"{COUNT} comments written in {time.monotonic() - began:.0f} s")
        lines = subprocess.run([TOOL, "time", store], check=True, capture_output=True, text=True).stdout
        ours = [line.split("\t") for line in lines.splitlines()]

        cluster = Cluster(folder)
        if (why := cluster.why_not()):
            skip(why)
            cluster = None
        else:
            cluster.start()
            os.chmod(rows, 0o644)
            cluster.sql(TABLE.format(rows=rows))
        try:
            print(f"{'tile':<8}{'ms':>9}{'CPU ms':>9}{'bytes':>10}{'PostGIS ms':>12}{'bytes':>10}{'ratio':>8}")
            for name, x, y, wall, cpu, size in ours:
                if not name.startswith("z"):
                    continue
                line = f"{name:<8}{wall:>9}{cpu:>9}{size:>10}"
                if cluster:
                    z = int(name[1:])
                    ms, theirs = measure(cluster, POINTS if z >= 14 else CELLS, z, int(x), int(y))
                    line += f"{ms:>12.3f}{theirs:>10}{ms / float(wall):>7.1f}×"
                print(line)
        finally:
            if cluster:
                cluster.stop()
        for name, x, _, first, second, size in ours:
            if name.startswith("town"):
                print(f"625 tiles of the town at z{name[4:]}: mean {first} ms, {second} CPU ms, {size} bytes")
            elif name == "fresh":
                print(f"fresh tile after an acknowledged comment, {x} edits: median {first} ms, 99 % {second} ms")


main()
