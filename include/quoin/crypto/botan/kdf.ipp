// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bodies of crypto/botan/kdf.hpp.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/botan/kdf.hpp>
#include <quoin/crypto/hkdf.hpp>

#include <botan/mac.h>

#include <initializer_list>
#include <memory>

namespace quoin {

namespace detail {

/// HMAC under one key. Looking it up by name takes Botan longer than a key derivation's hashing, so each thread keeps
/// one object for each hash, without a key between two uses.
class botan_hmac {
 public:
  botan_hmac(hash_algorithm hash, byte_view key) : mac_(kept(hash)) { mac_.set_key(key); }
  ~botan_hmac() { mac_.clear(); }
  botan_hmac(botan_hmac const&) = delete;
  botan_hmac& operator=(botan_hmac const&) = delete;

  /// Of pieces that are one after the other; `out` is as long as the hash.
  void sum(std::initializer_list<byte_view> pieces, byte_span out) {
    for (auto const piece : pieces) mac_.update(piece);
    mac_.final(out);
  }

 private:
  static Botan::MessageAuthenticationCode& kept(hash_algorithm hash) {
    using mac = Botan::MessageAuthenticationCode;
    if (hash == hash_algorithm::sha384) {
      thread_local auto const sha384 = mac::create_or_throw("HMAC(SHA-384)");
      return *sha384;
    }
    thread_local auto const sha256 = mac::create_or_throw("HMAC(SHA-256)");
    return *sha256;
  }

  Botan::MessageAuthenticationCode& mac_;
};

}  // namespace detail

QUOIN_DECL void botan_kdf::extract(hash_algorithm hash, byte_view salt, byte_view secret, byte_span out) noexcept {
  QUOIN_ASSERT(out.size() == hash_size(hash));
  detail::botan_hmac(hash, salt).sum({secret}, out);
}

QUOIN_DECL void botan_kdf::expand(hash_algorithm hash, byte_view secret, byte_view info, byte_span out) noexcept {
  hkdf_expand(detail::botan_hmac(hash, secret), hash, info, out);
}

}  // namespace quoin
