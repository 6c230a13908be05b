#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""HTTP/3 between the tool and what people use: curl and Chromium as clients of `quoin serve`, nginx as the server of
`quoin get`. Started by the same scripts as the peers of the matrix (see endpoints.py); each is skipped with a word
where it is not installed.

QUOIN_WEB_PICTURES names a folder in which the browser's pictures of its pages are left.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tool"))

import endpoints
import harness
from processes import Process, answers_strangers, free_port

KEPT = os.environ.get("QUOIN_WEB_PICTURES")
SKIPPED = 77  # what ctest takes for "skipped"
OUT = endpoints.STATE / "io" / "out"


class WebTest(harness.ToolTest):
    """`work` is a folder that the peers can write, `root` one that quoin serves with the peers' certificate."""

    peer = ()  # its name and role
    probe = None  # a word that makes its script end soon

    @classmethod
    def setUpClass(cls):
        script = endpoints.script_of(*cls.peer)
        if reason := endpoints.why_missing([script], cls.probe and endpoints.Command(script, cls.probe)):
            raise unittest.SkipTest(reason)

    def setUp(self):
        super().setUp()
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="web-", dir=OUT))
        self.work.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.work, ignore_errors=True)

    def serve_as_trusted(self, *arguments):
        """Peers believe their own authority only."""
        return self.serve("--cert", endpoints.PKI / "leaf.pem", "--key", endpoints.readable_key(self.folder), "--alpn",
                          "h3", *arguments)

    def command(self, *arguments):
        return [endpoints.script_of(*self.peer), *map(str, arguments)]


class Curl(WebTest):
    peer = ("curl", "client")
    probe = "--version"

    def curl(self, url, *arguments, code=0):
        done = subprocess.run(self.command(url, *arguments), capture_output=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def facts(self, url, *arguments):
        """What curl says of one response whose content it throws away."""
        text = self.curl(url, "-o", "/dev/null", "-w", "%{json}", *arguments)
        return json.loads(text)

    def test_files_of_all_sizes_arrive_as_they_are(self):
        server = self.serve_as_trusted()
        for name, size in (("empty", 0), ("one", 1), ("page.html", 70_000), ("large", 20_000_000)):
            with self.subTest(name):
                path = self.file(name, size)
                self.curl(server.url(name), "-o", self.work / name)
                self.assertEqual(harness.sha256(self.work / name), harness.sha256(path))

    def test_the_version_is_3_and_the_status_tells(self):
        server = self.serve_as_trusted()
        self.file("page.html", 1000)
        found = self.facts(server.url("page.html"))
        self.assertEqual((found["http_version"], found["http_code"]), ("3", 200))
        self.assertTrue(found["content_type"].startswith("text/html"))
        self.assertEqual(self.facts(server.url("nothing"))["http_code"], 404)
        self.assertEqual(self.facts(server.url("../etc/passwd"), "--path-as-is")["http_code"], 404)
        head = self.facts(server.url("page.html"), "-I")
        self.assertEqual((head["http_code"], head["size_download"]), (200, 0))

    def test_an_upload_to_a_file_server_is_refused_and_the_connection_lives(self):
        server = self.serve_as_trusted()
        self.file("page.html", 1000)
        upload = self.work / "upload"
        upload.write_bytes(bytes(3_000_000))
        url = server.url("page.html")
        text = self.curl(url, "-T", upload, "-o", "/dev/null", "-w", "%{http_code}\n", url, "--next", "--http3-only",
                         "--cacert", endpoints.PKI / "ca.pem", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{num_connects}\n")
        refused, after = text.decode().split("\n")[:2]
        self.assertEqual((refused, after), ("405", "200 0"))

    def test_a_hundred_files_at_a_time_share_one_connection(self):
        server = self.serve_as_trusted()
        names = [f"file{number}" for number in range(100)]
        for name in names:
            self.file(name, 5000)
        self.curl(server.url("file[0-99]"), "-Z", "--parallel-max", "100", "-o", self.work / "file#1")
        for name in names:
            self.assertEqual(harness.sha256(self.work / name), harness.sha256(self.root / name))

    def facts_without_being_told(self, url, output, *arguments):
        """The same, with content in a file, from a curl that is not told to speak HTTP/3. Its script tells the first of
        several operations, which therefore is one without a server; `--next` begins anew."""
        return self.facts(url, "file:///dev/null", "-w", "", "--next", "-sS", "--max-time", "20", "--cacert",
                          endpoints.PKI / "ca.pem", "-o", output, "-w", "%{json}", *arguments)

    @harness.needs_tcp
    def test_the_second_time_it_comes_by_http_3_because_the_first_answer_told_it(self):
        server = self.serve_as_trusted("--tcp")
        path = self.file("page.html", 70_000)
        url, told, got = server.url(path.name), self.work / "alt-svc", self.work / "got"
        for version in ("1.1", "3", "3"):
            found = self.facts_without_being_told(url, got, "--alt-svc", told)
            self.assertEqual((found["http_version"], found["http_code"]), (version, 200))
            self.assertEqual(harness.sha256(got), harness.sha256(path))
            got.unlink()
        self.assertIn(f"h3 127.0.0.1 {server.port} ", told.read_text())
        # Who does not remember goes on as before.
        for _ in range(2):
            self.assertEqual(self.facts_without_being_told(url, got)["http_version"], "1.1")

    def test_with_a_retry_first(self):
        server = self.serve_as_trusted("--retry")
        self.file("page.html", 1000)
        self.assertEqual(self.facts(server.url("page.html"))["http_code"], 200)


class Nginx(WebTest):
    peer = ("nginx", "server")

    def setUp(self):
        super().setUp()
        self.site = pathlib.Path(tempfile.mkdtemp(prefix="web-", dir=endpoints.WWW))
        self.site.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.site, ignore_errors=True)
        self.root = self.site  # `file` puts them there
        self.port = free_port("127.0.0.1")

    def start_nginx(self, *arguments):
        """Starts it; `arguments` are its script's."""
        server = Process(endpoints.Command(*self.command(self.port, *arguments)), self.work / "nginx.log")
        self.addCleanup(server.stop)
        if not answers_strangers("127.0.0.1", self.port, 10, server):
            if server.process.poll() in endpoints.NOTHING_TO_RUN:
                self.skipTest("not installed")
            self.fail(f"it did not start: {server.text()}")

    def url(self, name):
        return f"https://127.0.0.1:{self.port}/{self.site.name}/{name}"

    def test_files_of_all_sizes_arrive_as_they_are(self):
        self.start_nginx()
        sizes = {"empty": 0, "one": 1, "page": 70_000, "large": 20_000_000}
        sizes.update({f"small{number}": 3000 for number in range(60)})
        paths = [self.file(name, size) for name, size in sizes.items()]
        summary = self.get_json(*map(self.url, sizes), "--alpn", "h3", trust=("--ca", endpoints.PKI / "ca.pem"))
        for path in paths:
            self.assert_same(path)
        self.assertEqual(summary["bytes"], sum(sizes.values()))

    def test_a_missing_file_is_an_error_that_leaves_the_others_alone(self):
        self.start_nginx()
        path = self.file("page", 70_000)
        done = self.get(self.url("page"), self.url("nothing"), "--alpn", "h3", trust=("--ca", endpoints.PKI / "ca.pem"))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("404", done.stderr)
        self.assert_same(path)
        self.assertFalse((self.out / "nothing").exists())

    def test_it_asks_for_a_retry(self):
        self.start_nginx("retry")
        path = self.file("page", 70_000)
        self.get_json(self.url("page"), "--alpn", "h3", trust=("--ca", endpoints.PKI / "ca.pem"))
        self.assert_same(path)


PAGE = """<!doctype html><html><head><title>page</title><link rel="stylesheet" href="style.css">
<script src="first.js"></script></head><body><h1>quoin serves this page</h1><img id="picture" src="picture.svg">
<p id="said">nothing yet</p><script type="module" src="second.js"></script></body></html>"""
FIRST = "window.first = 'the first script ran';"
SECOND = """
const hex = bytes => [...new Uint8Array(bytes)].map(b => b.toString(16).padStart(2, '0')).join('');
const digest = async name => hex(await crypto.subtle.digest('SHA-256', await (await fetch(name)).arrayBuffer()));
const picture = document.getElementById('picture');
await picture.decode();
const said = {
  first: window.first,
  picture: [picture.naturalWidth, picture.naturalHeight],
  background: getComputedStyle(document.body).backgroundColor,
  digests: await Promise.all([...Array(30).keys()].map(number => digest('data' + number))),
  large: await digest('large'),
  missing: (await fetch('missing')).status,
};
said.protocols = [...new Set([...performance.getEntriesByType('resource'),
                              ...performance.getEntriesByType('navigation')].map(entry => entry.nextHopProtocol))];
document.getElementById('said').textContent = 'SAID' + JSON.stringify(said) + 'DIAS';
"""
STYLE = "body { background-color: rgb(1, 20, 30); color: white; font-family: sans-serif }"
# Asks for a file again and again until it comes by HTTP/3, and then some more.
HEARSAY = """<!doctype html><html><head><title>page</title></head><body><p id="said">nothing yet</p>
<script type="module">
const protocol = async number => {
  const url = new URL('data?' + number, location).href;
  await (await fetch(url, {cache: 'no-store'})).arrayBuffer();
  return performance.getEntriesByName(url)[0].nextHopProtocol;
};
const said = {page: performance.getEntriesByType('navigation')[0].nextHopProtocol, files: []};
while (said.files.length < 100 && said.files.at(-1) !== 'h3') said.files.push(await protocol(said.files.length));
said.then = [];
while (said.then.length < 20) said.then.push(await protocol(100 + said.then.length));
document.getElementById('said').textContent = 'SAID' + JSON.stringify(said) + 'DIAS';
</script></body></html>"""
PICTURE = ('<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80" fill="teal"/>'
           '<circle cx="60" cy="40" r="30" fill="gold"/></svg>')


class Browser(WebTest):
    peer = ("chromium", "client")
    probe = "about:blank"

    def chromium(self, server, path, *arguments):
        """A page of `server`, which has a `port`."""
        url = f"https://quic.test:{server.port}/{path}"
        return subprocess.run(self.command(url, *arguments), capture_output=True, text=True,
                              timeout=120, check=False, env={**os.environ, "TMO": "90"})

    def said_by(self, page):
        """What the script of a page left in it."""
        self.assertIn("SAID", page.stdout, page.stderr[-2000:])
        return json.loads(page.stdout.split("SAID")[1].split("DIAS")[0].replace("&quot;", '"'))


class Chromium(Browser):
    @harness.needs_tcp
    def test_it_goes_over_to_http_3_because_the_first_answer_told_it(self):
        (self.root / "index.html").write_text(HEARSAY)
        self.file("data", 5000)
        server = self.serve_as_trusted("--tcp")
        # Its script forces QUIC upon the origin of the page. What comes later counts: another port of that host, on
        # which nobody is, so that the host may have an authority which is not widely known, and nothing is forced.
        said = self.said_by(self.chromium(server, "index.html", "--origin-to-force-quic-on=quic.test:1"))
        self.assertEqual(said["page"], "http/1.1")
        self.assertEqual(said["files"][-1], "h3", said)
        self.assertEqual(said["then"], ["h3"] * 20)

    def test_a_page_with_scripts_a_picture_and_fetches(self):
        for name, text in (("index.html", PAGE), ("first.js", FIRST), ("second.js", SECOND), ("style.css", STYLE),
                           ("picture.svg", PICTURE)):
            (self.root / name).write_text(text)
        data = [self.file(f"data{number}", 4000 + number) for number in range(30)]
        large = self.file("large", 8_000_000)
        server = self.serve_as_trusted()
        said = self.said_by(self.chromium(server, "index.html"))
        self.assertEqual(said["first"], "the first script ran")
        self.assertEqual(said["picture"], [120, 80])
        self.assertEqual(said["background"], "rgb(1, 20, 30)")
        self.assertEqual(said["digests"], [harness.sha256(path) for path in data])
        self.assertEqual(said["large"], harness.sha256(large))
        self.assertEqual(said["missing"], 404)
        self.assertEqual(said["protocols"], ["h3"])

        picture = self.work / "page.png"
        self.chromium(server, "index.html", f"--screenshot={picture}", "--window-size=400,300")
        self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        if KEPT:
            shutil.copy(picture, KEPT)


def main():
    found = unittest.main(verbosity=2, exit=False).result
    if found.wasSuccessful() and found.testsRun == 0:
        sys.exit(SKIPPED)
    sys.exit(not found.wasSuccessful())


if __name__ == "__main__":
    main()
