// SPDX-License-Identifier: BSL-1.0
// Frames that are malformed, cut or of no known type.
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using enum quoin::encryption_level;

namespace {

struct row {
  char const* name;
  bytes payload;
  error_code code;
  std::uint64_t frame_type;
};

void check_rows(std::vector<row> const& rows, std::initializer_list<role> senders = {role::client, role::server}) {
  for (auto const sender : senders)
    for (auto const& r : rows) {
      CAPTURE(name_of_role(sender), r.name);
      scene at(sender);
      at.peer.send(one_rtt, r.payload);
      at.check_closed(r.code, r.frame_type);
    }
}

constexpr auto encoding = error_code::frame_encoding_error;
constexpr auto violation = error_code::protocol_violation;
constexpr std::uint64_t too_many_streams = (std::uint64_t{1} << 60) + 1;

}  // namespace

TEST_CASE("unknown frame types end the connection", "[bad_input][rfc9000][cve_class_unknown_frame]") {
  check_rows({
      {"the first unassigned", bytes{0x20}, encoding, 0x20},
      {"two bytes", numbers({0x4000 - 1}), encoding, 0x3fff},
      {"the largest", number(varint_max, 8), encoding, varint_max},
      {"behind good frames", ping + ping + bytes{0x21}, encoding, 0x21},
  });
}

TEST_CASE("a frame type in more bytes than it needs ends the connection", "[bad_input][rfc9000]") {
  check_rows({
      {"PING in two", number(0x01, 2), violation, 0x01},
      {"PING in eight", number(0x01, 8), violation, 0x01},
      {"PADDING in two", number(0x00, 2), violation, 0x00},
      {"MAX_DATA in four", number(0x10, 4) + number(7), violation, 0x10},
  });
}

TEST_CASE("malformed frames end the connection with their type", "[bad_input][rfc9000][cve_class_ack_underflow]") {
  check_rows({
      {"STREAM longer than its packet", numbers({0x0a, 0, 200}) + text("abc"), encoding, 0x0a},
      {"STREAM beyond 2^62", numbers({0x0e, 0, varint_max, 1}) + text("a"), encoding, 0x0e},
      {"STREAM beyond 2^62 to the packet's end", numbers({0x0c, 0, varint_max}) + text("a"), encoding, 0x0c},
      {"CRYPTO beyond 2^62", numbers({0x06, varint_max, 1}) + text("a"), encoding, 0x06},
      {"CRYPTO longer than its packet", numbers({0x06, 0, 100}) + text("a"), encoding, 0x06},
      {"ACK with a first range below zero", numbers({0x02, 3, 0, 0, 4}), encoding, 0x02},
      {"ACK with a gap below zero", numbers({0x02, 3, 0, 1, 0, 5, 0}), encoding, 0x02},
      {"ACK with a range below zero", numbers({0x02, 3, 0, 1, 0, 0, 2}), encoding, 0x02},
      {"ACK with more ranges than bytes", numbers({0x02, 3, 0, 1000, 0}), encoding, 0x02},
      {"ACK with the largest number of ranges", numbers({0x02, 3, 0, varint_max, 0}), encoding, 0x02},
      {"ACK with ECN cut in its counts", numbers({0x03, 0, 0, 0, 0, 1, 1}), encoding, 0x03},
      {"MAX_STREAMS bidi above 2^60", numbers({0x12, too_many_streams}), encoding, 0x12},
      {"MAX_STREAMS uni above 2^60", numbers({0x13, too_many_streams}), encoding, 0x13},
      {"STREAMS_BLOCKED bidi above 2^60", numbers({0x16, too_many_streams}), encoding, 0x16},
      {"STREAMS_BLOCKED uni above 2^60", numbers({0x17, too_many_streams}), encoding, 0x17},
      {"NEW_CONNECTION_ID without an ID", numbers({0x18, 1, 0, 0}) + repeated(16, 1), encoding, 0x18},
      {"NEW_CONNECTION_ID of 21 bytes", numbers({0x18, 1, 0, 21}) + repeated(37, 1), encoding, 0x18},
      {"NEW_CONNECTION_ID that retires itself", new_id(1, 2, 1, 1), encoding, 0x18},
      {"NEW_CONNECTION_ID cut in its token", numbers({0x18, 1, 0, 8}) + repeated(23, 1), encoding, 0x18},
      {"PATH_CHALLENGE of 7 bytes", bytes{0x1a} + repeated(7), encoding, 0x1a},
      {"PATH_RESPONSE of 7 bytes", bytes{0x1b} + repeated(7), encoding, 0x1b},
      {"CONNECTION_CLOSE with a reason longer than its packet", numbers({0x1c, 0, 0, 50}), encoding, 0x1c},
  });
}

TEST_CASE("malformed NEW_TOKEN frames end the client's connection", "[bad_input][rfc9000]") {
  check_rows(
      {
          {"empty", numbers({0x07, 0}), encoding, 0x07},
          {"longer than its packet", numbers({0x07, 100}) + text("abc"), encoding, 0x07},
      },
      {role::server});
}

TEST_CASE("a frame cut anywhere ends the connection", "[bad_input][rfc9000][cve_class_varint_past_the_end]") {
  for (auto const sender : both_roles) {
    std::vector<bytes> whole{
        numbers({0x02, 0, 0x4000, 0, 0}),
        numbers({0x03, 0, 0x4000, 0, 0, 1, 1, 0x4000}),
        numbers({0x04, 0, 0x4000, 0x4000}),
        numbers({0x05, 0, 0x4000}),
        numbers({0x06, 0x4000, 3}) + text("abc"),
        numbers({0x0e, 0, 0x4000, 3}) + text("abc"),
        numbers({0x10, 0x4000}),
        numbers({0x11, 0, 0x4000}),
        numbers({0x12, 0x4000}),
        numbers({0x13, 0x4000}),
        numbers({0x14, 0x4000}),
        numbers({0x15, 0, 0x4000}),
        numbers({0x16, 0x4000}),
        numbers({0x17, 0x4000}),
        new_id(1, 0, 1, 1),
        numbers({0x19, 0x4000}),
        bytes{0x1a} + repeated(8),
        bytes{0x1b} + repeated(8),
        numbers({0x1c, 0x4000, 0x4000, 3}) + text("abc"),
        numbers({0x1d, 0x4000, 3}) + text("abc"),
    };
    if (sender == role::server) whole.push_back(numbers({0x07, 3}) + text("abc"));
    for (auto const& frame : whole)
      for (std::size_t size = 1; size < frame.size(); ++size) {
        CAPTURE(name_of_role(sender), static_cast<int>(frame[0]), size);
        scene at(sender);
        at.peer.send(one_rtt, {frame.data(), size});
        at.check_closed(encoding, frame[0]);
      }
  }
}

TEST_CASE("frames of the handshake are checked as strictly", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles)
    for (auto const level : {initial, handshake})
      for (auto const& frame : {numbers({0x02, 0, 0x4000, 0, 0}), numbers({0x06, 0x4000, 3}) + text("abc"),
                                numbers({0x1c, 7, 7, 3, 1, 2, 3})})
        for (std::size_t size = 1; size < frame.size(); ++size) {
          CAPTURE(name_of_role(sender), static_cast<int>(level), static_cast<int>(frame[0]), size);
          scene at(sender, level == initial ? stage::start : stage::handshake);
          at.peer.send(level, {frame.data(), size});
          auto const second = sender == role::client ? std::vector{handshake, one_rtt} : std::vector{handshake};
          at.check_closed(encoding, frame[0], level == initial ? std::vector{initial} : second);
        }
}

TEST_CASE("a packet of padding alone is fine and wants no answer", "[bad_input][rfc9000]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender);
    for (int i = 0; i < 100; ++i) at.peer.send(one_rtt, repeated(1000));
    CHECK(at.peer.absorb() == 0);
    CHECK(at.peer.victim->statistics().packets_received == at.received_before + 100);
    at.check_ignored(false);
  }
}
