// SPDX-License-Identifier: BSL-1.0
// What an observer could learn from the time that a packet takes is what differs in the work done for it. No clock is
// read here: the work is counted.
#include <catch2/catch_test_macros.hpp>

#include "packets.hpp"

namespace {

using namespace quoin;
using namespace quoin::test;

/// What was asked of packet protection.
struct work {
  std::size_t keys = 0;  ///< made, with what is derived for them
  std::size_t derivations = 0;
  std::size_t masks = 0;
  std::size_t sealed = 0;
  std::size_t opened = 0;
  friend bool operator==(work const&, work const&) = default;
};
work done;

struct counted_key : null_packet_key {
  counted_key(cipher_suite suite, byte_view key, byte_view iv) noexcept : null_packet_key(suite, key, iv) {
    ++done.keys;
  }
  void seal(std::span<packet_in_place> packets) noexcept {
    done.sealed += packets.size();
    null_packet_key::seal(packets);
  }
  void open(std::span<packet_in_place> packets) noexcept {
    done.opened += packets.size();
    null_packet_key::open(packets);
  }
};

struct counted_mask : null_header_key {
  using null_header_key::null_header_key;
  void masks(std::span<header_sample const> samples, std::span<header_mask> masks) noexcept {
    done.masks += samples.size();
    null_header_key::masks(samples, masks);
  }
};

struct counted_kdf : null_kdf {
  static void expand(hash_algorithm hash, byte_view secret, byte_view info, byte_span out) noexcept {
    ++done.derivations;
    null_kdf::expand(hash, secret, info, out);
  }
};

struct counted_protection {
  using packet_key = counted_key;
  using header_key = counted_mask;
  using kdf = counted_kdf;
};
static_assert(packet_protection<counted_protection>);

using counted_holder = basic_key_holder<counted_protection>;

/// What it takes to open a copy of `packet`, and what came of it.
work work_for(counted_holder& by, bytes const& packet, open_status expected) {
  done = {};
  CHECK(open(by.keys, packet).status == expected);
  return done;
}

constexpr work one_packet_opened{.masks = 1, .opened = 1};

/// A copy in which a byte is changed.
bytes changed(bytes packet, std::size_t at, std::uint8_t by) {
  packet[at] ^= by;
  return packet;
}

/// Genuine and forged, with the right and the wrong Key Phase bit: all of them cost the same.
void check_phases(counted_holder& sender, counted_holder& receiver) {
  auto const genuine = sender.send();
  CHECK(work_for(receiver, genuine, open_status::opened) == one_packet_opened);
  CHECK(work_for(receiver, changed(genuine, genuine.size() - 1, 1), open_status::forged) == one_packet_opened);
  CHECK(work_for(receiver, changed(genuine, 0, 0x04), open_status::forged) == one_packet_opened);
}

}  // namespace

TEST_CASE("a wrong key phase bit takes the work of a right one, whichever keys are there", "[keys][rfc9001]") {
  counted_holder sender{role::client};
  counted_holder receiver{role::server};
  check_phases(sender, receiver);
  for (std::uint64_t phase = 1; phase <= 3; ++phase) {
    CAPTURE(phase);
    REQUIRE(exchange(sender, receiver));
    REQUIRE(sender.keys.can_update());
    sender.keys.update(sender.now);

    // The packet that brings a new phase is opened with keys that are there already, and no others are made for it.
    auto const first = sender.send();
    done = {};
    REQUIRE(receiver.receive(first));
    CHECK(receiver.keys.phase() == phase);
    CHECK(done == one_packet_opened);
    check_phases(sender, receiver);  // the keys after these are not made yet
    receiver.keys.expire(receiver.now);
    check_phases(sender, receiver);  // they are, and the old ones have not gone
    REQUIRE(exchange(sender, receiver));
    settle(receiver);
    settle(sender);
    check_phases(sender, receiver);
  }
}

TEST_CASE("whatever a header hides its packet is opened before anything is judged", "[keys][rfc9001]") {
  counted_holder sender{role::client};
  counted_holder receiver{role::server};
  for (std::size_t size = 1; size <= 4; ++size)
    for (unsigned const reserved : {0x00U, 0x08U, 0x10U, 0x18U}) {
      CAPTURE(size, reserved);
      bytes packet(60, 0x77);
      packet[0] = static_cast<std::uint8_t>(0x40 | reserved | (size - 1));
      for (std::size_t i = 0; i < size; ++i)
        packet[number_offset + i] = static_cast<std::uint8_t>(i + 1 == size ? 100 : 0);
      packet_to_seal to_seal{packet, number_offset, size, 100};
      done = {};
      sender.keys.seal({&to_seal, 1});
      // RFC 9001 9.5: nor does sealing show how long the number is.
      CHECK(done == work{.masks = 1, .sealed = 1});
      CHECK(work_for(receiver, packet, open_status::opened) == one_packet_opened);
      CHECK(work_for(receiver, packet, open_status::opened) == one_packet_opened);  // again: a duplicate
      CHECK(work_for(receiver, changed(packet, 59, 1), open_status::forged) == one_packet_opened);
      // Every guess at the hidden bits, the length of the number among them.
      for (std::uint8_t guess = 1; guess < 0x20; ++guess)
        CHECK(work_for(receiver, changed(packet, 0, guess), open_status::forged) == one_packet_opened);
    }
}

TEST_CASE("the mask of a packet number covers it and nothing behind it", "[keys][rfc9001]") {
  header_mask const mask{0xff, 0x11, 0x22, 0x44, 0x88};
  for (std::size_t size = 1; size <= 4; ++size) {
    CAPTURE(size);
    bytes packet{9, 1, 2, 3, 4, 5, 9};
    auto const number = detail::mask_packet_number(detail::number_room_at(packet, 1), size, mask);
    bytes expected{9, 1, 2, 3, 4, 5, 9};
    std::uint64_t shown = 0;
    for (std::size_t i = 0; i < size; ++i) {
      expected[1 + i] ^= mask[i + 1];
      shown = shown << 8 | expected[1 + i];
    }
    CHECK(packet == expected);
    CHECK(number == shown);
  }
}
