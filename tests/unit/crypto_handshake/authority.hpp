// SPDX-License-Identifier: BSL-1.0
/// \file
/// A certificate authority for tests; certificates are made when the test runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace quoin::testing {

struct issued_certificate {
  std::string chain_pem;  ///< the certificate, then the authority's
  std::string key_pem;
};

enum class key_kind { ecdsa_p256, ecdsa_p384, rsa_2048 };
enum class validity { now, expired, not_yet };

class authority {
 public:
  explicit authority(std::string const& name = "quoin test authority");
  ~authority();
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] issued_certificate issue(std::string const& dns_name, key_kind kind = key_kind::ecdsa_p256,
                                         validity when = validity::now) const;
  /// One certificate for all of `dns_names`.
  [[nodiscard]] issued_certificate issue_for(std::vector<std::string> const& dns_names,
                                             key_kind kind = key_kind::ecdsa_p256) const;
  /// What this authority says of who is revoked; `when` is the time of the list.
  [[nodiscard]] std::string revocation_list(std::vector<issued_certificate> const& revoked,
                                            validity when = validity::now) const;
  /// What its OCSP responder says of `certificate`, as DER.
  [[nodiscard]] std::string ocsp_response(issued_certificate const& certificate, bool revoked,
                                          validity when = validity::now) const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// The same list as DER.
std::string as_der(std::string const& revocation_list_pem);

/// Keys that a configuration must refuse, or ask a password for.
std::string ed25519_key_pem();
std::string encrypted_key_pem(std::string const& key_pem, std::string const& password);

}  // namespace quoin::testing
