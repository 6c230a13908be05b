// SPDX-License-Identifier: BSL-1.0
/// \file
/// Short-header packets made, sealed and opened one at a time, for tests of keys.
#pragma once

#include <quoin/crypto/null/protection.hpp>
#include <quoin/keys/level_keys.hpp>
#include <quoin/keys/one_rtt_keys.hpp>

#include <vector>

namespace quoin::test {

inline constexpr auto test_suite = cipher_suite::aes_128_gcm_sha256;
inline constexpr std::size_t number_offset = 5;  // a connection ID of four bytes
inline constexpr std::size_t number_size = 2;

using bytes = std::vector<std::uint8_t>;

/// A packet with its header and a payload that follows from its number, not yet sealed.
inline bytes make_packet(packet_number number, bool key_phase, std::size_t payload_size = 20) {
  bytes packet{static_cast<std::uint8_t>(0x41 | (key_phase ? 0x04 : 0)),
               9,
               9,
               9,
               9,
               static_cast<std::uint8_t>(number >> 8),
               static_cast<std::uint8_t>(number)};
  packet.resize(packet.size() + payload_size, static_cast<std::uint8_t>(number + 1));
  packet.resize(packet.size() + aead_tag_size);
  return packet;
}

inline packet_to_open to_open(bytes& packet, packet_number expected = 0) {
  packet_to_open open;
  open.bytes = packet;
  open.packet_number_offset = number_offset;
  open.expected = expected;
  return open;
}

template <class Keys>
bytes seal(Keys& keys, packet_number number, bool key_phase = false, std::size_t payload_size = 20) {
  auto packet = make_packet(number, key_phase, payload_size);
  packet_to_seal to_seal{packet, number_offset, number_size, number};
  keys.seal({&to_seal, 1});
  return packet;
}

/// Opens a copy; only the outcome is kept, not the payload.
template <class Keys>
packet_to_open open(Keys& keys, bytes packet, packet_number expected = 0) {
  auto outcome = to_open(packet, expected);
  keys.open({&outcome, 1});
  outcome.bytes = outcome.payload = {};
  return outcome;
}

/// One end of a connection that has nothing but 1-RTT keys.
template <packet_protection P>
struct basic_key_holder {
  explicit basic_key_holder(role self) { install(self); }
  basic_key_holder(role self, aead_limits const& limits) : keys(limits) { install(self); }

  bytes send() {
    last_sent = next_number++;
    return seal(keys, last_sent, keys.key_phase());
  }

  /// Opens a packet and lets it have its consequences.
  result<> receive(bytes const& packet) {
    auto const outcome = open(keys, packet, expected);
    status = outcome.status;
    if (status != open_status::opened) return {};
    auto const consequence = keys.on_opened(outcome, now, pto);
    if (consequence) {
      expected = std::max(expected, outcome.number + 1);
      received = outcome.number;
    }
    return consequence;
  }

  void install(role self) {
    bytes const client(32, 0xc1);
    bytes const server(32, 0x5e);
    bool const is_client = self == role::client;
    keys.install(key_direction::seal, version::v1, test_suite, is_client ? client : server);
    keys.install(key_direction::open, version::v1, test_suite, is_client ? server : client);
  }

  one_rtt_keys<P> keys;
  packet_number next_number = 0;
  packet_number last_sent = no_packet;
  packet_number expected = 0;
  packet_number received = no_packet;
  open_status status = open_status::no_keys;
  instant now{};
  static constexpr duration pto = std::chrono::milliseconds(100);
};
using key_holder = basic_key_holder<null_protection>;

/// `to` receives a packet of `from` and acknowledges it; both know.
template <class Holder>
bool exchange(Holder& from, Holder& to) {
  if (!to.receive(from.send()) || to.status != open_status::opened) return false;
  to.keys.on_ack_sent(to.received);
  if (!from.receive(to.send()) || from.status != open_status::opened) return false;
  return from.keys.on_acked(from.last_sent, from.keys.phase()).has_value();
}

/// Lets enough time pass for old keys to go.
template <class Holder>
void settle(Holder& holder) {
  holder.now += 4 * Holder::pto;
  holder.keys.expire(holder.now);
}

}  // namespace quoin::test
