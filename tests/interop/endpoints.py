# SPDX-License-Identifier: BSL-1.0
"""The stacks of the matrix: how each is started as a server and as a client for a case.

Peers are started by scripts in the folder that QUOIN_PEERS_DIR names (else the optional sibling `shared/peers` of the
project): run-NAME-server.sh and run-NAME-client.sh. Such scripts keep certificates in io/pki and serve io/www below
the folder that PEERS names, which is also where peers may write.
"""

import functools
import os
import pathlib
import shutil
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = pathlib.Path(os.environ.get("QUOIN_PEERS_DIR") or PROJECT.parent / "shared" / "peers")
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
STATE = pathlib.Path(os.environ.get("PEERS") or CACHE / "quic-peers")
RESERVED_VERSION = 0x1A2A3A4A
UNSUPPORTED = 127  # the exit code of an endpoint that does not know a case
ENDPOINT = PROJECT / "examples/interop/run_endpoint.sh"
PKI, WWW = (STATE / "io" / name for name in ("pki", "www"))
NOTHING_TO_RUN = (125, 126, 127)  # how chroot, timeout and the shell say so


class Command:
    def __init__(self, *words, **environment):
        self.words, self.environment = [str(word) for word in words], environment


def bracketed(host):
    return f"[{host}]" if ":" in host else host


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def script_of(peer, role):
    return SCRIPTS / f"run-{peer}-{role}.sh"


def why_missing(scripts, probe=None):
    """Why what these scripts start cannot be tried, or None; `probe` is a command that would run it for a moment."""
    for script in scripts:
        if not os.access(script, os.X_OK):
            return f"no {script.name} (see QUOIN_PEERS_DIR)"
    if not (PKI / "ca.pem").is_file():
        return "the peers are not installed"
    if probe is None:
        return None
    done = subprocess.run(probe.words, capture_output=True, timeout=60, check=False)
    return "not installed" if done.returncode in NOTHING_TO_RUN else None


@functools.cache
def aioquic_python():
    """A command that runs a Python with aioquic: that of QUOIN_AIOQUIC_PYTHON, ours, or that of the suite in which the
    peers were installed; None where none has it."""
    named = os.environ.get("QUOIN_AIOQUIC_PYTHON")
    for python in [named.split()] if named else [["python3"], ["chroot", str(STATE / "forky"), "python3"]]:
        if shutil.which(python[0]) and not subprocess.run([*python, "-c", "import aioquic"], capture_output=True,
                                                          check=False).returncode:
            return python
    return None


def why_no_aioquic_python():
    return why_missing([]) or (None if aioquic_python() else "no Python has aioquic (see QUOIN_AIOQUIC_PYTHON)")


def readable_key(folder):
    """The peers' key, whose form is SEC 1, in the form that we read: PKCS#8."""
    key = folder / "leaf.key"
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", PKI / "leaf.key", "-out", key)
    return key


def copy_peers_certificate(folder):
    for there, here in (("leaf.pem", "cert.pem"), ("leaf.key", "priv.key"), ("ca.pem", "ca.pem")):
        shutil.copy(PKI / there, folder / here)


def make_chain(folder, length, authority=None):
    """`length` certificates from a leaf for the loopback addresses to a root, which may be the peers' authority; a long
    chain has long names in it."""
    padding = "".join(f",DNS:{i:03}{'a' * 57}.{'b' * 60}.{'c' * 60}.{'d' * 60}.test" for i in range(20)) if length > 2 else ""
    if authority:
        shutil.copy(authority / "ca.key", folder / "0.key")
        shutil.copy(authority / "ca.pem", folder / "0.pem")
    else:
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "9",
                "-subj", "/CN=root", "-keyout", folder / "0.key", "-out", folder / "0.pem")
    for number in range(1, length):
        leaf = number == length - 1
        names = "IP:127.0.0.1,IP:::1,DNS:localhost" if leaf else f"DNS:ca{number}.test"
        extensions = folder / f"{number}.ext"
        extensions.write_text(f"subjectAltName={names}{padding if leaf else ''}\n"
                              f"basicConstraints=critical,CA:{'FALSE' if leaf else 'TRUE'}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN=number {number}",
                "-keyout", folder / f"{number}.key", "-out", folder / f"{number}.csr")
        openssl("x509", "-req", "-in", folder / f"{number}.csr", "-CA", folder / f"{number - 1}.pem", "-CAkey",
                folder / f"{number - 1}.key", "-CAcreateserial", "-days", "9", "-extfile", extensions, "-out",
                folder / f"{number}.pem")
    chain = [(folder / f"{number}.pem").read_text() for number in reversed(range(length))]
    (folder / "cert.pem").write_text("".join(chain))
    shutil.copy(folder / f"{length - 1}.key", folder / "priv.key")
    shutil.copy(folder / "0.pem", folder / "ca.pem")


class Quoin:
    name = "quoin"
    knows_cases = False
    comes_again_by_itself = False
    reports_failure = True  # its exit code is to be believed

    def __init__(self, binary):
        self.binary = binary
        self.certificate = self.key = self.authority = None

    def missing(self):
        return None if os.access(self.binary, os.X_OK) else f"{self.binary} cannot be run"

    def use_peers_certificate(self, folder):
        """A peer's client believes only the peers' authority."""
        self.certificate, self.key, self.authority = PKI / "leaf.pem", readable_key(folder), PKI / "ca.pem"

    def cannot(self, case, role):
        return None

    def server(self, case, run):
        command = [self.binary, "serve", run.served, "--listen", f"{bracketed(run.host)}:{run.server_port}"]
        command += ["--alpn", "hq-interop", "--keylog", run.folder / "server.keys"]
        if self.certificate:
            command += ["--cert", self.certificate, "--key", self.key]
        if case.retry:
            command += ["--retry"]
        if case.preferred:
            command += ["--preferred", f"{bracketed(run.host)}:{run.preferred_port}"]
        if case.early_data:
            command += ["--early-data"]
        if case.idle_timeout:
            command += ["--idle-timeout", case.idle_timeout]
        if case.chacha20 and run.client.name == "quinn":  # it cannot leave the others out
            command += ["--ciphers", "chacha20"]
        return Command(*command)

    def client(self, case, run, names, output):
        command = [self.binary, "get", *(f"https://{bracketed(run.host)}:{run.port}{run.prefix}/{n}" for n in names)]
        command += ["--output-dir", output, "--no-progress", "--json", "--alpn", "hq-interop"]
        command += ["--keylog", run.folder / "client.keys"]
        command += ["--ca", self.authority] if self.authority else ["--insecure"]
        command += ["--timeout", 30, "--keep-alive", 4]
        if case.chacha20:
            command += ["--ciphers", "chacha20"]
        if case.key_update:
            command += ["--key-update"]
        if case.migrate:
            command += ["--migrate"]
        if case.other_version:
            command += ["--versions", f"{RESERVED_VERSION:#010x},v1"]
        if case.again:
            command += ["--session-file", run.folder / "sessions"]
        if case.early_data:
            command += ["--early-data"]
        return Command(*command)

    def saw_reset(self, log):
        return "stateless reset" in log


class ContractQuoin(Quoin):
    """quoin as the interop runner starts it: everything by the environment."""

    knows_cases = True

    def use_peers_certificate(self, folder):
        pass  # `Bench.certs` lays it out

    def environment(self, role, test, run):
        return {"ROLE": role, "TESTCASE": test, "QUOIN": str(self.binary), "CERTS": str(run.bench.certs(run.case.chain)),
                "SSLKEYLOGFILE": str(run.folder / f"{role}.keys"), "QLOGDIR": str(run.folder / f"qlog-{role}")}

    def server(self, case, run):
        return Command(ENDPOINT, **self.environment("server", case.server_test, run), WWW=str(run.served),
                       PORT=str(run.server_port), PREFERRED=f"{bracketed(run.host)}:{run.preferred_port}")

    def client(self, case, run, names, output):
        urls = (f"https://{bracketed(run.host)}:{run.port}{run.prefix}/{name}" for name in names)
        return Command(ENDPOINT, **self.environment("client", case.client_test, run), DOWNLOADS=str(output),
                       REQUESTS=" ".join(urls))


class Peer:
    reports_failure = False
    knows_cases = False
    takes_certificates = False  # its server's script does
    comes_again_by_itself = False  # makes both connections of a case that has one after the other

    def missing(self):
        return why_missing([self.script(role) for role in ("server", "client")], self.probe())

    def script(self, role):
        return script_of(self.name, role)

    def probe(self):
        return Command(self.script("client"), "0")

    def cannot(self, case, role):
        if case.long_chain and role == "server" and not self.takes_certificates:
            return "its script has a certificate of its own"
        return None

    def saw_reset(self, log):
        return None


class Aioquic(Peer):
    name = "aioquic"
    takes_certificates = True

    def probe(self):
        return Command(self.script("client"), "--help")

    def cannot(self, case, role):
        if case.other_version and role == "client":
            return why_no_aioquic_python()  # its own client cannot be told to try another version
        if case.name == "stateless-reset" and role == "server":
            return why_no_aioquic_python()  # its own server sends none
        if case.migrate:
            if role == "client":
                return "its client cannot be told to move"
            return "its server answers a PATH_CHALLENGE on the path in use only"
        if case.preferred:
            return "it knows no preferred addresses"
        if case.name == "ecn":
            return "it does not mark packets"
        return super().cannot(case, role)

    def led_by(self, script, run, *words):
        """A program of ours that uses it, where a peer's Python can read it."""
        return Command(*aioquic_python(), shutil.copy(PROJECT / "tests/interop" / script, run.folder), *words)

    def server(self, case, run):
        if case.name == "stateless-reset":
            return self.led_by("reset_aioquic.py", run, run.host, run.server_port, WWW, PKI / "leaf.pem", PKI / "leaf.key",
                               case.idle_timeout)
        command = [self.script("server"), run.server_port, *(["--retry"] if case.retry else [])]
        if case.long_chain:  # the last word counts
            certs = run.bench.certs(case.chain)
            command += ["-c", certs / "cert.pem", "-k", certs / "priv.key"]
        return Command(*command, ADDR=run.host)

    def client(self, case, run, names, output):
        urls = [f"https://{bracketed(run.host)}:{run.port}{run.prefix}/{n}" for n in names]
        if case.other_version:
            return self.led_by("other_version_aioquic.py", run, f"{RESERVED_VERSION:#x}", PKI / "ca.pem", output, *urls)
        command = [self.script("client"), *([] if case.alpn == "h3" else ["--legacy-http"]), "--output-dir", output]
        if case.chacha20:
            command += ["--cipher-suites", "CHACHA20_POLY1305_SHA256"]
        if case.key_update:
            command += ["--key-update"]
        if case.idle_timeout:
            command += ["-q", run.folder]
        if case.change_version:
            command += ["--negotiate-v2"]
        if case.again:
            command += ["--session-ticket", run.folder / "session", *(["--zero-rtt"] if case.early_data else [])]
        return Command(*command, *urls, TMO=str(case.patience))


class Ngtcp2(Peer):
    name = "ngtcp2"

    def probe(self):
        return Command(self.script("client"), "0", "hq", "", "--help")

    def server(self, case, run):
        command = [self.script("server"), run.server_port, self.flavour(case), "--quiet"]
        if case.retry:
            command += ["--validate-addr"]
        if case.preferred:
            command += [f"--preferred-ipv4-addr={run.host}:{run.preferred_port}"]
        if case.idle_timeout:
            command += [f"--timeout={case.idle_timeout}s"]
        if case.change_version:
            command += ["--preferred-versions=v2"]
        return Command(*command, *self.counted(case), ADDR=run.host)

    def flavour(self, case):
        """Its example programs speak one protocol each."""
        return "ossl" if case.alpn == "h3" else "hq"

    def counted(self, case):
        """Where marks or bytes are counted, its probes for larger datagrams must not be among them."""
        return ["--no-pmtud"] if case.name in ("ecn", "zerortt") else []

    def client(self, case, run, names, output):
        command = [self.script("client"), run.port, self.flavour(case), " ".join(f"{run.prefix}/{n}" for n in names)]
        command += [f"--download={output}", "--handshake-timeout=30s"]
        if case.chacha20:
            command += ["--ciphers=TLS_CHACHA20_POLY1305_SHA256"]
        if case.key_update:
            command += ["--key-update=20ms"]
        if case.migrate:
            command += ["--change-local-addr=20ms"]
        if case.change_version:
            command += ["--version=v1", "--available-versions=v2,v1"]
        if case.other_version:
            command += [f"--version={RESERVED_VERSION:#010x}"]
        if case.again:
            command += [f"--session-file={run.folder}/session", f"--tp-file={run.folder}/parameters",
                        "--wait-for-ticket"]
            command += [] if case.early_data else ["--disable-early-data"]
        if not case.other_version and not case.idle_timeout:
            command += ["--quiet"]
        return Command(*command, *self.counted(case), HOST=run.host, TMO=str(case.patience))

    def saw_reset(self, log):
        return "stateless_reset" in log.lower() or "ERR_DRAINING" in log


class Quinn(Peer):
    name = "quinn"
    comes_again_by_itself = True

    def cannot(self, case, role):
        if case.other_version and role == "client":
            return "its client derives no keys for another version"
        if case.idle_timeout and role == "server":
            return "its server's patience cannot be set, so it does not forget in time"
        if case.preferred:
            return "it knows no preferred addresses"
        if case.migrate and role == "client":
            return "its client changes its socket without another connection ID"
        if case.change_version:
            return "it changes no versions"
        return (self.cannot_of_runner(case, role) if case.by_runner else None) or super().cannot(case, role)

    @staticmethod
    def cannot_of_runner(case, role):
        """Where its scripts were not written for the runner's criteria."""
        ours = {"multiplexing": "its server is set to allow 2000 streams"}
        theirs = {"multiplexing": "its client asks for one file after the other",
                  "chacha20": "its client cannot leave other ciphers out",
                  "zerortt": "its client asks for all files over the first connection, too",
                  "crosstraffic": "its client gives up after 30 seconds",
                  "amplificationlimit": "its client takes no chain of nine certificates"}
        return (theirs if role == "client" else ours).get(case.name)

    def server(self, case, run):
        return Command(self.script("server"), run.server_port, *(["--retry"] if case.retry else []),
                       ADDR=bracketed(run.host))

    def client(self, case, run, names, output):
        command = [self.script("client"), run.port, "--alpn", case.alpn, "--out", output]
        if case.chacha20:
            command += ["--chacha20"]
        if case.key_update:
            command += ["--keyupdate"]
        if case.again:
            command += ["--0rtt" if case.early_data else "--resume"]
        return Command(*command, *(f"{run.prefix}/{n}" for n in names), HOST=bracketed(run.host), TMO=str(case.patience))

    def saw_reset(self, log):
        return "reset by peer" in log


PEERS = (Aioquic, Ngtcp2, Quinn)
