// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/frames.hpp>

#include <catch2/catch_test_macros.hpp>

#include "recorder.hpp"

#include <random>

using quoin::error_code;
using wire_test::bytes;
using wire_test::hex;
using enum quoin::event::packet_kind;

TEST_CASE("malformed frames are refused with the right code and name their type", "[wire][rfc9000]") {
  struct {
    char const* what;
    char const* payload;
    error_code code;
    std::uint64_t frame_type;
  } const rows[] = {
      {"a type that nobody defined", "20", error_code::frame_encoding_error, 0x20},
      {"a type of 2^62-1 in eight bytes", "ffffffffffffffff", error_code::frame_encoding_error, quoin::varint_max},
      {"RESET_STREAM_AT, not negotiated", "24 00 00 00 00", error_code::frame_encoding_error, 0x24},
      {"DATAGRAM, not negotiated", "30 00", error_code::frame_encoding_error, 0x30},
      {"ACK_FREQUENCY, not negotiated", "40af 00 00 00 00", error_code::frame_encoding_error, 0xaf},
      {"PING spelled in two bytes", "4001", error_code::protocol_violation, 0x01},
      {"PING spelled in four bytes", "80000001", error_code::protocol_violation, 0x01},
      {"PING spelled in eight bytes", "c000000000000001", error_code::protocol_violation, 0x01},
      {"PADDING spelled in two bytes", "4000", error_code::protocol_violation, 0x00},
      {"a type that is cut short", "40", error_code::frame_encoding_error, 0x00},
      {"STREAM longer than its packet", "0a 00 05 aabb", error_code::frame_encoding_error, 0x0a},
      {"STREAM of 2^62-1 bytes", "0a 00 ffffffffffffffff aa", error_code::frame_encoding_error, 0x0a},
      {"STREAM data beyond 2^62-1", "0e 00 ffffffffffffffff 01 aa", error_code::frame_encoding_error, 0x0e},
      {"the same without a length", "0c 00 ffffffffffffffff aa", error_code::frame_encoding_error, 0x0c},
      {"STREAM that ends at 2^62-1", "0e 00 fffffffffffffffe 01 aa", error_code::no_error, 0},
      {"CRYPTO longer than its packet", "06 00 05 aabb", error_code::frame_encoding_error, 0x06},
      {"CRYPTO data beyond 2^62-1", "06 ffffffffffffffff 01 aa", error_code::frame_encoding_error, 0x06},
      {"CRYPTO that ends at 2^62-1", "06 fffffffffffffffe 01 aa", error_code::no_error, 0},
      {"MAX_STREAMS of 2^60, bidirectional", "12 d000000000000000", error_code::no_error, 0},
      {"MAX_STREAMS above 2^60, bidirectional", "12 d000000000000001", error_code::frame_encoding_error, 0x12},
      {"MAX_STREAMS above 2^60, unidirectional", "13 d000000000000001", error_code::frame_encoding_error, 0x13},
      {"STREAMS_BLOCKED of 2^60, unidirectional", "17 d000000000000000", error_code::no_error, 0},
      {"STREAMS_BLOCKED above 2^60, bidirectional", "16 d000000000000001", error_code::frame_encoding_error, 0x16},
      {"STREAMS_BLOCKED above 2^60, unidirectional", "17 d000000000000001", error_code::frame_encoding_error, 0x17},
      {"NEW_CONNECTION_ID of no bytes", "18 01 00 00 00112233445566778899aabbccddeeff",
       error_code::frame_encoding_error, 0x18},
      {"NEW_CONNECTION_ID of 20 bytes",
       "18 01 00 14 0011223344556677889900112233445566778899 00112233445566778899aabbccddeeff", error_code::no_error,
       0},
      {"NEW_CONNECTION_ID of 21 bytes",
       "18 01 00 15 001122334455667788990011223344556677889900 00112233445566778899aabbccddeeff",
       error_code::frame_encoding_error, 0x18},
      {"NEW_CONNECTION_ID that retires itself", "18 01 02 01 aa 00112233445566778899aabbccddeeff",
       error_code::frame_encoding_error, 0x18},
      {"NEW_CONNECTION_ID cut in its token", "18 01 00 01 aa 00112233445566778899aabbccddee",
       error_code::frame_encoding_error, 0x18},
      {"PATH_CHALLENGE of seven bytes", "1a 00112233445566", error_code::frame_encoding_error, 0x1a},
      {"PATH_RESPONSE of seven bytes", "1b 00112233445566", error_code::frame_encoding_error, 0x1b},
      {"NEW_TOKEN without a token", "07 00", error_code::frame_encoding_error, 0x07},
      {"NEW_TOKEN longer than its packet", "07 05 aabb", error_code::frame_encoding_error, 0x07},
      {"ACK cut in its ECN counts", "03 05 00 00 00 01 02", error_code::frame_encoding_error, 0x03},
      {"CONNECTION_CLOSE with a reason longer than its packet", "1c 00 00 05 aa", error_code::frame_encoding_error,
       0x1c},
      {"CONNECTION_CLOSE by an application, cut", "1d 00 05 aa", error_code::frame_encoding_error, 0x1d},
  };
  for (auto const& row : rows) {
    CAPTURE(row.what);
    auto const error = wire_test::error_of(hex(row.payload));
    CHECK(error.code == row.code);
    CHECK(error.frame_type == row.frame_type);
    CHECK(error.reason.empty() == (row.code == error_code::no_error));
  }
}

TEST_CASE("a packet without frames is refused in every kind of packet", "[wire][rfc9000]") {
  for (auto const kind : {initial, handshake, zero_rtt, one_rtt})
    CHECK(wire_test::error_of({}, kind).code == error_code::protocol_violation);
}

TEST_CASE("an unknown frame is an encoding error in every kind of packet", "[wire][rfc9000]") {
  for (auto const kind : {initial, handshake, zero_rtt, one_rtt})
    CHECK(wire_test::error_of(hex("20"), kind).code == error_code::frame_encoding_error);
}

TEST_CASE("every frame cut at any byte is refused and not handed over",
          "[wire][rfc9000][cve_class_varint_past_the_end]") {
  // types that say where they end; STREAM without a length cannot be cut in its data
  for (auto const* whole : {"02 4101 4102 02 05 01 02 4003 04",
                            "03 4101 4102 01 05 01 02 01 4002 80000003",
                            "04 4104 4101 4102",
                            "05 4104 4101",
                            "06 4104 03 aabbcc",
                            "07 03 aabbcc",
                            "0a 4104 03 aabbcc",
                            "0f 4104 4105 03 aabbcc",
                            "10 4105",
                            "11 4104 4105",
                            "12 4105",
                            "13 4105",
                            "14 4105",
                            "15 4104 4105",
                            "16 4105",
                            "17 4105",
                            "18 4101 01 02 aabb 00112233445566778899aabbccddeeff",
                            "19 4101",
                            "1a 0011223344556677",
                            "1b 0011223344556677",
                            "1c 4101 4102 03 616263",
                            "1d 4101 03 616263"}) {
    auto const frame = hex(whole);
    REQUIRE(wire_test::error_of(frame).code == error_code::no_error);
    for (std::size_t size = 1; size < frame.size(); ++size) {
      CAPTURE(whole, size);
      // an exact copy, so that a sanitizer sees any read past its end
      bytes const cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
      wire_test::recorder seen;
      auto const outcome = quoin::wire::read_frames(cut, one_rtt, seen);
      REQUIRE_FALSE(outcome);
      CHECK(outcome.error().code == error_code::frame_encoding_error);
      CHECK(outcome.error().frame_type == frame[0]);
      CHECK(seen.frames.empty());
    }
  }
}

TEST_CASE("frames before a malformed one are handed over, none after it", "[wire][rfc9000]") {
  wire_test::recorder seen;
  CHECK_FALSE(quoin::wire::read_frames(hex("01 10 05 20 01"), one_rtt, seen));
  CHECK(seen.frames.size() == 2);
}

TEST_CASE("random bytes are read or refused, and what was read can be written", "[wire][cve_class_stalled_parser]") {
  std::mt19937_64 random{11};
  int read = 0;
  for (int round = 0; round < 20'000; ++round) {
    bytes payload(1 + random() % 24);
    for (auto& byte : payload) byte = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() % 0x20);
    wire_test::recorder seen;
    if (!quoin::wire::read_frames(payload, one_rtt, seen)) continue;
    ++read;
    for (auto const& frame : seen.frames) CHECK_FALSE(wire_test::encoded(frame).empty());
  }
  CHECK(read > 100);
}
