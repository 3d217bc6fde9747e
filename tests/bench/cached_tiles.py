#!/usr/bin/env python3
"""Cached tiles beside nginx: our service from a mapped archive, nginx from the same gzip bytes as
files; wrk asks both, in turns, in the same minutes. Requests a second, CPU microseconds a request,
99th percentile, and our share of nginx (DESIGN.md section 9: at least equal).

Usage: cached_tiles.py TILE_SERVER ARCHIVE_TOOL [SECONDS [ROUNDS]]"""

import http.client
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

tile_server, archive_tool = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:3])
SECONDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 3
CONNECTIONS = 32
NGINX_PORT = 18977

SCRIPT = """
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local at, tag = 0, os.getenv("TAGS")
local requests = {}
init = function(args)
  local tags = {}
  if tag then for line in io.lines(tag) do tags[#tags + 1] = line end end
  for i, path in ipairs(paths) do
    local headers = { ["Accept-Encoding"] = "gzip", ["Host"] = "localhost" }
    if tag then headers["If-None-Match"] = tags[i] end
    requests[i] = wrk.format("GET", path, headers)
  end
end
request = function() at = at % #requests + 1; return requests[at] end
done = function(summary, latency)
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(99), summary.errors.status + summary.errors.read + summary.errors.connect))
end
"""

NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=2000;
    default_type application/vnd.mapbox-vector-tile; types {{ }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port}; root {folder}/www;
        add_header Content-Encoding gzip; add_header Vary Accept-Encoding;
        add_header Access-Control-Allow-Origin *; add_header Cache-Control no-cache;
    }}
}}
"""


def get(host, path):
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    tag = response.getheader("ETag")
    connection.close()
    return response.status, tag, body


def tree(pid):
    """The process and its children."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += tree(int(child))
    return found


def cpu_seconds(pid):
    ticks = 0
    for one in tree(pid):
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(folder, host, pid, paths, tags):
    environment = {**os.environ, "PATHS": str(paths)}
    if tags:
        environment["TAGS"] = str(tags)
    before = cpu_seconds(pid)
    out = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", f"{folder}/wrk.lua",
         f"http://{host}/"],
        env=environment, capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(pid) - before
    requests, duration_us, p99_us, errors = map(int, re.search(
        r"RESULT (\d+) (\d+) (\d+) (\d+)", out).groups())
    if errors:
        sys.exit(f"{host}: {errors} requests failed")
    return requests / duration_us * 1e6, used / requests * 1e6, p99_us / 1000


def compare(folder, name, servers, paths, use_tags):
    results = {server: [] for server in servers}
    for _ in range(ROUNDS):
        for server, (host, pid, tags) in servers.items():
            results[server].append(measure(folder, host, pid, paths, tags if use_tags else None))
    medians = {server: [statistics.median(column) for column in zip(*rounds)]
               for server, rounds in results.items()}
    for server, (rate, cpu, p99) in medians.items():
        print(f"{name:12} {server:10} {rate:10,.0f} req/s {cpu:7.1f} us CPU/req {p99:7.2f} ms p99")
    ours, theirs = medians["kakikomap"], medians["nginx"]
    print(json.dumps({"benchmark": "cached_tiles", "case": name,
                      "requests_per_s": round(ours[0]), "nginx_requests_per_s": round(theirs[0]),
                      "ratio": round(ours[0] / theirs[0], 3), "cpu_us": round(ours[1], 2),
                      "nginx_cpu_us": round(theirs[1], 2),
                      "cpu_ratio": round(ours[1] / theirs[1], 3)}), flush=True)


def tile_paths(archive, z):
    lines = subprocess.run([archive_tool, "dump", archive], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    return [f"/tiles/bench/{z}/{x}/{y}.mvt"
            for zz, x, y, *_ in (line.split() for line in lines) if int(zz) == z]


def prepare(folder, archive, host, z, nginx_host):
    """Lists of paths and tags, and the same bytes as files for nginx."""
    paths = tile_paths(archive, z)
    tags = []
    for path in paths:
        status, tag, body = get(host, path)
        assert status == 200, (path, status)
        file = folder / "www" / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        tags.append(tag)
    nginx_tags = [get(nginx_host, path)[1] for path in paths]
    for path in paths[:3]:
        assert get(host, path)[2] == get(nginx_host, path)[2], "both send the same bytes"
    for name, lines in (("paths", paths), ("ours", tags), ("nginx", nginx_tags)):
        (folder / f"{name}{z}").write_text("".join(f"{line}\n" for line in lines))


def start_nginx(folder):
    (folder / "www").mkdir()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=NGINX_PORT))
    folder.chmod(0o755)
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e",
                                str(folder / "error.log")])
    for _ in range(50):
        time.sleep(0.1)
        if process.poll() is not None:
            sys.exit("nginx did not start")
        try:
            http.client.HTTPConnection("127.0.0.1", NGINX_PORT, timeout=1).connect()
            return process
        except OSError:
            continue
    sys.exit("nginx did not listen")


def main():
    os.environ["PATH"] += ":/usr/sbin"
    for peer in ("nginx", "wrk"):
        if not shutil.which(peer):
            print(f"{peer} is not installed (apt-get install nginx-light wrk): nothing is measured")
            return 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        archive = str(folder / "bench.pmtiles")
        (folder / "wrk.lua").write_text(SCRIPT)
        subprocess.run([archive_tool, "bench", archive], check=True)
        nginx = start_nginx(folder)
        ours = subprocess.Popen([tile_server, "2", "bench=bench.pmtiles"], cwd=folder,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            host = ours.stdout.readline().strip().removeprefix("http://")
            nginx_host = f"127.0.0.1:{NGINX_PORT}"
            for z in (16, 14):
                prepare(folder, archive, host, z, nginx_host)
                servers = {"nginx": (nginx_host, nginx.pid, folder / f"nginx{z}"),
                           "kakikomap": (host, ours.pid, folder / f"ours{z}")}
                compare(folder, f"z{z}", servers, folder / f"paths{z}", False)
                if z == 16:
                    compare(folder, "z16 304", servers, folder / f"paths{z}", True)
        finally:
            nginx.terminate()
            nginx.wait()
            ours.stdin.close()
            ours.wait()
    return 0


sys.exit(main())
