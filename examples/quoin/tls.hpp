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
}

namespace tool {

struct tls_settings {
  std::vector<std::string> alpn;
  std::vector<quoin::cipher_suite> suites;  ///< in the order of preference; empty: the library's default
  std::filesystem::path certificate;        ///< server: PEM, with its chain; empty: self-signed
  std::filesystem::path key;
  std::filesystem::path key_password_file;  ///< empty: the key is not encrypted
  std::filesystem::path authorities;        ///< client: PEM; empty: the system's
  bool insecure = false;                    ///< client: believe any certificate
  std::filesystem::path key_log;            ///< empty: none
  bool early_data = false;                  ///< server: accept it
  bool accelerated = true;                  ///< OpenSSL's public-key operations, where the library has them
  bool verify_each = false;                 ///< client: no chain is remembered as verified
};

/// "aes128,chacha20" and the like. Throws `failure` (usage).
std::vector<quoin::cipher_suite> parse_suites(std::string const& list);

struct tls_config {
  std::shared_ptr<quoin::botan_config const> config;
  std::string fingerprint;  ///< of a certificate that was made for want of one
};

/// Throws `failure` with what is wrong with which file.
tls_config make_tls_config(tls_settings const& settings, quoin::role self);

}  // namespace tool
