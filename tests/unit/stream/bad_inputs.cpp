// SPDX-License-Identifier: BSL-1.0
#include "harness.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace stream_test;
namespace wire = quoin::wire;

namespace {

constexpr std::uint64_t largest_id = quoin::varint_max;  // the low bits are replaced

void refused(quoin::result<> const& outcome, error_code code, std::uint64_t frame_type) {
  REQUIRE_FALSE(outcome);
  CHECK(name_of(outcome.error().code) == name_of(code));
  CHECK(outcome.error().frame_type == frame_type);
  CHECK_FALSE(outcome.error().reason.empty());
}

}  // namespace

TEST_CASE("a frame for a stream of ours that was not opened is a stream state error", "[stream][rfc9000]") {
  subject server{small(role::server)};
  refused(server.data(server_bidi(0), 0, 1), error_code::stream_state_error, 0x0a);
  refused(server.receive(wire::reset_stream_frame{server_bidi(0), 1, 0}), error_code::stream_state_error, 0x04);
  refused(server.receive(wire::stop_sending_frame{server_bidi(25), 1}), error_code::stream_state_error, 0x05);
  refused(server.receive(wire::stop_sending_frame{server_uni(0), 1}), error_code::stream_state_error, 0x05);
  refused(server.receive(wire::max_stream_data_frame{server_bidi(25), 9}), error_code::stream_state_error, 0x11);
  refused(server.receive(wire::stream_data_blocked_frame{server_bidi(0), 9}), error_code::stream_state_error, 0x15);
  CHECK(server.streams.open_count() == 0);
}

TEST_CASE("a frame that only a sender sends is refused on a stream that only we send on", "[stream][rfc9000]") {
  subject server{small(role::server)};
  REQUIRE(server.streams.open(uni));
  refused(server.data(server_uni(0), 0, 1), error_code::stream_state_error, 0x0a);
  refused(server.receive(wire::reset_stream_frame{server_uni(0), 1, 0}), error_code::stream_state_error, 0x04);
  refused(server.receive(wire::stream_data_blocked_frame{server_uni(0), 9}), error_code::stream_state_error, 0x15);
}

TEST_CASE("a frame that only a receiver sends is refused on a stream that we only receive on", "[stream][rfc9000]") {
  subject server{small(role::server)};
  refused(server.receive(wire::stop_sending_frame{client_uni(0), 1}), error_code::stream_state_error, 0x05);
  refused(server.receive(wire::max_stream_data_frame{client_uni(0), 9}), error_code::stream_state_error, 0x11);
}

TEST_CASE("a stream beyond the limit is a stream limit error whatever frame names it", "[stream][rfc9000]") {
  subject server{small(role::server)};
  refused(server.data(client_bidi(4), 0, 1), error_code::stream_limit_error, 0x0a);
  refused(server.data(client_uni(3), 0, 1), error_code::stream_limit_error, 0x0a);
  refused(server.receive(wire::reset_stream_frame{client_bidi(4), 1, 0}), error_code::stream_limit_error, 0x04);
  refused(server.receive(wire::stop_sending_frame{client_bidi(4), 1}), error_code::stream_limit_error, 0x05);
  refused(server.receive(wire::max_stream_data_frame{client_bidi(4), 9}), error_code::stream_limit_error, 0x11);
  refused(server.receive(wire::stream_data_blocked_frame{client_uni(3), 9}), error_code::stream_limit_error, 0x15);
  CHECK(server.streams.open_count() == 0);
  CHECK(server.data(client_bidi(3), 0, 1));
  CHECK(server.data(client_uni(2), 0, 1));
  CHECK(server.streams.open_count() == 7);
}

TEST_CASE("the largest stream numbers of all four kinds are refused by kind", "[stream][rfc9000]") {
  subject server{small(role::server)};
  refused(server.data(stream_id{largest_id - 3}, 0, 1), error_code::stream_limit_error, 0x0a);
  refused(server.data(stream_id{largest_id - 2}, 0, 1), error_code::stream_state_error, 0x0a);
  refused(server.data(stream_id{largest_id - 1}, 0, 1), error_code::stream_limit_error, 0x0a);
  refused(server.data(stream_id{largest_id}, 0, 1), error_code::stream_state_error, 0x0a);
}

TEST_CASE("no stream may be opened and no byte sent that remembered limits of nothing forbid", "[stream][rfc9000]") {
  auto settings = small(role::server);
  settings.bidi_streams = 0;
  settings.stream_window = settings.max_stream_window = 0;
  subject server{settings};
  refused(server.data(client_bidi(0), 0, 1), error_code::stream_limit_error, 0x0a);
  refused(server.data(client_uni(0), 0, 1), error_code::flow_control_error, 0x0a);
}

TEST_CASE("data beyond the final size is a final size error", "[stream][rfc9000]") {
  subject server{small(role::server)};
  REQUIRE(server.data(client_bidi(0), 5, 5, true));
  refused(server.data(client_bidi(0), 10, 1), error_code::final_size_error, 0x0e);
  refused(server.data(client_bidi(0), 900, 200), error_code::final_size_error, 0x0e);
  CHECK(server.data(client_bidi(0), 0, 10));
}

TEST_CASE("an end before data already received is a final size error", "[stream][rfc9000]") {
  subject server{small(role::server)};
  REQUIRE(server.data(client_bidi(0), 0, 10));
  refused(server.data(client_bidi(0), 0, 9, true), error_code::final_size_error, 0x0b);
  refused(server.receive(wire::reset_stream_frame{client_bidi(0), 1, 9}), error_code::final_size_error, 0x04);
  CHECK(server.data(client_bidi(0), 10, 0, true));
}

TEST_CASE("a second end somewhere else is a final size error", "[stream][rfc9000]") {
  subject server{small(role::server)};
  REQUIRE(server.data(client_bidi(0), 10, 0, true));
  refused(server.data(client_bidi(0), 11, 0, true), error_code::final_size_error, 0x0f);
  refused(server.data(client_bidi(0), 0, 9, true), error_code::final_size_error, 0x0b);
  CHECK(server.data(client_bidi(0), 8, 2, true));
}

TEST_CASE("a reset that disagrees with the end, or with another reset, is a final size error", "[stream][rfc9000]") {
  subject server{small(role::server)};
  REQUIRE(server.data(client_bidi(0), 10, 0, true));
  refused(server.receive(wire::reset_stream_frame{client_bidi(0), 1, 11}), error_code::final_size_error, 0x04);
  refused(server.receive(wire::reset_stream_frame{client_bidi(0), 1, 9}), error_code::final_size_error, 0x04);
  REQUIRE(server.receive(wire::reset_stream_frame{client_bidi(1), 1, 20}));
  refused(server.receive(wire::reset_stream_frame{client_bidi(1), 1, 21}), error_code::final_size_error, 0x04);
  CHECK(server.receive(wire::reset_stream_frame{client_bidi(1), 7, 20}));
}

TEST_CASE("final sizes are checked after everything was read, as long as the stream is open", "[stream][rfc9000]") {
  subject server{small(role::server)};
  eager_sink sink;
  std::array<std::uint8_t, 4> const bytes{1, 2, 3, 4};
  REQUIRE(server.streams.on_stream({client_bidi(0), 0, bytes, true}, {}, {}, sink));
  CHECK(sink.ended);
  CHECK(server.data(client_bidi(0), 0, 4, true));
  refused(server.data(client_bidi(0), 4, 1), error_code::final_size_error, 0x0e);
}

TEST_CASE("late frames for a stream that is gone are ignored and never open it again", "[stream][rfc9000]") {
  subject server{small(role::server)};
  eager_sink sink;
  std::array<std::uint8_t, 1> const byte{1};
  REQUIRE(server.streams.on_stream({client_uni(0), 0, byte, true}, {}, {}, sink));
  CHECK(server.streams.open_count() == 0);
  (void)server.events();
  CHECK(server.data(client_uni(0), 500, 100));
  CHECK(server.receive(wire::reset_stream_frame{client_uni(0), 1, 700}));
  CHECK(server.receive(wire::stream_data_blocked_frame{client_uni(0), 1}));
  CHECK(server.streams.open_count() == 0);
  CHECK(server.streams.held_bytes() == 0);
  CHECK(server.events().empty());
}

TEST_CASE("one byte over the stream's limit is a flow control error", "[stream][rfc9000]") {
  subject server{small(role::server)};
  CHECK(server.data(client_bidi(0), 0, 1'000));
  refused(server.data(client_bidi(0), 1'000, 1), error_code::flow_control_error, 0x0e);
  refused(server.data(client_bidi(1), 1'000, 1), error_code::flow_control_error, 0x0e);
  refused(server.data(client_bidi(2), quoin::varint_max - 1, 1), error_code::flow_control_error, 0x0e);
  // No bytes and no end: nothing is used by it up to the limit, and an end beyond it is too much.
  CHECK(server.data(client_bidi(1), 1'000, 0));
  refused(server.data(client_bidi(3), 1'001, 0, true), error_code::flow_control_error, 0x0f);
}

TEST_CASE("one byte over the connection's limit is a flow control error", "[stream][rfc9000]") {
  subject server{small(role::server)};
  CHECK(server.data(client_bidi(0), 999, 1));
  CHECK(server.data(client_bidi(1), 999, 1));
  refused(server.data(client_bidi(2), 0, 1), error_code::flow_control_error, 0x0a);
  CHECK(server.data(client_bidi(0), 0, 999));
  CHECK(server.data(client_bidi(2), 0, 0));
}

TEST_CASE("a reset's final size counts like data", "[stream][rfc9000][cve_class_reset_final_size]") {
  subject server{small(role::server)};
  refused(server.receive(wire::reset_stream_frame{client_bidi(0), 1, 1'001}), error_code::flow_control_error, 0x04);
  REQUIRE(server.data(client_bidi(0), 0, 600));
  REQUIRE(server.data(client_bidi(1), 0, 900));
  refused(server.receive(wire::reset_stream_frame{client_bidi(2), 1, 501}), error_code::flow_control_error, 0x04);
  refused(server.receive(wire::reset_stream_frame{client_bidi(2), 1, quoin::varint_max}),
          error_code::flow_control_error, 0x04);
  CHECK(server.receive(wire::reset_stream_frame{client_bidi(2), 1, 500}));
}

TEST_CASE("a stream count that could not be numbered is a frame encoding error", "[stream][rfc9000]") {
  subject server{small(role::server)};
  auto const beyond = quoin::stream_count_max + 1;
  refused(server.receive(wire::max_streams_frame{bidi, beyond}), error_code::frame_encoding_error, 0x12);
  refused(server.receive(wire::max_streams_frame{uni, beyond}), error_code::frame_encoding_error, 0x13);
  refused(server.receive(wire::streams_blocked_frame{bidi, beyond}), error_code::frame_encoding_error, 0x16);
  refused(server.receive(wire::streams_blocked_frame{uni, beyond}), error_code::frame_encoding_error, 0x17);
  CHECK(server.receive(wire::max_streams_frame{bidi, quoin::stream_count_max}));
}

TEST_CASE("limits lower than before are ignored", "[stream][rfc9000]") {
  subject server{small(role::server)};
  auto const id = server.streams.open(bidi);
  REQUIRE(id);
  CHECK(server.receive(wire::max_data_frame{1}));
  CHECK(server.receive(wire::max_stream_data_frame{*id, 1}));
  CHECK(server.receive(wire::max_streams_frame{bidi, 1}));
  std::vector<std::uint8_t> const bytes(1'000);
  REQUIRE(server.streams.write(*id, bytes).value() == 1'000);
  CHECK(server.stream_frames().frames.front().length == 1'000);
  CHECK(server.streams.open(bidi));
}

TEST_CASE("fragments up to the cap of gaps are kept and one more is a protocol violation", "[stream][rfc9000]") {
  auto settings = small(role::server);
  settings.stream_window = settings.connection_window = 10'000;
  subject server{settings};
  for (std::uint64_t i = 1; i <= quoin::limits::stream_gaps; ++i) REQUIRE(server.data(client_bidi(0), 2 * i, 1));
  CHECK(server.streams.held_bytes() == quoin::limits::stream_gaps);
  refused(server.data(client_bidi(0), 5'000, 1), error_code::protocol_violation, 0x0e);
}

TEST_CASE("one byte at the last permitted offset of every stream costs a byte each", "[stream][rfc9000]") {
  auto settings = small(role::server);
  settings.connection_window = 1 << 20;
  subject server{settings};
  for (std::uint64_t i = 0; i < 4; ++i) REQUIRE(server.data(client_bidi(i), 999, 1));
  CHECK(server.streams.held_bytes() == 4);
  CHECK_FALSE(server.streams.has_control());
}

TEST_CASE("an empty frame on each new stream is valid", "[stream][rfc9000]") {
  subject server{small(role::server)};
  for (std::uint64_t i = 0; i < 4; ++i) CHECK(server.data(client_bidi(i), 0, 0));
  CHECK(server.streams.open_count() == 4);
  CHECK(server.streams.held_bytes() == 0);
}

TEST_CASE("data after a reset is ignored but its size is checked", "[stream][rfc9000]") {
  subject server{small(role::server)};
  REQUIRE(server.receive(wire::reset_stream_frame{client_bidi(0), 9, 100}));
  CHECK(server.data(client_bidi(0), 0, 100));
  CHECK(server.data(client_bidi(0), 50, 50, true));
  CHECK(server.streams.held_bytes() == 0);
  refused(server.data(client_bidi(0), 100, 1), error_code::final_size_error, 0x0e);
}

TEST_CASE("a flood of blocked frames owes nothing", "[stream][rfc9000][cve_class_blocked_spin]") {
  subject server{small(role::server)};
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    REQUIRE(server.receive(wire::stream_data_blocked_frame{client_bidi(i % 4), i}));
    REQUIRE(server.receive(wire::data_blocked_frame{i}));
    REQUIRE(server.receive(wire::streams_blocked_frame{bidi, i}));
  }
  CHECK_FALSE(server.streams.has_control());
  CHECK_FALSE(server.streams.has_data());
  CHECK(server.events().size() == 4);
}
