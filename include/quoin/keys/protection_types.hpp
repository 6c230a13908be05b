// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the keys of an encryption level take and give back: packets to seal, packets to open, and the limits of use.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/core/types.hpp>

#include <algorithm>

namespace quoin {

/// A packet whose header and payload are written, and whose last 16 bytes are room for the tag.
/// From its packet number on it must have at least 20 bytes, tag included, so that a sample exists (RFC 9001 5.4.2).
struct packet_to_seal {
  byte_span bytes;
  std::size_t packet_number_offset = 0;
  std::size_t packet_number_size = 1;
  packet_number number = 0;
};

enum class open_status : std::uint8_t {
  opened,
  too_short,  ///< no room for a sample; nothing was changed
  no_keys,    ///< nothing was changed
  forged,     ///< did not authenticate; only the last 16 bytes are still as they were received
};

/// A packet as it was received. Nothing below `status` means anything unless it is `opened`.
struct packet_to_open {
  byte_span bytes;  ///< exactly this packet, from its first byte to the last of its tag
  std::size_t packet_number_offset = 0;
  packet_number expected = 0;  ///< the largest number received in the space, plus 1; 0 if none

  open_status status = open_status::no_keys;
  packet_number number = 0;
  byte_span payload;
  std::uint64_t phase = 0;         ///< key updates before the keys that opened it (RFC 9001 6)
  bool reserved_bits_set = false;  ///< to be answered with PROTOCOL_VIOLATION (RFC 9000 17.2, 17.3.1)
  bool key_phase = false;          ///< the bit in a short header
};

/// How much a key, and a connection's keys together, may be used (RFC 9001 6.6).
struct aead_limits {
  std::uint64_t sealed_before_update = limits::key_update_packets;  ///< per key: time for a key update
  std::uint64_t sealed = limits::sealed_packets;                    ///< per key: no more after these
  std::uint64_t forged = std::uint64_t{1} << 52;                    ///< of one direction, across its keys

  constexpr bool operator==(aead_limits const&) const = default;
};

/// What a suite's limits are not tightened by.
inline constexpr aead_limits no_aead_limits{~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}};

/// The lower ones of each kind.
constexpr aead_limits tighter(aead_limits const& a, aead_limits const& b) noexcept {
  return {std::min(a.sealed_before_update, b.sealed_before_update), std::min(a.sealed, b.sealed),
          std::min(a.forged, b.forged)};
}

/// RFC 9001 6.6 and appendix B. Sealing stops below the confidentiality limit, so that a CONNECTION_CLOSE still fits.
constexpr aead_limits limits_of(cipher_suite suite) noexcept {
  aead_limits chosen;
  if (suite == cipher_suite::chacha20_poly1305_sha256) {
    chosen.sealed = packet_number_max;
    chosen.forged = std::uint64_t{1} << 36;
  }
  return chosen;
}

}  // namespace quoin
