// SPDX-License-Identifier: BSL-1.0
/// \file
/// What Botan asks while it runs a handshake about certificates: which to show, and whom to trust. Included by
/// config.ipp.
#pragma once

#include <quoin/crypto/botan/policy.ipp>
#include <quoin/crypto/server_names.hpp>
#include <quoin/crypto/verified_chains.hpp>

#ifdef QUOIN_HAS_LIBCRYPTO
#include <quoin/crypto/libcrypto/public_key.hpp>
#endif

#include <botan/certstor.h>
#include <botan/credentials_manager.h>
#include <botan/pk_keys.h>
#include <botan/x509_crl.h>
#include <botan/x509cert.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace quoin::botan_detail {

/// A certificate with its chain and key.
struct identity {
  std::vector<Botan::X509_Certificate> chain;
  std::shared_ptr<Botan::Private_Key> key;
#ifdef QUOIN_HAS_LIBCRYPTO
  std::optional<libcrypto::p256_signer> signer;  // for `key`, when libcrypto can do it
#endif
  std::uint64_t mark = 0;                   // stands for its public key
  std::vector<std::uint8_t> ocsp_response;  // may be empty

  [[nodiscard]] bool is_of(std::vector<std::string> const& key_types) const {
    return std::find(key_types.begin(), key_types.end(), key->algo_name()) != key_types.end();
  }
  /// Whether one of `authorities` has issued a part of its chain.
  [[nodiscard]] bool is_issued_by(std::vector<Botan::X509_DN> const& authorities) const {
    return std::any_of(chain.begin(), chain.end(), [&](auto const& certificate) {
      return std::find(authorities.begin(), authorities.end(), certificate.issuer_dn()) != authorities.end();
    });
  }
};

/// Lists of revoked certificates, and what to make of certificates that none of them covers.
struct revocation_lists {
  std::vector<Botan::X509_CRL> lists;
  revocation_check unlisted = revocation_check::soft;
};

/// Our identities and the authorities that we trust. Nothing of it changes once it is made, but for what it remembers:
/// new settings make new credentials, and connections keep those that they began with.
class credentials final : public Botan::Credentials_Manager {
 public:
  std::vector<identity> identities;
  server_name_index names;             // of `identities`
  server_name_index::numbers unnamed;  // whom clients see that name nobody we know: the first one and its namesakes
  bool refuse_unknown_names = false;

  bool verifies_servers = true;
  Botan::Certificate_Store_In_Memory authorities;
  std::unique_ptr<Botan::Certificate_Store> system_authorities;
  std::uint64_t trust_mark = 0;  // stands for whom we believe

  client_authentication client_auth = client_authentication::none;
  Botan::Certificate_Store_In_Memory client_authorities;
  std::uint64_t client_auth_mark = 0;  // stands for how clients prove who they are

  revocation_lists revoked;
  std::shared_ptr<Botan::TLS::Policy const> policy;
  mutable verified_chains chains;  // verdicts that rest on all of this

  explicit credentials(botan_settings const& settings)
      : chains(settings.remembered_chains, settings.remembered_chain_lifetime) {}

  /// Whether a server may talk under a (normalized) name; an empty one is none.
  [[nodiscard]] bool answers_for(std::string const& name) const {
    return !refuse_unknown_names || name.empty() || names.find(name) != nullptr;
  }

  /// Stands for who answers for a (normalized) name.
  [[nodiscard]] std::uint64_t mark_of(std::string const& name) const {
    std::uint64_t mark = 0;
    for (auto const number : numbers_for(name)) mark ^= identities[number].mark;
    return mark;
  }

#ifdef QUOIN_HAS_LIBCRYPTO
  [[nodiscard]] libcrypto::p256_signer const* signer_of(Botan::Private_Key const& key) const noexcept {
    for (auto const& each : identities)
      if (each.signer && &key == each.key.get()) return &*each.signer;
    return nullptr;
  }
#endif

  // ---- what Botan asks; `type` says what our own side is

  std::vector<Botan::Certificate_Store*> trusted_certificate_authorities(std::string const& type,
                                                                         std::string const&) override {
    // A server with authorities would ask its clients for certificates, and clients are not vouched for by the web's.
    if (type == "tls-server") {
      if (client_auth == client_authentication::none) return {};
      return {&client_authorities};
    }
    std::vector<Botan::Certificate_Store*> stores{&authorities};
    if (system_authorities) stores.push_back(system_authorities.get());
    return stores;
  }

  std::vector<Botan::X509_Certificate> find_cert_chain(std::vector<std::string> const& key_types,
                                                       std::vector<Botan::AlgorithmIdentifier> const&,
                                                       std::vector<Botan::X509_DN> const& acceptable,
                                                       std::string const& type, std::string const& name) override {
    auto const* const chosen =
        type == "tls-server" ? server_identity(key_types, name) : client_identity(key_types, acceptable);
    return chosen != nullptr ? chosen->chain : std::vector<Botan::X509_Certificate>{};
  }

  std::shared_ptr<Botan::Private_Key> private_key_for(Botan::X509_Certificate const& certificate, std::string const&,
                                                      std::string const&) override {
    for (auto const& each : identities)
      if (each.chain.front() == certificate) return each.key;
    return nullptr;
  }

  /// What to staple to a chain of ours; may be empty.
  [[nodiscard]] std::vector<std::uint8_t> ocsp_response_for(Botan::X509_Certificate const& certificate) const {
    for (auto const& each : identities)
      if (each.chain.front() == certificate) return each.ocsp_response;
    return {};
  }

 private:
  [[nodiscard]] server_name_index::numbers const& numbers_for(std::string const& name) const {
    auto const* const known = names.find(name);
    return known != nullptr ? *known : unnamed;
  }

  [[nodiscard]] identity const* server_identity(std::vector<std::string> const& key_types,
                                                std::string const& name) const {
    for (auto const number : numbers_for(normalized_server_name(name)))
      if (identities[number].is_of(key_types)) return &identities[number];
    return nullptr;
  }

  /// RFC 8446 4.4.2.3: rather one of an authority that the server knows.
  [[nodiscard]] identity const* client_identity(std::vector<std::string> const& key_types,
                                                std::vector<Botan::X509_DN> const& acceptable) const {
    identity const* first = nullptr;
    for (auto const& each : identities) {
      if (!each.is_of(key_types)) continue;
      if (each.is_issued_by(acceptable)) return &each;
      if (first == nullptr) first = &each;
    }
    return first;
  }
};

}  // namespace quoin::botan_detail
