# SPDX-License-Identifier: BSL-1.0
"""Each thing that goes wrong gives one clear line and an exit code, and leaves no file that looks complete."""
import os
import signal
import socket
import subprocess
import time

from harness import TOOL, ToolTest, main


class Failures(ToolTest):
    # ---- what is asked for

    def test_wrong_usage_is_told_apart(self):
        for arguments in (["get"], ["nonsense"], [], ["serve"], ["perf", "client", "127.0.0.1:1"],
                          ["get", "https://h/f", "--parallel", "0"], ["get", "https://h/f", "--ciphers", "rot13"]):
            self.assert_fails(self.run_tool(*arguments), code=2)

    def test_a_bad_url(self):
        for url in ("http://host/file", "https:///file", "https://host", "https://host/", "https://host:99999/f",
                    "https://host/a/..", "https://user@host/f", "https://host/%zz", "https://[::1/f"):
            self.assert_fails(self.get(url), "bad URL", url, code=3)

    def test_two_urls_for_one_file_name(self):
        self.assert_fails(self.get("https://h/a/f", "https://h/b/f"), "'f'", code=2)

    def test_help_is_no_failure(self):
        for arguments in (["--help"], ["serve", "--help"], ["get", "--help"], ["perf", "client", "--help"]):
            done = self.run_tool(*arguments)
            self.assertEqual(done.returncode, 0)
            self.assertIn("[OPTIONS]", done.stdout)

    # ---- the way to the server

    def test_a_name_that_does_not_exist(self):
        self.assert_fails(self.get("https://no-such-host.invalid:1/f"), "no-such-host.invalid", code=6)
        self.assert_nothing_fetched()

    def test_a_peer_that_never_answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % silent.getsockname()[1]
            begun = time.monotonic()
            done = self.get(f"https://{address}/f", "--timeout", "1")
            self.assertLess(time.monotonic() - begun, 10)
        self.assert_fails(done, "no answer from " + address, "1 s", code=28)
        self.assert_nothing_fetched()

    def test_an_untrusted_certificate(self):
        self.file("f", 10)
        server = self.serve()
        self.assert_fails(self.get(server.url("f"), trust=()), "not trusted", "--ca", "--insecure", code=60)
        self.assert_nothing_fetched()

    def test_a_certificate_for_another_name(self):
        self.file("f", 10)
        certificate, key = self.certificate("DNS:elsewhere.example")
        server = self.serve("--cert", certificate, "--key", key)
        self.assert_fails(self.get(server.url("f"), trust=("--ca", certificate)), "not trusted", code=60)
        self.assert_nothing_fetched()

    def test_a_ca_file_that_is_missing(self):
        self.assert_fails(self.get("https://127.0.0.1:1/f", trust=("--ca", "/nowhere/ca.pem")), "/nowhere/ca.pem")

    def test_a_server_that_speaks_another_protocol(self):
        self.file("f", 10)
        server = self.serve("--alpn", "h3")
        self.assert_fails(self.get(server.url("f"), "--alpn", "hq-interop"), "none of the protocols", "hq-interop",
                          code=35)

    def test_a_protocol_that_nobody_here_speaks(self):
        for command in (("serve", self.root), ("get", "https://127.0.0.1:1/f"), ("perf", "server"),
                        ("perf", "client", "127.0.0.1:1")):
            self.assert_fails(self.run_tool(*command, "--alpn", "x-unknown"), "--alpn", "x-unknown", "there is", code=2)

    # ---- the server's own troubles

    def test_a_busy_port(self):
        server = self.serve()
        self.assert_fails(self.run_tool("serve", self.root, "--listen", server.address), str(server.port), "in use")

    def test_a_root_that_is_missing_or_no_folder(self):
        self.assert_fails(self.run_tool("serve", self.folder / "nowhere"), "nowhere", "No such file")
        self.assert_fails(self.run_tool("serve", self.file("f", 1)), "Not a directory")

    def test_a_bad_listen_address(self):
        for address in ("127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "::1:443"):
            self.assert_fails(self.run_tool("serve", self.root, "--listen", address), address, code=2)

    def test_a_certificate_or_key_that_cannot_be_read(self):
        certificate, key = self.certificate()
        missing, garbage = self.folder / "missing.pem", self.folder / "garbage.pem"
        garbage.write_text("this is no PEM\n")
        for pair in ((missing, key), (certificate, missing), (garbage, key), (certificate, garbage)):
            wrong = pair[0] if pair[0] in (missing, garbage) else pair[1]
            self.assert_fails(self.run_tool("serve", self.root, "--listen", "127.0.0.1:0", "--cert", pair[0], "--key",
                                            pair[1]), str(wrong))

    def test_a_certificate_without_its_key_is_wrong_usage(self):
        self.assert_fails(self.run_tool("serve", self.root, "--cert", "x.pem"), "--key", code=2)

    def test_a_wrong_or_missing_password(self):
        certificate, key = self.certificate()
        locked, wrong = self.folder / "locked.pem", self.folder / "wrong"
        wrong.write_text("wrong\n")
        self.openssl("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", key, "-out", locked, "-passout", "pass:right")
        serve = ["serve", self.root, "--listen", "127.0.0.1:0", "--cert", certificate, "--key", locked]
        self.assert_fails(self.run_tool(*serve, "--key-password-file", wrong), str(locked), "password")
        self.assert_fails(self.run_tool(*serve), str(locked), "password")
        self.assert_fails(self.run_tool(*serve, "--key-password-file", self.folder / "none"), "password file")

    # ---- the files

    def test_a_missing_file_among_others(self):
        here = self.file("here", 1000)
        server = self.serve()
        self.assert_fails(self.get(server.url("gone"), server.url("here")), "gone", "no such file", code=22)
        self.assert_same(here)
        self.assertEqual(os.listdir(self.out), ["here"])

    def test_no_path_leads_out_of_the_root(self):
        (self.folder / "secret").write_text("secret")
        (self.root / "out").symlink_to(self.folder / "secret")
        (self.root / "up").symlink_to("..")
        (self.root / "inside").symlink_to("plain")
        os.mkfifo(self.root / "pipe")
        plain = self.file("plain", 10)
        self.file("folder/file", 10)
        server = self.serve()
        for path in ("../secret", "%2e%2e/secret", "..%2fsecret", "folder/../../secret", "out", "up/secret", "/etc/passwd",
                     "pipe", "folder", "plain/", "./plain", "folder//file"):
            done = self.get(server.url(path))
            self.assertNotEqual(done.returncode, 0, path)
            self.assert_nothing_fetched()
        self.get_json(server.url("inside"))
        self.assertEqual((self.out / "inside").read_bytes(), plain.read_bytes())

    def test_a_download_that_breaks_off_leaves_nothing_new_and_harms_nothing_old(self):
        with open(self.root / "long", "wb") as long:
            long.truncate(1 << 36)
        self.out.mkdir()
        (self.out / "long").write_text("from yesterday")
        server = self.serve()
        client = subprocess.Popen([TOOL, "get", server.url("long"), "--insecure", "--timeout", "1", "--output-dir", str(self.out)],
                                  stderr=subprocess.PIPE, text=True)
        self.wait_for(self.out / "long.part")
        server.kill()
        _, complaint = client.communicate(timeout=30)
        self.assertEqual(client.returncode, 28)
        self.assertIn("broke off", complaint)
        self.assertEqual(os.listdir(self.out), ["long"])
        self.assertEqual((self.out / "long").read_text(), "from yesterday")

    def test_a_client_that_is_interrupted_or_killed_leaves_no_complete_file(self):
        with open(self.root / "long", "wb") as long:
            long.truncate(1 << 36)
        server = self.serve()
        for how, left in ((signal.SIGINT, []), (signal.SIGKILL, ["long.part"])):
            client = subprocess.Popen([TOOL, "get", server.url("long"), "--insecure", "--output-dir", str(self.out)],
                                      stderr=subprocess.DEVNULL)
            self.wait_for(self.out / "long.part")
            client.send_signal(how)
            self.assertNotEqual(client.wait(timeout=20), 0)
            self.assertEqual(os.listdir(self.out), left)

    def test_a_folder_that_cannot_be_written(self):
        self.file("f", 10)
        server = self.serve()
        self.out.write_text("not a folder")
        self.assert_fails(self.get(server.url("f")), str(self.out), code=23)

    def wait_for(self, path):
        for _ in range(200):
            if path.exists() and path.stat().st_size > 0:
                return
            time.sleep(0.05)
        self.fail(f"{path} never came")


if __name__ == "__main__":
    main()
