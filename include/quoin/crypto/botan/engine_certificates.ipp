// SPDX-License-Identifier: BSL-1.0
/// \file
/// The engine's part in names and certificates. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/engine.ipp>

namespace quoin {

/// Another spelling of a name is the same name to everything that goes by it (RFC 6066 3).
QUOIN_DECL void botan_handshake::engine::take_server_name(std::string_view asked_for) {
  facts_.server_name = normalized_server_name(asked_for);
  if (!credentials_->answers_for(facts_.server_name)) botan_detail::refuse(tls::alert::unrecognized_name);
}

/// RFC 8446 4.4.2.1: to whoever asks.
QUOIN_DECL std::vector<std::vector<std::uint8_t>> botan_handshake::engine::tls_provide_cert_chain_status(
    std::vector<Botan::X509_Certificate> const& chain, Botan::TLS::Certificate_Status_Request const&) {
  std::vector<std::vector<std::uint8_t>> responses(chain.size());
  if (!chain.empty()) responses.front() = credentials_->ocsp_response_for(chain.front());
  return responses;
}

QUOIN_DECL void botan_handshake::engine::tls_verify_cert_chain(
    std::vector<Botan::X509_Certificate> const& chain, std::vector<std::optional<Botan::OCSP::Response>> const& stapled,
    std::vector<Botan::Certificate_Store*> const& roots, Botan::Usage_Type usage, std::string_view,
    Botan::TLS::Policy const& policy) {
  if (!chain.empty()) facts_.peer_expires = botan_detail::expiry_of(chain.front(), Callbacks::tls_current_timestamp());
  if (self_ == role::client && !credentials_->verifies_servers) {
    if (!chain.empty()) facts_.peer = botan_detail::identity_of(chain);
    return;
  }
  // By the system's date, whatever sessions go by: an application's clock may be a simulated one.
  botan_detail::verification const asked{
      roots, credentials_->revoked, stapled, usage, facts_.server_name, policy, Callbacks::tls_current_timestamp()};
  auto outcome = botan_detail::verify_or_remember(credentials_->chains, chain, asked);
  if (outcome) {
    facts_.peer = std::move(*outcome);
    return;
  }
  detail_ = std::move(outcome.error().detail);
  botan_detail::refuse(outcome.error().alert);
}

}  // namespace quoin
