// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether a certificate was revoked, by the lists that are known (RFC 5280 6.3). Included by verify.ipp.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/botan/credentials.ipp>
#include <quoin/crypto/tls_messages.hpp>
#include <quoin/crypto/verified_chains.hpp>

#include <botan/ocsp.h>
#include <botan/x509_crl.h>
#include <botan/x509path.h>

#include <algorithm>
#include <optional>
#include <string>

namespace quoin::botan_detail {

/// Why a chain is refused.
struct chain_problem {
  tls::alert alert = tls::alert::bad_certificate;
  std::string detail;
};

enum class standing { unknown, good, revoked };

/// What the lists of `issuer` say of `subject`. A list counts when the issuer has signed it and `now` is in its time;
/// `valid` ends no later than that. A certificate that is on an outdated list is revoked all the same.
QUOIN_DECL standing standing_of(Botan::X509_Certificate const& subject, Botan::X509_Certificate const& issuer,
                                revocation_lists const& revoked, verified_chains::time_point now,
                                verified_chains::validity& valid) {
  using code = Botan::Certificate_Status_Code;
  if (subject.skip_revocation_check()) return standing::good;  // RFC 9608 4
  auto found = standing::unknown;
  for (auto const& list : revoked.lists) {
    if (list.issuer_dn() != issuer.subject_dn()) continue;
    auto const said = Botan::PKIX::check_crl({subject, issuer}, {list}, now);
    if (said.empty()) continue;
    if (said.front().contains(code::CERT_IS_REVOKED)) return standing::revoked;
    if (said.front() != std::set{code::VALID_CRL_CHECKED}) continue;
    found = standing::good;
    Botan::X509_Time const horizon{valid.not_after};
    if (list.next_update().time_is_set() && list.next_update() < horizon)
      valid.not_after = list.next_update().to_std_timepoint();
  }
  return found;
}

/// Responses that came with a chain, one for each certificate or fewer.
using stapled_responses = std::vector<std::optional<Botan::OCSP::Response>>;

/// What the response says that the peer has stapled to its own certificate, if its issuer or who stands for it has
/// signed that, and `now` is in its time (RFC 6960 3.2).
QUOIN_DECL standing standing_of(std::vector<Botan::X509_Certificate> const& path, stapled_responses const& stapled,
                                std::vector<Botan::Certificate_Store*> const& roots,
                                Botan::Path_Validation_Restrictions const& restrictions,
                                verified_chains::time_point now) {
  using code = Botan::Certificate_Status_Code;
  if (stapled.empty() || !stapled.front()) return standing::unknown;
  auto const said = Botan::PKIX::check_ocsp(path, {stapled.front()}, roots, now, restrictions);
  if (said.empty()) return standing::unknown;
  if (said.front().contains(code::CERT_IS_REVOKED)) return standing::revoked;
  return said.front() == std::set{code::OCSP_RESPONSE_GOOD} ? standing::good : standing::unknown;
}

/// How a sentence about a certificate begins.
QUOIN_DECL std::string certificate_of(Botan::X509_Certificate const& one) {
  std::string words = "the certificate of '";
  return words.append(one.subject_dn().to_string()).append("'");
}

/// Looks at all of a verified path but its root. What rests on a stapled response is not `valid` for later, for that
/// has to be shown each time.
QUOIN_DECL std::optional<chain_problem> problem_of_revocation(std::vector<Botan::X509_Certificate> const& path,
                                                              revocation_lists const& revoked, standing stapled,
                                                              verified_chains::time_point now,
                                                              verified_chains::validity& valid) {
  auto const hard = revoked.unlisted == revocation_check::hard;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    auto found = standing_of(path[i], path[i + 1], revoked, now, valid);
    if (i == 0 && stapled != standing::unknown && found != standing::revoked) {
      if (hard && found == standing::unknown) valid.not_after = verified_chains::time_point::min();
      found = stapled;
    }
    if (found == standing::revoked)
      return chain_problem{tls::alert::certificate_revoked, certificate_of(path[i]).append(" is revoked")};
    if (found == standing::unknown && hard)
      return chain_problem{tls::alert::certificate_unknown,
                           certificate_of(path[i]).append(" is covered by no current revocation list")};
  }
  return std::nullopt;
}

}  // namespace quoin::botan_detail
