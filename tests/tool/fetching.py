# SPDX-License-Identifier: BSL-1.0
"""`quoin get` as a client of HTTP/3: what it sends, what it makes of answers, and how it goes on with a download."""
import json
import os
import subprocess
import time

from harness import TOOL, Server, ToolTest, main

ANSWERS = os.environ["QUOIN_ANSWERS"]
CONTENT = b"".join(b"%d\n" % i for i in range(100_000))[:300_000]


class Fetching(ToolTest):
    def answering(self):
        return self.start(Server(tool=ANSWERS))

    def shown(self, *arguments, **more):
        """What goes to standard output."""
        done = self.run_tool("get", *arguments, "--insecure", "-o", "-", **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    # ---- requests

    def test_fields_are_sent_as_they_are_given(self):
        text = self.shown(self.answering().url("fields"), "-H", "X-One:  first ", "-H", "x-one: second", "-H", "Empty;",
                          "-H", "User-Agent: me", "-H", "accept:")
        self.assertIn(":method: GET\n", text)
        self.assertIn("x-one: first\nx-one: second\nempty: \n", text)
        self.assertIn("user-agent: me\n", text)
        self.assertNotIn("accept", text)
        self.assertNotIn("quoin", text)

    def test_fields_that_cannot_be_sent_are_wrong_usage(self):
        for line in ("nothing", ": x", "a b: c", "x: a\r\ny: b", ":path: /", "Connection: close", "Host: other",
                     "content-length: 3", "transfer-encoding: chunked"):
            self.assert_fails(self.get("https://127.0.0.1:1/f", "-H", line), "bad header", code=2)
        self.assert_fails(self.get("https://127.0.0.1:1/f", "-C", "-H", "range: bytes=1-"), "--continue", code=2)
        self.assert_fails(self.get("https://127.0.0.1:1/f", "-X", "GET /"), "no method", code=2)
        self.assert_fails(self.get("https://127.0.0.1:1/f", "-X", "PUT", "--alpn", "hq-interop"), "HTTP/3", code=2)

    def test_content_from_text_a_file_and_standard_input(self):
        server = self.answering()
        path = self.file("upload", 3_000_000)
        text = self.shown(server.url("echo"), "-d", "a=1&b=2", "-i")
        self.assertIn("x-method: POST\nx-content-length: 7\nx-content-type: application/x-www-form-urlencoded\n", text)
        self.assertTrue(text.endswith("\n\na=1&b=2"), text)
        self.assertIn("x-content-length: 0\n", self.shown(server.url("echo"), "-d", "", "-i"))

        done = self.get(server.url("echo"), "-X", "PUT", "--data", f"@{path}", "-D", self.folder / "head")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.out / "echo").read_bytes(), path.read_bytes())
        head = (self.folder / "head").read_text()
        self.assertTrue(head.startswith("HTTP/3 200\n"), head)
        self.assertIn("x-method: PUT\nx-content-length: 3000000\nx-content-type: none\n", head)

        piped = subprocess.Popen([TOOL, "get", server.url("echo"), "--insecure", "-d", "-", "-i", "-o", "-"],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for piece in (b"one ", b"two ", b"x" * 1_000_000):
            piped.stdin.write(piece)
            piped.stdin.flush()
        printed, _ = piped.communicate(timeout=60)
        self.assertEqual(piped.returncode, 0)
        self.assertIn(b"x-content-length: none\n", printed)
        self.assertTrue(printed.endswith(b"\n\none two " + b"x" * 1_000_000))

    def test_content_that_cannot_be_read(self):
        url = self.answering().url("echo")
        self.assert_fails(self.get(url, "-d", "@/nowhere/file"), "/nowhere/file", code=26)
        self.assert_fails(self.get(url, "-d", f"@{self.folder}"), "folder", code=26)
        self.assert_fails(self.get(url, url + "/2", "-d", "-"), "read once", code=2)

    # ---- answers

    def test_where_content_goes(self):
        server = self.answering()
        target = self.folder / "named"
        self.assertEqual(self.run_tool("get", server.url(""), "--insecure", "-o", target).returncode, 0)
        self.assertEqual(target.read_bytes(), CONTENT)
        self.assertEqual(self.run_tool("get", server.url("a"), "--insecure", "-o", f"{self.folder}/new/").returncode, 0)
        self.assertEqual((self.folder / "new/a").read_bytes(), CONTENT)
        # In order, one behind the other.
        self.assertEqual(self.shown(server.url("status?200"), server.url("fields"), server.url("status?200"))[:14],
                         "a page\n:method")

    def test_a_reader_that_is_slow_or_goes_away(self):
        server = self.answering()
        slow = subprocess.Popen(f"'{TOOL}' get {server.url('f')} --insecure -o - | (sleep 1; cat)", shell=True,
                                stdout=subprocess.PIPE)
        self.assertEqual(slow.communicate(timeout=60)[0], CONTENT)
        gone = subprocess.run(["bash", "-c", f"'{TOOL}' get {server.url('f')} --insecure -o - 2>/dev/null | head -c 1 "
                               ">/dev/null; exit ${PIPESTATUS[0]}"], check=False, timeout=60)
        self.assertEqual(gone.returncode, 23)

    def test_head_has_fields_only(self):
        self.file("f", 5000)
        done = self.run_tool("get", self.serve().url("f"), "--insecure", "--head")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("HTTP/3 200\n"), done.stdout)
        self.assertIn("content-length: 5000\n", done.stdout)

    def test_what_a_server_refuses_is_no_file(self):
        server = self.answering()
        self.assert_fails(self.get(server.url("status?500")), "status 500", code=22)
        self.assert_nothing_fetched()
        self.assertEqual(self.shown(server.url("status?500")), "a page\n")
        done = self.run_tool("get", server.url("status?500"), "--insecure", "-o", "-", "--fail")
        self.assert_fails(done, "status 500", code=22)
        self.assertEqual(done.stdout, "")

    # ---- redirections

    def test_redirections_are_followed_when_asked_for(self):
        server, other = self.answering(), self.answering()
        moved = server.url("redirect?302,/fields")
        self.assert_fails(self.get(moved), "status 302", "/fields", "--location", code=22)
        self.assertIn(":path: /fields\n", self.shown(moved, "-L"))
        there = self.shown(server.url("redirect?301," + other.url("fields")), "-L", "-H", "Authorization: secret", "-H",
                           "x: kept")
        self.assertIn(f":authority: {other.address}\n", there)
        self.assertIn("x: kept\n", there)
        self.assertNotIn("secret", there)
        self.assertIn("secret", self.shown(moved, "-L", "-H", "Authorization: secret"))

    def test_a_file_keeps_its_name_wherever_it_comes_from(self):
        server, other = self.answering(), self.answering()
        summary = self.get_json(server.url("redirect?302," + other.url("whole")), "-L")
        self.assertEqual((self.out / "redirect").read_bytes(), CONTENT)
        self.assertEqual((summary["files"], len(summary["servers"]), summary["requests"][1]["redirections"]), (1, 2, 1))

    def test_methods_and_content_after_a_redirection(self):
        server = self.answering()
        for status, method, content in ((302, "GET", ""), (303, "GET", ""), (307, "POST", "sent"), (308, "POST", "sent")):
            text = self.shown(server.url(f"redirect?{status},/echo"), "-L", "-d", "sent", "-i")
            self.assertIn(f"x-method: {method}\n", text)
            self.assertTrue(text.endswith("\n\n" + content), text)
        done = self.get(server.url("redirect?307,/echo"), "-L", "-d", "-", stdin=subprocess.DEVNULL)
        self.assert_fails(done, "standard input", code=1)

    def test_redirections_that_lead_nowhere(self):
        server = self.answering()
        self.assert_fails(self.get(server.url("redirect"), "-L"), "more than 50", code=47)
        around = self.get(server.url("redirect?302,redirect?302,/fields"), "-L", "--max-redirs", "1")
        self.assert_fails(around, "more than 1 redirections", code=47)
        self.assert_fails(self.get(server.url("redirect?302,http://plain/"), "-L"), "http://plain/", code=3)

    # ---- going on

    def leave_part(self, url, size, tag, content):
        self.out.mkdir(exist_ok=True)
        name = url.rsplit("/", 1)[1]
        (self.out / f"{name}.part").write_bytes(content[:size])
        (self.out / f"{name}.part.from").write_text(f"{url}\n{tag}\n")

    def tag_of(self, url):
        head = self.run_tool("get", url, "--insecure", "-I").stdout
        return next(line.split(": ", 1)[1] for line in head.splitlines() if line.startswith("etag: "))

    def test_a_download_goes_on_where_it_broke_off(self):
        path = self.file("long", 1_000_000)
        url = self.serve().url("long")
        self.leave_part(url, 700_000, self.tag_of(url), path.read_bytes())
        request = self.get_json(url, "--continue")["requests"][0]
        self.assertEqual((request["status"], request["resumed_from"], request["bytes"]), (206, 700_000, 300_000))
        self.assert_same(path)
        self.assertEqual(os.listdir(self.out), ["long"])

    def test_what_has_changed_is_fetched_anew(self):
        path = self.file("long", 1_000_000)
        url = self.serve().url("long")
        for known_as, tag in ((url, '"another"'), (url + "2", self.tag_of(url))):
            self.leave_part(url, 700_000, tag, b"x" * 700_000)
            (self.out / "long.part.from").write_text(f"{known_as}\n{tag}\n")
            request = self.get_json(url, "--continue")["requests"][0]
            self.assertEqual((request["status"], request["resumed_from"]), (200, 0))
            self.assert_same(path)

    def test_a_part_that_is_whole_only_gets_its_name(self):
        path = self.file("long", 1000)
        url = self.serve().url("long")
        self.leave_part(url, 1000, self.tag_of(url), path.read_bytes())
        self.assertEqual(self.get_json(url, "--continue")["requests"][0]["status"], 416)
        self.assert_same(path)
        self.assertEqual(os.listdir(self.out), ["long"])

    def test_a_part_that_is_longer_than_the_whole_is_a_range_error(self):
        path = self.file("long", 1000)
        url = self.serve().url("long")
        self.leave_part(url, 2000, self.tag_of(url), path.read_bytes() * 2)
        self.assert_fails(self.get(url, "--continue"), "part", code=33)

    def test_another_part_than_the_one_asked_for_is_a_range_error(self):
        url = self.answering().url("another-part")
        self.leave_part(url, 5, '"same"', b"01234")
        self.assert_fails(self.get(url, "--continue"), "part", code=33)

    def test_what_breaks_off_is_kept_to_go_on_with(self):
        url = self.answering().url("break?100000")
        done = self.get(url, "--continue", "--max-time", "2")
        self.assertEqual(done.returncode, 28, done.stderr)
        self.assertEqual(sorted(os.listdir(self.out)), ["break.part", "break.part.from"])
        self.assertEqual((self.out / "break.part").read_bytes(), CONTENT[:100_000])
        self.assertEqual(self.get_json(url, "--continue")["requests"][0]["resumed_from"], 100_000)
        self.assertEqual((self.out / "break").read_bytes(), CONTENT)

    def test_a_server_that_says_nothing_is_kept_open_while_it_is_there(self):
        server = self.answering()
        # It has nothing to send, so that only PINGs keep the connection; without them it is given up.
        self.assert_fails(self.get(server.url("break"), "--timeout", "1"), "broke off", code=28)
        kept = self.get(server.url("break"), "--timeout", "1", "--keep-alive", "0.25", "--max-time", "4")
        self.assert_fails(kept, "--max-time", code=28)
        client = subprocess.Popen([TOOL, "get", server.url("break"), "--insecure", "--timeout", "1", "--keep-alive", "0.25",
                                   "--output-dir", str(self.out)], stderr=subprocess.PIPE, text=True)
        time.sleep(2)  # longer than it waits for a server that is not there
        self.assertIsNone(client.poll())
        server.kill()
        _, complaint = client.communicate(timeout=30)
        self.assertEqual(client.returncode, 28)
        self.assertIn("broke off", complaint)

    def test_an_answer_that_the_server_breaks_off_leaves_nothing_without_being_asked_to(self):
        done = self.get(self.answering().url("cut"))
        self.assert_fails(done, "broke off", "H3_INTERNAL_ERROR", code=18)
        self.assert_nothing_fetched()

    def test_a_part_of_unknown_origin_is_not_gone_on_with(self):
        url = self.answering().url("whole")
        self.out.mkdir()
        (self.out / "whole.part").write_bytes(b"x" * 1000)
        self.assertEqual(self.get_json(url, "--continue")["requests"][0]["status"], 200)
        self.assertEqual((self.out / "whole").read_bytes(), CONTENT)

    # ---- what is told

    def test_verbose_tells_of_the_handshake_and_of_messages(self):
        certificate, key = self.certificate()
        self.file("f", 10)
        server = self.serve("--cert", certificate, "--key", key)
        done = self.get(server.url("f"), "-v", "-H", "x-mine: yes", trust=("--ca", certificate))
        self.assertEqual(done.returncode, 0, done.stderr)
        for word in ("QUIC version 1", "TLS_AES_128_GCM_SHA256, X25519, ALPN h3", 'certificate of CN="quoin test"',
                     "issued by", "good until", "new session", "transport parameters: data ", "> GET /f HTTP/3\n",
                     f"> host: {server.address}\n", "> x-mine: yes\n", "< HTTP/3 200\n", "< content-length: 10\n"):
            self.assertIn(word, done.stderr)

    def test_timings_are_in_order(self):
        url = self.answering().url("whole")
        summary = self.get_json(url)
        server, request = summary["servers"][0], summary["requests"][0]
        self.assertLessEqual(server["name_lookup"], server["handshake"])
        self.assertLessEqual(server["handshake"], server["total"])
        self.assertLessEqual(request["first_byte"], request["total"])
        self.assertEqual((request["url"], request["status"], request["bytes"]), (url, 200, len(CONTENT)))
        self.assertGreater(summary["connection"]["packets_received"], 0)
        done = self.run_tool("get", url, "--insecure", "-o", "-", "--json")
        self.assertEqual(done.stdout.encode(), CONTENT)
        self.assertEqual(json.loads(done.stderr)["bytes"], len(CONTENT))


if __name__ == "__main__":
    main()
