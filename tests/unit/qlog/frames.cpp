// SPDX-License-Identifier: BSL-1.0
#include <quoin/qlog/frame_json.hpp>

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace quoin;
using qlog::json;

namespace {

/// What `describe_frames` makes of these frames in a 1-RTT packet.
template <class... Frames>
json frames_of(qlog::frame_options const& options, Frames const&... frames) {
  std::vector<std::uint8_t> room(2000);
  byte_writer writer{room};
  REQUIRE((wire::write(writer, frames) && ...));
  json data;
  qlog::describe_frames(data, writer.written(), event::packet_kind::one_rtt, options);
  return data;
}

template <class Frame>
json frame_of(Frame const& frame) {
  auto const data = frames_of({}, frame);
  REQUIRE(data["frames"].size() == 1);
  return data["frames"][0];
}

json parsed(char const* text) {
  return json::parse(text);
}

std::vector<std::uint8_t> const three{1, 2, 3};

}  // namespace

TEST_CASE("each frame has the name and the fields of the draft", "[qlog]") {
  CHECK(frame_of(wire::padding_frame{7}) ==
        parsed(R"({"frame_type": "padding", "raw": {"length": 7, "payload_length": 7}})"));
  CHECK(frame_of(wire::ping_frame{}) == parsed(R"({"frame_type": "ping"})"));
  CHECK(frame_of(wire::handshake_done_frame{}) == parsed(R"({"frame_type": "handshake_done"})"));
  CHECK(frame_of(wire::crypto_frame{9, three}) ==
        parsed(R"({"frame_type": "crypto", "offset": 9, "raw": {"length": 3, "payload_length": 3}})"));
  CHECK(frame_of(wire::stream_frame{stream_id{4}, 100, three, true}) ==
        parsed(R"({"frame_type": "stream", "stream_id": 4, "offset": 100, "fin": true,
                   "raw": {"length": 3, "payload_length": 3}})"));
  CHECK(frame_of(wire::reset_stream_frame{stream_id{4}, 17, 300}) ==
        parsed(R"({"frame_type": "reset_stream", "stream_id": 4, "error": "unknown", "error_code": 17,
                   "final_size": 300})"));
  CHECK(frame_of(wire::stop_sending_frame{stream_id{4}, 17}) ==
        parsed(R"({"frame_type": "stop_sending", "stream_id": 4, "error": "unknown", "error_code": 17})"));
  CHECK(frame_of(wire::max_data_frame{1000}) == parsed(R"({"frame_type": "max_data", "maximum": 1000})"));
  CHECK(frame_of(wire::max_stream_data_frame{stream_id{8}, 1000}) ==
        parsed(R"({"frame_type": "max_stream_data", "stream_id": 8, "maximum": 1000})"));
  CHECK(frame_of(wire::max_streams_frame{stream_direction::unidirectional, 3}) ==
        parsed(R"({"frame_type": "max_streams", "stream_type": "unidirectional", "maximum": 3})"));
  CHECK(frame_of(wire::data_blocked_frame{5}) == parsed(R"({"frame_type": "data_blocked", "limit": 5})"));
  CHECK(frame_of(wire::stream_data_blocked_frame{stream_id{8}, 5}) ==
        parsed(R"({"frame_type": "stream_data_blocked", "stream_id": 8, "limit": 5})"));
  CHECK(frame_of(wire::streams_blocked_frame{stream_direction::bidirectional, 3}) ==
        parsed(R"({"frame_type": "streams_blocked", "stream_type": "bidirectional", "limit": 3})"));
  CHECK(frame_of(wire::retire_connection_id_frame{2}) ==
        parsed(R"({"frame_type": "retire_connection_id", "sequence_number": 2})"));
  CHECK(frame_of(wire::path_challenge_frame{{1, 2, 3, 4, 5, 6, 7, 255}}) ==
        parsed(R"({"frame_type": "path_challenge", "data": "01020304050607ff"})"));
  CHECK(frame_of(wire::path_response_frame{{0}}) ==
        parsed(R"({"frame_type": "path_response", "data": "0000000000000000"})"));
}

TEST_CASE("frames of extensions are written with their fields", "[qlog]") {
  CHECK(frame_of(wire::datagram_frame{three}) ==
        parsed(R"({"frame_type": "datagram", "raw": {"length": 3, "payload_length": 3}})"));
  CHECK(frame_of(wire::reset_stream_at_frame{stream_id{4}, 7, 9, 8}) ==
        parsed(R"({"frame_type": "reset_stream_at", "stream_id": 4, "error": "unknown", "error_code": 7,
                   "final_size": 9, "reliable_size": 8})"));
  CHECK(frame_of(wire::ack_frequency_frame{1, 10, 5000, 3}) ==
        parsed(R"({"frame_type": "ack_frequency", "sequence_number": 1, "ack_eliciting_threshold": 10,
                   "requested_max_ack_delay": 5000, "reordering_threshold": 3})"));
  CHECK(frame_of(wire::observed_address_frame{2, socket_address::v4(192, 0, 2, 1, 99)}) ==
        parsed(R"({"frame_type": "observed_address", "sequence_number": 2, "ip": "c0000201", "port": 99})"));
  CHECK(frame_of(wire::immediate_ack_frame{}) == parsed(R"({"frame_type": "immediate_ack"})"));
}

TEST_CASE("an acknowledgement lists its ranges and its delay in milliseconds", "[qlog]") {
  interval_set received;
  received.insert({1, 3});
  received.insert({5, 6});
  std::vector<std::uint8_t> room(100);
  byte_writer writer{room};
  ecn_counts const counts{3, 2, 1};
  REQUIRE(wire::write_ack(writer, received, 1000, &counts) == 2);
  json data;
  qlog::describe_frames(data, writer.written(), event::packet_kind::one_rtt, {.ack_delay_exponent = 4});
  CHECK(data["frames"] == parsed(R"([{"frame_type": "ack", "ack_delay": 16.0, "acked_ranges": [[5], [1, 2]],
                                      "ect1": 2, "ect0": 3, "ce": 1}])"));
}

TEST_CASE("secrets that frames carry are not written", "[qlog]") {
  CHECK(frame_of(wire::new_token_frame{three}) == parsed(R"({"frame_type": "new_token",
                   "token": {"type": "resumption", "raw": {"length": 3, "payload_length": 3}}})"));
  auto const frame = frame_of(wire::new_connection_id_frame{2, 1, *connection_id::from(three), {0xaa}});
  CHECK(frame == parsed(R"({"frame_type": "new_connection_id", "sequence_number": 2, "retire_prior_to": 1,
                            "connection_id_length": 3, "connection_id": "010203"})"));
}

TEST_CASE("a close names its error as the draft does", "[qlog]") {
  auto const close = [](bool application, std::uint64_t code) {
    return frame_of(wire::connection_close_frame{application, code, 6, as_bytes("why")});
  };
  CHECK(close(false, 0x0a) == parsed(R"({"frame_type": "connection_close", "error_space": "transport",
                                         "error": "protocol_violation", "reason": "why", "trigger_frame_type": 6})"));
  CHECK(close(false, 0x12f)["error"] == "crypto_error_0x12f");
  CHECK(close(false, 0x1a0)["error"] == "crypto_error_0x1a0");
  CHECK(close(false, 0x11)["error"] == "unknown");
  CHECK(close(false, 0x11)["error_code"] == 0x11);
  CHECK(close(false, 0x7777)["error"] == "unknown");
  CHECK(close(true, 0x0a) == parsed(R"({"frame_type": "connection_close", "error_space": "application",
                                        "error": "unknown", "error_code": 10, "reason": "why"})"));
}

TEST_CASE("a reason that is not text is also written as bytes, and cut", "[qlog]") {
  std::vector<std::uint8_t> const reason(300, 0xff);
  auto const frame = frame_of(wire::connection_close_frame{false, 0, 0, reason});
  CHECK(frame["reason_bytes"].get<std::string>() == qlog::hex(byte_view{reason}.first(256)));
}

TEST_CASE("what is not a frame ends the list with its type", "[qlog][cve_class_unvalidated_trace]") {
  std::vector<std::uint8_t> const payload{0x01, 0x40 | 0x21, 0x55, 0x01};
  json data;
  qlog::describe_frames(data, payload, event::packet_kind::one_rtt, {});
  CHECK(data["frames"] == parsed(R"([{"frame_type": "ping"}, {"frame_type": "unknown", "frame_type_bytes": 8533}])"));
}

TEST_CASE("an acknowledgement that is malformed is logged without the ranges that it claims", "[qlog][rfc9000]") {
  std::vector<std::vector<std::uint8_t>> const malformed{
      {0x02, 0x05, 0x00, 0x00, 0x09},                     // more packets than there can be
      {0x02, 0x05, 0x00, 0x01, 0x01, 0x09, 0x00},         // a gap below 0
      {0x02, 0x05, 0x00, 0x02, 0x01, 0x00, 0x00},         // fewer ranges than it says
      {0x03, 0x05, 0x00, 0x00, 0x05, 0x01, 0x01},         // counts cut short
      {0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};  // cut in its first number
  for (auto const& payload : malformed) {
    json data;
    qlog::describe_frames(data, payload, event::packet_kind::one_rtt, {});
    REQUIRE(data["frames"].size() == 1);
    CHECK_FALSE(data["frames"][0].contains("acked_ranges"));
  }
}

TEST_CASE("a packet without a plaintext has no frames", "[qlog]") {
  json data = json::object();
  qlog::describe_frames(data, {}, event::packet_kind::retry, {});
  CHECK(data == json::object());
}

TEST_CASE("frames beyond the cap are counted and not listed", "[qlog]") {
  wire::ping_frame const ping;
  auto const full = frames_of({.max_frames = 3}, ping, ping, ping);
  CHECK(full["frames"].size() == 3);
  CHECK_FALSE(full.contains("frames_omitted"));
  auto const over = frames_of({.max_frames = 3}, ping, ping, ping, wire::max_data_frame{1}, ping);
  CHECK(over["frames"].size() == 3);
  CHECK(over["frames_omitted"] == 2);
}

TEST_CASE("ranges of one acknowledgement beyond the cap are left out", "[qlog][cve_class_unvalidated_trace]") {
  interval_set received;
  for (std::uint64_t n = 0; n < 20; ++n) received.insert({3 * n, 3 * n + 1});
  std::vector<std::uint8_t> room(200);
  byte_writer writer{room};
  REQUIRE(wire::write_ack(writer, received, 0, nullptr) == 20);
  json data;
  qlog::describe_frames(data, writer.written(), event::packet_kind::one_rtt, {.max_frames = 5});
  CHECK(data["frames"][0]["acked_ranges"].size() == 5);
}
