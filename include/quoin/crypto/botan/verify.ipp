// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether a certificate chain is to be believed. Included by handshake.ipp.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/tls_messages.hpp>

#include <botan/dns_name.h>
#include <botan/ipv4_address.h>
#include <botan/ipv6_address.h>
#include <botan/tls_policy.h>
#include <botan/x509cert.h>
#include <botan/x509path.h>

#include <optional>
#include <string>

namespace quoin::botan_detail {

/// Why a chain is refused.
struct chain_problem {
  tls::alert alert = tls::alert::bad_certificate;
  std::string detail;
};

/// Whether `certificate` was issued for `name`, a DNS name or an IP address. Only subjectAltName counts (RFC 9525 6.3).
QUOIN_DECL bool is_issued_for(Botan::X509_Certificate const& certificate, std::string_view name) {
  if (!certificate.subject_alt_name().has_items()) return false;
  if (auto const v4 = Botan::IPv4Address::from_string(name)) return certificate.matches_ip(*v4);
  if (auto const v6 = Botan::IPv6Address::from_string(name)) return certificate.matches_ip(*v6);
  auto const dns = Botan::DNSName::from_string(name);
  return dns && certificate.matches_dns_name(*dns);
}

QUOIN_DECL tls::alert alert_for(Botan::Certificate_Status_Code status) noexcept {
  using code = Botan::Certificate_Status_Code;
  switch (status) {
    case code::CERT_HAS_EXPIRED:
    case code::CERT_NOT_YET_VALID: return tls::alert::certificate_expired;
    case code::CERT_ISSUER_NOT_FOUND:
    case code::CANNOT_ESTABLISH_TRUST:
    case code::CHAIN_LACKS_TRUST_ROOT: return tls::alert::unknown_ca;
    case code::CERT_IS_REVOKED: return tls::alert::certificate_revoked;
    default: return tls::alert::bad_certificate;
  }
}

/// The path from `chain` to one of `roots`, and the name, which is not looked at for clients (an empty `name`).
QUOIN_DECL std::optional<chain_problem> verify_chain(std::vector<Botan::X509_Certificate> const& chain,
                                                     std::vector<Botan::Certificate_Store*> const& roots,
                                                     Botan::Usage_Type usage, std::string_view name,
                                                     Botan::TLS::Policy const& policy) {
  if (chain.empty()) return chain_problem{tls::alert::bad_certificate, "no certificate was sent"};
  Botan::Path_Validation_Restrictions const restrictions{false, policy.minimum_signature_strength()};
  auto const outcome = Botan::x509_path_validate(chain, restrictions, roots, "", usage);
  if (!outcome.successful_validation())
    return chain_problem{alert_for(outcome.result()),
                         "certificate of '" + chain.front().subject_dn().to_string() + "': " + outcome.result_string()};
  if (usage == Botan::Usage_Type::TLS_SERVER_AUTH && !is_issued_for(chain.front(), name))
    return chain_problem{tls::alert::bad_certificate, "the certificate is not for '" + std::string{name} + "'"};
  return std::nullopt;
}

}  // namespace quoin::botan_detail
