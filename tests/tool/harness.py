# SPDX-License-Identifier: BSL-1.0
"""Runs the tool `quoin` for the tests: servers on loopback ports of the system's choice, clients with a time limit."""
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

TOOL = os.environ["QUOIN_TOOL"]


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def serves_tcp():
    """Whether this tool was built with HTTP/1.1."""
    help_text = subprocess.run([TOOL, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    return "--tcp" in help_text


needs_tcp = unittest.skipUnless(serves_tcp(), "built without HTTP/1.1")


class Server:
    """`quoin serve` or `quoin perf server`, up when the constructor returns."""

    def __init__(self, *arguments, host="127.0.0.1", tool=TOOL):
        self.log = tempfile.NamedTemporaryFile(mode="r", prefix="quoin-server-")
        self.process = subprocess.Popen([tool, *map(str, arguments), "--listen", f"{host}:0"], stdout=self.log,
                                        stderr=subprocess.STDOUT)
        self.address = self._address()
        self.port = int(self.address.rsplit(":", 1)[1])

    def output(self):
        """What it has printed so far."""
        return Path(self.log.name).read_text()

    def _address(self):
        for _ in range(400):
            found = re.search(r"^.* on (\S+:\d+)\n", self.output())
            if found:
                return found.group(1)
            if self.process.poll() is not None:
                break
            time.sleep(0.025)
        self.kill()
        raise AssertionError(f"the server did not start: {self.output()!r}")

    def url(self, path):
        return f"https://{self.address}/{path}"

    def stop(self):
        """Asks it to stop; returns its exit code and all that it printed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20), self.output()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=20)


class ToolTest(unittest.TestCase):
    """A folder of its own for each test, with `root` to be served and `out` to be filled."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="quoin tool "))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.root = self.folder / "root"
        self.out = self.folder / "out"
        self.root.mkdir()

    def file(self, name, size):
        """A file of pseudo-random content below the root; the same content every time."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        block = hashlib.sha256(name.encode()).digest()
        path.write_bytes((block * (size // len(block) + 1))[:size])
        return path

    def serve(self, *arguments, host="127.0.0.1"):
        return self.start(Server("serve", self.root, *arguments, host=host))

    def start(self, server):
        self.addCleanup(server.kill)
        return server

    def run_tool(self, *arguments, timeout=60, **more):
        return subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, **more)

    def get(self, *arguments, trust=("--insecure",), timeout=60, **more):
        return self.run_tool("get", *arguments, *trust, "--output-dir", self.out, timeout=timeout, **more)

    def get_json(self, *arguments, **more):
        done = self.get(*arguments, "--json", **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_fails(self, done, *words, code=1):
        """One line on standard error that holds all of `words`."""
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("quoin: "), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def assert_nothing_fetched(self):
        self.assertEqual(sorted(os.listdir(self.out)) if self.out.exists() else [], [])

    def assert_same(self, path):
        self.assertEqual(sha256(self.out / path.name), sha256(path))

    def openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def certificate(self, names="IP:127.0.0.1"):
        """A self-signed certificate and its key: two paths."""
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-subj", "/CN=quoin test", "-addext", f"subjectAltName={names}", "-keyout", key, "-out",
                     certificate)
        return certificate, key


def main():
    unittest.main(verbosity=2)
