// SPDX-License-Identifier: BSL-1.0
/// \file
/// What Botan asks while it runs a handshake about algorithms. Included by credentials.ipp.
#pragma once

#include <quoin/crypto/botan/settings.hpp>

#include <botan/tls_policy.h>
#include <botan/tls_signature_scheme.h>

#include <algorithm>

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
        client_auth_(settings.client_auth),
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
  bool request_client_certificate_authentication() const override {
    return client_auth_ != client_authentication::none;
  }
  bool require_client_certificate_authentication() const override {
    return client_auth_ == client_authentication::require;
  }

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
  client_authentication client_auth_;
  std::size_t tickets_;
  std::chrono::seconds ticket_lifetime_;
};

}  // namespace quoin::botan_detail
