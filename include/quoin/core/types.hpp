// SPDX-License-Identifier: BSL-1.0
/// \file
/// The field's small terms: who we are, which packets, which keys, which mark.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace quoin {

/// A number of bytes: sizes, windows, offsets in a stream.
using byte_count = std::uint64_t;

/// A packet's number in its packet number space, 0 to 2^62-1 (RFC 9000 12.3).
using packet_number = std::uint64_t;

/// No packet has this number.
inline constexpr packet_number no_packet = ~packet_number{0};

/// The largest packet number; an endpoint that has used it closes without a word (RFC 9000 12.3).
inline constexpr packet_number packet_number_max = (packet_number{1} << 62) - 1;

/// Our own name for a path, never used twice in a connection; the path of the handshake is 0.
using path_id = std::uint16_t;

/// Which end of the connection (RFC 9000 1.2).
enum class role : std::uint8_t { client, server };

constexpr role peer_of(role self) noexcept {
  return self == role::client ? role::server : role::client;
}

/// The three sequences in which packets are numbered and acknowledged (RFC 9000 12.3).
enum class packet_space : std::uint8_t { initial, handshake, application };
inline constexpr std::size_t packet_space_count = 3;

/// The four sets of keys (RFC 9001 2.1). Numbered as they are installed.
enum class encryption_level : std::uint8_t { initial, early_data, handshake, one_rtt };
inline constexpr std::size_t encryption_level_count = 4;

/// The packet number space that an encryption level's packets are numbered in (RFC 9000 12.3).
constexpr packet_space space_of(encryption_level level) noexcept {
  switch (level) {
    case encryption_level::initial: return packet_space::initial;
    case encryption_level::handshake: return packet_space::handshake;
    case encryption_level::early_data:
    case encryption_level::one_rtt: break;
  }
  return packet_space::application;
}

template <class Enum>
requires std::is_enum_v<Enum>
constexpr std::size_t index_of(Enum value) noexcept {
  return static_cast<std::size_t>(value);
}

inline constexpr std::array all_spaces{packet_space::initial, packet_space::handshake, packet_space::application};

/// The two bits of congestion notification in an IP header (RFC 3168 5).
enum class ecn : std::uint8_t { not_ect = 0, ect1 = 1, ect0 = 2, ce = 3 };

/// Packets received with each mark (RFC 9000 19.3.2).
struct ecn_counts {
  std::uint64_t ect0 = 0;
  std::uint64_t ect1 = 0;
  std::uint64_t ce = 0;

  constexpr void count(ecn mark) noexcept {
    if (mark == ecn::ect0) ++ect0;
    if (mark == ecn::ect1) ++ect1;
    if (mark == ecn::ce) ++ce;
  }
  [[nodiscard]] constexpr bool any() const noexcept { return (ect0 | ect1 | ce) != 0; }
  constexpr bool operator==(ecn_counts const&) const = default;
};

/// TLS 1.3 cipher suites that protect QUIC packets, by their TLS numbers (RFC 9001 5.3, RFC 8446 B.4).
enum class cipher_suite : std::uint16_t {
  aes_128_gcm_sha256 = 0x1301,
  aes_256_gcm_sha384 = 0x1302,
  chacha20_poly1305_sha256 = 0x1303,
};

/// The hash that a suite's keys are derived with.
enum class hash_algorithm : std::uint8_t { sha256, sha384 };

constexpr hash_algorithm hash_of(cipher_suite suite) noexcept {
  return suite == cipher_suite::aes_256_gcm_sha384 ? hash_algorithm::sha384 : hash_algorithm::sha256;
}
constexpr std::size_t hash_size(hash_algorithm hash) noexcept {
  return hash == hash_algorithm::sha384 ? 48 : 32;
}
constexpr std::size_t key_size(cipher_suite suite) noexcept {
  return suite == cipher_suite::aes_128_gcm_sha256 ? 16 : 32;
}

inline constexpr std::size_t aead_iv_size = 12;
inline constexpr std::size_t aead_tag_size = 16;

/// QUIC versions that the library speaks or names (RFC 9000 15, RFC 9369 3.1).
enum class version : std::uint32_t { negotiation = 0, v1 = 1, v2 = 0x6b3343cf };

/// Versions reserved to exercise negotiation: 0x?a?a?a?a (RFC 9000 15).
constexpr bool is_reserved(version v) noexcept {
  return (static_cast<std::uint32_t>(v) & 0x0f0f0f0f) == 0x0a0a0a0a;
}

}  // namespace quoin
