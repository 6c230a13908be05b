// SPDX-License-Identifier: BSL-1.0
/// \file
/// Packet and header protection by Botan: all three suites, on any processor. Botan's own headers stay in the body.
#pragma once

#include <quoin/policy/crypto.hpp>

#include <memory>

namespace quoin {

/// An AEAD key with its IV in Botan's hands (RFC 9001 5.3). Made with allocations, used without.
class botan_packet_key {
 public:
  botan_packet_key(cipher_suite suite, byte_view key, byte_view iv);
  botan_packet_key(botan_packet_key&&) noexcept;
  botan_packet_key& operator=(botan_packet_key&&) noexcept;
  ~botan_packet_key();

  void seal(std::span<packet_in_place> packets) noexcept;
  /// A packet forged under ChaCha20-Poly1305 costs an exception inside, which does not leave.
  void open(std::span<packet_in_place> packets) noexcept;
  /// See `multipath_sealer`.
  void combine_iv(std::uint32_t bits) noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// A header protection key in Botan's hands (RFC 9001 5.4.3, 5.4.4).
class botan_header_key {
 public:
  botan_header_key(cipher_suite suite, byte_view key);
  botan_header_key(botan_header_key&&) noexcept;
  botan_header_key& operator=(botan_header_key&&) noexcept;
  ~botan_header_key();

  void masks(std::span<header_sample const> samples, std::span<header_mask> masks) noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/botan/aead.ipp>
#endif
