// SPDX-License-Identifier: BSL-1.0
/// \file
/// The keys of an encryption level whose keys never change: Initial, 0-RTT and Handshake (RFC 9001 4.1.4, 5).
#pragma once

#include <quoin/keys/key_schedule.hpp>
#include <quoin/keys/packet_train.hpp>
#include <quoin/keys/protection_types.hpp>

#include <optional>
#include <utility>

namespace quoin {

/// Seals and opens packets in place, in trains, with one call of the backend for each step.
template <packet_protection P>
class level_keys {
 public:
  level_keys() = default;
  /// With limits below those of the suite; for tests and for the cautious.
  explicit level_keys(aead_limits const& chosen) : chosen_limits_(chosen), limits_(chosen) {}

  /// Makes the keys of one direction from its traffic secret.
  void install(key_direction direction, version v, cipher_suite suite, byte_view secret) {
    limits_ = tighter(chosen_limits_, limits_of(suite));
    auto& keys = direction == key_direction::seal ? seal_ : open_;
    keys.emplace(make_packet_key<P>(v, suite, secret), make_header_key<P>(v, suite, secret));
  }

  [[nodiscard]] bool can_seal() const noexcept { return seal_.has_value(); }
  [[nodiscard]] bool can_open() const noexcept { return open_.has_value(); }

  /// Seals every packet; `can_seal()` must hold. Nothing is checked against the limits: ask `exhausted()`.
  void seal(std::span<packet_to_seal> packets) noexcept {
    QUOIN_ASSERT(can_seal());
    for (auto rest = packets; !rest.empty();) {
      auto const now = rest.first(std::min(rest.size(), detail::train_size));
      detail::seal_train(seal_->packet, seal_->header, now);
      rest = rest.subspan(now.size());
    }
    sealed_ += packets.size();
  }

  /// Opens every packet that can be; `status` says how each fared. Nothing but counters changes with a forged one.
  void open(std::span<packet_to_open> packets) noexcept {
    packet_number expected = 0;
    for (auto rest = packets; !rest.empty();) {
      auto const now = rest.first(std::min(rest.size(), detail::train_size));
      open_train(now, expected);
      expected = detail::expected_after(expected, now);
      rest = rest.subspan(now.size());
    }
  }

  /// Throws both directions' keys away (RFC 9001 4.9).
  void discard() noexcept {
    seal_.reset();
    open_.reset();
  }

  /// Packets sealed so far, and packets that did not authenticate.
  [[nodiscard]] std::uint64_t sealed() const noexcept { return sealed_; }
  [[nodiscard]] std::uint64_t forged() const noexcept { return forged_; }

  /// The limits that hold: of the suite once there are keys, or lower.
  [[nodiscard]] aead_limits const& limits() const noexcept { return limits_; }

  /// RFC 9001 6.6: the connection must be closed with AEAD_LIMIT_REACHED.
  [[nodiscard]] bool exhausted() const noexcept { return sealed_ >= limits_.sealed || forged_ >= limits_.forged; }

 private:
  struct key_pair {
    key_pair(typename P::packet_key p, typename P::header_key h) : packet(std::move(p)), header(std::move(h)) {}
    typename P::packet_key packet;
    typename P::header_key header;
  };

  void open_train(std::span<packet_to_open> packets, packet_number expected) noexcept {
    if (!can_open()) {
      for (auto& packet : packets) packet.status = open_status::no_keys;
      return;
    }
    detail::train<std::uint8_t> shown;
    detail::show_headers(open_->header, packets, expected, shown);
    if (shown.size() != 0) forged_ += detail::open_shown(open_->packet, packets, shown.items());
  }

  std::optional<key_pair> seal_;
  std::optional<key_pair> open_;
  aead_limits chosen_limits_{no_aead_limits};
  aead_limits limits_;
  std::uint64_t sealed_ = 0;
  std::uint64_t forged_ = 0;
};

}  // namespace quoin
