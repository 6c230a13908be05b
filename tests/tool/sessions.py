# SPDX-License-Identifier: BSL-1.0
"""Coming again: `get --session-file` and `--early-data`, and what guards the file."""
import os
import stat

from harness import ToolTest, main


class Sessions(ToolTest):
    def setUp(self):
        super().setUp()
        self.sessions = self.folder / "sessions"
        self.wanted = self.file("wanted", 5000)

    def fetch(self, server, *arguments):
        return self.get_json(server.url("wanted"), "--session-file", self.sessions, *arguments)["connection"]

    def test_the_second_run_resumes_what_the_first_was_given(self):
        server = self.serve()
        self.assertFalse(self.fetch(server)["resumed"])
        self.assertEqual(stat.S_IMODE(os.stat(self.sessions).st_mode), 0o600)
        self.assertTrue(self.fetch(server)["resumed"])
        self.assert_same(self.wanted)
        self.assertEqual([f.name for f in self.folder.iterdir() if f.name.startswith("sessions")], ["sessions"])

    def test_early_data_is_accepted_where_the_server_says_so(self):
        server = self.serve("--early-data")
        self.assertEqual(self.fetch(server, "--early-data")["early_data"], "none")
        self.assertEqual(self.fetch(server, "--early-data")["early_data"], "accepted")
        self.assert_same(self.wanted)

    def test_http3_asks_early_and_what_is_not_safe_waits(self):
        server = self.serve("--early-data")
        ask = (server.url("wanted"), "--session", self.sessions, "--early-data", "--alpn", "h3")
        self.get_json(*ask)
        done = self.get(*ask, "-v")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("session resumed, early data accepted", done.stderr)
        # What is sent early is sent before anything is known of the connection.
        self.assertLess(done.stderr.index("> GET /wanted"), done.stderr.index("* connected to"))
        self.assert_same(self.wanted)
        refused = self.get(*ask, "-X", "DELETE")
        self.assert_fails(refused, "status 405", code=22)

    def test_a_server_that_started_again_knows_no_session_and_answers_all_the_same(self):
        server = self.serve("--early-data")
        self.fetch(server)
        server.stop()
        again = self.serve("--early-data")
        self.assertEqual(self.fetch(again, "--early-data")["early_data"], "rejected")
        self.assert_same(self.wanted)

    def test_a_file_that_others_can_read_is_not_used(self):
        self.sessions.write_text("")
        os.chmod(self.sessions, 0o644)
        server = self.serve()
        done = self.get(server.url("wanted"), "--session-file", self.sessions)
        self.assert_fails(done, str(self.sessions), "chmod 600")

    def test_a_file_that_is_none_of_ours_gives_nothing_and_is_replaced(self):
        self.sessions.write_bytes(b"quoin sessions 1\n\0\7garbage")
        os.chmod(self.sessions, 0o600)
        server = self.serve()
        self.assertFalse(self.fetch(server)["resumed"])
        self.assertTrue(self.fetch(server)["resumed"])

    def test_early_data_needs_a_session_file(self):
        done = self.get("https://127.0.0.1:1/x", "--early-data")
        self.assert_fails(done, "--session-file", code=2)


if __name__ == "__main__":
    main()
