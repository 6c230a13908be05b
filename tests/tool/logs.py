# SPDX-License-Identifier: BSL-1.0
"""What `--qlog` and `--keylog` leave for other tools."""
import json
import pathlib
import sys

from harness import ToolTest, main

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "unit" / "qlog"))
QVIS_VERSIONS = ("draft-02", "draft-02-RC1", "qlog-03-WIP", "0.3")


def as_qvis_reads(file):
    """The header and the events as `(milliseconds, category, name, data)`, by the rules of qvis for .sqlog files: records
    are what stands between the separators, the first one must name a version that it knows and the format, names are
    split at the colon."""
    records = [json.loads(text) for text in file.read_text().split("\x1e") if text.strip()]
    header = records[0]
    assert header["qlog_version"] in QVIS_VERSIONS and header["qlog_format"] == "JSON-SEQ" and "trace" in header, header
    return header, [(float(e["time"]), *e["name"].split(":"), e["data"]) for e in records[1:]]


class Logs(ToolTest):
    def logged_fetch(self, size, *options):
        """Fetches a file of `size` bytes with logs at both ends; the folder of the client's and of the server's."""
        self.file("logged", size)
        folders = [self.folder / "client qlog", self.folder / "server qlog"]
        server = self.serve("--qlog", folders[1], *options)
        self.get_json(server.url("logged"), "--qlog", folders[0], *options)
        server.stop()
        return [next(folder.iterdir()) for folder in folders]

    def test_both_ends_name_a_log_after_the_same_connection(self):
        self.file("logged", 1000)
        server = self.serve("--qlog", self.folder / "server qlog")
        secrets = self.folder / "secrets"
        self.get_json(server.url("logged"), "--qlog", self.folder / "client qlog", "--keylog", secrets)
        self.get_json(server.url("logged"), "--qlog", self.folder / "client qlog")
        server.stop()
        # Another run does not write over it.
        clients, servers = ({f.name.removesuffix(f"_{side}.sqlog") for f in (self.folder / f"{side} qlog").iterdir()}
                            for side in ("client", "server"))
        self.assertEqual(len(clients), 2)
        self.assertEqual(clients, servers)
        for label in ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0"):
            self.assertIn(label, secrets.read_text())


    def test_logs_follow_the_schema_of_their_version(self):
        try:
            import jsonschema  # noqa: F401
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        import validate

        for version, options in (("0_3", ()), ("draft", ("--qlog-version", "draft"))):
            schema = validate.schema_of(version)
            for file in self.logged_fetch(200_000, *options):
                records = validate.records_of(file)
                self.assertGreater(len(records), 50)
                self.assertEqual(list(validate.problems_of(records, schema)), [], file)
                file.unlink()

    def test_qvis_finds_what_it_draws(self):
        size = 3_000_000
        client, server = self.logged_fetch(size)
        for side, file in (("client", client), ("server", server)):
            header, events = as_qvis_reads(file)
            self.assertEqual(header["trace"]["vantage_point"]["type"], side)
            times = [event[0] for event in events]
            self.assertEqual(times, sorted(times))
            self.assertEqual(times[0], 0)

            def data_of(category, name):
                return [data for _, c, n, data in events if (c, n) == (category, name)]

            owners = {data["owner"]: data for data in data_of("transport", "parameters_set")}
            self.assertEqual(set(owners), {"local", "remote"})
            self.assertGreater(owners["remote"]["initial_max_data"], 0)
            sent, received = data_of("transport", "packet_sent"), data_of("transport", "packet_received")
            for packet in sent + received:
                self.assertGreater(packet["raw"]["length"], 0)
                self.assertIn("packet_number", packet["header"])
            metrics = data_of("recovery", "metrics_updated")
            for field in ("congestion_window", "bytes_in_flight", "smoothed_rtt"):
                self.assertTrue(any(field in data for data in metrics), field)
            self.assert_content_is_there(sent if side == "server" else received, size)

    def assert_content_is_there(self, packets, size):
        """The multiplexing diagram draws the ranges of streams, the congestion diagram what was acknowledged."""
        frames = [frame for packet in packets for frame in packet.get("frames", ())]
        reached = {}
        for frame in frames:
            if frame["frame_type"] == "stream":
                reached[frame["stream_id"]] = max(reached.get(frame["stream_id"], 0), frame["offset"] + frame["length"])
        self.assertGreaterEqual(reached[0], size)
        self.assertLess(reached[0], size + 1000)
        self.assertTrue(all(frame["acked_ranges"] for frame in frames if frame["frame_type"] == "ack"))


if __name__ == "__main__":
    main()
