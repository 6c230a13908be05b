// SPDX-License-Identifier: BSL-1.0
// The packets of several paths under the same keys (draft-ietf-quic-multipath 2.4, 2.5).
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include "packets.hpp"
#include "protections.hpp"

namespace {

using namespace quoin;
using namespace quoin::test;

using multipath_keys = one_rtt_keys<null_protection, multipath_phases>;

bytes bytes_of(std::initializer_list<int> values) {
  bytes made;
  for (auto const value : values) made.push_back(static_cast<std::uint8_t>(value));
  return made;
}

template <class Key>
bytes sealed(Key& key, packet_number number) {
  bytes packet(1 + 32 + aead_tag_size, 0x11);
  packet_in_place place{packet, 1, number, false};
  key.seal({&place, 1});
  return packet;
}

template <class Key>
bool opens(Key& key, bytes packet, packet_number number) {
  packet_in_place place{packet, 1, number, false};
  key.open({&place, 1});
  return place.authentic;
}

TEMPLATE_LIST_TEST_CASE("The nonce is the IV, the path ID and the packet number combined", "[keys][multipath]",
                        protections) {
  // The example of draft-ietf-quic-multipath 2.4: with this nonce as the IV, packet number 0 of path 0 has it too.
  auto const iv = bytes_of({0x6b, 0x26, 0x11, 0x4b, 0x9c, 0xba, 0x2b, 0x63, 0xa9, 0xe8, 0xdd, 0x4f});
  auto const nonce = bytes_of({0x6b, 0x26, 0x11, 0x48, 0x9c, 0xba, 0x2b, 0x63, 0xa9, 0xe8, 0x09, 0x7e});
  bytes const secret(16, 0x42);
  using key_type = typename TestType::packet_key;
  key_type of_path{cipher_suite::aes_128_gcm_sha256, secret, iv};
  of_path.combine_iv(3);
  if constexpr (!std::is_same_v<TestType, null_protection>) {  // which makes a checksum of other things
    key_type plain{cipher_suite::aes_128_gcm_sha256, secret, nonce};
    CHECK(sealed(of_path, 54321) == sealed(plain, 0));
  }

  // Once more, and it is path 0 again.
  key_type first{cipher_suite::aes_128_gcm_sha256, secret, iv};
  CHECK_FALSE(opens(first, sealed(of_path, 54321), 54321));
  of_path.combine_iv(3);
  CHECK(sealed(of_path, 54321) == sealed(first, 54321));
}

TEMPLATE_LIST_TEST_CASE("Equal packets of different paths are sealed differently", "[keys][multipath]", protections) {
  for (auto const suite :
       {cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384, cipher_suite::chacha20_poly1305_sha256}) {
    one_rtt_keys<TestType, multipath_phases> sender;
    one_rtt_keys<TestType, multipath_phases> receiver;
    bytes const secret(hash_size(hash_of(suite)), 0xc1);
    sender.install(key_direction::seal, version::v1, suite, secret);
    receiver.install(key_direction::open, version::v1, suite, secret);
    std::vector<bytes> packets;
    for (std::uint32_t const path : {0U, 1U, 2U, 0xffffffffU}) {
      sender.use_path(path);
      packets.push_back(seal(sender, 7));
      for (std::size_t i = 0; i + 1 < packets.size(); ++i) CHECK(packets[i] != packets.back());
      receiver.use_path(path);
      for (std::size_t i = 0; i < packets.size(); ++i)
        CHECK((open(receiver, packets[i], 7).status == open_status::opened) == (i + 1 == packets.size()));
    }
  }
}

struct ends {
  ends() {
    for (auto* const keys : {&sender, &receiver}) {
      bool const sends = keys == &sender;
      keys->install(key_direction::seal, version::v1, test_suite, bytes(32, sends ? 0xc1 : 0x5e));
      keys->install(key_direction::open, version::v1, test_suite, bytes(32, sends ? 0x5e : 0xc1));
    }
  }

  bytes send(std::uint32_t path, packet_number number) {
    sender.use_path(path);
    return seal(sender, number, sender.key_phase());
  }
  result<> receive(std::uint32_t path, bytes const& packet, packet_number expected) {
    receiver.use_path(path);
    auto const outcome = open(receiver, packet, expected);
    status = outcome.status;
    return status == open_status::opened ? receiver.on_opened(outcome, {}, std::chrono::milliseconds{100}) : result<>{};
  }
  /// The receiver acknowledges what came on the path; both know.
  void acknowledge(std::uint32_t path, packet_number number) {
    receiver.use_path(path);
    receiver.on_ack_sent(number);
    sender.use_path(path);
    sender.on_acked(number);
  }

  multipath_keys sender;
  multipath_keys receiver;
  open_status status = open_status::no_keys;
};

TEST_CASE("A key update is followed whatever path it comes on first", "[keys][multipath]") {
  ends both;
  auto const early = both.send(1, 900);
  REQUIRE(both.receive(0, both.send(0, 5), 0));
  both.acknowledge(0, 5);
  both.sender.update({});
  // Small numbers on one path say nothing about large ones on the other.
  REQUIRE(both.receive(0, both.send(0, 6), 6));
  CHECK(both.status == open_status::opened);
  CHECK(both.receiver.phase() == 1);
  REQUIRE(both.receive(1, both.send(1, 901), 900));
  CHECK(both.status == open_status::opened);
  CHECK(both.receiver.phase() == 1);
  // What was sealed before and comes behind is opened with the keys of then.
  REQUIRE(both.receive(1, early, 902));
  CHECK(both.status == open_status::opened);
  CHECK(both.receiver.phase() == 1);
}

TEST_CASE("Old keys that come back on a path are found out there", "[keys][multipath]") {
  ends both;
  REQUIRE(both.receive(1, both.send(1, 3), 0));
  both.acknowledge(1, 3);
  auto const old_on_first = both.send(0, 8);
  auto const old_on_second = both.send(1, 9);
  both.sender.update({});
  REQUIRE(both.receive(1, both.send(1, 4), 4));
  CHECK(both.receiver.phase() == 1);
  // Path 0 has seen nothing of the new phase yet, so this is only late.
  CHECK(both.receive(0, old_on_first, 0));
  auto const caught = both.receive(1, old_on_second, 5);
  REQUIRE_FALSE(caught);
  CHECK(caught.error().code == error_code::key_update_error);
}

TEST_CASE("An acknowledgement on any path confirms a key update", "[keys][multipath]") {
  ends both;
  REQUIRE(both.receive(0, both.send(0, 0), 0));
  both.acknowledge(0, 0);
  both.sender.update({});
  CHECK_FALSE(both.sender.can_update());
  both.send(1, 40);
  both.sender.use_path(0);
  both.sender.on_acked(40);  // of the other path's numbers nothing was sealed in this phase here
  CHECK_FALSE(both.sender.can_update());
  both.sender.use_path(1);
  both.sender.on_acked(40);
  // The keys before are still there until something of the new phase has come and three PTOs have passed.
  both.sender.forget_path(0);
  CHECK_FALSE(both.sender.can_update());
}

TEST_CASE("What a path has seen is forgotten with it", "[keys][multipath]") {
  multipath_phases phases;
  for (std::uint32_t path = 1; path < 1000; ++path) {
    phases.use_path(path);
    CHECK(phases.numbers().lowest_sealed == no_packet);
    phases.numbers().lowest_sealed = path;
    phases.use_path(0);
    phases.forget_path(path);
  }
}

}  // namespace
