#!/usr/bin/env python3
"""Certificates for a venue, judged by OpenSSL and used by curl: neither shares code with us.
Usage: tls_test.py KAKIKOMAP. Prints TAP."""

import json
import os
import pathlib
import plistlib
import ssl
import stat
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
from service import Service, make_town  # noqa: E402
from tap import Tap  # noqa: E402

program = str(pathlib.Path(sys.argv[1]).resolve())


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def tls(data, *arguments):
    done = run(program, "tls", "--data", data, *arguments)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def verify(root, certificate, *flags):
    return run("openssl", "verify", "-x509_strict", "-CAfile", root, *flags, certificate)


def sign(folder, name, root, days="30", config="subjectAltName=DNS:bank.example"):
    """A certificate that OpenSSL makes with somebody's root: {certificate, key}."""
    key, request, made = (f"{folder}/{name}.{end}" for end in ("key", "csr", "crt"))
    extensions = f"{folder}/{name}.ext"
    pathlib.Path(extensions).write_text(
        "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n" + config + "\n")
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", request, "-subj", "/O=test"], check=True, capture_output=True)
    subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", root, "-CAkey", root, "-CAcreateserial",
                    "-CAserial", f"{folder}/serial", "-days", days, "-extfile", extensions, "-out", made],
                   check=True, capture_output=True)
    return {"certificate": made, "key": key}


def test_making(tap, data):
    status, _, said = tls(data)
    tap.check("without a certificate the command says how to get one", status == 2 and "--names" in said, said)
    for wrong in ("", "two words", "*.map.example", "a" * 64 + ".example", "-a.example", "1.2.3", "a..b"):
        status, _, said = tls(data, "--names", wrong)
        tap.check(f"the name {wrong[:20]!r} is refused", status == 2, said)
    status, made, said = tls(data, "--names", "V01.map.example,192.168.10.5,fd00::5,v01.map.example")
    tap.equal("names are made lower case, each once", (status, made.get("names")),
              (0, ["v01.map.example", "192.168.10.5", "fd00::5"]))
    tap.equal("it is good for as long as tablets accept", made["days_left"], 794)
    modes = {name: stat.S_IMODE(os.stat(f"{data}/tls/{name}").st_mode) for name in os.listdir(f"{data}/tls")}
    tap.equal("keys are for their owner alone", modes,
              {"server.pem": 0o600, "root.pem": 0o600, "root.crt": 0o644, "root.mobileconfig": 0o644})
    return made


def test_judged(tap, data, folder):
    root, server = f"{data}/tls/root.crt", f"{data}/tls/server.pem"
    for flags in (("-verify_hostname", "v01.map.example"), ("-verify_ip", "192.168.10.5"), ("-verify_ip", "fd00::5")):
        judged = verify(root, server, *flags)
        tap.check(f"OpenSSL trusts it for {flags[1]}", judged.returncode == 0, judged.stderr)
    tap.check("and not for another name", verify(root, server, "-verify_hostname", "x.example").returncode != 0)
    for name, config in (("bank", "subjectAltName=DNS:bank.example"), ("address", "subjectAltName=IP:192.168.10.6")):
        other = sign(folder, name, f"{data}/tls/root.pem", config=config)
        judged = verify(root, other["certificate"])
        tap.check(f"whoever steals the root cannot speak for a {name} elsewhere",
                  judged.returncode != 0 and "subtree violation" in judged.stderr, judged.stderr)
    mail = sign(folder, "mail", f"{data}/tls/root.pem", config="subjectAltName=email:a@map.example")
    judged = verify(root, mail["certificate"], "-purpose", "smimesign")
    tap.check("nor sign mail", judged.returncode != 0, judged.stderr)
    profile = plistlib.loads(pathlib.Path(f"{data}/tls/root.mobileconfig").read_bytes())
    inside = profile["PayloadContent"][0]
    tap.equal("the profile for iPads carries the root",
              inside["PayloadContent"], ssl.PEM_cert_to_DER_cert(pathlib.Path(root).read_text()))
    tap.equal("as a root", inside["PayloadType"], "com.apple.security.root")


def test_renewing(tap, data, made):
    status, again, said = tls(data, "--names", "v01.map.example", "--days", "100")
    tap.equal("renewed for fewer days", (status, again.get("days_left")), (0, 99))
    tap.equal("by the same root", again["root_sha256"], made["root_sha256"])
    tap.check("with another certificate", again["sha256"] != made["sha256"])
    status, _, said = tls(data, "--names", "v02.map.example")
    tap.check("a name beyond the root is refused, with the way out", status == 2 and "--new-root" in said, said)
    tap.equal("and nothing has changed", tls(data)[1], again)
    status, third, said = tls(data, "--names", "v02.map.example", "--new-root", "--days", "10")
    tap.check("a new root is another", status == 0 and third["root_sha256"] != made["root_sha256"], said)
    tap.check("a certificate that ends soon is told of", "14 days" in said, said)
    tls(data, "--names", "v01.map.example,127.0.0.1", "--new-root")


def curl(data, *arguments):
    done = run("curl", "-sS", "--max-time", "20", "--cacert", f"{data}/tls/root.crt", *arguments)
    return done.stdout, done.stderr


def test_serving(tap, data):
    service = Service(program, data, "--listen-plain", "127.0.0.1:0")
    plain = json.loads(service.first)["plain_url"]
    port = service.address.split(":")[1]
    text, said = curl(data, "--resolve", f"v01.map.example:{port}:127.0.0.1",
                      f"https://v01.map.example:{port}/api/health")
    tap.check("curl reaches it by name and trusts it", '"status":"ok"' in text, said)
    tap.equal("and is told how long the certificate lasts", json.loads(text or "{}").get("certificate_days_left"), 794)
    text, said = curl(data, f"{plain}/api/health")
    tap.check("beside it plain HTTP is served", '"status":"ok"' in text, said)
    for version in ("1.0", "1.1"):
        _, said = curl(data, "--tlsv1.0", "--tls-max", version, f"https://127.0.0.1:{port}/api/health")
        tap.check(f"TLS {version} is not spoken", said != "", said)
    for version in ("1.2", "1.3"):
        text, said = curl(data, "--tlsv" + version, "--tls-max", version, f"https://127.0.0.1:{port}/api/health")
        tap.check(f"TLS {version} is", '"status":"ok"' in text, said)
    tap.equal("both ports stop cleanly", service.end(), 0)


def test_taking(tap, data, folder):
    root = f"{folder}/root.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", root, "-out", f"{folder}/ca.crt", "-days", "60", "-subj", "/O=another"],
                   check=True, capture_output=True)
    pathlib.Path(root).write_text(pathlib.Path(root).read_text() + pathlib.Path(f"{folder}/ca.crt").read_text())
    good = sign(folder, "good", root, config="subjectAltName=DNS:map.example")
    other = sign(folder, "other", root)
    before = tls(data)[1]
    refused = (
        ("another's key", good["certificate"], other["key"], "belong together"),
        ("a missing file", f"{folder}/none", good["key"], "cannot be read"),
        ("a file that is no PEM", program, good["key"], "PEM"),
        ("a root", f"{folder}/ca.crt", root, "root"),
        ("one that has ended", sign(folder, "old", root, "-1")["certificate"], f"{folder}/old.key", "ended"),
    )
    for what, certificate, key, words in refused:
        status, _, said = tls(data, "--certificate", certificate, "--key", key)
        tap.check(f"{what} is not taken", status in (1, 2) and words in said, status, said)
    tap.equal("what was there stayed", tls(data)[1], before)
    chain = f"{folder}/chain.pem"
    pathlib.Path(chain).write_text(
        pathlib.Path(good["certificate"]).read_text() + pathlib.Path(f"{folder}/ca.crt").read_text())
    status, taken, said = tls(data, "--certificate", chain, "--key", good["key"])
    tap.equal("a chain made elsewhere is taken", (status, taken.get("names")), (0, ["map.example"]))
    service = Service(program, data)
    port = service.address.split(":")[1]
    done = run("curl", "-sS", "--max-time", "20", "--cacert", f"{folder}/ca.crt",
               "--resolve", f"map.example:{port}:127.0.0.1", f"https://map.example:{port}/api/health")
    tap.check("and served", '"status":"ok"' in done.stdout, done.stderr)
    service.end()


def main(tap):
    with tempfile.TemporaryDirectory() as folder:
        data = make_town(program, folder)
        made = test_making(tap, data)
        test_judged(tap, data, folder)
        test_renewing(tap, data, made)
        test_serving(tap, data)
        test_taking(tap, data, folder)


sys.exit(Tap().run(main))
