# SPDX-License-Identifier: BSL-1.0
"""`quoin serve` as a web server: what it answers over HTTP/1.1 and over HTTP/3, and what it writes down of that."""
import gzip
import http.client
import json
import shutil
import signal
import socket
import ssl
import subprocess
import time

from harness import TOOL, ToolTest, main, needs_tcp, serves_tcp, sha256

HAS_TCP = serves_tcp()


class Visits(ToolTest):
    def setUp(self):
        super().setUp()
        self.certificate_file, self.key_file = self.certificate()

    def site(self, *arguments):
        return self.serve("--cert", self.certificate_file, "--key", self.key_file, *arguments)

    def trust(self):
        context = ssl.create_default_context(cafile=self.certificate_file)
        context.set_alpn_protocols(["http/1.1"])
        return context

    def connect(self, server):
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=self.trust(), timeout=20)
        self.addCleanup(connection.close)
        return connection

    def ask(self, connection, path, method="GET", **fields):
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in fields.items()})
        response = connection.getresponse()
        return response, response.read()

    def raw(self, server, text):
        """What comes back for bytes as they are, until the server closes."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
            with self.trust().wrap_socket(plain, server_hostname="127.0.0.1") as secure:
                secure.sendall(text)
                got = b""
                while piece := secure.recv(65536):
                    got += piece
                return got


@needs_tcp
class Http1(Visits):
    def test_the_same_site_and_where_it_is_better_had(self):
        path = self.file("page.html", 3_000_000)
        server = self.site("--tcp")
        connection = self.connect(server)
        response, content = self.ask(connection, "/page.html")
        self.assertEqual((response.status, content), (200, path.read_bytes()))
        self.assertEqual(response.getheader("alt-svc"), f'h3=":{server.port}"; ma=86400')
        self.assertEqual(response.getheader("content-type"), "text/html; charset=utf-8")
        tag = response.getheader("etag")
        again, nothing = self.ask(connection, "/page.html", if_none_match=tag)  # on the same connection
        self.assertEqual((again.status, nothing), (304, b""))
        part, content = self.ask(connection, "/page.html", range="bytes=2999990-", if_range=tag)
        self.assertEqual((part.status, content), (206, path.read_bytes()[-10:]))
        head, content = self.ask(connection, "/page.html", method="HEAD")
        self.assertEqual((head.status, head.getheader("content-length"), content), (200, "3000000", b""))
        self.get_json(server.url("page.html"), trust=("--ca", self.certificate_file))
        self.assert_same(path)

    def test_folders_and_compressed_files(self):
        self.file("deep/page.txt", 100)
        (self.root / "deep/page.txt.gz").write_bytes(gzip.compress((self.root / "deep/page.txt").read_bytes()))
        connection = self.connect(self.site("--tcp"))
        moved, _ = self.ask(connection, "/deep?x")
        self.assertEqual((moved.status, moved.getheader("location")), (301, "/deep/?x"))
        listing, page = self.ask(connection, "/deep/")
        self.assertEqual(listing.status, 200)
        self.assertIn(b'href="page.txt"', page)
        packed, content = self.ask(connection, "/deep/page.txt", accept_encoding="gzip")
        self.assertEqual((packed.getheader("content-encoding"), packed.getheader("vary")), ("gzip", "accept-encoding"))
        self.assertEqual(gzip.decompress(content), (self.root / "deep/page.txt").read_bytes())

    def test_what_is_no_request_is_refused(self):
        self.file("page", 100)
        server = self.site("--tcp")
        for text, status in ((b"GET / HTTP/1.1\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", b"400"),
                             (b"nonsense\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nhost : a\r\n\r\n", b"400"),
                             (b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"y" * 20000 + b"\r\n\r\n", b"431"),
                             (b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n12345", b"413"),
                             (b"GET /page HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n"
                              b"0\r\n\r\n", b"400"),
                             (b"GET /%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", b"400"),
                             (b"GET /page HTTP/1.0\r\n\r\n", b"200")):
            with self.subTest(text[:60]):
                answer = self.raw(server, text)
                self.assertEqual(answer.split(b" ")[1], status, answer[:200])
                self.assertIn(b"connection: close", answer.lower().split(b"\r\n\r\n")[0])

    def test_who_speaks_no_http_1_is_turned_away(self):
        server = self.site("--tcp")
        context = self.trust()
        context.set_alpn_protocols(["h2"])
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
            with self.assertRaises(ssl.SSLError):
                context.wrap_socket(plain, server_hostname="127.0.0.1")

    def test_a_stop_waits_for_downloads_and_not_for_idle_clients(self):
        path = self.file("large", 30_000_000)
        server = self.site("--tcp", "--grace", "15")
        idle = self.connect(server)
        self.ask(idle, "/")
        busy = self.connect(server)
        busy.request("GET", "/large")
        response = busy.getresponse()
        first = response.read(1000)
        server.process.send_signal(signal.SIGTERM)
        for _ in range(400):  # until nobody is let in any more
            try:
                socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
            except ConnectionRefusedError:
                break
            time.sleep(0.025)
        else:
            self.fail("it goes on listening")
        self.assertEqual(idle.sock.recv(1), b"")  # before the grace is over, or else the rest of the other would be lost
        self.assertEqual(first + response.read(), path.read_bytes())
        self.assertEqual(server.process.wait(timeout=20), 0)

    def test_a_new_certificate_after_sighup(self):
        server = self.site("--tcp")
        old = ssl.get_server_certificate(("127.0.0.1", server.port))
        keep = [self.certificate_file, self.key_file]
        before = [path.read_bytes() for path in keep]
        self.certificate()
        self.assertNotEqual([path.read_bytes() for path in keep], before)
        server.process.send_signal(signal.SIGHUP)
        for _ in range(200):
            if ssl.get_server_certificate(("127.0.0.1", server.port)) != old:
                return
            time.sleep(0.025)
        self.fail("the old certificate is still shown")

    def test_tcp_does_not_pretend_to_ask_for_certificates(self):
        self.assert_fails(self.run_tool("serve", self.root, "--tcp", "--client-ca", self.certificate_file, "--listen",
                                        "127.0.0.1:0"), "--tcp", "--client-ca", code=2)


class Stop(Visits):
    """What a stop does to clients of HTTP/3: those that are fetching finish, and nobody else comes in."""

    def fetching(self, server, name):
        """A client that has begun to fetch the file, and is held in the middle of it; and where it writes to."""
        file = self.folder / "fetched"
        with open(file, "wb") as output:
            client = subprocess.Popen([TOOL, "get", server.url(name), "--ca", self.certificate_file, "-o", "-"],
                                      stdout=output, stderr=subprocess.PIPE, text=True)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        while file.stat().st_size == 0 and client.poll() is None:
            time.sleep(0.001)
        client.send_signal(signal.SIGSTOP)
        self.assertLess(file.stat().st_size, (self.root / name).stat().st_size)
        return client, file

    def code_of_stranger(self, server):
        return self.get(server.url("small"), trust=("--ca", self.certificate_file), timeout=20).returncode

    def until_strangers_are_refused(self, server):
        for _ in range(200):
            if (code := self.code_of_stranger(server)) != 0:
                return code
        self.fail("strangers are still served")

    def test_a_download_under_way_finishes_and_strangers_are_refused(self):
        path = self.file("large", 200_000_000)
        self.file("small", 10)
        server = self.site("--grace", "60")
        client, fetched = self.fetching(server, "large")
        self.assertEqual(self.code_of_stranger(server), 0)
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.until_strangers_are_refused(server), 7)
        self.assertIsNone(server.process.poll(), "it did not wait for the download")
        client.send_signal(signal.SIGCONT)
        _, complaint = client.communicate(timeout=60)
        self.assertEqual((client.returncode, complaint), (0, ""))
        self.assertEqual(sha256(fetched), sha256(path))
        self.assertEqual(server.process.wait(timeout=20), 0)  # nobody is left, long before the grace is over

    def test_who_is_not_done_when_the_grace_is_over_is_told(self):
        self.file("large", 200_000_000)
        server = self.site("--grace", "0.3")
        client, fetched = self.fetching(server, "large")
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(server.process.wait(timeout=20), 0)
        client.send_signal(signal.SIGCONT)
        _, complaint = client.communicate(timeout=60)
        self.assertNotEqual(client.returncode, 0)
        self.assertIn("the server is stopping", complaint)
        self.assertLess(fetched.stat().st_size, 200_000_000)


class Status(Visits):
    def read(self, server):
        done = self.run_tool("get", server.url("status.json"), "--ca", self.certificate_file, "-o", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def until(self, server, holds):
        for _ in range(100):
            if holds(found := self.read(server)):
                return found
            time.sleep(0.025)
        self.fail(f"the status stays {found}")

    def test_connections_are_shown_while_they_live_and_counted_when_they_are_over(self):
        self.file("large", 60_000_000)
        server = self.site("--status", "/status", "--threads", "2")
        client = subprocess.Popen([TOOL, "get", server.url("large"), "--ca", self.certificate_file, "-o", "-"],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(client.wait)
        self.addCleanup(client.stdout.close)
        self.addCleanup(client.kill)
        client.stdout.read(1000)  # and no more: it stays
        busy = lambda found: [one for one in found["connections"] if one["udp_bytes_sent"] > 500_000]
        found = self.until(server, busy)
        one, = busy(found)
        self.assertRegex(one["remote"], r"^127\.0\.0\.1:\d+$")
        for name in ("rtt_ms", "congestion_window", "packets_sent", "packets_received"):
            self.assertGreater(one[name], 0, name)
        self.assertGreaterEqual(found["live"]["congestion_window"], one["congestion_window"])
        self.assertEqual(found["live"]["connections"], len(found["connections"]))
        # Those of the readers are over, and are not among the live ones for long.
        found = self.until(server, lambda now: now["over"]["connections"] >= 2 and now["over"]["packets_sent"] >= 2)
        self.assertEqual([again["remote"] for again in busy(found)], [one["remote"]])

    def test_the_page_reads_its_data_beside_it_and_nothing_else_is_lost(self):
        self.file("page", 100)
        server = self.site("--status", "/a/status")
        page = self.run_tool("get", server.url("a/status"), "--ca", self.certificate_file, "-i", "-o", "-").stdout
        self.assertIn('fetch("/a/status.json"', page)
        self.assertIn("cache-control: no-store", page)
        self.assertIn("default-src 'none'", page)
        self.assertEqual(self.get(server.url("page"), trust=("--ca", self.certificate_file)).returncode, 0)

    def test_without_the_option_there_is_none_and_a_path_must_be_one(self):
        server = self.site()
        self.assertEqual(self.get(server.url("status"), trust=("--ca", self.certificate_file)).returncode, 22)
        for path in ("status", "/", "/a/", "/a?b", "/.hidden", "/%zz"):
            with self.subTest(path):
                self.assert_fails(self.run_tool("serve", self.root, "--status", path, "--listen", "127.0.0.1:0"),
                                  "--status", path, code=2)


class Log(Visits):
    def lines(self, file, count):
        for _ in range(200):
            lines = file.read_text().splitlines() if file.exists() else []
            if len(lines) >= count:
                return lines
            time.sleep(0.025)
        self.fail(f"{count} lines were expected: {lines}")

    def test_a_line_for_each_request_whatever_it_came_by(self):
        self.file("page", 100)
        file = self.folder / "access.log"
        server = self.site("--access-log", file, *(["--tcp"] if HAS_TCP else []))
        self.get_json(server.url("page"), trust=("--ca", self.certificate_file))
        form = r'127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "%s" 200 100 "-" "[^"]*"'
        self.assertRegex(self.lines(file, 1)[0], form % "GET /page HTTP/3")
        shutil.move(file, self.folder / "old.log")
        server.process.send_signal(signal.SIGHUP)
        for _ in range(200):
            if file.exists():
                break
            time.sleep(0.025)
        if HAS_TCP:
            self.ask(self.connect(server), "/page", user_agent='a"b')
            self.assertRegex(self.lines(file, 1)[0], form % "GET /page HTTP/1.1")
            self.assertTrue(self.lines(file, 1)[0].endswith(r'"a\x22b"'))
        self.assertEqual(len((self.folder / "old.log").read_text().splitlines()), 1)

    def test_a_log_that_cannot_be_written(self):
        self.assert_fails(self.run_tool("serve", self.root, "--access-log", "/no/such/log", "--listen", "127.0.0.1:0"),
                          "/no/such/log")


if __name__ == "__main__":
    main()
