// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bodies of crypto/libcrypto/kdf.hpp.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/hkdf.hpp>
#include <quoin/crypto/libcrypto/kdf.hpp>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <initializer_list>

// OpenSSL 3 would rather be asked for a hash by name, which takes it longer than the hashing of a key derivation. What
// it deprecates it keeps until its next major version.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#endif

namespace quoin {

namespace libcrypto::detail {

/// A hash under way, of which a copy goes on from where it was made.
struct sha256 {
  static constexpr std::size_t size = 32;
  static constexpr std::size_t block_size = 64;

  sha256() noexcept { SHA256_Init(&state); }
  sha256(sha256 const&) = default;
  sha256& operator=(sha256 const&) = default;
  ~sha256() { OPENSSL_cleanse(&state, sizeof state); }

  void add(byte_view bytes) noexcept { SHA256_Update(&state, bytes.data(), bytes.size()); }
  void finish(std::uint8_t* out) noexcept { SHA256_Final(out, &state); }

  SHA256_CTX state;
};

struct sha384 {
  static constexpr std::size_t size = 48;
  static constexpr std::size_t block_size = 128;

  sha384() noexcept { SHA384_Init(&state); }
  sha384(sha384 const&) = default;
  sha384& operator=(sha384 const&) = default;
  ~sha384() { OPENSSL_cleanse(&state, sizeof state); }

  void add(byte_view bytes) noexcept { SHA384_Update(&state, bytes.data(), bytes.size()); }
  void finish(std::uint8_t* out) noexcept { SHA384_Final(out, &state); }

  SHA512_CTX state;
};

/// HMAC (RFC 2104) under one key, whose two blocks are hashed once.
template <class Hash>
class hmac {
 public:
  explicit hmac(byte_view key) noexcept {
    std::array<std::uint8_t, Hash::block_size> block{};
    if (key.size() > block.size()) {
      Hash shortened;
      shortened.add(key);
      shortened.finish(block.data());
    } else {
      std::copy(key.begin(), key.end(), block.begin());
    }
    begin(inner_, block, 0x36);
    begin(outer_, block, 0x36 ^ 0x5c);
    OPENSSL_cleanse(block.data(), block.size());
  }

  /// Of pieces that are one after the other; `out` is as long as the hash.
  void sum(std::initializer_list<byte_view> pieces, byte_span out) const noexcept {
    std::array<std::uint8_t, Hash::size> within;
    auto inner = inner_;
    for (auto const piece : pieces) inner.add(piece);
    inner.finish(within.data());
    auto outer = outer_;
    outer.add(within);
    outer.finish(out.data());
    OPENSSL_cleanse(within.data(), within.size());
  }

 private:
  static void begin(Hash& hash, byte_span block, std::uint8_t pad) noexcept {
    for (auto& byte : block) byte ^= pad;
    hash.add(block);
  }

  Hash inner_;
  Hash outer_;
};

template <class Hash>
void digest(byte_view bytes, byte_span out) noexcept {
  Hash hash;
  hash.add(bytes);
  hash.finish(out.data());
}

}  // namespace libcrypto::detail

QUOIN_DECL void libcrypto_kdf::extract(hash_algorithm hash, byte_view salt, byte_view secret, byte_span out) noexcept {
  QUOIN_ASSERT(out.size() == hash_size(hash));
  if (hash == hash_algorithm::sha384)
    libcrypto::detail::hmac<libcrypto::detail::sha384>(salt).sum({secret}, out);
  else
    libcrypto::detail::hmac<libcrypto::detail::sha256>(salt).sum({secret}, out);
}

QUOIN_DECL void libcrypto_kdf::expand(hash_algorithm hash, byte_view secret, byte_view info, byte_span out) noexcept {
  if (hash == hash_algorithm::sha384)
    hkdf_expand(libcrypto::detail::hmac<libcrypto::detail::sha384>(secret), hash, info, out);
  else
    hkdf_expand(libcrypto::detail::hmac<libcrypto::detail::sha256>(secret), hash, info, out);
}

QUOIN_DECL void libcrypto_kdf::digest(hash_algorithm hash, byte_view bytes, byte_span out) noexcept {
  QUOIN_ASSERT(out.size() == hash_size(hash));
  if (hash == hash_algorithm::sha384) return libcrypto::detail::digest<libcrypto::detail::sha384>(bytes, out);
  libcrypto::detail::digest<libcrypto::detail::sha256>(bytes, out);
}

}  // namespace quoin

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
