// SPDX-License-Identifier: BSL-1.0
/// \file
/// A certificate authority for tests; certificates are made when the test runs.
#pragma once

#include <memory>
#include <string>

namespace quoin::testing {

struct issued_certificate {
  std::string chain_pem;  ///< the certificate, then the authority's
  std::string key_pem;
};

enum class key_kind { ecdsa_p256, ecdsa_p384, rsa_2048 };
enum class validity { now, expired, not_yet };

class authority {
 public:
  authority();
  ~authority();
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] issued_certificate issue(std::string const& dns_name, key_kind kind = key_kind::ecdsa_p256,
                                         validity when = validity::now) const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// Keys that a configuration must refuse, or ask a password for.
std::string ed25519_key_pem();
std::string encrypted_key_pem(std::string const& key_pem, std::string const& password);

}  // namespace quoin::testing
