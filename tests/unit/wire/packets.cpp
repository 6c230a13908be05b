// SPDX-License-Identifier: BSL-1.0
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/packet/retry.hpp>
#include <quoin/wire/packet/short_header.hpp>
#include <quoin/wire/packet/version_negotiation.hpp>

#include <catch2/catch_test_macros.hpp>

#include "bytes.hpp"

#include <range/v3/view/cartesian_product.hpp>

#include <array>

using namespace quoin::wire;
using quoin::version;
using quoin::event::packet_kind;
using ranges::views::cartesian_product;
using wire_test::bytes;
using wire_test::copy_of;
using wire_test::hex;

namespace {

quoin::connection_id id_of(char const* text) {
  return *quoin::connection_id::from(hex(text));
}

constexpr std::array numbered_kinds{packet_kind::initial, packet_kind::zero_rtt, packet_kind::handshake};
constexpr std::array both_versions{version::v1, version::v2};
constexpr std::array<std::size_t, 4> number_sizes{1, 2, 3, 4};

}  // namespace

TEST_CASE("type bits mean what the version says they mean", "[wire][rfc9000][rfc9369]") {
  struct {
    std::uint8_t first;
    packet_kind v1;
    packet_kind v2;
  } const rows[] = {
      {0xc0, packet_kind::initial, packet_kind::retry},
      {0xd0, packet_kind::zero_rtt, packet_kind::initial},
      {0xe0, packet_kind::handshake, packet_kind::zero_rtt},
      {0xf0, packet_kind::retry, packet_kind::handshake},
  };
  for (auto const& row : rows) {
    CHECK(long_packet_kind(row.first, version::v1) == row.v1);
    CHECK(long_packet_kind(row.first, version::v2) == row.v2);
    CHECK(long_packet_kind(row.first | 0x0f, version::v1) == row.v1);
    CHECK(long_packet_kind(row.first, version{0x1a2a3a4a}) == packet_kind::unknown);
  }
}

TEST_CASE("the sample client Initials of RFC 9001 and RFC 9369 are read", "[wire][rfc9001][rfc9369]") {
  for (auto const v : {version::v1, version::v2}) {
    auto const* const header = v == version::v1 ? "c000000001088394c8f03e5157080000449e7b9aec34"
                                                : "d76b3343cf088394c8f03e5157080000449ea0c95e82";
    auto datagram = hex(header);
    datagram.resize(1200);
    auto const read = read_long_header(datagram);
    REQUIRE(read);
    CHECK(read->kind == packet_kind::initial);
    CHECK(read->version == v);
    CHECK(read->first_byte == datagram[0]);
    CHECK(copy_of(read->destination.view()) == hex("8394c8f03e515708"));
    CHECK(read->source.empty());
    CHECK(read->token.empty());
    CHECK(read->packet_number_offset == 18);
    CHECK(read->packet_size == 1200);
  }
}

TEST_CASE("the unprotected headers of RFC 9001 and RFC 9369 are written", "[wire][rfc9001][rfc9369]") {
  bytes room(64);
  auto const written = [&](version v, auto const& destination, auto const& source, quoin::packet_number number,
                           std::size_t size, std::size_t packet_size) {
    quoin::byte_writer writer{room};
    auto const header = write_long_header(writer, packet_kind::initial, v, destination, source, {}, number, size);
    REQUIRE(header);
    REQUIRE(header->size == writer.size());
    patch_length(room, *header, packet_size);
    return copy_of(writer.written());
  };
  auto const client = id_of("8394c8f03e515708");
  auto const server = id_of("f067a5502a4262b5");
  CHECK(written(version::v1, client, quoin::connection_id{}, 2, 4, 1200) ==
        hex("c300000001088394c8f03e5157080000449e00000002"));
  CHECK(written(version::v1, quoin::connection_id{}, server, 1, 2, 18 + 0x75) ==
        hex("c1000000010008f067a5502a4262b50040750001"));
  CHECK(written(version::v2, quoin::connection_id{}, server, 1, 2, 18 + 0x75) ==
        hex("d16b3343cf0008f067a5502a4262b50040750001"));
}

TEST_CASE("long headers survive the way out and in", "[wire][rfc9000]") {
  auto const token = hex("a0a1a2a3");
  for (auto const& [v, kind, pn_size] : cartesian_product(both_versions, numbered_kinds, number_sizes)) {
    bytes datagram(300, 0xee);
    quoin::byte_writer writer{datagram};
    auto const header = write_long_header(writer, kind, v, id_of("0102"), id_of("030405"), token, 0x0a0b0c0d, pn_size);
    REQUIRE(header);
    patch_length(datagram, *header, 250);
    auto const read = read_long_header(datagram);
    REQUIRE(read);
    CHECK(read->kind == kind);
    CHECK(read->version == v);
    CHECK(read->destination == id_of("0102"));
    CHECK(read->source == id_of("030405"));
    CHECK(copy_of(read->token) == (kind == packet_kind::initial ? token : bytes{}));
    CHECK(read->packet_number_offset == header->packet_number_offset);
    CHECK(read->packet_size == 250);
    CHECK((datagram[0] & 0x0f) == pn_size - 1);
    CHECK(datagram[header->size - 1] == 0x0d);
    CHECK(header->size == header->packet_number_offset + pn_size);
    CHECK(datagram[header->size] == 0xee);
  }
}

TEST_CASE("a header in the middle of a datagram counts from its own packet", "[wire][rfc9000]") {
  bytes datagram(400);
  quoin::byte_writer writer{datagram};
  writer.fill(100, 0xff);
  auto const header =
      write_long_header(writer, packet_kind::handshake, version::v1, id_of("01"), id_of("02"), {}, 9, 1);
  REQUIRE(header);
  auto const packet = quoin::byte_span{datagram}.subspan(100);
  patch_length(packet, *header, 60);
  auto const read = read_long_header(packet);
  REQUIRE(read);
  CHECK(read->packet_size == 60);
  CHECK(datagram[99] == 0xff);
}

TEST_CASE("a header that does not fit is not written, not even in part", "[wire]") {
  auto const token = hex("a0a1a2a3");
  std::size_t const whole = 1 + 4 + 2 + 2 + 1 + 1 + 4 + 2 + 2;
  for (std::size_t size = 0; size <= whole; ++size) {
    bytes room(size);
    quoin::byte_writer writer{room};
    auto const header =
        write_long_header(writer, packet_kind::initial, version::v1, id_of("0102"), id_of(""), token, 5, 2);
    CHECK(header.has_value() == (size >= whole - 1));
    CHECK(writer.size() == (header ? header->size : 0));
    CHECK(writer.ok());
  }
  for (std::size_t size = 0; size <= 5; ++size) {
    bytes room(size);
    quoin::byte_writer writer{room};
    CHECK(write_short_header(writer, id_of("0102"), false, false, 5, 2).has_value() == (size == 5));
    CHECK(writer.size() == (size == 5 ? 5 : 0));
    CHECK(writer.ok());
  }
}

TEST_CASE("a reserved version is written in the layout of version 1 and never read", "[wire][rfc9000]") {
  std::array<std::uint8_t, 64> room{};
  quoin::byte_writer writer{room};
  REQUIRE(write_long_header(writer, packet_kind::initial, version{0x1a2a3a4a}, id_of("01"), id_of("02"), {}, 9, 1));
  CHECK(copy_of(writer.written()) == hex("c01a2a3a4a 0101 0102 00 4000 09"));
  CHECK_FALSE(read_long_header(writer.written()));
}

TEST_CASE("only kinds and versions with a numbered long header get one", "[wire]") {
  bytes room(100);
  quoin::byte_writer writer{room};
  for (auto const kind :
       {packet_kind::retry, packet_kind::one_rtt, packet_kind::version_negotiation, packet_kind::unknown})
    CHECK_FALSE(write_long_header(writer, kind, version::v1, {}, {}, {}, 0, 1));
  CHECK_FALSE(write_long_header(writer, packet_kind::initial, version{0x0a0a0a0b}, {}, {}, {}, 0, 1));
  CHECK_FALSE(write_long_header(writer, packet_kind::unknown, version{0x0a0a0a0b}, {}, {}, {}, 0, 1));
  CHECK_FALSE(write_long_header(writer, packet_kind::unknown, version{0x0a0a0a0a}, {}, {}, {}, 0, 1));
  CHECK(writer.size() == 0);
}

TEST_CASE("the short header holds spin bit, key phase and the number's size", "[wire][rfc9000]") {
  bytes room(32);
  constexpr std::array either{false, true};
  for (auto const& [spin, phase, pn_size] : cartesian_product(either, either, number_sizes)) {
    quoin::byte_writer writer{room};
    auto const header = write_short_header(writer, id_of("aabb"), spin, phase, 0x01020304, pn_size);
    REQUIRE(header);
    CHECK(room[0] == (0x40 | (spin ? 0x20 : 0) | (phase ? 0x04 : 0) | (pn_size - 1)));
    CHECK(room[1] == 0xaa);
    CHECK(header->length_offset == 0);
    CHECK(header->packet_number_offset == 3);
    CHECK(header->size == 3 + pn_size);
    CHECK(room[header->size - 1] == 0x04);
    auto const before = room;
    patch_length(room, *header, 32);
    CHECK(room == before);
    auto const invariants = read_invariant_header(writer.written(), 2);
    REQUIRE(invariants);
    CHECK_FALSE(invariants->long_form);
    CHECK(copy_of(invariants->destination) == hex("aabb"));
    CHECK(invariants->source.empty());
  }
}

TEST_CASE("the unprotected short header of RFC 9001 is written", "[wire][rfc9001]") {
  bytes room(8);
  quoin::byte_writer writer{room};
  REQUIRE(write_short_header(writer, {}, false, false, 654'360'564, 3));
  CHECK(copy_of(writer.written()) == hex("4200bff4"));
}

TEST_CASE("the sample Retry packets of RFC 9001 and RFC 9369 are read and written", "[wire][rfc9001][rfc9369]") {
  for (auto const v : {version::v1, version::v2}) {
    auto const datagram =
        hex(v == version::v1 ? "ff000000010008f067a5502a4262b574 6f6b656e04a265ba2eff4d829058fb3f 0f2496ba"
                             : "cf6b3343cf0008f067a5502a4262b574 6f6b656ec8646ce8bfe33952d9555436 65dcc7b6");
    auto const read = read_retry(datagram);
    REQUIRE(read);
    CHECK(read->version == v);
    CHECK(read->destination.empty());
    CHECK(read->source == id_of("f067a5502a4262b5"));
    CHECK(quoin::as_text(read->token) == "token");
    CHECK(read->integrity_tag.size() == 16);
    CHECK(wire_test::joined(copy_of(read->without_tag), read->integrity_tag) == datagram);
    CHECK_FALSE(read_long_header(datagram));

    bytes room(read->without_tag.size());
    quoin::byte_writer writer{room};
    REQUIRE(write_retry_without_tag(writer, v, read->destination, read->source, read->token, 0xff));
    CHECK(room == copy_of(read->without_tag));
    quoin::byte_writer tight{quoin::byte_span{room}.first(room.size() - 1)};
    CHECK_FALSE(write_retry_without_tag(tight, v, read->destination, read->source, read->token, 0));
    CHECK(tight.size() == 0);
    CHECK(tight.ok());
  }
}

TEST_CASE("version negotiation survives the way out and in, with IDs of any length", "[wire][rfc8999]") {
  bytes const longest(255, 0x11);
  std::array<std::uint32_t, 3> const versions{1, 0x6b3343cf, 0x1a2a3a4a};
  bytes room(600);
  quoin::byte_writer writer{room};
  REQUIRE(write_version_negotiation(writer, longest, hex("0203"), versions, 0xff));
  CHECK(room[0] == 0xff);
  auto const read = read_version_negotiation(writer.written());
  REQUIRE(read);
  CHECK(copy_of(read->destination) == longest);
  CHECK(copy_of(read->source) == hex("0203"));
  std::vector<std::uint32_t> seen;
  read->for_each_version([&](std::uint32_t v) { seen.push_back(v); });
  CHECK(seen == std::vector<std::uint32_t>(versions.begin(), versions.end()));
  CHECK_FALSE(read_long_header(writer.written()));

  auto const size = writer.size();
  quoin::byte_writer tight{quoin::byte_span{room}.first(size - 1)};
  CHECK_FALSE(write_version_negotiation(tight, longest, hex("0203"), versions, 0));
  CHECK(tight.size() == 0);
  quoin::byte_writer roomy{room};
  CHECK_FALSE(write_version_negotiation(roomy, bytes(256), {}, versions, 0));
  CHECK(roomy.size() == 0);
  REQUIRE(write_version_negotiation(roomy, {}, {}, versions, 0));
  CHECK(room[0] == 0xc0);
}

TEST_CASE("the invariants of any version are read, with IDs of up to 255 bytes", "[wire][rfc8999]") {
  auto packet = wire_test::joined(hex("80 1a2a3a4a ff"), bytes(255, 0x22));
  packet = wire_test::joined(packet, hex("01 33 99"));
  auto const header = read_invariant_header(packet, 8);
  REQUIRE(header);
  CHECK(header->long_form);
  CHECK(header->version == 0x1a2a3a4a);
  CHECK(header->destination.size() == 255);
  CHECK(copy_of(header->source) == hex("33"));
  CHECK(header->size == packet.size() - 1);
  CHECK_FALSE(read_long_header(packet));
}
