# SPDX-License-Identifier: BSL-1.0
"""`perf server` and `perf client`: that they do what they count, not how fast."""
import json

from harness import Server, ToolTest, main


class Measuring(ToolTest):
    def measure(self, server, *arguments):
        done = self.run_tool("perf", "client", server.address, "--insecure", "--json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_bytes_go_down_and_up(self):
        server = self.start(Server("perf", "server"))
        told = self.measure(server, "--download", "20MB", "--upload", "10MB", "--streams", "3")
        self.assertEqual((told["requests"], told["broken"]), (3, 0))
        self.assertEqual((told["downloaded_bytes"], told["uploaded_bytes"]), (60_000_000, 30_000_000))
        self.assertGreaterEqual(told["connection"]["udp_bytes_received"], 60_000_000)

    def test_requests_are_counted_for_the_duration(self):
        server = self.start(Server("perf", "server"))
        told = self.measure(server, "--requests", "--streams", "10", "--download", "100", "--duration", "0.5")
        self.assertGreater(told["requests"], 10)
        self.assertEqual(told["downloaded_bytes"], told["requests"] * 100)

    def test_handshakes_are_counted_for_the_duration(self):
        server = self.start(Server("perf", "server"))
        told = self.measure(server, "--handshakes", "--streams", "2", "--duration", "0.5")
        self.assertGreater(told["handshakes"], 2)

    def test_with_botan_and_small_datagrams(self):
        server = self.start(Server("perf", "server", "--backend", "botan", "--payload-size", "1200"))
        told = self.measure(server, "--download", "5MB", "--backend", "botan", "--payload-size", "1200")
        self.assertEqual(told["downloaded_bytes"], 5_000_000)
        self.assertGreaterEqual(told["connection"]["packets_received"], 5_000_000 // 1200)


if __name__ == "__main__":
    main()
