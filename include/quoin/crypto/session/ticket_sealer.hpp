// SPDX-License-Identifier: BSL-1.0
/// \file
/// Seals session tickets so that any server with the same secret can open them, under keys that change with the
/// calendar (RFC 8446 4.6.1, RFC 5077 5.5).
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/base/contract.hpp>
#include <quoin/core/time.hpp>
#include <quoin/crypto/session/session_settings.hpp>
#include <quoin/policy/crypto.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace quoin {

/// A ticket on the wire:
///
///     key ID (4) | random (16) | sealed | tag (16)
///
/// Each ticket has a key of its own, drawn from its random bytes and the key of the period that it was made in; a period
/// is as long as a ticket may live. Tickets of the period before, of this one, and of the next (for a fleet whose clocks
/// differ a little) are opened, of every secret; the first secret seals. To let go of a secret for good, put a new one
/// in front, and drop the old one two periods later.
template <packet_protection P>
class ticket_sealer {
 public:
  static constexpr std::size_t overhead = 4 + 16 + aead_tag_size;
  /// No ticket is made or looked at that is longer.
  static constexpr std::size_t longest = 2048;

  ticket_sealer(std::vector<session_secret> secrets, std::chrono::seconds period)
      : secrets_(std::move(secrets)), period_(period) {
    QUOIN_ASSERT(!secrets_.empty() && period_ > std::chrono::seconds{0});
  }

  /// `random` are 16 fresh bytes. Empty when `plain` is too long.
  [[nodiscard]] std::vector<std::uint8_t> seal(byte_view plain, byte_view random, wall_time now) const {
    QUOIN_ASSERT(random.size() == 16);
    if (plain.size() + overhead > longest) return {};
    auto const keys = keys_of(secrets_.front(), period_of(now));
    std::vector<std::uint8_t> ticket(plain.size() + overhead);
    byte_writer writer{ticket};
    writer.bytes(keys.id);
    writer.bytes(random);
    writer.bytes(plain);
    packet_in_place packet{ticket, header_size, 0, false};
    ticket_key(keys.secret, random).seal({&packet, 1});
    return ticket;
  }

  /// What was sealed, if it was under one of our keys that are still good.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> open(byte_view ticket, wall_time now) const {
    if (ticket.size() < overhead || ticket.size() > longest) return std::nullopt;
    auto const present = period_of(now);
    for (auto const& secret : secrets_)
      for (auto const period : {present, present - 1, present + 1}) {
        auto const keys = keys_of(secret, period);
        if (!std::equal(keys.id.begin(), keys.id.end(), ticket.begin())) continue;
        std::vector<std::uint8_t> copy{ticket.begin(), ticket.end()};
        packet_in_place packet{copy, header_size, 0, false};
        ticket_key(keys.secret, ticket.subspan(4, 16)).open({&packet, 1});
        if (packet.authentic) return std::vector<std::uint8_t>{copy.begin() + header_size, copy.end() - aead_tag_size};
      }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t header_size = 4 + 16;
  struct period_keys {
    std::array<std::uint8_t, 4> id{};
    session_secret secret{};
  };

  [[nodiscard]] std::int64_t period_of(wall_time now) const {
    return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()) / period_;
  }

  static period_keys keys_of(session_secret const& secret, std::int64_t period) {
    period_keys keys;
    derive(secret, "quoin ticket key", period, keys.secret);
    derive(secret, "quoin ticket id", period, keys.id);
    return keys;
  }

  static void derive(session_secret const& secret, std::string_view label, std::int64_t period, byte_span out) {
    std::array<std::uint8_t, 32> info{};
    byte_writer writer{info};
    writer.bytes(as_bytes(label));
    writer.u64(static_cast<std::uint64_t>(period));
    P::kdf::expand(hash_algorithm::sha256, secret, writer.written(), out);
  }

  static typename P::packet_key ticket_key(session_secret const& secret, byte_view random) {
    std::array<std::uint8_t, 32 + aead_iv_size> derived{};
    P::kdf::expand(hash_algorithm::sha256, secret, random, derived);
    return {cipher_suite::aes_256_gcm_sha384, byte_view{derived}.first(32), byte_view{derived}.last(aead_iv_size)};
  }

  std::vector<session_secret> secrets_;
  std::chrono::seconds period_;
};

}  // namespace quoin
