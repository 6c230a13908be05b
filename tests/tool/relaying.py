# SPDX-License-Identifier: BSL-1.0
"""`quoin serve --connect-udp` as a proxy for UDP: who is reached through it, and who is not."""
import os
import socket
import subprocess
import threading
import unittest

from harness import ToolTest, main

CLIENT = os.environ["QUOIN_UDP_CLIENT"]


class Echo:
    """A UDP server that answers in capitals, until `close`, with ECN bits `mark`."""

    def __init__(self, mark=0):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, mark)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        self.seen = []
        self.ending = False
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self):
        while not self.ending:
            try:
                payload, sender = self.socket.recvfrom(65536)
            except TimeoutError:
                continue
            self.seen.append((payload, sender))
            self.socket.sendto(payload.upper(), sender)

    def close(self):
        self.ending = True
        self.thread.join()
        self.socket.close()


class Relaying(ToolTest):
    def setUp(self):
        super().setUp()
        self.certificate_file, self.key_file = self.certificate()

    def relay(self, *networks, more=()):
        options = [option for network in networks for option in ("--connect-udp", network)]
        return self.serve("--cert", self.certificate_file, "--key", self.key_file, *options, *more)

    def echo(self, mark=0):
        made = Echo(mark)
        self.addCleanup(made.close)
        return made

    def ask(self, server, host, port, *texts):
        return subprocess.run([CLIENT, self.certificate_file, str(server.port), host, str(port), *texts],
                              capture_output=True, text=True, timeout=30)

    def test_payloads_reach_the_target_and_answers_come_back(self):
        target = self.echo()
        server = self.relay("127.0.0.1")
        done = self.ask(server, "127.0.0.1", target.port, "one", "two", "x" * 1100)
        self.assertEqual((done.returncode, done.stdout), (0, f"ONE\nTWO\n{'X' * 1100}\n"), done.stderr)
        self.assertIn(b"one", [payload for payload, _ in target.seen])
        # One tunnel is one socket.
        self.assertEqual(len({sender for _, sender in target.seen}), 1)
        code, printed = server.stop()
        self.assertEqual(code, 0, printed)

    def test_whatever_a_target_marks_its_packets_with_they_are_relayed(self):
        server = self.relay("127.0.0.1")
        for mark in (1, 2, 3):  # ECT(1), ECT(0), CE
            done = self.ask(server, "127.0.0.1", self.echo(mark).port, "one", "two")
            self.assertEqual((done.returncode, done.stdout), (0, "ONE\nTWO\n"), done.stderr)

    def test_several_clients_and_threads(self):
        target = self.echo()
        server = self.relay("127.0.0.0/8", more=("--threads", "2"))
        clients = [subprocess.Popen([CLIENT, self.certificate_file, str(server.port), "127.0.0.1", str(target.port), f"c{i}"],
                                    stdout=subprocess.PIPE, text=True) for i in range(8)]
        self.assertEqual([client.communicate(timeout=30)[0] for client in clients], [f"C{i}\n" for i in range(8)])

    def test_a_name_is_looked_up(self):
        target = self.echo()
        server = self.relay("127.0.0.1", "::1")
        done = self.ask(server, "localhost", target.port, "by name")
        # Where localhost is ::1 first, that is reached, and nobody listens there.
        if done.returncode != 0 and socket.getaddrinfo("localhost", None)[0][0] == socket.AF_INET6:
            self.skipTest("localhost is an IPv6 address here")
        self.assertEqual((done.returncode, done.stdout), (0, "BY NAME\n"), done.stderr)

    def test_what_is_not_allowed_is_not_reached(self):
        target = self.echo()
        for networks in (["public"], ["192.0.2.0/24", "::1"]):
            server = self.relay(*networks)
            for host in ("127.0.0.1", "::ffff:127.0.0.1"):
                done = self.ask(server, host, target.port, "let me in")
                self.assertEqual(done.returncode, 1)
                self.assertIn("502 the proxy refuses: quoin; error=destination_ip_prohibited", done.stderr)
        self.assertEqual(target.seen, [])

    def test_names_that_lead_nowhere(self):
        done = self.ask(self.relay("public"), "no-such-host.invalid", 53, "anybody?")
        self.assertEqual(done.returncode, 1)
        self.assertIn("502 the proxy refuses: quoin; error=dns_error", done.stderr)

    def test_a_target_that_is_gone_closes_the_tunnel(self):
        target = self.echo()
        port = target.port
        target.close()
        done = self.ask(self.relay("127.0.0.1"), "127.0.0.1", port, "anybody?")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        # An ICMP message says so; otherwise the client would go on asking.
        self.assertIn("the proxy has closed the tunnel", done.stderr)

    def test_without_the_option_there_is_no_proxy(self):
        done = self.ask(self.serve("--cert", self.certificate_file, "--key", self.key_file), "127.0.0.1", 53, "x")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no answer", done.stderr)

    def test_networks_that_are_none(self):
        for network, word in (("intern", "address"), ("10.0.0.0/33", "bits"), ("10.0.0.0/", "bits"), ("::/129", "bits")):
            done = self.run_tool("serve", self.root, "--connect-udp", network)
            self.assert_fails(done, network, word, "public", code=2)


if __name__ == "__main__":
    main()
