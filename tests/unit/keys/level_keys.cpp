// SPDX-License-Identifier: BSL-1.0
#include <quoin/keys/level_keys.hpp>

#include <catch2/catch_test_macros.hpp>

#include "packets.hpp"

namespace {

using namespace quoin;
using namespace quoin::test;

struct level_pair {
  level_keys<null_protection> sealer;
  level_keys<null_protection> opener;
  level_pair() {
    sealer.install(key_direction::seal, version::v1, test_suite, bytes(32, 1));
    opener.install(key_direction::open, version::v1, test_suite, bytes(32, 1));
  }
};

TEST_CASE("A packet comes back with its number, its payload and its bits", "[keys][rfc9001]") {
  level_pair level;
  for (packet_number const number : std::initializer_list<packet_number>{0, 1, 255, 256, 65535}) {
    auto packet = seal(level.sealer, number);
    auto const plain = make_packet(number, false);
    auto outcome = to_open(packet, number);
    level.opener.open({&outcome, 1});
    REQUIRE(outcome.status == open_status::opened);
    CHECK(outcome.number == number);
    CHECK_FALSE(outcome.reserved_bits_set);
    CHECK_FALSE(outcome.key_phase);
    CHECK(std::equal(outcome.payload.begin(), outcome.payload.end(), plain.begin() + number_offset + number_size,
                     plain.end() - aead_tag_size));
  }
}

TEST_CASE("Packet numbers of every size are hidden and found again", "[keys][rfc9001]") {
  level_pair level;
  for (std::size_t size = 1; size <= 4; ++size) {
    packet_number const number = 0x1234567890;
    bytes packet(60, 0x77);
    packet[0] = static_cast<std::uint8_t>(0x40 | (size - 1));
    for (std::size_t i = 0; i < size; ++i)
      packet[number_offset + i] = static_cast<std::uint8_t>(number >> (8 * (size - 1 - i)));
    auto const plain = packet;
    packet_to_seal to_seal{packet, number_offset, size, number};
    level.sealer.seal({&to_seal, 1});
    CHECK_FALSE(
        std::equal(packet.begin(), packet.begin() + number_offset + static_cast<std::ptrdiff_t>(size), plain.begin()));
    CHECK((packet[0] & 0xe0) == 0x40);
    auto outcome = to_open(packet, number - 3);
    level.opener.open({&outcome, 1});
    REQUIRE(outcome.status == open_status::opened);
    CHECK(outcome.number == number);
    CHECK(outcome.payload.size() == 60 - number_offset - size - aead_tag_size);
  }
}

TEST_CASE("Long headers hide four bits and short ones five", "[keys][rfc9001]") {
  level_pair level;
  for (bool const is_long : {true, false})
    for (std::uint8_t number = 0; number < 100; ++number) {
      bytes packet(50, number);
      packet[0] = is_long ? 0xc0 : 0x40;
      packet_to_seal to_seal{packet, number_offset, 1, number};
      level.sealer.seal({&to_seal, 1});
      REQUIRE((packet[0] & (is_long ? 0xf0 : 0xe0)) == (is_long ? 0xc0 : 0x40));
    }
}

TEST_CASE("Reserved bits are reported, and only of packets that are authentic", "[keys][rfc9000]") {
  level_pair level;
  for (int const bits : {0x08, 0x10, 0x18, 0x8c, 0x84, 0x88}) {
    auto packet = make_packet(7, false);
    packet[0] = static_cast<std::uint8_t>(packet[0] | bits);
    packet_to_seal to_seal{packet, number_offset, number_size, 7};
    level.sealer.seal({&to_seal, 1});
    auto const outcome = open(level.opener, packet);
    CHECK(outcome.status == open_status::opened);
    CHECK(outcome.reserved_bits_set);
  }
}

TEST_CASE("A packet without room for a sample is left alone", "[keys][rfc9001]") {
  level_pair level;
  for (std::size_t size = 0; size < number_offset + 20; ++size) {
    bytes packet(size, 0x40);
    auto const before = packet;
    auto outcome = to_open(packet);
    level.opener.open({&outcome, 1});
    CHECK(outcome.status == open_status::too_short);
    CHECK(packet == before);
  }
  bytes smallest(number_offset + 20, 0x40);
  auto outcome = to_open(smallest);
  level.opener.open({&outcome, 1});
  CHECK(outcome.status == open_status::forged);
  CHECK(level.opener.forged() == 1);
  bytes packet(100, 0x40);
  outcome = to_open(packet);
  outcome.packet_number_offset = static_cast<std::size_t>(-1);
  level.opener.open({&outcome, 1});
  CHECK(outcome.status == open_status::too_short);
}

TEST_CASE("The smallest packet holds an empty payload under the largest packet number", "[keys][rfc9001]") {
  level_pair level;
  bytes packet(number_offset + 4 + aead_tag_size, 0);
  packet[0] = 0x43;
  packet[number_offset + 3] = 5;
  packet_to_seal to_seal{packet, number_offset, 4, 5};
  level.sealer.seal({&to_seal, 1});
  auto outcome = to_open(packet);
  level.opener.open({&outcome, 1});
  REQUIRE(outcome.status == open_status::opened);
  CHECK(outcome.number == 5);
  CHECK(outcome.payload.empty());
}

TEST_CASE("A forged packet keeps its last sixteen bytes, where a stateless reset has its token", "[keys][rfc9000]") {
  level_pair level;
  auto packet = bytes(40, 0x5a);
  auto outcome = to_open(packet);
  level.opener.open({&outcome, 1});
  CHECK(outcome.status == open_status::forged);
  CHECK(std::equal(packet.end() - 16, packet.end(), bytes(16, 0x5a).begin()));
}

TEST_CASE("Without keys nothing is opened or touched", "[keys]") {
  level_pair level;
  auto packet = seal(level.sealer, 1);
  CHECK_FALSE(level.sealer.can_open());
  CHECK(open(level.sealer, packet).status == open_status::no_keys);
  CHECK(open(level.opener, packet).status == open_status::opened);
  level.opener.discard();
  CHECK_FALSE(level.opener.can_open());
  auto const before = packet;
  auto outcome = to_open(packet);
  level.opener.open({&outcome, 1});
  CHECK(outcome.status == open_status::no_keys);
  CHECK(packet == before);
}

TEST_CASE("A batch longer than a train fares like packets one by one", "[keys]") {
  level_pair level;
  std::vector<bytes> packets;
  std::vector<packet_to_seal> to_seal;
  packets.reserve(200);
  for (packet_number number = 0; number < 200; ++number) {
    // One byte of packet number: from 128 on it is only whole again if earlier trains count as received.
    bytes packet(60, 3);
    packet[0] = 0x40;
    packet[number_offset] = static_cast<std::uint8_t>(number);
    packets.push_back(packet);
    to_seal.push_back({packets.back(), number_offset, 1, number});
  }
  level.sealer.seal(to_seal);
  CHECK(level.sealer.sealed() == 200);
  packets[17].resize(10);
  packets[130][40] ^= 1;
  std::vector<packet_to_open> batch;
  for (auto& packet : packets) batch.push_back(to_open(packet));
  level.opener.open(batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto const expected = i == 17 ? open_status::too_short : i == 130 ? open_status::forged : open_status::opened;
    REQUIRE(batch[i].status == expected);
    if (expected == open_status::opened) CHECK(batch[i].number == i);
  }
  CHECK(level.opener.forged() == 1);
}

TEST_CASE("A wholly short batch opens nothing", "[keys]") {
  level_pair level;
  bytes packet(10, 0x40);
  std::array<packet_to_open, 2> batch{to_open(packet), to_open(packet)};
  level.opener.open(batch);
  CHECK(batch[0].status == open_status::too_short);
  CHECK(batch[1].status == open_status::too_short);
  level.opener.open({});
  level.sealer.seal({});
}

TEST_CASE("Versions have keys of their own", "[keys][rfc9369]") {
  level_pair level;
  level_keys<null_protection> other;
  other.install(key_direction::open, version::v2, test_suite, bytes(32, 1));
  auto const packet = seal(level.sealer, 1);
  CHECK(open(other, packet).status == open_status::forged);
  CHECK(open(level.opener, packet).status == open_status::opened);
}

}  // namespace
