// SPDX-License-Identifier: BSL-1.0
/// \file
/// Public-key operations that Botan's TLS lets its user do, done by libcrypto where it is there. Whatever libcrypto
/// cannot do is Botan's again. Included by handshake.ipp.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/botan/config.ipp>
#include <quoin/crypto/botan/record_sealer.ipp>

#ifdef QUOIN_HAS_LIBCRYPTO
#include <quoin/crypto/libcrypto/kdf.ipp>
#include <quoin/crypto/libcrypto/public_key.ipp>
#endif

#include <botan/dl_group.h>
#include <botan/ec_group.h>
#include <botan/ecdsa.h>
#include <botan/rng.h>
#include <botan/tls_callbacks.h>
#include <botan/tls_exceptn.h>
#include <botan/x25519.h>

#include <variant>

namespace quoin::botan_detail {

#ifdef QUOIN_HAS_LIBCRYPTO

using key_exchange_group = std::variant<Botan::TLS::Group_Params, Botan::DL_Group>;

inline bool is_x25519(key_exchange_group const& group) {
  auto const* const named = std::get_if<Botan::TLS::Group_Params>(&group);
  return named != nullptr && named->is_x25519();
}

inline bool is_on_p256(Botan::EC_PublicKey const& key) {
  static auto const p256 = Botan::OID::from_string("secp256r1");
  return key.domain().get_curve_oid() == p256;
}

/// A key share whose secret libcrypto has.
class accelerated_x25519 final : public Botan::X25519_PublicKey, public virtual Botan::PK_Key_Agreement_Key {
 public:
  explicit accelerated_x25519(libcrypto::x25519_key key, secret_bytes secret)
      : X25519_PublicKey(std::span<std::uint8_t const>{key.public_value()}),
        key_(std::move(key)),
        secret_(std::move(secret)) {}

  [[nodiscard]] libcrypto::x25519_key const& key() const noexcept { return key_; }

  std::vector<std::uint8_t> public_value() const override { return raw_public_key_bits(); }
  secret_bytes raw_private_key_bits() const override { return secret_; }
  secret_bytes private_key_bits() const override { return Botan::X25519_PrivateKey{secret_}.private_key_bits(); }
  std::unique_ptr<Botan::Public_Key> public_key() const override {
    return std::make_unique<Botan::X25519_PublicKey>(std::span<std::uint8_t const>{key_.public_value()});
  }

 private:
  libcrypto::x25519_key key_;
  secret_bytes secret_;
};

#endif

/// Botan's callbacks with the operations in which it pays replaced.
class accelerated_callbacks : public Botan::TLS::Callbacks {
 protected:
#ifndef QUOIN_HAS_LIBCRYPTO
  void accelerate_by(botan_config::state const&, credentials const&) noexcept {}
#else
  /// Looks for prepared keys in `prepared`, which must outlive this; unless the settings leave all to Botan.
  void accelerate_by(botan_config::state const& made, credentials const& prepared) noexcept {
    accelerated_by_ = made.settings.accelerated_public_keys ? &prepared : nullptr;
  }

  std::unique_ptr<Botan::PK_Key_Agreement_Key> tls_generate_ephemeral_key(
      key_exchange_group const& group, Botan::RandomNumberGenerator& random) override {
    if (accelerated_by_ != nullptr && is_x25519(group)) {
      auto secret = random.random_vec<secret_bytes>(32);
      if (auto key = libcrypto::x25519_key::from_secret(secret))
        return std::make_unique<accelerated_x25519>(std::move(*key), std::move(secret));
    }
    return Callbacks::tls_generate_ephemeral_key(group, random);
  }

  secret_bytes tls_ephemeral_key_agreement(key_exchange_group const& group, Botan::PK_Key_Agreement_Key const& ours,
                                           std::vector<std::uint8_t> const& theirs,
                                           Botan::RandomNumberGenerator& random,
                                           Botan::TLS::Policy const& policy) override {
    auto const* const accelerated = dynamic_cast<accelerated_x25519 const*>(&ours);
    if (accelerated == nullptr) return Callbacks::tls_ephemeral_key_agreement(group, ours, theirs, random, policy);
    auto const shared = accelerated->key().agree(theirs);
    // RFC 8446 7.4.2.
    if (!shared) throw Botan::TLS::TLS_Exception(Botan::TLS::AlertType::IllegalParameter, "bad X25519 key share");
    return {shared->begin(), shared->end()};
  }

  std::vector<std::uint8_t> tls_sign_message(Botan::Private_Key const& key, Botan::RandomNumberGenerator& random,
                                             std::string_view padding, Botan::Signature_Format format,
                                             std::vector<std::uint8_t> const& message) override {
    if (accelerated_by_ != nullptr && padding == "SHA-256" && format == Botan::Signature_Format::DerSequence)
      if (auto const* const signer = accelerated_by_->signer_of(key))
        if (auto signature = signer->sign(digest_of(hash_algorithm::sha256, message)); !signature.empty())
          return signature;
    return Callbacks::tls_sign_message(key, random, padding, format, message);
  }

  bool tls_verify_message(Botan::Public_Key const& key, std::string_view padding, Botan::Signature_Format format,
                          std::vector<std::uint8_t> const& message,
                          std::vector<std::uint8_t> const& signature) override {
    auto const* const ecdsa = dynamic_cast<Botan::ECDSA_PublicKey const*>(&key);
    if (accelerated_by_ != nullptr && ecdsa != nullptr && padding == "SHA-256" &&
        format == Botan::Signature_Format::DerSequence && is_on_p256(*ecdsa)) {
      auto const outcome =
          libcrypto::verify_p256(ecdsa->raw_public_key_bits(), digest_of(hash_algorithm::sha256, message), signature);
      if (outcome != libcrypto::verdict::unable) return outcome == libcrypto::verdict::valid;
    }
    return Callbacks::tls_verify_message(key, padding, format, message, signature);
  }

 private:
  credentials const* accelerated_by_ = nullptr;
#endif
};

}  // namespace quoin::botan_detail
