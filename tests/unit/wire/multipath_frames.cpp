// SPDX-License-Identifier: BSL-1.0
// The frames of draft-ietf-quic-multipath 4: their bytes, and where they may travel.
#include <quoin/wire/frame/multipath.hpp>
#include <quoin/wire/frames.hpp>

#include <catch2/catch_test_macros.hpp>

#include "bytes.hpp"

using namespace quoin::wire;
using quoin::error_code;
using wire_test::bytes;
using wire_test::hex;
using enum quoin::event::packet_kind;

namespace {

struct echo {
  bytes room = bytes(512);
  quoin::byte_writer writer{room};

  template <class Frame>
  quoin::result<> operator()(Frame const& frame) {
    REQUIRE(write(writer, frame));
    return {};
  }
};

quoin::transport_error error_of(bytes const& payload, quoin::event::packet_kind kind = one_rtt) {
  echo seen;
  auto const outcome = read_frames<multipath_frames>(payload, kind, seen);
  return outcome ? quoin::transport_error{error_code::no_error, {}, 0} : outcome.error();
}

struct row {
  char const* frame;
  std::uint64_t type;
};

constexpr row rows[] = {
    {"3e 05 44b0 0a 01 03 02 04", 0x3e},
    {"3f 05 14 00 00 02 01 02 03", 0x3f},
    {"7e75 4105 3e", 0x3e75},
    {"7e76 05 4105", 0x3e76},
    {"7e77 05 01", 0x3e77},
    {"7e78 05 4102 01 04 aabbccdd 00112233445566778899aabbccddeeff", 0x3e78},
    {"7e79 05 4102", 0x3e79},
    {"7e7a bfffffff", 0x3e7a},
    {"7e7b 05", 0x3e7b},
    {"7e7c 05 4102", 0x3e7c},
};

}  // namespace

TEST_CASE("a frame about a path that is read is written as the same bytes", "[wire][multipath]") {
  for (auto const& [frame, type] : rows) {
    CAPTURE(type);
    echo seen;
    auto const read = read_frames<multipath_frames>(hex(frame), one_rtt, seen);
    REQUIRE(read);
    CHECK(wire_test::copy_of(seen.writer.written()) == hex(frame));
    // PATH_ACK is acknowledged no more than ACK is.
    CHECK(read->ack_eliciting == (type != 0x3e && type != 0x3f));
  }
}

TEST_CASE("a frame about a path travels in 1-RTT packets only", "[wire][multipath]") {
  for (auto const& [frame, type] : rows) {
    CAPTURE(type);
    for (auto const kind : {initial, handshake, zero_rtt}) {
      auto const found = error_of(hex(frame), kind);
      CHECK(found.code == error_code::protocol_violation);
      CHECK(found.frame_type == type);
    }
    CHECK_FALSE(is_known(type));
  }
}

TEST_CASE("a frame about a path that is cut short is malformed", "[wire][multipath]") {
  for (auto const& [text, type] : rows) {
    auto const frame = hex(text);
    for (std::size_t size = type > 0x3f ? 2 : 1; size < frame.size(); ++size) {
      CAPTURE(type, size);
      bytes const cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(error_of(cut).code == error_code::frame_encoding_error);
      CHECK(error_of(cut).frame_type == type);
    }
  }
}

TEST_CASE("no path has a number above 2^32-1", "[wire][multipath]") {
  CHECK(error_of(hex("7e7a c0000000ffffffff")).code == error_code::no_error);
  CHECK(error_of(hex("7e7a c000000100000000")).code == error_code::protocol_violation);
}

TEST_CASE("what ACK and NEW_CONNECTION_ID must not say, they must not say of a path either", "[wire][multipath]") {
  CHECK(error_of(hex("3e 05 04 00 00 05")).code == error_code::frame_encoding_error);
  CHECK(error_of(hex("7e78 05 01 02 04 aabbccdd 00112233445566778899aabbccddeeff")).code ==
        error_code::frame_encoding_error);
  CHECK(error_of(hex("7e78 05 02 01 00 00112233445566778899aabbccddeeff")).code == error_code::frame_encoding_error);
}
