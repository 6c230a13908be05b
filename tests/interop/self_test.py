# SPDX-License-Identifier: BSL-1.0
"""The proxy, the dissector and the runner's endpoint themselves: what judges others is judged here."""
import contextlib
import os
import pathlib
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import capture
import ciphers
import cross_traffic
import endpoints
import loopback_watch
import protection

UDP_SEGMENT = 103
HERE = pathlib.Path(__file__).resolve().parent
SERVER_INITIAL = bytes.fromhex(  # RFC 9001 A.3
    "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf7"
    "3c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f"
    "58891850abbdca3d20398c276456cbc42158407dd074ee")


def sealed(keys, mask_of, number, plain, first, destination=b""):
    """A 1-RTT packet with a packet number of two bytes. XOR with a keystream seals as it opens."""
    nonce, number_bytes = (keys.iv ^ number).to_bytes(12, "big"), number.to_bytes(2, "big")
    header = bytes([first]) + destination + number_bytes
    body = ciphers.decrypted(keys.aead, nonce, plain)
    body += keys.aead.tag(nonce, header, body)
    mask = mask_of(body[2:18])
    hidden = bytes(a ^ b for a, b in zip(number_bytes, mask[1:]))
    return bytes([first ^ mask[0] & 0x1F]) + destination + hidden + body


class Dissector(unittest.TestCase):
    def test_published_vectors(self):
        capture.self_test()

    def test_the_servers_initial_packet_of_rfc_9001_is_read(self):
        (packet,), rest = capture.split(capture.Datagram(0, capture.TO_CLIENT, 0, 0, 0, SERVER_INITIAL))
        self.assertEqual((packet.kind, rest), ("initial", b""))
        opener = capture.initial_opener(bytes.fromhex("8394c8f03e515708"), capture.TO_CLIENT)
        found = opener.open(packet)
        self.assertEqual([kind for kind, _ in capture.frames(found.plain())], [0x02, 0x06])
        self.assertEqual(found.number, 1)
        opener = capture.initial_opener(bytes.fromhex("8394c8f03e515708"), capture.TO_CLIENT)
        hello = list(capture.messages(capture.crypto_bytes([packet], opener)))
        self.assertEqual([(kind, len(body)) for kind, body in hello], [(2, 86)])

    def test_the_chacha20_packet_of_rfc_9001_is_read(self):
        secret = bytes.fromhex("9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b")
        packet = capture.Packet(None, "one_rtt", bytes.fromhex("4cfe4189655e5cd55c41f69080575d7999c25a5bfb"),
                                number_offset=1)
        opener = protection.Opener("chacha20", secret)
        opener.largest = 654360563
        found = opener.open(packet)
        self.assertEqual((found.plain(), found.number, found.generation), (b"\x01", 654360564, 0))

    def test_key_updates_are_followed_whatever_the_quic_bit_and_reordering(self):
        for suite, size in (("aes128", 32), ("aes256", 48), ("chacha20", 32)):
            secret = bytes(range(size))
            opener = protection.Opener(suite, secret)
            generations = (0, 0, 1, 0, 1, 2)
            packets = [capture.Packet(None, "one_rtt", number_offset=9, data=sealed(
                opener.keys_of(generation), opener.mask_of, number, b"\x01" * 40,
                0x40 * (number % 2) | 0x04 * (generation % 2) | 1, b"12345678"))
                for number, generation in enumerate(generations)]
            found = protection.opener_that_fits(packets[:1], secret)
            self.assertEqual(found.suite, suite)
            self.assertEqual([what.generation for _, what in capture.opened(packets, found)], [*generations])
            # Read from its middle on, the stream of packets shows that it did not begin here.
            late = protection.Opener(suite, secret)
            self.assertEqual(late.open(packets[2]).generation, 1)
            damaged = bytearray(packets[1].data)
            damaged[-1] ^= 1
            packets[1].data = bytes(damaged)
            self.assertIsNone(protection.Opener(suite, secret).open(packets[1]))

    def test_a_packet_behind_others_is_found_and_padding_is_not(self):
        handshake = b"\xe0\0\0\0\x01\x0412345678"[:10] + b"\x04abcd" + b"\x40\x20" + bytes(32)
        one_rtt = b"\x01" + b"1234" + bytes(range(1, 30))
        for rest, found in ((one_rtt, 1), (bytes(40), 0), (b"\x01" + b"1235" + bytes(40), 0)):
            with tempfile.NamedTemporaryFile() as file:
                for direction, data in ((capture.TO_SERVER, handshake.replace(b"abcd", b"1234")),
                                        (capture.TO_CLIENT, handshake + rest)):
                    file.write(capture.RECORD.pack(0, direction, 0, 0, 0, len(data)) + data)
                file.flush()
                seen = capture.Capture(file.name)
            self.assertEqual(len(seen.of("handshake", capture.TO_CLIENT)), 1)
            self.assertEqual([p.data for p in seen.one_rtt(capture.TO_CLIENT)], [one_rtt] * found)

    def test_packet_types_of_version_2_are_its_own(self):
        for bits, kind in ((0xD0, "initial"), (0xE0, "zero_rtt"), (0xF0, "handshake"), (0xC0, "retry")):
            data = bytes([bits]) + capture.V2.to_bytes(4, "big") + b"\x01a\x01b\x00\x14" + bytes(20)
            packets, _ = capture.split(capture.Datagram(0, 0, 0, 0, 0, data))
            self.assertEqual(packets[0].kind, kind)


class Proxy(unittest.TestCase):
    """Sends numbered datagrams to a server that sends them back."""

    def setUp(self):
        self.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server.bind(("127.0.0.1", 0))
        self.server.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        self.client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.client.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        for each in (self.server, self.client):
            each.settimeout(10)
            self.addCleanup(each.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "capture"

    def start(self, *options):
        words = [sys.executable, HERE / "udp_proxy.py", "--server", "127.0.0.1:%d" % self.server.getsockname()[1]]
        self.proxy = subprocess.Popen([*map(str, words), "--capture", str(self.file), *options],
                                      stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.proxy.stdout.close)
        self.addCleanup(self.proxy.wait)
        self.addCleanup(self.proxy.kill)
        self.client.connect(("127.0.0.1", int(self.proxy.stdout.readline())))

    def seen(self):
        self.proxy.send_signal(signal.SIGTERM)
        self.proxy.wait(10)
        return capture.read(self.file)

    def test_marks_pass_both_ways_and_are_written_down(self):
        self.start()
        self.client.sendmsg([b"question"], [(socket.IPPROTO_IP, socket.IP_TOS, b"\x02\0\0\0")])
        data, control, _, address = self.server.recvmsg(100, 64)
        self.assertEqual((data, control[0][2][0] & 3), (b"question", 2))
        self.server.sendmsg([b"answer"], [(socket.IPPROTO_IP, socket.IP_TOS, b"\x01\0\0\0")], 0, address)
        data, control, _, _ = self.client.recvmsg(100, 64)
        self.assertEqual((data, control[0][2][0] & 3), (b"answer", 1))
        self.assertEqual([(d.direction, d.mark, d.data) for d in self.seen()],
                         [(capture.TO_SERVER, 2, b"question"), (capture.TO_CLIENT, 1, b"answer")])

    def test_listed_datagrams_are_dropped(self):
        self.start("--drop-to-server=2,3")
        for number in range(1, 6):
            self.client.send(bytes([number]))
        self.assertEqual([self.server.recv(10)[0] for _ in range(3)], [1, 4, 5])
        self.assertEqual([d.fate for d in self.seen()], [capture.PASSED, *2 * [capture.DROPPED], *2 * [capture.PASSED]])

    def test_a_full_queue_drops_the_last(self):
        self.start("--rate-mbps=0.02", "--queue=2")
        for number in range(5):
            self.client.send(bytes([number]) * 1000)
        self.assertEqual([self.server.recv(2000)[0] for _ in range(2)], [0, 1])
        self.assertGreaterEqual(sum(d.fate == capture.DROPPED for d in self.seen()), 1)

    def test_a_client_that_is_rebound_comes_from_elsewhere_and_is_answered_there(self):
        self.start("--rebind-first=0.000001", "--rebind-every=3600", "--rebind-address")
        addresses = []
        for _ in range(2):
            self.client.send(b"x")
            _, address = self.server.recvfrom(10)
            addresses.append(address)
        self.assertEqual([host for host, _ in addresses], ["127.0.0.2", "127.0.0.3"])
        self.server.sendto(b"late", addresses[0])  # to the address that is gone
        self.server.sendto(b"now", addresses[1])
        self.assertEqual(self.client.recv(10), b"now")
        self.assertEqual([d.path for d in self.seen()], [0, 1, 1])


class CrossTraffic(unittest.TestCase):
    def test_two_hosts_talk_tcp_over_the_wires_that_we_hold(self):
        if reason := cross_traffic.problem():
            self.skipTest(reason)
        wires = cross_traffic.start()
        carried, others = dict.fromkeys(wires, 0), dict(zip(wires, reversed(wires)))
        while carried[wires[0]] < 1000000:
            ready, _, _ = select.select(wires, [], [], 30)
            self.assertTrue(ready, "nothing came for long")
            for wire in ready:
                packet = os.read(wire, 65536)
                self.assertLessEqual(len(packet), 1500)
                carried[wire] += len(packet)
                os.write(others[wire], packet)
        self.assertGreater(carried[wires[1]], 0)


class LoopbackWatch(unittest.TestCase):
    def test_a_train_is_cut_into_its_datagrams_and_another_port_is_not_seen(self):
        if reason := loopback_watch.problem():
            self.skipTest(reason)
        with contextlib.ExitStack() as stack:
            watching = stack.enter_context(loopback_watch.start())
            server, client, other = (stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in "sco")
            server.bind(("127.0.0.1", 0))
            other.bind(("127.0.0.1", 0))
            client.sendto(b"elsewhere", other.getsockname())
            client.sendmsg([b"abcde"], [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("H", 2)),
                                        (socket.IPPROTO_IP, socket.IP_TOS, b"\x02\0\0\0")], 0, server.getsockname())
            server.sendto(b"answer", client.getsockname())
            found = []
            while len(found) < 4:
                self.assertTrue(select.select([watching], [], [], 30)[0], f"only {found}")
                found += loopback_watch.datagrams(watching, server.getsockname()[1])
            self.assertEqual(found, [(True, 2, b"ab"), (True, 2, b"cd"), (True, 2, b"e"), (False, 0, b"answer")])


class Endpoint(unittest.TestCase):
    """What the runner's endpoint would have the tool do."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.certs = pathlib.Path(folder.name)
        endpoints.make_chain(self.certs, 2)

    def run_as(self, role, test, **more):
        environment = {"PATH": os.environ["PATH"], "ROLE": role, "TESTCASE": test, "CERTS": str(self.certs),
                       "REQUESTS": "https://server/a https://server/b", "QUOIN": "echo", **more}
        done = subprocess.run([endpoints.ENDPOINT], env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()

    def test_an_unknown_case_ends_with_127_in_both_roles(self):
        for role in ("client", "server"):
            self.assertEqual(self.run_as(role, "no-such-case"), (endpoints.UNSUPPORTED, []))
        # The runner asks for no file when it only wants to hear this.
        self.assertEqual(self.run_as("client", "no-such-case", REQUESTS=""), (endpoints.UNSUPPORTED, []))
        self.assertEqual(self.run_as("client", "multiconnect", REQUESTS="")[0], 1)
        self.assertEqual(self.run_as("spectator", "handshake")[0], 1)

    def test_a_server_serves_with_the_certificate_it_was_given(self):
        code, (line,) = self.run_as("server", "retry", WWW="/site", PORT="4433", QLOGDIR="/logs/qlog")
        self.assertEqual(code, 0)
        for words in ("serve /site", "--listen [::]:4433", f"--cert {self.certs}/cert.pem", "--retry",
                      "--qlog /logs/qlog", "--handshake-timeout 60"):
            self.assertIn(words, line)

    def test_a_key_in_an_older_form_is_converted(self):
        endpoints.openssl("ec", "-in", self.certs / "priv.key", "-out", self.certs / "priv.key")
        self.assertIn("EC PRIVATE KEY", (self.certs / "priv.key").read_text())
        _, (line,) = self.run_as("server", "handshake")
        key = pathlib.Path(line.split("--key ")[1].split()[0])
        self.addCleanup(key.unlink)
        self.assertIn("BEGIN PRIVATE KEY", key.read_text())

    def test_a_client_makes_one_connection_or_one_for_each_file(self):
        _, lines = self.run_as("client", "transfer", DOWNLOADS="/down")
        self.assertEqual(len(lines), 1)
        self.assertIn("--output-dir /down", lines[0])
        self.assertTrue(lines[0].endswith("https://server/a https://server/b"))
        self.assertEqual(len(self.run_as("client", "multiconnect")[1]), 2)

    def test_coming_again_is_one_file_and_then_the_others_with_the_session_of_the_first(self):
        for test, early in (("resumption", False), ("zerortt", True)):
            _, lines = self.run_as("client", test, REQUESTS="https://server/a https://server/b https://server/c")
            self.assertEqual([line.split("https://server/")[1:] for line in lines], [["a"], ["b ", "c"]])
            sessions = {line.split("--session-file ")[1].split()[0] for line in lines}
            self.assertEqual(len(sessions), 1)
            self.assertFalse(pathlib.Path(sessions.pop()).parent.exists())
            self.assertEqual(["--early-data" in line for line in lines], [early, early])
        self.assertIn("--early-data", self.run_as("server", "zerortt")[1][0])

    def test_a_client_that_fails_at_first_does_not_come_again(self):
        code, lines = self.run_as("client", "resumption", QUOIN="false")
        self.assertEqual((code, lines), (1, []))

    def test_version_2_is_spoken_where_it_is_asked_for_only(self):
        for role in ("client", "server"):
            self.assertIn("--versions v1 ", self.run_as(role, "transfer")[1][0] + " ")
            self.assertIn("--versions v2,v1 ", self.run_as(role, "v2")[1][0] + " ")
        self.assertIn("--first-version v1", self.run_as("client", "v2")[1][0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
