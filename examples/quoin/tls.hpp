// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a command says about certificates, trust, protocols and ciphers, and the library's configuration made of it.
#pragma once

#include <quoin/core/types.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace quoin {
class botan_config;
struct self_signed_certificate;
}  // namespace quoin

namespace tool {

/// A certificate with its chain and its key, as text.
struct pem_identity {
  std::string chain;
  std::string key;
  std::string password;  ///< of the key; empty when it is not encrypted
};

struct tls_settings {
  std::vector<std::string> alpn;
  std::vector<quoin::cipher_suite> suites;  ///< in the order of preference; empty: the library's default
  struct identity {
    std::filesystem::path certificate;  ///< PEM, with its chain
    std::filesystem::path key;
    std::filesystem::path ocsp_response;  ///< DER; empty: none is shown
  };
  std::vector<identity> identities;          ///< server: one made on the spot when empty
  std::filesystem::path key_password_file;   ///< empty: no key is encrypted
  bool refuse_unknown_names = false;         ///< server
  std::filesystem::path client_authorities;  ///< server: PEM; empty: no client is asked who it is
  bool require_client_certificate = false;   ///< server
  std::filesystem::path authorities;         ///< client: PEM; empty: the system's
  bool insecure = false;                     ///< client: believe any certificate
  std::vector<std::filesystem::path> revocation_lists;
  bool require_revocation_list = false;  ///< of every certificate
  std::size_t handshake_threads = 0;     ///< server: that sign and verify; 0: whoever serves
  std::filesystem::path key_log;         ///< empty: none
  bool early_data = false;               ///< server: accept it
  bool accelerated = true;               ///< OpenSSL's public-key operations, where the library has them
  bool verify_each = false;              ///< client: no chain is remembered as verified
};

/// "aes128,chacha20" and the like. Throws `failure` (usage).
std::vector<quoin::cipher_suite> parse_suites(std::string const& list);

/// The library's configuration, and how to read its files again.
class tls_config {
 public:
  /// Throws `failure` with what is wrong with which file.
  tls_config(tls_settings settings, quoin::role self);

  /// Reads certificates, keys, authorities and lists again. Throws `failure`, and nothing has changed then.
  void renew();

  [[nodiscard]] std::shared_ptr<quoin::botan_config const> config() const { return config_; }
  /// Server: who it is, for another library. Throws `failure`.
  [[nodiscard]] std::vector<pem_identity> identities() const;
  /// Of a certificate that was made for want of one; else empty.
  [[nodiscard]] std::string fingerprint() const;

 private:
  tls_settings settings_;
  quoin::role self_;
  std::shared_ptr<quoin::self_signed_certificate const> made_;
  std::shared_ptr<quoin::botan_config> config_;
};

}  // namespace tool
