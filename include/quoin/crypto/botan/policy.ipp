// SPDX-License-Identifier: BSL-1.0
/// \file
/// What Botan asks while it runs a handshake: which algorithms, which certificate, whom to trust. Included by
/// config.ipp.
#pragma once

#include <quoin/crypto/botan/settings.hpp>

#ifdef QUOIN_HAS_LIBCRYPTO
#include <quoin/crypto/libcrypto/public_key.hpp>
#endif

#include <botan/certstor.h>
#include <botan/credentials_manager.h>
#include <botan/pk_keys.h>
#include <botan/tls_policy.h>
#include <botan/tls_signature_scheme.h>
#include <botan/x509cert.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace quoin::botan_detail {

inline Botan::TLS::Group_Params to_botan(key_group group) {
  return static_cast<std::uint16_t>(group);
}

inline std::vector<Botan::TLS::Group_Params> to_botan(std::vector<key_group> const& groups) {
  std::vector<Botan::TLS::Group_Params> converted;
  for (auto const group : groups) converted.push_back(to_botan(group));
  return converted;
}

/// Botan's defaults where QUIC has nothing to say, and TLS 1.3 only. Botan asks several times in each handshake for
/// lists that it would put together from names each time; they are made once.
class tls_policy final : public Botan::TLS::Policy {
 public:
  using groups = std::vector<Botan::TLS::Group_Params>;

  explicit tls_policy(botan_settings const& settings)
      : groups_(to_botan(settings.groups)),
        shares_(to_botan(settings.offered_shares)),
        client_certificate_(settings.require_client_certificate),
        tickets_(settings.sessions.tickets),
        ticket_lifetime_(settings.sessions.lifetime) {
    for (auto const suite : settings.suites)
      ciphers_.emplace_back(suite == cipher_suite::aes_128_gcm_sha256   ? "AES-128/GCM"
                            : suite == cipher_suite::aes_256_gcm_sha384 ? "AES-256/GCM"
                                                                        : "ChaCha20Poly1305");
    suites_ = Policy::ciphersuite_list(Botan::TLS::Protocol_Version::TLS_V13);
    signature_schemes_ = Policy::allowed_signature_schemes();
  }

  bool allow_ssl_key_log_file() const override { return true; }                // how the engine learns the secrets
  bool tls_13_middlebox_compatibility_mode() const override { return false; }  // RFC 9001 8.4
  bool allow_tls12() const override { return false; }                          // RFC 9001 4.2
  bool allow_dtls12() const override { return false; }
  bool include_time_in_hello_random() const override { return false; }
  bool require_cert_revocation_info() const override { return false; }
  std::vector<std::string> allowed_ciphers() const override { return ciphers_; }
  std::vector<std::uint16_t> ciphersuite_list(Botan::TLS::Protocol_Version) const override { return suites_; }
  std::vector<Botan::TLS::Signature_Scheme> allowed_signature_schemes() const override { return signature_schemes_; }
  groups key_exchange_groups() const override { return groups_; }
  groups key_exchange_groups_to_offer() const override { return shares_; }
  std::size_t new_session_tickets_upon_handshake_success() const override { return tickets_; }
  std::chrono::seconds session_ticket_lifetime() const override { return ticket_lifetime_; }
  bool request_client_certificate_authentication() const override { return client_certificate_; }
  bool require_client_certificate_authentication() const override { return client_certificate_; }

  /// The best group whose share is there already; only then one that costs a round trip.
  Botan::TLS::Group_Params choose_key_exchange_group(groups const& supported, groups const& offered) const override {
    for (auto const* const candidates : {&offered, &supported})
      for (auto const group : groups_)
        if (std::find(candidates->begin(), candidates->end(), group) != candidates->end()) return group;
    return Botan::TLS::Group_Params::NONE;
  }

 private:
  std::vector<std::string> ciphers_;
  std::vector<std::uint16_t> suites_;
  std::vector<Botan::TLS::Signature_Scheme> signature_schemes_;
  groups groups_;
  groups shares_;
  bool client_certificate_;
  std::size_t tickets_;
  std::chrono::seconds ticket_lifetime_;
};

/// One identity and one set of trusted authorities; constant once the configuration is made.
class credentials final : public Botan::Credentials_Manager {
 public:
  std::vector<Botan::X509_Certificate> chain;
  std::shared_ptr<Botan::Private_Key> key;
#ifdef QUOIN_HAS_LIBCRYPTO
  std::optional<libcrypto::p256_signer> signer;  // for `key`, when libcrypto can do it

  libcrypto::p256_signer const* signer_of(Botan::Private_Key const& asked) const noexcept {
    return signer && &asked == key.get() ? &*signer : nullptr;
  }
#endif
  Botan::Certificate_Store_In_Memory authorities;
  bool has_authorities = false;
  std::unique_ptr<Botan::Certificate_Store> system_authorities;
  bool require_client_certificate = false;

  std::vector<Botan::Certificate_Store*> trusted_certificate_authorities(std::string const& type,
                                                                         std::string const&) override {
    // A server with authorities would ask its clients for certificates, and clients are not vouched for by the web's.
    if (type == "tls-server") {
      if (!require_client_certificate) return {};
      return {&authorities};
    }
    std::vector<Botan::Certificate_Store*> stores{&authorities};
    if (system_authorities) stores.push_back(system_authorities.get());
    return stores;
  }

  std::vector<Botan::X509_Certificate> find_cert_chain(std::vector<std::string> const& key_types,
                                                       std::vector<Botan::AlgorithmIdentifier> const&,
                                                       std::vector<Botan::X509_DN> const&, std::string const&,
                                                       std::string const&) override {
    if (!key || std::find(key_types.begin(), key_types.end(), key->algo_name()) == key_types.end()) return {};
    return chain;
  }

  std::shared_ptr<Botan::Private_Key> private_key_for(Botan::X509_Certificate const& certificate, std::string const&,
                                                      std::string const&) override {
    return !chain.empty() && certificate == chain.front() ? key : nullptr;
  }
};

}  // namespace quoin::botan_detail
