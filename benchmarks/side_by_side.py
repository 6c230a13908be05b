# SPDX-License-Identifier: BSL-1.0
"""What the scripts that measure stacks side by side have in common: processes on a CPU each, rounds, tables."""
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent
QUINN_PARTNER = "usr/src/quinn-perf-peer/target/release/quinn-perf-peer"


def say(text):
    print(text, file=sys.stderr, flush=True)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_bound(port):
    wanted = f":{port:04X} "
    return any(wanted in pathlib.Path(f"/proc/net/{name}").read_text() for name in ("udp", "udp6"))


class Running:
    """A process on one CPU, in a group of its own, whose use of the processor is asked for at its end."""

    def __init__(self, command, cpu, log):
        self.log = log
        self.process = subprocess.Popen([str(c) for c in command], stdout=log, stderr=subprocess.STDOUT,
                                        stdin=subprocess.DEVNULL, start_new_session=True,
                                        preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))

    def wait(self, seconds):
        """CPU seconds, or None when it did not end well in time."""
        until = time.monotonic() + seconds
        while True:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid != 0:
                self.process.returncode = os.waitstatus_to_exitcode(status)
                return usage.ru_utime + usage.ru_stime
            if time.monotonic() > until:
                os.killpg(self.process.pid, signal.SIGKILL)
                until = float("inf")
            time.sleep(0.005)

    def stop(self, how=signal.SIGTERM):
        os.killpg(self.process.pid, how)
        return self.wait(5)


def run_beside(name, port, server, client, cpus, folder, patience, stop=signal.SIGTERM):
    """A server and, once it is up, its client, on a CPU each, until the client ends. CPU seconds of server and client,
    the client's wall time and what it printed; None when it failed or took longer than `patience`, with a word."""
    log = folder / f"{name}.log"
    with open(log, "wb") as out, open(folder / "client.out", "w+") as told:
        serving = Running(server, cpus[0], out)
        until = time.monotonic() + 5
        while not is_bound(port) and time.monotonic() < until:
            time.sleep(0.02)
        start = time.monotonic()
        asking = Running(client, cpus[1], told)
        client_cpu = asking.wait(patience)
        seconds = time.monotonic() - start
        server_cpu = serving.stop(stop)
        told.seek(0)
        text = told.read()
    if asking.process.returncode != 0:
        say(f"{name} failed:\n{text[-500:]}\n{log.read_text(errors='replace')[-500:]}")
        return None
    return server_cpu, client_cpu, seconds, text


def loader(root):
    """Runs a program of the newer suite with its own libraries, without entering its root."""
    return [root / "lib64/ld-linux-x86-64.so.2", "--library-path", root / "usr/lib/x86_64-linux-gnu"]


def newer_suite():
    """Where a newer suite with the peers is expected."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    return pathlib.Path(os.environ.get("PEERS", cache / "quic-peers")) / "forky"


def quinn_partner(root):
    return [*loader(root), root / QUINN_PARTNER]


def build_quinn(root):
    """Whether the partner is there, compiled in the newer suite from its packages of Rust libraries."""
    program = root / QUINN_PARTNER
    target = program.parents[2]
    source = HERE / "peers/quinn"
    newest = max(f.stat().st_mtime for f in source.rglob("*") if f.is_file())
    if program.exists() and program.stat().st_mtime > newest:
        return True
    if os.geteuid() != 0 or not (root / "usr/share/cargo/registry").exists():
        say(f"quinn is left out: {program} is missing, and compiling it takes root and librust-quinn-dev in {root}")
        return False
    say("compiling the quinn partner")
    shutil.copytree(source, target, dirs_exist_ok=True)
    (target / ".cargo").mkdir(exist_ok=True)
    (target / ".cargo/config.toml").write_text(
        '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "/usr/share/cargo/registry"\n')
    inside = "/" + str(target.relative_to(root))
    built = subprocess.run(["chroot", root, "sh", "-ec", f"cd {inside}; export CARGO_HOME=$PWD/.home; "
                            "CARGO_TARGET_DIR=$PWD/target exec cargo build --release --offline"],
                           capture_output=True, text=True)
    if built.returncode != 0:
        say(f"quinn is left out: it does not compile\n{built.stderr[-2000:]}")
    else:
        os.utime(program)
    return built.returncode == 0


def make_pki(folder):
    """An authority and a certificate of its for localhost, both on P-256."""
    pki = folder / "pki"
    pki.mkdir()

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=pki, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=benchmark CA",
            "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", *key, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost")
    (pki / "leaf.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n"
                                  "keyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-out", "leaf.pem", "-extfile", "leaf.ext")
    return pki


def medians(samples):
    present = [s for s in samples if s is not None]
    keys = present[0].keys() if present else []
    return {k: statistics.median(s[k] for s in present) for k in keys if all(s[k] is not None for s in present)}


def interleaved(rounds, among, measure):
    """Round by round over all stacks; the first round warms up and does not count."""
    samples = {stack.name: [] for stack in among}
    for number in range(rounds + 1):
        for stack in among:
            taken = measure(stack)
            if number > 0:
                samples[stack.name].append(taken)
    return samples


def table(rows, columns):
    print(f"{'':14}" + "".join(f"{title:>17}" for title, _, _ in columns))
    for name, row in rows.items():
        cells = (f"{row[key]:{form}}" if key in row else "-" for _, key, form in columns)
        print(f"{name:14}" + "".join(f"{cell:>17}" for cell in cells))
