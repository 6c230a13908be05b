// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bodies of crypto/libcrypto/public_key.hpp.
#pragma once

#include <quoin/crypto/libcrypto/public_key.hpp>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace quoin::libcrypto {

namespace detail {

/// The error queue belongs to the application; what fails here leaves nothing in it.
struct quiet {
  quiet() { ERR_set_mark(); }
  ~quiet() { ERR_pop_to_mark(); }
  quiet(quiet const&) = delete;
  quiet& operator=(quiet const&) = delete;
};

inline context_pointer context_of(EVP_PKEY* key) noexcept {
  return context_pointer{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
}

inline OSSL_PARAM bytes_parameter(char const* name, byte_view bytes) noexcept {
  // libcrypto's parameters are not const, but only read here.
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
}

/// Makes keys of bytes. To find X25519 by its name takes libcrypto longer than to make a key, so each thread asks once.
class x25519_maker {
 public:
  x25519_maker() noexcept : context_(EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr)) {
    if (context_ && EVP_PKEY_fromdata_init(context_.get()) != 1) context_.reset();
    base_ = peer(base_point);
  }

  /// The base point, as if it were somebody's public key.
  [[nodiscard]] EVP_PKEY* base() const noexcept { return base_.get(); }

  [[nodiscard]] key_pointer peer(byte_view public_value) const noexcept {
    OSSL_PARAM parameters[] = {bytes_parameter(OSSL_PKEY_PARAM_PUB_KEY, public_value), OSSL_PARAM_construct_end()};
    return make(EVP_PKEY_PUBLIC_KEY, parameters);
  }

  /// A key that agrees and does nothing else: a public value that is missing libcrypto would compute, by arithmetic
  /// that is slower than its agreement, and one that is there it does not look at. The base point stands in for it.
  [[nodiscard]] key_pointer agreeing(byte_view secret) const noexcept {
    OSSL_PARAM parameters[] = {bytes_parameter(OSSL_PKEY_PARAM_PRIV_KEY, secret),
                               bytes_parameter(OSSL_PKEY_PARAM_PUB_KEY, base_point), OSSL_PARAM_construct_end()};
    return make(EVP_PKEY_KEYPAIR, parameters);
  }

 private:
  static constexpr x25519_bytes base_point{9};  // RFC 7748 4.1

  [[nodiscard]] key_pointer make(int parts, OSSL_PARAM* parameters) const noexcept {
    EVP_PKEY* key = nullptr;
    if (!context_ || EVP_PKEY_fromdata(context_.get(), &key, parts, parameters) != 1) return nullptr;
    return key_pointer{key};
  }

  context_pointer context_;
  key_pointer base_;
};

inline x25519_maker const& this_threads_x25519() noexcept {
  thread_local x25519_maker const maker;
  return maker;
}

/// Any 32 bytes are a public value (RFC 7748 6.1), so there is nothing to validate; libcrypto refuses a shared secret
/// of zeros itself.
inline std::optional<x25519_bytes> agree_with(EVP_PKEY_CTX* context, EVP_PKEY* peer) noexcept {
  x25519_bytes shared;
  auto size = shared.size();
  if (peer == nullptr || EVP_PKEY_derive_set_peer_ex(context, peer, 0) != 1 ||
      EVP_PKEY_derive(context, shared.data(), &size) != 1 || size != shared.size())
    return std::nullopt;
  return shared;
}

inline key_pointer p256_point(byte_view point) noexcept {
  context_pointer const context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  char group[] = "prime256v1";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                             bytes_parameter(OSSL_PKEY_PARAM_PUB_KEY, point), OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) return nullptr;
  return key_pointer{key};
}

/// The public keys that signatures were verified with last. To make one ready costs a third of a verification, and most
/// clients come to the same few servers again and again.
class ready_verifiers {
 public:
  /// What verifies with the key `point`, until the next call; null when libcrypto can make no key of it.
  EVP_PKEY_CTX* with(byte_view point) noexcept {
    for (auto const& each : ready_)
      if (std::ranges::equal(each.point, point)) return each.context.get();
    auto const key = p256_point(point);
    auto context = key ? context_of(key.get()) : nullptr;
    if (!context || EVP_PKEY_verify_init(context.get()) != 1 || point.size() != point_size) return nullptr;
    auto& oldest = ready_[std::exchange(oldest_, (oldest_ + 1) % ready_.size())];
    std::ranges::copy(point, oldest.point.begin());
    oldest.context = std::move(context);
    return oldest.context.get();
  }

 private:
  static constexpr std::size_t point_size = 65;  // uncompressed (SEC 1 2.3.3)
  struct verifier {
    std::array<std::uint8_t, point_size> point{};
    context_pointer context;
  };
  std::array<verifier, 4> ready_;
  std::size_t oldest_ = 0;
};

inline bool is_on_p256(EVP_PKEY* key) noexcept {
  char group[32] = {};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 && std::string_view{group, size} == "prime256v1";
}

}  // namespace detail

QUOIN_DECL void key_deleter::operator()(evp_pkey_st* key) const noexcept {
  EVP_PKEY_free(key);
}

QUOIN_DECL void context_deleter::operator()(evp_pkey_ctx_st* context) const noexcept {
  EVP_PKEY_CTX_free(context);
}

QUOIN_DECL std::optional<x25519_key> x25519_key::from_secret(byte_view secret) noexcept {
  detail::quiet const guard;
  auto const& maker = detail::this_threads_x25519();
  auto const key = maker.agreeing(secret);
  x25519_key made;
  if (key) made.context_ = detail::context_of(key.get());
  if (!made.context_ || EVP_PKEY_derive_init(made.context_.get()) != 1) return std::nullopt;
  auto const point = detail::agree_with(made.context_.get(), maker.base());
  if (!point) return std::nullopt;
  made.public_ = *point;
  return made;
}

QUOIN_DECL std::optional<x25519_bytes> x25519_key::agree(byte_view peer) const noexcept {
  detail::quiet const guard;
  auto const theirs = detail::this_threads_x25519().peer(peer);
  return detail::agree_with(context_.get(), theirs.get());
}

QUOIN_DECL verdict verify_p256(byte_view point, byte_view digest, byte_view signature) noexcept {
  detail::quiet const guard;
  thread_local detail::ready_verifiers ready;
  auto* const verifier = ready.with(point);
  if (verifier == nullptr) return verdict::unable;
  return EVP_PKEY_verify(verifier, signature.data(), signature.size(), digest.data(), digest.size()) == 1
             ? verdict::valid
             : verdict::invalid;
}

QUOIN_DECL std::optional<p256_signer> p256_signer::from_der(byte_view key) noexcept {
  detail::quiet const guard;
  auto const* at = key.data();
  p256_signer made;
  made.key_.reset(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(key.size())));
  if (!made.key_ || !detail::is_on_p256(made.key_.get())) return std::nullopt;
  return made;
}

QUOIN_DECL std::vector<std::uint8_t> p256_signer::sign(byte_view digest) const {
  detail::quiet const guard;
  std::vector<std::uint8_t> signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
  auto size = signature.size();
  auto const context = detail::context_of(key_.get());
  if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) != 1)
    return {};
  signature.resize(size);
  return signature;
}

}  // namespace quoin::libcrypto
