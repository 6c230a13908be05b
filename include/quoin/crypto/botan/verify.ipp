// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether a certificate chain is to be believed. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/revocation.ipp>

#include <botan/dns_name.h>
#include <botan/hash.h>
#include <botan/ipv4_address.h>
#include <botan/ipv6_address.h>
#include <botan/tls_policy.h>
#include <botan/x509cert.h>
#include <botan/x509path.h>

#include <memory>
#include <string>

namespace quoin::botan_detail {

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
    default: return tls::alert::bad_certificate;
  }
}

/// The time around `now` in which all of `path` is valid. It ends with the year, for a certificate without an end (RFC
/// 5280 4.1.2.5) ends beyond what the clock can say.
QUOIN_DECL verified_chains::validity validity_of(std::vector<Botan::X509_Certificate> const& path,
                                                 verified_chains::time_point now) {
  verified_chains::validity common{verified_chains::time_point::min(), now + std::chrono::hours{24 * 365}};
  Botan::X509_Time const horizon{common.not_after};
  for (auto const& certificate : path) {
    common.not_before = std::max(common.not_before, certificate.not_before().to_std_timepoint());
    if (certificate.not_after() < horizon)
      common.not_after = std::min(common.not_after, certificate.not_after().to_std_timepoint());
  }
  return common;
}

/// What a chain is verified against.
struct verification {
  std::vector<Botan::Certificate_Store*> const& roots;
  revocation_lists const& revoked;
  stapled_responses const& stapled;
  Botan::Usage_Type usage;
  std::string_view name;  ///< not looked at for clients
  Botan::TLS::Policy const& policy;
  verified_chains::time_point now;
};

/// Verifies the path from `chain` to a root, that nothing of it is revoked, and the name.
QUOIN_DECL basic_result<verified_chains::validity, chain_problem> verify_chain(
    std::vector<Botan::X509_Certificate> const& chain, verification const& asked) {
  if (chain.empty()) return unexpected{chain_problem{tls::alert::bad_certificate, "no certificate was sent"}};
  Botan::Path_Validation_Restrictions const restrictions{false, asked.policy.minimum_signature_strength()};
  auto const outcome = Botan::x509_path_validate(chain, restrictions, asked.roots, "", asked.usage, asked.now);
  if (!outcome.successful_validation())
    return unexpected{
        chain_problem{alert_for(outcome.result()),
                      "certificate of '" + chain.front().subject_dn().to_string() + "': " + outcome.result_string()}};
  if (asked.usage == Botan::Usage_Type::TLS_SERVER_AUTH && !is_issued_for(chain.front(), asked.name))
    return unexpected{
        chain_problem{tls::alert::bad_certificate, "the certificate is not for '" + std::string{asked.name} + "'"}};
  auto valid = validity_of(outcome.cert_path(), asked.now);
  auto const stapled = standing_of(outcome.cert_path(), asked.stapled, asked.roots, restrictions, asked.now);
  if (auto problem = problem_of_revocation(outcome.cert_path(), asked.revoked, stapled, asked.now, valid))
    return unexpected{std::move(*problem)};
  return valid;
}

QUOIN_DECL verified_chains::identity identity_of(std::vector<Botan::X509_Certificate> const& chain) {
  auto const& certificate = chain.front();
  auto who = std::make_shared<peer_certificate>();
  who->subject = certificate.subject_dn().to_string();
  who->sha256_fingerprint = certificate.fingerprint("SHA-256");
  for (auto const& each : chain) who->chain.push_back(each.BER_encode());
  return who;
}

/// A hash over all that a verdict rests on beside the authorities and the lists: each part behind its length.
QUOIN_DECL verified_chains::key key_of(std::vector<Botan::X509_Certificate> const& chain, verification const& asked) {
  auto const hash = Botan::HashFunction::create_or_throw("SHA-256");
  auto const add = [&](byte_view part) {
    hash->update_be(std::uint64_t{part.size()});
    hash->update(part);
  };
  hash->update(static_cast<std::uint8_t>(asked.usage));
  add(as_bytes(asked.name));
  // Botan hashes all of a certificate as it reads it.
  for (auto const& certificate : chain) add(as_bytes(certificate.fingerprint("SHA-256")));
  for (auto const& response : asked.stapled) add(response ? byte_view{response->raw_bits()} : byte_view{});
  verified_chains::key key;
  hash->final(key);
  return key;
}

/// Verifies `chain`, unless `known` says that it was verified already and still counts; whose it is.
QUOIN_DECL basic_result<verified_chains::identity, chain_problem> verify_or_remember(
    verified_chains& known, std::vector<Botan::X509_Certificate> const& chain, verification const& asked) {
  auto const key = key_of(chain, asked);
  if (auto who = known.find(key, asked.now)) return who;
  auto const valid = verify_chain(chain, asked);
  if (!valid) return unexpected{valid.error()};
  auto who = identity_of(chain);
  if (valid->not_after >= asked.now) known.remember(key, who, *valid, asked.now);
  return who;
}

}  // namespace quoin::botan_detail
