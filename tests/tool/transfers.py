# SPDX-License-Identifier: BSL-1.0
"""What `serve` and `get` are for."""
import re
import subprocess
import time

from harness import TOOL, ToolTest, main


class Transfers(ToolTest):
    def test_files_of_many_sizes_arrive_whole_over_one_connection(self):
        files = [self.file(f"f{size}", size) for size in (0, 1, 1199, 1200, 65536, 262145, 3_000_000)]
        server = self.serve()
        summary = self.get_json(*[server.url(f.name) for f in files])
        self.assertEqual(summary["files"], len(files))
        self.assertEqual(summary["bytes"], sum(f.stat().st_size for f in files))
        for f in files:
            self.assert_same(f)
        code, log = server.stop()
        self.assertEqual(code, 0)
        self.assertEqual(len(re.findall(r"\d files", log)), 1, log)

    def test_each_protocol_is_spoken_by_whoever_has_it_in_common(self):
        wanted = self.file("common", 100_000)
        for serving, getting in (("h3", "h3"), ("hq-interop", "hq-interop"), ("h3,hq-interop", "hq-interop"),
                                 ("hq-interop", "h3,hq-interop"), ("hq-interop,h3", "h3,hq-interop")):
            server = self.serve("--alpn", serving)
            self.get_json(server.url("common"), "--alpn", getting)
            self.assert_same(wanted)
            (self.out / "common").unlink()
            self.assertIn("1 files", server.stop()[1])

    def test_thousands_of_small_files_share_the_streams_that_the_server_allows(self):
        files = [self.file(f"small{i}", 32) for i in range(1999)]
        server = self.serve()
        self.assertEqual(self.get_json(*[server.url(f.name) for f in files])["files"], 1999)
        for f in files:
            self.assertEqual((self.out / f.name).read_bytes(), f.read_bytes())

    def test_a_file_in_a_folder_with_an_escaped_name(self):
        wanted = self.file("some folder/a file", 100)
        server = self.serve()
        self.get_json(server.url("some%20folder/a%20file"))
        self.assert_same(wanted)

    def test_over_ipv6(self):
        wanted = self.file("six", 100_000)
        server = self.serve(host="[::1]")
        self.get_json(server.url("six"))
        self.assert_same(wanted)

    def test_a_name_with_several_addresses_leads_to_the_one_that_answers(self):
        wanted = self.file("named", 1000)
        server = self.serve()
        self.get_json(f"https://localhost:{server.port}/named")
        self.assert_same(wanted)

    def test_a_certificate_that_is_trusted(self):
        wanted = self.file("trusted", 1000)
        certificate, key = self.certificate()
        server = self.serve("--cert", certificate, "--key", key)
        self.get_json(server.url("trusted"), trust=("--ca", certificate))
        self.assert_same(wanted)

    def test_an_encrypted_key_with_its_password(self):
        wanted = self.file("guarded", 1000)
        certificate, key = self.certificate()
        locked, password = self.folder / "locked.pem", self.folder / "password"
        password.write_text("open sesame\n")
        self.openssl("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", key, "-out", locked, "-passout", f"file:{password}")
        server = self.serve("--cert", certificate, "--key", locked, "--key-password-file", password)
        self.get_json(server.url("guarded"), trust=("--ca", certificate))
        self.assert_same(wanted)

    def test_after_a_retry(self):
        wanted = self.file("retried", 100_000)
        server = self.serve("--retry")
        self.get_json(server.url("retried"))
        self.assert_same(wanted)

    def test_a_server_of_version_1_is_not_asked_in_version_2(self):
        wanted = self.file("old", 1000)
        server = self.serve("--versions", "v1")
        self.assertEqual(self.get(server.url("old"), "--versions", "v2").returncode, 7)
        self.assert_nothing_fetched()
        self.get_json(server.url("old"), "--versions", "v2,v1")
        self.assert_same(wanted)

    def test_with_every_cipher(self):
        wanted = self.file("ciphered", 300_000)
        server = self.serve()
        for cipher in ("aes128", "aes256", "chacha20"):
            self.get_json(server.url("ciphered"), "--ciphers", cipher)
            self.assert_same(wanted)

    def test_with_a_key_update(self):
        wanted = self.file("updated", 5_000_000)
        server = self.serve()
        summary = self.get_json(server.url("updated"), "--key-update")
        self.assertGreaterEqual(summary["connection"]["key_updates"], 1)
        self.assert_same(wanted)

    def test_a_self_signed_server_prints_its_fingerprint(self):
        server = self.serve()
        self.assertRegex(server.stop()[1], r"SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}")

    def test_a_server_that_is_told_to_stop_ends_well_and_tells_its_clients(self):
        (self.root / "long").touch()
        with open(self.root / "long", "r+b") as long:
            long.truncate(1 << 36)  # sparse: it takes no room, and nobody fetches it to its end
        server = self.serve()
        client = subprocess.Popen([TOOL, "get", server.url("long"), "--insecure", "--output-dir", str(self.out)],
                                  stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        part = self.out / "long.part"
        for _ in range(200):
            if part.exists():
                break
            time.sleep(0.05)
        self.assertEqual(server.stop()[0], 0)
        _, complaint = client.communicate(timeout=20)
        self.assertEqual(client.returncode, 95)
        self.assertIn("the server is stopping", complaint)
        self.assert_nothing_fetched()

    def test_the_progress_bar_is_drawn_when_asked_for(self):
        self.file("watched", 1000)
        server = self.serve()
        done = self.get(server.url("watched"), "--progress", "--expect-bytes", "1000")
        self.assertEqual(done.returncode, 0)
        self.assertIn("100%", done.stderr)
        self.assertIn("1/1 files", done.stderr)
        quiet = self.get(server.url("watched"))
        self.assertEqual(quiet.stderr, "")


if __name__ == "__main__":
    main()
