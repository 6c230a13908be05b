# SPDX-License-Identifier: BSL-1.0
"""`--threads`: several endpoints behind one port, which clients need not know."""
import json
import signal

from harness import Server, ToolTest, main


class Threads(ToolTest):
    def test_files_come_whole_whichever_thread_serves_them(self):
        files = [self.file(f"part{i}", 100_000 + i) for i in range(4)]
        server = self.serve("--threads", "4")
        for _ in range(6):  # a connection each, and so a thread by chance
            told = self.get_json(*(server.url(path.name) for path in files))
            self.assertEqual((told["files"], told["failed"]), (4, 0))
            for path in files:
                self.assert_same(path)
        code, output = server.stop()
        self.assertEqual(code, 0)
        self.assertEqual(output.count("4 files"), 6, output)

    def test_a_retry_is_good_whichever_thread_sent_it(self):
        path = self.file("small", 1000)
        server = self.serve("--threads", "3", "--retry")
        for _ in range(6):
            self.assertEqual(self.get_json(server.url(path.name))["files"], 1)

    def test_handshakes_are_shared_out(self):
        server = self.start(Server("perf", "server", "--threads", "2"))
        done = self.run_tool("perf", "client", server.address, "--insecure", "--handshakes", "--streams", "4",
                             "--duration", "0.5", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(json.loads(done.stdout)["handshakes"], 2)

    def test_all_threads_stop_when_the_server_is_asked_to(self):
        server = self.serve("--threads", "4")
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(server.process.wait(timeout=20), 0)

    def test_a_port_that_threads_share_is_busy_for_others(self):
        server = self.serve("--threads", "2")
        for threads in ("1", "2"):
            done = self.run_tool("serve", self.root, "--listen", server.address, "--threads", threads)
            self.assert_fails(done, "cannot bind", server.address)

    def test_there_is_at_least_one_thread(self):
        done = self.run_tool("serve", self.root, "--threads", "0")
        self.assert_fails(done, "--threads", code=2)


if __name__ == "__main__":
    main()
