// SPDX-License-Identifier: BSL-1.0
/// \file
/// The engine's part in certificates. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/engine.ipp>

namespace quoin {

QUOIN_DECL void botan_handshake::engine::tls_verify_cert_chain(
    std::vector<Botan::X509_Certificate> const& chain, std::vector<std::optional<Botan::OCSP::Response>> const&,
    std::vector<Botan::Certificate_Store*> const& roots, Botan::Usage_Type usage, std::string_view,
    Botan::TLS::Policy const& policy) {
  if (!chain.empty()) facts_.peer_expires = botan_detail::expiry_of(chain.front());
  if (self_ == role::client && configured().settings.dangerously_skip_certificate_verification) {
    if (!chain.empty()) facts_.peer = botan_detail::identity_of(chain.front());
    return;
  }
  // By the system's date, whatever sessions go by: an application's clock may be a simulated one.
  auto outcome = botan_detail::verify_or_remember(configured().chains, chain, roots, usage, facts_.server_name, policy,
                                                  Callbacks::tls_current_timestamp());
  if (outcome) {
    facts_.peer = std::move(*outcome);
    return;
  }
  detail_ = std::move(outcome.error().detail);
  botan_detail::refuse(outcome.error().alert);
}

}  // namespace quoin
