// SPDX-License-Identifier: BSL-1.0
/// \file
/// Single blocks of AES by Botan, for connection IDs that only a load balancer can read.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace quoin {

/// AES-128 on one block in place (FIPS 197). Several threads may use one object.
class botan_aes_128 {
 public:
  explicit botan_aes_128(std::array<std::uint8_t, 16> const& key);
  botan_aes_128(botan_aes_128&&) noexcept;
  botan_aes_128& operator=(botan_aes_128&&) noexcept;
  ~botan_aes_128();

  void encrypt(std::span<std::uint8_t, 16> block) const noexcept;
  void decrypt(std::span<std::uint8_t, 16> block) const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/botan/block_cipher.ipp>
#endif
