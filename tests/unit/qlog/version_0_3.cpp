// SPDX-License-Identifier: BSL-1.0
#include "qlog_reading.hpp"

#include <conformance/observer.hpp>

using namespace quoin;

namespace {

using unordered = nlohmann::json;  // whatever the order of the fields

unordered only_record_of(auto const& event) {
  auto const records = records_after([&](qlog_observer& o) { o.on(event); });
  REQUIRE(records.size() == 2);
  return unordered::parse(records[1].dump());
}

unordered only_frame_of(std::span<std::uint8_t const> payload) {
  return only_record_of(event::packet_sent{{}, event::packet_kind::one_rtt, 7, 90, payload, {}})["data"]["frames"][0];
}

}  // namespace

TEST_CASE("a log of version 0.3 says so in its header", "[qlog]") {
  auto const records =
      records_after([](auto& o) { conformance::tell_plausible_connection([&](auto const& e) { o.on(e); }); });
  CHECK(unordered::parse(records[0].dump()) ==
        unordered::parse(R"({"qlog_version": "0.3", "qlog_format": "JSON-SEQ", "title": "quoin",
    "trace": {"common_fields": {"group_id": "0102030405060708", "protocol_type": ["QUIC"], "time_format": "relative",
                                "reference_time": 0.0},
              "vantage_point": {"type": "client"}}})"));
}

TEST_CASE("version 0.3 sorts events into categories", "[qlog]") {
  auto const records =
      records_after([](auto& o) { conformance::tell_plausible_connection([&](auto const& e) { o.on(e); }); });
  std::vector<std::string> seen;
  for (std::size_t i = 1; i < records.size(); ++i) seen.push_back(records[i]["name"]);
  CHECK(seen == std::vector<std::string>{"connectivity:connection_started", "security:key_updated",
                                         "security:key_updated", "transport:parameters_set", "transport:packet_sent",
                                         "transport:packet_received", "transport:packet_received",
                                         "recovery:metrics_updated", "transport:packet_dropped", "recovery:packet_lost",
                                         "security:key_retired", "connectivity:migration_state_updated",
                                         "connectivity:mtu_updated", "connectivity:connection_closed"});
}

TEST_CASE("in version 0.3 frames have their sizes themselves", "[qlog]") {
  CHECK(only_frame_of(std::array<std::uint8_t, 7>{0x0e, 4, 2, 3, 'a', 'b', 'c'}) ==
        unordered::parse(R"({"frame_type": "stream", "stream_id": 4, "offset": 2, "length": 3})"));
  CHECK(only_frame_of(std::array<std::uint8_t, 7>{0x0f, 4, 2, 3, 'a', 'b', 'c'}) ==
        unordered::parse(R"({"frame_type": "stream", "stream_id": 4, "offset": 2, "length": 3, "fin": true})"));
  CHECK(only_frame_of(std::array<std::uint8_t, 5>{0x06, 2, 2, 'a', 'b'}) ==
        unordered::parse(R"({"frame_type": "crypto", "offset": 2, "length": 2})"));
  CHECK(only_frame_of(std::array<std::uint8_t, 3>{}) ==
        unordered::parse(R"({"frame_type": "padding", "length": 3, "payload_length": 3})"));
  CHECK(only_frame_of(std::array<std::uint8_t, 4>{0x07, 2, 'a', 'b'}) ==
        unordered::parse(R"({"frame_type": "new_token", "token": {"type": "resumption", "length": 2}})"));
}

TEST_CASE("in version 0.3 an error is one field, a name or a number", "[qlog]") {
  CHECK(only_frame_of(std::array<std::uint8_t, 4>{0x04, 4, 17, 9}) ==
        unordered::parse(R"({"frame_type": "reset_stream", "stream_id": 4, "final_size": 9, "error_code": 17})"));
  CHECK(only_frame_of(std::array<std::uint8_t, 4>{0x1c, 0x07, 0x06, 0})["error_code"] == "frame_encoding_error");
  CHECK(only_frame_of(std::array<std::uint8_t, 4>{0x1c, 0x0e, 0x06, 0})["error_code"] == 0x0e);
  CHECK(only_frame_of(std::array<std::uint8_t, 3>{0x1d, 0x21, 0})["error_code"] == 0x21);
  using event::close_origin;
  auto const closed = [](close_origin origin, bool application, std::uint64_t code) {
    return only_record_of(event::connection_closed{{}, origin, application, code, 0, {}})["data"];
  };
  CHECK(closed(close_origin::peer, false, 3) ==
        unordered::parse(R"({"owner": "remote", "connection_code": "flow_control_error", "trigger": "error"})"));
  CHECK(closed(close_origin::local, false, 0x10)["connection_code"] == 0x10);
  CHECK(closed(close_origin::local, true, 99) ==
        unordered::parse(R"({"owner": "local", "application_code": 99, "trigger": "application"})"));
  CHECK(closed(close_origin::local, false, 0)["trigger"] == "clean");
  CHECK(closed(close_origin::handshake_timeout, false, 0)["trigger"] == "handshake_timeout");
}

TEST_CASE("in version 0.3 what is no frame and what is no packet have names", "[qlog]") {
  auto const unknown = only_frame_of(std::array<std::uint8_t, 2>{0x40, 0x99});
  CHECK(unknown == unordered::parse(R"({"frame_type": "unknown", "raw_frame_type": 153})"));
  auto const trigger = [](event::drop_reason reason) {
    return only_record_of(event::packet_dropped{{}, event::packet_kind::initial, reason, 50})["data"]["trigger"];
  };
  CHECK(trigger(event::drop_reason::decryption_failure) == "payload_decrypt_error");
  CHECK(trigger(event::drop_reason::buffer_full) == "dos_prevention");
  CHECK(trigger(event::drop_reason::duplicate) == "duplicate");
}

TEST_CASE("in version 0.3 a connection starts between two addresses", "[qlog]") {
  std::array<std::uint8_t, 2> const id{0xab, 0xcd};
  event::connection_started e;
  e.path.local = socket_address::v4(192, 0, 2, 1, 443);
  e.path.remote = socket_address::v4(192, 0, 2, 2, 5000);
  e.local = *connection_id::from(id);
  CHECK(only_record_of(e)["data"] == unordered::parse(R"({"protocol": "QUIC", "ip_version": "v4",
    "src_ip": "192.0.2.1", "src_port": 443, "src_cid": "abcd", "dst_ip": "192.0.2.2", "dst_port": 5000, "dst_cid": ""})"));
}
