// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bodies of crypto/ipsec_mb/kdf.hpp.
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/base/contract.hpp>
#include <quoin/crypto/hkdf.hpp>
#include <quoin/crypto/ipsec_mb/kdf.hpp>
#include <quoin/crypto/ipsec_mb/manager.hpp>

#include <algorithm>

namespace quoin {

namespace detail {

/// HMAC (RFC 2104) of a few pieces of bytes, by two calls of a hash over bytes in one piece.
class ipsec_mb_hmac {
 public:
  ipsec_mb_hmac(hash_algorithm hash, byte_view key) noexcept
      : hash_(hash), block_size_(hash == hash_algorithm::sha384 ? 128 : 64) {
    QUOIN_ASSERT(key.size() <= block_size_);
    std::copy(key.begin(), key.end(), key_.begin());
  }
  ~ipsec_mb_hmac() {
    imb_clear_mem(key_.data(), key_.size());
    imb_clear_mem(room_.data(), room_.size());
  }
  ipsec_mb_hmac(ipsec_mb_hmac const&) = delete;
  ipsec_mb_hmac& operator=(ipsec_mb_hmac const&) = delete;

  /// `out` is as long as the hash.
  void sum(std::initializer_list<byte_view> pieces, byte_span out) noexcept {
    std::array<std::uint8_t, 48> inner;
    pad_and_hash(0x36, pieces, inner);
    pad_and_hash(0x5c, {byte_view(inner).first(hash_size(hash_))}, out);
  }

 private:
  void pad_and_hash(std::uint8_t pad, std::initializer_list<byte_view> pieces, byte_span out) noexcept {
    byte_writer writer(room_);
    for (std::size_t i = 0; i < block_size_; ++i) writer.u8(key_[i] ^ pad);
    for (auto const piece : pieces) writer.bytes(piece);
    QUOIN_ASSERT(writer.ok());
    auto const& manager = *ipsec_mb_manager();
    (hash_ == hash_algorithm::sha384 ? manager.sha384 : manager.sha256)(room_.data(), writer.size(), out.data());
  }

  hash_algorithm hash_;
  std::size_t block_size_;
  std::array<std::uint8_t, 128> key_{};
  std::array<std::uint8_t, 128 + 48 + 1024 + 1> room_;
};

}  // namespace detail

QUOIN_DECL void ipsec_mb_kdf::extract(hash_algorithm hash, byte_view salt, byte_view secret, byte_span out) noexcept {
  QUOIN_ASSERT(out.size() == hash_size(hash));
  detail::ipsec_mb_hmac(hash, salt).sum({secret}, out);
}

QUOIN_DECL void ipsec_mb_kdf::expand(hash_algorithm hash, byte_view secret, byte_view info, byte_span out) noexcept {
  hkdf_expand(detail::ipsec_mb_hmac(hash, secret), hash, info, out);
}

}  // namespace quoin
