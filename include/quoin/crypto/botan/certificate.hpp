// SPDX-License-Identifier: BSL-1.0
/// \file
/// Certificates made on the spot, for development and tests.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/base/result.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace quoin {

/// A certificate that is its own authority, with its key.
struct self_signed_certificate {
  std::string certificate_pem;
  std::string private_key_pem;     ///< PKCS#8, not encrypted
  std::string sha256_fingerprint;  ///< of the certificate, as AB:CD:...
};

/// Makes an ECDSA P-256 key and a certificate for `names`, DNS names or IP addresses, valid from now on.
/// The error is a sentence.
basic_result<self_signed_certificate, std::string> make_self_signed_certificate(
    std::vector<std::string> const& names, std::chrono::hours validity = std::chrono::hours{24 * 90});

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/botan/certificate.ipp>
#endif
