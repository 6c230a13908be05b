// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/packet/retry.hpp>
#include <quoin/wire/packet/version_negotiation.hpp>

#include <catch2/catch_test_macros.hpp>

#include "bytes.hpp"

#include <random>

using namespace quoin::wire;
using wire_test::bytes;
using wire_test::hex;
using wire_test::joined;

TEST_CASE("long headers that must be dropped are", "[wire][rfc9000]") {
  struct {
    char const* what;
    char const* datagram;
    bool read;
  } const rows[] = {
      {"an Initial with an ID of 20 bytes on either side",
       "c0 00000001 14 0011223344556677889900112233445566778899 14 0011223344556677889900112233445566778899 00 02 aabb",
       true},
      {"a destination of 21 bytes", "c0 00000001 15 001122334455667788990011223344556677889900 00 00 02 aabb", false},
      {"a source of 21 bytes", "c0 00000001 00 15 001122334455667788990011223344556677889900 00 02 aabb", false},
      {"an empty datagram", "", false},
      {"a short header", "40", false},
      {"cut after the version", "c0 00000001", false},
      {"cut in the version", "c0 000000", false},
      {"a destination longer than the packet", "c0 00000001 08 0011", false},
      {"a source longer than the packet", "c0 00000001 00 08 0011", false},
      {"no token length", "c0 00000001 00 00", false},
      {"a token longer than the datagram", "c0 00000001 00 00 05 aabb", false},
      {"a token of 2^62-1 bytes", "c0 00000001 00 00 ffffffffffffffff aabb", false},
      {"no length", "c0 00000001 00 00 00", false},
      {"a length beyond the datagram", "c0 00000001 00 00 00 03 aabb", false},
      {"a length of 2^62-1", "c0 00000001 00 00 00 ffffffffffffffff aabb", false},
      {"a length to the datagram's last byte", "c0 00000001 00 00 00 02 aabb", true},
      {"another packet behind", "c0 00000001 00 00 00 02 aabb c0", true},
      {"the fixed bit clear", "80 00000001 00 00 00 02 aabb", false},
      {"a version that we do not speak", "c0 00000002 00 00 00 02 aabb", false},
      {"a reserved version", "c0 1a2a3a4a 00 00 00 02 aabb", false},
      {"version negotiation", "c0 00000000 00 00 00000001", false},
      {"a Retry", "f0 00000001 00 00 00 02 aabb", false},
      {"a Handshake packet, which has no token", "e0 00000001 00 00 02 aabb", true},
  };
  for (auto const& row : rows) {
    CAPTURE(row.what);
    CHECK(read_long_header(hex(row.datagram)).has_value() == row.read);
  }
}

TEST_CASE("the fixed bit may be clear once we have said so", "[wire][rfc9287]") {
  auto const datagram = hex("80 00000001 00 00 00 02 aabb");
  CHECK_FALSE(read_long_header(datagram));
  auto const read = read_long_header(datagram, fixed_bit_rule::may_be_anything);
  REQUIRE(read);
  CHECK(read->kind == quoin::event::packet_kind::initial);
  auto const retry = joined(hex("b0 00000001 00 00 aa"), bytes(16));
  CHECK_FALSE(read_retry(retry));
  CHECK(read_retry(retry, fixed_bit_rule::may_be_anything));
}

TEST_CASE("a packet too short to be opened still says where the next one starts", "[wire][rfc9000]") {
  auto const read = read_long_header(hex("e0 00000001 00 00 00 e0 00000001 00 00 00"));
  REQUIRE(read);
  CHECK(read->packet_size == 8);
  CHECK(read->packet_number_offset == 8);
}

TEST_CASE("a long header cut at any byte is dropped", "[wire][rfc9000]") {
  auto const whole = hex("c3 00000001 04 00112233 03 aabbcc 02 7071 4005 0000000100");
  REQUIRE(read_long_header(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    bytes const cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    CAPTURE(size);
    CHECK_FALSE(read_long_header(cut));
  }
}

TEST_CASE("invariant headers cut short are dropped", "[wire][rfc8999]") {
  CHECK_FALSE(read_invariant_header({}, 0));
  CHECK_FALSE(read_invariant_header(hex("40"), 1));
  CHECK(read_invariant_header(hex("40"), 0));
  CHECK(read_invariant_header(hex("40 0011223344556677"), 8));
  CHECK_FALSE(read_invariant_header(hex("40 00112233445566"), 8));
  CHECK_FALSE(read_invariant_header(hex("80 000000"), 0));
  CHECK_FALSE(read_invariant_header(hex("80 00000001 ff 00"), 0));
  CHECK_FALSE(read_invariant_header(hex("80 00000001 00 ff 00"), 0));
  CHECK(read_invariant_header(hex("80 00000001 00 00"), 0));
}

TEST_CASE("Retry packets that must be dropped are", "[wire][rfc9000][cve_class_short_retry]") {
  auto const tag = bytes(16, 0x77);
  CHECK(read_retry(joined(hex("f0 00000001 00 00 aa"), tag)));
  CHECK_FALSE(read_retry(joined(hex("f0 00000001 00 00"), tag)));        // no token
  CHECK_FALSE(read_retry(joined(hex("f0 00000001 00 00"), bytes(15))));  // not even a tag
  CHECK_FALSE(read_retry(joined(hex("c0 00000001 00 00 aa"), tag)));     // an Initial
  CHECK_FALSE(read_retry(joined(hex("f0 6b3343cf 00 00 aa"), tag)));     // a Handshake packet of v2
  CHECK_FALSE(read_retry(joined(hex("f0 00000003 00 00 aa"), tag)));     // another version
  CHECK_FALSE(read_retry(joined(hex("70 00000001 00 00 aa"), tag)));     // a short header
  CHECK_FALSE(read_retry(joined(hex("f0 00000001 15"), bytes(64))));     // an ID of 21 bytes
}

TEST_CASE("version negotiation that lists nothing or half a version is dropped", "[wire][rfc8999]") {
  CHECK(read_version_negotiation(hex("80 00000000 01 aa 01 bb 00000001")));
  CHECK_FALSE(read_version_negotiation(hex("80 00000000 01 aa 01 bb")));
  CHECK_FALSE(read_version_negotiation(hex("80 00000000 01 aa 01 bb 000000")));
  CHECK_FALSE(read_version_negotiation(hex("80 00000000 01 aa 01 bb 00000001 00")));
  CHECK_FALSE(read_version_negotiation(hex("80 00000001 01 aa 01 bb 00000001")));
  CHECK_FALSE(read_version_negotiation(hex("40 00000000 01 aa 01 bb 00000001")));
  CHECK_FALSE(read_version_negotiation(hex("80 00000000 05 aa")));
  CHECK_FALSE(read_version_negotiation({}));
}

TEST_CASE("whatever a random datagram holds, what was read of it lies within it", "[wire]") {
  std::mt19937_64 random{13};
  int read = 0;
  for (int round = 0; round < 20'000; ++round) {
    bytes datagram(random() % 64);
    for (auto& byte : datagram) byte = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() % 8);
    auto const start = random() % 2 == 0 ? hex("c0 00000001") : hex("e0 6b3343cf");
    for (std::size_t i = 0; i < std::min(start.size(), datagram.size()); ++i) datagram[i] = start[i];
    auto const header = read_long_header(datagram);
    if (!header) continue;
    ++read;
    CHECK(header->packet_size <= datagram.size());
    CHECK(header->packet_number_offset <= header->packet_size);
  }
  CHECK(read > 100);
}
