// SPDX-License-Identifier: BSL-1.0
// Packets that quoin puts together from AES and GMAC are those of Botan's own GCM.
#include "../../conformance/protection.hpp"
#include "backends.hpp"

#include <catch2/catch_test_macros.hpp>

#include <botan/aead.h>

namespace {

using namespace quoin;
using conformance::random_bytes;

std::unique_ptr<Botan::AEAD_Mode> botans_own(cipher_suite suite, byte_view key) {
  auto made = Botan::AEAD_Mode::create_or_throw(
      suite == cipher_suite::aes_128_gcm_sha256 ? "AES-128/GCM" : "AES-256/GCM", Botan::Cipher_Dir::Encryption);
  made->set_key(key);
  return made;
}

/// RFC 9001 5.3: the nonce of packet 0 is the IV.
std::vector<std::uint8_t> sealed_by(Botan::AEAD_Mode& mode, byte_view iv, byte_view packet, std::size_t header_size) {
  auto const payload = packet.subspan(header_size, packet.size() - header_size - aead_tag_size);
  Botan::secure_vector<std::uint8_t> text(payload.begin(), payload.end());
  mode.set_associated_data(packet.first(header_size));
  mode.start(iv);
  mode.finish(text);
  std::vector<std::uint8_t> sealed(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(header_size));
  sealed.insert(sealed.end(), text.begin(), text.end());
  return sealed;
}

template <class Each>
void for_both_suites(Each const& each) {
  for (auto const suite : {cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384}) {
    auto const key = random_bytes(key_size(suite), 3);
    auto const iv = random_bytes(aead_iv_size, 4);
    botan_packet_key ours(suite, key, iv);
    auto const theirs = botans_own(suite, key);
    each(ours, [&](byte_view packet, std::size_t header_size) { return sealed_by(*theirs, iv, packet, header_size); });
  }
}

void check_same(botan_packet_key& ours, auto const& theirs, std::size_t header_size, std::size_t payload_size) {
  auto const plain = random_bytes(header_size + payload_size + aead_tag_size, 31 * header_size + payload_size);
  auto packet = plain;
  conformance::seal_one(ours, packet, header_size, 0);
  INFO(header_size << " bytes of header, " << payload_size << " of payload");
  REQUIRE(packet == theirs(plain, header_size));
  REQUIRE(conformance::opens(ours, packet, header_size, 0));
}

}  // namespace

TEST_CASE("a packet of any size is the one that Botan's own GCM makes", "[crypto]") {
  for_both_suites([](auto& ours, auto const& theirs) {
    for (std::size_t size = 0; size < 2200; ++size) check_same(ours, theirs, 1 + size % 37, size);
    // Jumbo frames, and the most that a UDP datagram takes.
    for (auto const size : std::initializer_list<std::size_t>{4064, 4065, 8972, 65527 - 16 - 17})
      check_same(ours, theirs, 17, size);
  });
}

TEST_CASE("a header of any size is authenticated as Botan's own GCM does", "[crypto]") {
  for_both_suites([](auto& ours, auto const& theirs) {
    for (std::size_t size = 0; size < 300; ++size) check_same(ours, theirs, size, 100);
    // With a token that fills the datagram.
    for (auto const size : std::initializer_list<std::size_t>{1180, 1184, 65400}) check_same(ours, theirs, size, 20);
  });
}

TEST_CASE("a forged packet is left as it came", "[crypto]") {
  for_both_suites([](auto& ours, auto const& theirs) {
    auto const plain = random_bytes(20 + 50 + aead_tag_size, 5);
    auto const sealed = theirs(plain, 20);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
      auto forged = sealed;
      forged[at] ^= 0x40;
      auto const before = forged;
      packet_in_place packet{forged, 20, 0, true};
      ours.open({&packet, 1});
      REQUIRE_FALSE(packet.authentic);
      REQUIRE(forged == before);
    }
  });
}
