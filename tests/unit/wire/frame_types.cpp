// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/frame_type.hpp>

#include <catch2/catch_test_macros.hpp>

#include "recorder.hpp"

#include <array>
#include <string_view>

namespace {

using enum quoin::event::packet_kind;

/// RFC 9000 12.4 and 12.5 typed once more, in the letters of the document's own table: the packets of a type, whether
/// it elicits no acknowledgement (N), whether it may probe (P), and a frame of the type.
struct row {
  std::uint64_t type;
  std::string_view packets;
  std::string_view special;
  std::string_view frame;
};

constexpr std::array rows{
    row{0x00, "IH01", "NP", "00"},
    row{0x01, "IH01", "", "01"},
    row{0x02, "IH_1", "N", "02 05 00 00 00"},
    row{0x03, "IH_1", "N", "03 05 00 00 00 01 02 03"},
    row{0x04, "__01", "", "04 04 01 02"},
    row{0x05, "__01", "", "05 04 01"},
    row{0x06, "IH_1", "", "06 00 01 aa"},
    row{0x07, "___1", "", "07 01 aa"},
    row{0x08, "__01", "", "08 04 aa"},
    row{0x09, "__01", "", "09 04 aa"},
    row{0x0a, "__01", "", "0a 04 01 aa"},
    row{0x0b, "__01", "", "0b 04 01 aa"},
    row{0x0c, "__01", "", "0c 04 05 aa"},
    row{0x0d, "__01", "", "0d 04 05 aa"},
    row{0x0e, "__01", "", "0e 04 05 01 aa"},
    row{0x0f, "__01", "", "0f 04 05 01 aa"},
    row{0x10, "__01", "", "10 05"},
    row{0x11, "__01", "", "11 04 05"},
    row{0x12, "__01", "", "12 05"},
    row{0x13, "__01", "", "13 05"},
    row{0x14, "__01", "", "14 05"},
    row{0x15, "__01", "", "15 04 05"},
    row{0x16, "__01", "", "16 05"},
    row{0x17, "__01", "", "17 05"},
    row{0x18, "__01", "P", "18 01 00 01 aa 00112233445566778899aabbccddeeff"},
    row{0x19, "___1", "", "19 01"},
    row{0x1a, "__01", "P", "1a 0011223344556677"},
    row{0x1b, "___1", "P", "1b 0011223344556677"},
    row{0x1c, "IH01", "N", "1c 0a 00 02 6869"},
    row{0x1d, "__01", "N", "1d 0a 02 6869"},
    row{0x1e, "___1", "", "1e"},
};

struct packets_letter {
  quoin::event::packet_kind kind;
  char letter;
};
constexpr std::array numbered{packets_letter{initial, 'I'}, packets_letter{handshake, 'H'},
                              packets_letter{zero_rtt, '0'}, packets_letter{one_rtt, '1'}};

constexpr bool has(std::string_view letters, char letter) {
  return letters.find(letter) != std::string_view::npos;
}

}  // namespace

TEST_CASE("every frame type is accepted in exactly the packets that may carry it",
          "[wire][rfc9000][cve_class_frame_at_the_wrong_level]") {
  REQUIRE(rows.size() == 0x1f);
  for (auto const& row : rows) {
    for (auto const& [kind, letter] : numbered) {
      CAPTURE(row.type, letter);
      auto const allowed = has(row.packets, letter);
      CHECK(quoin::wire::is_allowed(row.type, kind) == allowed);
      auto const error = wire_test::error_of(wire_test::hex(row.frame), kind);
      CHECK(error.code == (allowed ? quoin::error_code::no_error : quoin::error_code::protocol_violation));
      if (!allowed) CHECK(error.frame_type == row.type);
    }
  }
}

TEST_CASE("packets without frames may carry none", "[wire][rfc9000]") {
  for (auto const kind : {retry, version_negotiation, stateless_reset, unknown})
    for (auto const& row : rows) CHECK_FALSE(quoin::wire::is_allowed(row.type, kind));
}

TEST_CASE("what a frame asks of its receiver follows from its type", "[wire][rfc9000]") {
  for (auto const& row : rows) {
    CAPTURE(row.type);
    auto const eliciting = !has(row.special, 'N');
    auto const probing = has(row.special, 'P');
    CHECK(quoin::wire::is_ack_eliciting(row.type) == eliciting);
    CHECK(quoin::wire::is_probing(row.type) == probing);
    wire_test::recorder seen;
    auto const read = quoin::wire::read_frames(wire_test::hex(row.frame), one_rtt, seen);
    REQUIRE(read);
    CHECK(read->ack_eliciting == eliciting);
    CHECK(read->non_probing == !probing);
  }
}

TEST_CASE("one frame that does more than probe makes the packet more than a probe", "[wire][rfc9000]") {
  wire_test::recorder seen;
  auto const mixed = quoin::wire::read_frames(wire_test::hex("1a 0011223344556677 01 0000"), one_rtt, seen);
  REQUIRE(mixed);
  CHECK(mixed->non_probing);
  CHECK(mixed->ack_eliciting);
  CHECK(seen.frames.size() == 3);
}

TEST_CASE("types that RFC 9000 does not define are unknown and allowed nowhere", "[wire][rfc9000]") {
  for (std::uint64_t const type : {std::uint64_t{0x1f}, std::uint64_t{0x20}, std::uint64_t{0x30}, quoin::varint_max}) {
    CHECK_FALSE(quoin::wire::is_known(type));
    CHECK_FALSE(quoin::wire::is_allowed(type, one_rtt));
    CHECK_FALSE(quoin::wire::is_ack_eliciting(type));
    CHECK_FALSE(quoin::wire::is_probing(type));
  }
}
