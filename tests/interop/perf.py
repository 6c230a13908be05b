#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""`quoin perf` and the "perf" protocol of draft-banks-quic-performance as two other stacks speak it, in both directions:
aioquic, led by perf_aioquic.py, and quinn, by the partner of the benchmarks (which benchmarks/against_peers compiles).
Skipped with a word where they are not installed."""

import json
import shutil
import subprocess
import sys
import unittest

import endpoints
import web
from harness import TOOL
from processes import Process, answers_strangers, free_port

sys.path.insert(0, str(endpoints.PROJECT / "benchmarks"))
import side_by_side

DOWNLOAD, UPLOAD, STREAMS = 3_000_000, 1_000_000, 4


class Perf(web.WebTest):
    def start_server(self, *words):
        """A server that is told its port after `words`."""
        port = free_port("127.0.0.1")
        server = Process(endpoints.Command(*(word.replace("PORT", str(port)) for word in map(str, words))),
                         self.work / "server.log")
        self.addCleanup(server.stop)
        self.assertTrue(answers_strangers("127.0.0.1", port, 20, server), server.text())
        return port

    def start_ours(self):
        return self.start_server(TOOL, "perf", "server", "--listen", "127.0.0.1:PORT", "--cert",
                                 endpoints.PKI / "leaf.pem", "--key", endpoints.readable_key(self.folder))

    def said_by(self, *words):
        """What a client says of its measure, in JSON."""
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def measure(self, port, *options):
        return self.said_by(TOOL, "perf", "client", f"127.0.0.1:{port}", "--ca", endpoints.PKI / "ca.pem", "--streams",
                            STREAMS, "--json", *options)

    def assert_we_measure(self, port):
        """Downloads, uploads, requests and handshakes: all that the client can ask of a server."""
        self.assertEqual(self.measure(port, "--download", DOWNLOAD)["downloaded_bytes"], STREAMS * DOWNLOAD)
        self.assertEqual(self.measure(port, "--upload", UPLOAD)["uploaded_bytes"], STREAMS * UPLOAD)
        self.assertGreater(self.measure(port, "--requests", "--download", 100, "--duration", 1)["requests"], STREAMS)
        self.assertGreater(self.measure(port, "--handshakes", "--duration", 1)["handshakes"], STREAMS)


class Aioquic(Perf):
    @classmethod
    def setUpClass(cls):
        if reason := endpoints.why_no_aioquic_python():
            raise unittest.SkipTest(reason)

    def partner(self):
        """The script where a peer's Python can read it."""
        script = self.work / "perf_aioquic.py"
        if not script.exists():
            shutil.copy(web.HERE / script.name, script)
        return [*endpoints.aioquic_python(), script]

    def test_we_measure_its_server(self):
        leaf, key = endpoints.PKI / "leaf.pem", endpoints.PKI / "leaf.key"
        self.assert_we_measure(self.start_server(*self.partner(), "server", "PORT", leaf, key))

    def test_it_measures_our_server(self):
        said = self.said_by(*self.partner(), "client", self.start_ours(), endpoints.PKI / "ca.pem", DOWNLOAD, UPLOAD,
                            STREAMS)
        self.assertEqual(said, {"uploaded": STREAMS * UPLOAD, "downloaded": STREAMS * DOWNLOAD})


class Quinn(Perf):
    @classmethod
    def setUpClass(cls):
        root = side_by_side.newer_suite()
        if reason := endpoints.why_missing([]) or ("benchmarks/against_peers has not compiled its partner"
                                                   if not (root / side_by_side.QUINN_PARTNER).exists() else None):
            raise unittest.SkipTest(reason)
        cls.partner = side_by_side.quinn_partner(root)

    def test_we_measure_its_server(self):
        pki = endpoints.PKI
        self.assert_we_measure(self.start_server(*self.partner, "server", "--listen", "127.0.0.1:PORT", "--cert",
                                                 pki / "leaf.pem", "--key", pki / "leaf.key"))

    def test_it_measures_our_server(self):
        address = f"127.0.0.1:{self.start_ours()}"
        said = self.said_by(*self.partner, "client", address, "--ca", endpoints.PKI / "ca.pem", "--download", DOWNLOAD,
                            "--streams", STREAMS)
        self.assertEqual(said["downloaded_bytes"], STREAMS * DOWNLOAD)
        shaken = self.said_by(*self.partner, "client", address, "--ca", endpoints.PKI / "ca.pem", "--handshakes",
                              "--duration", 1)
        self.assertGreater(shaken["handshakes"], 1)


if __name__ == "__main__":
    web.main()
