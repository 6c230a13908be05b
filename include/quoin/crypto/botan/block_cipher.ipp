// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bodies of crypto/botan/block_cipher.hpp.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/botan/block_cipher.hpp>

#include <botan/block_cipher.h>

namespace quoin {

struct botan_aes_128::state {
  std::unique_ptr<Botan::BlockCipher> cipher = Botan::BlockCipher::create_or_throw("AES-128");
};

QUOIN_DECL botan_aes_128::botan_aes_128(std::array<std::uint8_t, 16> const& key) : state_(std::make_unique<state>()) {
  state_->cipher->set_key(key);
}

QUOIN_DECL botan_aes_128::botan_aes_128(botan_aes_128&&) noexcept = default;
QUOIN_DECL botan_aes_128& botan_aes_128::operator=(botan_aes_128&&) noexcept = default;
QUOIN_DECL botan_aes_128::~botan_aes_128() = default;

QUOIN_DECL void botan_aes_128::encrypt(std::span<std::uint8_t, 16> block) const noexcept {
  state_->cipher->encrypt(block.data());
}

QUOIN_DECL void botan_aes_128::decrypt(std::span<std::uint8_t, 16> block) const noexcept {
  state_->cipher->decrypt(block.data());
}

}  // namespace quoin
