// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/frames.hpp>

#include <catch2/catch_test_macros.hpp>

#include "recorder.hpp"

using namespace quoin::wire;
using wire_test::bytes;
using wire_test::copy_of;
using wire_test::hex;
using enum quoin::event::packet_kind;

namespace {

/// One frame of each kind, with fields of every length of integer.
std::vector<wire_test::any_frame> one_of_each(bytes const& data) {
  auto const id = *quoin::connection_id::from(quoin::byte_view{data}.first(20));
  std::array<std::uint8_t, 8> const nonce{1, 2, 3, 4, 5, 6, 7, 8};
  auto const stream = quoin::stream_id{0x4000'0001};
  return {
      padding_frame{5},
      ping_frame{},
      ack_frame{1'000'000, 70, 999'990, {}, 0, false, {}},
      ack_frame{100, 0, 100, {}, 0, true, {1, 20'000, quoin::varint_max}},
      reset_stream_frame{stream, 64, quoin::varint_max},
      stop_sending_frame{stream, 0x1234},
      crypto_frame{16'384, data},
      new_token_frame{data},
      stream_frame{stream, 0, data, false},
      stream_frame{stream, 1'073'741'824, data, true},
      stream_frame{stream, 7, {}, true},
      max_data_frame{quoin::varint_max},
      max_stream_data_frame{stream, 63},
      max_streams_frame{quoin::stream_direction::bidirectional, quoin::stream_count_max},
      max_streams_frame{quoin::stream_direction::unidirectional, 1},
      data_blocked_frame{64},
      stream_data_blocked_frame{stream, 16'383},
      streams_blocked_frame{quoin::stream_direction::bidirectional, 5},
      streams_blocked_frame{quoin::stream_direction::unidirectional, quoin::stream_count_max},
      new_connection_id_frame{9, 9, id, {1, 2, 3}},
      retire_connection_id_frame{3},
      path_challenge_frame{nonce},
      path_response_frame{nonce},
      connection_close_frame{false, 0x0a, 0x06, data},
      connection_close_frame{true, 0x1'0000, 0, data},
      handshake_done_frame{},
  };
}

struct refusing_handler {
  quoin::transport_error error;
  int calls = 0;

  quoin::result<> operator()(ping_frame const&) {
    ++calls;
    return quoin::unexpected{error};
  }
  template <class Frame>
  quoin::result<> operator()(Frame const&) {
    ++calls;
    return {};
  }
};

constexpr bool stream_frame_survives_at_compile_time() {
  std::array<std::uint8_t, 32> room{};
  std::array<std::uint8_t, 3> const data{1, 2, 3};
  quoin::byte_writer writer{room};
  write(writer, stream_frame{quoin::stream_id{4}, 5, data, true});
  bool same = false;
  auto const handler = [&same](auto const& frame) -> quoin::result<> {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(frame)>, stream_frame>)
      same = frame.id == quoin::stream_id{4} && frame.offset == 5 && frame.fin && frame.data.size() == 3;
    return {};
  };
  return read_frames(writer.written(), one_rtt, handler).has_value() && same;
}
static_assert(stream_frame_survives_at_compile_time());

}  // namespace

TEST_CASE("every frame survives the way out and in, and in again", "[wire][rfc9000]") {
  bytes const data(100, 0xab);
  for (auto const& frame : one_of_each(data)) {
    auto const first = wire_test::encoded(frame);
    CAPTURE(first);
    REQUIRE_FALSE(first.empty());
    wire_test::recorder seen;
    REQUIRE(read_frames(first, one_rtt, seen));
    REQUIRE(seen.frames.size() == 1);
    CHECK(seen.frames[0].index() == frame.index());
    CHECK(wire_test::encoded(seen.frames[0]) == first);
  }
}

TEST_CASE("a frame that does not fit is not written, not even in part", "[wire]") {
  bytes const data(100, 0xab);
  for (auto const& frame : one_of_each(data)) {
    auto const whole = wire_test::encoded(frame);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      bytes room(size);
      quoin::byte_writer writer{room};
      auto const written = std::visit([&](auto const& f) { return write(writer, f); }, frame);
      CHECK(written == (size == whole.size()));
      CHECK(writer.size() == (written ? size : 0));
      CHECK(writer.ok());
    }
  }
}

TEST_CASE("a value that no integer of the wire can carry is not written", "[wire][rfc9000]") {
  bytes room(64);
  quoin::byte_writer writer{room};
  CHECK_FALSE(write(writer, max_data_frame{quoin::varint_max + 1}));
  CHECK(writer.size() == 0);
  CHECK(writer.ok());
}

TEST_CASE("fields arrive as they were sent", "[wire][rfc9000]") {
  auto const stream = wire_test::only<stream_frame>(hex("0f 05 4064 02 aabb"));
  CHECK(stream.id == quoin::stream_id{5});
  CHECK(stream.offset == 100);
  CHECK(copy_of(stream.data) == hex("aabb"));
  CHECK(stream.fin);
  auto const reset = wire_test::only<reset_stream_frame>(hex("04 08 4101 0a"));
  CHECK(reset.id == quoin::stream_id{8});
  CHECK(reset.code == 0x101);
  CHECK(reset.final_size == 10);
  auto const id = wire_test::only<new_connection_id_frame>(hex("18 07 03 02 c1c2 00112233445566778899aabbccddeeff"));
  CHECK(id.sequence == 7);
  CHECK(id.retire_prior_to == 3);
  CHECK(copy_of(id.id.view()) == hex("c1c2"));
  CHECK(copy_of(id.token) == hex("00112233445566778899aabbccddeeff"));
  auto const close = wire_test::only<connection_close_frame>(hex("1c 0a 06 03 001bff"));
  CHECK_FALSE(close.application);
  CHECK(close.code == 0x0a);
  CHECK(close.frame_type == 0x06);
  CHECK(copy_of(close.reason) == hex("001bff"));
  auto const done = wire_test::only<connection_close_frame>(hex("1d 05 01 61"));
  CHECK(done.application);
  CHECK(done.frame_type == 0);
  CHECK(wire_test::only<max_streams_frame>(hex("13 05")).direction == quoin::stream_direction::unidirectional);
  CHECK(wire_test::only<streams_blocked_frame>(hex("16 05")).direction == quoin::stream_direction::bidirectional);
}

TEST_CASE("stream data without a length reach to the end of the packet", "[wire][rfc9000]") {
  auto const frame = wire_test::only<stream_frame>(hex("0c 04 05 010203"));
  CHECK(frame.offset == 5);
  CHECK_FALSE(frame.fin);
  CHECK(copy_of(frame.data) == hex("010203"));
  auto const empty = wire_test::only<stream_frame>(hex("09 04"));
  CHECK(empty.data.empty());
  CHECK(empty.fin);
}

TEST_CASE("the overhead of data frames is what their headers take", "[wire]") {
  for (std::uint64_t const id : {0ULL, 64ULL, 20'000ULL}) {
    for (std::uint64_t const offset : {0ULL, 63ULL, 64ULL, 1ULL << 30}) {
      for (std::uint64_t const length : {0ULL, 63ULL, 64ULL, 1400ULL}) {
        bytes room(64);
        for (bool const has_length : {false, true}) {
          quoin::byte_writer writer{room};
          REQUIRE(write_stream_header(writer, quoin::stream_id{id}, offset, length, false, has_length));
          CHECK(writer.size() == stream_frame_overhead(quoin::stream_id{id}, offset, length, has_length));
        }
        quoin::byte_writer writer{room};
        REQUIRE(write_crypto_header(writer, offset, length));
        CHECK(writer.size() == crypto_frame_overhead(offset, length));
      }
    }
  }
}

TEST_CASE("a run of padding is handled once, wherever it stands", "[wire][rfc9000]") {
  bytes payload(1000, 0);
  payload[500] = 0x01;
  wire_test::recorder seen;
  REQUIRE(read_frames(payload, initial, seen));
  REQUIRE(seen.frames.size() == 3);
  CHECK(std::get<padding_frame>(seen.frames[0]).size == 500);
  CHECK(std::get<padding_frame>(seen.frames[2]).size == 499);
}

TEST_CASE("a packet of only padding is fine and asks for nothing", "[wire][rfc9000]") {
  wire_test::recorder seen;
  auto const read = read_frames(bytes(20, 0), one_rtt, seen);
  REQUIRE(read);
  CHECK_FALSE(read->ack_eliciting);
  CHECK_FALSE(read->non_probing);
}

TEST_CASE("the handler's error ends the packet and is given the frame's type when it names none", "[wire]") {
  refusing_handler quiet{{quoin::error_code::flow_control_error, "because", 0}};
  auto const outcome = read_frames(hex("1e 01 1e"), one_rtt, quiet);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error() == quoin::transport_error{quoin::error_code::flow_control_error, "because", 0x01});
  CHECK(quiet.calls == 2);
  refusing_handler precise{{quoin::error_code::flow_control_error, "because", 0x08}};
  CHECK(read_frames(hex("01"), one_rtt, precise).error().frame_type == 0x08);
}

TEST_CASE("the payload of RFC 9001's sample server Initial is an ACK and a ServerHello", "[wire][rfc9001]") {
  auto const payload =
      hex("02000000000600405a020000560303ee fce7f7b37ba1d1632e96677825ddf739 88cfc79825df566dc5430b9a045a1200"
          "130100002e00330024001d00209d3c94 0d89690b84d08a60993c144eca684d10 81287c834d5311bcf32bb9da1a002b00 020304");
  wire_test::recorder seen;
  auto const read = read_frames(payload, initial, seen);
  REQUIRE(read);
  CHECK(read->ack_eliciting);
  REQUIRE(seen.frames.size() == 2);
  auto const& ack = std::get<ack_frame>(seen.frames[0]);
  CHECK(ack.largest == 0);
  CHECK(ack.first_smallest == 0);
  auto const& crypto = std::get<crypto_frame>(seen.frames[1]);
  CHECK(crypto.offset == 0);
  CHECK(crypto.data.size() == 90);
  CHECK(crypto.data[0] == 2);
}
