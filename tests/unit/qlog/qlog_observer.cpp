// SPDX-License-Identifier: BSL-1.0
#include "qlog_reading.hpp"

#include <conformance/observer.hpp>

using namespace quoin;
using namespace std::chrono_literals;
using qlog::json;

namespace {

constexpr qlog_settings newest{.version = qlog_version::draft};

/// The records that an observer writes after the newest drafts.
template <class Tell>
std::vector<json> newest_records_after(Tell&& tell, role self = role::client) {
  return records_after(tell, self, newest);
}

json only_data_of(auto const& event, role self = role::client) {
  auto const records = newest_records_after([&](qlog_observer& o) { o.on(event); }, self);
  REQUIRE(records.size() == 2);
  return records[1]["data"];
}

}  // namespace

TEST_CASE("a qlog observer bears every event", "[qlog]") {
  scratch_folder folder;
  conformance::check_observer(qlog_observer{folder / "log.sqlog", role::client});
  conformance::check_observer(qlog_observer{folder / "newest.sqlog", role::client, newest});
  conformance::check_observer(qlog_observer{});
  conformance::check_observer(qlog_observer{"/nonexistent/folder/log", role::server});
}

TEST_CASE("a log begins with a header that names its format", "[qlog]") {
  auto const records =
      newest_records_after([](auto& o) { conformance::tell_plausible_connection([&](auto const& e) { o.on(e); }); });
  CHECK(records[0] == json::parse(R"({
    "file_schema": "urn:ietf:params:qlog:file:sequential", "serialization_format": "application/qlog+json-seq",
    "title": "quoin",
    "trace": {"common_fields": {"group_id": "0102030405060708", "time_format": "relative_to_epoch",
                                "reference_time": {"clock_type": "monotonic", "epoch": "unknown"}},
              "vantage_point": {"type": "client"},
              "event_schemas": ["urn:ietf:params:qlog:events:quic-13", "urn:ietf:params:qlog:events:loglevel-14"]}})"));
}

TEST_CASE("each event is one record with its name, in order, in milliseconds since the first", "[qlog]") {
  auto const records =
      newest_records_after([](auto& o) { conformance::tell_plausible_connection([&](auto const& e) { o.on(e); }); });
  std::vector<std::pair<std::string, double>> seen;
  for (std::size_t i = 1; i < records.size(); ++i)
    seen.emplace_back(records[i]["name"].get<std::string>(), records[i]["time"].get<double>());
  CHECK(seen == std::vector<std::pair<std::string, double>>{{"quic:connection_started", 0.0},
                                                            {"quic:key_updated", 0.0},
                                                            {"quic:key_updated", 0.0},
                                                            {"quic:parameters_set", 0.0},
                                                            {"quic:packet_sent", 1.0},
                                                            {"quic:packet_received", 11.0},
                                                            {"quic:packet_received", 11.0},
                                                            {"quic:recovery_metrics_updated", 11.0},
                                                            {"quic:packet_dropped", 12.0},
                                                            {"quic:packet_lost", 13.0},
                                                            {"quic:key_discarded", 14.0},
                                                            {"quic:migration_state_updated", 19.0},
                                                            {"quic:mtu_updated", 19.0},
                                                            {"quic:connection_closed", 20.0}});
}

TEST_CASE("a packet is written with its header, its frames and its size", "[qlog]") {
  std::array<std::uint8_t, 3> const frames{1, 0, 0};
  auto const data = only_data_of(event::packet_sent{{}, event::packet_kind::handshake, 7, 90, frames, ecn::ect0});
  CHECK(data == json::parse(R"({"header": {"packet_type": "handshake", "packet_number": 7},
    "frames": [{"frame_type": "ping"}, {"frame_type": "padding", "raw": {"length": 2, "payload_length": 2}}],
    "raw": {"length": 90}})"));
}

TEST_CASE("packets without a number are written without one", "[qlog]") {
  auto const data = only_data_of(event::packet_received{{}, event::packet_kind::retry, 0, 90, {}, ecn::ect0});
  CHECK(data == json::parse(R"({"header": {"packet_type": "retry"}, "raw": {"length": 90}})"));
}

TEST_CASE("acknowledgement delays are read with the exponent of the side that sent them", "[qlog]") {
  std::array<std::uint8_t, 3> const exponent_of_ten{0x0a, 0x01, 10};
  std::array<std::uint8_t, 5> const ack{0x02, 0x00, 0x08, 0x00, 0x00};  // of packet 0, delay 8
  auto const records = newest_records_after([&](qlog_observer& o) {
    o.on(event::parameters_set{{}, false, exponent_of_ten});
    o.on(event::packet_received{{}, event::packet_kind::one_rtt, 0, 30, ack, {}});
    o.on(event::packet_received{{}, event::packet_kind::handshake, 0, 30, ack, {}});
    o.on(event::packet_sent{{}, event::packet_kind::one_rtt, 0, 30, ack, {}});
  });
  auto const delay = [&](std::size_t i) { return records.at(i)["data"]["frames"][0]["ack_delay"].get<double>(); };
  CHECK(delay(2) == 8.192);
  CHECK(delay(3) == 0.064);
  CHECK(delay(4) == 0.064);
}

TEST_CASE("only metrics that changed are written", "[qlog]") {
  event::metrics_updated metrics{instant{1s}, 10ms, 9ms, 11ms, 1500us, 12000, 0, 0, 1000};
  auto const records = newest_records_after([&](qlog_observer& o) {
    o.on(metrics);
    o.on(metrics);
    metrics.bytes_in_flight = 1200;
    metrics.pto_count = 100'000;
    o.on(metrics);
  });
  REQUIRE(records.size() == 3);
  CHECK(records[1]["data"] == json::parse(R"({"min_rtt": 9.0, "smoothed_rtt": 11.0, "latest_rtt": 10.0,
                                              "rtt_variance": 1.5, "congestion_window": 12000,
                                              "pacing_rate": 8000})"));
  CHECK(records[2]["data"] == json::parse(R"({"pto_count": 65535, "bytes_in_flight": 1200})"));
}

TEST_CASE("keys are named by level and by the side that seals with them", "[qlog]") {
  auto const type = [](encryption_level level, bool remote, role self) {
    return only_data_of(event::key_updated{{}, level, 0, false, remote}, self)["key_type"].get<std::string>();
  };
  CHECK(type(encryption_level::initial, false, role::client) == "client_initial_secret");
  CHECK(type(encryption_level::handshake, true, role::client) == "server_handshake_secret");
  CHECK(type(encryption_level::one_rtt, true, role::server) == "client_1rtt_secret");
  CHECK(type(encryption_level::early_data, true, role::server) == "client_0rtt_secret");
  CHECK(only_data_of(event::key_updated{{}, encryption_level::one_rtt, 3, true, false}) ==
        json::parse(R"({"key_type": "client_1rtt_secret", "key_phase": 3})"));
}

TEST_CASE("a key update is written for the keys of both ends, with who began it", "[qlog]") {
  for (bool const remote : {false, true}) {
    auto const records = newest_records_after([&](auto& o) {
      o.on(event::key_updated{{}, encryption_level::one_rtt, 2, false, remote});
    });
    REQUIRE(records.size() == 3);
    CHECK(records[1]["name"] == "quic:key_updated");
    CHECK(records[2]["name"] == "quic:key_updated");
    auto ours = json::parse(R"({"key_type": "client_1rtt_secret", "key_phase": 2, "trigger": "local_update"})");
    auto theirs = json::parse(R"({"key_type": "server_1rtt_secret", "key_phase": 2, "trigger": "local_update"})");
    if (remote) ours["trigger"] = theirs["trigger"] = "remote_update";
    CHECK(records[1]["data"] == (remote ? theirs : ours));
    CHECK(records[2]["data"] == (remote ? ours : theirs));
  }
}

TEST_CASE("a closed connection says who closed it and why", "[qlog]") {
  using event::close_origin;
  auto const closed = [](close_origin origin, bool application, std::uint64_t code, std::string_view reason) {
    return only_data_of(event::connection_closed{{}, origin, application, code, 0, reason});
  };
  CHECK(closed(close_origin::peer, false, 3, "too much") ==
        json::parse(R"({"initiator": "remote", "connection_error": "flow_control_error", "reason": "too much",
                        "trigger": "error"})"));
  CHECK(closed(close_origin::local, true, 99, "") ==
        json::parse(R"({"initiator": "local", "application_error": "unknown", "error_code": 99,
                        "trigger": "application"})"));
  CHECK(closed(close_origin::idle_timeout, false, 0, "")["trigger"] == "idle_timeout");
  CHECK(closed(close_origin::handshake_timeout, false, 0, "")["trigger"] == "aborted");
  CHECK(closed(close_origin::stateless_reset, false, 0, "")["trigger"] == "stateless_reset");
  CHECK(closed(close_origin::local, false, 0, "")["trigger"] == "unspecified");
}

TEST_CASE("addresses are written with their connection IDs", "[qlog]") {
  std::array<std::uint8_t, 2> const id{0xab, 0xcd};
  event::connection_started e;
  e.path.local = socket_address::v4(192, 0, 2, 1, 443);
  std::array<std::uint8_t, 16> const ip{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  e.path.remote = socket_address::v6(ip, 5000);
  e.local = *connection_id::from(id);
  CHECK(only_data_of(e) == json::parse(R"({
    "local": {"ip_v4": "192.0.2.1", "port_v4": 443, "connection_ids": ["abcd"]},
    "remote": {"ip_v6": "2001:0db8:0000:0000:0000:0000:0000:0001", "port_v6": 5000, "connection_ids": [""]}})"));
}

TEST_CASE("in a folder a log is named after the connection and the side", "[qlog]") {
  scratch_folder folder;
  std::array<std::uint8_t, 2> const id{0xab, 0x0d};
  {
    qlog_observer server{folder.path(), *connection_id::from(id), role::server};
    qlog_observer client{folder.path(), *connection_id::from(id), role::client};
    server.on(event::packet_lost{});
    client.on(event::packet_lost{});
  }
  CHECK(records_of(folder / "ab0d_client.sqlog").size() == 2);
  auto const records = records_of(folder / "ab0d_server.sqlog");
  CHECK(records.at(0)["trace"]["common_fields"]["group_id"] == "ab0d");
  CHECK(records.at(0)["trace"]["vantage_point"]["type"] == "server");
}

TEST_CASE("a log is named when the connection starts if there was no ID before", "[qlog]") {
  scratch_folder folder;
  std::array<std::uint8_t, 2> const id{0xab, 0x0d};
  {
    qlog_observer client{folder.path(), connection_id{}, role::client, newest};
    CHECK(client.writing());
    client.on(event::packet_lost{});  // belongs to nothing yet
    CHECK(std::filesystem::is_empty(folder.path()));
    qlog_observer moved{std::move(client)};
    event::connection_started started;
    started.original_destination = *connection_id::from(id);
    moved.on(started);
    moved.on(event::packet_lost{});
  }
  auto const records = records_of(folder / "ab0d_client.sqlog");
  CHECK(records.size() == 3);
  CHECK(records.at(0)["trace"]["common_fields"]["group_id"] == "ab0d");
  CHECK(records.at(1)["name"] == "quic:connection_started");
}

TEST_CASE("a log is on disk once the connection is closed", "[qlog]") {
  scratch_folder folder;
  qlog_observer observer{folder / "log", role::client};
  observer.on(event::packet_lost{});
  CHECK(text_of(folder / "log").empty());
  observer.on(event::connection_closed{});
  CHECK(records_of(folder / "log").size() == 3);
}

TEST_CASE("a log that reaches its limit says so in its last record and stays below the limit", "[qlog]") {
  scratch_folder folder;
  qlog_observer observer{folder / "log", role::client, {.max_file_bytes = 4000}};
  for (int i = 0; i < 1000; ++i) observer.on(event::packet_lost{});
  CHECK_FALSE(observer.writing());
  CHECK(std::filesystem::file_size(folder / "log") <= 4000);
  auto const records = records_of(folder / "log");
  CHECK(records.size() > 20);
  CHECK(records.back()["name"] == "loglevel:warning");
  CHECK(records.back()["data"]["message"] == "the log has reached its size limit");
}

TEST_CASE("a full disk ends the log and nothing else", "[qlog]") {
  if (!std::filesystem::exists("/dev/full")) SKIP("no /dev/full here");
  qlog_observer observer{"/dev/full", role::client};
  CHECK(observer.writing());
  observer.on(event::connection_closed{});
  CHECK_FALSE(observer.writing());
  observer.on(event::packet_lost{});
}

TEST_CASE("a moved observer goes on with the same log", "[qlog]") {
  scratch_folder folder;
  {
    qlog_observer first{folder / "log", role::client};
    first.on(event::packet_lost{});
    qlog_observer second{std::move(first)};
    second.on(event::packet_lost{});
  }
  CHECK(records_of(folder / "log").size() == 3);
}
