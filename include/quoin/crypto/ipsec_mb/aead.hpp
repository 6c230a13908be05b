// SPDX-License-Identifier: BSL-1.0
/// \file
/// AES-GCM packets by libipsec-mb, the fastest way on x86. Its own header stays in the body.
#pragma once

#include <quoin/policy/crypto.hpp>

#include <memory>

namespace quoin {

/// Whether this processor has what the AES-GCM of libipsec-mb wants: AES and carry-less multiplication.
[[nodiscard]] bool ipsec_mb_usable() noexcept;

/// An AES-GCM key with its IV (RFC 9001 5.3). `suite` must be an AES one and `ipsec_mb_usable()` must hold.
class ipsec_mb_packet_key {
 public:
  ipsec_mb_packet_key(cipher_suite suite, byte_view key, byte_view iv);
  ipsec_mb_packet_key(ipsec_mb_packet_key&&) noexcept;
  ipsec_mb_packet_key& operator=(ipsec_mb_packet_key&&) noexcept;
  ~ipsec_mb_packet_key();

  void seal(std::span<packet_in_place> packets) noexcept;
  void open(std::span<packet_in_place> packets) noexcept;
  /// See `multipath_sealer`.
  void combine_iv(std::uint32_t bits) noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// An AES header protection key (RFC 9001 5.4.3). `suite` must be an AES one and `ipsec_mb_usable()` must hold.
class ipsec_mb_header_key {
 public:
  ipsec_mb_header_key(cipher_suite suite, byte_view key);
  ipsec_mb_header_key(ipsec_mb_header_key&&) noexcept;
  ipsec_mb_header_key& operator=(ipsec_mb_header_key&&) noexcept;
  ~ipsec_mb_header_key();

  void masks(std::span<header_sample const> samples, std::span<header_mask> masks) noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/ipsec_mb/aead.ipp>
#endif
